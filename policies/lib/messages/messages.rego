# METADATA
# title: Commit messages and how they are mended
# description: Which messages people answer for, and the command that changes one.
package lib.messages

import rego.v1

# A message that a person wrote and can be asked to change. Merges are Git's and the host's; exempt subjects are written by tools.
is_judged(commit) if {
	not commit.is_bot
	not commit.is_exempt
	commit.class != "merge"
}

# How to give a commit another subject.
reword(commit, subject) := sprintf("use the subject %q", [subject]) if {
	commit.commit == null
} else := sprintf("git rebase -i %s^ and reword it: %s", [short(commit), subject])

# A place in the message.
place(commit, line, column) := object.union(commit.at, {"line": line, "column": column})

# The commit's id as people quote it.
short(commit) := substring(commit.commit, 0, 12)

# The subject as it appears in a sentence.
subject(commit) := sprintf("%s...", [substring(commit.subject, 0, 72)]) if {
	count(commit.subject) > 75
} else := commit.subject

# `feat(cart)!: add x`; any part but the type and the description may be missing.
compose(type, scope, mark, description) := sprintf("%s(%s)%s: %s", [type, scope, mark, description]) if {
	scope != null
} else := sprintf("%s%s: %s", [type, mark, description])

# The type of the flow that somebody meant who wrote `word`: another spelling, a known other word, or the nearest one.
meant(word, synonyms) := lower(word) if {
	lower(word) in data.flow.commits.types
} else := synonyms[lower(word)] if {
	synonyms[lower(word)] in data.flow.commits.types
} else := flowgate.nearest(lower(word), data.flow.commits.types)
