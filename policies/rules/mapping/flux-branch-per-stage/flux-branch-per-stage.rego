# METADATA
# title: Flux takes different stages from different branches
# description: What a stage runs is decided by merging branches, so that nothing which was tested can be named or brought back.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.18, S1.8, S1.9]
#   formerly: []
#   options: {}
package rules.mapping["flux-branch-per-stage"]

import data.lib.deliveries
import data.lib.families
import rego.v1

report contains violation if {
	some i in families.mapped
	delivery := input.deliveries[i]
	delivery.tool == "flux"
	siblings := families.siblings(delivery)

	violation := {
		"message": sprintf("%s takes stage `%s` from %s, while %s: a merge between branches deploys, not the release of a version%s", [
			deliveries.title(delivery), delivery.stage, deliveries.branch_words(delivery.revision),
			families.others_words(siblings), deliveries.doubt(delivery.revision),
		]),
		"at": delivery.at,
		"fix": sprintf("write a released version, such as `ref: {tag: 1.2.0}`, for stage `%s`, and keep what differs between stages in folders of one branch", [delivery.stage]),
		"subject": sprintf("%s %s", [deliveries.title(delivery), delivery.stage]),
		"related": siblings,
		"evidence": delivery.evidence,
	}
}
