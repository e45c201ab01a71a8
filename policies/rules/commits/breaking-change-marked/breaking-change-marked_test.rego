package rules.commits["breaking-change-marked_test"]

import data.rules.commits["breaking-change-marked"] as rule
import rego.v1

_commit(body, fields) := object.union(
	{
		"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "subject": "feat(cart): add x", "class": "normal",
		"raw": sprintf("feat(cart): add x\n\n%s\n", [body]), "body": body, "is_bot": false, "is_exempt": false,
		"conventional": {"ok": true, "type": "feat", "scope": "cart", "description": "add x", "breaking": false, "error": null},
	},
	fields,
)

_report(commit) := report if {
	report := rule.report with input as {"messages": [commit]}
}

_is_reported(body) if count(_report(_commit(body, {}))) == 1

test_a_footer_in_lower_case_is_reported_at_its_line if {
	some violation in _report(_commit("Why.\n\nbreaking change: the API is gone", {}))
	violation.at == {"commit": "0123456789abcdef", "line": 5, "column": 1}
	startswith(violation.fix, "git rebase -i 0123456789ab^ and reword it: feat(cart)!: add x")
}

test_the_first_line_that_announces_something_is_named if {
	some violation in _report(_commit("Not a breaking change: x\nBreaking change: none\r\nbreaking change: this\nBREAKING CHANGE: that", {}))
	violation.at.line == 5
}

test_other_spellings_are_reported if {
	_is_reported("Breaking Change: x")
	_is_reported("Breaking changes: x")
	_is_reported("BREAKING CHANGE the API is gone")
	_is_reported("BREAKING-CHANGE")
	_is_reported("**BREAKING CHANGE**: x")
	_is_reported("  breaking-change: x\r")
}

test_prose_passes if {
	not _is_reported("This avoids a breaking change: the old name stays.")
	not _is_reported("breaking changes in the API of k8s are coming")
	not _is_reported("> BREAKING CHANGE: quoted from the changelog")
	not _is_reported("    BREAKING CHANGE: shown as code")
}

test_the_answer_to_a_template_passes if {
	not _is_reported("Breaking change: none")
	not _is_reported("BREAKING CHANGES: No.")
	not _is_reported("Breaking changes:")
}

test_a_marked_commit_passes if {
	commit := _commit("breaking change: x", {"conventional": {"ok": true, "type": "feat", "scope": null, "description": "x", "breaking": true}})
	_report(commit) == set()
}

test_what_is_not_conventional_merges_and_bots_pass if {
	_report(_commit("breaking change: x", {"conventional": {"ok": false}})) == set()
	_report(_commit("breaking change: x", {"class": "merge"})) == set()
	_report(_commit("breaking change: x", {"is_bot": true})) == set()
}
