# METADATA
# title: Branch is merged into one that its kind is not merged into
# description: A feature that goes straight to main skips the release, and everybody who builds on main gets what nobody released.
# custom:
#   severity: error
#   reads: [change]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.19, S1.2, S2.3, S3.7]
#   formerly: []
#   options:
#     also: {}
package rules.branches["merge-target"]

import data.lib.changes
import rego.v1

report contains violation if {
	change := input.change

	# A queue merges what was judged before it came there.
	change.pipeline != "merge-queue"
	sources := data.flow.merges[change.target.type]
	not _is_allowed(change.source, sources)
	allowed := _targets(change.source)

	violation := {
		"message": sprintf("%s is merged into %q, which takes %s", [_called(change), change.target.branch, _list(sources)]),
		"at": change.source.at,
		"fix": _fix(change, allowed),
		"severity": changes.severity("error"),
		"subject": sprintf("into %s", [change.target.branch]),
	}
}

# A name that no type has is what branches/name-pattern speaks of.
_is_allowed(source, _) if {
	source.type == null
	source.role == null
}

_is_allowed(source, sources) if source.type in sources

_is_allowed(source, sources) if {
	some also in object.get(input.options.also, input.change.target.type, [])
	also in [source.type, "*"]
	sources
}

# What a fork calls main or dev is somebody's work like any other.
_is_allowed(source, sources) if {
	source.type == null
	some type in data.flow.branch_types
	type.role == "topic"
	type.name in sources
}

_called(change) := sprintf("%q of a fork", [change.source.branch]) if {
	change.source.type == null
} else := sprintf("%q, a branch of type %s,", [change.source.branch, change.source.type])

# Types that such a branch may be merged into.
_targets(source) := [type.name |
	some type in data.flow.branch_types
	some sources in [data.flow.merges[type.name]]
	_is_allowed(source, sources)
]

_list(words) := concat(", ", words) if {
	count(words) <= 6
} else := sprintf("%s and %d more", [concat(", ", array.slice(words, 0, 5)), count(words) - 5])

_fix(change, allowed) := sprintf("open it against a branch of type %s instead: change the target branch of the merge request", [concat(" or ", allowed)]) if {
	count(allowed) > 0
} else := sprintf("nothing takes branches of type %s: name what does under `merges` in flowgate.yaml", [change.source.type])
