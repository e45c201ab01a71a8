package rules.branches["role-branches-missing_test"]

import data.rules.branches["role-branches-missing"] as rule
import rego.v1

_branch(name, role, remotes) := {
	"name": name, "ref": sprintf("refs/heads/%s", [name]), "type": role, "role": role, "remotes": remotes,
	"at": {"ref": sprintf("refs/heads/%s", [name])},
}

_repository(branches, fields) := object.union(
	{
		"role_branches": branches, "has_all_branches": true, "is_bare": false, "url": "https://git.acme.com/a",
		"head": {"ref": "refs/heads/main"}, "default_branch": "main",
	},
	fields,
)

_report_with(branches, fields) := report if {
	report := rule.report with input as {"repository": _repository(branches, fields), "options": {"roles": ["main", "develop"]}}
}

_report(branches) := _report_with(branches, {})

_main := _branch("main", "main", ["origin"])

_dev := _branch("dev", "develop", ["origin"])

test_one_branch_for_each_role_passes if _report([_main, _dev]) == set()

test_main_and_master_are_told_at_the_one_that_is_not_the_default if {
	report := _report([_main, _branch("master", "main", ["origin"]), _dev])
	count(report) == 1
	some violation in report
	violation.at == {"ref": "refs/heads/master"}
	endswith(violation.fix, "(git log origin/main..origin/master names it), then git push origin :refs/heads/master")
}

test_without_a_default_the_example_of_the_flow_stays if {
	report := _report([_main, _dev, _branch("develop", "develop", ["origin"])])
	{violation.at.ref | some violation in report} == {"refs/heads/develop"}
}

test_branches_of_different_remotes_are_not_two if {
	_report([_main, _branch("master", "main", ["upstream"]), _dev]) == set()
}

test_a_local_leftover_is_no_second_one if {
	_report([_main, _branch("master", "main", []), _dev]) == set()
}

test_a_missing_branch_is_a_hint if {
	some violation in _report([_main])
	violation.severity == "info"
	violation.message == "no branch has the role develop; the flow calls it \"dev\""
	violation.at == {"ref": "refs/heads/dev"}
}

test_what_the_clone_may_not_see_is_not_missing if {
	_report_with([_main], {"has_all_branches": false}) == set()
	_report_with([_main], {"head": {"ref": null}}) == set()
	_report_with([_main], {"url": null}) == set()
	count(_report_with([_main], {"url": null, "is_bare": true})) == 1
}

test_a_repository_of_another_flow_passes if _report([]) == set()

test_a_pattern_for_many_names_wants_many_branches if {
	flow := {"branch_types": [{"name": "main", "role": "main", "patterns": ["^main(-[a-z]+)?$"], "example": "main"}]}
	report := _report([_main, _branch("main-eu", "main", ["origin"])]) with data.flow as flow
	report == set()
}

test_a_flow_without_development_branch_misses_none if {
	flow := {"branch_types": [{"name": "main", "role": "main", "patterns": ["^main$"], "example": "main"}]}
	report := _report([_main]) with data.flow as flow
	report == set()
}
