package rules.branches["name-pattern_test"]

import data.rules.branches["name-pattern"] as rule
import rego.v1

_flow := {
	"stages": [{"name": "prd", "aliases": ["prd", "prod", "production"]}],
	"branch_types": [
		{"name": "main", "role": "main", "patterns": ["^(?:main|master)$"], "example": "main"},
		{"name": "develop", "role": "develop", "patterns": ["^(?:dev|develop)$"], "example": "dev"},
		{"name": "release", "role": "release", "patterns": [`^release/[0-9]+\.[0-9]+\.[0-9]+$`], "example": "release/<version>"},
		{"name": "feature", "role": "topic", "patterns": ["^(?:feat|feature)/.+$"], "example": "feat/<words>"},
		{"name": "fix", "role": "topic", "patterns": ["^(?:fix|bugfix)/.+$"], "example": "fix/<words>"},
		{"name": "bot", "role": "bot", "patterns": ["^renovate/.+$"], "example": "renovate/<words>"},
	],
}

_options := {"ignore": [], "synonyms": {"bug": "fix"}}

_branch(name, fields) := object.union(
	{
		"name": name, "ref": sprintf("refs/heads/%s", [name]), "remote": null, "type": null, "role": null,
		"stages": [], "version": null, "at": {"ref": sprintf("refs/heads/%s", [name])},
	},
	fields,
)

_report(branches) := report if {
	report := rule.report with input as {"branches": branches, "options": _options} with data.flow as _flow
}

_fix(name, fields) := fix if {
	some violation in _report([_branch(name, fields)])
	fix := violation.fix
}

test_a_name_of_no_form_is_reported_with_the_forms_and_a_command if {
	report := _report([_branch("my-stuff", {})])
	count(report) == 1
	some violation in report
	violation.message == "branch \"my-stuff\" has none of the allowed forms: main, dev, release/<version>, feat/<words>, fix/<words>"
	violation.fix == "git branch -m my-stuff feat/my-stuff"
	violation.at == {"ref": "refs/heads/my-stuff"}
}

test_a_branch_of_a_known_type_passes if {
	_report([_branch("dev", {"type": "develop", "role": "develop"}), _branch("renovate/x", {"type": "bot", "role": "bot"})]) == set()
}

test_a_bare_version_becomes_a_release_branch if {
	version := {"text": "1.0.0-alpha0", "major": 1, "minor": 0, "patch": 0}
	_fix("1.0.0-alpha0", {"version": version}) == "git branch -m 1.0.0-alpha0 release/1.0.0"
	some violation in _report([_branch("1.0.0-alpha0", {"version": version})])
	startswith(violation.message, "branch \"1.0.0-alpha0\" is a bare version")
}

test_another_spelling_of_a_form_is_mended if {
	_fix("Feat/login", {}) == "git branch -m Feat/login feat/login"
	_fix("bug/login", {}) == "git branch -m bug/login fix/login"
	_fix("feat-login", {}) == "git branch -m feat-login feat/login"
}

test_a_proposal_is_plain_where_one_can_be if {
	startswith(_fix("Feat/Ünï", {}), "rename it to one of these forms")
	_fix("Feat/a#b", {}) == "git branch -m 'Feat/a#b' feat/a-b"
	version := {"text": "1.0.0-RC1", "major": 1, "minor": 0, "patch": 0}
	_fix("1.0.0-RC1", {"version": version}) == "git branch -m 1.0.0-RC1 release/1.0.0"
}

test_words_before_a_slash_that_mean_nothing_are_kept if {
	_fix("alice/login form", {}) == "git branch -m 'alice/login form' feat/alice-login-form"
}

test_a_name_that_is_taken_is_not_proposed if {
	report := _report([_branch("my-stuff", {}), _branch("feat/my-stuff", {"type": "feature", "role": "topic"})])
	some violation in report
	startswith(violation.fix, "rename it to one of these forms")
}

test_a_maintenance_line_gets_no_made_up_topic if {
	startswith(_fix("2.x", {}), "rename it to one of these forms")
}

test_a_branch_that_is_a_stage_is_not_renamed_to_a_topic if {
	startswith(_fix("production", {"stages": ["prd"]}), "deliver a tag to prd")
}

test_a_branch_that_only_mentions_a_stage_is_renamed if {
	_fix("prod-hotfixes", {"stages": ["prd"]}) == "git branch -m prod-hotfixes feat/prod-hotfixes"
}

test_twins_are_told_once_and_at_the_local_branch if {
	twin := _branch("my-stuff", {"ref": "refs/remotes/origin/my-stuff", "remote": "origin", "at": {"ref": "refs/remotes/origin/my-stuff"}})
	report := _report([twin, _branch("my-stuff", {})])
	{violation.at.ref | some violation in report} == {"refs/heads/my-stuff"}
}

test_a_branch_at_a_remote_is_renamed_there if {
	fields := {"ref": "refs/remotes/origin/x y", "remote": "origin"}
	startswith(_fix("my-stuff", fields), "git push origin ")
}

test_ignored_names_pass if {
	report := rule.report with input as {"branches": [_branch("users/al/x", {})], "options": {"ignore": ["users/**"], "synonyms": {}}}
		with data.flow as _flow
	report == set()
}

test_in_a_rollback_a_name_is_information if {
	every is_rollback, severity in {true: "info", false: "error"} {
		report := rule.report with input as {
			"gate": "merge-request", "branches": [_branch("my-stuff", {})], "options": _options, "change": {"is_rollback": is_rollback},
		} with data.flow as _flow
		{violation.severity | some violation in report} == {severity}
	}
}
