# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here and out are common.sh's and self-test's
# The reader of plans refuses what cannot be meant.

mkdir -p "$out/root"
printf 'one\ntwo\n' >"$out/root/programs"
printf 'two\nthree\n' >"$out/root/more"
for file in a 'a#b' one two empty m.ko; do
	: >"$out/root/$file"
done

# read_plan LINE...: as plan.awk reads a plan of these lines
read_plan()
{
	printf '%s\n' "$@" >"$out/case.plan"
	awk -v root="$out/root" -f "$here/plan.awk" "$out/case.plan"
}

reads_as()
{
	expected=$1
	shift
	read_plan "$@" >"$out/read" && [ "$(tail -n 1 "$out/read")" = "$expected" ]
}

tab=$(printf '\t')
expect_green "plan: quotes keep words together" \
	reads_as "step${tab}60${tab}write${tab}/f${tab}two words" "write /f 'two words'"
expect_green "plan: a comment ends a line, but not within a word" \
	reads_as "step${tab}60${tab}run${tab}/a#b" "run /a#b # comment"
expect_green "plan: a limit holds for the steps after it" \
	reads_as "step${tab}7${tab}run${tab}/a" "limit 7" "run /a"
expect_green "plan: a list stands for its programs" \
	reads_as "step${tab}60${tab}run${tab}/two" "run-list /programs"
expect_green "plan: a parameter comes from a file" \
	reads_as "step${tab}60${tab}insmod${tab}/m.ko${tab}x=one" "insmod /m.ko x=@/programs"
expect_red "plan: an unknown verb" "not a line of a plan" read_plan "walk /a"
expect_red "plan: a verb without its words" "needs 1 words" read_plan "run"
expect_red "plan: a program that is not there" "not in the guest: /none" \
	read_plan "run /none"
expect_red "plan: a program of a list that is not there" "not in the guest: /three" \
	read_plan "run-list /more"
expect_red "plan: a module that is not there" "not in the guest: /none.ko" \
	read_plan "insmod-refused EINVAL text /none.ko"
expect_red "plan: a path that depends on where one is" "not in the guest: a" \
	read_plan "run a"
expect_red "plan: no steps" "no steps" read_plan "memory 64"
expect_red "plan: an open quote" "quote is not closed" read_plan "run '/a"
expect_red "plan: an empty list" "names no programs" read_plan "run-list /empty"
expect_red "plan: a list that is not there" "names no programs" read_plan "run-list /none"
expect_red "plan: an exception that the list does not name" "does not name three" \
	read_plan "run-list /programs three"
expect_red "plan: a log line before the first step" "no step" read_plan "logged x"
expect_red "plan: a time limit of nothing" "no time limit" read_plan "limit 0"
