# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced after common.sh: packages of Debian for any machine and suite, fetched
# without installing them and without touching the machine's own apt state.
#
# The archive is the one that the machine itself uses.

# foreign_apt ARCH SUITE: make the lists of ARCH and SUITE (or "own": the suites of
# this machine) current, and set $lists to their directory.
foreign_apt()
{
	lists=$(cache_directory)/apt-$1-$2
	if [ -n "$(find "$lists/ready" -mtime -1 2>/dev/null)" ]; then
		return
	fi
	say "fetching the package lists of Debian ($1, suites: $2)"
	rm -rf "$lists"
	mkdir -p "$lists/state/partial" "$lists/parts"
	: >"$lists/status"
	: >"$lists/sources.list"
	if [ "$2" != own ]; then
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
			"$(archive_address) $2 main" >"$lists/sources.list"
	fi
	# A suite of an archive may be out of step for a while; the others serve.
	in_foreign_apt apt-get "$1" "$2" update -qq ||
		in_foreign_apt apt-get "$1" "$2" update -qq ||
		say "not all lists could be fetched; going on with those that could"
	if [ -n "$(find "$lists/state" -name '*_Packages*' -print -quit)" ]; then
		touch "$lists/ready"
	fi
}

# The address of the archive in the machine's own sources, security updates apart.
archive_address()
{
	apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' |
		grep -m 1 '/debian/*$'
}

# in_foreign_apt COMMAND ARCH SUITE ARGUMENT...: apt-get or apt-cache there.
in_foreign_apt()
{
	foreign_command=$1
	foreign_arch=$2
	foreign_suite=$3
	shift 3
	if [ "$foreign_suite" != own ]; then
		set -- -o Dir::Etc::sourcelist="$lists/sources.list" \
			-o Dir::Etc::sourceparts="$lists/parts" "$@"
	fi
	"$foreign_command" -o APT::Architecture="$foreign_arch" \
		-o APT::Architectures="$foreign_arch" \
		-o Dir::State::lists="$lists/state" \
		-o Dir::State::status="$lists/status" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o APT::Sandbox::User=root \
		-o Acquire::Check-Valid-Until=false "$@"
}

# newest_package ARCH SUITE PATTERN: the newest of the packages whose name matches.
newest_package()
{
	in_foreign_apt apt-cache "$1" "$2" pkgnames | grep -E "^$3\$" | sort -V |
		tail -n 1
}

# depends_on ARCH SUITE PACKAGE PATTERN: its dependencies that match.
depends_on()
{
	in_foreign_apt apt-cache "$1" "$2" depends "$3" |
		sed -n 's/^ *|*Depends: //p' | grep -E "$4"
}

# unpack_packages ARCH SUITE DIRECTORY PACKAGE...: into DIRECTORY, as in a root.
unpack_packages()
{
	unpack_arch=$1
	unpack_suite=$2
	unpack_root=$3
	shift 3
	mkdir -p "$unpack_root/debs"
	(cd "$unpack_root/debs" &&
		in_foreign_apt apt-get "$unpack_arch" "$unpack_suite" -qq download "$@") ||
		return
	for deb in "$unpack_root"/debs/*.deb; do
		dpkg -x "$deb" "$unpack_root" || return
	done
	rm -rf "$unpack_root/debs"
}
