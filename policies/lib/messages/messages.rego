# METADATA
# title: Commit messages and how they are mended
# description: Which messages people answer for, and the command that changes one.
package lib.messages

import rego.v1

# A message that a person wrote and can be asked to change. Merges are Git's and the host's; exempt subjects are written by tools.
is_judged(commit) if {
	not commit.is_bot
	not commit.is_exempt
	commit.class != "merge"
}

# How much a finding about a message weighs at most. What is pushed for review only may still be squashed or reworded.
severity(commit) := "warning" if {
	commit.lands == false
} else := "error"

# How to give a commit another subject; one that is not made yet only needs other words.
reword(commit, subject) := sprintf("write this subject instead: %s", [_shown(subject)]) if {
	commit.commit == null
} else := sprintf("git rebase -i %s^ and reword it: %s", [short(commit), _shown(subject)])

# A whole file in one line says no more than its beginning.
_shown(subject) := sprintf("%s...", [substring(subject, 0, 72)]) if {
	count(subject) > 500
} else := subject

# A place in the message.
place(commit, line, column) := object.union(commit.at, {"line": line, "column": column})

# The commit's id as people quote it.
short(commit) := substring(commit.commit, 0, 12)

# The subject as it appears in a sentence.
subject(commit) := sprintf("%s...", [substring(commit.subject, 0, 72)]) if {
	count(commit.subject) > 75
} else := commit.subject

# `feat(cart)!: add x`; any part but the type and the description may be missing.
compose(type, scope, mark, description) := sprintf("%s(%s)%s: %s", [type, scope, mark, description]) if {
	scope != null
} else := sprintf("%s%s: %s", [type, mark, description])

# The type of the flow that somebody meant who wrote `word`: another spelling, a known other word, or the nearest one.
meant(word, synonyms) := lower(word) if {
	lower(word) in data.flow.commits.types
} else := synonyms[lower(word)] if {
	synonyms[lower(word)] in data.flow.commits.types
} else := flowgate.nearest(lower(word), data.flow.commits.types)

# The type of a change that only touches documentation, tests, pipelines or the build. Undefined for any other: what a change of the
# program or of what is deployed means, only its author knows.
type_of_paths(paths) := type if {
	is_array(paths)
	count(paths) > 0

	# Nobody writes a message like that for thousands of files, and each costs several regular expressions.
	count(paths) <= 1000
	types := {_type_of_path(lower(path)) | some path in paths}
	count(types) == 1
	some type in types
	type in data.flow.commits.types
}

# Tests first: a page or a lock file among them is test data.
_type_of_path(path) := "test" if {
	_is_test(path)
} else := "ci" if {
	_is_ci(path)
} else := "build" if {
	_is_build(path)
} else := "docs" if {
	_is_docs(path)
} else := ""

_name(path) := regex.replace(path, `^.*/`, "")

_is_test(path) if regex.match(`(?:^|/)(?:tests|__tests__|testdata|src/test)/`, path)

# `test` is a stage as well, and then its folder holds manifests.
_is_test(path) if {
	regex.match(`(?:^|/)test/`, path)
	regex.match(`\.(?:rs|go|py|js|jsx|ts|tsx|mjs|java|kt|scala|rb|php|cs|c|cc|cpp|h|hpp|sh|bats|ex|exs|swift)$`, path)
}

_is_test(path) if regex.match(`^(?:test_.+\.py|conftest\.py|.+_test\.(?:go|py|rego|rb|exs|c|cc|cpp|dart)|.+_spec\.rb|.+[._-](?:test|spec)\.[cm]?[jt]sx?)$`, _name(path))

_is_ci(path) if regex.match(`^(?:\.github/(?:workflows|actions)|\.gitlab/ci|\.circleci|\.woodpecker|\.buildkite|\.tekton)/.+$`, path)

_is_ci(path) if regex.match(`^(?:\.gitlab-ci|\.travis|\.drone|\.woodpecker|\.?appveyor|bitbucket-pipelines|azure-pipelines(?:[.-][a-z0-9-]+)?|cloudbuild)\.ya?ml$|^jenkinsfile(?:\.[a-z0-9-]+)?$`, _name(path))

_is_build(path) if _name(path) in {
	"cargo.lock", "cargo.toml", "package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
	"poetry.lock", "uv.lock", "pdm.lock", "pipfile", "pipfile.lock", "pyproject.toml", "setup.py", "setup.cfg", "gemfile", "gemfile.lock",
	"composer.json", "composer.lock", "go.mod", "go.sum", "go.work", "go.work.sum", "pom.xml", "build.gradle", "build.gradle.kts",
	"settings.gradle", "settings.gradle.kts", "gradle.lockfile", "gradle.properties", "build.sbt", "makefile", "gnumakefile", "cmakelists.txt",
	"meson.build", "justfile", "taskfile.yml", "taskfile.yaml", "build.bazel", "module.bazel", "module.bazel.lock", "flake.lock", "chart.lock",
	"mix.exs", "mix.lock", "build.rs",
}

_is_build(path) if {
	regex.match(`^(?:docker|container)file(?:\.[a-z0-9_-]+)?$|^[a-z0-9_-]+\.(?:docker|container)file$|^requirements(?:[-_][a-z0-9-]+)?\.txt$`, _name(path))
	not regex.match(`\.(?:md|rst|adoc)$`, path)
}

_is_docs(path) if regex.match(`\.(?:md|markdown|mdx|rst|adoc|asciidoc)$`, path)

_is_docs(path) if _name(path) in {"readme", "readme.txt", "changelog", "changelog.txt", "license", "license.txt", "authors", "contributing", "copying", "notice"}

# In the folder of the documentation its pictures and pages too; its scripts and manifests may be anything.
_is_docs(path) if regex.match(`^docs?/.*\.(?:txt|html?|css|png|jpe?g|gif|svg|webp|drawio|puml|mmd|pdf)$`, path)
