package rules.argocd["floating-revision_test"]

import data.lib.samples
import data.rules.argocd["floating-revision"] as rule
import rego.v1

_app(stage, rank, revision) := samples.delivery({
	"name": sprintf("phippy-%s", [stage]), "stage": stage, "rank": rank, "revision": revision,
	"at": {"path": sprintf("argocd/%s.yaml", [stage]), "line": 11},
})

_messages(rows) := {violation.message | some violation in found} if {
	found := rule.report with input as object.union(samples.deliveries(rows), {"options": {"moving_tags": ["latest", "stable"]}})
}

_is_silent(row) if _messages([row]) == set()

_is_told(row) if count(_messages([row])) == 1

test_branches_float_beyond_the_first_stage if {
	_messages([_app("prd", 2, samples.branch("main", "main"))]) == {concat("", [
		"Application `phippy-prd` takes stage `prd` from branch `main`: every push changes what runs there, and no version names it",
		" (a branch by its spelling; `flowgate refs update` finds out)",
	])}
	_messages([_app("prd", 2, samples.default_branch)]) == {"Application `phippy-prd` takes stage `prd` from `HEAD`, the default branch: every push changes what runs there, and no version names it"}
	_messages([_app("int", 1, {"text": null, "class": "default", "version": null})]) == {"Application `phippy-int` takes stage `int` from the default branch, because no revision is given: every push changes what runs there, and no version names it"}
	_is_told(_app("int", 1, samples.branch("release/1.3.0", "release")))
	_is_told(_app("prd", 2, {"text": "469b051", "class": "short-commit", "version": null}))
}

test_the_first_stage_may_float if {
	every revision in [samples.branch("dev", "develop"), samples.default_branch, samples.range("1.*"), samples.semver("1.3.0-rc.1")] {
		_is_silent(_app("dev", 0, revision))
	}
}

test_ranges_and_prereleases_float_in_the_last_stage_only if {
	every revision in [samples.range("1.*"), samples.semver("1.3.0-rc.1"), {"text": "latest", "class": "tag", "version": null}] {
		_is_silent(_app("int", 1, revision))
		_is_told(_app("prd", 2, revision))
	}
}

test_charts_float_by_range_or_without_a_version if {
	_is_told(object.union(_app("prd", 2, samples.range("*")), {"source": {"chart": "phippy"}}))
	_messages([object.union(_app("prd", 2, {"text": null, "class": "default", "version": null}), {"source": {"chart": "phippy"}})]) == {"Application `phippy-prd` takes stage `prd` from no version, which means the newest: every new version changes what runs there, without a decision"}
	_is_silent(object.union(_app("int", 1, samples.range("1.*")), {"source": {"chart": "phippy"}}))
	_is_silent(object.union(_app("prd", 2, samples.semver("15.7.1")), {"source": {"chart": "phippy"}}))
}

test_versions_tags_and_commits_are_fixed if {
	every revision in [
		samples.semver("1.2.0"),
		{"text": "release-1.5.3-2.1.0", "class": "tag", "version": null},
		{"text": "0123456789abcdef0123456789abcdef01234567", "class": "commit", "version": null},
	] {
		_is_silent(_app("prd", 2, revision))
	}
}

test_what_cannot_be_known_is_silent if {
	_is_silent(_app("prd", 2, {"text": "{{.revision}}", "class": "templated", "version": null}))
	_is_silent(object.union(_app("prd", 2, samples.default_branch), {"stage": null, "rank": null}))
	_is_silent(object.union(_app("prd", 2, samples.default_branch), {"mode": "preview"}))
	_is_silent(object.union(_app("prd", 2, samples.default_branch), {"mode": "machine-written"}))
	_is_silent(object.union(_app("prd", 2, samples.default_branch), {"tool": "flux"}))
}

test_a_set_over_all_stages_is_judged_by_the_last_it_reaches if {
	set_over := {"stage": null, "rank": null, "name": "phippy", "generated_by": "phippy", "kind": "argocd.ApplicationSet"}
	messages := _messages([object.union(_app("prd", 2, samples.default_branch), object.union(set_over, {"stages": ["dev", "prd"]}))])
	messages == {"ApplicationSet `phippy` takes stage `prd` from `HEAD`, the default branch: every push changes what runs there, and no version names it"}
	_is_silent(object.union(_app("prd", 2, samples.default_branch), object.union(set_over, {"stages": ["dev"]})))
}

test_the_applications_of_one_set_are_told_once_per_stage if {
	row := object.union(_app("prd", 2, samples.default_branch), {"generated_by": "phippy"})
	count(_messages([object.union(row, {"name": "a"}), object.union(row, {"name": "b"})])) == 1
}

test_a_mapping_floats_as_well if {
	count(_messages([_app("dev", 0, samples.branch("dev", "develop")), _app("prd", 2, samples.branch("main", "main"))])) == 1
}

test_a_range_whose_version_is_known_can_be_pinned if {
	revision := object.union(samples.range("1.2.*"), {"pin": "1.2.10"})
	facts := samples.deliveries([samples.delivery({"revision": revision})])
	found := rule.report with input as object.union(facts, {"options": {"moving_tags": []}})
	some violation in found
	violation.fix == "write the version that the range means today, `targetRevision: 1.2.10`, and raise it by a change that is reviewed"
	[edit.text | some edit in violation.edits] == ["\"1.2.10\""]
}
