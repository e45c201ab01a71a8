# METADATA
# title: A name uses another word for a stage than its name
# description: Two words for one stage make two names for one thing, and searches, rules and scripts find only one of them.
# custom:
#   severity: warning
#   reads: [names]
#   kinds: []
#   gates: []
#   sources: [S0.27]
#   formerly: []
#   options: {}
package rules.naming["stage-word-canonical"]

import data.lib.naming
import rego.v1

report contains violation if {
	input.naming.applies
	some thing in _things
	thing.canonical != thing.text

	violation := {
		"message": sprintf("%s `%s` uses another word for a stage than its name: the stages of this flow are `%s`", [
			thing.word, thing.text, concat("`, `", [stage.name | some stage in data.flow.stages]),
		]),
		"at": thing.at,
		"fix": sprintf("call it `%s`%s", [thing.canonical, thing.warning]),
		"subject": thing.text,
	}
}

_things contains thing if {
	some name in naming.applications
	name.parsed.is_canonical == false
	type := naming.type_of(name.text)
	canonical := naming.canonical(type, "application", name.text)
	thing := {"word": "application", "text": name.text, "canonical": canonical, "at": name.at, "warning": ""}
}

_things contains thing if {
	some namespace in naming.namespaces
	namespace.parsed.is_canonical == false
	some type in data.flow.naming.types
	naming.has_stage(type, "namespace")
	canonical := naming.canonical(type, "namespace", namespace.text)
	thing := {
		"word": "namespace", "text": namespace.text, "canonical": canonical, "at": namespace.at,
		"warning": "; a namespace cannot be renamed, so what runs there moves",
	}
}
