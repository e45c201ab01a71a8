# METADATA
# title: New version is not above those that exist
# description: Tools choose the highest version; one that is made below it is never deployed, or replaces what is newer.
# custom:
#   severity: error
#   reads: [updates]
#   kinds: []
#   gates: [pre-push, pre-receive, update, reference-transaction]
#   sources: [S0.8]
#   formerly: []
#   options: {}
package rules.versions["not-monotonic"]

import data.lib.shell
import rego.v1

report contains violation if {
	some update in input.updates
	update.kind == "tag"
	update.operation == "create"
	update.is_release
	update.highest != null
	order := semver.compare(_plain(update.version), _plain(update.highest.version))
	order <= 0
	not _is_second_name(update, order)

	violation := {
		"message": _message(update, order),
		"at": update.at,
		"fix": sprintf("take a version above %s: %s", [update.highest.name, _release(update)]),
		"severity": _severity,
		"subject": update.name,
		"related": [{"message": "the highest of this line", "at": {"ref": sprintf("refs/tags/%s", [update.highest.name])}}],
	}
}

# Build metadata counts for nothing in the order of versions.
_plain(version) := split(version.text, "+")[0]

# `v1.2.0` beside `1.2.0` at the same commit: one release under two names.
_is_second_name(update, order) if {
	order == 0
	update.tag.target == update.highest.target
}

_message(update, order) := sprintf("tag %q is the version of %q once more, at another commit", [update.name, update.highest.name]) if {
	order == 0
} else := sprintf("tag %q comes after its own release %q", [update.name, update.highest.name]) if {
	_core(update.version) == _core(update.highest.version)
	update.highest.version.pre == ""
} else := sprintf("tag %q comes after %q, which is higher in the line %d.%d", [
	update.name,
	update.highest.name,
	update.version.major,
	update.version.minor,
])

_core(version) := [version.major, version.minor, version.patch]

# A tag that is only made in this clone may still get another name.
_severity := "warning" if {
	input.gate == "reference-transaction"
} else := "error"

_release(update) := sprintf("git tag -a %s -m %s", [name, name]) if {
	highest := update.highest.version
	next := sprintf("%d.%d.%d", [highest.major, highest.minor, highest.patch + _step(highest)])
	name := shell.quote(replace(update.name, update.version.text, next))
}

# The release itself lies above its candidates.
_step(version) := 0 if {
	version.pre != ""
} else := 1
