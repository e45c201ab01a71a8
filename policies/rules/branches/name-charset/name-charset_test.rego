package rules.branches["name-charset_test"]

import data.rules.branches["name-charset"] as rule
import rego.v1

_options := {"pattern": "^[a-z0-9][a-z0-9._/-]*$", "ticket": "[A-Z][A-Z0-9]*-[0-9]+", "length": 63}

_branch(name, role) := {
	"name": name, "ref": sprintf("refs/heads/%s", [name]), "remote": null, "type": role, "role": role,
	"at": {"ref": sprintf("refs/heads/%s", [name])},
}

_flow := {"branch_types": [
	{"name": "release", "role": "release", "patterns": [`^release/[0-9]+\.[0-9]+\.[0-9]+$`], "example": "release/<version>"},
	{"name": "feature", "role": "topic", "patterns": ["^feat/.+$"], "example": "feat/<words>"},
]}

_report(names) := report if {
	report := rule.report with input as {"branches": [_branch(name, "topic") | some name in names], "options": _options}
		with data.flow as _flow
}

test_capital_letters_are_reported_with_a_command if {
	some violation in _report(["feat/Login"])
	contains(violation.message, "has capital letters")
	violation.fix == "git branch -m feat/Login feat/login"
}

test_letters_outside_ascii_are_reported if {
	some violation in _report(["feat/ünï-code"])
	contains(violation.message, "letters outside ASCII")
}

test_an_unusual_character_is_reported if {
	some violation in _report(["feat/a#b"])
	contains(violation.message, "an unusual character")
	violation.fix == "git branch -m 'feat/a#b' feat/a-b"
}

test_a_name_that_the_flow_does_not_allow_is_not_proposed if {
	some violation in _report(["My_Stuff"])
	startswith(violation.fix, "rename it to one of the flow's forms")
}

test_a_version_stays_one if {
	some violation in _report(["Release/1.2.0"])
	violation.fix == "git branch -m Release/1.2.0 release/1.2.0"
}

test_an_underscore_is_a_matter_of_collisions_only if {
	_report(["feat/a_b"]) == set()
	count(_report(["feat/a_b", "feat/a-b"])) == 1
}

test_names_that_the_host_makes_of_a_user_pass if {
	branch := object.union(_branch("Irma12-patch-1", "topic"), {"type": "patch"})
	report := rule.report with input as {"branches": [branch], "options": _options}
	report == set()
}

test_plain_names_pass if {
	_report(["feat/a-b", "release/1.2.0", "fix/2.x-login"]) == set()
}

test_ticket_keys_pass if {
	_report(["feature/GH-126", "feat/PROJ-12-login", "fix/OPS2-7"]) == set()
}

test_bots_and_role_branches_pass if {
	branches := [_branch("dependabot/nuget/src/AutoMapper-14.0.0", "bot"), _branch("Main", "main"), _branch("gh_pages", "infrastructure")]
	report := rule.report with input as {"branches": branches, "options": _options}
	report == set()
}

test_a_long_name_is_reported if {
	some violation in _report(["feat/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
	contains(violation.message, "has 68 characters")
}

test_two_branches_of_one_slug_are_told_once if {
	report := _report(["feat/a.b", "feat/a-b"])
	count(report) == 1
	some violation in report
	violation.at.ref == "refs/heads/feat/a.b"
	count(violation.related) == 1
}

test_a_branch_and_its_twin_at_a_remote_are_no_collision if {
	twin := object.union(_branch("feat/a", "topic"), {"ref": "refs/remotes/origin/feat/a", "remote": "origin"})
	report := rule.report with input as {"branches": [_branch("feat/a", "topic"), twin], "options": _options}
	report == set()
}
