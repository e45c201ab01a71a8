package rules.stages["change-touches-many-stages_test"]

import data.rules.stages["change-touches-many-stages"] as rule
import rego.v1

_flow := {"stages": [{"name": "dev"}, {"name": "int"}, {"name": "prd"}]}

_value(stage, version) := {
	"stage": stage,
	"version": version,
	"at": {"path": sprintf("envs/%v/a.yaml", [stage])},
}

_version(stage) := _value(stage, {"application": "phippy", "stage": stage, "from": "1.2.0", "to": "1.3.0"})

_report(values, is_rollback) := report if {
	report := rule.report with input as {"change": {"values": values, "is_rollback": is_rollback}} with data.flow as _flow
}

test_versions_of_two_stages_are_told_at_the_later_one if {
	report := _report([_version("prd"), _version("dev")], false)
	count(report) == 1
	some violation in report
	violation.message == "the change sets versions of the stages dev and prd together: prd is to get what dev was tried with before"
	violation.at == {"path": "envs/prd/a.yaml"}
	violation.fix == "make one change for each stage, dev first"
	violation.severity == "error"
	violation.related == [{"message": "for dev", "at": {"path": "envs/dev/a.yaml"}}]
}

test_three_stages_are_one_finding if {
	report := _report([_version("dev"), _version("int"), _version("prd")], false)
	{violation.subject | some violation in report} == {"dev int prd"}
	some violation in report
	startswith(violation.message, "the change sets versions of the stages dev, int and prd together")
}

test_a_rollback_of_several_stages_is_information if {
	{violation.severity | some violation in _report([_version("int"), _version("prd")], true)} == {"info"}
}

test_other_values_count_only_with_the_last_stage_among_them if {
	_report([_value("dev", null), _value("int", null)], false) == set()
	report := _report([_value("dev", null), _value("prd", null)], false)
	{[violation.severity, violation.message] | some violation in report} == {["warning", "the change touches the stages dev and prd together, so that nothing of it is tried before prd gets it"]}
}

test_a_version_and_other_values_of_another_stage_are_told_once if {
	count(_report([_version("int"), _value("prd", null)], false)) == 1
	count(_report([_version("int"), _version("prd"), _value("prd", null)], false)) == 1
}

test_one_stage_and_what_has_none_pass if {
	_report([_version("prd"), _value("prd", null)], false) == set()
	_report([_version("prd"), _value(null, null), _version(null)], false) == set()
	_report([], false) == set()
}
