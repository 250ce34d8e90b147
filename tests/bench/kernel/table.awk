# SPDX-License-Identifier: MIT
#
# From figures to a table in Markdown, a column for each guest. Reads the file "rows",
# then the files that figures.awk wrote. What misses its goal is in bold.

FNR == 1 { file++ }

file == 1 && !/^#/ {
	rows++
	figure[rows] = $1
	if ($1 != ".") {
		goal[rows] = $2
		unit[rows] = $3
		sub(/^[^ ]+ [^ ]+ [^ ]+ /, "")
	} else {
		sub(/^\. /, "")
	}
	text[rows] = $0
}

file > 1 && $1 == "machine" { machine[file] = substr($0, 9) }

file > 1 && $1 != "machine" {
	median[file, $1] = $2
	least[file, $1] = $3
	most[file, $1] = $4
}

function number(value, what)
{
	if (what == "B" || what == "i")
		return sprintf("%.0f", value)
	if (what == "b")
		return sprintf("%.2f", value)
	return sprintf("%.3f", value)
}

function cell(f, row,    name, value, shown)
{
	name = figure[row]
	if (!((f, name) in median))
		return "-"
	value = median[f, name]
	shown = number(value, unit[row])
	if (goal[row] != "-" && value > goal[row])
		shown = "**" shown "**"
	if (most[f, name] != "" && unit[row] == "x")
		shown = shown " (" number(least[f, name], "x") "-" \
			number(most[f, name], "x") ")"
	return shown
}

function shown_goal(row)
{
	return goal[row] == "-" ? "" : "<= " goal[row]
}

END {
	head = "| | goal |"
	line = "|---|---|"
	for (f = 2; f <= file; f++) {
		head = head " " machine[f] " |"
		line = line "---|"
		blank = blank " |"
	}
	print head
	print line
	for (row = 1; row <= rows; row++) {
		if (figure[row] == ".") {
			print "| **" text[row] "** | |" blank
			continue
		}
		printf "| %s | %s |", text[row], shown_goal(row)
		for (f = 2; f <= file; f++)
			printf " %s |", cell(f, row)
		print ""
	}
}
