# METADATA
# title: Release tag has no tag object
# description: A lightweight tag says neither who released nor when nor why, cannot be signed, and `git describe` passes over it.
# custom:
#   severity: error
#   reads: [tags]
#   kinds: []
#   gates: []
#   sources: [S4.11]
#   formerly: []
#   options:
#     habit: 5
package rules.versions["tag-annotated"]

import data.lib.shell
import rego.v1

report contains violation if {
	some tag in _lightweight
	not _is_habit

	violation := {
		"message": sprintf("release tag %q is lightweight: it records neither who released nor when", [tag.name]),
		"at": tag.at,
		"fix": sprintf("git tag -a -f %s -m %s %s", [shell.quote(tag.name), shell.quote(tag.name), shell.quote(sprintf("%s^{}", [tag.name]))]),
		"subject": tag.name,
	}
}

# A repository that never made a tag object made its releases with a host's button: one finding for all, at the first of them.
report contains violation if {
	_is_habit
	first := min({[tag.time, tag.name] | some tag in _lightweight})
	some tag in _lightweight
	tag.name == first[1]

	violation := {
		"message": sprintf("no tag has a tag object, also none of the %d releases; the first is %q", [count(_lightweight), tag.name]),
		"at": tag.at,
		"fix": "from the next release on: git tag -a <version> -m <version>",
		"severity": "warning",
		"subject": "every release tag is lightweight",
	}
}

_lightweight := [tag |
	data.flow.tags.annotated
	some tag in input.tags
	tag.is_release
	not tag.annotated
	not tag.is_ignored
	tag.target_kind == "commit"
]

# Tags that are no releases tell the habit too.
_is_habit if {
	commits := [tag | some tag in input.tags; tag.target_kind == "commit"]
	count(commits) >= input.options.habit
	every tag in commits {
		not tag.annotated
	}
}
