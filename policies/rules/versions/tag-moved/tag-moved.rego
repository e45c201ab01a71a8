# METADATA
# title: Published release tag is moved or deleted
# description: A version then means two things; Argo CD follows the tag to its new commit and deploys it without any change in a manifest.
# custom:
#   severity: error
#   reads: [updates]
#   kinds: []
#   gates: [pre-push, pre-receive, update]
#   sources: [S0.26]
#   formerly: []
#   options: {}
package rules.versions["tag-moved"]

import data.lib.shell
import rego.v1

report contains violation if {
	some update in input.updates
	update.kind == "tag"
	update.is_release
	update.operation in {"fast-forward", "force", "unknown"}
	not _says_more(update)

	violation := {
		"message": sprintf("release tag %q would move%s: who pinned it gets other content under the same version, and Argo CD deploys it at the next comparison", [
			update.name,
			_way(update),
		]),
		"at": update.at,
		"fix": sprintf("keep the tag, and release what is new: %s", [_release(update)]),
		"subject": sprintf("move of %s", [update.name]),
	}
}

report contains violation if {
	some update in input.updates
	update.kind == "tag"
	update.is_release
	update.operation == "delete"

	violation := {
		"message": sprintf("release tag %q would be deleted: what is pinned to it cannot be fetched any more, and the version can come back as something else", [update.name]),
		"at": update.at,
		"fix": sprintf("keep the tag; a release that must not be used is followed by the next one: %s", [_release(update)]),
		"severity": _severity(update),
		"subject": sprintf("deletion of %s", [update.name]),
	}
}

# The same commit, now with a tag object that says who released it and when: nobody gets other content.
_says_more(update) if {
	update.tag.annotated
	update.from != null
	update.tag.target == update.from
}

_way(update) := sprintf(" from %s to %s", [substring(update.from, 0, 12), substring(update.tag.target, 0, 12)]) if {
	update.from != null
	update.tag != null
} else := ""

# Candidates are tried and thrown away.
_severity(update) := "warning" if {
	update.version.pre != ""
} else := "error"

_release(update) := sprintf("git tag -a %s -m %s", [name, name]) if {
	update.version.pre == ""
	next := sprintf("%d.%d.%d", [update.version.major, update.version.minor, _patch(update) + 1])
	name := shell.quote(replace(update.name, update.version.text, next))
} else := "git tag -a <the next version>"

_patch(update) := max([update.version.patch, update.highest.version.patch]) if {
	update.highest != null
} else := update.version.patch
