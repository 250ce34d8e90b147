# SPDX-License-Identifier: MIT
#
# From samples to figures. Reads what runner.cpp says that it prints, and
# "instructions SUBJECT WORKLOAD SIZE CONTENDER NUMBER". Writes those but for "time",
# and of its rounds the median, the lower and the upper quartile:
#
#	mean SUBJECT WORKLOAD SIZE CONTENDER NANOSECONDS LOWER UPPER
#	ratio SUBJECT WORKLOAD SIZE CONTENDER RATIO LOWER UPPER	what this library takes,
#			divided by what the contender takes in the same round
#	aging SUBJECT WORKLOAD SIZE CONTENDER RATIO	its last ten rounds of 100 against
#			its first ten

$1 != "time" { print; next }

{
	task = $2 " " $3 " " $4
	if (!((task, $6) in last))
		tasks[++count] = task SUBSEP $6
	time[task, $6, $5] = $7
	last[task, $6] = $5
}

# Collects values; the functions below say what they are, and forget them.
function add(value,    i)
{
	for (i = ++n; i > 1 && sorted[i - 1] > value; i--)
		sorted[i] = sorted[i - 1]
	sorted[i] = value
}

# The value that a part of all is below.
function quantile(part,    place, below)
{
	place = 1 + part * (n - 1)
	below = int(place)
	if (below == n)
		return sorted[n]
	return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below])
}

function figure(name)
{
	print name, quantile(0.5), quantile(0.25), quantile(0.75)
	n = 0
}

function median_of(task, contender, first, end,    r, median)
{
	for (r = first; r <= end; r++)
		add(time[task, contender, r])
	median = quantile(0.5)
	n = 0
	return median
}

function figures_of(task, contender,    r, rounds)
{
	rounds = last[task, contender]
	for (r = 1; r <= rounds; r++)
		add(time[task, contender, r])
	figure("mean " task " " contender)
	if ((task, "budgetmem") in last && contender != "budgetmem") {
		for (r = 1; r <= rounds; r++)
			add(time[task, "budgetmem", r] / time[task, contender, r])
		figure("ratio " task " " contender)
	}
	if (rounds == 100)
		print "aging", task, contender, median_of(task, contender, 91, 100) / \
			median_of(task, contender, 1, 10)
}

END {
	for (i = 1; i <= count; i++) {
		split(tasks[i], key, SUBSEP)
		figures_of(key[1], key[2])
	}
}
