# METADATA
# title: Two branches of the flow are merged with a squash
# description: Afterwards Git no longer knows that one holds the other, every later merge between them conflicts, and no tool can tell what was released.
# custom:
#   severity: error
#   reads: [change]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.22, S1.2]
#   formerly: []
#   options: {}
package rules.history["role-branches-squashed"]

import rego.v1

report contains violation if {
	change := input.change
	change.squash == true
	every side in [change.source, change.target] {
		side.role in {"main", "develop", "release", "hotfix", "environment"}
	}

	violation := {
		"message": sprintf("%q and %q both go on after this merge, and the squash would make one new commit of what they share", [
			change.source.branch,
			change.target.branch,
		]),
		"at": change.source.at,
		"fix": "switch off squashing for this merge request (untick \"Squash commits\", or choose \"Create a merge commit\")",
		"severity": _severity(change.source),
		"subject": sprintf("into %s", [change.target.branch]),
	}
}

# What is deleted after the merge only loses its history.
_severity(source) := "warning" if {
	source.role in {"release", "hotfix"}
} else := "error"
