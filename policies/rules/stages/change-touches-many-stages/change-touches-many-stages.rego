# METADATA
# title: One change is for several stages at once
# description: A stage gets what the one before it has tried; a change that moves several at once was tried by none, and cannot be taken back for one of them alone.
# custom:
#   severity: warning
#   reads: [change]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.17, S3.5]
#   formerly: []
#   options: {}
package rules.stages["change-touches-many-stages"]

import data.lib.changes
import rego.v1

# New versions on several stages.
report contains violation if {
	count(_versions) > 1
	stages := _ordered(_versions)
	last := stages[count(stages) - 1]
	value := _first(last, _is_version)

	violation := {
		"message": sprintf("the change sets versions of the stages %s together: %s is to get what %s was tried with before", [
			_listed(stages), last, stages[count(stages) - 2],
		]),
		"at": value.at,
		"fix": sprintf("make one change for each stage, %s first", [stages[0]]),
		"severity": changes.severity("error"),
		"subject": concat(" ", stages),
		"related": [_neighbour(stage, _is_version) | some stage in array.slice(stages, 0, count(stages) - 1)],
	}
}

# Other values of several stages, the last one among them.
report contains violation if {
	count(_versions) < 2
	count(_stages) > 1
	stages := _ordered(_stages)
	last := stages[count(stages) - 1]
	last == data.flow.stages[count(data.flow.stages) - 1].name
	value := _first(last, _is_any)

	violation := {
		"message": sprintf("the change touches the stages %s together, so that nothing of it is tried before %s gets it", [_listed(stages), last]),
		"at": value.at,
		"fix": sprintf("make one change for each stage, %s first", [stages[0]]),
		"severity": changes.severity("warning"),
		"subject": concat(" ", stages),
		"related": [_neighbour(stage, _is_any) | some stage in array.slice(stages, 0, count(stages) - 1)],
	}
}

_is_version := {i | some i, value in input.change.values; value.version.stage != null}

_is_any := {i | some i, value in input.change.values; value.stage != null}

_versions := {input.change.values[i].version.stage | some i in _is_version}

_stages := {input.change.values[i].stage | some i in _is_any}

_ordered(stages) := [stage.name | some stage in data.flow.stages; stage.name in stages]

_listed(stages) := sprintf("%s and %s", [
	concat(", ", array.slice(stages, 0, count(stages) - 1)),
	stages[count(stages) - 1],
])

_first(stage, indices) := input.change.values[min({i | some i in indices; input.change.values[i].stage == stage})]

_neighbour(stage, indices) := {"message": sprintf("for %s", [stage]), "at": _first(stage, indices).at}
