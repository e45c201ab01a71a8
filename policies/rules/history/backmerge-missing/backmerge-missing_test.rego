package rules.history["backmerge-missing_test"]

import data.rules.history["backmerge-missing"] as rule
import rego.v1

_gap := {
	"ahead": "refs/heads/main", "behind": "refs/heads/dev", "count": 1, "since": 1700000000, "days": 3,
	"commits": [{"commit": "0123456789abcdef", "subject": "fix: x"}],
}

_report(gap) := report if {
	repository := {"main": "refs/heads/main", "develop": "refs/heads/dev", "divergence": [gap]}
	report := rule.report with input as {"repository": repository, "options": {"grace": 1}}
}

test_a_hotfix_that_stayed_on_main_is_reported_with_the_command if {
	some violation in _report(_gap)
	violation.message == "dev lacks 1 commit of main, the oldest 3 days old: \"fix: x\""
	violation.fix == "git switch dev && git merge --no-ff main"
	violation.at == {"ref": "refs/heads/dev"}
	violation.related == [{"message": "only on main: fix: x", "at": {"commit": "0123456789abcdef"}}]
}

test_many_commits_are_counted if {
	commits := [{"commit": sprintf("%d", [n]), "subject": sprintf("fix: %d", [n])} | some n in [1, 2, 3, 4]]
	some violation in _report(object.union(_gap, {"count": 30, "commits": commits}))
	contains(violation.message, "lacks 30 commits of main")
	endswith(violation.message, "\"fix: 1\", \"fix: 2\", \"fix: 3\" and 27 more")
}

test_within_the_grace_it_passes if {
	_report(object.union(_gap, {"days": 0})) == set()
}

test_what_only_the_development_branch_has_passes if {
	_report(object.union(_gap, {"ahead": "refs/heads/dev", "behind": "refs/heads/main"})) == set()
}

test_branches_of_one_state_pass if {
	_report(object.union(_gap, {"count": 0})) == set()
	report := rule.report with input as {"repository": {"main": "refs/heads/main", "develop": null, "divergence": []}, "options": {"grace": 1}}
	report == set()
}

test_a_branch_at_a_remote_keeps_its_remote_in_the_command if {
	repository := {"main": "refs/remotes/origin/main", "develop": "refs/heads/dev", "divergence": [object.union(_gap, {"ahead": "refs/remotes/origin/main"})]}
	report := rule.report with input as {"repository": repository, "options": {"grace": 1}}
	some violation in report
	violation.fix == "git switch dev && git merge --no-ff origin/main"
}
