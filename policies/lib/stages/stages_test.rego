package lib.stages_test

import data.lib.stages
import rego.v1

_input := {"options": {"prefixes": ["env", "deploy"]}}

_flow := {"stages": [
	{"name": "dev", "rank": 0, "aliases": ["dev", "develop", "development"], "weak_aliases": ["dev"], "was": []},
	{"name": "int", "rank": 1, "aliases": ["int", "staging", "test", "pre-prod"], "weak_aliases": ["int", "test"], "was": ["tst"]},
	{"name": "prd", "rank": 2, "aliases": ["prd", "prod", "production"], "weak_aliases": [], "was": []},
]}

test_a_name_that_is_a_word_of_a_stage_stands_for_it if {
	expected := {
		"prod": {"prd"}, "PROD": {"prd"}, "prd01": {"prd"}, "prod-2": {"prd"}, "env/prod": {"prd"}, "deploy-staging": {"int"},
		"pre-prod": {"int"}, "pre_prod": {"int"}, "env/pre-prod": {"int"}, "prod/eu": {"prd"}, "tst": {"int"}, "test": {"int"},
	}
	every name, stages_expected in expected {
		stages.stood_for(name) == stages_expected with data.flow as _flow with input as _input
	}
}

test_a_name_that_holds_such_a_word_stands_for_none if {
	every name in ["dev-team", "live-view", "non-prod", "env/non-prod", "test/login", "product", "feat/test-login", "main", "", "prod-eu", "environment"] {
		stages.stood_for(name) == set() with data.flow as _flow with input as _input
	}
}

test_weak_words_are_no_strong_words if {
	stages.strong_words == {"dev": {"develop", "development"}, "int": {"staging", "pre-prod", "tst"}, "prd": {"prd", "prod", "production"}} with data.flow as _flow
}
