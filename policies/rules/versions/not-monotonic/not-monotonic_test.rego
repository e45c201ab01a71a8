package rules.versions["not-monotonic_test"]

import data.rules.versions["not-monotonic"] as rule
import rego.v1

_version(text) := version if {
	[plain, _] := [split(text, "+")[0], null]
	core := split(split(plain, "-")[0], ".")
	version := {
		"text": text, "major": to_number(core[0]), "minor": to_number(core[1]), "patch": to_number(core[2]),
		"pre": trim_prefix(trim_prefix(plain, split(plain, "-")[0]), "-"),
	}
}

_update(text, highest) := {
	"name": text, "kind": "tag", "operation": "create", "is_release": true, "version": _version(text),
	"tag": {"target": "b"}, "highest": {"name": highest, "version": _version(highest), "target": "a"},
	"at": {"ref": sprintf("refs/tags/%s", [text])},
}

_report(update) := report if {
	report := rule.report with input as {"gate": "pre-push", "updates": [update], "options": {}}
}

test_a_lower_version_is_told_with_the_next_one if {
	some violation in _report(_update("1.2.1", "1.2.3"))
	violation.message == "tag \"1.2.1\" comes after \"1.2.3\", which is higher in the line 1.2"
	violation.fix == "take a version above 1.2.3: git tag -a 1.2.4 -m 1.2.4"
	violation.severity == "error"
}

test_a_candidate_after_its_release_is_told if {
	some violation in _report(_update("1.2.0-rc.1", "1.2.0"))
	violation.message == "tag \"1.2.0-rc.1\" comes after its own release \"1.2.0\""
}

test_precedence_is_that_of_semver if {
	_report(_update("1.2.0-rc.10", "1.2.0-rc.9")) == set()
	count(_report(_update("1.2.0-rc.9", "1.2.0-rc.10"))) == 1
	_report(_update("1.2.0", "1.2.0-rc.10")) == set()
	_report(_update("1.2.10", "1.2.9")) == set()
}

test_the_release_lies_above_its_candidates if {
	some violation in _report(_update("1.2.0-rc.1", "1.2.0-rc.2"))
	endswith(violation.fix, "git tag -a 1.2.0 -m 1.2.0")
}

test_build_metadata_makes_no_other_version if {
	some violation in _report(_update("1.2.0+b2", "1.2.0+b1"))
	violation.message == "tag \"1.2.0+b2\" is the version of \"1.2.0+b1\" once more, at another commit"
}

test_two_names_of_one_release_pass if {
	_report(object.union(_update("1.2.0", "1.2.0"), {"name": "v1.2.0", "tag": {"target": "a"}})) == set()
}

test_the_first_of_a_line_passes if {
	_report(object.union(_update("1.2.0", "1.2.0"), {"highest": null})) == set()
}

test_what_is_no_release_or_is_not_made_passes if {
	_report(object.union(_update("1.2.1", "1.2.3"), {"is_release": false})) == set()
	_report(object.union(_update("1.2.1", "1.2.3"), {"operation": "force"})) == set()
	_report({"name": "main", "kind": "branch", "operation": "create"}) == set()
}

test_in_a_clone_it_is_a_warning if {
	report := rule.report with input as {"gate": "reference-transaction", "updates": [_update("1.2.1", "1.2.3")], "options": {}}
	{violation.severity | some violation in report} == {"warning"}
}
