# METADATA
# title: A change weakens the gate that judges it
# description: Once it is merged, everybody is judged by less than was agreed, and nobody may have noticed.
# custom:
#   severity: error
#   reads: [change, weakenings]
#   kinds: []
#   gates: [merge-request]
#   sources: [S0.14, S1.13]
#   formerly: []
#   options: {}
package rules.gate.weakened

import rego.v1

report contains violation if {
	some weakening in input.weakenings
	severity := _severity(weakening)

	violation := {
		"message": sprintf("%s; this change is judged by the trusted state anyway%s", [_what(weakening), _approval]),
		"at": weakening.at,
		"fix": _fix,
		"severity": _lower(severity),
		"subject": sprintf("%s %s", [weakening.kind, weakening.subject]),
	}
}

_severity(weakening) := "error" if weakening.direction == "weaker"

# What a rule finds after its text was changed, or what is from before, nobody can tell without asking.
_severity(weakening) := "error" if {
	weakening.direction == "changed"
	weakening.kind in {"policy-changed", "adopted-moved"}
}

_severity(weakening) := "warning" if {
	weakening.direction == "changed"
	weakening.kind in {"option-changed", "gate-job-changed"}
}

# What the owners of the policy approved is told, and stops nobody.
_lower(_) := "info" if count(_approved) > 0

_lower(severity) := severity if count(_approved) == 0

_approval := sprintf(", and %s approved it", [concat(", ", sort(_approved))]) if {
	count(_approved) > 0
} else := ""

_owners := object.get(data.flow.owners, "policy", [])

# By the host's word alone. Nobody approves their own change.
_approved contains account if {
	is_array(input.change.approved_by)
	some account in input.change.approved_by
	some owner in _owners
	_account(owner) == _account(account)
	not _is_author(account)
}

_account(name) := lower(trim_prefix(name, "@"))

_is_author(account) if {
	is_string(input.change.author)
	_account(input.change.author) == _account(account)
}

_fix := "take it out of this change, or name who may approve it under `owners.policy` in the flowgate.yaml that is trusted" if {
	count(_owners) == 0
} else := sprintf(
	"take it out of this change, or have it approved by %s: `--approvals FILE` hands the host's list of approvals over",
	[concat(" or ", _owners)],
)

_words := {
	"level-lowered": "the level of %s goes",
	"rule-off": "%s is turned off: its level goes",
	"paths-level-lowered": "the level of %s goes",
	"option-changed": "%s is changed",
	"exclusion-added": "%s is excluded from judgement",
	"bot-added": "%s counts as a bot",
	"exempt-added": "messages like %s are exempt",
	"waiver-added": "a waiver lets pass %s",
	"owner-added": "another owner: %s",
	"trust-added": "branches called %s judge themselves",
	"adopted-moved": "the line before which nothing is judged moves (%s)",
	"profile-changed": "the %s goes",
	"merges-widened": "%s takes more branches",
	"tags-ignored": "tags like %s are ignored",
	"types-widened": "%s is allowed",
	"policy-changed": "the policy %s is changed",
	"policy-removed": "the policy %s is gone",
	"configuration-removed": "the configuration %s is gone",
	"configuration-broken": "the configuration %s cannot be loaded any more",
	"gate-job-removed": "the job %s, which runs flowgate, is gone",
	"gate-job-may-fail": "the job %s, which runs flowgate, may fail",
	"gate-job-changed": "the job %s, which runs flowgate, is changed",
	"hook-configuration-dropped": "the hook %s, which runs flowgate, is gone",
	"pipeline-variable": "the pipeline sets %s",
}

_what(weakening) := concat("", [
	sprintf(object.get(_words, weakening.kind, "%s is changed"), [_named(weakening.subject)]),
	_course(weakening),
])

_named(subject) := "profile" if {
	subject == "profile"
} else := "every rule" if {
	subject == "*"
} else := sprintf("%q", [subject])

# Where the subject says it all, there is nothing to add.
_course(weakening) := sprintf(" (%s)", [weakening.before]) if {
	weakening.kind in {"policy-changed", "policy-removed"}
} else := sprintf(" from %s to %s", [_short(weakening.before), _short(weakening.after)]) if {
	is_string(weakening.before)
	is_string(weakening.after)
} else := sprintf(": %s", [_short(weakening.after)]) if {
	is_string(weakening.after)
	not contains(weakening.subject, weakening.after)
} else := ""

_short(text) := text if {
	count(text) <= 120
} else := sprintf("%s...", [substring(text, 0, 117)])
