package lib["changes_test"]

import data.lib.changes
import rego.v1

test_in_a_rollback_everything_is_information if {
	every most in ["error", "warning", "info"] {
		changes.severity(most) == "info" with input as {"change": {"is_rollback": true}}
	}
}

test_any_other_change_weighs_what_the_rule_says if {
	every most in ["error", "warning", "info"] {
		changes.severity(most) == most with input as {"change": {"is_rollback": false}}
	}
}

test_without_a_change_nothing_is_a_rollback if {
	changes.severity("error") == "error" with input as {"change": null}
	changes.severity("error") == "error" with input as {}
	not changes.is_rollback with input as {"change": null}
}
