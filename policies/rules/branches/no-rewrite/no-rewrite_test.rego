package rules.branches["no-rewrite_test"]

import data.rules.branches["no-rewrite"] as rule
import rego.v1

_options := {"force": ["main", "develop", "release", "environment"], "delete": ["main", "develop", "environment"]}

_update(name, role, operation) := {
	"name": name, "role": role, "operation": operation,
	"old": "fedcba9876543210", "new": "0123456789abcdef", "at": {"ref": sprintf("refs/heads/%s", [name])},
}

_report(name, role, operation) := report if {
	report := rule.report with input as {
		"updates": [_update(name, role, operation)], "options": _options,
		"push": {"remote": null, "user": null},
	}
}

test_a_forced_push_to_main_is_told_with_both_values if {
	some violation in _report("main", "main", "force")
	violation.message == "\"main\" would lose commits that others have: its new value 0123456789ab does not hold the old one fedcba987654"
	violation.fix == "git fetch, git rebase origin/main, and push without force; to take back what is published: git revert"
	not violation.severity
}

test_a_deletion_is_told if {
	some violation in _report("dev", "develop", "delete")
	startswith(violation.message, "\"dev\" would be deleted")
}

test_an_unknown_past_is_no_force if {
	report := _report("main", "main", "unknown")
	count(report) == 1
	some violation in report
	violation.severity == "warning"
	violation.fix == "git fetch origin first"
}

test_what_moves_forward_passes if {
	every operation in ["create", "fast-forward"] {
		_report("main", "main", operation) == set()
	}
}

test_topics_are_rebased_and_deleted_as_people_please if {
	every role in ["topic", "bot", "infrastructure", "hotfix", null] {
		every operation in ["force", "delete", "unknown"] {
			_report("x", role, operation) == set()
		}
	}
}

test_a_release_branch_is_deleted_when_it_is_done_and_never_rewritten if {
	_report("release/1.2.0", "release", "delete") == set()
	count(_report("release/1.2.0", "release", "force")) == 1
}

test_the_remote_that_is_pushed_to_is_named if {
	report := rule.report with input as {
		"updates": [_update("main", "main", "unknown")], "options": _options,
		"push": {"remote": "up stream", "user": null},
	}
	{violation.fix | some violation in report} == {"git fetch 'up stream' first"}
}
