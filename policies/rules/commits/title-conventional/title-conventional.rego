# METADATA
# title: Title of a merge request is not a conventional commit
# description: A squash makes it the only message that lands; release tools then find no type in it, and the change is lost from version and changelog.
# custom:
#   severity: error
#   reads: [change, commits]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.9]
#   formerly: []
#   options:
#     always: false
package rules.commits["title-conventional"]

import data.lib.changes
import rego.v1

report contains violation if {
	change := input.change
	_is_asked(change)
	title := change.title
	not title.conventional.ok
	not _is_left(title)

	violation := {
		"message": sprintf("the title %q is not a conventional commit: %s", [_shown(title.subject), title.conventional.error.reason]),
		"at": title.at,
		"fix": _fix(title),
		"severity": changes.severity("error"),
		"subject": "grammar",
	}
}

report contains violation if {
	change := input.change
	_is_asked(change)
	title := change.title
	title.conventional.ok
	not _is_left(title)
	not lower(title.conventional.type) in {lower(type) | some type in data.flow.commits.types}
	count(data.flow.commits.types) > 0

	violation := {
		"message": sprintf("type %q of the title is not agreed; types are %s", [title.conventional.type, concat(", ", data.flow.commits.types)]),
		"at": title.at,
		"fix": "take one of these types in the title of the merge request",
		"severity": changes.severity("error"),
		"subject": "type",
	}
}

# What the commits say and the title keeps to itself would be lost.
report contains violation if {
	change := input.change
	change.squash == true
	title := change.title
	title.conventional.ok
	highest := max({_level(commit.conventional) | some commit in input.commits; commit.class == "normal"; commit.conventional.ok})
	highest > _level(title.conventional)
	highest > 1

	violation := {
		"message": sprintf("the title announces %s, and the commits that it replaces hold %s", [_word(_level(title.conventional)), _word(highest)]),
		"at": title.at,
		"fix": sprintf("say it in the title: %s", [_raised(title, highest)]),
		"severity": _at_most_warning,
		"subject": "level",
	}
}

# Only where the title becomes a commit, or where the team wants it anyway.
_is_asked(change) if change.squash == true

_is_asked(change) if {
	change.title != null
	input.options.always
}

# Git's own revert, and what tools write.
_is_left(title) if title.class in {"revert", "merge"}

_is_left(title) if title.is_exempt

default _at_most_warning := "warning"

_at_most_warning := "info" if changes.is_rollback

_level(conventional) := 3 if {
	conventional.breaking
} else := 2 if {
	lower(conventional.type) == "feat"
} else := 1

_word(level) := ["no feature", "a feature", "a breaking change"][level - 1]

_raised(title, 3) := sprintf("%s!: %s", [_type_and_scope(title), title.conventional.description])

_raised(title, 2) := sprintf("feat: %s", [title.conventional.description])

_type_and_scope(title) := sprintf("%s(%s)", [title.conventional.type, title.conventional.scope]) if {
	title.conventional.scope != null
} else := title.conventional.type

_fix(title) := sprintf("give the merge request this title: %s", [_proposal(title)])

_proposal(title) := sprintf("%s: %s", [lower(parts[1]), parts[2]]) if {
	# `Feat/minor currency support`: a type and another sign than the colon.
	some parts in regex.find_all_string_submatch_n(`^([A-Za-z]+)\s*[/\-\]|]\s*(\S.*)$`, title.subject, 1)
	lower(parts[1]) in data.flow.commits.types
} else := sprintf("<type>: %s", [_shown(title.subject)])

_shown(text) := sprintf("%s...", [substring(text, 0, 72)]) if {
	count(text) > 75
} else := text
