package rules.branches["no-direct-commit_test"]

import data.rules.branches["no-direct-commit"] as rule
import rego.v1

_options := {"roles": ["main", "develop", "environment"], "tools": ["^chore\\((release|version)\\): ", "^chore: release v?[0-9]"], "users": ["release-*"]}

_push := {"remote": null, "url": null, "user": null, "is_bot": null, "protocol": null, "options": []}

_repository := {"in_progress": null, "develop": "refs/heads/dev"}

_standing := {"has_own_commits": true, "is_published": true, "is_unpublished_merge": false}

_branch(name, role) := {
	"name": name, "ref": sprintf("refs/heads/%s", [name]), "role": role, "commit": "0123456789abcdef", "standing": _standing,
	"at": {"ref": sprintf("refs/heads/%s", [name])},
}

_commit(subject, is_bot) := {"commit": "0123456789abcdef", "subject": subject, "is_bot": is_bot}

_update(name, role, direct) := {
	"name": name, "ref": sprintf("refs/heads/%s", [name]), "role": role, "operation": "fast-forward",
	"from": "fedcba9876543210", "new": "0123456789abcdef", "direct": direct, "direct_count": count(direct),
	"at": {"ref": sprintf("refs/heads/%s", [name])},
}

_input(fields) := object.union(
	{"gate": "pre-push", "options": _options, "push": _push, "repository": _repository, "branches": [], "updates": []},
	fields,
)

_before_commit(branch, repository) := report if {
	fields := {"gate": "pre-commit", "branches": [branch], "repository": object.union(_repository, repository)}
	report := rule.report with input as _input(fields)
}

_pushed(update, push) := report if {
	report := rule.report with input as _input({"updates": [update], "push": object.union(_push, push)})
}

_severities(report) := {violation.severity | some violation in report}

test_a_commit_on_main_is_stopped_before_it_is_made if {
	report := _before_commit(_branch("main", "main"), {})
	some violation in report
	violation.message == "this commit would go to \"main\", and changes come there by merges only"
	violation.fix == "git switch -c feat/<words>, and commit there: what is staged comes along"
	_severities(report) == {"error"}
}

test_topics_releases_and_hotfixes_take_commits if {
	every role in ["topic", "release", "hotfix", "bot", "infrastructure", null] {
		_before_commit(_branch("x", role), {}) == set()
		_pushed(_update("x", role, [_commit("feat: x", false)]), {}) == set()
	}
}

test_the_end_of_a_merge_and_what_git_does_for_itself_pass if {
	every operation in ["merge", "rebase", "am"] {
		_before_commit(_branch("dev", "develop"), {"in_progress": operation}) == set()
	}
}

test_a_revert_or_cherry_pick_is_told_and_may_be_finished if {
	every operation in ["revert", "cherry-pick"] {
		report := _before_commit(_branch("dev", "develop"), {"in_progress": operation})
		some violation in report
		violation.message == sprintf("this %s would go to \"dev\", and changes come there by merges only", [operation])
		violation.fix == "finish it, then git switch -c feat/<words> and git branch -f dev 0123456789ab"
		_severities(report) == {"warning"}
		_before_commit(_branch("feat/x", "topic"), {"in_progress": operation}) == set()
	}
}

test_a_merge_that_nobody_has_may_be_amended if {
	branch := object.union(_branch("dev", "develop"), {"standing": {"is_unpublished_merge": true}})
	_before_commit(branch, {}) == set()
}

test_a_repository_that_begins_is_left_alone if {
	branch := object.union(_branch("main", "main"), {"standing": {"is_published": false}})
	_before_commit(branch, {"develop": null}) == set()
	_severities(_before_commit(branch, {})) == {"error"}
}

test_without_a_development_branch_it_is_a_warning if {
	_severities(_before_commit(_branch("main", "main"), {"develop": null})) == {"warning"}
}

test_a_flow_that_has_no_development_branch_means_it if {
	flow := {"branch_types": [{"name": "feature", "role": "topic", "patterns": [], "example": "feat/<words>"}]}
	fields := {"gate": "pre-commit", "branches": [_branch("main", "main")], "repository": {"develop": null}}
	report := rule.report with input as _input(fields) with data.flow as flow
	_severities(report) == {"error"}
}

test_direct_commits_are_told_when_they_are_pushed if {
	direct := [_commit(sprintf("feat: %d", [n]), false) | some n in numbers.range(1, 5)]
	report := _pushed(_update("main", "main", direct), {})
	some violation in report
	violation.message == "\"main\" would get 5 commits by no merge: \"feat: 1\", \"feat: 2\", \"feat: 3\" and 2 more"
	startswith(violation.fix, "git branch feat/<words> 0123456789ab, git reset --keep fedcba987654 on main")
	count(violation.related) == 5
	_severities(report) == {"error"}
}

test_one_commit_is_one if {
	some violation in _pushed(_update("dev", "develop", [_commit("feat: x", false)]), {})
	violation.message == "\"dev\" would get a commit by no merge: \"feat: x\""
}

test_where_the_old_value_is_not_here_it_is_fetched_first if {
	update := object.union(_update("main", "main", [_commit("feat: x", false)]), {"from": null, "operation": "unknown"})
	some violation in _pushed(update, {})
	startswith(violation.fix, "git fetch first")
}

test_nothing_direct_is_nothing_found if {
	_pushed(_update("main", "main", []), {}) == set()
}

test_release_tools_and_bots_pass_where_nobody_vouches if {
	_pushed(_update("main", "main", [_commit("chore(release): 1.2.0", false), _commit("bump", true)]), {}) == set()
	_pushed(_update("main", "main", [_commit("chore(version): v0.58.0", false), _commit("chore: release 1.2.0", false)]), {}) == set()
	count(_pushed(_update("main", "main", [_commit("chore: release the brakes", false)]), {})) == 1
}

test_among_commits_of_tools_those_of_people_are_counted if {
	some violation in _pushed(_update("main", "main", [_commit("bump", true), _commit("feat: x", false)]), {})
	violation.message == "\"main\" would get a commit by no merge: \"feat: x\""
}

test_where_the_host_names_the_pusher_only_that_counts if {
	update := _update("main", "main", [_commit("chore(release): 1.2.0", true)])
	count(_pushed(update, {"user": "ada", "is_bot": false})) == 1
	_pushed(update, {"user": "project_1_bot", "is_bot": true}) == set()
	_pushed(update, {"user": "release-robot", "is_bot": false}) == set()
}

test_the_button_of_the_host_passes if {
	_pushed(_update("main", "main", [_commit("feat: x", false)]), {"user": "ada", "is_bot": false, "protocol": "web"}) == set()
	count(_pushed(_update("main", "main", [_commit("feat: x", false)]), {"user": "ada", "is_bot": false, "protocol": "ssh"})) == 1
}
