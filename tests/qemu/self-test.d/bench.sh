# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here, top and out are common.sh's and self-test's
# The benchmark's figures and its table, from samples made here.

bench=$top/tests/bench/kernel

# figures LINE...: of samples of these lines
figures()
{
	printf '%s\n' "$@" >"$out/samples"
	awk -f "$bench/figures.awk" "$out/samples"
}

# figures_have FIGURE LINE...
figures_have()
{
	wanted=$1
	shift
	figures "$@" | grep -qx "$wanted"
}

expect_green "bench: the median of the ratios, the least and the most" \
	figures_have "query/getppid 3 2 10" \
	"call 1 getppid 10 1" "call 1 query 100 1" \
	"call 2 getppid 10 1" "call 2 query 20 1" \
	"call 3 getppid 20 1" "call 3 query 60 1"
expect_green "bench: round 0 warms up" \
	figures_have "query/getppid 2 2 2" "call 0 getppid 1 1" \
	"call 0 query 9 1" "call 1 getppid 1 1" "call 1 query 2 1"
expect_green "bench: create and map are two steps of a lap" \
	figures_have "map/65536/memfd 0.5 0.5 0.5" \
	"lap 1 pool 65536 open 500 " "lap 1 pool 65536 create 10" \
	"lap 1 pool 65536 map 20" "lap 1 memfd 65536 create 20" \
	"lap 1 memfd 65536 map 40"
expect_green "bench: a record is what one more of it takes" \
	figures_have "record/pool 80" "budget base 4096 1 1 1000" \
	"budget pools 4096 11 1 1800" "budget pools-plus-1 4096 12 1 1880" \
	"budget clients 4096 1 2 1100" "budget pages 8192 1 1 1008"

# table_says TEXT GOAL: of one figure of 1.5, with this goal
table_says()
{
	echo "query/getppid $2 x a query" >"$out/rows"
	printf 'machine m\nquery/getppid 1.5 1.4 1.6\n' >"$out/figures"
	awk -f "$bench/table.awk" "$out/rows" "$out/figures" | grep -qxF "$1"
}

expect_green "bench: a goal that is missed is in bold" \
	table_says "| a query | <= 1.4 | **1.500** (1.400-1.600) |" 1.4
expect_green "bench: a goal that is met is not" \
	table_says "| a query | <= 1.5 | 1.500 (1.400-1.600) |" 1.5

sections_say()
{
	printf '%s\n' "s.ko  :" "section size addr" ".text 100 0" \
		".orc_unwind 7 0" ".comment 900 0" "Total 1007" |
		awk -v which=plain -f "$bench/sections.awk" | sort | tr '\n' ' ' |
		grep -qx "size plain code 100 size plain tables 7 "
}

expect_green "bench: code is told from tables, and remarks are not counted" sections_say
