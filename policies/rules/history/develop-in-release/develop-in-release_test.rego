package rules.history["develop-in-release_test"]

import data.rules.history["develop-in-release"] as rule
import rego.v1

_merge(name, role) := {"commit": "0123456789abcdef", "at": {"commit": "0123456789abcdef"}, "from": [{"name": name, "role": role}]}

_report(role, merges) := report if {
	report := rule.report with input as {"change": {"source": {"branch": "release/1.2.0", "role": role}, "merges": merges}}
}

test_develop_in_a_release_is_found if {
	some violation in _report("release", [_merge("dev", "develop")])
	violation.message == `"release/1.2.0" took in "dev": a release only takes fixes once it has begun`
	startswith(violation.fix, "start again without it: git switch -C release/1.2.0 0123456789ab^1")
}

test_a_hotfix_is_no_different if count(_report("hotfix", [_merge("dev", "develop")])) == 1

test_topics_main_and_fixes_pass if {
	_report("topic", [_merge("dev", "develop")]) == set()
	_report("release", [_merge("main", "main")]) == set()
	_report("release", [object.union(_merge("x", null), {"from": []})]) == set()
	_report("release", []) == set()
}
