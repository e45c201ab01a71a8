package rules.mapping["argocd-branch-per-stage_test"]

import data.lib.samples
import data.rules.mapping["argocd-branch-per-stage"] as rule
import rego.v1

_app(stage, rank, revision) := samples.delivery({
	"name": sprintf("phippy-%s", [stage]), "stage": stage, "rank": rank, "revision": revision,
	"at": {"path": sprintf("argocd/%s.yaml", [stage]), "line": 11},
})

_stages(violations) := {violation.at.path | some violation in violations}

test_three_stages_on_three_branches_are_reported_at_each if {
	found := rule.report with input as samples.deliveries([
		_app("dev", 0, samples.branch("dev", "develop")),
		_app("int", 1, samples.branch("staging", null)),
		_app("prd", 2, samples.branch("main", "main")),
	])
	_stages(found) == {"argocd/dev.yaml", "argocd/int.yaml", "argocd/prd.yaml"}
	some violation in found
	violation.at.path == "argocd/prd.yaml"
	violation.message == concat("", [
		"Application `phippy-prd` takes stage `prd` from branch `main`, while stage `dev` follows branch `dev`, stage `int` follows branch `staging`: a merge between branches deploys, not the release of a version ",
		"(a branch by its spelling; `flowgate refs update` finds out)",
	])
	violation.related == [
		{"message": "stage `dev` follows branch `dev`", "at": {"path": "argocd/dev.yaml", "document": 0, "pointer": "/spec/source/targetRevision", "line": 11, "column": 21}},
		{"message": "stage `int` follows branch `staging`", "at": {"path": "argocd/int.yaml", "document": 0, "pointer": "/spec/source/targetRevision", "line": 11, "column": 21}},
	]
}

test_one_branch_for_all_stages_is_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		_app("dev", 0, samples.branch("main", "main")),
		_app("int", 1, samples.branch("main", "main")),
		_app("prd", 2, samples.branch("main", "main")),
	])
}

test_head_and_master_may_be_the_same_branch if {
	rule.report == set() with input as samples.deliveries([
		_app("int", 1, samples.branch("master", "main")),
		_app("prd", 2, samples.default_branch),
	])
}

test_head_and_master_differ_where_the_refs_are_known if {
	known := object.union(samples.branch("master", "main"), {"known": "refs-lock"})
	found := rule.report with input as samples.deliveries([_app("int", 1, known), _app("prd", 2, samples.default_branch)])
	_stages(found) == {"argocd/int.yaml", "argocd/prd.yaml"}
}

test_head_and_develop_differ if {
	found := rule.report with input as samples.deliveries([
		_app("dev", 0, samples.branch("develop", "develop")),
		_app("prd", 2, samples.default_branch),
	])
	count(found) == 2
}

test_later_stages_on_versions_are_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		_app("dev", 0, samples.branch("develop", "develop")),
		_app("int", 1, samples.semver("1.3.0")),
		_app("prd", 2, samples.semver("1.2.0")),
	])
}

test_different_sources_are_compared_apart if {
	rule.report == set() with input as samples.deliveries([
		_app("dev", 0, samples.branch("develop", "develop")),
		object.union(_app("prd", 2, samples.branch("main", "main")), {"family": "another"}),
	])
}

test_an_unknown_stage_takes_no_part if {
	rule.report == set() with input as samples.deliveries([
		object.union(_app("x", 0, samples.branch("main", "main")), {"stage": null, "rank": null}),
		_app("dev", 0, samples.branch("dev", "develop")),
	])
}

test_two_branches_in_one_stage_are_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		_app("dev", 0, samples.branch("develop", "develop")),
		_app("dev", 0, samples.branch("feat/cart", "topic")),
	])
}

test_previews_machine_written_branches_and_charts_take_no_part if {
	every change in [{"mode": "preview"}, {"mode": "machine-written"}, {"source": {"chart": "phippy"}}] {
		rule.report == set() with input as samples.deliveries([
			object.union(_app("dev", 0, samples.branch("develop", "develop")), change),
			_app("prd", 2, samples.branch("main", "main")),
		])
	}
}

test_what_one_application_set_maps_is_left_to_the_rule_for_sets if {
	rule.report == set() with input as samples.deliveries([
		object.union(_app("dev", 0, samples.branch("dev", "develop")), {"generated_by": "phippy"}),
		object.union(_app("prd", 2, samples.branch("prod", null)), {"generated_by": "phippy"}),
	])
}

test_flux_is_left_to_its_own_rule if {
	rule.report == set() with input as samples.deliveries([
		object.union(_app("dev", 0, samples.branch("dev", "develop")), {"tool": "flux"}),
		object.union(_app("prd", 2, samples.branch("main", "main")), {"tool": "flux"}),
	])
}
