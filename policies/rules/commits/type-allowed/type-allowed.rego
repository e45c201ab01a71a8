# METADATA
# title: Commit type is not one of the agreed types
# description: Release tools know what `feat` and `fix` mean for the next version; a type of one's own changes nothing and is lost from the changelog.
# custom:
#   severity: error
#   reads: [messages]
#   kinds: []
#   gates: []
#   sources: [S0.9]
#   formerly: []
#   options:
#     synonyms: {feature: feat, bugfix: fix, bug: fix, hotfix: fix, doc: docs, documentation: docs, tests: test, refactoring: refactor, improvement: refactor, dependencies: chore, deps: chore}
package rules.commits["type-allowed"]

import data.lib.messages
import rego.v1

report contains violation if {
	some commit in input.messages
	commit.conventional.ok
	type := commit.conventional.type
	not type in data.flow.commits.types

	# A flow without types lets any type pass.
	count(data.flow.commits.types) > 0
	commit.class == "normal"
	messages.is_judged(commit)

	violation := {
		"message": _message(type),
		"at": messages.place(commit, 1, 1),
		"fix": _fix(commit, type),
		"severity": _severity(commit, type),
	}
}

# The specification reads types without regard to case; tools that group by type do not.
_severity(commit, type) := "warning" if {
	lower(type) in data.flow.commits.types
} else := messages.severity(commit)

_message(type) := sprintf("type %q is written %q everywhere else", [type, lower(type)]) if {
	lower(type) in data.flow.commits.types
} else := sprintf("type %q is not agreed; types are %s", [type, concat(", ", data.flow.commits.types)])

_fix(commit, type) := messages.reword(commit, subject) if {
	conventional := commit.conventional
	meant := messages.meant(type, input.options.synonyms)
	subject := messages.compose(meant, conventional.scope, _mark(commit), conventional.description)
} else := "take one of these types, or add yours under `commits.types` in flowgate.yaml"

# The mark as it was written: breaking may also be said by a footer alone.
_mark(commit) := "!" if {
	regex.match(`^[^:]*!:`, commit.subject)
} else := ""
