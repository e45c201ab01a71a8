package rules.history["release-content_test"]

import data.rules.history["release-content"] as rule
import rego.v1

_commit(id, type) := {
	"commit": id, "at": {"commit": id}, "subject": sprintf("%s: x", [type]), "class": "normal", "is_bot": false, "is_exempt": false,
	"conventional": {"ok": true, "type": type},
}

_report(role, commits) := report if {
	report := rule.report with input as {
		"change": {"source": {"branch": "release/1.2.0", "role": role}, "own": ["own1"]},
		"commits": commits,
		"options": {"types": ["fix", "chore"]},
	}
}

test_a_feature_on_a_release_is_found if {
	some violation in _report("release", [_commit("own1", "feat")])
	contains(violation.message, "a commit of type feat is no fix")
}

test_fixes_pass if _report("hotfix", [_commit("own1", "fix"), _commit("own1", "Chore")]) == set()

test_what_came_from_development_passes if _report("release", [_commit("other", "feat")]) == set()

test_topics_pass if _report("topic", [_commit("own1", "feat")]) == set()

test_bots_merges_and_free_words_are_left_to_others if {
	_report("release", [
		object.union(_commit("own1", "feat"), {"is_bot": true}),
		object.union(_commit("own1", "feat"), {"is_exempt": true}),
		object.union(_commit("own1", "feat"), {"class": "merge"}),
		object.union(_commit("own1", "feat"), {"conventional": {"ok": false}}),
	]) == set()
}
