# METADATA
# title: A branch is named like a stage
# description: Such a branch becomes the stage's content, so that stages drift apart and releases are merges instead of versions.
# custom:
#   severity: error
#   reads: [branches, updates]
#   kinds: []
#   gates: []
#   sources: [S0.18]
#   formerly: []
#   options:
#     prefixes: [env, envs, environment, environments, deploy, deploys, deployment, deployments, cluster, clusters, stage, stages]
#     stale_after_days: 365
package rules.mapping["stage-named-branch"]

import data.lib.branches
import data.lib.dates
import data.lib.stages
import rego.v1

report contains violation if {
	some branch in input.branches
	branches.is_asked(branch)
	not branch.role in _roles_apart
	stood_for := stages.stood_for(branch.name)
	count(stood_for) > 0
	words := concat("` or `", [stage.name | some stage in data.flow.stages; stage.name in stood_for])

	violation := {
		"message": sprintf("branch `%s` is named like stage `%s`%s: a stage takes released versions, it is no branch", [branch.name, words, _age(branch)]),
		"at": branch.at,
		"fix": sprintf("let stage `%s` take a tag of the main branch, then remove the branch: `git branch -m %s archive/%s`, or `git branch -D %s` when all of it is merged", [
			words, branch.name, branch.name, branch.name,
		]),
		"severity": _severity(branch),
		"subject": branch.name,
	}
}

# Development, topic and release branches have a meaning of their own; an environment branch is one that the profile allows.
_roles_apart := {"main", "develop", "release", "hotfix", "topic", "bot", "infrastructure", "environment"}

_severity(branch) := "warning" if {
	_is_stale(branch)
} else := branches.severity(branch)

_age(branch) := " (untouched for over a year)" if {
	_is_stale(branch)
	input.options.stale_after_days == 365
}

_age(branch) := sprintf(" (untouched for over %d days)", [input.options.stale_after_days]) if {
	_is_stale(branch)
	input.options.stale_after_days != 365
}

_age(branch) := "" if not _is_stale(branch)

_is_stale(branch) if dates.days_between(branch.time, _today) > input.options.stale_after_days

_today := dates.day_number(input.now)
