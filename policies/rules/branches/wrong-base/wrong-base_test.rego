package rules.branches["wrong-base_test"]

import data.rules.branches["wrong-base"] as rule
import rego.v1

_main := {"name": "main", "type": "main", "role": "main"}

_dev := {"name": "dev", "type": "develop", "role": "develop"}

_release := {"name": "release/1.2.0", "type": "release", "role": "release"}

_fork(name, type, role, from) := {
	"ref": sprintf("refs/heads/%s", [name]), "name": name, "type": type, "role": role, "commit": "0123456789abcdef",
	"from": from, "merged": [], "others": [_main, _dev, _release], "own_commits": 1, "at": {"ref": sprintf("refs/heads/%s", [name])},
}

_report(fork, gate, operation) := report if {
	report := rule.report with input as {
		"gate": gate, "forks": [fork], "updates": [{"ref": fork.ref, "operation": operation}], "options": {"also": {"docs": ["main"]}},
	}
}

_made(fork) := _report(fork, "pre-push", "create")

test_a_feature_that_starts_from_main_is_told if {
	report := _made(_fork("feat/x", "feature", "topic", [_main]))
	some violation in report
	violation.message == "\"feat/x\" starts from main; branches of type feature start from dev"
	violation.fix == "git rebase --onto dev 0123456789ab feat/x"
	violation.severity == "error"
}

test_a_hotfix_that_starts_from_dev_is_told if {
	some violation in _made(_fork("hotfix/1.1.1", "hotfix", "hotfix", [_dev]))
	violation.message == "\"hotfix/1.1.1\" starts from dev; branches of type hotfix start from main"
}

test_each_kind_may_start_where_the_flow_says if {
	_made(_fork("feat/x", "feature", "topic", [_dev])) == set()
	_made(_fork("hotfix/1.1.1", "hotfix", "hotfix", [_main])) == set()
	_made(_fork("release/1.3.0", "release", "release", [_dev])) == set()
	count(_made(_fork("release/1.3.0", "release", "release", [_main]))) == 1
}

test_a_shared_commit_is_of_both if {
	_made(_fork("feat/x", "feature", "topic", [_dev, _main])) == set()
	_made(_fork("hotfix/1.1.1", "hotfix", "hotfix", [_dev, _main])) == set()
}

test_a_fix_may_start_from_the_release_that_it_is_for if {
	_made(_fork("fix/x", "fix", "topic", [_release])) == set()
	count(_made(_fork("feat/x", "feature", "topic", [_release]))) == 1
}

test_a_topic_that_took_in_the_right_branch_passes_and_a_hotfix_does_not if {
	_made(object.union(_fork("feat/x", "feature", "topic", [_main]), {"merged": [_dev]})) == set()
	count(_made(object.union(_fork("hotfix/1.1.1", "hotfix", "hotfix", [_dev]), {"merged": [_main]}))) == 1
}

test_nobody_can_start_from_a_branch_that_is_not_there if {
	_made(object.union(_fork("feat/x", "feature", "topic", [_main]), {"others": [_main]})) == set()
}

test_a_branch_without_a_common_past_started_nowhere if {
	_made(_fork("feat/x", "feature", "topic", [])) == set()
}

test_types_without_a_base_and_bots_start_anywhere if {
	_made(_fork("revert-1-x", "revert", "topic", [_main])) == set()
	_made(_fork("release-please--branches--dev", "release-tool", "bot", [_dev])) == set()
	_made(_fork("my-stuff", null, null, [_main])) == set()
}

test_only_a_branch_that_is_made_is_asked_about if {
	_report(_fork("feat/x", "feature", "topic", [_main]), "pre-push", "fast-forward") == set()
}

test_after_a_checkout_it_is_a_warning_with_another_way_out if {
	fork := object.union(_fork("feat/x", "feature", "topic", [_main]), {"own_commits": 0})
	some violation in _report(fork, "post-checkout", "none")
	violation.severity == "warning"
	violation.fix == "git switch -C feat/x dev"
}

test_a_branch_without_commits_of_its_own_is_only_warned_about if {
	fork := object.union(_fork("release/1.3.0", "release", "release", [_main]), {"own_commits": 0})
	{violation.severity | some violation in _made(fork)} == {"warning"}
}

test_further_bases_are_an_option if {
	_made(_fork("docs/x", "docs", "topic", [_main])) == set()
}

_requested(fork, role, is_rollback) := report if {
	report := rule.report with input as {
		"gate": "merge-request", "forks": [fork], "updates": [], "options": {"also": {}},
		"change": {"is_rollback": is_rollback, "target": {"role": role}},
	}
}

test_a_request_is_asked_about_what_it_brings if {
	{violation.severity | some violation in _requested(_fork("feat/x", "feature", "topic", [_main]), "develop", false)} == {"error"}
	_requested(object.union(_fork("feat/x", "feature", "topic", [_main]), {"own_commits": 0}), "develop", false) == set()
}

test_what_goes_on_after_a_merge_is_not_asked_about_in_a_request if {
	hotfix := _fork("hotfix/1.1.1", "hotfix", "hotfix", [_dev])
	count(_requested(hotfix, "main", false)) == 1
	_requested(hotfix, "develop", false) == set()
	_requested(_fork("release/1.3.0", "release", "release", [_main]), "main", false) == set()
}

test_in_a_rollback_a_start_is_information if {
	{violation.severity | some violation in _requested(_fork("feat/x", "feature", "topic", [_main]), "develop", true)} == {"info"}
}
