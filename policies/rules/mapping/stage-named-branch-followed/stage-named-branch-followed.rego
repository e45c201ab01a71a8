# METADATA
# title: A stage follows a branch that stands for it
# description: The branch is the environment, so that promotion is a merge and the stage has no version that was tested before.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.18, S1.9, S2.5]
#   formerly: []
#   options:
#     folders: [env, envs, environment, environments, overlay, overlays, stage, stages]
#     prefixes: [env, envs, environment, environments, deploy, deploys, deployment, deployments, cluster, clusters, stage, stages]
package rules.mapping["stage-named-branch-followed"]

import data.lib.deliveries
import data.lib.families
import data.lib.stages
import rego.v1

report contains violation if {
	some _, indices in _at_place
	delivery := input.deliveries[min(indices)]
	branch := delivery.revision.branch

	violation := object.union(_lowered(delivery, branch), {
		"message": _message(delivery, branch),
		"at": delivery.at,
		"fix": _fix(delivery),
		"subject": sprintf("%s %s", [deliveries.title(delivery), branch]),
		"evidence": delivery.evidence,
	})
}

_at_place[place] contains i if {
	some i, delivery in input.deliveries
	delivery.mode in {"follows", "machine-written"}
	is_string(delivery.revision.branch)
	delivery.revision.class in {"branch", "default"}
	_stands_for_stage(delivery, delivery.revision.branch)
	not families.is_mapped(delivery)
	not families.is_mapped_in_set(delivery)
	place := deliveries.place(delivery)
}

# Its whole name is a word for a stage, or such a word below `env/` and the like.
_stands_for_stage(delivery, branch) if {
	not delivery.revision.branch_role in _roles_apart
	count(stages.stood_for(branch)) > 0
}

# It names the very stage that follows it: `shop-prod`, `prod-eu`. Everyday words (`dev-team`) prove nothing there.
_stands_for_stage(delivery, branch) if {
	not delivery.revision.branch_role in _roles_apart
	delivery.stage in delivery.revision.branch_stages
	some word in split(stages.plain(branch), "-")
	stages.without_number(word) in stages.strong_words[delivery.stage]
}

# The environment is called after the branch, in the folder or the namespace: `develop` in overlays/develop. A branch that
# bears the stage's own name (`dev`) is no sign: flow and stages may share that word.
_stands_for_stage(delivery, branch) if {
	delivery.revision.branch_role == "develop"
	branch != delivery.stage
	_is_called_after(delivery, branch)
}

# The same where no stage is known by that word: `demo` in overlays/demo.
_stands_for_stage(delivery, branch) if {
	delivery.revision.branch_role == null
	is_string(delivery.source.path)
	parts := split(delivery.source.path, "/")
	some i, part in parts
	part in input.options.folders
	parts[i + 1] == branch
}

# Folder and namespace both: then it is told, though it may be a coincidence.
_stands_for_stage(delivery, branch) if {
	_is_first_stage_by_name(delivery, branch)
	_is_folder(delivery, branch)
	delivery.namespace == branch
}

_is_called_after(delivery, branch) if _is_folder(delivery, branch)

_is_called_after(delivery, branch) if delivery.namespace == branch

# A source without a path is a whole repository, or a chart.
_is_folder(delivery, branch) if {
	is_string(delivery.source.path)
	branch in split(delivery.source.path, "/")
}

_is_first_stage_by_name(delivery, branch) if {
	delivery.revision.branch_role == "develop"
	branch == delivery.stage
}

# Development, topic and release branches have a meaning of their own; an environment branch is one that the profile allows.
_roles_apart := {"main", "develop", "release", "hotfix", "topic", "bot", "infrastructure", "environment"}

_lowered(delivery, branch) := {"severity": "info"} if _is_harmless(delivery, branch)

_lowered(delivery, branch) := {} if not _is_harmless(delivery, branch)

_is_harmless(delivery, _) if delivery.mode == "machine-written"

_is_harmless(delivery, branch) if _is_first_stage_by_name(delivery, branch)

_message(delivery, branch) := sprintf("%s writes rendered manifests%s to branch `%s`: fine as long as only the tool writes there", [
	deliveries.title(delivery), _of_stage(delivery), branch,
]) if delivery.mode == "machine-written"

_message(delivery, branch) := sprintf("%s takes stage `%s` from the development branch `%s`, after which folder and namespace are called: fine for the first stage as long as the later ones take versions", [
	deliveries.title(delivery), delivery.stage, branch,
]) if {
	delivery.mode == "follows"
	_is_first_stage_by_name(delivery, branch)
}

_message(delivery, branch) := sprintf("%s follows branch `%s`%s, which stands for an environment: a merge into it deploys, not the release of a version%s", [
	deliveries.title(delivery), branch, _of_stage(delivery), deliveries.doubt(delivery.revision),
]) if {
	delivery.mode == "follows"
	not _is_first_stage_by_name(delivery, branch)
}

_of_stage(delivery) := sprintf(" for stage `%s`", [delivery.stage]) if delivery.stage != null

_of_stage(delivery) := "" if delivery.stage == null

_fix(delivery) := "leave the branch to the tool: protect it against pushes by people" if delivery.mode == "machine-written"

_fix(delivery) := "write a released version, such as `targetRevision: 1.2.0`, and keep what differs between stages in folders of one branch" if {
	delivery.mode == "follows"
	delivery.tool == "argocd"
}

_fix(delivery) := "write a released version, such as `ref: {tag: 1.2.0}`, and keep what differs between stages in folders of one branch" if {
	delivery.mode == "follows"
	delivery.tool != "argocd"
}
