# METADATA
# title: Revert does not say which commit it takes back
# description: A title can belong to several commits; without the id nobody can tell what is out of the release, and it cannot be brought back.
# custom:
#   severity: warning
#   reads: [messages]
#   kinds: []
#   gates: []
#   sources: [S4.13]
#   formerly: []
#   options: {}
package rules.commits["revert-names-commit"]

import data.lib.messages
import rego.v1

report contains violation if {
	some commit in input.messages
	commit.class == "revert"
	messages.is_judged(commit)
	not _names_a_commit(commit.raw)
	not _names_a_request(commit.raw)

	violation := {
		"message": sprintf("%q does not name the commit that it takes back", [messages.subject(commit)]),
		"at": messages.place(commit, 1, 1),
		"fix": "add a line `This reverts commit <id>.` as `git revert <id>` writes it, or a footer `Refs: <id>`",
		"severity": messages.severity(commit),
	}
}

# Behind words that announce an id anything that can be one counts.
_names_a_commit(raw) if regex.match(`(?:[Rr]everts?(?: commits?)?|[Rr]efs?):?\s+[0-9a-f]{7,64}(?:[^0-9A-Za-z]|$)`, raw)

# Elsewhere it has letters and digits, so that a date or a word like `defaced` is none.
_names_a_commit(raw) if {
	some word in regex.find_n(`\b[0-9a-f]{7,64}\b`, raw, -1)
	regex.match(`[0-9]`, word)
	regex.match(`[a-f]`, word)
}

# What the buttons of GitHub and GitLab write; the request names its commits.
_names_a_request(raw) if regex.match(`(?i:reverts|reverts merge request)\s+(?:[\w./-]+)?[#!][0-9]+`, raw)

_names_a_request(raw) if regex.match(`(?i:this reverts merge request)\s+!?\S+`, raw)
