# SPDX-License-Identifier: MIT
#
# From what a guest left behind to cases: what was planned against what came. Used
# with tap.awk. Reads the plan as plan.awk writes it, then, each after a line
# "\001NAME", the lines of "findings", of "channel" (what the guest's first program
# wrote; see init/init.h) and of "console". In the environment are GUEST, its name,
# and TROUBLE, what the host has to say, for instance that it ended the guest.
# Writes TAP; the plan comes last and proves the end.
#
# A guest passes only if every step began and ended as it had to, in order, the
# closing line is there, and neither log nor console holds a finding. The exit
# status of the emulator says nothing: it is 0 after a panic.

BEGIN {
	FS = "\t"
	part = "plan"
	errnos = "EPERM 1 ENOENT 2 ENOMEM 12 EEXIST 17 EINVAL 22 ERANGE 34 EDQUOT 122"
	for (i = split(errnos, list, " "); i > 1; i -= 2)
		errno[list[i - 1]] = list[i]
}

/^\001/ {
	part = substr($0, 2)
	next
}

part == "plan" && $1 == "step" {
	planned_steps++
	verb[planned_steps] = $3
	words[planned_steps] = substr($0, length($1 FS $2 FS) + 1)
}

part == "plan" && $1 == "logged" {
	logged[planned_steps] = logged[planned_steps] $2 "\n"
}

part == "plan" && $1 == "may-skip" {
	may_skip[++skips] = glob_to_regex($2)
}

part == "findings" && !/^#/ && !/^$/ {
	findings = findings (findings == "" ? "" : "|") $0
}

part == "channel" && $0 != "" { channel_line($0) }

part == "console" && $0 ~ findings && found++ < 5 {
	guest_complains("console: " $0)
}

END {
	if (planned_steps == 0)
		guest_complains("there is no plan")
	for (s = 1; s <= planned_steps && s <= begun; s++)
		judge_step(s)
	judge_guest()
	print "1.." cases
}

function glob_to_regex(glob)
{
	gsub(/[][().+^$|\\{}]/, "\\\\&", glob)
	gsub(/\*/, ".*", glob)
	gsub(/\?/, ".", glob)
	return "^" glob "$"
}

# The first complaint is what matters; later ones follow from it.
function guest_complains(what)
{
	complaints = complaints what "\n"
}

function emit(title, state, why)
{
	cases++
	printf "%sok %d - %s: %s%s\n", state == "failed" ? "not " : "", cases,
		ENVIRON["GUEST"], title, state == "skipped" ? " # SKIP " why : ""
	if (state != "failed" || why == "")
		return
	sub(/\n+$/, "", why)
	gsub(/\n/, "\n# ", why)
	print "# " why
}

function channel_line(line,    number)
{
	sub(/\r$/, "", line)
	if (line ~ /^step [0-9]+ (begins|ends): /) {
		number = line
		gsub(/^step | (begins|ends): .*$/, "", number)
		if (line ~ /^step [0-9]+ begins/)
			step_begins(number + 0, line)
		else
			step_ends(number + 0, line)
	} else if (running && line ~ /^out: /)
		out[running] = out[running] substr(line, 6) "\n"
	else if (running && line ~ /^log: /)
		log_lines[running] = log_lines[running] substr(line, 6) "\n"
	else if (line ~ /^guest begins: [0-9]+ steps$/ && announced == "")
		announced = tap_word(line, 3) + 0
	else if (line ~ /^guest ends: [0-9]+ steps$/ && !running && ended == "")
		ended = tap_word(line, 3) + 0
	else
		guest_complains("unexpected line: " line)
}

function step_begins(number, line,    wanted)
{
	sub(/^[^:]*: /, "", line)
	if (running || number != begun + 1 || announced == "")
		guest_complains("step " number " begins out of order")
	wanted = words[number]
	gsub(FS, " ", wanted)
	if (line != wanted)
		guest_complains("step " number " is not the planned one: " line)
	running = ++begun
}

function step_ends(number, line)
{
	sub(/^[^:]*: /, "", line)
	if (!running || number != running)
		guest_complains("step " number " ends out of order")
	else
		end[running] = line
	running = 0
}

function judge_guest()
{
	if (announced != planned_steps)
		guest_complains((announced == "" ? "no" : announced) \
			" steps announced, " planned_steps " planned")
	if (begun + 0 != planned_steps)
		guest_complains((begun + 0) " steps begun, " planned_steps " planned")
	if (ended != planned_steps)
		guest_complains("no closing line: the guest was cut short")
	if (ENVIRON["TROUBLE"] != "")
		guest_complains(ENVIRON["TROUBLE"])
	emit("whole plan, clean end", complaints == "" ? "ok" : "failed", complaints)
}

# The cases of a step; the last of them is the step itself.
function judge_step(s,    why, title, inner)
{
	if (verb[s] == "run")
		inner = judge_program(s)
	else if (verb[s] == "kunit")
		inner = judge_suites(s)
	why = wrong_end(s) wrong_log(s) wrong_refusal(s) leaks(s)
	if ((verb[s] == "run" || verb[s] == "kunit") && !inner)
		why = why "no case ran\n"
	if (why != "")
		why = why last_lines(out[s], 20)
	title = words[s]
	gsub(FS, " ", title)
	emit(title, why == "" ? "ok" : "failed", why)
}

function last_lines(text, most,    lines, n, i, last)
{
	n = split(text, lines, "\n")
	for (i = n > most ? n - most : 1; i < n; i++)
		last = last "out: " lines[i] "\n"
	return last
}

function wrong_end(s,    wanted, name)
{
	split(words[s], name, FS)
	wanted = verb[s] == "insmod-refused" ? errno[name[2]] : 0
	if (wanted == "")
		return "this judge does not know " name[2] "\n"
	if (end[s] == "exit " wanted)
		return ""
	return (end[s] == "" ? "it never ended" : "it ended with " end[s]) \
		" instead of exit " wanted "\n"
}

function wrong_log(s,    lines, n, i, why)
{
	n = split(log_lines[s], lines, "\n")
	for (i = 1; i < n; i++)
		if (lines[i] ~ findings)
			why = why "kernel: " lines[i] "\n"
	n = split(logged[s], lines, "\n")
	for (i = 1; i < n; i++)
		if (!index(log_lines[s], lines[i]))
			why = why "the kernel did not log: " lines[i] "\n"
	return why
}

# Lines of the module, without the kernel's own remarks on foreign modules.
function wrong_refusal(s,    word, module, lines, n, i, own, text)
{
	if (verb[s] != "insmod-refused")
		return ""
	split(words[s], word, FS)
	module = word[4]
	gsub(/^.*\/|\..*$/, "", module)
	n = split(log_lines[s], lines, "\n")
	for (i = 1; i < n; i++)
		if (index(lines[i], module ": ") == 1 &&
		    lines[i] !~ /taint(s|ing) kernel/) {
			own++
			text = text lines[i] "\n"
		}
	if (own != 1)
		return (own + 0) " log lines instead of one\n" text
	if (index(text, word[3]))
		return ""
	return "the log line does not hold \"" word[3] "\": " text
}

# What the kernel itself lost while it booted is not ours.
function leaks(s,    objects, n, i, found)
{
	if (verb[s] != "kmemleak")
		return ""
	n = split(out[s], objects, "unreferenced object ")
	for (i = 2; i <= n; i++)
		if (objects[i] !~ /comm "swapper\/0"/)
			found = found "leaked: " objects[i]
	return found
}

function judge_document(text, prefix, numbered,    lines, n, i, title, state)
{
	tap_begin(numbered)
	n = split(text, lines, "\n")
	for (i = 1; i < n; i++)
		tap_line(lines[i])
	n = tap_end()
	for (i = 1; i <= n; i++) {
		title = prefix tap_name[i]
		state = tap_state[i]
		if (state == "skipped" && !skip_allowed(title))
			emit(title, "failed", "skipped, which the plan does not " \
				"allow: " tap_reason[i])
		else
			emit(title, state, tap_reason[i])
	}
	return n
}

function skip_allowed(title,    i)
{
	for (i = 1; i <= skips; i++)
		if (title ~ may_skip[i])
			return 1
	return 0
}

function judge_program(s,    word)
{
	split(words[s], word, FS)
	sub(/^.*\//, "", word[2])
	return judge_document(out[s], word[2] ": ", 1)
}

# Some kernels give every suite a plan of its own, which is there already, and the
# results of a parameter without any plan and only as far as there is room: what
# they add up to is the result of the case.
function suite_line(line)
{
	if (line == "1..1")
		return ""
	if (line ~ /^        (not )?ok /)
		sub(/^ +/, "&# ", line)
	return line "\n"
}

# Each suite's results are a document without the outermost plan. All suites that
# the kernel knows have to be in the plan: one that was forgotten there would not
# be missed when it no longer runs.
function judge_suites(s,    word, n, i, lines, text, current)
{
	n = split(words[s], word, FS)
	for (i = 3; i <= n; i++)
		text[word[i]] = "1..1\n"
	n = split(out[s], lines, "\n")
	for (i = 1; i < n; i++)
		if (lines[i] ~ /^# suite: /) {
			current = substr(lines[i], 10)
			if (!(current in text))
				emit(current, "failed", "a suite that is not planned")
		} else {
			text[current] = text[current] suite_line(lines[i])
		}
	n = split(words[s], word, FS)
	for (i = 3; i <= n; i++)
		judge_document(text[word[i]], "", 0)
	return n > 2
}
