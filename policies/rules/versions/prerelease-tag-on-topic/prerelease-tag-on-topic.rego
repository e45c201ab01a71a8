# METADATA
# title: Candidate is made from a topic branch
# description: What is tried under a version of the next release is not what the release will hold, and may never be merged at all.
# custom:
#   severity: warning
#   reads: [tags, reach]
#   kinds: []
#   gates: [pre-push, pre-receive, update]
#   sources: [S0.8]
#   formerly: []
#   options:
#     previews: [mr, pr, preview, snapshot, feature, feat, branch, dev, canary, nightly, experimental, test]
package rules.versions["prerelease-tag-on-topic"]

import data.lib.shell
import rego.v1

report contains violation if {
	some tag in input.tags
	tag.is_release
	not tag.is_ignored
	tag.version.pre != ""
	not _is_preview(tag.version.pre)
	reach := input.reach[tag.ref]
	not reach.on_main
	count(reach.on) > 0
	every branch in reach.on {
		branch.role == "topic"
	}
	violation := {
		"message": sprintf("%q is made from a topic branch: only branches of type %s have its commit", [
			tag.name,
			concat(", ", [branch.type | some branch in reach.on]),
		]),
		"at": tag.at,
		"fix": sprintf("git tag -d %s, and tag what a release or the development branch has once the topic is merged", [shell.quote(tag.name)]),
		"subject": tag.name,
	}
}

# Builds that say themselves what they are made from: `1.2.0-mr12.3`, `1.2.0-preview.4`.
_is_preview(pre) if {
	some word in regex.find_n(`[A-Za-z]+`, lower(pre), -1)
	word in input.options.previews
}
