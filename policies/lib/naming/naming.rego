# The naming grammar of the flow: reads names by it and writes them as it wants them.
package lib.naming

import rego.v1

# type_of is the type of software that an application's name claims by its first word.
type_of(text) := [type | some type in data.flow.naming.types; _claims(type.prefix, type.application, text)][0]

# read takes a name apart by one pattern (`application` or `namespace`) of a type: {"slots": {"app": "phippy", ...}, "canonical": "..."}.
# It reads from the right, so that `app-my-shop-int-02` is instance 02 of `my-shop`, and `app-shop-pre-prod` stage `pre-prod` where
# that is a word for a stage. A word for a stage other than its name is read, too; `canonical` is the name without it.
read(type, role, text) := {"slots": slots, "canonical": canonical} if {
	found := regex.find_all_string_submatch_n(_patterns[type.prefix][role], text, 1)
	count(found) == 1
	names := _slot_names(type[role])
	slots := {name: found[0][i + 1] | some i, name in names}
	canonical := write(type, role, {name: _canonical_slot(name, value) | some name, value in slots})
}

# follows is whether a name follows a pattern; is_canonical whether it does so with the stages' own names. Both cost little, `read` does not.
follows(type, role, text) if regex.match(_patterns[type.prefix][role], text)

is_canonical(type, role, text) if regex.match(_canonical_patterns[type.prefix][role], text)

# canonical is a name with the stage's own name in it; a name outside the pattern stays as it is.
canonical(type, role, text) := text if {
	is_canonical(type, role, text)
} else := read(type, role, text).canonical if {
	follows(type, role, text)
} else := text

# write is the name that a type's pattern makes of these slots; one that is missing or empty falls away where it may.
write(type, role, slots) := strings.replace_n({placeholder: value |
	some placeholder in _placeholders(type[role])
	value := _written(placeholder, slots)
}, type[role]) if {
	is_object(slots)
}

# shape is a pattern as a person reads it: `app-<app>-<stage>[-<instance>]`.
shape(type, role) := write(type, role, {
	"type": type.prefix, "app": "<app>", "stage": "<stage>", "cluster": "<cluster>", "instance": "<instance>",
})

# example is a name that a pattern allows.
example(type, role) := write(type, role, {
	"type": type.prefix, "app": "shop", "stage": _last_stage, "cluster": sprintf("%s01", [_last_stage]), "instance": "",
})

# has_stage is whether a pattern has a slot that tells the stage.
has_stage(type, role) if regex.match(`\{-?(stage|cluster)\??\}`, type[role])

# stage_words are all words for stages, for near names.
stage_words := {word | some word, _ in _stages_of}

# canonical_stage is the name of the stage that a word stands for.
canonical_stage(word) := stage if {
	count(_stages_of[word]) == 1
	some stage in _stages_of[word]
}

# is_literal is whether a name is known: no tool fills it in later.
is_literal(text) if {
	not contains(text, "{{")
	not contains(text, "$")
}

# namespaces are the names of namespaces in the target, each with its place. Lists, because to put a thousand large objects into a set takes longer
# than to look at them.
namespaces := array.concat(_created, _reached)

_created := [namespace |
	some name in input.names
	name.role == "namespace"
	not name.is_ignored
	is_literal(name.text)
	namespace := {"text": name.text, "at": name.at, "parsed": name.parsed}
]

_reached := [namespace |
	some name in input.names
	is_string(name.destination_namespace)
	name.destination_namespace != ""
	not name.is_ignored
	is_literal(name.destination_namespace)
	namespace := {"text": name.destination_namespace, "at": name.destination_namespace_at, "parsed": name.destination_namespace_parsed}
]

# applications are the names of Argo CD applications that the grammar is about.
applications := [name |
	some name in input.names
	name.role == "application"
	not name.is_ignored
	is_literal(name.text)
]

_claims(prefix, pattern, text) if {
	startswith(pattern, "{type}")
	startswith(text, sprintf("%s%s", [prefix, substring(replace(pattern, "{-", "-{"), 6, 1)]))
}

_claims(_, pattern, _) if not contains(pattern, "{type}")

_last_stage := data.flow.stages[count(data.flow.stages) - 1].name

_stages_of[word] contains stage.name if {
	some stage in data.flow.stages
	some spelling in array.concat([stage.name], array.concat(stage.aliases, array.concat(stage.weak_aliases, stage.was)))
	word := lower(spelling)
}

_patterns[type.prefix] := patterns if {
	some type in data.flow.naming.types
	patterns := {role: _pattern(type, type[role], _alternatives(stage_words)) | some role in ["application", "namespace"]}
}

_canonical_patterns[type.prefix] := patterns if {
	some type in data.flow.naming.types
	stages := [stage.name | some stage in data.flow.stages]
	patterns := {role: _pattern(type, type[role], _alternatives(stages)) | some role in ["application", "namespace"]}
}

_pattern(type, pattern, stages) := sprintf("^%s$", [regex.replace(filled, `\{-?[a-z]+\??\}`, "([a-z0-9-]+?)")]) if {
	words := {
		"type": type.prefix,
		"app": `[a-z](?:[a-z0-9]|-[a-z0-9])*?`,
		"stage": stages,
		"cluster": _cluster_alternatives(stages),
		"instance": `[0-9]{2}`,
	}
	filled := strings.replace_n({placeholder: expression |
		some word, alternatives in words
		some placeholder, expression in {
			sprintf("{%s}", [word]): sprintf("(%s)", [alternatives]),
			sprintf("{%s?}", [word]): sprintf("(%s)?", [alternatives]),
			sprintf("{-%s}", [word]): sprintf("-(%s)", [alternatives]),
			sprintf("{-%s?}", [word]): sprintf("(?:-(%s))?", [alternatives]),
		}
	}, replace(pattern, ".", `\.`))
}

_alternatives(words) := concat("|", [replace(word, ".", `\.`) | some word in words])

# A cluster that is declared, or one that is named after its stage.
_cluster_alternatives(stages) := concat("|", array.concat(
	[replace(cluster, ".", `\.`) | some cluster in _declared_clusters],
	[replace(_cluster_grammar, "{stage}", sprintf("(?:%s)", [stages]))],
))

# Groups of the user's own must not shift the slots.
_cluster_grammar := regex.replace(data.flow.naming.cluster, `\((\?:)?`, "(?:")

_declared_clusters contains cluster if some cluster, _ in data.flow.clusters

_declared_clusters contains cluster if {
	some stage in data.flow.stages
	some cluster in stage.clusters
}

_placeholders(pattern) := {placeholder | some placeholder in regex.find_n(`\{-?[a-z]+\??\}`, pattern, -1)}

_slot_names(pattern) := [trim(placeholder, "{-?}") | some placeholder in regex.find_n(`\{-?[a-z]+\??\}`, pattern, -1)]

_written(placeholder, slots) := "" if object.get(slots, trim(placeholder, "{-?}"), "") == ""

_written(placeholder, slots) := sprintf(_frame(placeholder, value), [value]) if {
	value := object.get(slots, trim(placeholder, "{-?}"), "")
	value != ""
}

_frame(placeholder, value) := "[-%s]" if {
	startswith(placeholder, "{-")
	endswith(placeholder, "?}")
	startswith(value, "<")
}

_frame(placeholder, value) := "-%s" if {
	startswith(placeholder, "{-")
	not _is_optional_shape(placeholder, value)
}

_frame(placeholder, _) := "%s" if not startswith(placeholder, "{-")

_is_optional_shape(placeholder, value) if {
	endswith(placeholder, "?}")
	startswith(value, "<")
}

_canonical_slot("stage", value) := canonical_stage(value)

_canonical_slot("cluster", value) := value if value in _declared_clusters

_canonical_slot("cluster", value) := replaced if {
	not value in _declared_clusters
	found := regex.find_all_string_submatch_n(sprintf("^%s$", [replace(_cluster_grammar, "{stage}", sprintf("(%s)", [_alternatives(stage_words)]))]), value, 1)
	word := found[0][1]
	replaced := replace(value, word, canonical_stage(word))
}

_canonical_slot(name, value) := value if not name in {"stage", "cluster"}
