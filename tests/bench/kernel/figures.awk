# SPDX-License-Identifier: MIT
#
# From the samples of one guest to figures. Reads what bench.h says and, from the host,
#
#	machine TEXT
#	size plain|notrace code|data|init|tables|file BYTES
#
# Writes "FIGURE VALUE" or, for what was measured in rounds, "FIGURE MEDIAN LEAST MOST",
# of the ratios or differences of each round.

$1 == "machine" { print }
$1 == "size" {
	builds[$2] = kinds[$3] = 1
	size[$2, $3] = $4
}

$1 == "loaded" { print "loaded", $2 }

# Round 0 warms up.
$1 == "lap" && $2 > 0 {
	rounds = $2
	sources[$3] = sizes[$4] = 1
	step[$3, $4, $5, $2] += $6
	life[$3, $4, $2] += $6
}

$1 == "call" && $2 > 0 {
	rounds = $2
	calls[$3] = 1
	call[$3, $2] = $4 / $5
}

$1 == "crowd" && $2 > 0 {
	rounds = $2
	crowd[$3, $4, $2] = $5 / $6
}

$1 == "pieces" && $2 > 0 { pieces[$3, $2] = $4 / $5 }

$1 == "budget" {
	bytes[$2] = $3
	pools[$2] = $4
	clients[$2] = $5
	overhead[$2] = $6
}

# Collects the values of the rounds, then figure() prints what they are.
function add(value,    i)
{
	for (i = ++count; i > 1 && sorted[i - 1] > value; i--)
		sorted[i] = sorted[i - 1]
	sorted[i] = value
}

function figure(name,    middle)
{
	if (!count)
		return
	middle = int((count + 1) / 2)
	printf "%s %.6g %.6g %.6g\n", name,
		(sorted[middle] + sorted[count + 1 - middle]) / 2,
		sorted[1], sorted[count]
	count = 0
}

function create_and_map(source, bytes, r)
{
	return step[source, bytes, "create", r] + step[source, bytes, "map", r]
}

function against(other, bytes,    r)
{
	if (!(other in sources))
		return
	for (r = 1; r <= rounds; r++)
		add(create_and_map("pool", bytes, r) / create_and_map(other, bytes, r))
	figure("map/" bytes "/" other)
	for (r = 1; r <= rounds; r++)
		add(life["pool", bytes, r] / life[other, bytes, r])
	figure("life/" bytes "/" other)
}

# Nanoseconds a page: what 16 MiB take more than 1 MiB, divided by the pages more.
function per_page(source, name,    r, more)
{
	if (!((source, 16777216, name, 1) in step))
		return
	for (r = 1; r <= rounds; r++) {
		more = step[source, 16777216, name, r] - step[source, 1048576, name, r]
		add(more / 3840)
	}
	figure("page/" source "/" name)
}

function memory_figures(    bytes, source, i, names, n)
{
	for (bytes in sizes) {
		against("memfd", bytes)
		against("heap", bytes)
	}
	n = split("open create map store unmap close", names, " ")
	for (source in sources)
		for (i = 1; i <= n; i++)
			per_page(source, names[i])
}

function call_figures(    name, r)
{
	for (name in calls) {
		for (r = 1; r <= rounds; r++)
			add(call["query", r] / call[name, r])
		figure("query/" name)
		for (r = 1; r <= rounds; r++)
			add(call[name, r])
		figure("call/" name)
	}
}

function crowd_figure(who, name,    r)
{
	for (r = 1; (who, name, r) in crowd; r++)
		add(crowd[who, name, r] / crowd["few", name, r])
	figure(who "/" name)
}

function crowd_figures(    i, n, names, r)
{
	n = split("create name offset destroy", names, " ")
	for (i = 1; i <= n; i++) {
		crowd_figure("many", names[i])
		crowd_figure("largest", names[i])
		for (r = 1; ("few", names[i], r) in crowd; r++)
			add(crowd["few", names[i], r])
		figure("few/" names[i])
	}
	for (r = 1; ("pieces", r) in pieces; r++)
		add(pieces["pieces", r] / pieces["whole", r])
	figure("pieces/create")
}

# What a budget takes more than the smallest, divided by what it has more.
function record(name, budget, has)
{
	value[name] = (overhead[budget] - overhead["base"]) / \
		(has[budget] - has["base"])
	print "record/" name, value[name]
}

function record_figures(    budget)
{
	record("pool", "pools", pools)
	record("pool+1", "pools-plus-1", pools)
	record("client", "clients", clients)
	for (budget in bytes)
		pages[budget] = bytes[budget] / 4096
	record("page", "pages", pages)
	print "record/large", value["pool+1"] + 4096 * (value["page"] - 8)
	print "record/budget", overhead["base"]
}

function size_figures(    which, kind, total)
{
	for (which in builds) {
		total = 0
		for (kind in kinds)
			total += size[which, kind]
		print "size/" which, total
		print "size/" which "/stays", size[which, "code"] + size[which, "data"]
	}
	for (kind in kinds)
		print "size/plain/" kind, size["plain", kind]
}

END {
	size_figures()
	memory_figures()
	call_figures()
	crowd_figures()
	if ("base" in bytes)
		record_figures()
}
