package lib.samples_test

import data.lib.samples
import rego.v1

test_a_part_that_is_given_leaves_the_rest_as_it_was if {
	delivery := samples.delivery({"stage": "dev", "revision": samples.branch("dev", "develop"), "at": {"line": 3}})
	delivery.stage == "dev"
	delivery.tool == "argocd"
	delivery.revision.branch_role == "develop"
	delivery.revision.known == "grammar"
	delivery.at.line == 3
	delivery.at.path == "apps/phippy.yaml"
}

test_names_and_deliveries_become_the_input_of_a_rule if {
	samples.deliveries([samples.delivery({})]).deliveries[0].name == "app-phippy-prd"
	samples.names([samples.name({"role": "namespace"})]).names[0].role == "namespace"
	samples.names([]).naming.applies
}

test_a_version_with_a_dash_is_a_candidate if {
	samples.semver("1.3.0-rc.1").is_prerelease
	not samples.semver("1.3.0").is_prerelease
}
