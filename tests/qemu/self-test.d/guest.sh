# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here and out are common.sh's and self-test's
# Guests that come to a bad end, on an unmodified kernel of Debian's.

kernel=$("$here/kernel-stock" amd64)
printf 'int pause(void);\nint main(void) { return pause(); }\n' |
	gcc -static -x c -o "$out/hang" -
printf '#include <stdio.h>\nint main(void) { return puts("1..1\\nok 1 - a") < 0; }\n' |
	gcc -static -x c -o "$out/pass" -

# run_guest KERNEL LINE...: with a plan of these lines
run_guest()
{
	booted=$1
	shift
	printf '%s\n' "$@" >"$out/guest.plan"
	"$here/guest" --name self --kernel "$booted" --plan "$out/guest.plan" \
		--directory "$out/guest" --file "$out/hang=/hang" \
		--file "$out/pass=/pass"
}

expect_green "guest: all is well" run_guest "$kernel" "run /pass"
shows()
{
	run_guest "$kernel" "show /pass" 2>/dev/null | grep -qx "ok 1 - a"
}

expect_green "guest: a step that shows, shows all" shows
expect_red "guest: the kernel panics" "no closing line" \
	run_guest "$kernel" "run /pass" "write /proc/sysrq-trigger c" "run /pass"
expect_red "guest: a program hangs" "time limit instead" \
	run_guest "$kernel" "limit 2" "run /hang" "run /pass"
expect_red "guest: it does not end" "ended after 3 seconds" \
	run_guest "$kernel" "guest-limit 3" "run /hang"
expect_red "guest: it never begins" "failed" run_guest /dev/null "run /pass"
expect_red "guest: its clock is none that there is" "no clock sand" \
	run_guest "$kernel" "clock sand" "run /pass"
