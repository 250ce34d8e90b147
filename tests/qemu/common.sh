# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the scripts beside it: messages, compilers, and cache entries that are
# trusted only when they are whole.
#
# A cache entry is a directory. Its file "sealed" is written last and holds the
# checksums of the files that matter, so that an entry which was cut off, or
# changed afterwards, is built again and not used.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
top=$(cd "$here/../.." && pwd)
program=${0##*/}
# shellcheck source=tests/qemu/ccache.sh
. "$top/tests/qemu/ccache.sh"

say()
{
	echo "$program: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# Print the directory that keeps what is slow to get; safe to delete.
cache_directory()
{
	echo "${BUDGETMEM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/budgetmem}"
}

# hash_of FILE...: print a short name for the contents of all FILEs and stdin.
hash_of()
{
	cat -- "$@" - | sha256sum | cut -c 1-16
}

# lock_cache NAME: wait until no other process builds NAME, then hold it until
# this one ends.
lock_cache()
{
	mkdir -p "$(cache_directory)"
	exec 9>"$(cache_directory)/$1.lock"
	flock -n 9 || say "waiting for another process that prepares $1"
	flock 9
}

# seal DIRECTORY FILE...: declare DIRECTORY whole; FILEs are relative to it.
seal()
{
	(
		cd "$1" || exit
		shift
		sha256sum -- "$@" >sealed.new &&
			sync sealed.new &&
			mv sealed.new sealed
	)
}

# is_sealed DIRECTORY: is it whole and unchanged? Marks it as used today.
is_sealed()
{
	[ -s "$1/sealed" ] &&
		(cd "$1" && sha256sum --check --status --strict sealed) &&
		touch "$1/used"
}

# forget_unused PREFIX KEEP: remove entries PREFIX* but KEEP that nobody has used
# for a day.
forget_unused()
{
	for old in "$1"*/; do
		old=${old%/}
		if [ "$old" != "$2" ] && [ -d "$old" ] &&
			[ -z "$(find "$old" -maxdepth 1 -name used -mtime -1)" ]; then
			say "removing $old, unused for a day"
			rm -rf "$old"
		fi
	done
}

# report_while_running LABEL LOG: every few seconds, the time so far, the number of
# lines in LOG and the latest of them.
report_while_running()
{
	while sleep 5 && kill -0 $$ 2>/dev/null; do
		printf '  %s: %d s, %d lines, %s\n' "$1" \
			"$(($(date +%s) - begin))" "$(wc -l <"$2")" \
			"$(tail -n 1 "$2" | tr -s ' \t' '  ' | cut -c 1-50)"
	done
}

# progress LABEL LOG COMMAND [ARGUMENT...]: run COMMAND, which may be a function,
# with its output in the file LOG, and show that it is alive. When it fails, show
# the end of LOG. Returns the status of COMMAND.
progress()
{
	label=$1
	log=$2
	shift 2
	begin=$(date +%s)
	mkdir -p "$(dirname "$log")"
	: >"$log"
	printf '  %s\n' "$label" >&2
	report_while_running "$label" "$log" >&2 9>&- &
	reporter=$!
	trap 'kill "$reporter" 2>/dev/null || true' EXIT
	status=0
	"$@" >"$log" 2>&1 9>&- || status=$?
	kill "$reporter" 2>/dev/null || true
	wait "$reporter" 2>/dev/null || true
	trap - EXIT
	if [ "$status" -ne 0 ]; then
		say "$label failed with status $status; the end of $log:"
		tail -n 40 "$log" >&2
	fi
	return "$status"
}
