package rules.versions["tag-moved_test"]

import data.rules.versions["tag-moved"] as rule
import rego.v1

_version(text, pre) := {"text": text, "major": 1, "minor": 2, "patch": 0, "pre": pre, "build": "", "prefix": "", "component": null}

_tag(name, text, pre, operation) := {
	"name": name, "kind": "tag", "operation": operation, "is_release": true, "version": _version(text, pre), "highest": null,
	"from": "fedcba9876543210", "tag": {"annotated": true, "target": "0123456789abcdef"}, "at": {"ref": sprintf("refs/tags/%s", [name])},
}

_report(update) := report if {
	report := rule.report with input as {"updates": [update], "options": {}}
}

test_a_moved_release_is_told_with_both_commits_and_the_next_version if {
	some violation in _report(_tag("1.2.0", "1.2.0", "", "force"))
	startswith(violation.message, "release tag \"1.2.0\" would move from fedcba987654 to 0123456789ab: ")
	violation.fix == "keep the tag, and release what is new: git tag -a 1.2.1 -m 1.2.1"
}

test_forward_or_unknown_is_moved_too if {
	every operation in ["fast-forward", "unknown"] {
		count(_report(_tag("1.2.0", "1.2.0", "", operation))) == 1
	}
}

test_the_next_version_lies_behind_the_highest_and_keeps_its_component if {
	update := object.union(_tag("cart/v1.2.0", "1.2.0", "", "force"), {"highest": {"version": {"patch": 7}}})
	some violation in _report(update)
	endswith(violation.fix, "git tag -a cart/v1.2.8 -m cart/v1.2.8")
}

test_a_deleted_release_is_told_and_a_candidate_only_warned_about if {
	{violation.severity | some violation in _report(_tag("1.2.0", "1.2.0", "", "delete"))} == {"error"}
	{violation.severity | some violation in _report(_tag("1.2.0-rc.1", "1.2.0-rc.1", "rc.1", "delete"))} == {"warning"}
}

test_a_new_release_passes if {
	_report(_tag("1.2.0", "1.2.0", "", "create")) == set()
}

test_what_is_no_release_may_move if {
	_report(object.union(_tag("v1", "1.2.0", "", "force"), {"is_release": false})) == set()
	_report({"name": "main", "kind": "branch", "operation": "force", "is_release": false}) == set()
}

test_a_tag_object_for_the_same_commit_is_no_move if {
	update := object.union(_tag("1.2.0", "1.2.0", "", "force"), {"from": "0123456789abcdef"})
	_report(update) == set()
	count(_report(object.union(update, {"tag": {"annotated": false}}))) == 1
}

test_a_tag_whose_object_is_not_here_has_no_way if {
	some violation in _report(object.union(_tag("1.2.0", "1.2.0", "", "unknown"), {"from": null}))
	startswith(violation.message, "release tag \"1.2.0\" would move: ")
}
