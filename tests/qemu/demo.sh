# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced after common.sh by the demonstrations: they build the same things, and
# show what a guest prints in the same way.

# shellcheck disable=SC2154 # top and here are common.sh's
build=${O:-$top/build}/demo

# prepare [RELEASE SUITE]: fetch Debian's kernel, build the module for it and the
# programs. Sets $kernel to the kernel's directory, $files to the guest's files, and
# $fetched to $SECONDS when nothing was left to fetch.
prepare()
{
	"$here/packages" demo
	kernel=$("$here/kernel-stock" amd64 '' "$@")
	# shellcheck disable=SC2034 # for the scripts that source this
	fetched=$SECONDS
	files=$build/files-$(cat "$kernel/version")
	mkdir -p "$files"
	progress "build the kernel module" "$build/module.log" build_module
	progress "build library, tool and programs" "$build/programs.log" \
		build_programs
}

build_module()
{
	make -C "$top" module "KDIR=$kernel/kdir" "MODULE_OUT=$files/module" &&
		strip --strip-debug -o "$files/budgetmem.ko" \
			"$files/module/budgetmem.ko"
}

build_programs()
{
	make -C "$top/userspace" "O=$build/userspace" STATIC=1 all &&
		make -C "$top/tests/programs" "O=$build/programs" \
			"LIBRARY=$build/userspace" all &&
		cp "$build/userspace/budgetctl" \
			"$build/userspace/examples/wordcount" \
			"$build/programs/demo" "$build/programs/why" "$files/"
}

# boot NAME PLAN: boot the kernel, go through the plan, and show what it prints
# while it does. Returns the guest's status.
boot()
{
	"$here/guest" --name "$1" --kernel "$kernel" --plan "$2" \
		--file "$files=/budgetmem" --directory "$build/$1" \
		2>"$build/$1.log" | show_report "$build/$1.txt"
	return "${PIPESTATUS[0]}"
}

# On a terminal progress is one line that is written anew, and there is colour.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' green=$'\e[32m' red=$'\e[1;31m' cyan=$'\e[36m' plain=$'\e[0m'
else
	bold='' green='' red='' cyan='' plain=''
fi

show_progress()
{
	if [ -t 1 ]; then
		printf '\r%s\e[K' "$1"
	else
		printf '%s\n' "$1"
	fi
}

show_line()
{
	[ -t 1 ] && printf '\r\e[K'
	case $1 in
	[0-9]*". "* | "== "*) printf '%s%s%s\n' "$bold" "$1" "$plain" ;;
	"  # "*) printf '%s%s%s\n' "$cyan" "$1" "$plain" ;;
	"  [ OK ] "*) printf '  %s[ OK ]%s%s\n' "$green" "$plain" "${1#*]}" ;;
	"  [FAIL] "*) printf '%s%s%s\n' "$red" "$1" "$plain" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# Seconds without a line, until one is made up.
QUIET=3

# show_report FILE: copy stdin to stdout line by line and to FILE; when nothing
# comes for some seconds, show that time goes by.
show_report()
{
	local line part='' status quiet=0 latest="  ... working"

	: >"$1"
	while true; do
		status=0
		IFS= read -r -t "$QUIET" line || status=$?
		if [ "$status" -gt 128 ]; then
			part+=$line
			quiet=$((quiet + QUIET))
			show_progress "$latest ($quiet s)"
			continue
		fi
		[ "$status" -eq 0 ] || break
		line=$part$line
		part='' quiet=0
		printf '%s\n' "$line" >>"$1"
		case $line in
		"  ... "*) latest=$line && show_progress "$line" ;;
		*) latest="  ... working" && show_line "$line" ;;
		esac
	done
	[ -t 1 ] && printf '\r\e[K'
	return 0
}
