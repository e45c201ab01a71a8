# METADATA
# title: Two stages share a namespace
# description: What is tried in one stage can read, starve or delete what runs in the other.
# custom:
#   severity: error
#   reads: [deliveries, names]
#   kinds: []
#   gates: []
#   sources: [S0.11, S0.33]
#   formerly: []
#   options:
#     shared: [monitoring, logging, observability]
package rules.stages["shared-namespace"]

import data.lib.deliveries
import rego.v1

report contains violation if {
	some [cluster, namespace], stages in _stages
	count(stages) > 1
	ordered := [stage.name | some stage in data.flow.stages; stage.name in stages]
	delivery := input.deliveries[_first[[cluster, namespace, ordered[0]]]]

	violation := {
		"message": sprintf("%s of stage `%s` goes to namespace `%s` of cluster `%s`, which belongs to stage `%s` as well: stages are kept apart by their namespaces", [
			deliveries.title(delivery), ordered[0], namespace, cluster, concat("` and `", array.slice(ordered, 1, count(ordered))),
		]),
		"at": _place(delivery),
		"fix": sprintf("give each stage a namespace of its own, such as `%s`", [_own_namespace(namespace, ordered[0])]),
		"subject": sprintf("%s/%s", [cluster, namespace]),
		"related": [_neighbour(cluster, namespace, stage) | some stage in array.slice(ordered, 1, count(ordered))],
		"evidence": delivery.evidence,
	}
}

_destined[i] := [delivery.cluster, delivery.namespace] if {
	some i, delivery in input.deliveries
	delivery.mode == "follows"
	delivery.stage != null
	is_string(delivery.namespace)
	is_string(delivery.cluster)
	not _is_relative(delivery.cluster)
	not _is_open(delivery.cluster)
	not _is_open(delivery.namespace)
	not delivery.namespace in input.options.shared
}

# Every Argo CD calls the cluster that it runs in by the same name.
_is_relative(cluster) if strings.any_prefix_match(cluster, ["in-cluster", "kubernetes.default", "https://kubernetes.default"])

# What a template leaves open may become another word for each stage.
_is_open(text) if contains(text, "{{")

_is_open(text) if contains(text, "$")

_stages[destination] contains input.deliveries[i].stage if {
	some i, destination in _destined
}

_members[key] contains i if {
	some i, destination in _destined
	key := array.concat(destination, [input.deliveries[i].stage])
}

_first[key] := min(indices) if some key, indices in _members

_neighbour(cluster, namespace, stage) := {
	"message": sprintf("%s of stage `%s` goes there too", [deliveries.title(neighbour), stage]),
	"at": _place(neighbour),
} if {
	neighbour := input.deliveries[_first[[cluster, namespace, stage]]]
}

# A delivery knows where its revision is written; the name of its document knows where the namespace is.
_namespace_at[document] contains name.destination_namespace_at if {
	some name in input.names
	is_object(object.get(name, "destination_namespace_at", null))
	document := [object.get(name.at, "path", null), object.get(name.at, "document", null), name.destination_namespace]
}

_place(delivery) := places[0] if {
	places := [place | some place in _namespace_at[_document(delivery)]]
	count(places) == 1
}

_place(delivery) := delivery.at if not count(_namespace_at[_document(delivery)]) == 1

_document(delivery) := [object.get(delivery.at, "path", null), object.get(delivery.at, "document", null), delivery.namespace]

_own_namespace(namespace, stage) := namespace if endswith(namespace, sprintf("-%s", [stage]))

_own_namespace(namespace, stage) := sprintf("%s-%s", [namespace, stage]) if not endswith(namespace, sprintf("-%s", [stage]))
