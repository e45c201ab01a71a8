# METADATA
# title: What main has never came back to the development branch
# description: A hotfix that stays on main is lost with the next release, because that is made from the development branch.
# custom:
#   severity: error
#   reads: [repository]
#   kinds: []
#   gates: [scan, merge-request]
#   sources: [S0.22, S0.19, S2.3]
#   formerly: []
#   options:
#     grace: 1
package rules.history["backmerge-missing"]

import data.lib.shell
import rego.v1

report contains violation if {
	some gap in input.repository.divergence
	gap.ahead == input.repository.main
	gap.behind == input.repository.develop
	gap.count > 0
	gap.days >= input.options.grace

	violation := {
		"message": sprintf("%s lacks %s of %s, the oldest %s old: %s", [
			_short(gap.behind),
			_counted(gap.count, "commit"),
			_short(gap.ahead),
			_counted(gap.days, "day"),
			_subjects(gap),
		]),
		"at": {"ref": gap.behind},
		"fix": sprintf("git switch %s && git merge --no-ff %s", [shell.quote(_short(gap.behind)), shell.quote(_mergeable(gap.ahead))]),
		"subject": sprintf("%s lacks commits of %s", [_short(gap.behind), _short(gap.ahead)]),
		"related": [{"message": sprintf("only on %s: %s", [_short(gap.ahead), commit.subject]), "at": {"commit": commit.commit}} | some commit in gap.commits],
	}
}

# The first three speak for the rest.
_subjects(gap) := sprintf("%s and %d more", [concat(", ", named), gap.count - count(named)]) if {
	named := _named(gap)
	count(named) < gap.count
} else := concat(", ", _named(gap))

_named(gap) := [sprintf("%q", [commit.subject]) | some commit in array.slice(gap.commits, 0, 3)]

_counted(number, noun) := sprintf("1 %s", [noun]) if {
	number == 1
} else := sprintf("%d %ss", [number, noun])

_short(reference) := regex.replace(reference, `^refs/(?:heads|remotes/[^/]+)/`, "")

# As Git takes it: a remote-tracking branch keeps its remote.
_mergeable(reference) := regex.replace(reference, `^refs/(?:heads|remotes)/`, "")
