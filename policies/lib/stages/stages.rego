# The stages of the flow and the words that stand for them.
package lib.stages

import rego.v1

# first is the stage where development happens.
first := data.flow.stages[0].name

# rank of a stage by its canonical name.
rank[stage.name] := stage.rank if some stage in data.flow.stages

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

# plain brings a name to one form: lower case, words joined by `-`.
plain(text) := trim(regex.replace(lower(text), `[/._-]+`, "-"), "-")

# stood_for are the stages that a branch's whole name stands for: `prod`, `prd01`, `env/prod`, `prod/eu`.
# A name that merely holds such a word (`dev-team`, `live-view`, `non-prod`) stands for none.
stood_for(branch, prefixes) := {stage |
	some word in _whole_words(branch, prefixes)
	some stage in stages_of[word]
}

_whole_words(branch, prefixes) := {word |
	some text in _whole_names(branch, prefixes)
	some word in [plain(text), regex.replace(plain(text), `-?[0-9]+$`, "")]
}

_whole_names(branch, prefixes) := ({branch} | _without_prefix(branch, prefixes)) | _strong_folder(branch)

_without_prefix(branch, prefixes) := {rest |
	some prefix in prefixes
	startswith(plain(branch), sprintf("%s-", [prefix]))
	rest := substring(plain(branch), count(prefix) + 1, -1)
}

_strong_folder(branch) := {folder |
	contains(branch, "/")
	folder := split(branch, "/")[0]
	some _, strong in strong_words
	plain(folder) in strong
}
