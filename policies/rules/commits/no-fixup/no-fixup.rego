# METADATA
# title: Unfinished commit is about to be published
# description: A commit that waits to be squashed, or that its author calls unfinished, becomes part of a version that everybody gets.
# custom:
#   severity: error
#   reads: [messages]
#   kinds: []
#   gates: [scan, pre-push, pre-receive, update, merge-request]
#   sources: [S0.16]
#   formerly: []
#   options:
#     words: [wip, tmp]
package rules.commits["no-fixup"]

import data.lib.messages
import rego.v1

report contains violation if {
	some commit in input.messages
	commit.class == "fixup"
	messages.is_judged(commit)

	violation := {
		"message": sprintf("%q waits to be squashed into the commit it names", [messages.subject(commit)]),
		"at": messages.place(commit, 1, 1),
		"fix": "git rebase -i --autosquash, onto the branch that this one goes to",
		"severity": messages.severity(commit),
	}
}

report contains violation if {
	some commit in input.messages
	lower(substring(commit.subject, 0, 1)) in _letters
	startswith(lower(commit.subject), _starts[_])
	commit.class == "normal"
	messages.is_judged(commit)
	_is_unfinished(lower(commit.subject))

	violation := {
		"message": sprintf("%q is called unfinished by its author", [messages.subject(commit)]),
		"at": messages.place(commit, 1, 1),
		"fix": _fix(commit),
		"severity": messages.severity(commit),
	}
}

# Cheap guard before a regular expression: hardly any subject starts with one of them.
_starts := {start |
	some word in input.options.words
	some start in [word, sprintf("[%s", [word])]
}

# Cheaper still: most subjects do not even begin with the letter of one.
_letters := {substring(start, 0, 1) | some start in _starts}

# The word alone, or before a sign: `wipe the cache`, `tmpfs: mount it` and `tmp/cache.c: mend` are finished.
_is_unfinished(subject) if {
	found := regex.find_all_string_submatch_n(`^\[?([a-z]+)\]?(?:$|[\s:!(])`, subject, 1)
	found[0][1] in input.options.words
}

_fix(commit) := "finish it, and commit it under a subject that says what it does" if {
	commit.commit == null
} else := sprintf("finish it and squash it: git rebase -i %s^", [messages.short(commit)])
