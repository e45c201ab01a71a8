package rules.owners["codeowners-valid_test"]

import data.rules.owners["codeowners-valid"] as rule
import rego.v1

_at(line) := {"path": ".github/CODEOWNERS", "line": line, "column": 1}

_owners(fields) := object.union(
	{
		"file": {"path": ".github/CODEOWNERS", "dialect": "github", "at": {"path": ".github/CODEOWNERS"}},
		"files": [".github/CODEOWNERS"],
		"unread": [],
		"problems": [],
		"entries": [],
		"paths": [],
	},
	fields,
)

_entry(fields) := object.union(
	{
		"pattern": "/prd/",
		"section": null,
		"is_optional": false,
		"is_exclusion": false,
		"approvals": 1,
		"owners": ["@sre"],
		"matches": 2,
		"decides": 2,
		"shadowed_by": null,
		"at": _at(1),
	},
	fields,
)

_shadow(pattern, owners, matches) := {"pattern": pattern, "owners": owners, "matches": matches, "at": _at(9)}

_report(fields) := report if {
	report := rule.report with input as {"owners": _owners(fields), "options": {"unmatched": ["/later/"]}}
}

_problem(kind) := {"kind": kind, "message": "`x` is no owner", "at": _at(3)}

test_what_the_host_skips_is_an_error if {
	some violation in _report({"problems": [_problem("malformed-owner")]})
	violation.severity == "error"
	violation.at.line == 3
	contains(violation.fix, "@organisation/team")
}

test_what_the_host_reads_in_part_is_a_warning if {
	some kind in ["missing-owner", "approvals", "optional-approvals", "owner-in-comment", "too-many"]
	some violation in _report({"problems": [_problem(kind)]})
	violation.severity == "warning"
}

test_every_kind_of_problem_has_an_advice if {
	kinds := {
		"malformed-owner", "negated-pattern", "character-range", "escaped-hash", "section", "names-nothing", "missing-owner", "broken-heading",
		"nameless-section", "approvals", "optional-approvals", "after-heading", "owner-in-comment", "too-large", "too-many",
	}
	every kind in kinds {
		count(_report({"problems": [_problem(kind)]})) == 1
	}
}

test_a_later_line_for_everything_is_an_error if {
	some violation in _report({"entries": [_entry({"decides": 0, "shadowed_by": _shadow("*", ["@dev"], 9)})]})
	violation.message == "`/prd/` decides for none of its 2 paths: the later `*` gives all of them to @dev"
	violation.severity == "error"
	violation.related[0].at.line == 9
}

test_a_later_line_for_a_folder_above_is_an_error if {
	some violation in _report({"entries": [_entry({"pattern": "/a/prd/", "decides": 0, "shadowed_by": _shadow("/a/", ["@dev"], 9)})]})
	violation.severity == "error"
}

test_a_later_line_that_only_happens_to_have_all_is_a_warning if {
	some violation in _report({"entries": [_entry({"decides": 0, "shadowed_by": _shadow("*.yaml", [], 9)})]})
	violation.severity == "warning"
	endswith(violation.message, "gives all of them to nobody")
}

test_a_later_line_that_is_more_specific_passes if {
	_report({"entries": [_entry({"decides": 0, "shadowed_by": _shadow("/prd/eu/", ["@eu"], 2)})]}) == set()
}

test_a_later_line_with_the_same_owners_passes if {
	_report({"entries": [_entry({"decides": 0, "shadowed_by": _shadow("*", ["@SRE"], 9)})]}) == set()
}

test_a_pattern_given_twice_is_an_error if {
	some violation in _report({"entries": [_entry({"decides": 0, "shadowed_by": _shadow("/prd/", ["@dev"], 2)})]})
	violation.message == "`/prd/` stands here and again below, and only the last one counts: @sre is not asked"
}

test_a_path_that_is_not_there_is_a_warning if {
	some violation in _report({"entries": [_entry({"matches": 0, "decides": 0})]})
	violation.message == "`/prd/` matches no file"
	violation.severity == "warning"
}

test_a_wildcard_without_files_is_told if {
	some violation in _report({"entries": [_entry({"pattern": "*.rb", "matches": 0, "decides": 0})]})
	violation.severity == "info"
}

test_what_is_owned_before_it_exists_passes if {
	patterns := ["/.github/workflows/", ".gitlab-ci.yml", "/docs/CODEOWNERS", "/flowgate.yaml", "/later/"]
	_report({"entries": [_entry({"pattern": pattern, "matches": 0, "decides": 0}) | some pattern in patterns]}) == set()
}

test_a_file_that_nobody_reads_is_a_warning if {
	some violation in _report({"unread": ["docs/CODEOWNERS"]})
	violation.message == "nobody reads docs/CODEOWNERS, because .github/CODEOWNERS is found first"
}

test_no_file_is_missed_only_where_owners_are_configured if {
	none := {"file": null, "files": []}
	_report(none) == set()
	some violation in _report(none) with data.flow.owners as {"last-stage": ["@sre"]}
	startswith(violation.message, "there is no CODEOWNERS")
	violation.at == {"path": "CODEOWNERS"}
	_report({}) == set() with data.flow.owners as {"last-stage": ["@sre"]}
}

test_what_asks_for_a_file_is_the_place if {
	configuration := {"class": "configuration", "example": {"path": "flowgate.yaml"}}
	some violation in _report({"file": null, "files": [], "paths": [configuration]}) with data.flow.owners as {"policy": ["@sre"]}
	violation.at == {"path": "flowgate.yaml"}
}

test_files_of_which_nobody_knows_which_counts_pass if {
	_report({"file": null, "files": [".github/CODEOWNERS", ".gitlab/CODEOWNERS"]}) == set() with data.flow.owners as {"policy": ["@sre"]}
}

test_where_no_file_is_looked_at_nothing_is_said if {
	rule.report == set() with input as {"owners": null, "options": {"unmatched": []}} with data.flow.owners as {"policy": ["@sre"]}
}
