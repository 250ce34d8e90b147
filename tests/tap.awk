# SPDX-License-Identifier: MIT
#
# The Test Anything Protocol, as programs and kernel modules speak it (KTAP).
# Functions for other awk programs:
#
#	tap_begin(numbered)	a new document; numbered: results count from 1
#	tap_line(line)		its next line
#	tap_end()		returns the number of cases, which are then in
#				tap_name[], tap_state[] ("ok", "failed", "skipped")
#				and tap_reason[], from 1
#
# A document is a plan "1..N" and N results, or several such groups one after the
# other. A result may stand for a group before it that is indented by four spaces
# more. Whatever is incomplete becomes a failed case: silence is never success.
#
# An open group at a depth is kept in
#	group_planned[depth]	N, or -1 before the plan came
#	group_seen[depth]	results so far
#	group_count[depth]	cases so far, which are in group_name[],
#				group_state[] and group_reason[] [depth, 1...]

function tap_begin(numbered)
{
	tap_numbered = numbered
	tap_done = 0
	tap_notes = tap_running = ""
	tap_depth = -1
	tap_open(0)
}

function tap_line(line,    text, depth)
{
	sub(/\r$/, "", line)
	text = line
	sub(/^ +/, "", text)
	depth = int((length(line) - length(text)) / 4)
	if (text ~ /^1\.\.[0-9]+/)
		tap_plan(depth, text)
	else if (text ~ /^(not )?ok( |$)/)
		tap_result(depth, text)
	else if (text ~ /^Bail out!/)
		tap_add(0, "bail out", "failed", text)
	else if (text ~ /^# +RUN /)
		# The kernel's selftest harness names a test before it runs, and
		# leaves the name out of the result if the test is skipped.
		tap_running = tap_word(text, 3)
	else if (text ~ /^#/)
		tap_notes = tap_notes substr(text, 3) "\n"
}

function tap_end(    inner)
{
	inner = tap_close(1)
	if (inner)
		tap_add(0, "plan", "failed", inner " results outside any result")
	tap_complain(0)
	tap_take()
	return tap_done
}

function tap_word(text, number,    words)
{
	split(text, words, " ")
	return words[number]
}

function tap_open(depth)
{
	while (tap_depth < depth) {
		tap_depth++
		group_planned[tap_depth] = -1
		group_seen[tap_depth] = group_count[tap_depth] = 0
	}
}

function tap_add(depth, a_name, a_state, a_reason,    i)
{
	i = ++group_count[depth]
	group_name[depth, i] = a_name
	group_state[depth, i] = a_state
	group_reason[depth, i] = a_reason
}

function tap_complain(depth)
{
	if (group_planned[depth] < 0)
		tap_add(depth, "plan", "failed",
			group_seen[depth] " results and no plan")
	else if (group_planned[depth] != group_seen[depth])
		tap_add(depth, "plan", "failed",
			group_seen[depth] " results, " group_planned[depth] " planned")
}

# The outermost group ends: its cases are the document's.
function tap_take(    i)
{
	for (i = 1; i <= group_count[0]; i++) {
		tap_done++
		tap_name[tap_done] = group_name[0, i]
		tap_state[tap_done] = group_state[0, i]
		tap_reason[tap_done] = group_reason[0, i]
	}
}

function tap_plan(depth, text,    planned_now)
{
	tap_open(depth)
	planned_now = substr(text, 4) + 0
	if (depth == 0 && group_planned[0] > 0 &&
	    group_planned[0] == group_seen[0]) {
		tap_take()
		tap_depth = -1
		tap_open(0)
	}
	if (group_planned[depth] >= 0)
		tap_add(depth, "plan", "failed", "a second plan")
	group_planned[depth] = planned_now
	if (planned_now == 0)
		tap_add(depth, "all", "skipped", tap_skip_reason(text))
}

# Text of a directive "# SKIP text"; sets tap_directive to whether there is one.
function tap_skip_reason(text,    place)
{
	place = match(tolower(text), /(^| )# *skip/)
	tap_directive = place > 0
	if (!place)
		return ""
	text = substr(text, place + RLENGTH)
	sub(/^[^ ]* */, "", text)
	return text
}

# Close the groups at depth and below; their cases go to the group above them,
# which returns how many these are.
function tap_close(depth,    moved, i)
{
	moved = 0
	while (tap_depth >= depth) {
		if (group_count[tap_depth] || group_planned[tap_depth] >= 0)
			tap_complain(tap_depth)
		moved = group_count[tap_depth]
		for (i = 1; i <= moved; i++)
			tap_add(tap_depth - 1, group_name[tap_depth, i],
				group_state[tap_depth, i], group_reason[tap_depth, i])
		tap_depth--
	}
	return moved
}

function tap_result(depth, text,    inner, failed, number, title, skip, i, red)
{
	tap_open(depth)
	inner = tap_close(depth + 1)
	group_seen[depth]++
	failed = sub(/^not ok ?/, "", text)
	sub(/^ok ?/, "", text)
	number = match(text, /^[0-9]+/) ? substr(text, 1, RLENGTH) : ""
	sub(/^[0-9]* *(- *)?/, "", text)
	skip = tap_skip_reason(text)
	title = text
	if (tap_directive)
		sub(/(^| )# *[Ss][Kk][Ii][Pp].*/, "", title)
	if (title == "")
		title = tap_running != "" ? tap_running : number

	i = group_count[depth] - inner
	while (++i <= group_count[depth]) {
		group_name[depth, i] = title ": " group_name[depth, i]
		red = red || group_state[depth, i] == "failed"
	}
	if (failed && !red)
		tap_add(depth, title, "failed", tap_notes)
	else if (!inner)
		tap_add(depth, title, tap_directive ? "skipped" : "ok", skip)
	if (tap_numbered && number != "" && number != group_seen[depth])
		tap_add(depth, title, "failed",
			"number " number " came as number " group_seen[depth])
	tap_notes = tap_running = ""
}
