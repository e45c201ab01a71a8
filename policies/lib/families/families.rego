# Which deliveries of one source follow different branches for different stages.
package lib.families

import data.lib.deliveries
import rego.v1

# mapped are the deliveries of a source that follow a branch while another stage of that source follows another branch;
# of several that share a place, the first.
mapped contains min(indices) if some _, indices in _mapped_at

# mapped_in_set are those of them that one ApplicationSet makes: it alone holds the mapping.
mapped_in_set contains min(indices) if some _, indices in _mapped_in_set_at

is_mapped(delivery) if _mapped_at[deliveries.place(delivery)]

is_mapped_in_set(delivery) if _mapped_in_set_at[deliveries.place(delivery)]

# siblings says which other stages of the source follow which other branch, with one place for each.
siblings(delivery) := [sibling |
	some stage in _ordered(_family_stages[delivery.family] - {delivery.stage})
	some line in _some(_family_lines[[delivery.family, stage]])
	other := input.deliveries[_family_first[[delivery.family, stage, line]]]
	sibling := _sibling(delivery, other)
]

# set_siblings is the same for what one ApplicationSet makes.
set_siblings(delivery) := [sibling |
	key := _set(delivery)
	some stage in _ordered(_set_stages[key] - {delivery.stage})
	some line in _some(_set_lines[[key, stage]])
	other := input.deliveries[_set_first[[key, stage, line]]]
	sibling := _sibling(delivery, other)
]

# others_words names the siblings in one phrase.
others_words(found) := concat(", ", [sibling.message | some sibling in found])

# _follows[i] is the family of a delivery that takes part: a controller follows a branch of a Git source for a known stage.
_follows[i] := delivery.family if {
	some i, delivery in input.deliveries
	delivery.mode == "follows"
	delivery.stage != null
	delivery.source.chart == null
	delivery.revision.class in {"branch", "default"}
}

_mapped_at[place] contains i if {
	some i, family in _follows
	delivery := input.deliveries[i]
	_is_mapped(_family_stages[family], _family_lines, family, delivery)
	place := deliveries.place(delivery)
}

_mapped_in_set_at[place] contains i if {
	some i, _ in _follows
	delivery := input.deliveries[i]
	key := _set(delivery)
	_is_mapped(_set_stages[key], _set_lines, key, delivery)
	place := deliveries.place(delivery)
}

_is_mapped(stages, lines, key, delivery) if {
	some stage in stages
	stage != delivery.stage
	_differs(lines[[key, stage]], deliveries.line(delivery))
}

_differs(lines, line) if count(lines) > 1

_differs(lines, line) if not line in lines

_sibling(delivery, other) := {"message": message, "at": other.at} if {
	deliveries.line(other) != deliveries.line(delivery)
	message := sprintf("stage `%s` follows %s", [other.stage, deliveries.line_words(other)])
}

# As many as a reader takes in; a table of hundreds of previews is no help.
_some(lines) := array.slice([line | some line in lines], 0, 3)

_ordered(stages) := [stage.name | some stage in data.flow.stages; stage.name in stages]

_set(delivery) := [delivery.generated_by, delivery.source.repository] if is_string(delivery.generated_by)

_family_stages[family] contains input.deliveries[i].stage if {
	some i, family in _follows
}

_family_lines[key] contains deliveries.line(delivery) if {
	some i, family in _follows
	delivery := input.deliveries[i]
	key := [family, delivery.stage]
}

_family_members[key] contains i if {
	some i, family in _follows
	delivery := input.deliveries[i]
	key := [family, delivery.stage, deliveries.line(delivery)]
}

_family_first[key] := min(indices) if some key, indices in _family_members

_set_stages[key] contains delivery.stage if {
	some i, _ in _follows
	delivery := input.deliveries[i]
	key := _set(delivery)
}

_set_lines[key] contains deliveries.line(delivery) if {
	some i, _ in _follows
	delivery := input.deliveries[i]
	key := [_set(delivery), delivery.stage]
}

_set_members[key] contains i if {
	some i, _ in _follows
	delivery := input.deliveries[i]
	key := [_set(delivery), delivery.stage, deliveries.line(delivery)]
}

_set_first[key] := min(indices) if some key, indices in _set_members
