package lib.families_test

import data.lib.families
import data.lib.samples
import rego.v1

_row(stage, line, revision) := samples.delivery({"name": stage, "stage": stage, "revision": revision, "at": {"line": line}})

_dev := _row("dev", 1, samples.branch("dev", "develop"))

_int := _row("int", 2, samples.branch("release/1.3.0", "release"))

_prd := _row("prd", 3, samples.branch("main", "main"))

test_stages_of_one_source_on_different_branches_are_mapped if {
	families.mapped == {0, 1} with input as samples.deliveries([_dev, _prd])
	dev := _dev
	families.is_mapped(dev) with input as samples.deliveries([dev, _prd])
}

test_one_stage_one_branch_or_a_version_maps_nothing if {
	every rows in [
		[_dev],
		[_dev, _row("prd", 3, samples.branch("dev", "develop"))],
		[_dev, _row("prd", 3, samples.semver("1.2.0"))],
		[_dev, _row("dev", 4, samples.branch("main", "main"))],
		[_dev, object.union(_prd, {"family": "git.acme.com/team-a/goldie deploy"})],
		[_dev, object.union(_prd, {"mode": "pipeline"})],
		[_dev, object.union(_prd, {"source": {"chart": "phippy"}})],
		[_dev, object.union(_prd, {"stage": null})],
	] {
		families.mapped == set() with input as samples.deliveries(rows)
	}
}

test_no_revision_and_main_are_one_line if {
	families.mapped == set() with input as samples.deliveries([_row("int", 2, samples.default_branch), _prd])
}

test_of_several_at_one_place_the_first_is_told if {
	families.mapped == {0, 2} with input as samples.deliveries([_dev, object.union(_dev, {"name": "second"}), _prd])
}

test_siblings_come_in_the_order_of_stages_with_their_branches if {
	dev := _dev
	found := families.siblings(dev) with input as samples.deliveries([_prd, _int, dev])
	families.others_words(found) == "stage `int` follows branch `release/1.3.0`, stage `prd` follows branch `main`"
	[sibling.at.line | some sibling in found] == [2, 3]
}

test_a_set_holds_the_mapping_only_when_it_makes_both if {
	dev := object.union(_dev, {"generated_by": "phippy"})
	prd := object.union(_prd, {"generated_by": "phippy"})
	families.mapped_in_set == {0, 1} with input as samples.deliveries([dev, prd])
	families.is_mapped_in_set(prd) with input as samples.deliveries([dev, prd])
	families.mapped_in_set == set() with input as samples.deliveries([dev, _prd])
	found := families.set_siblings(prd) with input as samples.deliveries([dev, prd])
	families.others_words(found) == "stage `dev` follows branch `dev`"
}
