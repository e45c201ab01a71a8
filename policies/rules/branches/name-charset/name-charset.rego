# METADATA
# title: Branch name does not survive where names are made of it
# description: Host names, image tags and folders are made of branch names; what these cannot hold is cut or replaced, and two branches can end up as one.
# custom:
#   severity: warning
#   reads: [branches, updates]
#   kinds: []
#   gates: []
#   sources: [S0.22]
#   formerly: []
#   options:
#     pattern: "^[a-z0-9][a-z0-9._/-]*$"
#     ticket: "[A-Z][A-Z0-9]*-[0-9]+"
#     length: 63
package rules.branches["name-charset"]

import data.lib.branches
import rego.v1

report contains violation if {
	some branch in _judged
	not _is_plain(branch.name)

	violation := {
		"message": sprintf("branch %q has %s; names made of it keep only lower-case letters, digits and `-`", [branch.name, _oddity(branch.name)]),
		"at": branch.at,
		"fix": _fix(branch),
		"subject": branch.name,
	}
}

report contains violation if {
	some branch in _judged
	count(branch.name) > input.options.length

	violation := {
		"message": sprintf("branch %q has %d characters; GitLab cuts the slug made of it after %d, and host names end there too", [
			branch.name,
			count(branch.name),
			input.options.length,
		]),
		"at": branch.at,
		"fix": "give it a shorter name: git branch -m",
		"subject": sprintf("length of %s", [branch.name]),
	}
}

# One finding for all branches that share a slug, at the one whose name sorts last.
report contains violation if {
	some slug, names in _names_of
	count(names) > 1
	last := max(names)
	some branch in _judged
	branch.name == last
	others := names - {last}

	violation := {
		"message": sprintf("branch %q and %s have the same slug %q: their review environments and images overwrite each other", [
			last,
			concat(", ", others),
			slug,
		]),
		"at": branch.at,
		"fix": "rename one of them: git branch -m",
		"subject": sprintf("slug %s", [slug]),
		"related": [{"message": "the same slug", "at": other.at} |
			some name in sort(others)
			some other in _judged
			other.name == name
		],
	}
}

# Bots and hosts name their branches themselves, and the flow gives the names of the role branches.
_judged := [branch |
	some branch in branches.judged
	not branch.role in {"main", "develop", "bot", "infrastructure"}
	not _is_named_by_host(branch)
]

# The button of the host's web page: `<user>-patch-<n>`, with the user's name as it is.
_is_named_by_host(branch) if {
	some type in data.flow.branch_types
	type.name == branch.type
	startswith(type.example, "<user>")
}

_is_plain(name) if regex.match(input.options.pattern, name)

# Ticket keys are upper case and known to everybody: `feat/GH-126-login`. Only a name that is not plain is looked at twice.
_is_plain(name) if {
	without_tickets := regex.replace(name, input.options.ticket, "ticket-1")
	regex.match(input.options.pattern, without_tickets)
}

_oddity(name) := "letters outside ASCII" if {
	regex.match(`[^\x00-\x7f]`, name)
} else := "capital letters" if {
	regex.match(`[A-Z]`, name)
} else := "an unusual character"

_fix(branch) := branches.rename(branch, name) if {
	name := _plain_names(branch.name)[0]
} else := "rename it to one of the flow's forms, in lower-case letters, digits and `-`: git branch -m"

# Only names that no other rule would be against: who runs one command shall not be told another one then.
_plain_names(name) := [plain |
	slugs := [flowgate.slug(part) | some part in split(name, "/")]
	some plain in [lower(name), concat("/", slugs)]
	regex.match(input.options.pattern, plain)
	branches.is_allowed(plain)
	not plain in branches.names
]

_names_of[slug] contains branch.name if {
	some branch in _judged
	slug := _slug(branch.name)
}

# As GitLab makes CI_COMMIT_REF_SLUG.
_slug(name) := trim(substring(regex.replace(lower(name), "[^a-z0-9]", "-"), 0, 63), "-")
