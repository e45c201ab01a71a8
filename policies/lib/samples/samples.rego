# Facts for rule tests, shaped as the host gives them; no rule imports it.
package lib.samples

import rego.v1

# delivery is one row of `deliveries`: `fields` replace those of an Argo CD application that takes `prd` from the tag 1.2.0.
# `revision`, `source` and `at` may be given in part.
delivery(fields) := object.union(_delivery, fields)

# deliveries is an input of these deliveries.
deliveries(rows) := {"gate": "scan", "now": "2026-11-20", "options": {}, "deliveries": rows, "families": {}}

# evidence is one piece of it.
evidence(source, text, stage, weight) := {
	"source": source, "text": text, "stage": stage, "weight": weight,
	"at": {"path": "apps/phippy.yaml", "document": 0, "pointer": sprintf("/%s", [source]), "line": weight, "column": 3},
}

# name is one row of `names`: `fields` replace those of an Argo CD application.
name(fields) := object.union(row, parses) if {
	row := object.union(_name, fields)
	parses := {
		"parsed": _parsed(row.role, row.text),
		"destination_namespace_parsed": _parsed("namespace", row.destination_namespace),
	}
}

# As the host reads it.
_parsed(role, text) := object.union(slots, {"is_canonical": data.lib.naming.canonical(type, role, text) == text}) if {
	is_string(text)
	type := _type(role, text)
	slots := data.lib.naming.read(type, role, text).slots
} else := null

_type("application", text) := data.lib.naming.type_of(text)

_type("namespace", text) := [type |
	some type in data.flow.naming.types
	data.lib.naming.has_stage(type, "namespace")
	data.lib.naming.follows(type, "namespace", text)
][0]

# names is an input of these names, in a repository that follows the grammar.
names(rows) := {"gate": "scan", "now": "2026-11-20", "options": {}, "names": rows, "naming": {"applies": true, "reason": "declared"}}

# branch, range, semver, default_branch are revisions.
branch(name, role) := {"text": name, "class": "branch", "branch": name, "branch_type": role, "branch_role": role, "version": null}

range(text) := {"text": text, "class": "range", "version": null}

semver(text) := {"text": text, "class": "semver", "version": text, "is_prerelease": contains(text, "-")}

default_branch := {"text": "HEAD", "class": "default", "version": null}

_delivery := {
	"tool": "argocd", "kind": "argocd.Application", "name": "app-phippy-prd", "mode": "follows",
	"source": {"url": "https://git.acme.com/team-a/phippy.git", "repository": "git.acme.com/team-a/phippy", "path": "deploy", "chart": null, "is_this_repository": null},
	"revision": {
		"text": "1.2.0", "class": "semver", "branch": null, "branch_type": null, "branch_role": null, "branch_stages": [],
		"version": "1.2.0", "is_prerelease": false, "known": "grammar",
	},
	"stage": "prd", "rank": 2, "is_last_stage": true, "stages": [], "evidence": [],
	"environment": null, "environment_from_branch": false, "cluster": "prd01", "namespace": "app-phippy-prd",
	"condition": null, "generated_by": null, "family": "git.acme.com/team-a/phippy deploy",
	"at": {"path": "apps/phippy.yaml", "document": 0, "pointer": "/spec/source/targetRevision", "line": 9, "column": 21},
}

_name := {
	"role": "application", "kind": "argocd.Application", "text": "app-phippy-prd", "stage": "prd", "evidence": [],
	"destination_namespace": "app-phippy-prd",
	"destination_namespace_at": {"path": "apps/phippy.yaml", "document": 0, "pointer": "/spec/destination/namespace", "line": 14, "column": 16},
	"destination_cluster": "prd01", "is_ignored": false,
	"at": {"path": "apps/phippy.yaml", "document": 0, "pointer": "/metadata/name", "line": 4, "column": 9},
}
