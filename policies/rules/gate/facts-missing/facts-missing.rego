# METADATA
# title: Facts are missing that this repository can have
# description: A rule that should stop a change could not look at all that it needs, and a verdict without it would be a guess.
# custom:
#   severity: error
#   reads: [gaps]
#   kinds: []
#   gates: [merge-request, pre-receive, update, pre-sync]
#   sources: [S0.14]
#   formerly: []
#   options: {}
package rules.gate["facts-missing"]

import rego.v1

# How many rules a message names.
_named := 3

report contains violation if {
	some reason in {gap.reason | some gap in input.gaps; _counts(gap)}
	gaps := [gap | some gap in input.gaps; gap.reason == reason; _counts(gap)]

	violation := {
		"message": sprintf("%s could not judge: %s", [_rules({gap.rule | some gap in gaps}), reason]),
		"at": gaps[0].at,
		"fix": gaps[0].remedy,
		"subject": reason,
		"undecided": true,
	}
}

# What failed leaves the verdict open anyway.
_counts(gap) if {
	not gap.is_failure
	gap.is_required
	gap.level == "error"
}

_rules(names) := concat(", ", sort(names)) if count(names) <= _named

_rules(names) := sprintf("%s and %d more", [concat(", ", array.slice(sort(names), 0, _named)), count(names) - _named]) if {
	count(names) > _named
}
