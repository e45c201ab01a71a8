# METADATA
# title: Development was merged into a release or hotfix
# description: What is not meant for this release gets to production with it, past the tests that the release had already seen.
# custom:
#   severity: error
#   reads: [change]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.19, S0.20]
#   formerly: []
#   options: {}
package rules.history["develop-in-release"]

import rego.v1

report contains violation if {
	change := input.change
	change.source.role in {"release", "hotfix"}
	some merge in change.merges
	some branch in merge.from
	branch.role == "develop"

	violation := {
		"message": sprintf("%q took in %q: a release only takes fixes once it has begun", [change.source.branch, branch.name]),
		"at": merge.at,
		"fix": sprintf("start again without it: git switch -C %s %s^1, and bring single fixes with git cherry-pick -x <commit>", [
			change.source.branch,
			substring(merge.commit, 0, 12),
		]),
		"subject": sprintf("%s in %s", [branch.name, change.source.branch]),
	}
}
