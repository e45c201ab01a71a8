# METADATA
# title: What a merge request is allowed to do for its kind
# description: Going back to a version that a stage had must never be held up; rules that would do so only say what they see.
package lib.changes

import rego.v1

# Whether all that the change does is to set versions back to such that the same stage already had. Undefined where there is no change.
is_rollback if input.change.is_rollback

# How much a finding weighs at most: `info` in a rollback, else `most`. For a rule that knows no other weight than its own level
# `changes.severity("error")` is right, because a finding never weighs more than the rule's level. The rule's `reads` must hold `change`.
severity(_) := "info" if is_rollback

severity(most) := most if not is_rollback
