# SPDX-License-Identifier: MIT
#
# From figures to the data of a plot: KIND (mean, worst) of the subject SUBJECT at the
# size SIZE. A row for each workload, a column for each contender,
# both named. What is not there is "?".

$1 == kind && $2 == subject && $4 == size {
	if (!($3 in rows)) {
		rows[$3] = 1
		row[++row_count] = $3
	}
	if (!($5 in columns)) {
		columns[$5] = 1
		column[++column_count] = $5
	}
	value[$3, $5] = $6
}

END {
	line = "workload"
	for (c = 1; c <= column_count; c++)
		line = line " " column[c]
	print line
	for (r = 1; r <= row_count; r++) {
		line = row[r]
		for (c = 1; c <= column_count; c++)
			line = line " " ((row[r], column[c]) in value ? \
				(value[row[r], column[c]] > 0.1 ? \
				 value[row[r], column[c]] : 0.1) : "?")
		print line
	}
}
