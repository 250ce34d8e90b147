# SPDX-License-Identifier: MIT
#
# Was a mutant caught? Reads two documents as judge.awk of the directory above
# writes them: the cases of the module as it is, and those of the mutant, which are
# called "GUEST: CASE". In the environment are RED, the case that has to fail, where
# * stands for any text, and BECAUSE, a regular expression that a line of its notes
# has to match. Prints the case and succeeds; or what came instead, and fails.

BEGIN {
	red = ENVIRON["RED"]
	gsub(/[][().+?^$|\\{}]/, "\\\\&", red)
	gsub(/\*/, ".*", red)
	red = "^" red "$"
}

/^(not )?ok / {
	finish()
	failed = /^not/
	title = $0
	sub(/^[^:]*: /, "", title)
	notes = ""
	if (NR == FNR)
		green[title] = 1
}

/^# / && NR != FNR { notes = notes substr($0, 3) "\n" }

END {
	finish()
	if (caught != "")
		print substr(caught, 1, 70)
	else
		printf "%s", instead == "" ? "nothing failed\n" : instead
	exit caught == ""
}

# The case before this line is complete.
function finish()
{
	if (title == "" || !failed || caught != "")
		return
	if (title ~ red && because() && title in green)
		caught = title
	else
		instead = instead "failed: " title "\n"
	failed = 0
}

function because(    line, n, i)
{
	n = split(notes, line, "\n")
	for (i = 1; i < n; i++)
		if (line[i] ~ ENVIRON["BECAUSE"])
			return 1
	return ENVIRON["BECAUSE"] == ""
}
