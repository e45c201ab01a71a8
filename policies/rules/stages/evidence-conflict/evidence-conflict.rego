# METADATA
# title: Two strong signs speak for different stages
# description: Something that is called one stage reaches into another, so that a change meant for one hits the other.
# custom:
#   severity: error
#   reads: [deliveries, names]
#   kinds: []
#   gates: []
#   sources: [S0.11, S0.31, S0.33]
#   formerly: []
#   options:
#     strong: 60
#     management: [mgmt, management, hub, control, ops]
package rules.stages["evidence-conflict"]

import data.lib.deliveries
import rego.v1

report contains violation if {
	some _, indices in _at_places
	index := min(indices)
	conflict := _conflicts[index]
	there := _there(conflict)
	here := _other(conflict, there)

	violation := {
		"message": sprintf("%s is of stage `%s` by its %s `%s`, but of stage `%s` by its %s `%s`: a change meant for one stage reaches the other", [
			_title(_things[index]), here.stage, here.source, here.text, there.stage, there.source, there.text,
		]),
		"at": there.at,
		"fix": sprintf("make both say the same: change `%s` to stage `%s`, or call the thing after stage `%s`", [there.text, here.stage, there.stage]),
		"subject": sprintf("%s %s", [here.text, there.text]),
		"related": [{"message": sprintf("%s speaks for stage `%s`", [here.source, here.stage]), "at": here.at}],
		"evidence": _things[index].evidence,
	}
}

# Names stand for the documents that deliver nothing: namespaces, overlays.
_things := array.concat(
	[delivery | some delivery in input.deliveries; not delivery.mode == "preview"],
	[name | some name in input.names; not [name.at.path, name.at.document] in _delivering],
)

_delivering contains [delivery.at.path, delivery.at.document] if some delivery in input.deliveries

_conflicts[i] := {"first": strong[0], "second": second} if {
	some i, thing in _things
	object.get(thing, "stages", []) == []
	count({piece.stage | some piece in thing.evidence; piece.weight >= input.options.strong}) > 1
	strong := [piece | some piece in thing.evidence; _counts(piece, thing.evidence)]
	others := [piece | some piece in strong; piece.stage != strong[0].stage]
	second := others[0]
}

# A text that names several stages is no sign for any.
_counts(piece, evidence) if {
	piece.weight >= input.options.strong
	not _is_management(piece)
	every other in evidence {
		_agrees(piece, other)
	}
}

# `clusters/prd-mgmt/` holds the applications that are managed from there, whatever stage they go to.
_is_management(piece) if {
	piece.source == "path"
	some segment in split(piece.text, "/")
	some word in split(replace(replace(lower(segment), "_", "-"), ".", "-"), "-")
	word in input.options.management
}

_agrees(piece, other) if piece.stage == other.stage

_agrees(piece, other) if [piece.at, piece.text] != [other.at, other.text]

# Several sources of one application, several names of one document: one finding for one pair of places.
_at_places[places] contains i if {
	some i, conflict in _conflicts
	places := [conflict.first.at, conflict.second.at]
}

# What a thing is called is its promise; where it reaches (destination, namespace, source, values) is where the promise is broken. Between two
# of a kind it is the weaker one.
_there(conflict) := conflict.first if {
	_reaches(conflict.first)
	not _reaches(conflict.second)
}

_there(conflict) := conflict.second if _reaches(conflict.second)

_there(conflict) := conflict.second if {
	not _reaches(conflict.first)
	not _reaches(conflict.second)
}

_other(conflict, there) := conflict.first if there == conflict.second

_other(conflict, there) := conflict.second if {
	there == conflict.first
	conflict.first != conflict.second
}

_reaches(piece) if {
	some word in ["destination", "namespace", "source", "values", "cluster", "server", "variable"]
	contains(piece.source, word)
}

_title(thing) := deliveries.title(thing) if thing.tool

_title(thing) := sprintf("%s `%s`", [thing.role, thing.text]) if thing.role
