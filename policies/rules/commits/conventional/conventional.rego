# METADATA
# title: Commit message is not a conventional commit
# description: Versions and changelogs are made from commit types; a commit without one is released without anybody having said what it changes.
# custom:
#   severity: error
#   reads: [messages]
#   kinds: []
#   gates: []
#   sources: [S0.9, S0.22]
#   formerly: []
#   options:
#     synonyms: {feature: feat, bugfix: fix, bug: fix, hotfix: fix, doc: docs, documentation: docs, tests: test, refactoring: refactor}
#     verbs: {add: feat, adds: feat, added: feat, implement: feat, introduce: feat, support: feat, allow: feat, fixes: fix, fixed: fix, correct: fix, repair: fix, resolve: fix, document: docs, update: chore, updated: chore, bump: chore, upgrade: chore, release: chore, rename: refactor, move: refactor, extract: refactor, simplify: refactor}
package rules.commits.conventional

import data.lib.messages
import rego.v1

report contains violation if {
	some commit in input.messages
	not commit.conventional.ok

	# Git's own `Revert "..."` and `fixup!` have rules of their own.
	commit.class == "normal"
	messages.is_judged(commit)
	error := commit.conventional.error

	violation := {
		"message": _message(commit, error),
		"at": messages.place(commit, error.line, error.column),
		"fix": _fix(commit, error),
		"severity": _severity,
	}
}

# Where only what lands counts, a topic branch may hold free text: the host squashes it or takes the request's title.
_severity := "warning" if {
	data.flow.commits.enforce == "landing"
} else := "error"

_message(commit, error) := "the commit message is empty" if {
	trim_space(commit.subject) == ""
} else := sprintf("%q is not a conventional commit: %s", [messages.subject(commit), error.reason])

_fix(commit, error) := "leave a blank line between the subject and the body" if {
	error.line > 1
	contains(error.reason, "blank line")
} else := messages.reword(commit, subject) if {
	subject := _proposal(_stripped(commit.subject))
} else := sprintf("put a type before it, `<type>: %s`; types are %s", [_words(commit), concat(", ", data.flow.commits.types)])

_words(commit) := "<what the commit does>" if {
	trim_space(commit.subject) == ""
} else := messages.subject(commit)

# `[Bot] docs: x`, `Draft: feat: x`: what stands before the type.
_stripped(subject) := stripped if {
	stripped := regex.replace(subject, `^\s*(?:\[[^\]]*\]|[Dd]raft:|DRAFT:|WIP:)\s*`, "")
	regex.match(`^[a-z]+(?:\([^)]*\))?!?:`, stripped)
} else := trim_space(subject)

# A known type in another dress keeps its place; a verb says what type it is and stays.
_proposal(subject) := messages.compose(type, _scope(parts[2]), parts[3], parts[4]) if {
	parts := regex.find_all_string_submatch_n(`^\[?([A-Za-z]+)\]?\s*(?:\(([^)]*)\))?(!)?[\s:/-]+(\S.*)$`, subject, 1)[0]
	type := _type(lower(parts[1]))
} else := messages.compose(type, null, "", subject) if {
	type := input.options.verbs[lower(regex.find_n(`^[A-Za-z]+`, subject, 1)[0])]
	type in data.flow.commits.types
}

_type(word) := word if {
	word in data.flow.commits.types
} else := input.options.synonyms[word] if {
	input.options.synonyms[word] in data.flow.commits.types
}

_scope(text) := null if {
	flowgate.slug(text) == ""
} else := trim_space(text) if {
	not regex.match(`\s`, trim_space(text))
} else := flowgate.slug(text)
