package rules.history["role-branches-squashed_test"]

import data.rules.history["role-branches-squashed"] as rule
import rego.v1

_side(branch, role) := {"branch": branch, "role": role, "at": {"ref": sprintf("refs/heads/%s", [branch])}}

_report(source, target, squash) := report if {
	report := rule.report with input as {"change": {"source": source, "target": target, "squash": squash}}
}

test_main_into_dev_is_an_error if {
	some violation in _report(_side("main", "main"), _side("dev", "develop"), true)
	violation.severity == "error"
}

test_a_release_into_main_is_a_warning if {
	some violation in _report(_side("release/1.2.0", "release"), _side("main", "main"), true)
	violation.severity == "warning"
}

test_topics_may_be_squashed if {
	_report(_side("feat/x", "topic"), _side("dev", "develop"), true) == set()
}

test_without_squash_all_is_well if {
	_report(_side("main", "main"), _side("dev", "develop"), false) == set()
	_report(_side("main", "main"), _side("dev", "develop"), null) == set()
}
