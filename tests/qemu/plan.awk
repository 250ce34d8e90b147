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
#	run-list FILE [EXCEPT...]
#		run every program beside FILE that FILE names, one a line
#	show PROGRAM [ARGUMENT...]
#		must exit with status 0; what it prints is shown and not judged
#	kunit FILE SUITE...
#		load a KUnit module, whose suites run then, and unload it
#	kmemleak
#		nothing leaked since the kernel booted
#	write FILE TEXT
#
# A PARAMETER may be NAME=@FILE: what the first line of FILE says.
#
# Lines that are no steps:
#
#	limit SECONDS		for each of the following steps (60)
#	logged TEXT		the kernel's log of the step before contains TEXT
#	may-skip PATTERN	cases "PROGRAM: CASE" that match may be skipped
#	memory MEGABYTES	of the guest (256)
#	cpus NUMBER		of the guest (2)
#	nodes NUMBER		of the guest's memory (1); each has its share of the
#				memory and one processor at least
#	clock host|instructions	what makes the guest's time go by (host); with
#				instructions, which goes with one cpu, measurements
#				repeat
#	pluggable MEGABYTES	of the guest's memory, besides, that can be unplugged (0);
#				amd64 only
#	guest-limit SECONDS	for the whole guest (600)
#	kernel WORD...		on the kernel's command line
#
# Out come the same lines, each step as "step SECONDS VERB WORD...".

BEGIN {
	OFS = "\t"
	words["insmod"] = words["rmmod"] = words["run"] = words["show"] = 1
	words["run-list"] = 1
	words["kmemleak"] = 0
	words["write"] = words["kunit"] = 2
	words["insmod-refused"] = 3
	split("limit logged may-skip memory cpus nodes pluggable clock guest-limit kernel", list)
	for (i in list)
		setting[list[i]] = 1
}

FNR == 1 { limit = 60 }

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

# The text of a word, from a file if it says so.
function value(text,    place, file, line)
{
	place = match(text, /^[a-z]+=@\//)
	if (!place)
		return text
	file = substr(text, RLENGTH)
	if ((getline line <(root file)) <= 0)
		refuse("nothing to read in " file)
	close(root file)
	return substr(text, 1, RLENGTH - 2) line
}

# What a step works with has to be in the guest: a path there is absolute.
function check_files(    place, line)
{
	if (verb == "write" || verb == "rmmod" || verb == "kmemleak")
		return
	place = verb == "insmod-refused" ? 4 : 2
	if (word[place] !~ /^\// || (getline line <(root word[place])) < 0)
		refuse("not in the guest: " word[place])
	close(root word[place])
}

function step(from, to,    i, line)
{
	check_files()
	line = "step" OFS limit
	for (i = from; i <= to; i++)
		line = line OFS value(word[i])
	print line
	steps++
}

function run_list(n,    file, directory, program, i, except, before)
{
	before = steps
	file = word[2]
	directory = file
	sub(/[^\/]*$/, "", directory)
	for (i = 3; i <= n; i++)
		except[word[i]] = 1
	while ((getline program <(root file)) > 0) {
		if (program in except) {
			delete except[program]
			continue
		}
		word[1] = "run"
		word[2] = directory program
		step(1, 2)
	}
	for (program in except)
		refuse(file " does not name " program)
	if (steps == before)
		refuse(file " names no programs")
}

{
	n = split_words($0)
	if (!n)
		next
	verb = word[1]
	delete word[n + 1]
	if (verb in words && n - 1 < words[verb])
		refuse(verb " needs " words[verb] " words or more")
	else if (verb == "limit" && !(word[2] > 0))
		refuse("no time limit")
	else if (verb == "limit")
		limit = word[2]
	else if (verb == "logged" && !steps)
		refuse("no step that could have logged anything")
	else if (verb == "run-list")
		run_list(n)
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
	if (!broken && !steps) {
		print FILENAME ": no steps" >"/dev/stderr"
		broken = 1
	}
	exit broken
}
