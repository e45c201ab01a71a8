# METADATA
# title: File does not parse
# description: A file that no tool can read takes part in nothing, and no rule can judge it; the next deployment fails or keeps the old state.
# custom:
#   severity: error
#   reads: [files]
#   kinds: []
#   gates: []
#   sources: [S0.16]
#   formerly: []
#   options:
#     repeats: ["**/.cirrus.yml", "**/.cirrus.yaml"]
package rules.files["does-not-parse"]

import rego.v1

report contains violation if {
	some file in input.files
	file.class == "broken"

	violation := {
		"message": sprintf("%s does not parse: %s", [file.path, file.reason]),
		"at": file.at,
		"fix": _fix(file.reason),
		"subject": "does not parse",
	}
}

# It can be read, but not by everybody in the same way.
report contains violation if {
	some file in input.files
	file.class == "parsed"
	some problem in file.problems
	not _may_repeat(file.path)

	violation := {
		"message": sprintf("%s: some tools refuse the file, others take the last one", [problem.message]),
		"at": problem.at,
		"fix": "keep one of them",
		"severity": "warning",
		"subject": problem.message,
	}
}

# Formats in which a key given twice is a list.
_may_repeat(path) if {
	some pattern in input.options.repeats
	flowgate.glob(pattern, path)
}

_fix(reason) := "decide between the two sides and remove the lines <<<<<<<, ======= and >>>>>>>" if {
	contains(lower(reason), "conflict")
} else := "mend the line, or, if the file is a template, exclude it: `exclude` in flowgate.yaml"
