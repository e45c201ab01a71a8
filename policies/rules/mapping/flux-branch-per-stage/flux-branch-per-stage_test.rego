package rules.mapping["flux-branch-per-stage_test"]

import data.lib.samples
import data.rules.mapping["flux-branch-per-stage"] as rule
import rego.v1

_source(stage, rank, revision) := samples.delivery({
	"tool": "flux", "kind": "flux.GitRepository", "name": sprintf("hello-%s", [stage]), "stage": stage, "rank": rank, "revision": revision,
	"at": {"path": sprintf("cluster/app/gitrepo-%s.yaml", [stage]), "pointer": "/spec/ref/branch", "line": 10},
})

test_two_stages_on_two_branches_are_reported_at_each if {
	found := rule.report with input as samples.deliveries([
		_source("dev", 0, samples.branch("dev", "develop")),
		_source("prd", 2, samples.branch("main", "main")),
	])
	{violation.at.path | some violation in found} == {"cluster/app/gitrepo-dev.yaml", "cluster/app/gitrepo-prd.yaml"}
	some violation in found
	startswith(violation.message, "GitRepository `hello-prd` takes stage `prd` from branch `main`, while stage `dev` follows branch `dev`: ")
}

test_a_repository_that_several_kustomizations_use_is_reported_once_per_stage if {
	prd := _source("prd", 2, samples.branch("main", "main"))
	found := rule.report with input as samples.deliveries([
		_source("dev", 0, samples.branch("dev", "develop")),
		object.union(prd, {"name": "frontend"}),
		object.union(prd, {"name": "backend"}),
	])
	count(found) == 2
}

test_a_neighbour_at_the_same_place_hides_nothing if {
	prd := _source("prd", 2, samples.branch("main", "main"))
	found := rule.report with input as samples.deliveries([
		_source("dev", 0, samples.branch("dev", "develop")),
		object.union(prd, {"name": "another", "family": "another"}),
		object.union(prd, {"name": "backend"}),
	])
	count(found) == 2
}

test_the_bootstrap_repository_on_one_branch_is_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		_source("int", 1, samples.branch("main", "main")),
		_source("prd", 2, samples.branch("main", "main")),
	])
}

test_a_tenant_branch_without_a_stage_is_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		object.union(_source("dev-team", 0, samples.branch("dev-team", null)), {"stage": null, "rank": null}),
		_source("prd", 2, samples.branch("main", "main")),
	])
}

test_one_tenant_branch_for_all_stages_is_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		_source("int", 1, samples.branch("dev-team", null)),
		_source("prd", 2, samples.branch("dev-team", null)),
	])
}

test_ranges_and_tags_are_no_branches if {
	rule.report == set() with input as samples.deliveries([
		_source("dev", 0, samples.branch("dev", "develop")),
		_source("int", 1, samples.range("1.2.x")),
		_source("prd", 2, samples.semver("1.2.0")),
	])
}

test_argo_cd_is_left_to_its_own_rule if {
	rule.report == set() with input as samples.deliveries([
		object.union(_source("dev", 0, samples.branch("dev", "develop")), {"tool": "argocd"}),
		object.union(_source("prd", 2, samples.branch("main", "main")), {"tool": "argocd"}),
	])
}
