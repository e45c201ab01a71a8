package rules.gate["waiver-hygiene_test"]

import data.rules.gate["waiver-hygiene"] as rule
import rego.v1

_waiver(fields) := object.union(
	{
		"rule": "a/b",
		"is_known_rule": true,
		"near": null,
		"path": "a.yaml",
		"reason": "agreed",
		"owner": null,
		"until": "2027-01-31",
		"is_expired": false,
		"days_left": 72,
		"is_used": true,
		"is_new": null,
		"source": "comment",
		"at": {"path": "a.yaml", "line": 3, "column": 1},
		"problems": [],
	},
	fields,
)

_report(fields) := report if {
	report := rule.report with input as {"waivers": [_waiver(fields)]}
}

_only(fields) := violation if {
	report := _report(fields)
	count(report) == 1
	some violation in report
}

test_a_waiver_in_order_passes if {
	_report({}) == set()
	_report({"source": "config", "is_new": false}) == set()
}

test_a_waiver_of_which_nobody_knows_whether_it_is_of_use_passes if {
	_report({"is_used": null}) == set()
}

test_the_last_day_still_counts if {
	_report({"until": "2026-11-20", "days_left": 0}) == set()
}

test_a_new_one_is_an_error if {
	violation := _only({"is_new": true, "is_used": null})
	not violation.severity
	violation.message == "the waiver of a/b comes with this change and lets nothing pass in it"
	violation.at.line == 3
}

test_a_malformed_one_says_everything_that_is_wrong if {
	violation := _only({"rule": null, "until": null, "is_known_rule": false, "is_used": null, "problems": ["it names no rule", "it names no last day"]})
	violation.severity == "warning"
	violation.message == "this comment lets nothing pass: it names no rule; it names no last day"
}

test_an_unknown_rule_is_told_with_the_nearest if {
	violation := _only({"rule": "a/c", "is_known_rule": false, "near": "a/b", "is_used": null})
	violation.message == "the waiver names a/c, and there is no such rule"
	violation.fix == "did you mean `a/b`?"
	far := _only({"rule": "x/y", "is_known_rule": false, "is_used": null})
	far.fix == "`flowgate rules list` shows them all"
}

test_one_without_end_is_told if {
	violation := _only({"source": "config", "until": null, "days_left": null})
	violation.message == "the waiver of a/b has no end"
}

test_one_without_reason_is_told if {
	violation := _only({"source": "config", "reason": "  "})
	violation.message == "the waiver of a/b gives no reason"
}

test_an_expired_one_is_told_once if {
	violation := _only({"is_expired": true, "until": "2026-11-19", "days_left": -1, "is_used": false})
	violation.message == "the waiver of a/b ended on 2026-11-19 and lets nothing pass any more"
}

test_an_unused_one_is_told if {
	violation := _only({"is_used": false})
	violation.message == "nothing is left that the waiver of a/b could let pass"
	violation.severity == "warning"
}

test_two_of_one_file_are_told_apart if {
	report := rule.report with input as {"waivers": [_waiver({"is_used": false}), _waiver({"is_used": false, "reason": "other"})]}
	count({violation.subject | some violation in report}) == 2
}
