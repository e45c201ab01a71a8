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
		"severity": _severity(commit),
	}
}

# Where only what lands counts, a topic branch may hold free text: the host squashes it or takes the request's title.
_severity(commit) := "error" if {
	commit.lands == true
} else := "warning" if {
	data.flow.commits.enforce == "landing"
} else := messages.severity(commit)

_message(commit, error) := "the commit message is empty" if {
	trim_space(commit.subject) == ""
} else := sprintf("%q is not a conventional commit: %s", [messages.subject(commit), error.reason])

_fix(commit, error) := "leave a blank line between the subject and the body" if {
	error.line > 1
	contains(error.reason, "blank line")
} else := messages.reword(commit, _squashed(commit)) if {
	startswith(commit.subject, "Squashed commit of the following:")
	_squashed(commit)
} else := messages.reword(commit, subject) if {
	# A text without line breaks is no subject, and every expression below reads all of it.
	count(commit.subject) <= 500
	subject := _proposal(_stripped(replace(commit.subject, "\r", " ")), commit)
} else := sprintf("write it as `%s: <what the commit does>`, or with a scope: `%s(<scope>): <what the commit does>`", [type, type]) if {
	# A type is there, and what follows is beyond guessing.
	count(commit.subject) <= 500
	type := regex.find_all_string_submatch_n(`^([A-Za-z]+)[ \t]*[(:!)]`, commit.subject, 1)[0][1]
	type in data.flow.commits.types
} else := sprintf("put a type before it, `<type>: %s`; types are %s", [_words(commit), concat(", ", data.flow.commits.types)])

_words(commit) := "<what the commit does>" if {
	trim_space(commit.subject) == ""
} else := messages.subject(commit)

# `[Bot] docs: x`, `Draft: feat: x`: what stands before the type.
_stripped(subject) := stripped if {
	_has_mark(lower(subject))
	stripped := regex.replace(subject, `^[ \t]*(?:\[[^\]]*\]|[Dd]raft:|DRAFT:|WIP:)[ \t]*`, "")
	regex.match(`^[a-z]+(?:\([^)]*\))?!?:`, stripped)
} else := trim_space(subject)

_has_mark(subject) if startswith(subject, "[")

_has_mark(subject) if startswith(subject, "draft:")

_has_mark(subject) if startswith(subject, "wip:")

# What `git merge --squash` proposes lists the squashed commits: the subject of one with a type, a new feature before all others.
_squashed(commit) := array.concat(features, subjects)[0] if {
	subjects := [trim_space(line) |
		some line in array.slice(split(commit.raw, "\n"), 0, 2000)
		found := regex.find_all_string_submatch_n(`^    ([a-z]+)(?:\([^() \t]+\))?!?: [^ \t]`, line, 1)
		found[0][1] in data.flow.commits.types
	]
	features := [subject | some subject in subjects; startswith(subject, "feat")]
}

# A verb suggests a type and stays, unless the paths are sure of another; a known type in another dress keeps its place. Most subjects
# begin with a plain word, and regular expressions are dear: a whole history may be free text.
_proposal(subject, commit) := messages.compose(type, null, "", subject) if {
	verb := input.options.verbs[_first(subject)]
	type := _by_paths(commit, verb)
	type in data.flow.commits.types
} else := messages.compose(type, null, "", rest) if {
	type := _type(_first(subject))
	rest := trim_space(substring(subject, count(_first(subject)), -1))
	rest != ""
	not _is_sign(substring(rest, 0, 1))
} else := messages.compose(type, _scope(parts[2]), parts[3], parts[4]) if {
	_may_hold_type(subject)
	parts := regex.find_all_string_submatch_n(`^\[?([A-Za-z]+)\]?[ \t]*(?:\(([^)]*)\))?(!)?[ \t:/-]+([^ \t].*)$`, subject, 1)[0]
	type := _type(lower(parts[1]))
} else := messages.compose(type, _scope(parts[2]), parts[3], parts[4]) if {
	# `feet:add x`: two slips at once.
	contains(subject, ":")
	parts := regex.find_all_string_submatch_n(`^([A-Za-z]+)[ \t]*(?:\(([^)]*)\))?(!)?[ \t]*:[ \t]*([^ \t/].*)$`, subject, 1)[0]
	type := messages.meant(parts[1], input.options.synonyms)
} else := messages.compose(type, _scope(parts[2]), parts[3], parts[4]) if {
	# `feat(: add x`, `feat(cart: add x`, `feat): add x`: one parenthesis without the other.
	contains(subject, ":")
	parts := regex.find_all_string_submatch_n(`^([A-Za-z]+)[ \t]*(?:\(([^():!]*)|\))(!)?[ \t]*:[ \t]*([^ \t/].*)$`, subject, 1)[0]
	type := messages.meant(parts[1], input.options.synonyms)
} else := messages.compose(type, null, "", subject) if {
	subject != ""
	type := messages.type_of_paths(commit.paths)
}

_by_paths(commit, verb) := type if {
	type := messages.type_of_paths(commit.paths)
} else := verb

_first(subject) := lower(split(subject, " ")[0])

_is_sign(character) if character in {"(", "!", ":", "/", "-"}

# Some type or another word for it stands at the start, behind a bracket perhaps.
_may_hold_type(subject) if {
	start := trim_left(lower(subject), "[")
	some word in _known_words
	startswith(start, word)
}

_known_words contains type if some type in data.flow.commits.types

_known_words contains word if some word, _ in input.options.synonyms

_type(word) := word if {
	word in data.flow.commits.types
} else := input.options.synonyms[word] if {
	input.options.synonyms[word] in data.flow.commits.types
}

_scope(text) := null if {
	text == ""
} else := null if {
	flowgate.slug(text) == ""
} else := trim_space(text) if {
	not regex.match(`[\s(]`, trim_space(text))
} else := flowgate.slug(text)
