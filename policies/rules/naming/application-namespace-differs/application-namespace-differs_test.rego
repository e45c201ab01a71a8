package rules.naming["application-namespace-differs_test"]

import data.lib.samples
import data.rules.naming["application-namespace-differs"] as rule
import rego.v1

_found(fields) := [violation.message | some violation in found] if {
	facts := samples.names([samples.name(fields)])
	found := rule.report with input as facts
}

test_another_namespace_is_reported_at_the_destination if {
	facts := samples.names([samples.name({"destination_namespace": "phippy"})])
	found := rule.report with input as facts
	some violation in found
	violation.at.pointer == "/spec/destination/namespace"
	violation.message == "application `app-phippy-prd` goes to namespace `phippy`: for type `app` both have the same name"
	violation.fix == "write `namespace: app-phippy-prd`; what runs in `phippy` moves, so plan for its data"
}

test_the_instance_belongs_to_the_name if {
	count(_found({"text": "app-phippy-prd-01"})) == 1
	_found({"text": "app-phippy-prd-01", "destination_namespace": "app-phippy-prd-01"}) == []
}

test_the_same_name_is_fine if {
	_found({}) == []
	_found({"text": "app-my-shop-int", "destination_namespace": "app-my-shop-int"}) == []
}

test_another_word_for_the_stage_is_left_to_another_rule if {
	_found({"text": "app-phippy-prod"}) == []
	_found({"destination_namespace": "app-phippy-production"}) == []
}

test_services_of_clusters_have_namespaces_of_their_own if {
	_found({"text": "cs-smtp-prd01", "destination_namespace": "smtp"}) == []
	_found({"text": "ps-cloudnative-pg-prd01", "destination_namespace": "openshift-operators"}) == []
}

test_names_of_no_type_are_silent if {
	_found({"text": "guestbook", "destination_namespace": "default"}) == []
}

test_what_is_unknown_is_silent if {
	_found({"destination_namespace": null, "destination_namespace_at": null}) == []
	_found({"destination_namespace": ""}) == []
	_found({"destination_namespace": "app-{{ .stage }}"}) == []
	_found({"is_ignored": true, "destination_namespace": "phippy"}) == []
}

test_a_repository_that_does_not_follow_the_grammar_is_left_alone if {
	found := rule.report with input as object.union(samples.names([samples.name({"destination_namespace": "phippy"})]), {"naming": {"applies": false}})
	found == set()
}
