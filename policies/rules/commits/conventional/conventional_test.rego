package rules.commits["conventional_test"]

import data.rules.commits.conventional as rule
import rego.v1

_options := {"synonyms": {"feature": "feat"}, "verbs": {"add": "feat", "update": "chore"}}

_flow := {"commits": {"types": ["feat", "fix", "docs", "chore"], "enforce": "all"}}

_commit(subject, fields) := object.union(
	{
		"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "subject": subject, "class": "normal",
		"is_bot": false, "is_exempt": false, "paths": null,
		"conventional": {"ok": false, "error": {"reason": "no type before the colon", "line": 1, "column": 1}},
	},
	fields,
)

_report(commit) := report if {
	report := rule.report with input as {"messages": [commit], "options": _options} with data.flow as _flow
}

_fix(subject) := fix if {
	some violation in _report(_commit(subject, {}))
	fix := trim_prefix(violation.fix, "git rebase -i 0123456789ab^ and reword it: ")
}

test_free_text_is_reported_at_its_place if {
	some violation in _report(_commit("Update feature 1", {}))
	violation.message == "\"Update feature 1\" is not a conventional commit: no type before the colon"
	violation.at == {"commit": "0123456789abcdef", "line": 1, "column": 1}
	violation.severity == "error"
}

test_a_conventional_message_passes if {
	_report(_commit("feat: x", {"conventional": {"ok": true, "error": null}})) == set()
}

test_merges_reverts_and_fixups_pass if {
	some_report := {violation |
		some class in ["merge", "revert", "fixup"]
		some violation in _report(_commit("Merge branch 'x'", {"class": class}))
	}
	some_report == set()
}

test_bots_and_exempt_subjects_pass if {
	_report(_commit("Bump x from 1 to 2", {"is_bot": true})) == set()
	_report(_commit("v1.2.0", {"is_exempt": true})) == set()
}

test_a_known_type_in_another_dress_keeps_its_place if {
	_fix("feat:add x") == "feat: add x"
	_fix("[fix] add x") == "fix: add x"
	_fix("Fix minor error") == "fix: minor error"
	_fix("Feature (cart): add x") == "feat(cart): add x"
	_fix("feat(the cart)!: add x") == "feat(the-cart)!: add x"
	_fix("feat(): add x") == "feat: add x"
	_fix("feat(: add x") == "feat: add x"
	_fix("feat(cart: add x") == "feat(cart): add x"
	_fix("feat(cart!: add x") == "feat(cart)!: add x"
	_fix("feat): add x") == "feat: add x"
	_fix("[Bot] docs: Update Snyk reports") == "docs: Update Snyk reports"
	_fix("Draft: feat: add x") == "feat: add x"
}

test_a_verb_says_the_type_and_stays if {
	_fix("Update feature 1") == "chore: Update feature 1"
	_fix("Add feature 1") == "feat: Add feature 1"
}

test_other_words_get_the_form_and_the_types if {
	_fix("feat:") == "write it as `feat: <what the commit does>`, or with a scope: `feat(<scope>): <what the commit does>`"
	startswith(_fix("feat((a)): add x"), "write it as `feat: ")
	startswith(_fix("feature: "), "put a type before it")
	_fix("working integration") == "put a type before it, `<type>: working integration`; types are feat, fix, docs, chore"
}

_pending(subject, fields) := fix if {
	some violation in _report(_commit(subject, object.union({"commit": null, "at": {"commit": ""}}, fields)))
	fix := trim_prefix(violation.fix, "write this subject instead: ")
}

test_a_slip_in_the_type_and_in_the_form_is_mended if {
	_pending("feet:add x", {}) == "feat: add x"
	_pending("Fxi (cart): y", {}) == "fix(cart): y"
	_pending("feat(a(b):x", {}) == "feat(a-b): x"
	startswith(_pending("http://acme.example is down", {}), "put a type before it")
	startswith(_pending("note: see below", {}), "put a type before it")
}

test_the_staged_paths_tell_a_type if {
	_pending("working integration", {"paths": ["README.md"]}) == "docs: working integration"
	_pending("Update the guide", {"paths": ["docs/guide.md"]}) == "docs: Update the guide"
	_pending("Update the guide", {"paths": ["docs/guide.md", "src/main.rs"]}) == "chore: Update the guide"
	_pending("fix typo", {"paths": ["README.md"]}) == "fix: typo"
	startswith(_pending("working integration", {"paths": ["src/main.rs"]}), "put a type before it")
	startswith(_pending("", {"paths": ["README.md"]}), "put a type before it")
}

test_squashed_commits_give_the_subject_of_one if {
	squashed := "Squashed commit of the following:"
	raw := sprintf("%s\n\ncommit 12\nAuthor: A\n\n    fix: a\n\n    feat: body\n\ncommit 34\n\n    feat(cart): b\n", [squashed])
	_pending(squashed, {"raw": raw}) == "feat: body"
	_pending(squashed, {"raw": sprintf("%s\n\ncommit 1\n\n    fix: a\n", [squashed])}) == "fix: a"
	startswith(_pending(squashed, {"raw": sprintf("%s\n\ncommit 1\n\n    a\n", [squashed])}), "put a type before it")
}

test_an_empty_message_says_so if {
	commit := _commit("", {"conventional": {"ok": false, "error": {"reason": "the message is empty", "line": 1, "column": 1}}})
	some violation in _report(commit)
	violation.message == "the commit message is empty"
}

test_a_missing_blank_line_is_told_where_it_is_missing if {
	error := {"reason": "no blank line between the subject and the body", "line": 2, "column": 1}
	some violation in _report(_commit("feat: x", {"conventional": {"ok": false, "error": error}}))
	violation.at.line == 2
	violation.fix == "leave a blank line between the subject and the body"
}

test_where_only_landing_counts_it_is_a_warning if {
	flow := {"commits": {"types": ["feat"], "enforce": "landing"}}
	report := rule.report with input as {"messages": [_commit("wip stuff", {})], "options": _options} with data.flow as flow
	{violation.severity | some violation in report} == {"warning"}
}

test_a_message_that_is_no_commit_yet_gets_its_subject if {
	commit := object.union(object.remove(_commit("add x", {"commit": null}), ["at"]), {"at": {"path": "COMMIT_EDITMSG"}})
	some violation in _report(commit)
	violation.fix == "write this subject instead: feat: add x"
	violation.at == {"path": "COMMIT_EDITMSG", "line": 1, "column": 1}
}
