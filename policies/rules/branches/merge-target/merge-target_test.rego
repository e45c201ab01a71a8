package rules.branches["merge-target_test"]

import data.rules.branches["merge-target"] as rule
import rego.v1

_side(branch, type, role) := {"branch": branch, "type": type, "role": role, "at": {"ref": sprintf("refs/heads/%s", [branch])}}

_change(source, target, fields) := object.union({"pipeline": "detached", "source": source, "target": target, "is_rollback": false}, fields)

_report(change) := report if {
	report := rule.report with input as {"change": change, "options": {"also": {}}}
}

_main := _side("main", "main", "main")

_dev := _side("dev", "develop", "develop")

test_a_feature_does_not_go_to_main if {
	some violation in _report(_change(_side("feat/x", "feature", "topic"), _main, {}))
	contains(violation.message, `"feat/x", a branch of type feature, is merged into "main", which takes release, hotfix`)
	contains(violation.fix, "a branch of type develop instead")
	violation.severity == "error"
}

test_each_kind_to_its_target_passes if {
	_report(_change(_side("feat/x", "feature", "topic"), _dev, {})) == set()
	_report(_change(_side("hotfix/1.2.1", "hotfix", "hotfix"), _main, {})) == set()
	_report(_change(_side("release/1.2.0", "release", "release"), _dev, {})) == set()
	_report(_change(_side("fix/x", "fix", "topic"), _side("release/1.2.0", "release", "release"), {})) == set()
}

test_topics_take_anything if {
	_report(_change(_side("feat/x", "feature", "topic"), _side("feat/base", "feature", "topic"), {})) == set()
}

test_a_rollback_is_only_told if {
	some violation in _report(_change(_side("revert-0a1b2c3d", "revert", "topic"), _main, {"is_rollback": true}))
	violation.severity == "info"
}

test_main_of_a_fork_is_a_topic if {
	_report(_change(_side("main", null, "topic"), _dev, {})) == set()
	some violation in _report(_change(_side("main", null, "topic"), _main, {}))
	startswith(violation.message, `"main" of a fork`)
}

test_unknown_names_and_queues_are_left_to_others if {
	_report(_change(_side("whatever", null, null), _main, {})) == set()
	_report(_change(_side("feat/x", "feature", "topic"), _main, {"pipeline": "merge-queue"})) == set()
}

test_an_option_lets_more_in if {
	report := rule.report with input as {
		"change": _change(_side("docs/x", "docs", "topic"), _main, {}),
		"options": {"also": {"main": ["docs"]}},
	}
	report == set()
}
