package rules.stages["evidence-conflict_test"]

import data.lib.samples
import data.rules.stages["evidence-conflict"] as rule
import rego.v1

_input(deliveries, names) := object.union(samples.deliveries(deliveries), {"names": names, "naming": {"applies": false}, "options": {"strong": 60, "management": ["mgmt"]}})

_delivery(evidence) := samples.delivery({"name": "prod-tutorial", "evidence": evidence})

_report(deliveries, names) := found if {
	found := rule.report with input as _input(deliveries, names)
}

# The sample puts the weight into the line, so that a place can be told.
_lines(evidence) := [violation.at.line | some violation in _report([_delivery(evidence)], [])]

test_a_source_of_another_stage_is_reported_where_it_is_written if {
	found := _report([_delivery([samples.evidence("name", "prod-tutorial", "prd", 75), samples.evidence("source path", "manifests/overlays/test", "int", 70)])], [])
	some violation in found
	violation.at.line == 70
	violation.message == "Application `prod-tutorial` is of stage `prd` by its name `prod-tutorial`, but of stage `int` by its source path `manifests/overlays/test`: a change meant for one stage reaches the other"
	violation.related == [{"message": "name speaks for stage `prd`", "at": {"path": "apps/phippy.yaml", "document": 0, "pointer": "/name", "line": 75, "column": 3}}]
}

test_a_stronger_destination_is_still_the_place_to_look_at if {
	_lines([samples.evidence("destination cluster", "dev01", "dev", 85), samples.evidence("path", "apps/phippy/prd/app.yaml", "prd", 70)]) == [85]
}

test_the_folder_of_a_management_cluster_says_nothing_of_where_its_applications_go if {
	_lines([samples.evidence("destination cluster", "dev01", "dev", 85), samples.evidence("path", "clusters/prd-mgmt/apps/app.yaml", "prd", 70)]) == []
	_lines([samples.evidence("destination cluster", "mgmt-dev", "dev", 85), samples.evidence("path", "clusters/prd/apps/app.yaml", "prd", 70)]) == [85]
}

test_between_two_signs_of_a_kind_the_weaker_is_reported if {
	_lines([samples.evidence("label", "prd", "prd", 100), samples.evidence("path", "envs/dev/app.yaml", "dev", 70)]) == [70]
	_lines([samples.evidence("destination cluster", "prd01", "prd", 85), samples.evidence("destination namespace", "app-shop-dev", "dev", 80)]) == [80]
}

test_signs_that_agree_are_fine if {
	_lines([samples.evidence("name", "app-phippy-prd", "prd", 90), samples.evidence("destination namespace", "production", "prd", 80)]) == []
}

test_weak_signs_prove_nothing if {
	_lines([samples.evidence("name", "prod-tutorial", "prd", 75), samples.evidence("path", "docs/staging/x.yaml", "int", 30)]) == []
	_lines([samples.evidence("values key", "dev", "dev", 50), samples.evidence("path", "prod/x.yaml", "prd", 30)]) == []
}

test_a_text_that_names_two_stages_is_no_sign if {
	piece := samples.evidence("source path", "prow/overlays/cnv-prod-test-pods", "prd", 70)
	_lines([samples.evidence("name", "test-pods", "int", 75), piece, object.union(piece, {"stage": "int"})]) == []
}

test_several_sources_of_one_application_are_one_finding if {
	row := _delivery([samples.evidence("name", "prod-tutorial", "prd", 75), samples.evidence("destination cluster", "dev01", "dev", 85)])
	count(_report([row, object.union(row, {"source": {"path": "values"}})], [])) == 1
}

test_what_covers_several_stages_on_purpose_is_silent if {
	row := object.union(_delivery([samples.evidence("name", "prod-tutorial", "prd", 75), samples.evidence("source path", "overlays/test", "int", 70)]), {"stage": null, "stages": ["int", "prd"]})
	_report([row], []) == set()
}

test_a_namespace_in_the_folder_of_another_stage_is_reported if {
	evidence := [samples.evidence("namespace", "shop-dev", "dev", 75), samples.evidence("path", "overlays/prd/kustomization.yaml", "prd", 70)]
	name := object.union(samples.name({"role": "namespace", "kind": "kustomize.Kustomization", "text": "shop-dev", "at": {"path": "overlays/prd/kustomization.yaml"}}), {"evidence": evidence})
	found := _report([], [name])
	count(found) == 1
	some violation in found
	violation.at.line == 75
	startswith(violation.message, "namespace `shop-dev` is of stage `prd` by its path `overlays/prd/kustomization.yaml`, but of stage `dev` by its namespace `shop-dev`: ")
}

test_a_document_that_delivers_is_not_told_twice if {
	evidence := [samples.evidence("name", "prod-tutorial", "prd", 75), samples.evidence("source path", "overlays/test", "int", 70)]
	count(_report([_delivery(evidence)], [samples.name({"text": "prod-tutorial", "evidence": evidence})])) == 1
}
