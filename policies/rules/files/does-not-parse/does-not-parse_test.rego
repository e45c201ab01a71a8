package rules.files["does-not-parse_test"]

import data.rules.files["does-not-parse"] as rule
import rego.v1

_file(class, fields) := object.union(
	{"path": "a.yaml", "class": class, "reason": null, "at": {"path": "a.yaml", "line": 3, "column": 1}, "documents": 1, "bytes": 9, "problems": []},
	fields,
)

_report(file) := report if {
	report := rule.report with input as {"files": [file], "options": {"repeats": ["**/.cirrus.yml"]}}
}

test_a_broken_file_is_reported_at_its_line if {
	some violation in _report(_file("broken", {"reason": "a mapping is not closed"}))
	violation.message == "a.yaml does not parse: a mapping is not closed"
	violation.at == {"path": "a.yaml", "line": 3, "column": 1}
	startswith(violation.fix, "mend the line")
}

test_conflict_markers_have_their_own_advice if {
	some violation in _report(_file("broken", {"reason": "merge-conflict marker `<<<<<<< HEAD`"}))
	startswith(violation.fix, "decide between the two sides")
}

test_a_key_given_twice_is_a_warning_at_its_place if {
	some violation in _report(_file("parsed", {"problems": [{"message": "key \"a\" given twice", "at": {"path": "a.yaml", "line": 2, "column": 1}}]}))
	violation.severity == "warning"
	violation.at.line == 2
	startswith(violation.message, "key \"a\" given twice: ")
}

test_files_that_are_not_for_parsing_pass if {
	reports := {violation |
		some class in ["parsed", "empty", "templated", "encrypted", "excluded", "too-large", "not-text", "not-followed", "unreadable"]
		some violation in _report(_file(class, {"reason": "helm"}))
	}
	reports == set()
}

test_problems_of_an_excluded_file_pass if {
	_report(_file("excluded", {"problems": [{"message": "key \"a\" given twice", "at": {}}]})) == set()
}

test_formats_in_which_a_key_may_repeat_pass if {
	_report(_file("parsed", {"path": ".cirrus.yml", "problems": [{"message": "key \"task\" given twice", "at": {}}]})) == set()
}
