package rules.mapping["gitlab-branch-decides-environment_test"]

import data.lib.samples
import data.rules.mapping["gitlab-branch-decides-environment"] as rule
import rego.v1

_job(stage, rank, revision) := samples.delivery({
	"tool": "gitlab-ci", "kind": "gitlab.ci", "name": sprintf("deploy-%s", [stage]), "mode": "pipeline", "revision": revision,
	"stage": stage, "rank": rank, "environment": sprintf("%s-eu", [stage]), "family": "this",
	"at": {"path": ".gitlab-ci.yml", "pointer": sprintf("/deploy-%s", [stage]), "line": 10 + rank},
})

_input(rows) := object.union(samples.deliveries(rows), {"options": {"one_branch_for_all": false}})

_found(rows) := {violation.at.line: object.get(violation, "severity", "level") | some violation in found} if {
	found := rule.report with input as _input(rows)
}

test_stages_from_different_branches_are_reported_at_each if {
	rows := [_job("dev", 0, samples.branch("develop", "develop")), _job("prd", 2, samples.branch("main", "main"))]
	_found(rows) == {10: "level", 12: "level"}
	found := rule.report with input as _input(rows)
	messages := {violation.message | some violation in found}
	"job `deploy-prd` deploys branch `main` to `prd-eu` (stage `prd`): a push changes the stage, not the release of a version, while stage `dev` is served from branch `develop`" in messages
}

test_a_later_stage_from_a_branch_is_reported_on_its_own if {
	_found([_job("int", 1, samples.branch("staging", null))]) == {11: "level"}
	_found([_job("prd", 2, samples.branch("master", "main"))]) == {12: "level"}
	_found([_job("prd", 2, samples.default_branch)]) == {12: "level"}
}

test_the_first_stage_from_a_branch_is_information if {
	_found([_job("dev", 0, samples.branch("dev", "develop"))]) == {10: "info"}
	_found([_job("dev", 0, samples.branch("dev", "develop")), _job("prd", 2, samples.semver("1.2.0"))]) == {10: "info"}
}

test_tags_are_versions if {
	_found([_job("int", 1, samples.semver("1.2.0")), _job("prd", 2, {"text": "v*", "class": "tag", "version": null})]) == {}
}

test_one_branch_for_all_stages_decides_nothing if {
	rows := [_job("int", 1, samples.branch("main", "main")), _job("prd", 2, samples.branch("main", "main"))]
	_found(rows) == {}
	told := rule.report with input as object.union(_input(rows), {"options": {"one_branch_for_all": true}})
	count(told) == 2
}

test_an_environment_computed_from_the_branch_is_reported if {
	row := object.union(_job("", 0, {"text": "$BRANCH", "class": "templated", "version": null}), {
		"stage": null, "rank": null, "environment": "$BRANCH", "environment_from_branch": true, "name": "deploy",
	})
	_found([row]) == {10: "level"}
}

test_a_pipeline_without_an_environment_of_a_stage_is_silent if {
	_found([object.union(_job("", 0, samples.branch("main", "main")), {"stage": null, "rank": null, "environment": null})]) == {}
	_found([object.union(_job("", 0, samples.branch("main", "main")), {"stage": null, "rank": null, "environment": "product-docs"})]) == {}
}

test_reviews_are_no_stages if {
	_found([object.union(_job("dev", 0, samples.branch("feat/cart", "topic")), {"mode": "preview", "environment_from_branch": true})]) == {}
}

test_a_profile_may_allow_environment_branches if {
	_found([_job("int", 1, samples.branch("staging", "environment"))]) == {}
}

test_other_tools_are_left_to_their_own_rules if {
	_found([object.union(_job("prd", 2, samples.branch("main", "main")), {"tool": "argocd", "mode": "follows"})]) == {}
}
