# Pipelines that a branch sends to an environment.
package lib.pipelines

import data.lib.deliveries
import rego.v1

# deciding are the deliveries of a tool's pipelines that run because of a branch, with what is to be said of each.
#   computed: the name of the environment is computed from the branch
#   mapped:   other stages are served from other branches
#   alone:    no other stage is served from a branch
#   shared:   one branch serves every stage, so it does not decide which
deciding[tool] contains [i, "computed"] if {
	some i, delivery in input.deliveries
	delivery.mode == "pipeline"
	delivery.environment_from_branch
	tool := delivery.tool
}

deciding[tool] contains [i, how] if {
	some tool, indices in _by_branch
	some i in indices
	not input.deliveries[i].environment_from_branch
	how := _how(tool, input.deliveries[i])
}

# violation says what is wrong with one of them; the rule adds how to mend it in its tool.
violation(delivery, how) := object.union(_level(delivery, how), {
	"message": _message(delivery, how),
	"at": delivery.at,
	"subject": sprintf("%s %s %v", [deliveries.title(delivery), _environment(delivery), delivery.revision.branch]),
	"related": _related(delivery, how),
	"evidence": delivery.evidence,
})

# siblings says which other stages the tool serves from which other branch, with one place for each.
siblings(delivery) := [sibling |
	some stage in data.flow.stages
	stage.name != delivery.stage
	some other_line in _lines[[delivery.tool, stage.name]]
	other_line != deliveries.line(delivery)
	other := input.deliveries[_first[[delivery.tool, stage.name, other_line]]]
	sibling := {"message": sprintf("stage `%s` is served from %s", [stage.name, deliveries.line_words(other)]), "at": other.at}
]

# The first stage may take what is being developed, as long as the later ones take versions.
_level(delivery, how) := {"severity": "info"} if _is_first_alone(delivery, how)

_level(delivery, how) := {} if not _is_first_alone(delivery, how)

_is_first_alone(delivery, how) if {
	how in {"alone", "shared"}
	delivery.rank == 0
}

_message(delivery, "computed") := sprintf("%s computes the environment `%s` from the branch's name: whoever makes a branch makes a stage", [
	deliveries.title(delivery), _environment(delivery),
])

_message(delivery, how) := sprintf("%s deploys %s to `%s` (stage `%s`): a push changes the stage, not the release of a version%s", [
	deliveries.title(delivery), deliveries.branch_words(delivery.revision), _environment(delivery), delivery.stage, _why(delivery, how),
]) if {
	how != "computed"
	not _is_first_alone(delivery, how)
}

_message(delivery, how) := sprintf("%s deploys %s to `%s`, the first stage: fine while the later stages take versions", [
	deliveries.title(delivery), deliveries.branch_words(delivery.revision), _environment(delivery),
]) if {
	how != "computed"
	_is_first_alone(delivery, how)
}

_why(delivery, "mapped") := sprintf(", while %s", [concat(", ", [sibling.message | some sibling in siblings(delivery)])])

_why(_, how) := "" if how != "mapped"

_related(delivery, "mapped") := siblings(delivery)

_related(_, how) := [] if how != "mapped"

_environment(delivery) := delivery.environment if is_string(delivery.environment)

_environment(delivery) := delivery.stage if {
	not is_string(delivery.environment)
	is_string(delivery.stage)
}

_environment(delivery) := "" if {
	not is_string(delivery.environment)
	not is_string(delivery.stage)
}

_how(tool, delivery) := "mapped" if _is_mapped(tool, delivery)

_how(tool, delivery) := "alone" if count(_stages[tool]) == 1

_how(tool, delivery) := "shared" if {
	count(_stages[tool]) > 1
	not _is_mapped(tool, delivery)
}

_is_mapped(tool, delivery) if {
	some stage in _stages[tool]
	stage != delivery.stage
	_differs(_lines[[tool, stage]], deliveries.line(delivery))
}

_differs(lines, line) if count(lines) > 1

_differs(lines, line) if not line in lines

_by_branch[delivery.tool] contains i if {
	some i, delivery in input.deliveries
	delivery.mode == "pipeline"
	delivery.stage != null
	delivery.revision.class in {"branch", "default"}
	not delivery.revision.branch_role == "environment"
}

_stages[tool] contains input.deliveries[i].stage if {
	some tool, indices in _by_branch
	some i in indices
}

_lines[key] contains deliveries.line(delivery) if {
	some tool, indices in _by_branch
	some i in indices
	delivery := input.deliveries[i]
	key := [tool, delivery.stage]
}

_members[key] contains i if {
	some tool, indices in _by_branch
	some i in indices
	delivery := input.deliveries[i]
	key := [tool, delivery.stage, deliveries.line(delivery)]
}

_first[key] := min(indices) if some key, indices in _members
