# What a delivery is called in a message, and which branch it goes by.
package lib.deliveries

import rego.v1

# title is what a person would call the thing that delivers; all that one template makes has one title.
title(delivery) := sprintf("%s `%s`", [_word(delivery), _name(delivery)]) if _name(delivery) != ""

title(delivery) := sprintf("this %s", [_word(delivery)]) if _name(delivery) == ""

# line is the branch that a delivery goes by, `""` for the default branch. Of another repository nobody can tell without its
# refs whether `main` or `master` is the default branch, so they count as it until that is known.
line(delivery) := "" if delivery.revision.class == "default"

line(delivery) := "" if _may_be_default(delivery.revision)

line(delivery) := delivery.revision.branch if {
	delivery.revision.class == "branch"
	not _may_be_default(delivery.revision)
}

# line_words is a line as a message says it, by the name that a delivery of it writes.
line_words(delivery) := sprintf("branch `%s`", [delivery.revision.branch]) if is_string(delivery.revision.branch)

line_words(delivery) := "the default branch" if not is_string(delivery.revision.branch)

# branch_words is the branch of one delivery as a message says it.
branch_words(revision) := sprintf("branch `%s`", [revision.branch]) if is_string(revision.branch)

branch_words(revision) := sprintf("`%s`, the default branch", [revision.text]) if {
	not is_string(revision.branch)
	object.get(revision, "text", null) in {"HEAD", "refs/heads/HEAD"}
}

branch_words(revision) := "the default branch, because no revision is given" if {
	not is_string(revision.branch)
	not object.get(revision, "text", null) in {"HEAD", "refs/heads/HEAD"}
}

# doubt is what a message must add when a word was taken for a branch by its spelling alone.
doubt(revision) := " (a branch by its spelling; `flowgate refs update` finds out)" if {
	revision.class == "branch"
	revision.known == "grammar"
	not startswith(revision.text, "refs/heads/")
}

doubt(revision) := "" if not _is_doubtful(revision)

# place is what several deliveries share that say the same of one stage at one place: the Applications of one ApplicationSet, the
# Kustomizations of one GitRepository. A rule that groups by it speaks once for all of them.
place(delivery) := [delivery.at, _reach(delivery)]

_reach(delivery) := delivery.stage if delivery.stage != null

_reach(delivery) := delivery.stages if delivery.stage == null

_may_be_default(revision) if {
	revision.class == "branch"
	revision.branch_role == "main"
	revision.known == "grammar"
}

_is_doubtful(revision) if {
	revision.class == "branch"
	revision.known == "grammar"
	not startswith(revision.text, "refs/heads/")
}

_name(delivery) := delivery.generated_by if is_string(delivery.generated_by)

_name(delivery) := delivery.name if {
	not is_string(delivery.generated_by)
	is_string(delivery.name)
}

_name(delivery) := "" if {
	not is_string(delivery.generated_by)
	not is_string(delivery.name)
}

_word(delivery) := "job" if delivery.tool in {"gitlab-ci", "github-actions"}

_word(delivery) := "ApplicationSet" if {
	delivery.tool == "argocd"
	is_string(delivery.generated_by)
}

_word(delivery) := parts[count(parts) - 1] if {
	parts := split(delivery.kind, ".")
	not delivery.tool in {"gitlab-ci", "github-actions"}
	not _is_generated_by_argocd(delivery)
}

_is_generated_by_argocd(delivery) if {
	delivery.tool == "argocd"
	is_string(delivery.generated_by)
}
