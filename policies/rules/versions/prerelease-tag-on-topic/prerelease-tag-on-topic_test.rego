package rules.versions["prerelease-tag-on-topic_test"]

import data.rules.versions["prerelease-tag-on-topic"] as rule
import rego.v1

_report_with(pre, on_main, roles, fields) := report if {
	tag := object.union(
		{
			"name": "1.2.0-x", "ref": "refs/tags/1.2.0-x", "is_release": true, "is_ignored": false, "version": {"pre": pre},
			"at": {"ref": "refs/tags/1.2.0-x"},
		},
		fields,
	)
	reach := {"refs/tags/1.2.0-x": {"on_main": on_main, "on": [{"type": role, "role": role} | some role in roles]}}
	report := rule.report with input as {"gate": "pre-push", "tags": [tag], "reach": reach, "options": {"previews": ["mr", "preview"]}}
}

_report(pre, on_main, roles) := _report_with(pre, on_main, roles, {})

test_a_candidate_on_a_topic_is_told if {
	some violation in _report("rc.1", false, ["topic"])
	violation.message == "\"1.2.0-x\" is made from a topic branch: only branches of type topic have its commit"
}

test_a_candidate_that_others_build_on_passes if {
	_report("rc.1", false, ["topic", "develop"]) == set()
	_report("rc.1", false, ["release"]) == set()
	_report("rc.1", true, []) == set()
}

test_a_commit_on_no_branch_passes if _report("rc.1", false, []) == set()

test_previews_say_what_they_are if {
	_report("mr12.3", false, ["topic"]) == set()
	_report("preview.4", false, ["topic"]) == set()
	count(_report("rc.premr", false, ["topic"])) == 1
}

test_releases_and_other_tags_pass if {
	_report("", false, ["topic"]) == set()
	_report_with("rc.1", false, ["topic"], {"is_ignored": true}) == set()
	_report_with("rc.1", false, ["topic"], {"is_release": false}) == set()
}

test_what_nobody_can_tell_passes if {
	report := rule.report with input as {"tags": [{"ref": "x", "is_release": true, "is_ignored": false, "version": {"pre": "rc.1"}}], "reach": null, "options": {"previews": []}}
	report == set()
}
