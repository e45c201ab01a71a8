# METADATA
# title: Branches as one name each
# description: A local branch and its remote-tracking twins are one branch to people; rules about names speak of it once.
package lib.branches

import data.lib.shell
import rego.v1

# The branches that are judged: of twins the local one, else the one of the first remote.
judged contains branch if {
	some branch in input.branches
	branch.ref == min(_references[branch.name])
	is_asked(branch)
}

# Whether a branch's name is asked about here. Before a commit only while the branch is new: later the push says it, once.
is_asked(_) if not input.gate in {"pre-commit", "pre-merge-commit"}

is_asked(branch) if branch.standing.has_own_commits == false

# How much a finding about a name weighs at most. Where work goes on, and for a branch that others have under its name, nobody is stopped.
severity(branch) := "warning" if {
	input.gate in {"pre-commit", "pre-merge-commit", "post-checkout", "reference-transaction"}
} else := "warning" if {
	some update in input.updates
	update.ref == branch.ref
	update.operation != "create"
} else := "error"

# Short names that are taken.
names contains branch.name if some branch in input.branches

# `refs/heads/` sorts before `refs/remotes/`, so the least reference of a name is the local one.
_references[branch.name] contains branch.ref if some branch in input.branches

# The command that renames a branch: where it is, in the clone or at its remote.
rename(branch, name) := sprintf("git branch -m %s %s", [shell.quote(branch.name), shell.quote(name)]) if {
	branch.remote == null
} else := sprintf("git push %s %s:%s :%s", [
	shell.quote(branch.remote),
	shell.quote(branch.ref),
	shell.quote(sprintf("refs/heads/%s", [name])),
	shell.quote(sprintf("refs/heads/%s", [branch.name])),
])

# Is a name one that the flow allows.
is_allowed(name) if {
	some type in data.flow.branch_types
	some pattern in type.patterns
	regex.match(pattern, name)
}

# The forms that people choose from, as the flow gives them: a name, or a word and a slash before other words. Those of bots, of the host and
# of its buttons (`<user>-patch-<n>`) are not chosen.
forms := [type.example |
	some type in data.flow.branch_types
	not type.role in {"bot", "infrastructure"}
	_is_chosen(type.example)
]

_is_chosen(example) if not contains(example, "<")

_is_chosen(example) if regex.match(`^[^<]+/`, example)

# The first words of those forms: `feat` in `feat/<words>`.
prefixes := [parts[0] |
	some form in forms
	parts := split(form, "/")
	count(parts) > 1
]

# The first word for a topic of no known type.
topic_prefix := [prefix |
	some type in data.flow.branch_types
	type.role == "topic"
	parts := split(type.example, "/")
	count(parts) > 1
	prefix := parts[0]
][0]

# Names for a branch that is called by a bare version, the most faithful one first; only what the flow allows.
of_version(branch) := [name |
	branch.version != null
	some prefix in ["release", "hotfix", "support"]
	prefix in prefixes
	some text in [branch.version.text, sprintf("%d.%d.%d", [branch.version.major, branch.version.minor, branch.version.patch])]
	name := sprintf("%s/%s", [prefix, text])
	is_allowed(name)
]
