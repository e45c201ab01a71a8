package rules.gate["weakened_test"]

import data.rules.gate.weakened as rule
import rego.v1

_weakening(kind, direction) := {
	"kind": kind,
	"subject": "commits/conventional",
	"before": "error",
	"after": "off",
	"direction": direction,
	"at": {"path": "flowgate.yaml", "line": 2, "column": 3},
}

_change := {"author": "mallory", "approved_by": null, "labels": []}

_report(weakenings, change) := report if {
	report := rule.report with input as {"change": object.union(_change, change), "weakenings": weakenings, "options": {}}
		with data.flow as {"owners": {"policy": ["@ada", "grace"]}}
}

_severities(weakenings, change) := {violation.severity | some violation in _report(weakenings, change)}

test_a_rule_that_is_turned_off_is_told_with_the_way_out if {
	some violation in _report([_weakening("rule-off", "weaker")], {})
	violation.message == `"commits/conventional" is turned off: its level goes from error to off; this change is judged by the trusted state anyway`
	violation.severity == "error"
	contains(violation.fix, "approved by @ada or grace: `--approvals FILE`")
}

test_every_weaker_kind_is_an_error if {
	every kind in object.keys(rule._words) {
		_severities([_weakening(kind, "weaker")], {}) == {"error"}
	}
}

test_stronger_is_no_finding if {
	every kind in object.keys(rule._words) {
		_report([_weakening(kind, "stronger")], {}) == set()
	}
}

test_another_model_or_place_is_no_finding if {
	_report([_weakening("model-changed", "changed"), _weakening("configuration-moved", "changed")], {}) == set()
	_report([_weakening("profile-changed", "changed")], {}) == set()
}

test_a_changed_text_of_a_rule_is_an_error_and_changed_options_a_warning if {
	_severities([_weakening("policy-changed", "changed")], {}) == {"error"}
	_severities([_weakening("option-changed", "changed")], {}) == {"warning"}
	_severities([_weakening("gate-job-changed", "changed")], {}) == {"warning"}
}

test_what_an_owner_approved_is_only_told if {
	some violation in _report([_weakening("rule-off", "weaker")], {"approved_by": ["bob", "Ada"]})
	violation.severity == "info"
	contains(violation.message, "and Ada approved it")
}

test_nobody_else_can_approve if {
	_severities([_weakening("rule-off", "weaker")], {"approved_by": []}) == {"error"}
	_severities([_weakening("rule-off", "weaker")], {"approved_by": ["bob", "adam"]}) == {"error"}
	_severities([_weakening("rule-off", "weaker")], {"approved_by": ["ada"], "author": "ada"}) == {"error"}
	_severities([_weakening("rule-off", "weaker")], {"approved_by": ["ada"], "author": "Ada"}) == {"error"}
	_severities([_weakening("rule-off", "weaker")], {"labels": ["approved", "approved-by::ada"]}) == {"error"}
}

test_without_owners_the_remedy_says_where_to_name_them if {
	report := rule.report with input as {"change": object.union(_change, {"approved_by": ["ada"]}), "weakenings": [_weakening("bot-added", "weaker")], "options": {}}
		with data.flow as {"owners": {}}
	some violation in report
	violation.severity == "error"
	contains(violation.fix, "owners.policy")
}

test_without_weakenings_there_is_nothing if {
	_report([], {}) == set()
}
