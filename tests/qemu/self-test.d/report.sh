# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # top and out are common.sh's and self-test's
# The report adds up right, and takes silence for failure.

# report LINE...: of a file with these lines
report()
{
	printf '%s\n' "$@" >"$out/case.tap"
	"$top/tests/report" "$out/case.tap"
}

printf "1..1\nok 1 - a\n" >"$out/good.tap"

# closes_with LINE COMMAND...: what is printed last
closes_with()
{
	closing=$1
	shift
	"$@" >"$out/read" && [ "$(tail -n 1 "$out/read")" = "$closing" ]
}

expect_green "report: all passed" closes_with "2 passed, 0 failed" \
	report 1..2 "ok 1 - a" "ok 2 - b"
expect_green "report: the plan may come last" closes_with "1 passed, 0 failed" \
	report "TAP version 13" "ok 1 - a" 1..1
expect_green "report: several groups in a file" closes_with "3 passed, 0 failed" \
	report 1..1 "ok 1 - a" 1..2 "ok 1 - b" "ok 2 - c"
expect_green "report: a skip is counted" \
	closes_with "1 passed, 0 failed, 1 skipped" \
	report 1..2 "ok 1 - a" "ok 2 - b # SKIP no disk"
expect_green "report: a group counts by its cases" \
	closes_with "3 passed, 0 failed" report 1..2 \
	"    1..2" "    ok 1 - x" "    ok 2 - y" "ok 1 - suite" "ok 2 - b"
expect_red "report: a skip shows its reason" "b \(no disk\)" \
	report 1..1 "ok 1 - b # SKIP no disk"
expect_red "report: one failed" "^1 passed, 1 failed$" \
	report 1..2 "ok 1 - a" "not ok 2 - b"
expect_red "report: a failed case shows its notes" "^        why$" \
	report 1..1 "# why" "not ok 1 - b"
expect_red "report: a failure marked as expected is one all the same" "1 failed" \
	report 1..1 "not ok 1 - b # TODO later"
expect_red "report: a failed case within a group" "suite: y" \
	report 1..1 "    1..2" "    ok 1 - x" "    not ok 2 - y" "not ok 1 - suite"
expect_red "report: a failed case within a group that claims to have passed" \
	"suite: y" \
	report 1..1 "    1..2" "    ok 1 - x" "    not ok 2 - y" "ok 1 - suite"
expect_red "report: a group that is cut off" "1 results, 2 planned" \
	report 1..1 "    1..2" "    ok 1 - x" "ok 1 - suite"
expect_red "report: a group without an end" "outside any result" \
	report 1..1 "ok 1 - a" "    1..1" "    ok 1 - x"
expect_red "report: a file that is cut off" "1 results, 2 planned" \
	report 1..2 "ok 1 - a"
expect_red "report: a case too many" "2 results, 1 planned" \
	report 1..1 "ok 1 - a" "ok 2 - b"
expect_red "report: a number left out" "came as number 2" \
	report 1..2 "ok 1 - a" "ok 3 - b"
expect_red "report: no plan" "no plan" report "ok 1 - a"
expect_red "report: an empty file" "no plan" report ""
expect_red "report: a program that gave up" "Bail out" \
	report 1..1 "ok 1 - a" "Bail out! no memory"
expect_red "report: only skipped" "nothing ran" report "1..0 # SKIP no disk"
expect_red "report: a file that is not there" "no plan" \
	"$top/tests/report" "$out/none.tap"
expect_red "report: a good file beside a bad one" "^1 passed, 1 failed$" \
	"$top/tests/report" "$out/good.tap" "$out/none.tap"
