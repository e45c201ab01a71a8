package lib.pipelines_test

import data.lib.pipelines
import data.lib.samples
import rego.v1

_job(stage, rank, revision) := samples.delivery({
	"tool": "gitlab-ci", "kind": "gitlab.ci", "name": sprintf("deploy-%s", [stage]), "mode": "pipeline", "stage": stage, "rank": rank,
	"environment": stage, "revision": revision, "at": {"line": rank},
})

_dev := _job("dev", 0, samples.branch("dev", "develop"))

_prd := _job("prd", 2, samples.branch("main", "main"))

_deciding(rows) := found if {
	found := pipelines.deciding["gitlab-ci"] with input as samples.deliveries(rows)
} else := set()

test_how_a_branch_decides_has_a_name if {
	_deciding([_dev, _prd]) == {[0, "mapped"], [1, "mapped"]}
	_deciding([_prd]) == {[0, "alone"]}
	_deciding([_job("int", 1, samples.branch("main", "main")), _prd]) == {[0, "shared"], [1, "shared"]}
	_deciding([object.union(_prd, {"environment_from_branch": true})]) == {[0, "computed"]}
}

test_versions_previews_and_controllers_decide_nothing if {
	_deciding([_job("prd", 2, samples.semver("1.2.0"))]) == set()
	_deciding([object.union(_prd, {"mode": "follows"})]) == set()
	_deciding([object.union(_prd, {"mode": "preview"})]) == set()
	_deciding([object.union(_prd, {"stage": null})]) == set()
	_deciding([_job("prd", 2, samples.branch("prod", "environment"))]) == set()
}

test_pipelines_of_two_tools_do_not_map_each_other if {
	_deciding([_dev, object.union(_prd, {"tool": "github-actions"})]) == {[0, "alone"]}
}

test_a_mapped_stage_names_its_siblings if {
	[dev, prd] := [_dev, _prd]
	violation := pipelines.violation(prd, "mapped") with input as samples.deliveries([dev, prd])
	violation.message == "job `deploy-prd` deploys branch `main` to `prd` (stage `prd`): a push changes the stage, not the release of a version, while stage `dev` is served from branch `dev`"
	violation.related == [{"message": "stage `dev` is served from branch `dev`", "at": dev.at}]
	not violation.severity
}

test_the_first_stage_alone_is_information if {
	dev := _dev
	violation := pipelines.violation(dev, "alone") with input as samples.deliveries([dev])
	violation.severity == "info"
	violation.message == "job `deploy-dev` deploys branch `dev` to `dev`, the first stage: fine while the later stages take versions"
	violation.related == []
}
