# METADATA
# title: A namespace starts with a digit
# description: Such a name cannot be read by the naming grammar, and tools that make identifiers of namespaces stumble over it.
# custom:
#   severity: error
#   reads: [names]
#   kinds: []
#   gates: []
#   sources: [S0.35]
#   formerly: []
#   options: {}
package rules.naming["namespace-starts-with-digit"]

import data.lib.naming
import rego.v1

report contains violation if {
	input.naming.applies
	data.flow.naming.namespace_digits
	some namespace in naming.namespaces
	regex.match(`^[0-9]`, namespace.text)

	violation := {
		"message": sprintf("namespace `%s` starts with a digit, which the naming rules of this flow do not allow", [namespace.text]),
		"at": namespace.at,
		"fix": sprintf("let the name begin with a letter, such as `app-%s`", [namespace.text]),
		"subject": namespace.text,
	}
}
