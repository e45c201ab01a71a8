# METADATA
# title: Nobody has to approve a change of what matters most
# description: Whoever can change the last stage, the pipeline, the rules or CODEOWNERS itself without being seen can bring anything to production.
# custom:
#   severity: error
#   reads: [owners]
#   kinds: []
#   gates: [scan, merge-request]
#   sources: [S3.11, S4.2]
#   formerly: []
#   options:
#     infrastructure_approvals: 0
package rules.owners["critical-path-unowned"]

import rego.v1

# So many places of one class are told one by one; more are one finding.
_most := 10

# Nobody has to approve.
report contains violation if {
	some class, paths in _unowned
	count(paths) <= _most
	some path in paths

	violation := {
		"message": sprintf("nobody has to approve a change of %s", [_place(path)]),
		"at": _where(path),
		"fix": _fix([path]),
		"severity": _weight(class),
		"subject": sprintf("%s %s has no owner", [class, path.path]),
		"related": _related(path),
	}
}

report contains violation if {
	some class, paths in _unowned
	count(paths) > _most

	violation := {
		"message": sprintf("nobody has to approve a change of %s and %d more places of this kind", [_place(paths[0]), count(paths) - 1]),
		"at": _where(paths[0]),
		"fix": _fix(array.slice(paths, 0, 3)),
		"severity": _weight(class),
		"subject": sprintf("%s: many places have no owner", [class]),
		"related": [{"message": other.path, "at": other.example} | some other in array.slice(paths, 1, _most)],
	}
}

# Somebody else than those who are named in the configuration can approve.
report contains violation if {
	some path in input.owners.paths
	path.approvals > 0
	expected := _expected(path.class)
	not _is_guarded(path, expected)

	violation := {
		"message": sprintf("%s belongs to %s; by `owners` in flowgate.yaml it has to be %s alone", [
			_place(path),
			concat(", ", path.owners),
			concat(" or ", expected),
		]),
		"at": path.at,
		"fix": _fix([path]),
		"subject": sprintf("%s %s has other owners", [path.class, path.path]),
	}
}

# GitLab counts approvals.
report contains violation if {
	input.options.infrastructure_approvals > 1
	input.owners.file.dialect == "gitlab"
	some path in input.owners.paths
	path.class == "infrastructure"
	path.approvals > 0
	path.approvals < input.options.infrastructure_approvals

	violation := {
		"message": sprintf("%s needs %d of the %d approvals that infrastructure has to have", [
			_place(path),
			path.approvals,
			input.options.infrastructure_approvals,
		]),
		"at": path.at,
		"fix": sprintf("write the number behind the name of its section: [Infrastructure][%d]", [input.options.infrastructure_approvals]),
		"subject": sprintf("%s has too few approvals", [path.path]),
	}
}

# Class to places. Only where there is a file: that it is missing is owners/codeowners-valid's to say.
_unowned[class] := paths if {
	input.owners.file != null
	some class in {path.class | some path in input.owners.paths}
	_is_asked(class)
	paths := [path |
		some path in input.owners.paths
		path.class == class
		path.approvals == 0
	]
	count(paths) > 0
}

_is_asked(class) if class != "infrastructure"

_is_asked(class) if count(_expected(class)) > 0

# A section that has to approve and whose every owner is among the expected ones.
_is_guarded(path, expected) if {
	names := {lower(owner) | some owner in expected}
	some section in path.sections
	section.approvals > 0
	every owner in section.owners {
		lower(owner) in names
	}
}

_expected(class) := data.flow.owners[class] if {
	data.flow.owners[class]
} else := data.flow.owners.policy if {
	class in {"configuration", "policies", "owners-file"}
}

# Declared in the configuration, it is a rule of the house. Without that the last stage and the gate are worth a warning; pipelines and
# CODEOWNERS itself where somebody guards the last stage, because they are the way around.
_weight(class) := "error" if {
	_expected(class)
} else := "warning" if {
	class in {"last-stage", "configuration", "policies", "release-manifest"}
} else := "warning" if {
	_last_stage_is_guarded
} else := "info"

_last_stage_is_guarded if {
	some path in input.owners.paths
	path.class == "last-stage"
	path.approvals > 0
}

_place(path) := sprintf("%s (stage %s)", [path.path, path.stage]) if {
	path.stage != null
} else := path.path

# Where a line says so, that line; else the path.
_where(path) := path.at if {
	path.at != null
} else := path.example

_related(path) := [{"message": "the first of its files", "at": path.example}] if {
	path.at != null
} else := []

_fix(paths) := sprintf("add below the other lines of %s: %s", [input.owners.file.path, concat("; ", lines)]) if {
	lines := [sprintf("/%s %s", [replace(path.path, " ", "\\ "), _names(path.class)]) | some path in paths]
}

_names(class) := concat(" ", _expected(class)) if {
	_expected(class)
} else := "@<team>"
