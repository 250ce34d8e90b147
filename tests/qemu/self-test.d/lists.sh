# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here and out are common.sh's and self-test's
# The lists of packages: current for a day once they are there, and only then.

mkdir -p "$out/programs"
printf '#!/bin/sh\n[ -z "%s" ] || : >"%s/apt-amd64-own/state/x_Packages"\n' \
	"\$GIVES" "\$BUDGETMEM_CACHE" >"$out/programs/apt-get"
chmod +x "$out/programs/apt-get"

# lists_of GIVES: as kernel-stock asks for them, where apt-get GIVES a list or, if
# that is empty, none; says whether they are taken for current from now on.
lists_of()
{
	rm -rf "$out/cache"
	# shellcheck disable=SC2016 # for the shell within
	GIVES=$1 BUDGETMEM_CACHE=$out/cache PATH=$out/programs:$PATH sh -euc '
		here=$1
		. "$here/debian.sh"
		say() { echo "$*"; }
		cache_directory() { echo "$BUDGETMEM_CACHE"; }
		foreign_apt amd64 own
		[ -e "$lists/ready" ] && echo current || echo asked again
	' sh "$here"
}

says()
{
	text=$1
	shift
	"$@" | grep -qx "$text"
}

expect_green "lists: those that came are current" says current lists_of something
expect_green "lists: without any, they are asked for again" \
	says "asked again" lists_of ""
