package rules.commits["title-conventional_test"]

import data.rules.commits["title-conventional"] as rule
import rego.v1

_title(subject, conventional) := {
	"text": subject, "subject": subject, "class": "normal", "is_exempt": false, "at": {"change": "title"},
	"conventional": object.union({"ok": true, "type": "feat", "scope": null, "description": "x", "breaking": false, "error": null}, conventional),
}

_bad := {"ok": false, "type": null, "error": {"reason": "no type", "line": 1, "column": 1}}

_report_with(options, change, commits) := report if {
	whole := object.union({"squash": true, "is_rollback": false}, change)
	report := rule.report with input as {"change": whole, "commits": commits, "options": options}
}

_report(change, commits) := _report_with({"always": false}, change, commits)

_commit(conventional) := {"class": "normal", "conventional": object.union({"ok": true, "type": "fix", "breaking": false}, conventional)}

test_a_title_without_type_is_found if {
	some violation in _report({"title": _title("Feat/minor currency support", _bad)}, [])
	violation.fix == "give the merge request this title: feat: minor currency support"
	violation.severity == "error"
}

test_a_title_of_words_gets_a_form if {
	some violation in _report({"title": _title("Add the cart", _bad)}, [])
	violation.fix == "give the merge request this title: <type>: Add the cart"
}

test_an_unknown_type_is_found if {
	some violation in _report({"title": _title("feet: x", {"type": "feet"})}, [])
	contains(violation.message, `type "feet" of the title is not agreed`)
}

test_a_good_title_passes if {
	_report({"title": _title("feat: x", {})}, [_commit({"type": "feat"})]) == set()
}

test_without_squash_the_title_does_not_land if {
	_report({"squash": false, "title": _title("Add the cart", _bad)}, []) == set()
	_report({"squash": null, "title": _title("Add the cart", _bad)}, []) == set()
}

test_a_team_may_want_it_anyway if {
	count(_report_with({"always": true}, {"squash": null, "title": _title("Add the cart", _bad)}, [])) == 1
	_report_with({"always": true}, {"squash": null, "title": null}, []) == set()
}

test_reverts_merges_and_tools_pass if {
	_report({"title": object.union(_title("Revert \"feat: x\"", _bad), {"class": "revert"})}, []) == set()
	_report({"title": object.union(_title("Bump x from 1 to 2", _bad), {"is_exempt": true})}, []) == set()
}

test_a_rollback_is_only_told if {
	some violation in _report({"is_rollback": true, "title": _title("Back to 1.2.0", _bad)}, [])
	violation.severity == "info"
}

test_what_the_title_leaves_out_is_a_warning if {
	some violation in _report({"title": _title("fix: x", {"type": "fix"})}, [_commit({"type": "feat"}), _commit({})])
	violation.severity == "warning"
	violation.fix == "say it in the title: feat: x"
	some breaking in _report({"title": _title("feat(a): x", {"scope": "a"})}, [_commit({"breaking": true})])
	breaking.fix == "say it in the title: feat(a)!: x"
}

test_chores_need_no_feature_in_the_title if {
	_report({"title": _title("chore: x", {"type": "chore"})}, [_commit({}), _commit({"type": "docs"})]) == set()
}
