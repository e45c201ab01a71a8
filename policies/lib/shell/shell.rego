# METADATA
# title: Commands that can be pasted into a shell
# description: Ref names may hold characters that a shell acts upon; a proposed command must not.
package lib.shell

import rego.v1

# `word` as one word of a POSIX shell: as it is where that is harmless, else in single quotes.
quote(word) := word if {
	regex.match(`^[A-Za-z0-9_./@%+=:,][A-Za-z0-9_./@%+=:,-]*$`, word)
} else := sprintf("'%s'", [replace(word, "'", `'\''`)])
