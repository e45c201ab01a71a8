package rules.gate["facts-missing_test"]

import data.rules.gate["facts-missing"] as rule
import rego.v1

_gap(fields) := object.union(
	{
		"rule": "history/backmerge-missing",
		"level": "error",
		"reason": "the clone is shallow",
		"remedy": "git fetch --unshallow",
		"is_curable_here": true,
		"is_required": true,
		"is_failure": false,
		"at": {"ref": "refs/heads/main"},
	},
	fields,
)

_report(gaps) := report if {
	report := rule.report with input as {"gaps": gaps}
}

test_a_gap_of_an_error_leaves_the_verdict_open if {
	some violation in _report([_gap({})])
	violation.undecided == true
	violation.message == "history/backmerge-missing could not judge: the clone is shallow"
	violation.fix == "git fetch --unshallow"
}

test_rules_with_one_reason_are_told_together if {
	report := _report([_gap({"rule": name}) | some name in ["a/d", "a/b", "a/e", "a/c"]])
	{violation.message | some violation in report} == {"a/b, a/c, a/d and 1 more could not judge: the clone is shallow"}
}

test_a_gap_of_a_warning_passes if {
	_report([_gap({"level": "warning"})]) == set()
}

test_what_failed_is_told_already if {
	_report([_gap({"is_failure": true, "rule": null, "level": null, "remedy": null})]) == set()
}

test_facts_of_other_repositories_pass_unless_they_are_required if {
	other := {"is_curable_here": false, "remedy": "flowgate refs update"}
	_report([_gap(object.union(other, {"is_required": false}))]) == set()
	count(_report([_gap(object.union(other, {"is_required": true}))])) == 1
}

test_nothing_missing_passes if {
	_report([]) == set()
}
