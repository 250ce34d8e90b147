# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here, top and out are common.sh's and self-test's
# Parts that several scripts share are run by one of them, and a kernel's make is not
# told where ours puts things.

rm -rf "$out/share"
mkdir -p "$out/share/begun/taken-amd64" "$out/share/kernel"
: >"$out/share/taken-amd64"

expect_green "share: a part that another has begun is left to it" \
	"$here/check" --share "$out/share/begun" amd64
expect_red "share: a part that cannot be begun is not left out" "cannot write to" \
	"$here/check" --share "$out/share" amd64
expect_red "share: a part that there is not is none" "no part amd46" \
	"$here/check" --share "$out/share" amd46

# shellcheck disable=SC2016 # for make
printf 'modules:\n\t@echo "O of $(origin O), ARCH of $(origin ARCH)"\n' \
	>"$out/share/kernel/Makefile"
told()
{
	make -s -C "$top" module "O=$out/share" ARCH=x86_64 "KDIR=$out/share/kernel" |
		grep -qx "O of environment, ARCH of command line"
}

expect_green "make: O= is not for the kernel's own make, and all else is" told
