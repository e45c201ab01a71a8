# METADATA
# title: Branch starts from a branch that its kind does not start from
# description: With its merge it brings along what its target must not have yet, or it lacks what the others built on.
# custom:
#   severity: error
#   reads: [forks, updates, change]
#   kinds: []
#   gates: [pre-push, pre-receive, update, post-checkout, merge-request]
#   sources: [S0.19, S0.22]
#   formerly: []
#   options:
#     also: {}
package rules.branches["wrong-base"]

import data.lib.changes
import data.lib.shell
import rego.v1

report contains violation if {
	some fork in input.forks
	fork.role in {"topic", "release", "hotfix"}
	expected := _expected[fork.type]

	# A branch that does not exist cannot be started from.
	known := {other.name | some other in fork.others; other.type in expected}
	count(known) > 0
	count(fork.from) > 0
	not _starts_right(fork, expected)
	_is_asked(fork)

	violation := {
		"message": sprintf("%q starts from %s; branches of type %s start from %s", [
			fork.name,
			concat(" and ", [base.name | some base in fork.from]),
			fork.type,
			concat(" or ", sort(known)),
		]),
		"at": fork.at,
		"fix": _fix(fork, sort(known)[0]),
		"severity": changes.severity(_severity(fork)),
		"subject": fork.name,
	}
}

# The type that the flow names, and the branches in preparation that such a branch is merged into: a fix for a release starts from it.
_expected[type.name] := bases if {
	some type in data.flow.branch_types
	type.base != null
	merged := {target |
		some target, sources in data.flow.merges
		type.name in sources
		_role_of[target] in {"release", "hotfix"}
	}
	also := {base | some base in object.get(input.options.also, type.name, [])}
	bases := ({type.base} | merged) | also
}

_role_of[type.name] := type.role if some type in data.flow.branch_types

_starts_right(fork, expected) if {
	some base in fork.from
	base.type in expected
}

# A topic that took in the right branch since lacks nothing, and brings nothing that branch does not have.
_starts_right(fork, expected) if {
	fork.role == "topic"
	some base in fork.merged
	base.type in expected
}

# Where a branch was entered it is new; in a push only one that is made, because merges hide later where it started.
_is_asked(_) if input.gate == "post-checkout"

_is_asked(fork) if _is_made(fork)

# A request asks about what it brings. A release, or a hotfix that goes on after it was merged somewhere, begins there anew for who looks at
# its first parents, so of them only a hotfix on its way to main is asked about.
_is_asked(fork) if {
	input.gate == "merge-request"
	fork.own_commits > 0
	_is_on_its_way(fork)
}

_is_on_its_way(fork) if fork.role == "topic"

_is_on_its_way(fork) if {
	fork.role == "hotfix"
	input.change.target.role == "main"
}

_is_made(fork) if {
	some update in input.updates
	update.ref == fork.ref
	update.operation == "create"
}

# Without commits of its own it may as well be merged already.
_severity(fork) := "error" if {
	input.gate != "post-checkout"
	fork.own_commits > 0
} else := "warning"

_fix(fork, base) := sprintf("git rebase --onto %s %s %s", [shell.quote(base), substring(fork.commit, 0, 12), shell.quote(fork.name)]) if {
	fork.own_commits > 0
} else := sprintf("git switch -C %s %s", [shell.quote(fork.name), shell.quote(base)])
