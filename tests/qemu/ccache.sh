# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by scripts that build, with $top: what was compiled before is not compiled
# again, wherever the tree lies now. Without ccache everything is.

case $PATH in
/usr/lib/ccache:*) ;;
*) PATH=/usr/lib/ccache:$PATH ;;
esac
CCACHE_DIR=${BUDGETMEM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/budgetmem}/ccache
CCACHE_BASEDIR=$top
CCACHE_NOHASHDIR=yes
export PATH CCACHE_DIR CCACHE_BASEDIR CCACHE_NOHASHDIR
