# METADATA
# title: An application name does not follow its pattern
# description: Neither people nor tools can tell type, application, stage and instance from the name.
# custom:
#   severity: error
#   reads: [names]
#   kinds: []
#   gates: []
#   sources: [S0.36, S0.37, S0.38, S0.39]
#   formerly: []
#   options: {}
package rules.naming["application-name-pattern"]

import data.lib.naming
import rego.v1

report contains violation if {
	input.naming.applies
	some name in naming.applications
	name.parsed == null
	type := naming.type_of(name.text)

	violation := {
		"message": sprintf("application `%s` does not follow `%s`, the pattern of type `%s`%s", [name.text, naming.shape(type, "application"), type.prefix, _why(type, name.text)]),
		"at": name.at,
		"fix": _fix(type, name.text),
		"subject": name.text,
	}
}

_fix(type, text) := sprintf("call it `%s`", [near]) if near := _near(type, text)

_fix(type, text) := sprintf("follow the pattern, as in `%s`", [naming.example(type, "application")]) if not _near(type, text)

# The name with an instance of two digits, or with its last word replaced by the stage whose word is nearest, when that makes it right.
_near(type, text) := near if {
	near := regex.replace(text, `-([0-9])$`, "-0$1")
	near != text
	naming.follows(type, "application", near)
} else := near if {
	words := split(text, "-")
	last := words[count(words) - 1]
	stem := trim_right(last, "0123456789")
	stage := naming.canonical_stage(flowgate.nearest(stem, [word | some word in naming.stage_words]))
	number := _number(substring(last, count(stem), -1))
	near := concat("-", array.concat(array.slice(words, 0, count(words) - 1), [sprintf("%s%s", [stage, number])]))
	near != text
	naming.follows(type, "application", near)
}

_number(digits) := digits if count(digits) != 1

_number(digits) := sprintf("0%s", [digits]) if count(digits) == 1

_why(type, text) := ": it ends in no stage" if {
	contains(type.application, "{stage}")
	every word in split(text, "-") {
		not naming.canonical_stage(trim_right(word, "0123456789"))
	}
} else := ": it ends in no known cluster" if {
	contains(type.application, "{cluster}")
} else := ""
