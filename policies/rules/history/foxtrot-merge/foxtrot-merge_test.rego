package rules.history["foxtrot-merge_test"]

import data.rules.history["foxtrot-merge"] as rule
import rego.v1

_update(fields) := object.union(
	{
		"name": "main", "kind": "branch", "role": "main", "operation": "fast-forward", "keeps_line": false,
		"from": "0123456789abcdef", "new": "fedcba9876543210", "at": {"ref": "refs/heads/main"},
	},
	fields,
)

_report(fields) := report if {
	report := rule.report with input as {"updates": [_update(fields)], "options": {"roles": ["main", "develop"]}}
}

test_a_turned_line_is_told_with_the_merge_the_right_way_round if {
	some violation in _report({})
	violation.fix == "git switch main && git reset --keep 0123456789ab && git merge --no-ff fedcba987654"
	violation.at == {"ref": "refs/heads/main"}
}

test_a_line_that_goes_on_passes if _report({"keeps_line": true}) == set()

test_what_is_not_known_passes if _report({"keeps_line": null}) == set()

test_topics_and_environments_pass if {
	_report({"role": "topic"}) == set()
	_report({"role": "environment"}) == set()
}

test_other_operations_are_left_to_others if _report({"operation": "force"}) == set()
