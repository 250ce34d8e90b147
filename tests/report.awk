# SPDX-License-Identifier: MIT
# Used by the script beside it, with tap.awk: reads documents, each after a line
# "\001FILE".

function finish(    i, cases)
{
	if (file == "")
		return
	cases = tap_end()
	for (i = 1; i <= cases; i++) {
		number[tap_state[i]]++
		if (tap_state[i] == "failed")
			print "FAILED  " file ": " tap_name[i] notes(tap_reason[i])
		else if (tap_state[i] == "skipped")
			print "skipped " file ": " tap_name[i] " (" \
				(tap_reason[i] ? tap_reason[i] : "no reason given") ")"
	}
}

function notes(text)
{
	sub(/\n+$/, "", text)
	gsub(/\n/, "\n        ", text)
	return text == "" ? "" : "\n        " text
}

/^\001/ {
	finish()
	file = substr($0, 2)
	tap_begin(1)
	next
}

{ tap_line($0) }

END {
	finish()
	passed = number["ok"] + 0
	failed = number["failed"] + 0
	if (!passed && !failed) {
		print "FAILED  nothing ran"
		failed = 1
	}
	skipped = number["skipped"] ? ", " number["skipped"] " skipped" : ""
	print passed " passed, " failed " failed" skipped
	exit failed > 0
}
