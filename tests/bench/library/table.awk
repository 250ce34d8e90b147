# SPDX-License-Identifier: MIT
#
# From the file of goals and the figures to tables in Markdown. What misses its goal
# is in bold.

FNR == 1 { file++ }
/^#/ || NF == 0 { next }
file == 1 { goal[++goals] = $0; next }

{
	if (!(($1, $2) in known))
		known[$1, $2] = 1
	if (!($2 in subjects)) {
		subject[++subject_count] = $2
		subjects[$2] = 1
	}
	if (!(($1, $2, $3, $4) in seen)) {
		seen[$1, $2, $3, $4] = 1
		row[$1, $2, ++rows[$1, $2]] = $3 " " $4
	}
	if (!(($2, $5) in entered)) {
		entered[$2, $5] = 1
		contender[$2, ++contenders[$2]] = $5
	}
	value[$1, $2, $3, $4, $5] = $6
	lower[$1, $2, $3, $4, $5] = $7
	upper[$1, $2, $3, $4, $5] = $8
}

function number(x)
{
	return sprintf(x >= 100 ? "%.0f" : x >= 10 ? "%.1f" : "%.2f", x)
}

# The ratio to whoever takes the least of those that are not this library's.
function best_of(s, w, z,    i, c, name)
{
	for (i = 1; i <= contenders[s]; i++) {
		c = contender[s, i]
		if (c ~ /^budgetmem/ || c == "array" || !(("mean", s, w, z, c) in value))
			continue
		if (name == "" || value["mean", s, w, z, c] < value["mean", s, w, z, name])
			name = c
	}
	best = name
	return name == "" ? "" : value["ratio", s, w, z, name]
}

function value_of(kind, s, w, z, c)
{
	if (kind == "best")
		return best_of(s, w, z)
	if (kind == "ratio")
		return value["ratio", s, w, z, c]
	if (!((kind, s, w, z, "budgetmem") in value))
		return ""
	if (c == "-")
		return value[kind, s, w, z, "budgetmem"]
	if (!value[kind, s, w, z, c])
		return ""
	return value[kind, s, w, z, "budgetmem"] / value[kind, s, w, z, c]
}

function spread(kind, s, w, z, c)
{
	if (kind == "best")
		c = best
	else if (kind != "ratio")
		return ""
	return " (" number(lower["ratio", s, w, z, c]) "-" \
		number(upper["ratio", s, w, z, c]) ")" (kind == "best" ? ", " c : "")
}

function print_goal(line,    word, text, x)
{
	split(line, word, " ")
	text = line
	if (word[1] == ".") {
		print "| **" substr(line, 3) "** | | | |"
		return
	}
	sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, "", text)
	x = value_of(word[1], word[2], word[3], word[4], word[5])
	if (x == "")
		print "| " text " | <= " word[6] " | - | |"
	else
		print "| " text " | <= " word[6] " | " number(x) \
			spread(word[1], word[2], word[3], word[4], word[5]) \
			" | " (x <= word[6] ? "met" : "**missed**") " |"
}

function cell(kind, s, w, z, c,    x)
{
	if (!((kind, s, w, z, c) in value))
		return "-"
	x = value[kind, s, w, z, c]
	if (kind != "mean")
		return number(x)
	return number(x) " (" number(lower[kind, s, w, z, c]) "-" \
		number(upper[kind, s, w, z, c]) ")"
}

function print_table(kind, s, title,    i, r, word, line, rule)
{
	if (!((kind, s) in known))
		return
	line = "| " title " | |"
	rule = "|---|---|"
	for (i = 1; i <= contenders[s]; i++) {
		line = line " " contender[s, i] " |"
		rule = rule "---|"
	}
	print "\n" line "\n" rule
	for (r = 1; r <= rows[kind, s]; r++) {
		split(row[kind, s, r], word, " ")
		line = "| " word[1] " | " word[2] " |"
		for (i = 1; i <= contenders[s]; i++)
			line = line " " cell(kind, s, word[1], word[2], contender[s, i]) " |"
		print line
	}
}

END {
	print "| | goal | value | |"
	print "|---|---|---|---|"
	for (i = 1; i <= goals; i++)
		print_goal(goal[i])
	for (i = 1; i <= subject_count; i++) {
		s = subject[i]
		print "\n### " toupper(substr(s, 1, 1)) substr(s, 2)
		print "\n![" s "](plots/" s ".svg)"
		print_table("mean", s, "ns an operation")
		print_table("worst", s, "worst operation, ns")
		print_table("value", s, "sizes")
		print_table("instructions", s, "instructions an operation")
	}
}
