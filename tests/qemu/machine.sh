# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by scripts that boot guests: how each machine is emulated.
#
# Emulation is always software (TCG) unless the user says otherwise with ACCEL: a
# /dev/kvm that is there may hang for ever.

# describe_machine ARCH: sets what differs between machines: what Debian and what the
# kernel call it, the compiler, the emulator with its processor, and the ports to
# which the kernel's messages and the results go.
# shellcheck disable=SC2034 # for the scripts that source this
describe_machine()
{
	ports='-serial chardev:console -device pci-serial,chardev=channel' machine_words=''
	channel_noise='' quicker=''
	case $1 in
	amd64)
		# QEMU 7.2 emulates cmpxchg16b wrongly: it may leave rubbish in all
		# flags, and then the kernel, whose slabs use it, loses its interrupts
		# or takes a debug trap. Without it the kernel does as well.
		emulator=qemu-system-x86_64 machine=pc cpu=max,-cx16
		# To clear or copy a page is one round a byte otherwise. Not where
		# instructions are counted: tests/bench says what it takes.
		quicker=,-erms,-fsrm
		kernel_arch=x86 cross=''
		console=ttyS0 channel=/dev/ttyS1
		ports='-serial chardev:console -device isa-serial,chardev=channel'
		;;
	arm64)
		# It does not set the dirty bit by itself.
		emulator=qemu-system-aarch64 machine=virt cpu=cortex-a53
		kernel_arch=arm64 cross=aarch64-linux-gnu-
		console=ttyAMA0 channel=/dev/ttyS0
		;;
	armhf)
		# All devices lie below 4 GiB, where Debian's kernel can reach them.
		emulator=qemu-system-arm machine=virt,highmem=off cpu=cortex-a15
		kernel_arch=arm cross=arm-linux-gnueabihf-
		console=ttyAMA0 channel=/dev/ttyS0
		;;
	riscv64)
		emulator=qemu-system-riscv64 machine=virt cpu=rv64
		kernel_arch=riscv cross=riscv64-linux-gnu-
		console=ttyS0 channel=/dev/ttyS1
		;;
	s390x)
		# Big-endian. The port for lines of text has the kernel's messages,
		# the one for bytes the results; but the kernel also writes its
		# messages there, each in one piece, and has no word against it.
		emulator=qemu-system-s390x machine=s390-ccw-virtio cpu=max
		kernel_arch=s390 cross=s390x-linux-gnu-
		console=ttyS0 channel=/dev/ttysclp0
		ports='-serial chardev:channel -device sclplmconsole,chardev=console'
		machine_words=conmode=sclp
		channel_noise='^(\[ *[0-9]+\.[0-9]{6}\] |KASLR disabled: )'
		;;
	*) die "no machine $1; known: amd64 arm64 armhf riscv64 s390x" ;;
	esac
}

# What ends a guest at the first mistake, from its first moment on. The limits are
# wide: the host may be busy. (Then a timer may also seem not to work on amd64 that
# does.) Nobody attacks a guest by way of its processor, and what a kernel does against
# that takes much of an emulator's time: with kpti alone, the emulator forgets all
# translations at each system call.
kernel_words="panic=-1 oops=panic panic_on_warn=1 softlockup_panic=1 loglevel=7
	log_buf_len=1M rcupdate.rcu_cpu_stall_timeout=60 no_timer_check
	mitigations=off nokaslr kpti=off"

# node_options NODES CPUS MEGABYTES: of QEMU, for memory in several nodes.
node_options()
{
	node=0
	while [ "$1" -gt 1 ] && [ "$node" -lt "$1" ]; do
		printf -- '-object memory-backend-ram,id=node%d,size=%dM ' \
			"$node" $(($3 / $1))
		printf -- '-numa node,memdev=node%d,cpus=%d-%d ' "$node" \
			$(($2 * node / $1)) $(($2 * (node + 1) / $1 - 1))
		node=$((node + 1))
	done
}

# accelerator_options CLOCK: of QEMU. With the clock "host" the guest's time is that of
# this machine. With "instructions" every instruction takes a nanosecond and nothing
# else takes any time, so that what is measured is the same again in every run.
accelerator_options()
{
	case $1 in
	host) printf -- '-accel %s' "${ACCEL:-tcg,thread=multi}" ;;
	instructions) printf -- '-accel tcg,thread=single -icount shift=0,sleep=off' ;;
	*) die "no clock $1; known: host instructions" ;;
	esac
}

# pluggable_options MEGABYTES: of QEMU, for memory that can be unplugged.
pluggable_options()
{
	[ "$1" -gt 0 ] || return 0
	printf -- '-m slots=1,maxmem=4G -object memory-backend-ram,id=pluggable,size=%dM ' "$1"
	printf -- '-device pc-dimm,memdev=pluggable '
}

# emulate DIRECTORY IMAGE CPU CPUS MEGABYTES NODES WORD...: become the emulator. It
# boots IMAGE with DIRECTORY/initramfs and WORDs on the kernel's command line; the
# kernel's console and the channel of the guest's first program go to console.log
# and channel.log there. $accelerator is from accelerator_options, $pluggable from
# pluggable_options.
emulate()
{
	guest=$1
	image=$2
	model=$3
	cpus=$4
	megabytes=$5
	nodes=$(node_options "$6" "$4" "$5")
	shift 6
	# shellcheck disable=SC2086 # words
	set -- "console=$console" "channel=$channel" $machine_words $kernel_words "$@"
	# Every processor in a socket of its own is what old firmware tables know.
	# shellcheck disable=SC2086 # words
	exec "$emulator" -machine "$machine" $accelerator \
		-cpu "$model" -smp "$cpus,sockets=$cpus" -m "$megabytes" $pluggable $nodes \
		-nodefaults -no-user-config -display none -no-reboot \
		-chardev "file,id=console,path=$guest/console.log" \
		-chardev "file,id=channel,path=$guest/channel.log" \
		$ports -kernel "$image" -initrd "$guest/initramfs" -append "$*"
}
