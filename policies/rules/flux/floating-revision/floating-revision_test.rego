package rules.flux["floating-revision_test"]

import data.lib.samples
import data.rules.flux["floating-revision"] as rule
import rego.v1

_source(stage, rank, revision) := samples.delivery({
	"tool": "flux", "kind": "flux.GitRepository", "name": sprintf("phippy-%s", [stage]), "stage": stage, "rank": rank, "revision": revision,
	"at": {"path": sprintf("cluster/%s.yaml", [stage]), "pointer": "/spec/ref/branch", "line": 10},
})

_release(stage, rank, revision) := object.union(_source(stage, rank, revision), {"kind": "flux.HelmRelease", "source": {"chart": "podinfo"}})

_messages(rows) := {violation.message | some violation in found} if {
	found := rule.report with input as object.union(samples.deliveries(rows), {"options": {"moving_tags": ["latest"]}})
}

_is_silent(row) if _messages([row]) == set()

_is_told(row) if count(_messages([row])) == 1

test_branches_float_beyond_the_first_stage if {
	_is_told(_source("prd", 2, samples.branch("main", "main")))
	_is_told(_source("int", 1, samples.branch("staging", null)))
	_is_told(_source("prd", 2, {"text": null, "class": "default", "version": null}))
	_is_silent(_source("dev", 0, samples.branch("dev", "develop")))
}

test_ranges_of_charts_float_in_the_last_stage_only if {
	_messages([_release("prd", 2, samples.range(">=1.0.0"))]) == {"HelmRelease `phippy-prd` takes stage `prd` from the range `>=1.0.0`: every new version changes what runs there, without a decision"}
	_is_silent(_release("int", 1, samples.range(">=1.0.0-alpha")))
	_is_told(_release("prd", 2, {"text": null, "class": "default", "version": null}))
	_is_told(_release("prd", 2, {"text": "latest", "class": "tag", "version": null}))
	_is_silent(_release("prd", 2, samples.semver("6.5.0")))
}

test_a_range_of_git_tags_is_good_for_the_stage_before if {
	_is_silent(_source("int", 1, samples.range("1.2.x")))
	_is_told(_source("prd", 2, samples.range("1.2.x")))
}

test_the_bootstrap_repository_follows_its_branch_everywhere if {
	main := _source("prd", 2, samples.branch("main", "main"))
	_is_silent(object.union(main, {"name": "flux-system"}))
	_is_silent(object.union(main, {"at": {"path": "clusters/production/flux-system/gotk-sync.yaml"}}))
	_is_silent(object.union(main, {"source": {"is_this_repository": true}}))
}

test_a_bootstrap_repository_on_a_branch_of_its_own_is_told if {
	_is_told(object.union(_source("prd", 2, samples.branch("production", null)), {"name": "flux-system"}))
	count(_messages([
		object.union(_source("int", 1, samples.branch("develop", "develop")), {"name": "flux-system"}),
		object.union(_source("prd", 2, samples.branch("main", "main")), {"name": "flux-system"}),
	])) == 2
}

test_a_tenant_whose_stage_is_unknown_is_silent if {
	_is_silent(object.union(_source("prd", 2, samples.branch("dev-team", null)), {"stage": null, "rank": null}))
}

test_argo_cd_is_left_to_its_own_rule if {
	_is_silent(object.union(_source("prd", 2, samples.branch("main", "main")), {"tool": "argocd"}))
}
