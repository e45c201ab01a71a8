package rules.stages["cross-stage-reference_test"]

import data.lib.samples
import data.rules.stages["cross-stage-reference"] as rule
import rego.v1

_edge(from_stage, to_stage) := {
	"from": "envs/prd/kustomization.yaml", "to": "envs/dev/config", "kind": "kustomize.resources", "from_stage": from_stage, "to_stage": to_stage,
	"from_evidence": [samples.evidence("path", "envs/prd/kustomization.yaml", from_stage, 70)],
	"to_evidence": [samples.evidence("path", "envs/dev/config", to_stage, 70)],
	"at": {"path": "envs/prd/kustomization.yaml", "document": 0, "pointer": "/resources/0", "line": 3, "column": 5},
}

_severities(edges) := [object.get(violation, "severity", "level") | some violation in found] if {
	found := rule.report with input as {"edges": edges, "options": {"strong": 60}}
}

test_a_reference_into_another_stage_is_reported_where_it_is_written if {
	found := rule.report with input as {"edges": [_edge("prd", "dev")], "options": {"strong": 60}}
	some violation in found
	violation.at.pointer == "/resources/0"
	violation.message == "`envs/prd/kustomization.yaml` is of stage `prd` and refers to `envs/dev/config` of stage `dev`: what is changed for one stage changes the other"
	contains(violation.fix, "keep in `envs/prd` what only this stage needs")
}

test_the_own_stage_and_shared_folders_are_fine if {
	_severities([_edge("prd", "prd"), _edge("prd", null), _edge(null, "prd"), _edge(null, null)]) == []
}

test_weak_signs_weigh_less if {
	weak := {"to_evidence": [samples.evidence("path", "tools/staging/x", "int", 30)]}
	_severities([object.union(_edge("prd", "int"), weak)]) == ["warning"]
	_severities([_edge("prd", "int")]) == ["level"]
}

test_what_controllers_take_is_told_by_another_rule if {
	_severities([object.union(_edge("prd", "dev"), {"kind": "argocd.path"}), object.union(_edge("prd", "dev"), {"kind": "flux.path"})]) == []
}

test_values_of_another_stage_are_reported if {
	_severities([object.union(_edge("prd", "dev"), {"kind": "helm.valueFiles", "to": "values/values-dev.yaml"})]) == ["level"]
}
