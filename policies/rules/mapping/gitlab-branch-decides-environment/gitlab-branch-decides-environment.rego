# METADATA
# title: A branch decides to which environment GitLab CI deploys
# description: A push to a branch changes a stage, so that what runs there is not a version that was tested in the stage before.
# custom:
#   severity: error
#   reads: [deliveries]
#   kinds: []
#   gates: []
#   sources: [S0.17, S0.18, S2.5]
#   formerly: []
#   options:
#     one_branch_for_all: false
package rules.mapping["gitlab-branch-decides-environment"]

import data.lib.pipelines
import rego.v1

report contains violation if {
	some [i, how] in pipelines.deciding["gitlab-ci"]
	_is_told(how)

	violation := object.union(pipelines.violation(input.deliveries[i], how), {"fix": "run the job for release tags, `rules: [{if: '$CI_COMMIT_TAG =~ /^[0-9]+[.][0-9]+[.][0-9]+$/'}]`, and choose the stage by a job of its own with `when: manual`"})
}

# One branch that serves every stage does not decide which; whether that is told is the user's choice.
_is_told(how) if how != "shared"

_is_told("shared") if input.options.one_branch_for_all
