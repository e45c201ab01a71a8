package rules.commits["ticket-missing_test"]

import data.rules.commits["ticket-missing"] as rule
import rego.v1

_change := {
	"title": {"text": "feat: x", "at": {"change": "title"}}, "description": "words", "source": {"branch": "feat/x"}, "is_bot": null,
	"is_description_cut": false, "is_rollback": false,
}

_commit(raw) := {"raw": raw, "is_bot": false}

_report(fields, commits) := report if {
	options := {"pattern": `(?:^|[^A-Za-z0-9])(?:[A-Z][A-Z0-9]+-[0-9]+|#[0-9]+)(?:$|[^A-Za-z0-9])`}
	report := rule.report with input as {"change": object.union(_change, fields), "commits": commits, "options": options}
}

test_a_change_without_ticket_is_found if {
	some violation in _report({}, [_commit("feat: x")])
	violation.severity == "error"
}

test_a_ticket_may_stand_anywhere if {
	_report({"title": {"text": "feat: OPS-12 x", "at": {}}}, []) == set()
	_report({"description": "closes #12."}, []) == set()
	_report({"source": {"branch": "feat/OPS-12-x"}}, []) == set()
	_report({}, [_commit("feat: x"), _commit("fix: y\n\nRefs: OPS-12")]) == set()
}

test_look_alikes_are_no_tickets if {
	count(_report({}, [_commit("feat: UTF-8x and ISO8601")])) == 1
}

test_bots_pass if {
	_report({"is_bot": true}, [_commit("x")]) == set()
	_report({}, [object.union(_commit("x"), {"is_bot": true})]) == set()
}

test_a_cut_description_is_a_warning if {
	some violation in _report({"is_description_cut": true}, [_commit("x")])
	violation.severity == "warning"
}

test_a_change_without_title_is_found_at_its_source if {
	some violation in _report({"title": null, "source": {"branch": "feat/x", "at": {"ref": "refs/heads/feat/x"}}}, [])
	violation.at == {"ref": "refs/heads/feat/x"}
}
