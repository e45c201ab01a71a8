package lib.floating_test

import data.lib.floating
import data.lib.samples
import rego.v1

_ways(row) := {how | some [_, how] in found} if {
	found := floating.loose[row.tool] with input as object.union(samples.deliveries([row]), {"options": {"moving_tags": ["latest"]}})
} else := set()

_at(stage, revision) := samples.delivery({"stage": stage, "revision": revision})

test_each_way_to_float_has_its_name_in_the_last_stage if {
	_ways(_at("prd", samples.branch("main", "main"))) == {"branch"}
	_ways(_at("prd", samples.default_branch)) == {"branch"}
	_ways(_at("prd", samples.range("1.*"))) == {"range"}
	_ways(_at("prd", samples.semver("1.3.0-rc.1"))) == {"prerelease"}
	_ways(_at("prd", {"text": "latest", "class": "tag"})) == {"moving-tag"}
	_ways(_at("prd", {"text": "latest", "class": "branch"})) == {"moving-tag"}
	_ways(_at("prd", {"text": "469b051", "class": "short-commit"})) == {"short"}
	_ways(object.union(_at("prd", samples.default_branch), {"source": {"chart": "phippy"}})) == {"newest"}
}

test_a_released_version_floats_nowhere if {
	every stage in ["dev", "int", "prd"] {
		_ways(_at(stage, samples.semver("1.2.0"))) == set()
	}
}

test_the_stages_between_may_try_candidates_and_take_no_branches if {
	_ways(_at("int", samples.branch("main", "main"))) == {"branch"}
	_ways(_at("int", {"text": "469b051", "class": "short-commit"})) == {"short"}
	_ways(_at("int", samples.range("1.*"))) == set()
	_ways(_at("int", samples.semver("1.3.0-rc.1"))) == set()
}

test_the_first_stage_may_follow_anything if {
	_ways(_at("dev", samples.branch("dev", "develop"))) == set()
	_ways(_at("dev", samples.range("*"))) == set()
}

test_several_stages_are_judged_by_the_last_of_them if {
	floating.reached(samples.delivery({"stage": null, "stages": ["prd", "dev"]})) == "prd"
	not floating.reached(samples.delivery({"stage": null, "stages": []}))
}

test_a_violation_names_thing_stage_and_reason if {
	row := _at("prd", samples.range("1.*"))
	violation := floating.violation(row, "range")
	violation.message == "Application `app-phippy-prd` takes stage `prd` from the range `1.*`: every new version changes what runs there, without a decision"
	violation.subject == "Application `app-phippy-prd` prd"
	violation.at == row.at
}
