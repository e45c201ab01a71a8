# The stages of the flow and the words that stand for them.
package lib.stages

import rego.v1

# words[stage] are all spellings of a stage: its name, aliases and former names, each brought to one form by `plain`.
words[stage.name] contains plain(word) if {
	some stage in data.flow.stages
	some word in array.concat([stage.name], array.concat(stage.aliases, array.concat(stage.weak_aliases, stage.was)))
}

# strong_words[stage] are the spellings that are no everyday words.
strong_words[stage.name] contains word if {
	some stage in data.flow.stages
	weak := {plain(word) | some word in stage.weak_aliases}
	some word in words[stage.name] - weak
}

# stages_of[word] are the stages that a word in plain form stands for.
stages_of[word] contains stage if {
	some stage, _ in words
	some word in words[stage]
}

# plain brings a name to one form: lower case, words joined by `-`. Regular expressions would cost a hundred times as much here.
plain(text) := concat("-", [word | some word in split(joined, "-"); word != ""]) if {
	joined := replace(replace(replace(lower(text), "/", "-"), ".", "-"), "_", "-")
}

# without_number drops the number of an instance: `prd01`, `prod-2`.
without_number(text) := trim_right(trim_right(text, "0123456789"), "-")

# stood_for are the stages that a branch's whole name stands for: `prod`, `prd01`, `prod/eu`, and below the rule's option `prefixes`
# `env/prod`. A name that merely holds such a word (`dev-team`, `live-view`, `non-prod`) stands for none.
stood_for(branch) := {stage |
	name := plain(branch)
	some whole in {name, without_number(name), _strong_folder(branch)}
	some stage in _stages_of_whole[whole]
}

_stages_of_whole[word] contains stage if {
	some word, found in stages_of
	some stage in found
}

_stages_of_whole[whole] contains stage if {
	some word, found in stages_of
	some prefix in input.options.prefixes
	whole := sprintf("%s-%s", [prefix, word])
	some stage in found
}

# An everyday word in that place (`test/login`) is the type of a topic.
_strong_folder(branch) := folder if {
	contains(branch, "/")
	folder := plain(split(branch, "/")[0])
	some _, strong in strong_words
	folder in strong
} else := ""
