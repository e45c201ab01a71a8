# METADATA
# title: Branch of the flow is missing, or there twice
# description: With two branches for one role nobody knows which one is released; without one, changes have no place to go to.
# custom:
#   severity: warning
#   reads: [repository]
#   kinds: []
#   gates: [scan]
#   sources: [S0.22, S1.11, S2.2]
#   formerly: []
#   options:
#     roles: [main, develop]
package rules.branches["role-branches-missing"]

import data.lib.branches
import data.lib.shell
import rego.v1

report contains violation if {
	_is_whole
	some name in input.options.roles
	some type in _types[name]
	some branch in _twice[type]
	branch.name != _kept(_twice[type])
	violation := {
		"message": sprintf("%q and %q are both the %s branch: pipelines, hosts and people take the one or the other", [
			_kept(_twice[type]),
			branch.name,
			type,
		]),
		"at": branch.at,
		"fix": _fix(branch, _kept(_twice[type])),
		"subject": branch.name,
		"related": [{"message": "the other one", "at": other.at} | some other in _twice[type]; other.name == _kept(_twice[type])],
	}
}

report contains violation if {
	_is_whole
	some role in input.options.roles
	types := [type | some type in data.flow.branch_types; type.role == role]
	count(types) > 0
	not _has(role)

	# A repository whose branches have other names altogether lives by another flow: the rules about names say that.
	count(_branches) > 0
	name := types[0].example
	branches.is_allowed(name)
	violation := {
		"message": sprintf("no branch has the role %s; the flow calls it %q", [role, name]),
		"at": {"ref": sprintf("refs/heads/%s", [name])},
		"fix": sprintf("git branch %s %s and push it, or leave the type %s out of the flow", [
			shell.quote(name),
			shell.quote(_branches[0].name),
			types[0].name,
		]),
		"severity": "info",
		"subject": sprintf("role %s", [role]),
	}
}

# What this clone does not see may be there. A repository that nobody else has yet is being set up.
_is_whole if {
	input.repository.has_all_branches
	input.repository.head.ref != null
	_is_published
}

_is_published if input.repository.url != null

_is_published if input.repository.is_bare

# Where there are remote branches, those that others have; a local leftover of a renamed branch is none.
_branches := [branch | some branch in input.repository.role_branches; _is_shared(branch)]

_is_shared(branch) if count(branch.remotes) > 0

_is_shared(_) if {
	every branch in input.repository.role_branches {
		count(branch.remotes) == 0
	}
}

_has(role) if {
	some branch in input.repository.role_branches
	branch.role == role
}

_types[type.role] contains type.name if some type in data.flow.branch_types

# Two names of a type that are both written out in the flow, at one remote. A pattern for many names wants many branches.
_twice[type.name] := found if {
	some type in data.flow.branch_types
	found := [branch |
		some branch in _branches
		branch.type == type.name
		regex.match(`^[A-Za-z0-9_-]+$`, branch.name)
		_is_written_out(type, branch.name)
		_meets(branch, type.name)
	]
	count(found) > 1
}

_is_written_out(type, name) if {
	some pattern in type.patterns
	regex.replace(pattern, `[\^$()?:]`, "") == name
}

_meets(branch, type) if {
	some other in _branches
	other.type == type
	other.name != branch.name
	_are_together(branch, other)
}

_are_together(one, other) if {
	some remote in one.remotes
	remote in other.remotes
}

_are_together(one, other) if {
	count(one.remotes) == 0
	count(other.remotes) == 0
}

# The default branch, else the one that the flow names first.
_kept(found) := input.repository.default_branch if {
	some branch in found
	branch.name == input.repository.default_branch
} else := type.example if {
	some type in data.flow.branch_types
	some branch in found
	branch.name == type.example
	branch.type == type.name
} else := found[0].name

_fix(branch, kept) := sprintf("bring what only %s has to %s (git log %s..%s names it), then git push %s :%s", [
	branch.name,
	kept,
	shell.quote(sprintf("%s/%s", [branch.remotes[0], kept])),
	shell.quote(sprintf("%s/%s", [branch.remotes[0], branch.name])),
	shell.quote(branch.remotes[0]),
	shell.quote(sprintf("refs/heads/%s", [branch.name])),
]) if {
	count(branch.remotes) > 0
} else := sprintf("bring what only %s has to %s (git log %s..%s names it), then git branch -d %s", [
	branch.name,
	kept,
	shell.quote(kept),
	shell.quote(branch.name),
	shell.quote(branch.name),
])
