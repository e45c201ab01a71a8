# METADATA
# title: Breaking change is announced where no tool reads it
# description: A breaking change that only people can see is released as a small one, and breaks those who trusted the version.
# custom:
#   severity: warning
#   reads: [messages]
#   kinds: []
#   gates: []
#   sources: [S0.9, S4.5]
#   formerly: []
#   options: {}
package rules.commits["breaking-change-marked"]

import data.lib.messages
import rego.v1

report contains violation if {
	some commit in input.messages

	# Cheap guards first: hardly any message holds the word.
	contains(lower(commit.body), "breaking")
	commit.conventional.ok
	not commit.conventional.breaking
	commit.class == "normal"
	messages.is_judged(commit)
	line := min(_announcements(commit.raw))

	violation := {
		"message": sprintf("line %d announces a breaking change, but not as the footer `BREAKING CHANGE: <what breaks>`: release tools take the commit for a %s", [
			line,
			commit.conventional.type,
		]),
		"at": messages.place(commit, line, 1),
		"fix": sprintf("%s; or write the line as a footer, `BREAKING CHANGE: <what breaks>`, in the last paragraph", [messages.reword(commit, _marked(commit))]),
		"severity": messages.severity(commit),
	}
}

# Numbers of the lines that announce one. Any case counts before a colon; without a colon only capitals do, because
# `breaking changes in the API of ...` is prose.
_announcements(raw) := {number |
	some i, line in split(raw, "\n")
	contains(lower(line), "breaking")
	_announces(line)
	number := i + 1
}

_announces(line) if {
	found := regex.find_all_string_submatch_n(`^[ \t]{0,3}(?:\*\*|__)?(?i:breaking[ -]changes?)(?:\*\*|__)?[ \t]*:(?:\*\*|__)?(.*)$`, trim_right(line, "\r"), 1)
	rest := found[0][1]
	not _is_none(rest)
}

_announces(line) if regex.match(`^[ \t]{0,3}(?:\*\*|__)?BREAKING[ -]CHANGES?\b(?:\*\*|__)?[ \t]*(?:[^ \t:*_].*)?$`, trim_right(line, "\r"))

# The answer to a template's question.
_is_none(text) if regex.match(`^(?i:none|no|n/a|nothing|not applicable|-)?[.!]?$`, trim_space(text))

_marked(commit) := messages.compose(conventional.type, conventional.scope, "!", conventional.description) if {
	conventional := commit.conventional
}
