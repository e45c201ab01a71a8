package rules.naming["namespace-starts-with-digit_test"]

import data.lib.samples
import data.rules.naming["namespace-starts-with-digit"] as rule
import rego.v1

_found(names) := {violation.at.pointer: violation.fix | some violation in found} if {
	facts := samples.names(names)
	found := rule.report with input as facts
}

_namespace(text) := samples.name({"role": "namespace", "kind": "k8s.Namespace", "text": text, "destination_namespace": null, "destination_namespace_at": null})

test_a_leading_digit_is_reported_where_the_name_stands if {
	_found([_namespace("9lives")]) == {"/metadata/name": "let the name begin with a letter, such as `app-9lives`"}
	_found([samples.name({"destination_namespace": "9lives"})]) == {"/spec/destination/namespace": "let the name begin with a letter, such as `app-9lives`"}
}

test_digits_elsewhere_are_fine if {
	_found([_namespace("nine-lives"), _namespace("app-9lives"), _namespace("k8s"), _namespace("prd01")]) == {}
}

test_the_flow_may_allow_it if {
	_found([_namespace("9lives")]) == {} with data.flow.naming.namespace_digits as false
}

test_names_that_are_ignored_or_filled_in_later_are_silent if {
	_found([object.union(_namespace("9lives"), {"is_ignored": true}), _namespace("{{ .ns }}"), _namespace("${namespace}")]) == {}
}

test_a_repository_that_does_not_follow_the_grammar_is_left_alone if {
	found := rule.report with input as object.union(samples.names([_namespace("9lives")]), {"naming": {"applies": false}})
	found == set()
}

test_the_name_of_an_application_is_no_namespace if {
	_found([samples.name({"text": "9lives"})]) == {}
}
