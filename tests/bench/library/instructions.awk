# SPDX-License-Identifier: MIT
#
# From what callgrind wrote, a file for each run, to
# "instructions SUBJECT WORKLOAD SIZE CONTENDER NUMBER", the number for each operation.

sub(/^desc: Trigger: Client Request: /, "") { run = $0 }

$1 == "summary:" && run != "" {
	split(run, word, " ")
	print "instructions", word[1], word[2], word[3], word[4], $2 / word[5]
	run = ""
}
