# Deliveries that bring a stage beyond the first something other than a released version.
package lib.floating

import data.lib.deliveries
import rego.v1

# loose[tool][i] says in what way a delivery floats; of several that share a place, the first stands for all.
#   branch:     a branch, or the default branch
#   newest:     no version at all, which means the newest
#   range:      a range of versions
#   moving-tag: a tag that is made to move
#   short:      a commit id that is cut short
#   prerelease: a version that was not released
loose[tool] contains [min(indices), how] if {
	some [tool, _, how], indices in _at_place
}

# violation says what is wrong with one of them; the rule adds how to mend it in its tool.
violation(delivery, how) := {
	"message": sprintf("%s takes stage `%s` from %s: %s%s%s", [
		deliveries.title(delivery), reached(delivery), _words(delivery.revision, how), _why[how], deliveries.doubt(delivery.revision),
		_company(delivery, how),
	]),
	"at": delivery.at,
	"subject": sprintf("%s %s", [deliveries.title(delivery), reached(delivery)]),
	"evidence": delivery.evidence,
}

# Sixty applications of one generator are one cause, told once.
_company(delivery, how) := sprintf(" (and %d more from this one place)", [others]) if {
	others := count(_at_place[[delivery.tool, deliveries.place(delivery), how]]) - 1
	others > 0
} else := ""

# reached is the stage that a delivery serves; of several the last, which is hurt most.
reached(delivery) := delivery.stage if delivery.stage != null

reached(delivery) := last if {
	delivery.stage == null
	ordered := [stage.name | some stage in data.flow.stages; stage.name in delivery.stages]
	last := ordered[count(ordered) - 1]
}

_at_place[key] contains i if {
	some i, delivery in input.deliveries
	delivery.mode == "follows"
	rank := _ranks[reached(delivery)]
	how := _how(delivery)
	_is_forbidden(how, rank)
	key := [delivery.tool, deliveries.place(delivery), how]
}

# Not `lib.stages`: once a package is evaluated, regorus finds nothing behind the names that it imports.
_ranks[stage.name] := stage.rank if some stage in data.flow.stages

# A candidate may be tried in the stages between; the last one takes releases.
_is_forbidden(how, rank) if {
	how in {"branch", "short"}
	rank > 0
}

_is_forbidden(how, rank) if {
	how in {"newest", "range", "moving-tag", "prerelease"}
	rank == count(data.flow.stages) - 1
}

_how(delivery) := "branch" if {
	delivery.source.chart == null
	delivery.revision.class in {"branch", "default"}
	not _is_moving_tag(delivery.revision)
}

_how(delivery) := "newest" if {
	delivery.source.chart != null
	delivery.revision.class == "default"
}

_how(delivery) := "range" if delivery.revision.class == "range"

_how(delivery) := "moving-tag" if _is_moving_tag(delivery.revision)

_how(delivery) := "short" if delivery.revision.class == "short-commit"

_how(delivery) := "prerelease" if {
	delivery.revision.class == "semver"
	delivery.revision.is_prerelease
}

# Without the refs of a repository a moving tag cannot be told from a branch; its name says enough.
_is_moving_tag(revision) if {
	revision.class in {"tag", "branch"}
	revision.text in input.options.moving_tags
}

_words(revision, "branch") := deliveries.branch_words(revision)

_words(_, "newest") := "no version, which means the newest"

_words(revision, "range") := sprintf("the range `%s`", [revision.text])

_words(revision, "moving-tag") := sprintf("the moving tag `%s`", [revision.text])

_words(revision, "short") := sprintf("the short commit id `%s`", [revision.text])

_words(revision, "prerelease") := sprintf("the pre-release `%s`", [revision.text])

_why := {
	"branch": "every push changes what runs there, and no version names it",
	"newest": "every new version changes what runs there, without a decision",
	"range": "every new version changes what runs there, without a decision",
	"moving-tag": "what runs there changes when the tag is moved, without a decision",
	"short": "it names no version, and may come to mean another commit",
	"prerelease": "only released versions belong there",
}
