# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced after common.sh and machine.sh by scripts that boot the module: what goes
# into a guest, and the guest itself. $out is the directory for all of it. $tools, if
# it is set, runs a command where the tools among a kernel's headers run.

# build_module PART KERNEL [VARIABLE=VALUE]...: for the machine that is described;
# KERNEL is what kernel-stock or kernel-test printed.
build_module()
{
	module_part=$1
	module_kernel=$2
	shift 2
	mkdir -p "$out/$module_part"
	# shellcheck disable=SC2086 # words
	progress "$module_part: build the module" "$out/$module_part/module.log" \
		${tools:-} make -C "$top" module ARCH="$kernel_arch" CROSS_COMPILE="$cross" \
		KDIR="$module_kernel/kdir" MODULE_OUT="$out/$module_part/module" \
		CONFIG_BUDGETMEM_IMPORTER=m "$@"
}

# build_contract PROGRAMS CROSS: the tests of the contract, which do not care for the
# kernel's version, into the directory PROGRAMS.
build_contract()
{
	programs_name=${1##*/}
	mkdir -p "$1"
	progress "$programs_name: build the programs" "$1/uapi.log" \
		make -C "$top/tests/uapi" O="$1/uapi" CROSS_COMPILE="$2" all &&
		cp "$top/tests/uapi/budgets" "$1/uapi/"
}

# build_programs PROGRAMS CROSS: those, and the library's.
build_programs()
{
	build_contract "$1" "$2" &&
		progress "$programs_name: build the library's programs" \
			"$1/provider.log" make -C "$top/tests/lib/provider" \
			O="$1/provider" CROSS_COMPILE="$2" guest
}

# boot PART KERNEL PROGRAMS ARGUMENT...: of tests/qemu/guest
boot()
{
	part=$1
	kernel=$2
	programs=$3
	shift 3
	"$here/guest" --name "$part" --kernel "$kernel" \
		--directory "$out/$part/guest" \
		--file "$out/$part/module/budgetmem.ko=/budgetmem.ko" \
		--file "$out/$part/module/budgetmem_importer.ko=/budgetmem_importer.ko" \
		--file "$programs/uapi=/uapi" "$@"
}

# copy_modules PART KERNEL: those of a kernel of Debian's that the plan loads. Newer
# ones are compressed.
copy_modules()
{
	mkdir -p "$out/$1/modules"
	for inside in fs/configfs/configfs drivers/block/null_blk/null_blk; do
		copy=$out/$1/modules/${inside##*/}.ko
		if [ -r "$2/modules/$inside.ko" ]; then
			cp "$2/modules/$inside.ko" "$copy"
		else
			xz -dc "$2/modules/$inside.ko.xz" >"$copy"
		fi || return
	done
}

# boot_stock PART KERNEL PROGRAMS ARCH ARGUMENT...: library, tool and contract on a
# kernel of Debian's. What only one machine has or lacks, and which cases are skipped for it, is
# in a plan of its own.
boot_stock()
{
	stock_part=$1
	stock_kernel=$2
	stock_programs=$3
	stock_arch=$4
	shift 4
	copy_modules "$stock_part" "$stock_kernel" &&
		boot "$stock_part" "$stock_kernel" "$stock_programs" \
			--arch "$stock_arch" \
			--file "$stock_programs/provider=/provider" \
			--plan "$here/plans/stock-first.plan" \
			--plan "$top/tests/lib/provider/guest.plan" \
			--plan "$here/plans/stock-kernel.plan" \
			--plan "$here/plans/tables.plan" \
			--plan "$here/plans/stock-$stock_arch.plan" \
			--file "$out/$stock_part/modules=/modules" "$@"
}
