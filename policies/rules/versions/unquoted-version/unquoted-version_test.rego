package rules.versions["unquoted-version_test"]

import data.rules.versions["unquoted-version"] as rule
import rego.v1

_options := {
	"keys": ["targetRevision", "newTag", "imageTag", "appVersion", "chartVersion", "application_version", "infrastructure_version"],
	"schemas": ["**/docker-compose*", ".circleci/**"],
}

_report_at(path, kind, pointer, raw, type) := report if {
	document := {
		"path": path, "index": 0, "format": "yaml", "kind": kind, "api_version": _api_version(kind),
		"unquoted": [{"pointer": pointer, "name": _name(pointer), "raw": raw, "type": type}],
	}
	report := rule.report with input as {"document": document, "options": _options}
}

# As the host gives it: the last key that is no index of a list.
_name(pointer) := replace(keys[count(keys) - 1], "~1", "/") if {
	keys := [key | some key in split(pointer, "/"); not regex.match(`^[0-9]*$`, key)]
}

_api_version(kind) := null if {
	kind in {"unknown", "helm.values", "gitlab.ci", "github.workflow"}
} else := "v1"

_report(kind, pointer, raw) := _report_at("a.yaml", kind, pointer, raw, "number")

_reading(kind, pointer, raw) := reading if {
	some violation in _report(kind, pointer, raw)
	reading := split(violation.message, "so YAML reads ")[1]
}

_severity(kind, pointer, raw) := severity if {
	some violation in _report(kind, pointer, raw)
	severity := violation.severity
}

test_a_version_that_loses_a_digit_is_reported_with_the_edit if {
	some violation in _report("kustomize.Kustomization", "/images/0/newTag", "1.10")
	violation.message == "newTag: 1.10 has no quotes, so YAML reads the number 1.1, and this field takes only text"
	violation.at == {"path": "a.yaml", "document": 0, "pointer": "/images/0/newTag"}
	violation.edits == [{"at": {"path": "a.yaml", "document": 0, "pointer": "/images/0/newTag"}, "text": "\"1.10\""}]
}

test_what_the_parser_makes_of_it_is_told if {
	_reading("helm.values", "/image/tag", "1.10") == "the number 1.1"
	_reading("helm.values", "/image/tag", "1.0") == "the number 1"
	_reading("helm.values", "/image/tag", "1e10") == "the number 10000000000"
	_reading("helm.values", "/image/tag", "0123456") == "a number"
	_reading("helm.values", "/image/tag", "20240115") == "a number, which Helm writes as 2.0240115e+07"
}

test_fields_that_take_only_text_refuse_every_number if {
	_severity("kustomize.Kustomization", "/images/0/newTag", "5") == "error"
	_severity("argocd.Application", "/spec/source/targetRevision", "1.2") == "error"
	_severity("argocd.ApplicationSet", "/spec/template/spec/sources/0/targetRevision", "2") == "error"
	_severity("flux.HelmRelease", "/spec/chart/spec/version", "5.2") == "error"
	_severity("flux.GitRepository", "/spec/ref/tag", "1.2") == "error"
	_severity("k8s.Deployment", "/metadata/labels/app.kubernetes.io~1version", "1.2") == "error"
}

test_a_boolean_is_wrong_only_where_text_is_asked_for if {
	some violation in _report_at("a.yaml", "kustomize.Kustomization", "/images/0/newTag", "true", "bool")
	contains(violation.message, "so YAML reads the boolean true")
	_report_at("a.yaml", "helm.values", "/git/tag", "true", "bool") == set()
	_report_at("a.yaml", "unknown", "/version", "false", "bool") == set()
}

test_a_number_that_its_successor_will_break_is_a_warning if {
	_severity("helm.Chart", "/appVersion", "1.16") == "warning"
	_reading("helm.Chart", "/appVersion", "1.16") == "a number; its successor 1.20 would be read as 1.2"
	_severity("unknown", "/application_version", "1.2") == "warning"
}

test_integers_read_as_they_are_written_pass_where_numbers_are_taken if {
	_report("helm.values", "/image/tag", "5") == set()
	_report("helm.Chart", "/appVersion", "16") == set()
	_report("unknown", "/chartVersion", "3") == set()
}

test_versions_of_a_files_own_grammar_pass if {
	_report("unknown", "/version", "2") == set()
	_report("unknown", "/version", "3.8") == set()
	_report("unknown", "/version", "2.10") == set()
	_report("unknown", "/apiVersion", "1") == set()
	_report("unknown", "/schema_version", "1.10") == set()
	_report_at(".circleci/config.yml", "unknown", "/orbs/x/version", "2.10", "number") == set()
	_report_at("sub/docker-compose.yml", "unknown", "/x/tool_version", "3.10", "number") == set()
}

test_numbers_of_other_meaning_pass if {
	_report("helm.values", "/replicas", "1.10") == set()
	_report("helm.values", "/version/replicas", "3") == set()
	_report("unknown", "/conversion", "0.50") == set()
	_report("gitlab.ci", "/variables/RUBY_VERSION", "3.2") == set()
	_report("unknown", "/info/version", "1.0") == set()
}

test_a_tool_version_that_loses_a_digit_is_reported_anywhere if {
	_reading("github.workflow", "/jobs/test/strategy/matrix/python-version/1", "3.10") == "the number 3.1"
	_severity("github.workflow", "/jobs/test/steps/0/with/go-version", "1.20") == "error"
}

test_json_and_toml_are_left_to_their_readers if {
	document := {"path": "a.json", "index": 0, "format": "json", "kind": "kustomize.Kustomization", "api_version": null, "unquoted": [{"pointer": "/images/0/newTag", "raw": "5", "type": "number"}]}
	report := rule.report with input as {"document": document, "options": _options}
	report == set()
}
