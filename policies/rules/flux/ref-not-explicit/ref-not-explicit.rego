# METADATA
# title: A Flux source leaves open which revision it follows
# description: Without a ref Flux follows `master`, and of several fields it silently takes one, so that the file says something else than what runs.
# custom:
#   severity: error
#   reads: [documents]
#   kinds: [flux.GitRepository]
#   gates: []
#   sources: [S0.18, S1.9]
#   formerly: []
#   options: {}
package rules.flux["ref-not-explicit"]

import rego.v1

# Nothing is said.
report contains violation if {
	spec := input.document.value.spec
	is_object(spec)
	_fields(object.get(spec, "ref", null)) == []

	violation := {
		"message": sprintf("GitRepository `%s` has no `ref`, so Flux follows branch `master`, which may not exist", [_name]),
		"at": {"path": input.document.path, "document": input.document.index, "pointer": "/spec", "key": true},
		"fix": "write the revision that is meant: `ref: {tag: 1.2.0}`",
		"subject": _name,
	}
}

# Several things are said, and one wins.
report contains violation if {
	fields := _fields(input.document.value.spec.ref)
	count(fields) > 1
	some ignored in array.slice(fields, 1, count(fields))
	not _belongs_together(fields[0], ignored)

	violation := {
		"message": sprintf("GitRepository `%s` names both `%s` and `%s`; `%s` wins, and `%s` (`%v`) has no effect", [
			_name, fields[0], ignored, fields[0], ignored, input.document.value.spec.ref[ignored],
		]),
		"at": {"path": input.document.path, "document": input.document.index, "pointer": sprintf("/spec/ref/%s", [ignored]), "key": true},
		"fix": sprintf("remove `%s` when `%s: %v` is meant; otherwise remove `%s`", [ignored, fields[0], input.document.value.spec.ref[fields[0]], fields[0]]),
		"subject": sprintf("%s %s", [_name, ignored]),
	}
}

# The fields that are given, the one that wins first.
_fields(ref) := [field |
	some field in ["commit", "name", "semver", "tag", "branch"]
	is_object(ref)
	not object.get(ref, field, "") in {"", null}
]

# A commit is looked for on its branch only, which makes the clone small: a meaningful pair.
_belongs_together(winner, other) if [winner, other] == ["commit", "branch"]

_name := input.document.name if is_string(input.document.name)

_name := "" if not is_string(input.document.name)
