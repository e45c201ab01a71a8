# METADATA
# title: An application is called otherwise than its namespace
# description: From a namespace nobody can tell which application and stage it holds, and two applications may end up in one.
# custom:
#   severity: error
#   reads: [names]
#   kinds: []
#   gates: []
#   sources: [S0.38, S0.39]
#   formerly: []
#   options: {}
package rules.naming["application-namespace-differs"]

import data.lib.naming
import rego.v1

report contains violation if {
	input.naming.applies
	some name in naming.applications
	name.destination_namespace != name.text
	is_string(name.destination_namespace)
	name.destination_namespace != ""
	type := naming.type_of(name.text)
	type.application == type.namespace
	naming.is_literal(name.destination_namespace)
	# Another word for the stage is the matter of `naming/stage-word-canonical`.
	expected := naming.canonical(type, "application", name.text)
	expected != naming.canonical(type, "namespace", name.destination_namespace)

	violation := {
		"message": sprintf("application `%s` goes to namespace `%s`: for type `%s` both have the same name", [name.text, name.destination_namespace, type.prefix]),
		"at": name.destination_namespace_at,
		"fix": sprintf("write `namespace: %s`; what runs in `%s` moves, so plan for its data", [expected, name.destination_namespace]),
		"subject": name.text,
		"related": [{"message": "the application's name", "at": name.at}],
	}
}
