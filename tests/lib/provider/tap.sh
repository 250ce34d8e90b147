# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# tap.sh: results in the Test Anything Protocol, for scripts that source it.
#
# A case is a function; `tap_run CASE...` runs each in a shell of its own with
# set -e, so that whatever fails in it fails the case.

tap_say() {
	echo "# $*"
}

# expect_same EXPECTED_FILE ACTUAL_FILE
expect_same() {
	difference=$(diff -u "$1" "$2") || {
		echo "$difference" | sed 's/^/# /'
		return 1
	}
}

tap_run() {
	number=0 failures=0
	echo "TAP version 13"
	echo "1..$#"
	for case in "$@"; do
		number=$((number + 1))
		set +e
		(set -e; "$case")
		code=$?
		set -e
		if [ "$code" -eq 0 ]; then
			echo "ok $number - $case"
		else
			echo "not ok $number - $case"
			failures=$((failures + 1))
		fi
	done
	[ "$failures" -eq 0 ]
}
