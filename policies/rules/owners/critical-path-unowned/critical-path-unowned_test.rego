package rules.owners["critical-path-unowned_test"]

import data.rules.owners["critical-path-unowned"] as rule
import rego.v1

_file(dialect) := {"path": "CODEOWNERS", "dialect": dialect, "at": {"path": "CODEOWNERS"}}

_path(class, fields) := object.union(
	{
		"path": "overlays/prd/",
		"files": 3,
		"class": class,
		"stage": null,
		"owners": [],
		"sections": [],
		"approvals": 0,
		"example": {"path": "overlays/prd/a.yaml"},
		"at": null,
	},
	fields,
)

_owned(class, owners) := _path(class, {
	"owners": owners,
	"sections": [{"name": null, "owners": owners, "approvals": 1, "is_optional": false}],
	"approvals": 1,
	"at": {"path": "CODEOWNERS", "line": 2, "column": 1},
})

_ask(paths, dialect, approvals) := report if {
	report := rule.report with input as {
		"owners": {"file": _file(dialect), "files": ["CODEOWNERS"], "unread": [], "problems": [], "entries": [], "paths": paths},
		"options": {"infrastructure_approvals": approvals},
	}
}

_report(paths) := _ask(paths, "github", 0)

_house := {"last-stage": ["@acme/sre"], "policy": ["@acme/platform"]}

test_a_last_stage_without_owner_is_a_warning if {
	some violation in _report([_path("last-stage", {"stage": "prd"})])
	violation.message == "nobody has to approve a change of overlays/prd/ (stage prd)"
	violation.severity == "warning"
	violation.at == {"path": "overlays/prd/a.yaml"}
	violation.fix == "add below the other lines of CODEOWNERS: /overlays/prd/ @<team>"
}

test_where_the_configuration_names_owners_it_is_an_error if {
	some violation in _report([_path("last-stage", {"stage": "prd"})]) with data.flow.owners as _house
	violation.severity == "error"
	endswith(violation.fix, "/overlays/prd/ @acme/sre")
}

test_the_line_that_takes_the_owners_away_is_the_place if {
	some violation in _report([_path("last-stage", {"at": {"path": "CODEOWNERS", "line": 4, "column": 1}})])
	violation.at.line == 4
	violation.related[0].at.path == "overlays/prd/a.yaml"
}

test_a_path_with_an_owner_passes if {
	classes := ["last-stage", "pipeline", "owners-file", "configuration", "policies", "release-manifest", "infrastructure"]
	_report([_owned(class, ["@a"]) | some class in classes]) == set()
}

test_an_optional_section_guards_nothing if {
	section := {"name": "Docs", "owners": ["@a"], "approvals": 0, "is_optional": true}
	count(_report([_path("last-stage", {"owners": ["@a"], "sections": [section]})])) == 1
}

test_pipelines_and_the_file_itself_are_told if {
	some class in ["pipeline", "owners-file"]
	some violation in _report([_path(class, {})])
	violation.severity == "info"
}

test_they_are_warnings_where_the_last_stage_is_guarded if {
	levels := {violation.severity | some violation in _report([_path("pipeline", {}), _owned("last-stage", ["@a"])])}
	levels == {"warning"}
}

test_infrastructure_needs_an_owner_only_where_one_is_configured if {
	paths := [_path("infrastructure", {})]
	_report(paths) == set()
	count(_report(paths)) == 1 with data.flow.owners as {"infrastructure": ["@ops"]}
}

test_many_places_are_one_finding if {
	paths := [_path("last-stage", {"path": sprintf("apps/%d/prd/", [n])}) | some n in numbers.range(1, 12)]
	some violation in _report(paths)
	violation.message == "nobody has to approve a change of apps/1/prd/ and 11 more places of this kind"
	count(_report(paths)) == 1
}

test_another_owner_than_the_configured_one_is_an_error if {
	some violation in _report([_owned("last-stage", ["@acme/dev"])]) with data.flow.owners as _house
	violation.message == "overlays/prd/ belongs to @acme/dev; by `owners` in flowgate.yaml it has to be @acme/sre alone"
	violation.at.line == 2
}

test_one_owner_too_many_is_an_error if {
	count(_report([_owned("last-stage", ["@acme/sre", "@acme/dev"])])) == 1 with data.flow.owners as _house
}

test_the_configured_owner_passes_however_it_is_written if {
	_report([_owned("last-stage", ["@Acme/SRE"])]) == set() with data.flow.owners as _house
}

test_one_guarding_section_is_enough if {
	sections := [
		{"name": null, "owners": ["@all"], "approvals": 1, "is_optional": false},
		{"name": "Production", "owners": ["@acme/sre"], "approvals": 2, "is_optional": false},
	]
	path := _path("last-stage", {"owners": ["@acme/sre", "@all"], "sections": sections, "approvals": 2})
	_report([path]) == set() with data.flow.owners as _house
}

test_the_owners_of_the_policy_stand_for_all_of_the_gate if {
	some class in ["configuration", "policies", "owners-file"]
	count(_report([_owned(class, ["@x"])])) == 1 with data.flow.owners as _house
	_report([_owned(class, ["@acme/platform"])]) == set() with data.flow.owners as _house
	_report([_owned("pipeline", ["@x"])]) == set() with data.flow.owners as _house
}

test_infrastructure_may_need_two_approvals_on_gitlab if {
	paths := [_owned("infrastructure", ["@ops"])]
	count(_ask(paths, "gitlab", 2)) == 1
	_ask(paths, "gitlab", 0) == set()
	_ask(paths, "github", 2) == set()
	_ask([object.union(_owned("infrastructure", ["@ops"]), {"approvals": 2})], "gitlab", 2) == set()
}

test_without_a_file_nothing_is_said if {
	rule.report == set() with input as {
		"owners": {"file": null, "files": [], "unread": [], "problems": [], "entries": [], "paths": [_path("last-stage", {})]},
		"options": {"infrastructure_approvals": 0},
	}
		with data.flow.owners as _house
	rule.report == set() with input as {"owners": null, "options": {"infrastructure_approvals": 0}}
}
