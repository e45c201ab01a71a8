# METADATA
# title: Version without quotes is read as a number
# description: YAML reads 1.10 as the number 1.1 and 1e10 as ten thousand million; what is deployed is another version than the one that was written.
# custom:
#   severity: error
#   reads: [documents]
#   kinds: []
#   keys: [tag, ref, rev, revision, digest, version]
#   gates: []
#   sources: [S0.16, S0.8]
#   formerly: []
#   options:
#     keys: [targetRevision, newTag, imageTag, appVersion, chartVersion, application_version, infrastructure_version]
#     schemas: ["**/docker-compose*", "**/compose*", ".circleci/**", "**/.golangci.*", ".github/dependabot.*", "**/buildspec*", "**/.travis.*", "**/openapi*", "**/swagger*"]
package rules.versions["unquoted-version"]

import rego.v1

report contains violation if {
	input.document.format == "yaml"
	some scalar in input.document.unquoted
	_carries_version(scalar.name)
	verdict := _verdict(scalar.name, scalar)

	violation := {
		"message": sprintf("%s: %s has no quotes, so YAML reads %s", [_last(scalar.pointer), scalar.raw, verdict.reading]),
		"at": _place(scalar),
		"fix": sprintf("put it in quotes: \"%s\"", [scalar.raw]),
		"severity": verdict.severity,
		"edits": [{"at": _place(scalar), "text": sprintf("\"%s\"", [scalar.raw])}],
	}
}

_place(scalar) := {"path": input.document.path, "document": input.document.index, "pointer": scalar.pointer}

# What a finding says, by how sure it is. Undefined where the value means the same with and without quotes.
#
# A field that must be text: its tool refuses or rounds every number and boolean.
_verdict(name, scalar) := {"severity": "error", "reading": sprintf("%s, and this field takes only text", [_reading(scalar)])} if {
	_is_text_field(name, scalar.pointer)
} else := {"severity": "error", "reading": _reading(scalar)} if {
	scalar.type == "number"
	_is_certain(name, scalar.pointer)
	_is_changed(scalar.raw)
} else := {"severity": "error", "reading": sprintf("a number, which Helm writes as %s", [_scientific(scalar.raw)])} if {
	scalar.type == "number"
	_is_certain(name, scalar.pointer)
	_is_helm_values
	regex.match(`^[1-9][0-9]{6,}$`, scalar.raw)
	_scientific(scalar.raw)
} else := {"severity": "warning", "reading": sprintf("a number; its successor %s would be read as %s", [_successor(scalar.raw), _major(scalar.raw)])} if {
	scalar.type == "number"
	_is_certain(name, scalar.pointer)
	regex.match(`^[0-9]+\.[0-9]*[1-9]$`, scalar.raw)
} else := {"severity": "error", "reading": _reading(scalar)} if {
	# Any other key that ends in `version`, in any file: only what nobody can have meant as a number, such as `go-version: 1.20`.
	scalar.type == "number"
	not _is_schema(name, scalar.pointer)
	regex.match(`^[0-9]+\.[0-9]*[1-9]0+$`, scalar.raw)
}

# --- which values carry a version ---

_last(pointer) := part if {
	parts := split(pointer, "/")
	part := replace(replace(parts[count(parts) - 1], "~1", "/"), "~0", "~")
}

_carries_version(name) if name in {"tag", "ref", "rev", "revision", "digest"}

_carries_version(name) if name in input.options.keys

# Words such as `conversion` only end alike.
_carries_version(name) if regex.match(`(?:^version|[^A-Za-z]version|Version|VERSION)$`, name)

# Keys that mean a version of software wherever they stand.
_is_certain(name, _) if name in input.options.keys

_is_certain("tag", pointer) if regex.match(`(?i)image(?:/[^/]+)?/tag$`, pointer)

_is_certain("tag", _) if _is_helm_values

_is_certain("version", pointer) if {
	input.document.kind == "helm.Chart"
	regex.match(`^/(?:version|dependencies/[0-9]+/version)$`, pointer)
}

# Versions of a file's own grammar, a protocol or an API are numbers to those who read them.
_is_schema(name, _) if regex.match(`(?i)^(?:api|schema|spec|config|format|file|syntax|lock|lockfile|manifest|protocol|http|tls|min_?tls|ssl|ip|xml|openapi|engine_?api)[-_]?version$`, name)

_is_schema("version", "/version") if input.document.kind != "helm.Chart"

_is_schema(_, _) if {
	some pattern in input.options.schemas
	flowgate.glob(pattern, input.document.path)
}

# --- which fields must be text ---

_is_text_field("targetRevision", pointer) if {
	startswith(input.document.kind, "argocd.")
	not startswith(pointer, "/spec/generators/")
}

_is_text_field(name, pointer) if {
	startswith(input.document.kind, "flux.")
	name in {"tag", "semver", "branch", "commit", "version", "chartVersion"}
	regex.match(`^/spec/(?:ref/[a-z]+|chart/spec/version|version)$`, pointer)
}

_is_text_field(name, pointer) if {
	startswith(input.document.kind, "kustomize.")
	name in {"newTag", "digest", "version"}
	regex.match(`^/(?:images/[0-9]+/(?:newTag|digest)|helmCharts/[0-9]+/version)$`, pointer)
}

# Labels and annotations of anything that Kubernetes reads are text.
_is_text_field(_, pointer) if {
	input.document.api_version != null
	regex.match(`(?:^|/)metadata/(?:labels|annotations)/[^/]+$`, pointer)
}

_is_helm_values if input.document.kind == "helm.values"

# --- what YAML makes of it ---

# Anything but a plain decimal that prints as it was written.
_is_changed(raw) if not regex.match(`^(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$`, raw)

_is_changed(raw) if count(raw) > 16

_reading(scalar) := sprintf("the boolean %s", [lower(scalar.raw)]) if {
	scalar.type == "bool"
} else := sprintf("the number %s", [trimmed]) if {
	regex.match(`^[0-9]+\.[0-9]*0$`, scalar.raw)
	trimmed := trim_right(trim_right(scalar.raw, "0"), ".")
} else := sprintf("the number %v", [to_number(scalar.raw)]) if {
	regex.match(`^[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}$`, scalar.raw)
} else := sprintf("the number %s", [scalar.raw]) if {
	regex.match(`^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$`, scalar.raw)
} else := "a number"

# As Go prints a float64: 20240115 becomes 2.0240115e+07.
_scientific(raw) := sprintf("%s%se+%s", [substring(raw, 0, 1), _fraction(substring(raw, 1, -1)), _two_digits(count(raw) - 1)])

_fraction(digits) := "" if {
	trim_right(digits, "0") == ""
} else := sprintf(".%s", [trim_right(digits, "0")])

_two_digits(number) := sprintf("0%d", [number]) if {
	number < 10
} else := sprintf("%d", [number])

# 1.16 is followed one day by 1.20, which is 1.2.
_successor(raw) := sprintf("%s.%d0", [parts[0], ceil((to_number(parts[1]) + 1) / 10)]) if {
	parts := split(raw, ".")
}

_major(raw) := trim_right(_successor(raw), "0")
