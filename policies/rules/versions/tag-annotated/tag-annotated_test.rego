package rules.versions["tag-annotated_test"]

import data.rules.versions["tag-annotated"] as rule
import rego.v1

_tag(name, time, fields) := object.union(
	{
		"name": name, "ref": sprintf("refs/tags/%s", [name]), "target_kind": "commit", "annotated": false, "time": time,
		"is_release": true, "is_ignored": false, "at": {"ref": sprintf("refs/tags/%s", [name])},
	},
	fields,
)

_report_with(annotated, tags) := report if {
	report := rule.report with input as {"tags": tags, "options": {"habit": 5}} with data.flow as {"tags": {"annotated": annotated}}
}

_report(tags) := _report_with(true, tags)

test_a_lightweight_release_is_reported_with_the_command if {
	some violation in _report([_tag("1.2.0", 1, {})])
	violation.message == "release tag \"1.2.0\" is lightweight: it records neither who released nor when"
	violation.fix == "git tag -a -f 1.2.0 -m 1.2.0 '1.2.0^{}'"
}

test_an_annotated_release_passes if {
	_report([_tag("1.2.0", 1, {"annotated": true})]) == set()
}

test_tags_that_are_no_release_pass if {
	_report([_tag("latest", 1, {"is_release": false}), _tag("v1", 1, {"is_ignored": true}), _tag("1.0.0", 1, {"target_kind": "tree"})]) == set()
}

test_a_flow_that_does_not_ask_for_them_gets_none if {
	_report_with(false, [_tag("1.2.0", 1, {})]) == set()
}

test_a_habit_is_told_once_at_the_first_tag if {
	tags := [_tag(sprintf("1.%d.0", [n]), n, {}) | some n in [1, 2, 3, 4, 5]]
	report := _report(tags)
	count(report) == 1
	some violation in report
	violation.at == {"ref": "refs/tags/1.1.0"}
	violation.severity == "warning"
	violation.message == "no tag has a tag object, also none of the 5 releases; the first is \"1.1.0\""
}

test_other_tags_tell_the_habit_too if {
	others := [_tag(sprintf("0.%d", [n]), n, {"is_release": false}) | some n in [1, 2, 3, 4]]
	report := _report(array.concat(others, [_tag("0.4.1", 5, {})]))
	{violation.severity | some violation in report} == {"warning"}
}

test_one_annotated_tag_makes_the_others_stand_out if {
	tags := [_tag(sprintf("1.%d.0", [n]), n, {}) | some n in [1, 2, 3, 4, 5]]
	count(_report(array.concat(tags, [_tag("1.6.0", 6, {"annotated": true})]))) == 5
}
