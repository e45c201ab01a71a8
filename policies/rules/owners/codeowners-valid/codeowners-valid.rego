# METADATA
# title: CODEOWNERS does not say what it seems to say
# description: A line that the host skips, or that a later one takes everything from, protects nothing, and nobody is asked for approval.
# custom:
#   severity: error
#   reads: [owners]
#   kinds: []
#   gates: [scan, pre-commit, merge-request]
#   sources: [S3.11, S4.2, S4.9]
#   formerly: []
#   options:
#     unmatched: []
package rules.owners["codeowners-valid"]

import rego.v1

# What the host skips or ignores.
report contains violation if {
	some problem in input.owners.problems

	violation := {
		"message": problem.message,
		"at": problem.at,
		"fix": _fix(problem.kind),
		"severity": _weight(problem.kind),
		"subject": sprintf("%s: %s", [problem.kind, problem.message]),
	}
}

# A later line takes all of its paths.
report contains violation if {
	some entry in input.owners.entries
	entry.shadowed_by != null
	_names(entry.owners) != _names(entry.shadowed_by.owners)
	entry.shadowed_by.matches > entry.matches

	violation := {
		"message": sprintf("`%s` decides for none of its %s: the later `%s` gives all of them to %s", [
			entry.pattern,
			_counted(entry.matches, "path"),
			entry.shadowed_by.pattern,
			_owners(entry.shadowed_by.owners),
		]),
		"at": entry.at,
		"fix": sprintf("the last match counts: move `%s` above it", [entry.shadowed_by.pattern]),
		"severity": _weight_of_shadow(entry.pattern, entry.shadowed_by.pattern),
		"subject": _subject("decides for nothing", entry),
		"related": [{"message": "this line decides", "at": entry.shadowed_by.at}],
	}
}

# The same pattern twice: only the last one counts.
report contains violation if {
	some entry in input.owners.entries
	entry.shadowed_by != null
	entry.pattern == entry.shadowed_by.pattern
	_names(entry.owners) != _names(entry.shadowed_by.owners)

	violation := {
		"message": sprintf("`%s` stands here and again below, and only the last one counts: %s is not asked", [entry.pattern, _owners(entry.owners)]),
		"at": entry.at,
		"fix": "write all owners in one line",
		"subject": _subject("given twice", entry),
		"related": [{"message": "this line decides", "at": entry.shadowed_by.at}],
	}
}

# It names a path that is not there.
report contains violation if {
	some entry in input.owners.entries
	entry.matches == 0
	not _may_be_empty(entry.pattern)

	violation := {
		"message": sprintf("`%s` matches no file", [entry.pattern]),
		"at": entry.at,
		"fix": _fix_unmatched,
		"severity": _weight_unmatched(entry),
		"subject": _subject("matches no file", entry),
	}
}

# The host found another one first.
report contains violation if {
	some path in input.owners.unread

	violation := {
		"message": sprintf("nobody reads %s, because %s is found first", [path, input.owners.file.path]),
		"at": {"path": path},
		"fix": sprintf("move its lines to %s and remove it", [input.owners.file.path]),
		"severity": "warning",
		"subject": "is not read",
	}
}

# The configuration says who has to own what, and nothing tells the host.
report contains violation if {
	count(data.flow.owners) > 0
	input.owners.files == []

	violation := {
		"message": "there is no CODEOWNERS, and flowgate.yaml says under `owners` who has to approve",
		"at": _configuration,
		"fix": "add CODEOWNERS in the root folder (GitHub, GitLab), in .github/ (GitHub) or in .gitlab/ (GitLab)",
		"subject": "no CODEOWNERS",
	}
}

# The file that asks for it, where it lies in this repository.
_configuration := places[0] if {
	places := [path.example | some path in input.owners.paths; path.class == "configuration"]
	count(places) > 0
} else := {"path": "CODEOWNERS"}

_names(owners) := {lower(owner) | some owner in owners}

_owners(owners) := "nobody" if {
	count(owners) == 0
} else := concat(", ", owners)

# Lines move; a pattern in its section stays.
_subject(what, entry) := sprintf("%s: %s", [entry.pattern, what]) if {
	entry.section == null
} else := sprintf("[%s] %s: %s", [entry.section, entry.pattern, what])

_counted(number, noun) := sprintf("1 %s", [noun]) if {
	number == 1
} else := sprintf("%d %ss", [number, noun])

# The host reads the line, only less of it than was meant.
_weight(kind) := "warning" if {
	kind in {"missing-owner", "approvals", "optional-approvals", "owner-in-comment", "too-many"}
} else := "error"

_fix(kind) := "write `@user`, `@organisation/team` or an address, without commas; in a path write `\\ ` for a space" if {
	kind == "malformed-owner"
} else := "write the pattern without `!`, and no owner behind it: then the paths are nobody's" if {
	kind == "negated-pattern"
} else := "write the characters in lines of their own, or use `*` or `?`" if {
	kind == "character-range"
} else := "rename the file, or own its folder" if {
	kind == "escaped-hash"
} else := "remove the heading and write the owners in each line" if {
	kind == "section"
} else := "write `*` for everything" if {
	kind == "names-nothing"
} else := "name an owner, or write `!` before the pattern if nobody is to be asked" if {
	kind == "missing-owner"
} else := "write the heading as `[Name]`, `^[Name]` or `[Name][2]`" if {
	kind in {"broken-heading", "nameless-section", "approvals"}
} else := "remove `^`, or the number" if {
	kind == "optional-approvals"
} else := "put a line break after the heading; a pattern with a range begins with `/`" if {
	kind == "after-heading"
} else := "put the remark in a line of its own" if {
	kind == "owner-in-comment"
} else := "join lines with wildcards until the file is small enough"

# What comes later has every path, or every path below the same folder: nothing that is added changes that.
_weight_of_shadow(pattern, later) := "error" if {
	later in {"*", "**", "/**", "**/*", "/**/*"}
} else := "error" if {
	endswith(later, "/")
	startswith(later, "/")
	startswith(pattern, later)
} else := "warning"

_weight_unmatched(entry) := "warning" if {
	not entry.is_exclusion
	not regex.match(`[*?\[]`, entry.pattern)
} else := "info"

_fix_unmatched := "correct the path, or remove the line; letters count as they are written, and a folder ends in `/`" if {
	input.owners.file.dialect == "gitlab"
} else := "correct the path, or remove the line; letters count as they are written"

# Configured, or owned before it exists: who adds it has to be asked.
_may_be_empty(pattern) if pattern in input.options.unmatched

_may_be_empty(pattern) if {
	some part in split(pattern, "/")
	part in {".github", ".gitlab", ".gitlab-ci.yml", "CODEOWNERS", "flowgate.yaml", ".flowgate.yaml"}
}
