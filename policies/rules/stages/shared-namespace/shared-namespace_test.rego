package rules.stages["shared-namespace_test"]

import data.lib.samples
import data.rules.stages["shared-namespace"] as rule
import rego.v1

_app(stage, rank, cluster, namespace) := samples.delivery({
	"name": sprintf("shop-%s", [stage]), "stage": stage, "rank": rank, "cluster": cluster, "namespace": namespace,
	"at": {"path": sprintf("argocd/%s.yaml", [stage])},
})

_report(deliveries, names) := found if {
	found := rule.report with input as object.union(samples.deliveries(deliveries), {"names": names, "naming": {}, "options": {"shared": ["monitoring"]}})
}

test_two_stages_in_one_namespace_are_one_finding_at_the_earlier_one if {
	found := _report([_app("prd", 2, "c1", "shop"), _app("dev", 0, "c1", "shop"), _app("dev", 0, "c1", "shop")], [])
	count(found) == 1
	some violation in found
	violation.at.path == "argocd/dev.yaml"
	violation.message == "Application `shop-dev` of stage `dev` goes to namespace `shop` of cluster `c1`, which belongs to stage `prd` as well: stages are kept apart by their namespaces"
	[related.at.path | some related in violation.related] == ["argocd/prd.yaml"]
	violation.fix == "give each stage a namespace of its own, such as `shop-dev`"
}

test_the_line_of_the_namespace_is_shown_where_it_is_known if {
	name := samples.name({"at": {"path": "argocd/dev.yaml"}, "destination_namespace": "shop", "destination_namespace_at": {"path": "argocd/dev.yaml", "line": 14}})
	found := _report([_app("prd", 2, "c1", "shop"), _app("dev", 0, "c1", "shop")], [name])
	[violation.at.line | some violation in found] == [14]
}

test_one_namespace_for_each_stage_is_fine if {
	_report([_app("prd", 2, "c1", "shop-prd"), _app("dev", 0, "c1", "shop-dev")], []) == set()
}

test_the_same_name_on_another_cluster_is_fine if {
	_report([_app("prd", 2, "prd01", "shop"), _app("dev", 0, "dev01", "shop")], []) == set()
}

test_several_regions_of_one_stage_are_fine if {
	_report([_app("prd", 2, "c1", "prod"), _app("prd", 2, "c1", "prod")], []) == set()
}

test_what_a_template_leaves_open_is_silent if {
	_report([_app("prd", 2, "{{server}}", "shop"), _app("dev", 0, "{{server}}", "shop")], []) == set()
	_report([_app("prd", 2, "c1", "shop-${env}"), _app("dev", 0, "c1", "shop-${env}")], []) == set()
}

test_a_cluster_that_is_unknown_or_relative_is_silent if {
	every cluster in [null, "in-cluster", "https://kubernetes.default.svc", "kubernetes.default"] {
		_report([_app("prd", 2, cluster, "shop"), _app("dev", 0, cluster, "shop")], []) == set()
	}
	_report([_app("prd", 2, "c1", "shop"), _app("dev", 0, null, "shop")], []) == set()
}

test_an_unknown_stage_or_namespace_is_silent if {
	_report([_app("prd", 2, "c1", "shop"), object.union(_app("dev", 0, "c1", "shop"), {"stage": null})], []) == set()
	_report([_app("prd", 2, "c1", null), _app("dev", 0, "c1", null)], []) == set()
}

test_namespaces_that_are_shared_on_purpose_are_fine if {
	_report([_app("prd", 2, "c1", "monitoring"), _app("dev", 0, "c1", "monitoring")], []) == set()
}
