# METADATA
# title: Version grows less than its commits ask for
# description: Whoever takes every patch without looking gets a feature, or a break, that the version does not announce.
# custom:
#   severity: error
#   reads: [releases]
#   kinds: []
#   gates: [pre-push, pre-receive, update, scan]
#   sources: [S0.9, S4.5]
#   formerly: []
#   options:
#     share: 50
#     calendar: 1900
package rules.versions["bump-too-small"]

import data.lib.shell
import rego.v1

report contains violation if {
	some release in _judged
	_rank[release.level] < _rank[release.needed]
	violation := {
		"message": sprintf("%q is a %s release after %q, and %s for a %s one: %s", [
			release.tag,
			release.level,
			release.previous.name,
			_asking(release),
			release.needed,
			_subjects(release),
		]),
		"at": release.at,
		"fix": _fix(release),
		"severity": _severity(release),
		"subject": release.tag,
		"related": [{"message": sprintf("asks for %s: %s", [commit.level, _shown(commit.subject)]), "at": commit.at} | some commit in release.commits],
	}
}

# More than it has to be promises nothing wrong.
report contains violation if {
	some release in _judged
	_rank[release.level] > _rank[release.needed]

	# The first stable release says something else than that something broke.
	not _becomes_stable(release)
	violation := {
		"message": sprintf("%q is a %s release after %q, and its commits ask for %s", [
			release.tag,
			release.level,
			release.previous.name,
			_called(release.needed),
		]),
		"at": release.at,
		"severity": "info",
		"subject": release.tag,
	}
}

_judged := [release |
	some release in input.releases

	# Candidates come before all commits of their release are there, and the release itself is asked.
	release.version.pre == ""
	release.level != "pre"
	release.needed != null

	# Where most messages say nothing of the kind, the few that do are no measure.
	100 * release.conventional >= input.options.share * release.count

	# A calendar counts otherwise.
	release.version.major < input.options.calendar
]

_rank := {"none": 0, "patch": 1, "minor": 2, "major": 3}

_becomes_stable(release) if {
	release.previous.version.major == 0
	release.version.major == 1
}

# Before 1.0.0 a feature may come with a patch; what breaks has to be told apart.
_severity(release) := "info" if {
	release.previous.version.major == 0
	every commit in release.commits {
		not commit.breaking
	}
} else := "error"

_asking(release) := "a commit asks" if {
	count(release.commits) == 1
} else := "commits ask"

_subjects(release) := concat(", ", [sprintf("%q", [_shown(commit.subject)]) | some commit in array.slice(release.commits, 0, 3)])

_shown(text) := sprintf("%s...", [substring(text, 0, 72)]) if {
	count(text) > 75
} else := text

_called(level) := "none" if {
	level == "none"
} else := sprintf("a %s one", [level])

_fix(release) := sprintf("git tag -d %s && git tag -a %s -m %s %s", [shell.quote(release.tag), name, name, shell.quote(sprintf("%s^{}", [release.tag]))]) if {
	input.gate == "pre-push"
	name := shell.quote(_name(release))
} else := sprintf("release it again as %s: git tag -a %s -m %s %s", [_name(release), name, name, shell.quote(sprintf("%s^{}", [release.tag]))]) if {
	name := shell.quote(_name(release))
}

_name(release) := replace(release.tag, release.version.text, _next(release.previous.version, release.needed))

_next(version, level) := sprintf("%d.0.0", [version.major + 1]) if level == "major"

_next(version, level) := sprintf("%d.%d.0", [version.major, version.minor + 1]) if level == "minor"

_next(version, level) := sprintf("%d.%d.%d", [version.major, version.minor, version.patch + 1]) if level == "patch"
