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
	substring(namespace.text, 0, 1) in {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

	violation := {
		"message": sprintf("namespace `%s` starts with a digit, which the naming rules of this flow do not allow", [namespace.text]),
		"at": namespace.at,
		"fix": sprintf("let the name begin with a letter, such as `app-%s`", [namespace.text]),
		"subject": namespace.text,
	}
}
