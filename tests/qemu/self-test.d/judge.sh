# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here and out are common.sh's and self-test's
# The judge, on what guests might have left behind.

guest=$out/judged
mkdir -p "$guest/root/d"
for file in m.ko d/m.ko k.ko t; do
	: >"$guest/root/$file"
done

# plan_is LINE...: a plan of these lines, and a guest that did nothing yet
plan_is()
{
	printf '%s\n' "$@" >"$guest/case.plan"
	awk -v root="$guest/root" -f "$here/plan.awk" "$guest/case.plan" >"$guest/plan"
	: >"$guest/console.log"
}

channel_is()
{
	printf '%s\n' "$@" >"$guest/channel.log"
}

trouble=

judge_passes()
{
	"$here/judge" self "$guest" "$trouble" >"$guest/cases.tap" || return
	cat "$guest/cases.tap"
	! grep -q '^not ok' "$guest/cases.tap"
}

# A guest in which all is well.
plan_is "insmod /m.ko" "logged 'm: loaded'" "run /t" "rmmod m"
channel_is "guest begins: 3 steps" \
	"step 1 begins: insmod /m.ko" "log: m: loaded" "step 1 ends: exit 0" \
	"step 2 begins: run /t" "out: 1..2" "out: ok 1 - a" "out: ok 2 - b" \
	"step 2 ends: exit 0" \
	"step 3 begins: rmmod m" "step 3 ends: exit 0" "guest ends: 3 steps"
echo "Linux version 6.1" >"$guest/console.log"
cp "$guest/channel.log" "$guest/good"
lines=$(wc -l <"$guest/good")

expect_green "judge: a guest in which all is well" judge_passes
trouble="it took too long"
expect_red "judge: the host ended the guest" "too long" judge_passes
trouble=

n=0
while [ "$n" -lt "$lines" ]; do
	head -n "$n" "$guest/good" >"$guest/channel.log"
	expect_red "judge: cut off after line $n" "^not ok" judge_passes
	n=$((n + 1))
	sed "${n}d" "$guest/good" >"$guest/channel.log"
	expect_red "judge: line $n is missing" "^not ok" judge_passes
	sed "${n}p" "$guest/good" >"$guest/channel.log"
	[ "$(sed -n "${n}p" "$guest/good")" = "log: m: loaded" ] ||
		expect_red "judge: line $n is there twice" "^not ok" judge_passes
done

# with EDIT: the good guest, edited by sed
with()
{
	sed "$1" "$guest/good" >"$guest/channel.log"
	judge_passes
}

expect_red "judge: a step that fails" "exit 17 instead of exit 0" with '4s/0/17/'
expect_red "judge: a program that is killed" "signal 9 instead" \
	with 's/^step 2 ends: exit 0/step 2 ends: signal 9/'
expect_red "judge: a program that takes too long" "time limit instead" \
	with 's/^step 2 ends: exit 0/step 2 ends: time limit/'
expect_red "judge: a program that says it failed, with status 0" "not ok .*t: b" \
	with 's/ok 2/not ok 2/'
expect_red "judge: a program with status 1 that says all passed" "instead of exit 0" \
	with 's/^step 2 ends: exit 0/step 2 ends: exit 1/'
expect_red "judge: a program that prints no plan" "no plan" with '/1\.\.2/d'
expect_red "judge: a program that prints nothing" "no case ran|no plan" with '/^out/d'
expect_red "judge: a skip that is not named" "plan does not allow: no disk" \
	with 's/ok 2 - b/& # SKIP no disk/'
expect_red "judge: another step than planned" "not the planned one" with 's/rmmod m/rmmod n/'
expect_red "judge: an odd line" "unexpected line" with '1a odd'
expect_red "judge: the kernel does not log what it should" "did not log" with 's/m: load/m: unload/'

cp "$guest/good" "$guest/channel.log"
while IFS= read -r line; do
	echo "[    1.0] $line" >"$guest/console.log"
	expect_red "judge: on the console: $line" "console: " judge_passes
	: >"$guest/console.log"
	expect_red "judge: in the log: $line" "kernel: " with "3a log: $line"
done <<'END'
WARNING: CPU: 1 PID: 42 at mm/page_alloc.c:5000 __alloc_pages+0x1/0x2
BUG: kernel NULL pointer dereference, address: 0000000000000008
kernel BUG at mm/rmap.c:1234!
Oops: 0002 [#1] PREEMPT SMP KASAN
BUG: KASAN: use-after-free in bm_pool_destroy+0x1/0x2 [budgetmem]
KASAN: null-ptr-deref in range [0x0000000000000000-0x0000000000000007]
UBSAN: shift-out-of-bounds in module/pages.c:1:2
ODEBUG: free active (active state 0) object type: work_struct
INFO: task insmod:42 blocked for more than 60 seconds.
INFO: possible circular locking dependency detected
WARNING: possible recursive locking detected
WARNING: inconsistent lock state
WARNING: suspicious RCU usage
BUG: sleeping function called from invalid context at mm/slab.h:1
BUG: scheduling while atomic: insmod/42/0x00000002
watchdog: BUG: soft lockup - CPU#0 stuck for 60s! [insmod:42]
rcu: INFO: rcu_preempt self-detected stall on CPU
rcu: INFO: rcu_sched detected stalls on CPUs/tasks:
BUG: Bad page state in process insmod  pfn:12345
BUG: Bad rss-counter state mm:00000000 type:MM_SHMEMPAGES val:1
BUG: non-zero pgtables_bytes on freeing mm: 4096
list_add corruption. prev->next should be next
refcount_t: underflow; use-after-free.
Kernel panic - not syncing: panic_on_warn set ...
general protection fault, probably for non-canonical address 0x1: 0000 [#1]
Unable to handle kernel paging request at virtual address dead000000000100
Internal error: Oops: 96000004 [#1] SMP
BUG kmalloc-64 (Tainted: G    B      O      ): Objects remaining in kmalloc-64
BUG kmalloc-64 (Tainted: G           O      ): Right Redzone overwritten
pagealloc: memory corruption
Out of memory: Killed process 42 (race)
END

plan_is "insmod /m.ko" "logged 'm: loaded'" "may-skip 't: b' 'no disk here'" "run /t" "rmmod m"
expect_green "judge: a skip that is named" with 's/ok 2 - b/& # SKIP no disk/'
expect_red "judge: another skip than the one that is named" "does not allow" \
	with 's/ok 1 - a/& # SKIP no disk/'

# refused ERRNO LINE...: insmod-refused, with the kernel's LINEs
refused()
{
	plan_is "insmod-refused EINVAL 'size 0' /d/m.ko x=0"
	channel_is "guest begins: 1 steps" \
		"step 1 begins: insmod-refused EINVAL size 0 /d/m.ko x=0" \
		"log: m: loading out-of-tree module taints kernel." \
		"log: other: size 0" "$@" "guest ends: 1 steps"
	judge_passes
}

expect_green "judge: a refusal" refused "log: m: size 0 of a" "step 1 ends: exit 22"
expect_red "judge: a refusal that loads" "exit 0 instead of exit 22" \
	refused "log: m: size 0 of a" "step 1 ends: exit 0"
expect_red "judge: a refusal with another errno" "exit 12 instead of exit 22" \
	refused "log: m: size 0 of a" "step 1 ends: exit 12"
expect_red "judge: a refusal without a line" "0 log lines" refused "step 1 ends: exit 22"
expect_red "judge: a refusal with two lines" "2 log lines" \
	refused "log: m: size 0 of a" "log: m: size 0 of a" "step 1 ends: exit 22"
expect_red "judge: a refusal that names something else" "does not hold" \
	refused "log: m: size 1 of a" "step 1 ends: exit 22"

# suites LINE...: kunit, with these LINEs of results
suites()
{
	plan_is "kunit /k.ko s1 s2"
	channel_is "guest begins: 1 steps" "step 1 begins: kunit /k.ko s1 s2" "$@" \
		"step 1 ends: exit 0" "guest ends: 1 steps"
	judge_passes
}

s1_passes()
{
	suites "out: # suite: s1" "out:     # Subtest: s1" "out:     1..1" \
		"out:     ok 1 - a" "out: ok 1 - s1" "$@"
}

s2="out: # suite: s2"
expect_green "judge: suites" \
	s1_passes "$s2" "out:     1..1" "out:     ok 1 - b" "out: ok 2 - s2"
expect_green "judge: a suite with a plan of its own" \
	s1_passes "$s2" "out: 1..1" "out:     1..1" "out:     ok 1 - b" "out: ok 1 - s2"
expect_green "judge: parameters, of which the last is left" \
	s1_passes "$s2" "out:     1..1" "out:         ok 8 - p8" "out:     ok 1 - b" \
	"out: ok 2 - s2"
expect_red "judge: a failed parameter" "not ok .* s2: b" \
	s1_passes "$s2" "out:     1..1" "out:         not ok 8 - p8" \
	"out:     not ok 1 - b" "out: not ok 2 - s2"
expect_red "judge: a suite that did not run" "0 results, 1 planned" s1_passes
expect_red "judge: a suite without results" "0 results, 1 planned" s1_passes "$s2"
expect_red "judge: a suite that is cut off" "1 results, 2 planned" \
	s1_passes "$s2" "out:     1..2" "out:     ok 1 - b" "out: ok 2 - s2"
expect_red "judge: a failed case of a suite" "not ok .* s2: b" \
	s1_passes "$s2" "out:     1..1" "out:     not ok 1 - b" "out: not ok 2 - s2"
expect_red "judge: a suite that nobody planned" "s3" \
	s1_passes "$s2" "out:     1..1" "out:     ok 1 - b" "out: ok 2 - s2" \
	"out: # suite: s3" "out:     1..1" "out:     ok 1 - b" "out: ok 3 - s3"

# leaks LINE...: kmemleak, with these LINEs of its report
leaks()
{
	plan_is "kmemleak"
	channel_is "guest begins: 1 steps" "step 1 begins: kmemleak" "$@" \
		"step 1 ends: exit 0" "guest ends: 1 steps"
	judge_passes
}

object="out: unreferenced object 0xffff888003889a00 (size 208):"
expect_green "judge: no leak" leaks
expect_green "judge: what the kernel lost while it booted" \
	leaks "$object" 'out:   comm "swapper/0", pid 1, jiffies 4294892296'
expect_red "judge: a leak" "leaked: 0xffff888003889a00" leaks \
	"$object" 'out:   comm "swapper/0", pid 1, jiffies 4294892296' \
	"$object" 'out:   comm "insmod", pid 42, jiffies 4294892296'
