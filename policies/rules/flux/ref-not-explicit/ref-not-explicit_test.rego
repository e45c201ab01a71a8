package rules.flux["ref-not-explicit_test"]

import data.rules.flux["ref-not-explicit"] as rule
import rego.v1

_document(spec) := {"document": {
	"path": "cluster/phippy.yaml", "index": 0, "format": "yaml", "kind": "flux.GitRepository", "api_version": "source.toolkit.fluxcd.io/v1",
	"name": "phippy", "namespace": "flux-system", "value": {"spec": spec}, "stage": {"name": null, "rank": null, "stages": [], "evidence": []},
	"unquoted": [], "at": {"path": "cluster/phippy.yaml", "document": 0, "pointer": "", "line": 1, "column": 1},
}}

_pointers(spec) := {violation.at.pointer | some violation in found} if {
	found := rule.report with input as _document(spec)
}

test_no_ref_is_reported_at_the_spec if {
	_pointers({"url": "https://git.acme.com/a/b"}) == {"/spec"}
	_pointers({"url": "https://git.acme.com/a/b", "ref": {}}) == {"/spec"}
	_pointers({"url": "https://git.acme.com/a/b", "ref": null}) == {"/spec"}
	_pointers({"url": "https://git.acme.com/a/b", "ref": {"branch": ""}}) == {"/spec"}
}

test_a_field_that_loses_is_reported if {
	_pointers({"ref": {"tag": "1.2.0", "branch": "main"}}) == {"/spec/ref/branch"}
	_pointers({"ref": {"semver": "1.x", "tag": "1.2.0", "branch": "main"}}) == {"/spec/ref/tag", "/spec/ref/branch"}
	_pointers({"ref": {"commit": "0123", "tag": "1.2.0"}}) == {"/spec/ref/tag"}
	found := rule.report with input as _document({"ref": {"tag": "1.2.0", "branch": "main"}})
	[violation.message | some violation in found] == ["GitRepository `phippy` names both `tag` and `branch`; `tag` wins, and `branch` (`main`) has no effect"]
}

test_one_field_is_explicit if {
	every ref in [{"branch": "main"}, {"tag": "1.2.0"}, {"semver": "1.2.x"}, {"commit": "0123"}, {"name": "refs/tags/1.2.0"}] {
		_pointers({"ref": ref}) == set()
	}
}

test_a_commit_with_its_branch_is_a_meaningful_pair if {
	_pointers({"ref": {"commit": "0123", "branch": "main"}}) == set()
}

test_a_document_without_a_spec_is_silent if {
	_pointers(null) == set()
	_pointers("text") == set()
}
