# METADATA
# title: Tag is not an exact version
# description: Tools order releases and choose what to deploy by SemVer; a tag outside that grammar is skipped, or sorted as text.
# custom:
#   severity: error
#   reads: [tags]
#   kinds: []
#   gates: []
#   sources: [S0.8, S0.26, S4.5]
#   formerly: []
#   options:
#     markers: [latest, stable, edge, nightly, "nightly-*", "nightly/*", "deploy-*", "deploy/*", "deployed-*", "backup-*", "backup/*", "archive/*", "snapshot-*"]
package rules.versions["tag-not-semver"]

import data.lib.shell
import rego.v1

report contains violation if {
	some tag in input.tags
	not tag.is_release
	not _is_meant_otherwise(tag)
	parts := _parts(tag.name)

	violation := {
		"message": sprintf("tag %q reads as a version, but %s", [tag.name, _reason(parts)]),
		"at": tag.at,
		"fix": _fix(tag, _proposal(tag, parts)),
		"subject": tag.name,
	}
}

# A tag that is not even an attempt at a version weighs less: it confuses nobody who looks for one.
report contains violation if {
	some tag in input.tags
	not tag.is_release
	not _is_meant_otherwise(tag)
	not _parts(tag.name)

	violation := {
		"message": sprintf("tag %q is no version; releases are tagged %s, and other marks belong under `tags.ignore`", [tag.name, _form]),
		"at": tag.at,
		"fix": sprintf("git tag -d %s, or add its form under `tags.ignore` in flowgate.yaml", [shell.quote(tag.name)]),
		"severity": "warning",
		"subject": tag.name,
	}
}

# `v1.2.0` beside `1.3.0` in one series: one finding, at the newest tag of the rarer kind.
report contains violation if {
	some series, prefixes in _names_of
	count(prefixes) > 1
	rare := _rarest(prefixes)
	tag := _newest(series, rare)
	others := [name | some prefix, names in prefixes; prefix != rare; some name in names]

	violation := {
		"message": sprintf("tags of %s are written with and without `v`: %q, but %q; tools that match one form miss the other", [
			_series_name(series),
			tag.name,
			max(others),
		]),
		"at": tag.at,
		"fix": "tag the next version in the form of the others, and keep to it",
		"severity": "warning",
		"subject": sprintf("prefixes of %s", [_series_name(series)]),
	}
}

# Ignored by the flow, a mark that is moved or kept on purpose, no commit at all, a component's version, a moving major.
_is_meant_otherwise(tag) if tag.is_ignored

_is_meant_otherwise(tag) if {
	some pattern in input.options.markers
	flowgate.glob(pattern, tag.name)
}

_is_meant_otherwise(tag) if tag.target_kind != "commit"

_is_meant_otherwise(tag) if {
	some component in data.flow.components
	tag.version.component == component.name
}

# `v1` moves along `v1.2.3`: the exact versions are there too.
_is_meant_otherwise(tag) if {
	regex.match(`^v[0-9]+$`, tag.name)
	some other in input.tags
	other.is_release
	startswith(other.name, sprintf("%s.", [tag.name]))
}

# What stands before the number, the numbers, and what stands behind: `release-1.2rc1` is [release-, 1, 2, "", rc1]. Undefined for words and dates.
_parts(name) := {"lead": found[1], "numbers": [found[2], found[3], found[4]], "rest": found[5]} if {
	found := regex.find_all_string_submatch_n(
		`^((?:[A-Za-z@][A-Za-z0-9_./@-]*?[/@_-])?(?:[vV]|[vV]er(?:sion)?|[rR]el(?:ease)?|RELEASE)?[._/-]?)([0-9]+)(?:[._]([0-9]+))?(?:[._]([0-9]+))?((?:[._+-]?[0-9A-Za-z]+)*)$`,
		name, 1,
	)[0]
	not regex.match(`^[0-9]{4}-[0-9]{2}`, trim_prefix(name, found[1]))
	not regex.match(`^[0-9]{6,}$`, found[2])
}

_reason(parts) := sprintf("a version of the flow is %s", [_form]) if {
	_is_semver(parts)
} else := "a number starts with 0" if {
	some number in parts.numbers
	regex.match(`^0[0-9]`, number)
} else := "SemVer has three numbers" if {
	parts.numbers[2] == ""
} else := "it is not SemVer: three numbers, then a pre-release behind `-`"

_is_semver(parts) if {
	regex.match(`^(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$`, parts.rest)
	every number in parts.numbers {
		regex.match(`^(?:0|[1-9][0-9]*)$`, number)
	}
}

_form := "like 1.2.0 or 1.2.0-rc.1" if {
	count(data.flow.tags.patterns) == 0
} else := concat(" or ", data.flow.tags.patterns)

_fix(tag, name) := sprintf("%s is there already: git tag -d %s", [name, shell.quote(tag.name)]) if {
	name in {other.name | some other in input.tags}
} else := sprintf("git tag -a %s -m %s %s && git tag -d %s", [
	shell.quote(name),
	shell.quote(name),
	shell.quote(sprintf("%s^{}", [tag.name])),
	shell.quote(tag.name),
])

# The same version in the grammar: a component stays, words such as `release` go, and `v` is as in the other tags of the series.
_proposal(tag, parts) := sprintf("%s%s%s%s", [lead, _prefix(lead), concat(".", numbers), _pre(parts.rest)]) if {
	lead := _component(parts.lead)
	numbers := [_plain(number) | some number in parts.numbers]
}

_component(lead) := regex.replace(kept, `[._/-]?$`, "") if {
	kept := regex.replace(lead, `(?:[vV]|[vV]er(?:sion)?|[rR]el(?:ease)?|RELEASE)?[._/-]?$`, "")
	kept == ""
} else := regex.replace(lead, `(?:[vV]|[vV]er(?:sion)?|[rR]el(?:ease)?|RELEASE)[._/-]?$`, "")

_plain(number) := "0" if {
	trim_left(number, "0") == ""
} else := trim_left(number, "0")

_pre(rest) := "" if {
	rest == ""
} else := rest if {
	regex.match(`^[+-]`, rest)
} else := sprintf("-%s", [trim_left(rest, "._")])

_prefix(lead) := _commonest(prefixes) if {
	prefixes := _names_of[_series_of(lead)]
} else := ""

_series_of(lead) := "" if {
	lead == ""
} else := substring(lead, 0, count(lead) - 1)

# Names of release tags by series (the component, "" for the repository's own) and by prefix.
_names_of[series][prefix] contains tag.name if {
	some tag in input.tags
	tag.is_release
	not tag.is_ignored
	series := _text(tag.version.component)
	prefix := tag.version.prefix
}

_text(value) := "" if {
	value == null
} else := value

_series_name(series) := "this repository" if {
	series == ""
} else := sprintf("component %s", [series])

_rarest(prefixes) := min({[count(names), prefix] | some prefix, names in prefixes})[1]

_commonest(prefixes) := max({[count(names), prefix] | some prefix, names in prefixes})[1]

_newest(series, prefix) := newest if {
	latest := max({[tag.time, tag.name] |
		some tag in input.tags
		tag.name in _names_of[series][prefix]
	})
	some newest in input.tags
	newest.name == latest[1]
}
