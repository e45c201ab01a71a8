package lib.deliveries_test

import data.lib.deliveries
import data.lib.samples
import rego.v1

_line(revision) := deliveries.line(samples.delivery({"revision": revision}))

test_a_thing_is_called_by_what_a_person_wrote if {
	deliveries.title(samples.delivery({})) == "Application `app-phippy-prd`"
	deliveries.title(samples.delivery({"generated_by": "phippy"})) == "ApplicationSet `phippy`"
	deliveries.title(samples.delivery({"tool": "flux", "kind": "flux.HelmRelease", "name": "phippy"})) == "HelmRelease `phippy`"
	deliveries.title(samples.delivery({"tool": "gitlab-ci", "kind": "gitlab.ci", "name": "deploy"})) == "job `deploy`"
	deliveries.title(samples.delivery({"name": null})) == "this Application"
}

test_branches_are_lines_and_the_default_branch_is_one_without_a_name if {
	_line(samples.branch("release/1.2.0", "release")) == "release/1.2.0"
	_line(samples.default_branch) == ""
	not _line(samples.semver("1.2.0"))
}

test_main_may_be_the_default_branch_until_the_refs_are_known if {
	_line(samples.branch("main", "main")) == ""
	_line(object.union(samples.branch("main", "main"), {"known": "refs-lock"})) == "main"
}

test_a_message_says_which_branch_and_whether_it_is_written if {
	deliveries.branch_words(samples.branch("main", "main")) == "branch `main`"
	deliveries.branch_words(samples.delivery({"revision": samples.default_branch}).revision) == "`HEAD`, the default branch"
	deliveries.branch_words({"text": null, "class": "default", "branch": null}) == "the default branch, because no revision is given"
	deliveries.line_words(samples.delivery({"revision": samples.branch("dev", "develop")})) == "branch `dev`"
	deliveries.line_words(samples.delivery({"revision": samples.default_branch})) == "the default branch"
}

test_only_a_word_that_was_taken_for_a_branch_is_doubtful if {
	doubt := " (a branch by its spelling; `flowgate refs update` finds out)"
	by_spelling := object.union(samples.branch("dev", "develop"), {"known": "grammar"})
	deliveries.doubt(by_spelling) == doubt
	deliveries.doubt(object.union(by_spelling, {"known": "refs-lock"})) == ""
	deliveries.doubt(object.union(by_spelling, {"text": "refs/heads/dev"})) == ""
	deliveries.doubt(object.union(samples.default_branch, {"known": "grammar"})) == ""
}

test_what_one_template_says_of_one_stage_shares_a_place if {
	one := samples.delivery({"name": "a"})
	deliveries.place(one) == deliveries.place(samples.delivery({"name": "b"}))
	deliveries.place(one) != deliveries.place(samples.delivery({"stage": "int"}))
	deliveries.place(samples.delivery({"stage": null, "stages": ["dev", "prd"]})) == [one.at, ["dev", "prd"]]
}
