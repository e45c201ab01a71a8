# METADATA
# title: Branch name has none of the agreed forms
# description: What a branch is for, where it starts and where it may be merged is read from its name; a name that says none of it leaves all three open.
# custom:
#   severity: error
#   reads: [branches, updates, change]
#   kinds: []
#   gates: []
#   sources: [S0.2, S0.22, S2.12]
#   formerly: []
#   options:
#     ignore: []
#     synonyms: {bug: fix, bugs: fix, defect: fix, hot-fix: hotfix, doc: docs, documentation: docs, enhancement: feat, new: feat, task: chore, rel: release, tests: test}
package rules.branches["name-pattern"]

import data.lib.branches
import data.lib.changes
import rego.v1

report contains violation if {
	some branch in branches.judged
	branch.type == null
	not _is_ignored(branch.name)

	violation := {
		"message": _message(branch),
		"at": branch.at,
		"fix": _fix(branch),
		"severity": changes.severity(branches.severity(branch)),
		"subject": branch.name,
	}
}

_is_ignored(name) if {
	some pattern in input.options.ignore
	flowgate.glob(pattern, name)
}

_message(branch) := sprintf("branch %q is a bare version, which reads as a tag; allowed forms are %s", [branch.name, _forms]) if {
	branch.version != null
} else := sprintf("branch %q stands for stage %s; branches are %s, and a stage gets a version, not a branch", [
	branch.name,
	branch.stages[0],
	_forms,
]) if {
	_is_stage(branch)
} else := sprintf("branch %q has none of the allowed forms: %s", [branch.name, _forms])

_forms := concat(", ", branches.forms)

_fix(branch) := sprintf("deliver a tag to %s and delete the branch, or give it a type of role `environment` under `branches` in flowgate.yaml", [branch.stages[0]]) if {
	_is_stage(branch)
} else := branches.rename(branch, name) if {
	name := _proposals(branch)[0]
} else := "rename it to one of these forms, or add its form under `branches` in flowgate.yaml"

# The whole name is a stage's: there is no better name for such a branch.
_is_stage(branch) if {
	some stage in data.flow.stages
	flowgate.slug(branch.name) in {alias | some alias in array.concat([stage.name], stage.aliases)}
	stage.name in branch.stages
}

# Names that the flow allows and nobody has yet, the most faithful one first; only those that survive where names are made of them, or
# branches/name-charset would ask for another one then.
_proposals(branch) := [name |
	some name in array.concat(branches.of_version(branch), array.concat(_of_words(branch.name), _of_any(branch)))
	_is_plain(name)
	branches.is_allowed(name)
	not name in branches.names
]

_is_plain(name) if regex.match(`^[a-z0-9][a-z0-9._/-]*$`, name)

# `Feat/x`, `fature/x`, `bug/x`, `feat-x`: a known first word in another spelling.
_of_words(name) := array.concat([lower(name)], [proposal |
	[first, rest] := _parted(lower(name))
	some prefix in _prefix_of(first)
	proposal := sprintf("%s/%s", [prefix, flowgate.slug(rest)])
])

_parted(name) := [first, substring(name, count(first) + 1, -1)] if {
	first := regex.find_n(`^[a-z]+(?:-fix)?`, name, 1)[0]
	regex.match(`^[-_/:.][^-_/:.]`, substring(name, count(first), -1))
}

_prefix_of(word) := [word] if {
	word in branches.prefixes
} else := [input.options.synonyms[word]] if {
	input.options.synonyms[word]
} else := [prefix] if {
	prefix := flowgate.nearest(word, branches.prefixes)
} else := []

# Nothing can be made of the first word: a topic that keeps all words.
_of_any(branch) := [sprintf("%s/%s", [branches.topic_prefix, flowgate.slug(branch.name)])] if {
	branch.version == null
	flowgate.slug(branch.name) != ""
	not regex.match(`^[vV]?[0-9xX._-]+$`, branch.name)
} else := []
