package rules.naming["namespace-not-dns-label_test"]

import data.lib.samples
import data.rules.naming["namespace-not-dns-label"] as rule
import rego.v1

_found(text) := [[violation.message, object.get(violation, "fix", null)] | some violation in found] if {
	facts := samples.names([
		samples.name({"role": "namespace", "kind": "k8s.Namespace", "text": text, "destination_namespace": null, "destination_namespace_at": null}),
	])
	found := rule.report with input as facts
}

_long := concat("", [letter | some _ in numbers.range(1, 64); letter := "a"])

test_capital_letters_and_underscores_are_reported if {
	_found("App_Phippy") == [["namespace `App_Phippy` has other characters than lower-case letters, digits and inner `-`; Kubernetes refuses it", "call it `app-phippy`"]]
}

test_dots_and_outer_dashes_are_reported if {
	every text in ["app.phippy", "-phippy", "phippy-"] {
		count(_found(text)) == 1
	}
}

test_more_than_63_characters_are_reported if {
	[[message, _]] := _found(_long)
	startswith(message, "namespace `aaaa")
	contains(message, "has 64 characters, more than 63")
}

test_labels_are_fine if {
	every text in ["app-phippy-prd", "9lives", "a", "kube-system", "x1", "{{ .ns }}", "$NAMESPACE"] {
		_found(text) == []
	}
}

test_a_repository_that_does_not_follow_the_grammar_is_left_alone if {
	found := rule.report with input as object.union(samples.names([samples.name({"destination_namespace": "App_Phippy"})]), {"naming": {"applies": false}})
	found == set()
}
