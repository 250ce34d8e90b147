# SPDX-License-Identifier: MIT
#
# Reads a plan, says what is wrong with it, and writes it with tabs between the
# words, for the guest and for the judge. Variables: root, the directory with what
# the guest will hold.
#
# A plan has one step a line; words may be quoted with ' or "; # begins a comment.
#
#	insmod FILE [PARAMETER...]
#	insmod-refused ERRNO TEXT FILE [PARAMETER...]
#		must fail with that errno and log exactly one line of the module,
#		which contains TEXT
#	rmmod NAME
#	run PROGRAM [ARGUMENT...]
#		must print TAP and exit with status 0
#	run-list FILE
#		run every program that FILE names, one a line, beside FILE
#	show PROGRAM [ARGUMENT...]
#		must exit with status 0; what it prints is shown and not judged
#	kunit FILE SUITE...
#		load a KUnit module, whose suites run then, and unload it
#	kmemleak clear
#	kmemleak check
#		nothing leaked since
#	write FILE TEXT
#
# Lines that are no steps:
#
#	limit SECONDS		for each of the following steps (60)
#	logged TEXT		the kernel's log of the step before contains TEXT
#	may-skip PATTERN	cases "PROGRAM: CASE" that match may be skipped
#	memory SIZE		of the guest (256M)
#	cpus NUMBER		of the guest (2)
#	guest-limit SECONDS	for the whole guest (600)
#	kernel WORD...		on the kernel's command line
#
# Out come the same lines, each step as "step SECONDS VERB WORD...".

BEGIN {
	OFS = "\t"
	limit = 60
	words["insmod"] = words["rmmod"] = words["run"] = words["show"] = 1
	words["kmemleak"] = words["run-list"] = 1
	words["write"] = words["kunit"] = 2
	words["insmod-refused"] = 3
	split("limit logged may-skip memory cpus guest-limit kernel", list)
	for (i in list)
		setting[list[i]] = 1
}

# A broken plan must not run, so the first mistake ends everything.
function refuse(why)
{
	print FILENAME ":" FNR ": " why >"/dev/stderr"
	broken = 1
	exit 1
}

# Split line into word[1...]; returns how many.
function split_words(line,    i, c, quote, n, inside)
{
	n = inside = 0
	quote = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quote != "" && c == quote) {
			quote = ""
		} else if (quote == "" && (c == "'" || c == "\"")) {
			quote = c
			if (!inside++)
				word[++n] = ""
		} else if (quote == "" && (c == " " || c == "\t")) {
			inside = 0
		} else if (quote == "" && c == "#" && !inside) {
			break
		} else {
			if (!inside++)
				word[++n] = ""
			word[n] = word[n] c
		}
	}
	if (quote != "")
		refuse("a quote is not closed")
	return n
}

function step(from, to,    i, line)
{
	line = "step" OFS limit
	for (i = from; i <= to; i++)
		line = line OFS word[i]
	print line
	steps++
}

function run_list(file,    directory, program, found)
{
	directory = file
	sub(/[^\/]*$/, "", directory)
	while ((getline program <(root file)) > 0) {
		word[1] = "run"
		word[2] = directory program
		step(1, 2)
		found = 1
	}
	if (!found)
		refuse(file " names no programs")
}

{
	n = split_words($0)
	if (!n)
		next
	verb = word[1]
	if (verb in words && n - 1 < words[verb])
		refuse(verb " needs " words[verb] " words or more")
	else if (verb == "limit" && word[2] + 0 > 0)
		limit = word[2]
	else if (verb == "logged" && !steps)
		refuse("no step that could have logged anything")
	else if (verb == "run-list")
		run_list(word[2])
	else if (verb in words)
		step(1, n)
	else if (!(verb in setting) || n < 2)
		refuse("not a line of a plan: " $0)
	else {
		line = verb
		for (i = 2; i <= n; i++)
			line = line (verb == "kernel" && i > 2 ? " " : OFS) word[i]
		print line
	}
}

END {
	if (!broken && !steps)
		refuse("no steps")
	exit broken
}
