# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced after common.sh and debian.sh: a directory that holds sid's compilers and
# libraries, which the tools among the headers of sid's kernels need to run.

sid_packages=make,gcc,libc6-dev,linux-headers-amd64
sid_packages=$sid_packages,gcc-aarch64-linux-gnu,gcc-arm-linux-gnueabihf
sid_packages=$sid_packages,gcc-riscv64-linux-gnu,gcc-s390x-linux-gnu
sid=$(cache_directory)/sid-$(echo "$sid_packages" | hash_of)

install_sid()
{
	rm -rf "$sid"
	mkdir -p "$sid"
	mmdebstrap --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' \
		--include="$sid_packages" sid "$sid/root" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(archive_address) sid main" &&
		rm -rf "$sid"/root/var/cache/apt/archives/*.deb &&
		touch "$sid/whole"
}

# Make it, or make it anew when it is older than a week, while nobody else does.
prepare_sid()
{
	(
		lock_cache sid
		[ -n "$(find "$sid/whole" -mtime -7 2>/dev/null)" ] ||
			progress "install sid's compilers in a directory" \
				"$sid.log" install_sid
	)
}

# in_sid DIRECTORY... -- COMMAND...: run COMMAND there. It sees each DIRECTORY where
# it is here, and what is mounted for it is gone with it.
in_sid()
{
	[ "$(id -u)" -eq 0 ] || die "only root can run sid's programs: they need a root of their own"
	# shellcheck disable=SC2016 # for the shell that is started
	unshare --mount sh -eu -c '
		root=$1
		shift
		mount -t proc proc "$root/proc"
		while [ "$1" != -- ]; do
			mkdir -p "$root$1"
			mount --bind "$1" "$root$1"
			shift
		done
		shift
		exec chroot "$root" "$@"' sh "$sid/root" "$@"
}
