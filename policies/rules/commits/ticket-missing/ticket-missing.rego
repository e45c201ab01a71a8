# METADATA
# title: Change names no ticket
# description: Nobody finds out afterwards why it was made, and an audit cannot tell who asked for what is in production.
# custom:
#   severity: "off"
#   reads: [change, commits]
#   kinds: []
#   gates: [merge-request]
#   sources: [S2.12, S0.13]
#   formerly: []
#   options:
#     pattern: '(?:^|[^A-Za-z0-9])(?:[A-Z][A-Z0-9]+-[0-9]+|#[0-9]+)(?:$|[^A-Za-z0-9])'
package rules.commits["ticket-missing"]

import data.lib.changes
import rego.v1

report contains violation if {
	change := input.change
	not change.is_bot == true
	not _is_named(change)
	every commit in input.commits {
		commit.is_bot == false
	}

	violation := {
		"message": "neither the title, the description, the branch nor any commit names a ticket",
		"at": _place(change),
		"fix": "name it in a footer (`Refs: OPS-12`) or in the description of the merge request",
		"severity": changes.severity(_severity(change)),
		"subject": "ticket",
	}
}

_is_named(change) if _matches(change.title.text)

_is_named(change) if _matches(change.description)

_is_named(change) if _matches(change.source.branch)

_is_named(_) if {
	some commit in input.commits
	_matches(commit.raw)
}

_matches(text) if {
	is_string(text)
	regex.match(input.options.pattern, text)
}

# A description of which only the beginning is here may name one behind it.
_severity(change) := "warning" if {
	change.is_description_cut
} else := "error"

_place(change) := change.title.at if {
	change.title != null
} else := change.source.at
