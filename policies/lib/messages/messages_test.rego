package lib["messages_test"]

import data.lib.messages
import rego.v1

_commit := {"commit": "0123456789abcdef0123", "at": {"commit": "0123456789abcdef0123"}, "subject": "x", "class": "normal", "is_bot": false, "is_exempt": false}

test_people_answer_for_their_own_messages if {
	messages.is_judged(_commit)
	not messages.is_judged(object.union(_commit, {"is_bot": true}))
	not messages.is_judged(object.union(_commit, {"is_exempt": true}))
	not messages.is_judged(object.union(_commit, {"class": "merge"}))
}

test_what_does_not_land_yet_is_only_warned_about if {
	messages.severity(object.union(_commit, {"lands": false})) == "warning"
	messages.severity(object.union(_commit, {"lands": true})) == "error"
	messages.severity(object.union(_commit, {"lands": null})) == "error"
}

test_a_commit_is_reworded_by_rebase_and_a_message_at_once if {
	messages.reword(_commit, "feat: x") == "git rebase -i 0123456789ab^ and reword it: feat: x"
	messages.reword(object.union(_commit, {"commit": null}), "feat: x") == "write this subject instead: feat: x"
}

test_a_subject_without_end_is_cut_in_the_advice if {
	long := concat("", ["a" | some _ in numbers.range(1, 600)])
	advice := messages.reword(object.union(_commit, {"commit": null}), long)
	endswith(advice, "aaa...")
	count(advice) < 120
}

test_a_place_keeps_what_the_commit_says if {
	messages.place(_commit, 2, 3) == {"commit": "0123456789abcdef0123", "line": 2, "column": 3}
}

test_a_long_subject_is_cut if {
	long := concat("", ["a" | some _ in numbers.range(1, 100)])
	count(messages.subject({"subject": long})) == 75
	messages.subject({"subject": "feat: x"}) == "feat: x"
}

test_a_subject_is_composed_of_what_there_is if {
	messages.compose("feat", "cart", "!", "add x") == "feat(cart)!: add x"
	messages.compose("feat", null, "", "add x") == "feat: add x"
}

test_the_meant_type_is_found if {
	flow := {"commits": {"types": ["feat", "fix", "docs"]}}
	found := [messages.meant(word, {"feature": "feat"}) | some word in ["Feat", "feature", "feet", "doc", "zzzzzz"]] with data.flow as flow
	found == ["feat", "feat", "feat", "docs"]
}

_types := {"commits": {"types": ["feat", "docs", "ci", "test", "build"]}}

_is_of(type, paths) if {
	found := messages.type_of_paths(paths) with data.flow as _types
	found == type
}

_is_open(path) if {
	not _is_of("docs", [path])
	not _is_of("ci", [path])
	not _is_of("test", [path])
	not _is_of("build", [path])
}

test_documentation_is_docs if {
	paths := ["README.md", "docs/guide/index.rst", "docs/picture.PNG", "LICENSE", "a/b/CHANGELOG", ".github/PULL_REQUEST_TEMPLATE.md", "services/cart/notes.adoc"]
	_is_of("docs", paths)
	wrong := {path | some path in paths; not _is_of("docs", [path])}
	wrong == set()
}

test_pipelines_are_ci if {
	paths := [".gitlab-ci.yml", "cart/.gitlab-ci.yml", ".github/workflows/ci.yaml", ".github/actions/setup/action.yml", ".circleci/config.yml", "Jenkinsfile", "azure-pipelines-release.yml", ".gitlab/ci/deploy.yml"]
	wrong := {path | some path in paths; not _is_of("ci", [path])}
	wrong == set()
}

test_tests_are_test if {
	paths := ["tests/cart.rs", "cart/tests/data/a.yaml", "cart_test.go", "test_cart.py", "src/cart.spec.ts", "src/test/java/CartTest.java", "src/test/resources/a.yaml", "test/cart.sh", "policies/a_test.rego", "tests/README.md"]
	wrong := {path | some path in paths; not _is_of("test", [path])}
	wrong == set()
}

test_lock_and_build_files_are_build if {
	paths := ["Cargo.lock", "web/package.json", "go.sum", "Dockerfile", "cart/Dockerfile.dev", "cart.dockerfile", "requirements.txt", "requirements-dev.txt", "CMakeLists.txt", "docs/Makefile"]
	wrong := {path | some path in paths; not _is_of("build", [path])}
	wrong == set()
}

test_what_looks_alike_is_open if {
	paths := [
		"src/docs/render.rs", "docs/conf.py", "docs/values.yaml", "robots.txt", "notes.txt", ".github/dependabot.yml", ".github/CODEOWNERS",
		"docs/.github/workflows.yml", "apps/test/values.yaml", "envs/test/kustomization.yaml", "latest/cart.go", "contest.py", "spec/api.yaml",
		"testing.md.rs", "src/makefile_parser.c", "makefiles/a.rs", "Dockerfile.md.j2.rs", "deploy/prd/values.yaml", "workflows/ci.yml", "",
	]
	wrong := {path | some path in paths; not _is_open(path)}
	wrong == set()
}

test_a_mixture_and_nothing_are_open if {
	not _is_of("docs", ["README.md", "src/main.rs"])
	not _is_of("docs", ["README.md", "tests/a.rs"])
	not _is_of("docs", [])
	not _is_of("docs", [sprintf("%d.md", [n]) | some n in numbers.range(1, 1001)])
}

test_a_type_that_is_not_agreed_is_not_proposed if {
	found := [type | type := messages.type_of_paths(["README.md"])] with data.flow as {"commits": {"types": ["feat"]}}
	found == []
}
