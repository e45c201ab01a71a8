package rules.commits["type-allowed_test"]

import data.rules.commits["type-allowed"] as rule
import rego.v1

_commit(type, fields) := object.union(
	{
		"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "subject": sprintf("%s: add x", [type]), "class": "normal",
		"is_bot": false, "is_exempt": false,
		"conventional": {"ok": true, "type": type, "scope": null, "description": "add x", "breaking": false, "error": null},
	},
	fields,
)

_report_with(types, commit) := report if {
	report := rule.report with input as {"messages": [commit], "options": {"synonyms": {"feature": "feat"}}}
		with data.flow as {"commits": {"types": types}}
}

_report(commit) := _report_with(["feat", "fix", "ci"], commit)

test_an_unknown_type_is_reported_with_the_nearest if {
	some violation in _report(_commit("feet", {}))
	violation.message == "type \"feet\" is not agreed; types are feat, fix, ci"
	violation.fix == "git rebase -i 0123456789ab^ and reword it: feat: add x"
	violation.severity == "error"
}

test_a_word_for_a_known_type_is_understood if {
	some violation in _report(_commit("feature", {}))
	endswith(violation.fix, "reword it: feat: add x")
}

test_scope_and_mark_are_kept if {
	conventional := {"ok": true, "type": "feet", "scope": "cart", "description": "add x", "breaking": true, "error": null}
	some violation in _report(_commit("feet", {"subject": "feet(cart)!: add x", "conventional": conventional}))
	endswith(violation.fix, "reword it: feat(cart)!: add x")
}

test_another_case_is_only_a_warning if {
	some violation in _report(_commit("CI", {}))
	violation.severity == "warning"
	violation.message == "type \"CI\" is written \"ci\" everywhere else"
}

test_a_type_that_the_grammar_allows_and_the_flow_does_not_is_reported if {
	count(_report(_commit("ci/cd", {}))) == 1
}

test_known_types_pass if {
	_report(_commit("feat", {})) == set()
}

test_a_flow_without_types_lets_any_pass if {
	_report_with([], _commit("anything", {})) == set()
}

test_what_is_not_conventional_is_another_rule if {
	_report(_commit("x", {"conventional": {"ok": false, "error": {"reason": "", "line": 1, "column": 1}}})) == set()
}

test_reverts_merges_bots_and_exempt_subjects_pass if {
	_report(_commit("revert", {"class": "revert"})) == set()
	_report(_commit("x", {"class": "merge"})) == set()
	_report(_commit("x", {"is_bot": true})) == set()
	_report(_commit("x", {"is_exempt": true})) == set()
}
