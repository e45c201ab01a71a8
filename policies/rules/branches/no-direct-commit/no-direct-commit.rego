# METADATA
# title: Commit goes to a branch that changes only come to by merges
# description: What nobody reviewed and no pipeline tested is then part of the next release, and everybody's work starts from it.
# custom:
#   severity: error
#   reads: [branches, repository, updates]
#   kinds: []
#   gates: [pre-commit, pre-push, pre-receive, update]
#   sources: [S1.13, S3.8, S4.2]
#   formerly: []
#   options:
#     roles: [main, develop, environment]
#     tools: ["^chore\\((release|version)\\): ", "^chore: release v?[0-9]"]
#     users: []
package rules.branches["no-direct-commit"]

import data.lib.branches
import data.lib.shell
import rego.v1

# Before the commit: the work can still go to another branch without any loss.
report contains violation if {
	input.gate == "pre-commit"
	some branch in input.branches
	branch.role in input.options.roles

	# A merge with conflicts ends in an ordinary commit.
	input.repository.in_progress == null
	not _is_beginning(branch)

	# Amending a merge looks like a new commit on top of it.
	not branch.standing.is_unpublished_merge

	violation := {
		"message": sprintf("this commit would go to %q, and changes come there by merges only", [branch.name]),
		"at": branch.at,
		"fix": sprintf("git switch -c %s/<words>, and commit there: what is staged comes along", [branches.topic_prefix]),
		"severity": _severity,
		"subject": branch.name,
	}
}

# Whoever has just solved the conflicts of a revert or cherry-pick is told, and may finish it: no branch can be entered on the way.
report contains violation if {
	input.gate == "pre-commit"
	some branch in input.branches
	branch.role in input.options.roles
	input.repository.in_progress in {"revert", "cherry-pick"}
	not _is_beginning(branch)

	violation := {
		"message": sprintf("this %s would go to %q, and changes come there by merges only", [input.repository.in_progress, branch.name]),
		"at": branch.at,
		"fix": sprintf("finish it, then git switch -c %s/<words> and git branch -f %s %s", [
			branches.topic_prefix,
			shell.quote(branch.name),
			substring(branch.commit, 0, 12),
		]),
		"severity": "warning",
		"subject": branch.name,
	}
}

report contains violation if {
	some update in input.updates
	update.role in input.options.roles
	not _is_vouched_for
	commits := [commit | some commit in update.direct; not _is_of_tool(commit)]
	count(commits) > 0

	violation := {
		"message": sprintf("%q would get %s by no merge: %s", [update.name, _counted(update, commits), _subjects(update, commits)]),
		"at": update.at,
		"fix": _fix(update),
		"severity": _severity,
		"subject": update.name,
		"related": [{"message": sprintf("directly on %s: %s", [update.name, commit.subject]), "at": {"commit": commit.commit}} |
			some commit in array.slice(commits, 0, 20)
		],
	}
}

# A repository that nobody else has yet is being set up.
_is_beginning(branch) if {
	input.repository.develop == null
	not branch.standing.is_published
}

# A flow with a development branch that is not there yet: nobody lives it so far, and there is nothing that changes could come from.
_severity := "warning" if {
	input.repository.develop == null
	some type in data.flow.branch_types
	type.role == "develop"
} else := "error"

# The host's own merge button or editor, which has rules of its own, and users that it vouches for.
_is_vouched_for if input.push.protocol == "web"

_is_vouched_for if input.push.is_bot == true

_is_vouched_for if {
	input.push.user != null
	some pattern in input.options.users
	flowgate.glob(pattern, input.push.user)
}

# Who a commit says it is from can be anybody: it counts only where no host names who pushes.
_is_of_tool(commit) if {
	input.push.user == null
	_says_tool(commit)
}

_says_tool(commit) if commit.is_bot

_says_tool(commit) if {
	some pattern in input.options.tools
	regex.match(pattern, commit.subject)
}

# More than are named were not looked at.
_number(update, commits) := update.direct_count if {
	count(commits) == count(update.direct)
} else := count(commits)

_counted(update, commits) := "a commit" if {
	_number(update, commits) == 1
} else := sprintf("%d commits", [_number(update, commits)])

_subjects(update, commits) := sprintf("%s and %d more", [_named(commits), _number(update, commits) - 3]) if {
	_number(update, commits) > 3
} else := _named(commits)

_named(commits) := concat(", ", [sprintf("%q", [commit.subject]) | some commit in array.slice(commits, 0, 3)])

_fix(update) := sprintf("git branch %s/<words> %s, git reset --keep %s on %s, then push the new branch and merge it by a request", [
	branches.topic_prefix,
	substring(update.new, 0, 12),
	substring(update.from, 0, 12),
	shell.quote(update.name),
]) if {
	update.from != null
} else := sprintf("git fetch first, then push the commits as a branch %s/<words> and merge it by a request", [branches.topic_prefix])
