package lib["messages_test"]

import data.lib.messages
import rego.v1

_commit := {"commit": "0123456789abcdef0123", "at": {"commit": "0123456789abcdef0123"}, "subject": "x", "class": "normal", "is_bot": false, "is_exempt": false}

test_people_answer_for_their_own_messages if {
	messages.is_judged(_commit)
	not messages.is_judged(object.union(_commit, {"is_bot": true}))
	not messages.is_judged(object.union(_commit, {"is_exempt": true}))
	not messages.is_judged(object.union(_commit, {"class": "merge"}))
}

test_a_commit_is_reworded_by_rebase_and_a_message_at_once if {
	messages.reword(_commit, "feat: x") == "git rebase -i 0123456789ab^ and reword it: feat: x"
	messages.reword(object.union(_commit, {"commit": null}), "feat: x") == "use the subject \"feat: x\""
}

test_a_place_keeps_what_the_commit_says if {
	messages.place(_commit, 2, 3) == {"commit": "0123456789abcdef0123", "line": 2, "column": 3}
}

test_a_long_subject_is_cut if {
	long := concat("", ["a" | some _ in numbers.range(1, 100)])
	count(messages.subject({"subject": long})) == 75
	messages.subject({"subject": "feat: x"}) == "feat: x"
}

test_a_subject_is_composed_of_what_there_is if {
	messages.compose("feat", "cart", "!", "add x") == "feat(cart)!: add x"
	messages.compose("feat", null, "", "add x") == "feat: add x"
}

test_the_meant_type_is_found if {
	flow := {"commits": {"types": ["feat", "fix", "docs"]}}
	found := [messages.meant(word, {"feature": "feat"}) | some word in ["Feat", "feature", "feet", "doc", "zzzzzz"]] with data.flow as flow
	found == ["feat", "feat", "feat", "docs"]
}
