package lib["shell_test"]

import data.lib.shell
import rego.v1

test_a_harmless_word_stays_as_it_is if {
	shell.quote("feat/login-form@2.0+x") == "feat/login-form@2.0+x"
}

test_what_a_shell_acts_upon_is_quoted if {
	shell.quote("feat/$(reboot)") == "'feat/$(reboot)'"
	shell.quote("a;b") == "'a;b'"
	shell.quote("") == "''"
}

test_a_single_quote_is_closed_and_opened_again if {
	shell.quote("it's") == `'it'\''s'`
}

test_a_leading_dash_is_quoted_so_that_it_stands_out if {
	shell.quote("-f") == "'-f'"
}
