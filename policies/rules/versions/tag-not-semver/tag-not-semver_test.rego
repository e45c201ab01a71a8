package rules.versions["tag-not-semver_test"]

import data.rules.versions["tag-not-semver"] as rule
import rego.v1

_flow := {"tags": {"patterns": [], "ignore": [], "annotated": true}, "components": []}

_options := {"markers": ["latest", "nightly-*", "deploy-*"]}

_tag(name, fields) := object.union(
	{
		"name": name, "ref": sprintf("refs/tags/%s", [name]), "target_kind": "commit", "annotated": true, "time": 0,
		"version": null, "is_release": false, "is_ignored": false, "at": {"ref": sprintf("refs/tags/%s", [name])},
	},
	fields,
)

_release(name, prefix, component, time) := _tag(name, {"is_release": true, "time": time, "version": {"text": "1.0.0", "prefix": prefix, "component": component}})

_report(tags) := report if {
	report := rule.report with input as {"tags": tags, "options": _options} with data.flow as _flow
}

_fix(name) := fix if {
	some violation in _report([_tag(name, {})])
	fix := violation.fix
}

test_two_numbers_are_reported_with_the_version_they_mean if {
	some violation in _report([_tag("v0.1", {})])
	violation.message == "tag \"v0.1\" reads as a version, but SemVer has three numbers"
	violation.fix == "git tag -a 0.1.0 -m 0.1.0 'v0.1^{}' && git tag -d v0.1"
	violation.at == {"ref": "refs/tags/v0.1"}
	not violation.severity
}

test_other_attempts_are_understood if {
	startswith(_fix("0.4"), "git tag -a 0.4.0 ")
	startswith(_fix("release1"), "git tag -a 1.0.0 ")
	startswith(_fix("release-1.2"), "git tag -a 1.2.0 ")
	startswith(_fix("V1.2.0"), "git tag -a 1.2.0 ")
	startswith(_fix("1.2.0rc1"), "git tag -a 1.2.0-rc1 ")
	startswith(_fix("1.2.0.rc1"), "git tag -a 1.2.0-rc1 ")
	startswith(_fix("1.2-rc.1"), "git tag -a 1.2.0-rc.1 ")
	startswith(_fix("01.02.03"), "git tag -a 1.2.3 ")
	startswith(_fix("phippy-1.2"), "git tag -a phippy-1.2.0 ")
	startswith(_fix("charts/phippy/v1.2"), "git tag -a charts/phippy/1.2.0 ")
}

test_the_proposal_keeps_to_the_prefix_of_the_others if {
	report := _report([_tag("v0.1", {}), _release("v1.0.0", "v", null, 1), _release("v1.1.0", "v", null, 2)])
	some violation in report
	startswith(violation.fix, "git tag -a v0.1.0 ")
}

test_a_version_that_is_there_already_is_not_made_again if {
	some violation in _report([_tag("v0.1", {}), _release("0.1.0", "", null, 1)])
	violation.fix == "0.1.0 is there already: git tag -d v0.1"
}

test_a_word_is_only_a_warning if {
	some violation in _report([_tag("before-refactoring", {})])
	violation.severity == "warning"
	contains(violation.message, "is no version")
}

test_versions_pass if {
	_report([_release("1.2.0", "", null, 1), _release("1.2.0-rc.1", "", null, 2)]) == set()
}

test_components_have_series_of_their_own if {
	_report([_release("aws/v0.1.0", "v", "aws", 1), _release("1.2.0", "", null, 2), _release("phippy-1.2.0", "", "phippy", 3)]) == set()
}

test_markers_and_ignored_tags_pass if {
	_report([_tag("latest", {}), _tag("nightly-2024-01-01", {}), _tag("deploy-prd-7", {}), _tag("odd", {"is_ignored": true})]) == set()
}

test_a_moving_major_beside_its_versions_passes if {
	_report([_tag("v1", {}), _release("v1.2.0", "v", null, 1)]) == set()
	count(_report([_tag("v1", {})])) == 1
}

test_a_date_is_a_word if {
	some violation in _report([_tag("2024-01-15", {})])
	violation.severity == "warning"
}

test_a_tag_on_something_else_than_a_commit_passes if {
	_report([_tag("maintainer-key", {"target_kind": "blob"})]) == set()
}

test_mixed_prefixes_are_told_once_at_the_newest_of_the_rarer if {
	report := _report([_release("1.0.0", "", null, 1), _release("v1.1.0", "v", null, 2), _release("1.2.0", "", null, 3)])
	count(report) == 1
	some violation in report
	violation.at == {"ref": "refs/tags/v1.1.0"}
	violation.severity == "warning"
	contains(violation.message, "tags of this repository are written with and without `v`: \"v1.1.0\", but \"1.2.0\"")
}

test_the_grammar_of_the_flow_is_named if {
	flow := {"tags": {"patterns": ["^v[0-9.]+$"], "ignore": [], "annotated": true}, "components": []}
	report := rule.report with input as {"tags": [_tag("1.2.0", {"version": {"text": "1.2.0", "prefix": "", "component": null}})], "options": _options}
		with data.flow as flow
	some violation in report
	contains(violation.message, "a version of the flow is ^v[0-9.]+$")
}
