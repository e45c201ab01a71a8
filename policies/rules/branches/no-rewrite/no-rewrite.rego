# METADATA
# title: History that others build on is rewritten or deleted
# description: Whoever has the old history brings it back with the next merge, and commits that only that history had are lost to everybody else.
# custom:
#   severity: error
#   reads: [updates]
#   kinds: []
#   gates: [pre-push, pre-receive, update]
#   sources: [S0.19, S1.13]
#   formerly: []
#   options:
#     force: [main, develop, release, environment]
#     delete: [main, develop, environment]
package rules.branches["no-rewrite"]

import data.lib.shell
import rego.v1

report contains violation if {
	some update in input.updates
	update.operation == "force"
	update.role in input.options.force

	violation := {
		"message": sprintf("%q would lose commits that others have: its new value %s does not hold the old one %s", [
			update.name,
			_short(update.new),
			_short(update.old),
		]),
		"at": update.at,
		"fix": sprintf("git fetch, git rebase %s, and push without force; to take back what is published: git revert", [_upstream(update)]),
		"subject": sprintf("rewrite of %s", [update.name]),
	}
}

report contains violation if {
	some update in input.updates
	update.operation == "delete"
	update.role in input.options.delete

	violation := {
		"message": sprintf("%q would be deleted: the flow starts from it, and its pipelines and clones end there", [update.name]),
		"at": update.at,
		"fix": "keep it; a branch that got another name belongs under `branches` in flowgate.yaml first",
		"subject": sprintf("deletion of %s", [update.name]),
	}
}

# Somebody else pushed, or the clone is shallow: nobody here can tell, so nobody is accused.
report contains violation if {
	some update in input.updates
	update.operation == "unknown"
	update.role in input.options.force

	violation := {
		"message": sprintf("whether %q loses commits cannot be told: what it has now, %s, is not in this clone", [update.name, _short(update.old)]),
		"at": update.at,
		"fix": sprintf("git fetch %s first", [_remote]),
		"severity": "warning",
		"subject": sprintf("unknown past of %s", [update.name]),
	}
}

_short(object) := substring(object, 0, 12)

_remote := shell.quote(input.push.remote) if {
	input.push.remote != null
} else := "origin"

_upstream(update) := sprintf("%s/%s", [_remote, shell.quote(update.name)])
