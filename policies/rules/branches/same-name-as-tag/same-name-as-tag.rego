# METADATA
# title: Branch and tag cannot be told apart
# description: Git, Argo CD and pipelines take a bare name for the branch or for the tag as they please, so what is deployed is a matter of luck.
# custom:
#   severity: error
#   reads: [branches, updates]
#   kinds: []
#   gates: []
#   sources: [S0.8]
#   formerly: []
#   options: {}
package rules.branches["same-name-as-tag"]

import data.lib.branches
import data.lib.shell
import rego.v1

report contains violation if {
	some branch in branches.judged
	branch.same_name_tag

	violation := {
		"message": sprintf("%q is a branch and a tag: as a revision it is ambiguous", [branch.name]),
		"at": branch.at,
		"fix": _fix(branch),
		"severity": branches.severity(branch),
		"subject": branch.name,
		"related": [{"message": "the tag of this name", "at": {"ref": sprintf("refs/tags/%s", [branch.name])}}],
	}
}

report contains violation if {
	some branch in branches.judged
	not branch.same_name_tag
	_is_version(branch)

	violation := {
		"message": sprintf("branch %q reads as a release version: everybody who sees it as a revision takes it for a tag that never moves", [branch.name]),
		"at": branch.at,
		"fix": _rename(branch),
		"severity": branches.severity(branch),
		"subject": branch.name,
	}
}

# A version alone. `release/1.2.0` reads as a component's version and is the proper name of a branch; a form that the flow allows is the
# user's decision.
_is_version(branch) if {
	branch.version != null
	branch.version.component == null
	branch.type == null
}

# The tag stays where the name is a version, because others may have pinned it.
_fix(branch) := _rename(branch) if {
	_is_version(branch)
} else := sprintf("git branch -D %s, once it is merged; the tag keeps the name", [shell.quote(branch.name)]) if {
	branch.role in {"release", "hotfix"}
	branch.remote == null
} else := sprintf("git tag -d %s, after giving what it marks another name", [shell.quote(branch.name)])

_rename(branch) := branches.rename(branch, name) if {
	name := branches.of_version(branch)[0]
} else := "rename it: git branch -m"
