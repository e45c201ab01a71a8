package lib["branches_test"]

import data.lib.branches
import rego.v1

_local := {"name": "x", "ref": "refs/heads/x", "remote": null}

_twin := {"name": "x", "ref": "refs/remotes/origin/x", "remote": "origin"}

test_of_twins_the_local_one_is_judged if {
	judged := branches.judged with input as {"branches": [_twin, _local]}
	judged == {_local}
}

test_a_branch_that_is_only_at_a_remote_is_judged_too if {
	judged := branches.judged with input as {"branches": [_twin]}
	judged == {_twin}
}

test_before_a_commit_only_a_new_branch_is_asked_about if {
	new := object.union(_local, {"standing": {"has_own_commits": false}})
	old := object.union(_local, {"standing": {"has_own_commits": true}})
	branches.judged == {new} with input as {"gate": "pre-commit", "branches": [new]}
	branches.judged == set() with input as {"gate": "pre-commit", "branches": [old]}
	branches.judged == {old} with input as {"gate": "post-checkout", "branches": [old]}
}

_severity_in(gate, operation) := severity if {
	severity := branches.severity(_local) with input as {"gate": gate, "updates": [{"ref": "refs/heads/x", "operation": operation}]}
}

test_a_name_stops_only_who_makes_it if {
	_severity_in("pre-push", "create") == "error"
	_severity_in("pre-push", "fast-forward") == "warning"
	_severity_in("post-checkout", "create") == "warning"
}

test_where_nothing_is_pushed_a_name_weighs_what_the_rule_says if {
	severity := branches.severity(_local) with input as {"gate": "scan", "updates": []}
	severity == "error"
}

test_a_rename_happens_where_the_branch_is if {
	branches.rename(_local, "feat/x") == "git branch -m x feat/x"
	branches.rename(_twin, "feat/x") == "git push origin refs/remotes/origin/x:refs/heads/feat/x :refs/heads/x"
}

test_forms_leave_out_what_nobody_chooses if {
	flow := {"branch_types": [
		{"role": "main", "example": "main"},
		{"role": "topic", "example": "feat/<words>"},
		{"role": "bot", "example": "renovate/<words>"},
		{"role": "topic", "example": "<user>-patch-<n>"},
	]}
	branches.forms == ["main", "feat/<words>"] with data.flow as flow
	branches.prefixes == ["feat"] with data.flow as flow
	branches.topic_prefix == "feat" with data.flow as flow
}

test_a_bare_version_becomes_a_form_of_the_flow if {
	flow := {"branch_types": [{"role": "release", "example": "release/<version>", "patterns": [`^release/[0-9]+\.[0-9]+\.[0-9]+$`]}]}
	version := {"text": "1.2.0-rc.1", "major": 1, "minor": 2, "patch": 0}
	names := branches.of_version({"version": version}) with data.flow as flow
	names == ["release/1.2.0"]
}
