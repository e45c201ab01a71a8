# METADATA
# title: A file of one stage refers to a file of another
# description: A change that is made for one stage changes the other as well, and nobody who looks at either sees it.
# custom:
#   severity: error
#   reads: [edges]
#   kinds: []
#   gates: []
#   sources: [S0.11, S0.31, S0.33, S2.11]
#   formerly: []
#   options:
#     strong: 60
package rules.stages["cross-stage-reference"]

import rego.v1

report contains violation if {
	some edge in input.edges
	edge.from_stage != null
	edge.to_stage != null
	edge.from_stage != edge.to_stage
	not _is_told_elsewhere(edge)

	violation := object.union(_lowered(edge), {
		"message": sprintf("`%s` is of stage `%s` and refers to `%s` of stage `%s`: what is changed for one stage changes the other", [
			edge.from, edge.from_stage, edge.to, edge.to_stage,
		]),
		"at": edge.at,
		"fix": sprintf("move what both stages share to a folder without a stage, such as `base`, and refer to that; keep in `%s` what only this stage needs", [_folder(edge.from)]),
		"subject": sprintf("%s %s", [edge.from, edge.to]),
		"related": _related(edge),
		"evidence": array.concat(edge.from_evidence, edge.to_evidence),
	})
}

# Where a controller takes its content from another stage, `stages/evidence-conflict` says so.
_is_told_elsewhere(edge) if strings.any_prefix_match(edge.kind, ["argocd.", "flux."])

# A single unmistakable word somewhere in a path may mean something else.
_lowered(edge) := {"severity": "warning"} if not _is_strong(edge)

_lowered(edge) := {} if _is_strong(edge)

_is_strong(edge) if {
	_weight(edge.from_evidence, edge.from_stage) >= input.options.strong
	_weight(edge.to_evidence, edge.to_stage) >= input.options.strong
}

_weight(evidence, stage) := max({0} | _weights(evidence, stage))

_weights(evidence, stage) := {piece.weight | some piece in evidence; piece.stage == stage}

_related(edge) := [related |
	some piece in array.slice(edge.from_evidence, 0, 1)
	related := {"message": sprintf("%s speaks for stage `%s`", [piece.source, piece.stage]), "at": piece.at}
]

_folder(path) := concat("/", array.slice(parts, 0, count(parts) - 1)) if {
	parts := split(path, "/")
	count(parts) > 1
}

_folder(path) := path if not contains(path, "/")
