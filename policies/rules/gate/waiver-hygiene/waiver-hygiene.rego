# METADATA
# title: Waiver out of order
# description: A waiver without end, past its end or of no use hides the next mistake at its place; one that comes with the change that it would let pass decides in its own case.
# custom:
#   severity: error
#   reads: [waivers]
#   kinds: []
#   gates: [scan, pre-commit, merge-request]
#   sources: [S0.14]
#   formerly: []
#   options: {}
package rules.gate["waiver-hygiene"]

import rego.v1

report contains violation if {
	some waiver in input.waivers
	waiver.is_new == true

	violation := {
		"message": sprintf("the waiver of %s comes with this change and lets nothing pass in it", [_rule(waiver)]),
		"at": waiver.at,
		"fix": "mend what it is about, or bring the waiver in a change of its own that the owners of the policy agree to",
		"subject": sprintf("new %s", [_what(waiver)]),
	}
}

report contains violation if {
	some waiver in input.waivers
	count(waiver.problems) > 0

	violation := {
		"message": sprintf("this comment lets nothing pass: %s", [concat("; ", waiver.problems)]),
		"at": waiver.at,
		"fix": "write `# flowgate: allow <rule> until <YYYY-MM-DD>: <reason>` behind the value or right above it, or remove the comment",
		"severity": "warning",
		"subject": sprintf("malformed %s", [_what(waiver)]),
	}
}

report contains violation if {
	some waiver in input.waivers
	count(waiver.problems) == 0
	not waiver.is_known_rule

	violation := {
		"message": sprintf("the waiver names %s, and there is no such rule", [_rule(waiver)]),
		"at": waiver.at,
		"fix": _near(waiver),
		"severity": "warning",
		"subject": sprintf("unknown %s", [_what(waiver)]),
	}
}

report contains violation if {
	some waiver in input.waivers
	waiver.source == "config"
	waiver.until == null

	violation := {
		"message": sprintf("the waiver of %s has no end", [_rule(waiver)]),
		"at": waiver.at,
		"fix": "add `until: YYYY-MM-DD`, the day by which it is looked at again",
		"severity": "warning",
		"subject": sprintf("endless %s", [_what(waiver)]),
	}
}

report contains violation if {
	some waiver in input.waivers
	waiver.source == "config"
	trim_space(waiver.reason) == ""

	violation := {
		"message": sprintf("the waiver of %s gives no reason", [_rule(waiver)]),
		"at": waiver.at,
		"fix": "say in `reason` why this may pass",
		"severity": "warning",
		"subject": sprintf("unreasoned %s", [_what(waiver)]),
	}
}

report contains violation if {
	some waiver in input.waivers
	waiver.is_expired

	violation := {
		"message": sprintf("the waiver of %s ended on %s and lets nothing pass any more", [_rule(waiver), waiver.until]),
		"at": waiver.at,
		"fix": "mend what it let pass and remove it, or agree on a later day",
		"severity": "warning",
		"subject": sprintf("expired %s", [_what(waiver)]),
	}
}

report contains violation if {
	some waiver in input.waivers
	count(waiver.problems) == 0
	waiver.is_known_rule
	waiver.is_used == false
	not waiver.is_expired

	violation := {
		"message": sprintf("nothing is left that the waiver of %s could let pass", [_rule(waiver)]),
		"at": waiver.at,
		"fix": "remove the waiver",
		"severity": "warning",
		"subject": sprintf("unused %s", [_what(waiver)]),
	}
}

_rule(waiver) := waiver.rule if {
	is_string(waiver.rule)
} else := "no rule"

# Two waivers of one file are told apart by what they say.
_what(waiver) := concat(" ", [text | some text in [waiver.rule, waiver.path, waiver.until, waiver.reason]; is_string(text)])

_near(waiver) := sprintf("did you mean `%s`?", [waiver.near]) if {
	is_string(waiver.near)
} else := "`flowgate rules list` shows them all"
