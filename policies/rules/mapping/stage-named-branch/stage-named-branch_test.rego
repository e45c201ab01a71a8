package rules.mapping["stage-named-branch_test"]

import data.rules.mapping["stage-named-branch"] as rule
import rego.v1

# 2026-11-19
_yesterday := 20776 * 86400

_branch(name, role) := {
	"name": name, "ref": sprintf("refs/heads/%s", [name]), "remote": null, "commit": "0000", "is_head": false, "time": _yesterday,
	"type": role, "role": role, "stages": [], "same_name_tag": false, "version": null, "at": {"ref": sprintf("refs/heads/%s", [name])},
}


_reported(names) := {violation.at.ref | some violation in found} if {
	found := rule.report with input as {
		"gate": "scan", "now": "2026-11-20", "branches": [_branch(name, null) | some name in names],
		"options": {"prefixes": ["env", "environment", "environments", "deploy", "cluster", "stage"], "stale_after_days": 365},
	}
}

test_branches_named_like_a_stage_are_reported if {
	names := ["prod", "production", "prd", "staging", "test", "live", "env/prod", "env/int", "deploy-staging", "environments/prd", "cluster/prd01", "prod/eu"]
	_reported(names) == {sprintf("refs/heads/%s", [name]) | some name in names}
}

test_the_message_names_branch_and_stage if {
	found := rule.report with input as {
		"gate": "scan", "now": "2026-11-20", "branches": [_branch("staging", null)],
		"options": {"prefixes": [], "stale_after_days": 365},
	}
	[violation.message | some violation in found] == ["branch `staging` is named like stage `int`: a stage takes released versions, it is no branch"]
}

test_names_that_only_hold_such_a_word_are_silent if {
	_reported(["dev-team", "live-view", "non-prod", "nonprod", "product", "test-login", "production-issue", "internal", "main", "shop"]) == set()
}

test_branches_with_a_meaning_of_their_own_are_silent if {
	every role in ["main", "develop", "release", "hotfix", "topic", "bot", "infrastructure", "environment"] {
		found := rule.report with input as {
			"gate": "scan", "now": "2026-11-20", "branches": [_branch("prod", role)],
			"options": {"prefixes": [], "stale_after_days": 365},
		}
		found == set()
	}
}

test_a_stale_branch_weighs_less if {
	found := rule.report with input as {
		"gate": "scan", "now": "2026-11-20", "branches": [object.union(_branch("prod", null), {"time": _yesterday - (366 * 86400)})],
		"options": {"prefixes": [], "stale_after_days": 365},
	}
	[[violation.severity, contains(violation.message, "untouched for over a year")] | some violation in found] == [["warning", true]]
}
