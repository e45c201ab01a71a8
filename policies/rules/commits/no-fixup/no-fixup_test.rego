package rules.commits["no-fixup_test"]

import data.rules.commits["no-fixup"] as rule
import rego.v1

_commit(subject, class) := {
	"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "subject": subject, "class": class, "is_bot": false,
	"is_exempt": false,
}

_report(commit) := report if {
	report := rule.report with input as {"messages": [commit], "options": {"words": ["wip", "tmp"]}}
}

_is_reported(subject) if count(_report(_commit(subject, "normal"))) == 1

test_a_fixup_is_reported if {
	some violation in _report(_commit("fixup! feat: a", "fixup"))
	violation.message == "\"fixup! feat: a\" waits to be squashed into the commit it names"
	startswith(violation.fix, "git rebase -i --autosquash")
}

test_work_in_progress_is_reported if {
	_is_reported("WIP")
	_is_reported("wip: add x")
	_is_reported("[WIP] add x")
	_is_reported("tmp commit")
	_is_reported("wip(cart)!: x")
}

test_words_that_only_start_alike_pass if {
	not _is_reported("wipe the cache")
	not _is_reported("tmpfs: mount it")
	not _is_reported("tmp/cache.c: mend")
	not _is_reported("feat: show the wip limit")
}

test_a_merge_passes if {
	_report(_commit("WIP", "merge")) == set()
}

test_exempt_subjects_pass if {
	_report(object.union(_commit("fixup! feat: a", "fixup"), {"is_exempt": true})) == set()
}
