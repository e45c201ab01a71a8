# METADATA
# title: Release or hotfix holds more than fixes
# description: A feature that enters a release at its end was on no stage, and the version that the release has been given does not announce it.
# custom:
#   severity: warning
#   reads: [change, commits]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.20, S0.26]
#   formerly: []
#   options:
#     types: [fix, docs, chore, ci, test, build, revert, perf, style]
package rules.history["release-content"]

import rego.v1

report contains violation if {
	change := input.change
	change.source.role in {"release", "hotfix"}
	own := {id | some id in change.own}
	some commit in input.commits
	commit.commit in own
	commit.class == "normal"
	not commit.is_bot
	not commit.is_exempt
	commit.conventional.ok
	type := lower(commit.conventional.type)
	not type in input.options.types

	violation := {
		"message": sprintf("%q was made on %q, and a commit of type %s is no fix", [_shown(commit.subject), change.source.branch, type]),
		"at": commit.at,
		"fix": sprintf("bring it to development instead (git cherry-pick -x %s there), and take it out here with git revert %s", [
			substring(commit.commit, 0, 12),
			substring(commit.commit, 0, 12),
		]),
	}
}

_shown(text) := sprintf("%s...", [substring(text, 0, 72)]) if {
	count(text) > 75
} else := text
