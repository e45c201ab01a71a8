# METADATA
# title: Scope of a commit is none of the agreed ones
# description: A changelog that is grouped by scope gets a heading of one entry, and nobody finds the change under the one it belongs to.
# custom:
#   severity: "off"
#   reads: [messages]
#   kinds: []
#   gates: []
#   sources: [S0.1, S0.43]
#   formerly: []
#   options:
#     required: false
package rules.commits["scope-known"]

import data.lib.messages
import rego.v1

report contains violation if {
	some commit in input.messages
	_is_judged(commit)
	scope := commit.conventional.scope
	scope != null
	count(_known) > 0
	some part in split(scope, ",")
	word := trim_space(part)
	not word in _known

	violation := {
		"message": sprintf("scope %q is not agreed; scopes are %s", [word, concat(", ", sort(_known))]),
		"at": messages.place(commit, 1, 1),
		"fix": _fix(commit, word),
		"severity": messages.severity(commit),
		"subject": word,
	}
}

report contains violation if {
	some commit in input.messages
	input.options.required
	_is_judged(commit)
	commit.conventional.scope == null

	violation := {
		"message": sprintf("%q names no scope", [messages.subject(commit)]),
		"at": messages.place(commit, 1, 1),
		"fix": sprintf("put one behind the type, such as %s(<scope>): %s", [commit.conventional.type, commit.conventional.description]),
		"severity": messages.severity(commit),
		"subject": "none",
	}
}

_is_judged(commit) if {
	commit.class == "normal"
	commit.conventional.ok
	messages.is_judged(commit)
}

# What the flow names, and the components that it has.
_known contains scope if some scope in data.flow.commits.scopes

_known contains component.name if some component in data.flow.components

_fix(commit, word) := messages.reword(commit, subject) if {
	near := flowgate.nearest(word, sort(_known))
	conventional := commit.conventional
	subject := messages.compose(conventional.type, replace(conventional.scope, word, near), _mark(commit), conventional.description)
} else := "take one of these scopes, or add yours under `commits.scopes` in flowgate.yaml"

_mark(commit) := "!" if {
	regex.match(`^[^:]*!:`, commit.subject)
} else := ""
