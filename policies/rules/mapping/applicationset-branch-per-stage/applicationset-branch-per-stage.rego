# METADATA
# title: ApplicationSet gives every stage a branch of its own
# description: One template turns branches into stages, so that each element runs other content and no version is ever promoted.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.18]
#   formerly: []
#   options: {}
package rules.mapping["applicationset-branch-per-stage"]

import data.lib.deliveries
import data.lib.families
import rego.v1

report contains violation if {
	some i in families.mapped_in_set
	delivery := input.deliveries[i]
	siblings := families.set_siblings(delivery)

	violation := {
		"message": sprintf("%s gives stage `%s` %s, while %s: a merge between branches deploys, not the release of a version%s", [
			deliveries.title(delivery), delivery.stage, deliveries.branch_words(delivery.revision),
			families.others_words(siblings), deliveries.doubt(delivery.revision),
		]),
		"at": delivery.at,
		"fix": sprintf("give the element of stage `%s` a released version, such as `version: 1.2.0`, and let the template use `targetRevision: '{{.version}}'`", [delivery.stage]),
		"subject": sprintf("%s %s", [deliveries.title(delivery), delivery.stage]),
		"related": siblings,
		"evidence": delivery.evidence,
	}
}
