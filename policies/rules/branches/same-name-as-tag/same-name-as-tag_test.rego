package rules.branches["same-name-as-tag_test"]

import data.rules.branches["same-name-as-tag"] as rule
import rego.v1

_branch(name, fields) := object.union(
	{
		"name": name, "ref": sprintf("refs/heads/%s", [name]), "remote": null, "type": null, "role": null,
		"same_name_tag": false, "version": null, "at": {"ref": sprintf("refs/heads/%s", [name])},
	},
	fields,
)

_version(text, component) := {"text": text, "major": 1, "minor": 2, "patch": 0, "component": component}

_flow := {"branch_types": [{"role": "release", "example": "release/<version>", "patterns": [`^release/[0-9]+\.[0-9]+\.[0-9]+$`]}]}

_report(branch) := report if {
	report := rule.report with input as {"branches": [branch]} with data.flow as _flow
}

test_one_name_for_a_branch_and_a_tag_is_reported if {
	some violation in _report(_branch("feat/x", {"type": "feature", "role": "topic", "same_name_tag": true}))
	violation.message == "\"feat/x\" is a branch and a tag: as a revision it is ambiguous"
	violation.related == [{"message": "the tag of this name", "at": {"ref": "refs/tags/feat/x"}}]
}

test_a_branch_named_like_a_release_is_reported_with_a_command if {
	some violation in _report(_branch("v1.2.0", {"version": _version("1.2.0", null)}))
	violation.fix == "git branch -m v1.2.0 release/1.2.0"
}

test_a_version_that_is_a_tag_as_well_is_told_once if {
	report := _report(_branch("1.2.0-alpha0", {"same_name_tag": true, "version": _version("1.2.0-alpha0", null)}))
	count(report) == 1
	some violation in report
	violation.fix == "git branch -m 1.2.0-alpha0 release/1.2.0"
}

test_a_release_branch_passes if {
	_report(_branch("release/1.2.0", {"type": "release", "role": "release", "version": _version("1.2.0", "release")})) == set()
}

test_an_untyped_name_with_words_before_the_version_passes if {
	_report(_branch("upgrade-1.2.0", {"version": _version("1.2.0", "upgrade")})) == set()
}

test_a_version_that_the_flow_allows_as_a_branch_passes if {
	_report(_branch("1.2.0", {"type": "release", "role": "release", "version": _version("1.2.0", null)})) == set()
}

test_other_names_pass if {
	_report(_branch("main", {"type": "main", "role": "main"})) == set()
}
