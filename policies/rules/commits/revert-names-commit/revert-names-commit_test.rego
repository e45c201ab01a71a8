package rules.commits["revert-names-commit_test"]

import data.rules.commits["revert-names-commit"] as rule
import rego.v1

_commit(raw, class) := {
	"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "subject": split(raw, "\n")[0], "raw": raw, "class": class,
	"is_bot": false, "is_exempt": false,
}

_is_reported(raw) if {
	report := rule.report with input as {"messages": [_commit(raw, "revert")]}
	count(report) == 1
}

test_a_revert_without_an_id_is_reported if {
	_is_reported("Revert \"feat: a\"\n")
	_is_reported("revert: feat: a\n\nIt broke the cart.\n")
	_is_reported("Revert \"feat: a\" (#12)\n")
	_is_reported("revert: the page was defaced on 20240101\n")
}

test_what_git_writes_passes if {
	not _is_reported("Revert \"feat: a\"\n\nThis reverts commit 676104e1e7b2f4a0a3a4a2a1b0c9d8e7f6a5b4c3.\n")
	not _is_reported("Revert \"Merge branch 'x'\"\n\nThis reverts commit 1234567, reversing\nchanges made to 7654321.\n")
}

test_a_footer_or_an_id_elsewhere_passes if {
	not _is_reported("revert: feat: a\n\nRefs: 676104e\n")
	not _is_reported("revert: feat: a\n\nRefs: 1234567, 7654321\n")
	not _is_reported("revert: feat: a (676104e)\n")
}

test_what_the_hosts_write_passes if {
	not _is_reported("Revert \"feat: a\" (#13)\n\nReverts acme/phippy#12\n")
	not _is_reported("Revert \"feat: a\"\n\nThis reverts merge request !12\n")
}

test_other_commits_pass if {
	report := rule.report with input as {"messages": [_commit("feat: revert the polarity", "normal"), _commit("Merge x", "merge")]}
	report == set()
}
