# METADATA
# title: Argo CD takes different stages from different branches
# description: What a stage runs is decided by merging branches, so that nothing which was tested can be named or brought back.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.16, S0.17, S0.18]
#   formerly: []
#   options: {}
package rules.mapping["argocd-branch-per-stage"]

import data.lib.deliveries
import data.lib.families
import rego.v1

report contains violation if {
	some i in families.mapped
	delivery := input.deliveries[i]
	not families.is_mapped_in_set(delivery)
	delivery.tool == "argocd"
	siblings := families.siblings(delivery)

	violation := {
		"message": sprintf("%s takes stage `%s` from %s, while %s: a merge between branches deploys, not the release of a version%s", [
			deliveries.title(delivery), delivery.stage, deliveries.branch_words(delivery.revision),
			families.others_words(siblings), deliveries.doubt(delivery.revision),
		]),
		"at": delivery.at,
		"fix": sprintf("write a released version, such as `targetRevision: 1.2.0`, for stage `%s`, and keep what differs between stages in folders or value files of one branch", [delivery.stage]),
		"subject": sprintf("%s %s", [deliveries.title(delivery), delivery.stage]),
		"related": siblings,
		"evidence": delivery.evidence,
	}
}
