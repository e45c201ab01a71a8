package rules.versions["release-tag-off-main_test"]

import data.rules.versions["release-tag-off-main"] as rule
import rego.v1

_tag(name, pre, time) := {
	"name": name, "ref": sprintf("refs/tags/%s", [name]), "is_release": true, "is_ignored": false, "time": time,
	"version": {"text": name, "pre": pre}, "at": {"ref": sprintf("refs/tags/%s", [name])},
}

_options := {"also": ["support"], "strict": false, "habit": 3}

_input(tags, reach) := {
	"gate": "pre-push", "tags": tags, "reach": reach, "options": _options,
	"repository": {"main": "refs/heads/main", "default_branch": "main"},
}

_report(input_) := report if {
	report := rule.report with input as input_
}

_release := [_tag("1.2.0", "", 1)]

_reach(on_main, line, types) := {"refs/tags/1.2.0": {"on_main": on_main, "on_main_line": line, "on": [{"type": type} | some type in types]}}

_one(on_main, line, types) := _report(_input(_release, _reach(on_main, line, types)))

test_a_release_on_development_is_told_with_where_it_is if {
	some violation in _one(false, false, ["develop"])
	violation.message == "release \"1.2.0\" is not on main; its commit is only on branches of type develop"
	violation.fix == "git switch main && git merge --no-ff '1.2.0^{}', and push both"
	violation.severity == "error"
}

test_a_release_on_no_branch_is_told if {
	some violation in _one(false, false, [])
	violation.message == "release \"1.2.0\" is not on main, nor on any other branch of the flow"
}

test_on_main_it_passes if {
	_one(true, true, []) == set()
	_one(true, false, []) == set()
}

test_strict_asks_for_the_line_of_main if {
	strict := {"options": object.union(_options, {"strict": true})}
	report := _report(object.union(_input(_release, _reach(true, false, [])), strict))
	count(report) == 1
	_report(object.union(_input(_release, _reach(true, true, [])), strict)) == set()
}

test_a_maintained_line_passes if _one(false, false, ["support", "topic"]) == set()

test_candidates_and_other_tags_pass if {
	_report(_input([_tag("1.2.0", "rc.1", 1)], _reach(false, false, []))) == set()
	_report(_input([object.union(_release[0], {"is_release": false})], _reach(false, false, []))) == set()
	_report(_input([object.union(_release[0], {"is_ignored": true})], _reach(false, false, []))) == set()
	_report(_input([object.union(_release[0], {"version": null})], _reach(false, false, []))) == set()
}

test_what_nobody_can_tell_passes if {
	_report(_input(_release, null)) == set()
	_report(_input(_release, {})) == set()
}

test_where_main_is_not_what_people_start_from_it_passes if {
	other := {"repository": {"main": "refs/heads/master", "default_branch": "3.x"}}
	_report(object.union(_input(_release, _reach(false, false, [])), other)) == set()
}

test_one_by_one_it_is_a_warning if {
	report := _report(object.union(_input(_release, _reach(false, false, [])), {"gate": "update"}))
	{violation.severity | some violation in report} == {"warning"}
}

test_a_habit_is_told_once_at_the_newest if {
	tags := [_tag(sprintf("1.%d.0", [n]), "", n) | some n in numbers.range(1, 5)]
	reach := {tag.ref: {"on_main": tag.name == "1.1.0", "on_main_line": false, "on": []} | some tag in tags}
	report := _report(object.union(_input(tags, reach), {"gate": "scan"}))
	count(report) == 1
	some violation in report
	violation.message == "4 of 5 releases are not on main; the newest of them is \"1.5.0\""
	violation.severity == "warning"
	count(_report(_input(tags, reach))) == 4
}

test_a_repository_without_default_branch_is_judged if {
	empty := {"repository": {"main": null, "default_branch": null}}
	count(_report(object.union(_input(_release, _reach(false, false, [])), empty))) == 1
	_report(object.union(_input([], {}), empty)) == set()
}
