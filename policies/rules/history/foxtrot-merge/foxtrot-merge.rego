# METADATA
# title: Push turns the history of a branch upside down
# description: What was on the branch becomes a side line of somebody's merge, and nothing that follows first parents can tell any more what came to it.
# custom:
#   severity: warning
#   reads: [updates]
#   kinds: []
#   gates: [pre-push, pre-receive, update]
#   sources: [S0.19]
#   formerly: []
#   options:
#     roles: [main, develop, release, hotfix]
package rules.history["foxtrot-merge"]

import data.lib.shell
import rego.v1

report contains violation if {
	some update in input.updates
	update.kind == "branch"
	update.operation == "fast-forward"
	update.role in input.options.roles
	update.keeps_line == false

	violation := {
		"message": sprintf("after this push the old tip of %q is merged into it from the side: the branch's own line becomes that of what was pushed", [update.name]),
		"at": update.at,
		"fix": _fix(update),
		"subject": update.name,
		"related": [{"message": "the old tip", "at": {"commit": update.from}}],
	}
}

_fix(update) := sprintf("git switch %s && git reset --keep %s && git merge --no-ff %s", [
	shell.quote(update.name),
	substring(update.from, 0, 12),
	substring(update.new, 0, 12),
])
