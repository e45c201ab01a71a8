package rules.naming["application-name-pattern_test"]

import data.lib.samples
import data.rules.naming["application-name-pattern"] as rule
import rego.v1

_found(text) := [[violation.message, violation.fix] | some violation in found] if {
	facts := samples.names([samples.name({"text": text})])
	found := rule.report with input as facts
}

_fixes(text) := [fix | some [_, fix] in _found(text)]

test_a_cluster_that_does_not_follow_the_grammar_is_reported if {
	_found("cs-smtp-prod1") == [["application `cs-smtp-prod1` does not follow `cs-<app>-<cluster>`, the pattern of type `cs`: it ends in no known cluster", "call it `cs-smtp-prd01`"]]
}

test_a_stage_that_is_misspelt_is_reported_with_the_nearest if {
	_fixes("app-phippy-prdd") == ["call it `app-phippy-prd`"]
	_fixes("app-phippy-prd-1") == ["call it `app-phippy-prd-01`"]
}

test_a_missing_stage_is_reported if {
	_found("app-phippy") == [["application `app-phippy` does not follow `app-<app>-<stage>[-<instance>]`, the pattern of type `app`: it ends in no stage", "follow the pattern, as in `app-shop-prd`"]]
}

test_an_application_that_starts_with_a_digit_is_reported if {
	count(_found("app-9lives-prd")) == 1
}

test_names_that_follow_are_fine if {
	every text in ["app-phippy-prd", "app-my-shop-int-02", "app-test-int", "cs-smtp-prd01", "ps-cloudnative-pg-dev02"] {
		_found(text) == []
	}
}

test_another_word_for_the_stage_is_left_to_another_rule if {
	_found("app-phippy-prod") == []
	_found("cs-smtp-production01") == []
}

test_a_declared_cluster_may_have_any_name if {
	_found("cs-smtp-smaug") == [] with data.flow.clusters as {"smaug": {"stage": "prd", "servers": []}}
}

test_names_of_no_type_are_left_alone if {
	every text in ["guestbook", "root", "application-prd", "app-{{ .stage }}"] {
		_found(text) == []
	}
}

test_names_that_are_ignored_are_silent if {
	facts := samples.names([samples.name({"text": "app-of-apps", "is_ignored": true})])
	found := rule.report with input as facts
	found == set()
}

test_namespaces_are_no_applications if {
	facts := samples.names([samples.name({"role": "namespace", "text": "app-phippy"})])
	found := rule.report with input as facts
	found == set()
}

test_a_repository_that_does_not_follow_the_grammar_is_left_alone if {
	found := rule.report with input as object.union(samples.names([samples.name({"text": "app-phippy"})]), {"naming": {"applies": false}})
	found == set()
}
