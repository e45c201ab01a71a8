package rules.naming["stage-word-canonical_test"]

import data.lib.samples
import data.rules.naming["stage-word-canonical"] as rule
import rego.v1

_fixes(names) := {violation.at.pointer: violation.fix | some violation in found} if {
	facts := samples.names(names)
	found := rule.report with input as facts
}

test_another_word_for_a_stage_is_reported_in_name_and_namespace if {
	_fixes([samples.name({"text": "app-phippy-tst", "destination_namespace": "app-phippy-test"})]) == {
		"/metadata/name": "call it `app-phippy-int`",
		"/spec/destination/namespace": "call it `app-phippy-int`; a namespace cannot be renamed, so what runs there moves",
	}
}

test_the_message_names_the_stages if {
	facts := samples.names([samples.name({"text": "app-phippy-prod"})])
	found := rule.report with input as facts
	[violation.message | some violation in found] == ["application `app-phippy-prod` uses another word for a stage than its name: the stages of this flow are `dev`, `int`, `prd`"]
}

test_the_stage_of_a_cluster_counts_as_well if {
	_fixes([samples.name({"text": "cs-smtp-prod01", "destination_namespace": "smtp"})]) == {"/metadata/name": "call it `cs-smtp-prd01`"}
}

test_a_declared_cluster_is_a_name_of_its_own if {
	_fixes([samples.name({"text": "cs-smtp-prod01", "destination_namespace": "smtp"})]) == {} with data.flow.clusters as {"prod01": {"stage": "prd", "servers": []}}
}

test_the_names_of_stages_are_fine if {
	_fixes([samples.name({}), samples.name({"text": "app-test-int", "destination_namespace": "app-test-int"})]) == {}
}

test_words_outside_the_slot_of_the_stage_are_fine if {
	_fixes([samples.name({"text": "app-production-line-prd", "destination_namespace": "production"})]) == {}
}

test_names_outside_the_grammar_are_silent if {
	_fixes([samples.name({"text": "shop-prod", "destination_namespace": "shop-prod"}), samples.name({"text": "app-phippy-prod", "destination_namespace": null, "is_ignored": true})]) == {}
}

test_a_repository_that_does_not_follow_the_grammar_is_left_alone if {
	found := rule.report with input as object.union(samples.names([samples.name({"text": "app-phippy-prod"})]), {"naming": {"applies": false}})
	found == set()
}
