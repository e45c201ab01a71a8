# METADATA
# title: A namespace is no DNS label
# description: Kubernetes refuses the namespace, so that nothing that goes there is deployed.
# custom:
#   severity: error
#   reads: [names]
#   kinds: []
#   gates: []
#   sources: [S0.35]
#   formerly: []
#   options: {}
package rules.naming["namespace-not-dns-label"]

import data.lib.naming
import rego.v1

report contains violation if {
	input.naming.applies
	some namespace in naming.namespaces
	some reason in _reasons(namespace.text)

	violation := object.union(_fix(namespace.text), {
		"message": sprintf("namespace `%s` %s; Kubernetes refuses it", [namespace.text, reason]),
		"at": namespace.at,
		"subject": namespace.text,
	})
}

_reasons(text) := {reason |
	not regex.match(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, text)
	reason := "has other characters than lower-case letters, digits and inner `-`"
} | {reason |
	count(text) > 63
	reason := sprintf("has %d characters, more than 63", [count(text)])
}

_fix(text) := {"fix": sprintf("call it `%s`", [slug])} if {
	slug := trim_right(substring(flowgate.slug(text), 0, 63), "-")
	slug != ""
}

_fix(text) := {} if flowgate.slug(text) == ""
