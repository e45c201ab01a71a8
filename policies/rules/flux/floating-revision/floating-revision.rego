# METADATA
# title: Flux brings a later stage something other than a released version
# description: The stage changes without a decision, and what runs there can neither be named nor brought back.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.8, S0.18, S0.26, S0.30]
#   formerly: []
#   options:
#     moving_tags: [latest, stable, edge, canary, nightly]
package rules.flux["floating-revision"]

import data.lib.families
import data.lib.floating
import rego.v1

report contains violation if {
	some [i, how] in floating.loose.flux
	delivery := input.deliveries[i]
	not _is_fleet(delivery, how)

	violation := object.union(floating.violation(delivery, how), {"fix": _fix(delivery)})
}

# The repository that Flux itself watches describes the stages in its folders, so it is followed on one branch everywhere.
_is_fleet(delivery, how) if {
	how == "branch"
	_is_role_branch(delivery.revision)
	_is_bootstrap(delivery)
	not families.is_mapped(delivery)
}

_is_role_branch(revision) if revision.class == "default"

_is_role_branch(revision) if revision.branch_role in {"main", "develop"}

_is_bootstrap(delivery) if delivery.source.is_this_repository == true

_is_bootstrap(delivery) if delivery.name == "flux-system"

_is_bootstrap(delivery) if strings.any_suffix_match(object.get(delivery.at, "path", ""), ["gotk-sync.yaml", "gotk-sync.yml"])

_fix(delivery) := "write a released version: `ref: {tag: 1.2.0}`" if delivery.source.chart == null

_fix(delivery) := sprintf("write the exact version of chart `%s`, such as `version: 1.2.0`, and raise it by a change that is reviewed", [
	delivery.source.chart,
]) if delivery.source.chart != null
