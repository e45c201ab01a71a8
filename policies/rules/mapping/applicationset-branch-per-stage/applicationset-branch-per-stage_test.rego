package rules.mapping["applicationset-branch-per-stage_test"]

import data.lib.samples
import data.rules.mapping["applicationset-branch-per-stage"] as rule
import rego.v1

_element(stage, rank, revision) := samples.delivery({
	"kind": "argocd.ApplicationSet", "name": sprintf("phippy-%s", [stage]), "generated_by": "phippy", "stage": stage, "rank": rank, "revision": revision,
	"at": {"path": "argocd/phippy.yaml", "pointer": sprintf("/spec/generators/0/list/elements/%d/branch", [rank]), "line": 10 + rank},
})

test_a_branch_per_element_is_reported_at_each if {
	found := rule.report with input as samples.deliveries([
		_element("dev", 0, samples.branch("dev", "develop")),
		_element("prd", 2, samples.branch("prod", null)),
	])
	{violation.at.line | some violation in found} == {10, 12}
	some violation in found
	startswith(violation.message, "ApplicationSet `phippy` gives stage `prd` branch `prod`, while stage `dev` follows branch `dev`: ")
}

test_many_applications_of_one_stage_and_place_are_one_finding if {
	dev := _element("dev", 0, samples.branch("dev", "develop"))
	found := rule.report with input as samples.deliveries([
		object.union(dev, {"name": "a"}), object.union(dev, {"name": "b"}),
		_element("prd", 2, samples.branch("prod", null)),
	])
	count(found) == 2
}

test_elements_of_different_paths_are_compared if {
	found := rule.report with input as samples.deliveries([
		object.union(_element("dev", 0, samples.branch("dev", "develop")), {"family": "cart"}),
		object.union(_element("prd", 2, samples.branch("prod", null)), {"family": "shop"}),
	])
	count(found) == 2
}

test_elements_with_versions_are_fine if {
	rule.report == set() with input as samples.deliveries([
		_element("dev", 0, samples.branch("dev", "develop")),
		_element("prd", 2, samples.semver("1.2.0")),
	])
}

test_one_branch_for_all_elements_is_no_mapping if {
	rule.report == set() with input as samples.deliveries([
		_element("dev", 0, samples.branch("main", "main")),
		_element("prd", 2, samples.branch("main", "main")),
	])
}

test_previews_are_no_stages if {
	rule.report == set() with input as samples.deliveries([
		object.union(_element("dev", 0, samples.branch("feat/cart", "topic")), {"mode": "preview"}),
		_element("prd", 2, samples.branch("main", "main")),
	])
}

test_plain_applications_are_left_to_the_rule_for_argo_cd if {
	rule.report == set() with input as samples.deliveries([
		object.union(_element("dev", 0, samples.branch("dev", "develop")), {"generated_by": null}),
		object.union(_element("prd", 2, samples.branch("main", "main")), {"generated_by": null}),
	])
}

test_sets_of_different_sources_are_compared_apart if {
	rule.report == set() with input as samples.deliveries([
		_element("dev", 0, samples.branch("dev", "develop")),
		object.union(_element("prd", 2, samples.branch("main", "main")), {"source": {"repository": "git.acme.com/team-b/goldie"}}),
	])
}
