# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # top and out are common.sh's and self-test's
# What was compiled is compiled again when a header has changed, and only then, where a
# compiler cache that has not seen the source makes all paths relative, too.

rm -rf "$out/depend"

# make_utf8 OPTION...: says whether it compiled
make_utf8()
{
	(
		# shellcheck source=tests/qemu/ccache.sh
		. "$top/tests/qemu/ccache.sh"
		export CCACHE_BASEDIR=/ CCACHE_DIR="$out/depend/ccache"
		make -s -C "$top/userspace" "O=$out/depend" "$@" "$out/depend/obj/lib/utf8.o"
	)
}

compiles()
{
	make_utf8 "$@" | grep -q "CC.*utf8.o"
}

does_not_compile()
{
	! compiles "$@"
}

expect_green "make: an object is compiled" compiles
expect_green "make: and not again" does_not_compile
expect_green "make: but when its header has changed" compiles -W lib/utf8.h
