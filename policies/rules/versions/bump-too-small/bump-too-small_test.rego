package rules.versions["bump-too-small_test"]

import data.rules.versions["bump-too-small"] as rule
import rego.v1

_version(text) := {"text": text, "pre": "", "major": to_number(parts[0]), "minor": to_number(parts[1]), "patch": to_number(parts[2])} if {
	parts := split(text, ".")
}

_release(from, to, level, needed, fields) := object.union(
	{
		"component": null, "tag": to, "version": _version(to), "previous": {"name": from, "version": _version(from)},
		"level": level, "needed": needed, "count": 4, "conventional": 4, "at": {"ref": sprintf("refs/tags/%s", [to])},
		"commits": [{"commit": "a", "subject": "feat: add the cart", "level": needed, "breaking": false, "at": {"commit": "a"}}],
	},
	fields,
)

_report_at(gate, release) := report if {
	report := rule.report with input as {"gate": gate, "releases": [release], "options": {"share": 50, "calendar": 1900}}
}

_report(release) := _report_at("pre-push", release)

test_a_feature_in_a_patch_is_told_with_the_version_to_take if {
	some violation in _report(_release("1.1.0", "1.1.1", "patch", "minor", {}))
	violation.severity == "error"
	violation.message == "\"1.1.1\" is a patch release after \"1.1.0\", and a commit asks for a minor one: \"feat: add the cart\""
	violation.fix == "git tag -d 1.1.1 && git tag -a 1.2.0 -m 1.2.0 '1.1.1^{}'"
	count(violation.related) == 1
}

test_what_is_out_is_released_again if {
	some violation in _report_at("scan", _release("1.1.0", "1.2.0", "minor", "major", {}))
	violation.fix == "release it again as 2.0.0: git tag -a 2.0.0 -m 2.0.0 '1.2.0^{}'"
}

test_a_component_keeps_its_tag_form if {
	some violation in _report(_release("1.1.0", "1.1.1", "patch", "minor", {"tag": "cart/v1.1.1", "component": "cart"}))
	contains(violation.fix, "git tag -a cart/v1.2.0 -m cart/v1.2.0")
}

test_the_right_growth_passes if {
	_report(_release("1.1.0", "1.2.0", "minor", "minor", {})) == set()
	_report(_release("0.4.0", "0.5.0", "minor", "minor", {})) == set()
}

test_more_than_needed_is_a_remark if {
	some violation in _report(_release("1.1.0", "1.2.0", "minor", "patch", {}))
	violation.severity == "info"
	{v.severity | some v in _report(_release("1.1.0", "1.1.1", "patch", "none", {}))} == {"info"}
	_report(_release("0.9.0", "1.0.0", "major", "patch", {})) == set()
}

test_before_the_first_stable_one_a_feature_is_a_remark_and_a_break_is_not if {
	{v.severity | some v in _report(_release("0.4.0", "0.4.1", "patch", "minor", {}))} == {"info"}
	breaking := {"commits": [{"commit": "a", "subject": "feat!: drop it", "level": "minor", "breaking": true, "at": {"commit": "a"}}]}
	{v.severity | some v in _report(_release("0.4.0", "0.4.1", "patch", "minor", breaking))} == {"error"}
}

test_what_says_nothing_is_not_judged if {
	_report(_release("1.1.0", "1.1.1", "patch", null, {})) == set()
	_report(_release("1.1.0", "1.1.1", "patch", "minor", {"count": 9})) == set()
	_report(_release("1.1.0", "1.1.0", "pre", "minor", {})) == set()
	_report(_release("2026.1.0", "2026.1.1", "patch", "minor", {})) == set()
}

test_candidates_are_left_to_their_release if {
	candidate := {"version": object.union(_version("1.1.1"), {"pre": "rc.1"})}
	_report(_release("1.1.0", "1.1.1", "patch", "minor", candidate)) == set()
}
