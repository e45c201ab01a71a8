package rules.mapping["stage-named-branch-followed_test"]

import data.lib.samples
import data.rules.mapping["stage-named-branch-followed"] as rule
import rego.v1

_prefixes := ["env", "environment", "environments", "deploy", "cluster"]

_input(rows) := object.union(samples.deliveries(rows), {"options": {"prefixes": _prefixes, "folders": ["overlays"]}})

_follows(branch, role, named, fields) := object.union(
	samples.delivery({"revision": object.union(samples.branch(branch, role), {"branch_stages": named})}),
	fields,
)

_severities(rows) := [object.get(violation, "severity", "level") | some violation in found] if {
	found := rule.report with input as _input(rows)
}

test_a_branch_named_like_a_stage_is_reported if {
	every branch in ["prod", "prd", "production", "env/prod", "environments/prd", "deploy-production", "prod/eu", "prd01", "shop-prod", "prod-eu"] {
		_severities([_follows(branch, null, ["prd"], {})]) == ["level"]
	}
}

test_it_is_reported_whatever_stage_follows_it if {
	_severities([_follows("prod", null, ["prd"], {"stage": "int", "rank": 1})]) == ["level"]
	_severities([_follows("staging", null, ["int"], {"stage": null, "rank": null})]) == ["level"]
}

test_the_default_branch_counts_when_it_was_written_by_name if {
	_severities([_follows("production", null, ["prd"], {"revision": {"class": "default"}})]) == ["level"]
}

test_flux_is_meant_as_well if {
	_severities([_follows("prod", null, ["prd"], {"tool": "flux", "kind": "flux.GitRepository"})]) == ["level"]
}

test_an_environment_called_after_the_development_branch_is_reported if {
	rows := [_follows("develop", "develop", ["dev"], {
		"name": "cloudstore-develop", "stage": "dev", "rank": 0, "namespace": "develop", "source": {"path": "k8s/overlays/develop"},
		"revision": {"class": "default", "known": "repository"},
	})]
	_severities(rows) == ["level"]
	some violation in rule.report with input as _input(rows)
	violation.message == "Application `cloudstore-develop` follows branch `develop` for stage `dev`, which stands for an environment: a merge into it deploys, not the release of a version"
}

test_the_first_stage_may_share_its_name_with_the_development_branch if {
	_severities([_follows("dev", "develop", ["dev"], {"stage": "dev", "rank": 0, "namespace": "app-phippy-dev", "source": {"path": "deploy/dev"}})]) == []
	_severities([_follows("dev", "develop", ["dev"], {"stage": "dev", "rank": 0, "namespace": "dev", "source": {"path": "deploy/dev"}})]) == ["info"]
	_severities([_follows("develop", "develop", ["dev"], {"stage": "dev", "rank": 0, "namespace": "shop-dev", "source": {"path": "overlays/dev"}})]) == []
}

test_an_environment_of_no_known_stage_may_be_called_after_its_branch if {
	unknown := {"stage": null, "rank": null, "namespace": "shop"}
	_severities([_follows("demo", null, [], object.union(unknown, {"source": {"path": "k8s/overlays/demo"}}))]) == ["level"]
	_severities([_follows("demo", null, [], object.union(unknown, {"source": {"path": "apps/demo"}}))]) == []
	_severities([_follows("demo", null, [], object.union(unknown, {"source": {"path": "overlays/prod"}}))]) == []
	_severities([_follows("main", "main", [], object.union(unknown, {"source": {"path": "overlays/main"}}))]) == []
}

test_a_source_without_a_path_is_judged_by_its_namespace if {
	whole := {"name": "app-dev", "stage": "dev", "rank": 0, "namespace": "dev", "source": {"path": null}}
	_severities([_follows("dev", "develop", ["dev"], whole)]) == []
	_severities([_follows("develop", "develop", ["dev"], object.union(whole, {"namespace": "develop"}))]) == ["level"]
}

test_a_tenant_is_no_stage if {
	every stage in ["dev", "int", "prd", null] {
		_severities([_follows("dev-team", null, ["dev"], {"stage": stage, "namespace": "apps", "source": {"path": "."}})]) == []
	}
}

test_words_that_only_look_like_stages_are_silent if {
	every branch in ["live-view", "test-login", "products", "nonprod", "non-prod", "v-prod-fixes"] {
		_severities([_follows(branch, null, [], {})]) == []
	}
}

test_branches_with_a_meaning_of_their_own_are_silent if {
	_severities([_follows("main", "main", [], {"source": {"path": "clusters/main"}, "namespace": "main"})]) == []
	_severities([_follows("feat/prod", "topic", ["prd"], {})]) == []
	_severities([_follows("hotfix/prod", "hotfix", ["prd"], {})]) == []
	_severities([_follows("renovate/prod", "bot", ["prd"], {})]) == []
}

test_a_profile_may_allow_environment_branches if {
	_severities([_follows("staging", "environment", ["int"], {})]) == []
}

test_a_tag_named_like_a_stage_is_no_branch if {
	_severities([samples.delivery({"revision": {"text": "prod", "class": "tag", "version": null}})]) == []
}

test_what_a_tool_writes_is_information if {
	rows := [_follows("environments/prd", null, ["prd"], {"mode": "machine-written"})]
	_severities(rows) == ["info"]
	some violation in rule.report with input as _input(rows)
	violation.message == "Application `app-phippy-prd` writes rendered manifests for stage `prd` to branch `environments/prd`: fine as long as only the tool writes there"
}

test_pipelines_and_previews_are_left_to_other_rules if {
	_severities([_follows("prod", null, ["prd"], {"mode": "pipeline", "tool": "gitlab-ci"})]) == []
	_severities([_follows("prod", null, ["prd"], {"mode": "preview"})]) == []
}

test_a_mapping_is_told_once_by_the_rule_that_sees_all_of_it if {
	_severities([
		_follows("dev", "develop", ["dev"], {"stage": "dev", "rank": 0, "at": {"path": "dev.yaml"}}),
		_follows("prod", null, ["prd"], {}),
	]) == []
}
