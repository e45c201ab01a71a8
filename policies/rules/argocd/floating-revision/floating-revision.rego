# METADATA
# title: Argo CD brings a later stage something other than a released version
# description: The stage changes without a decision, and what runs there can neither be named nor brought back.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.8, S0.16, S0.26, S0.30]
#   formerly: []
#   options:
#     moving_tags: [latest, stable, edge, canary, nightly]
package rules.argocd["floating-revision"]

import data.lib.floating
import rego.v1

report contains violation if {
	some [i, how] in floating.loose.argocd
	delivery := input.deliveries[i]

	violation := object.union(floating.violation(delivery, how), {"fix": _fix(delivery, how), "edits": _edits(delivery, how)})
}

# What a range means today is deployed today: writing it down changes nothing but that it stays.
_edits(delivery, "range") := [{"at": delivery.at, "text": sprintf("\"%s\"", [delivery.revision.pin])}] if {
	delivery.source.chart == null
	is_string(delivery.revision.pin)
} else := []

_edits(_, how) := [] if how != "range"

_fix(delivery, how) := sprintf("write the version that the range means today, `targetRevision: %s`, and raise it by a change that is reviewed", [delivery.revision.pin]) if {
	how == "range"
	delivery.source.chart == null
	is_string(delivery.revision.pin)
} else := "write the version that the range means today, such as `targetRevision: 1.2.0`, and raise it by a change that is reviewed" if {
	how == "range"
	delivery.source.chart == null
}

_fix(delivery, how) := "write a released version: `targetRevision: 1.2.0`" if {
	how != "range"
	delivery.source.chart == null
}

_fix(delivery, _) := sprintf("write the exact version of chart `%s`, such as `targetRevision: 1.2.0`, and raise it by a change that is reviewed", [
	delivery.source.chart,
]) if delivery.source.chart != null
