package lib.naming_test

import data.lib.naming
import rego.v1

_slots(text) := naming.read(type, "application", text).slots if {
	type := naming.type_of(text)
}

_canonical(text) := naming.read(naming.type_of(text), "application", text).canonical

test_names_are_read_from_the_right if {
	_slots("app-phippy-prd") == {"type": "app", "app": "phippy", "stage": "prd", "instance": ""}
	_slots("app-my-shop-int-02") == {"type": "app", "app": "my-shop", "stage": "int", "instance": "02"}
	_slots("app-test-int") == {"type": "app", "app": "test", "stage": "int", "instance": ""}
	_slots("app-dev-int-prd-01") == {"type": "app", "app": "dev-int", "stage": "prd", "instance": "01"}
	_slots("ps-cloudnative-pg-prd01") == {"type": "ps", "app": "cloudnative-pg", "cluster": "prd01"}
	_slots("cs-smtp-prd01") == {"type": "cs", "app": "smtp", "cluster": "prd01"}
}

test_names_outside_the_grammar_are_not_read if {
	every text in ["cs-smtp-prod1", "app-phippy", "app-phippy-prd-1", "app-9lives-prd", "app-phippy-prdd", "app--prd", "app-Phippy-prd"] {
		not _slots(text)
	}
}

test_names_of_no_type_claim_none if {
	every text in ["guestbook", "application-prd", "apps", ""] {
		not naming.type_of(text)
	}
}

test_other_words_for_a_stage_are_read_and_replaced if {
	_canonical("app-phippy-prod") == "app-phippy-prd"
	_canonical("app-phippy-production-02") == "app-phippy-prd-02"
	_canonical("cs-smtp-prod01") == "cs-smtp-prd01"
	_canonical("app-phippy-prd") == "app-phippy-prd"
}

test_a_word_of_several_tokens_is_the_longest_from_the_right if {
	flow := object.union(data.flow, {"stages": [
		{"name": "int", "rank": 0, "aliases": ["pre-prod"], "weak_aliases": [], "was": [], "clusters": []},
		{"name": "prd", "rank": 1, "aliases": ["prod"], "weak_aliases": [], "was": [], "clusters": []},
	]})
	_canonical("app-shop-pre-prod") == "app-shop-int" with data.flow as flow
}

test_a_declared_cluster_is_a_name_of_its_own if {
	flow := object.union(data.flow, {"clusters": {"prod01": {"stage": "prd", "servers": []}, "smaug": {"stage": "prd", "servers": []}}})
	_canonical("cs-smtp-prod01") == "cs-smtp-prod01" with data.flow as flow
	_canonical("cs-smtp-smaug") == "cs-smtp-smaug" with data.flow as flow
}

test_patterns_are_shown_as_people_read_them if {
	[naming.shape(type, "application") | some type in data.flow.naming.types; type.prefix == "app"] == ["app-<app>-<stage>[-<instance>]"]
	[naming.example(type, "application") | some type in data.flow.naming.types; type.prefix == "app"] == ["app-shop-prd"]
	[naming.example(type, "application") | some type in data.flow.naming.types; type.prefix == "cs"] == ["cs-shop-prd01"]
}

test_placeholders_of_tools_are_no_names if {
	not naming.is_literal("app-{{.name}}")
	not naming.is_literal("${namespace}")
	naming.is_literal("app-phippy-prd")
}
