package rules.commits["scope-known_test"]

import data.rules.commits["scope-known"] as rule
import rego.v1

_commit(scope) := {
	"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "subject": "feat: x", "class": "normal", "is_bot": false,
	"is_exempt": false, "lands": null,
	"conventional": {"ok": true, "type": "feat", "scope": scope, "description": "x", "breaking": false},
}

_report(commit, scopes, required) := report if {
	report := rule.report with input as {"messages": [commit], "options": {"required": required}}
		with data.flow as {"commits": {"scopes": scopes, "types": ["feat"]}, "components": [{"name": "goldie"}]}
}

test_an_unknown_scope_is_found_with_the_nearest if {
	some violation in _report(_commit("phipy"), ["phippy"], false)
	violation.message == `scope "phipy" is not agreed; scopes are goldie, phippy`
	endswith(violation.fix, "reword it: feat(phippy): x")
}

test_known_scopes_and_components_pass if {
	_report(_commit("phippy"), ["phippy"], false) == set()
	_report(_commit("goldie"), ["phippy"], false) == set()
	_report(_commit("phippy, goldie"), ["phippy"], false) == set()
}

test_each_of_several_is_asked_about if count(_report(_commit("phippy,zee,captain"), ["phippy"], false)) == 2

test_a_path_is_one_scope if _report(_commit("apps/phippy"), ["apps/phippy"], false) == set()

test_none_is_asked_for_only_where_the_team_wants_it if {
	_report(_commit(null), ["phippy"], false) == set()
	count(_report(_commit(null), ["phippy"], true)) == 1
}

test_without_any_agreed_scope_all_pass if {
	report := rule.report with input as {"messages": [_commit("x")], "options": {"required": false}}
		with data.flow as {"commits": {"scopes": [], "types": ["feat"]}, "components": []}
	report == set()
}

test_bots_and_reverts_pass if {
	_report(object.union(_commit("x"), {"is_bot": true}), ["phippy"], false) == set()
	_report(object.union(_commit("x"), {"class": "revert"}), ["phippy"], false) == set()
}
