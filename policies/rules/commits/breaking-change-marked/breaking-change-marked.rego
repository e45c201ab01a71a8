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
	line := _announcement(commit.raw)

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

# Number of the first line that announces one. Any case counts before a colon; without a colon only capitals do, because
# `breaking changes in the API of ...` is prose. Whole texts are searched, not lines: a message may have a hundred thousand.
_announcement(raw) := number if {
	text := regex.replace(concat("", ["\n", raw]), _nothing, "")
	found := regex.find_n(_announces, text, 1)[0]
	before := substring(text, 0, indexof(text, found))
	number := count(split(before, "\n"))
}

_announces := `(?m)\n[ \t]{0,3}(?:\*\*|__)?(?:(?i:breaking[ -]changes?)(?:\*\*|__)?[ \t]*:.*|BREAKING[ -]CHANGES?\b(?:\*\*|__)?[ \t]*(?:[^ \t:*_\r\n].*)?\r*)$`

# The answer to a template's question.
_nothing := `(?m)^[ \t]{0,3}(?:\*\*|__)?(?i:breaking[ -]changes?)(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[^\S\n]*(?i:none|no|n/a|nothing|not applicable|-)?[.!]?[^\S\n]*$`

_marked(commit) := messages.compose(conventional.type, conventional.scope, "!", conventional.description) if {
	conventional := commit.conventional
}
