# METADATA
# title: Release tag is not on main
# description: What main has is what is released; a release from elsewhere was not merged there, and the next one from main lacks what it held.
# custom:
#   severity: error
#   reads: [tags, reach, repository]
#   kinds: []
#   gates: [pre-push, pre-receive, update, scan]
#   sources: [S0.26, S0.30]
#   formerly: []
#   options:
#     also: [support]
#     strict: false
#     habit: 3
package rules.versions["release-tag-off-main"]

import data.lib.shell
import rego.v1

report contains violation if {
	some tag in _off
	not _is_habit
	violation := {
		"message": sprintf("release %q is not on %s%s", [tag.name, _main, _where(tag)]),
		"at": tag.at,
		"fix": _fix(tag),
		"severity": _severity,
		"subject": tag.name,
	}
}

# Who releases from elsewhere by habit is told once, at the newest.
report contains violation if {
	_is_habit
	newest := max({[tag.time, tag.name] | some tag in _off})
	some tag in _off
	tag.name == newest[1]
	violation := {
		"message": sprintf("%d of %d releases are not on %s; the newest of them is %q", [count(_off), count(_releases), _main, tag.name]),
		"at": tag.at,
		"fix": sprintf("from the next release on, merge it into %s and tag the merge; or name the types of the branches that releases come from under options.also", [_main]),
		"severity": "warning",
		"subject": "releases are not on main",
	}
}

_releases := [tag |
	some tag in input.tags
	tag.is_release
	not tag.is_ignored
	tag.version != null
	tag.version.pre == ""
	input.reach[tag.ref]
]

_off := [tag |
	_is_by_flow
	some tag in _releases
	not _is_right(input.reach[tag.ref])
]

# Where another branch is the one that everybody starts from, a branch called main says little.
_is_by_flow if {
	input.reach != null
	_is_usual(input.repository.default_branch)
}

_is_usual(name) if name == null

_is_usual(name) if {
	is_string(name)
	some type in data.flow.branch_types
	type.role in {"main", "develop"}
	some pattern in type.patterns
	regex.match(pattern, name)
}

_is_right(reach) if {
	reach.on_main
	not input.options.strict
}

_is_right(reach) if reach.on_main_line

_is_right(reach) if {
	some branch in reach.on
	branch.type in input.options.also
}

_is_habit if {
	input.gate == "scan"
	count(_off) > input.options.habit
	2 * count(_off) > count(_releases)
}

# Refs come one by one there: main may be the next.
_severity := "warning" if {
	input.gate == "update"
} else := "error"

_main := regex.replace(input.repository.main, `^refs/(?:heads|remotes/[^/]+)/`, "") if {
	input.repository.main != null
} else := "main"

_where(tag) := "'s own line: it is on a side of one of its merges" if {
	input.reach[tag.ref].on_main
} else := sprintf("; its commit is only on branches of type %s", [concat(", ", types)]) if {
	types := [branch.type | some branch in input.reach[tag.ref].on]
	count(types) > 0
} else := ", nor on any other branch of the flow"

_fix(tag) := sprintf("git tag -a -f %s -m %s <the merge of it on %s>, before anybody has the tag", [
	shell.quote(tag.name),
	shell.quote(tag.name),
	_main,
]) if {
	input.reach[tag.ref].on_main
} else := sprintf("git switch %s && git merge --no-ff %s, and push both", [shell.quote(_main), shell.quote(sprintf("%s^{}", [tag.name]))])
