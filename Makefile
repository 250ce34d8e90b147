# SPDX-License-Identifier: MIT
#
# budgetmem. "make help" says what there is.

KERNEL_SRC ?= /lib/modules/$(shell uname -r)/build
KDIR ?= $(KERNEL_SRC)
O ?= $(CURDIR)/build
# The kernel's own make, which gets what is said on the command line, means something
# else by it.
MAKEOVERRIDES := $(filter-out O=%,$(MAKEOVERRIDES))
# Where the module is built: the tree itself, or a directory of its own.
MODULE_OUT ?= $(CURDIR)
PREFIX ?= /usr/local
DESTDIR ?=
TEXT ?=
ROUNDS ?=
SUBJECT ?=
SIZES ?=
BENCH_FLAGS ?=
export TEXT ROUNDS SUBJECT SIZES BENCH_FLAGS
# Where the libraries are that budgetctl uses; fetched from Debian where the compiler
# does not find them. LIBRARIES= (empty) goes without.
LIBRARIES ?= $(shell tests/qemu/libraries '$(if $(filter default,$(origin CC)),$(CROSS_COMPILE)gcc,$(CC))')

.DEFAULT_GOAL := help

help:
	@sed -n 's/^##\( \|$$\)//p' $(MAKEFILE_LIST)

.PHONY: help demo check check-levels check-machines check-builds check-matrix check-mutants check-restart check-allocations bench-kernel bench sizes fuzz module module_install module_clean user install prove coverage lint clean

## Two commands to begin with (Debian 12; they install what they need and say so):
##   make demo [TEXT=FILE]   the whole idea at work in a real kernel, in QEMU
##   make check              all tests; closing line "N passed, N failed"
demo:
	@tests/qemu/demo

check:
	@tests/qemu/packages check
	@tests/check

##
## The kernel module:
##   make module [KDIR=DIR] [ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-] [MODULE_OUT=DIR]
##                           build budgetmem.ko; KERNEL_SRC=DIR means the same as KDIR;
##                           BUDGETMEM_TRACE=n leaves its trace events out,
##                           BUDGETMEM_EXPORT=n its dma-bufs
##   make module_install     install it where modprobe finds it (INSTALL_MOD_PATH=DIR)
##   make check-levels       the library at each level of optimisation, and its stack
##   make check-machines     the library's models on big-endian, 32-bit and other machines
##   make check-builds       build it for every supported kernel and machine
##   make check-matrix       test it on every supported kernel and machine, in QEMU
##   make check-mutants      break it in every way known here; the tests must notice
##   make check-restart      kill a program 1,000 times; it must go on as if nothing was
##   make check-allocations  who takes memory in 100,000 lifetimes of clients
##   make bench-kernel [ROUNDS=N]
##                           measure its speed and size in QEMU; the table goes to
##                           docs/performance.md
module: $(MODULE_OUT)/Kbuild
	$(MAKE) -C $(KDIR) M=$(MODULE_OUT) modules

module_install: module
	$(MAKE) -C $(KDIR) M=$(MODULE_OUT) modules_install

module_clean:
	$(MAKE) -C $(KDIR) M=$(MODULE_OUT) clean

check-levels:
	@tests/qemu/packages check
	@$(MAKE) --no-print-directory -C tests/lib O=$(O)/levels check-levels

check-machines:
	@tests/qemu/packages matrix
	@tests/fuzz/machines $(O)/machines

check-builds:
	@tests/qemu/packages matrix
	@tests/qemu/matrix build $(O)/matrix

check-matrix:
	@tests/qemu/packages matrix
	@tests/qemu/matrix test $(O)/matrix

check-mutants:
	@tests/qemu/packages check
	@tests/qemu/mutants-check $(O)/mutants

check-allocations:
	@tests/qemu/packages check
	@tests/qemu/allocations-check $(O)/allocations

check-restart:
	@tests/qemu/packages check
	@tests/qemu/restart-check $(O)/restart

bench-kernel:
	@tests/qemu/packages check
	@O=$(O) tests/bench/bench-kernel

ifneq ($(MODULE_OUT),$(CURDIR))
# Kbuild writes beside its sources, so a directory of its own gets links to them.
$(MODULE_OUT)/Kbuild: $(CURDIR)/Kbuild FORCE
	@mkdir -p $(MODULE_OUT)/module $(MODULE_OUT)/tests/kunit \
		$(MODULE_OUT)/tests/importer
	@ln -sfn $(CURDIR)/uapi $(MODULE_OUT)/uapi
	@cp -fs $(CURDIR)/module/*.[ch] -t $(MODULE_OUT)/module/
	@for f in $(wildcard $(CURDIR)/tests/kunit/*.[ch]); do \
		ln -sf $$f $(MODULE_OUT)/tests/kunit/; done
	@for f in $(wildcard $(CURDIR)/tests/importer/*.[ch]); do \
		ln -sf $$f $(MODULE_OUT)/tests/importer/; done
	@ln -sf $(CURDIR)/Kbuild $(MODULE_OUT)/Kbuild

.PHONY: FORCE
FORCE:
endif

##
## The library and the tool:
##   make user [CROSS_COMPILE=...] [STATIC=1] [O=DIR]
##                           build library, budgetctl and examples into O (build/)
##   make install [DESTDIR=DIR] [PREFIX=DIR]
##                           install headers, library, budgetctl, manual
##   make bench [SUBJECT=map] [SIZES=1k,64k,1M] [ROUNDS=N] [BENCH_FLAGS=-march=native]
##                           measure the collections and what people use instead; a run
##                           that nothing narrows writes to docs/performance.md
user:
	$(MAKE) -C userspace O=$(O)/userspace LIBRARIES='$(LIBRARIES)' all

install:
	$(MAKE) -C userspace O=$(O)/userspace LIBRARIES='$(LIBRARIES)' DESTDIR=$(DESTDIR) \
		PREFIX=$(PREFIX) install

sizes:
	@tests/qemu/packages check
	@O=$(O) tests/bench/sizes

bench:
	@tests/qemu/packages bench
	@O=$(O) tests/bench/bench-library

##
## Care:
##   make prove [JOBS=N]     prove the accounting and the collections with a model checker
##   make fuzz [SECONDS=60] [FUZZ="vec map"]
##                           collections beside simple models, with inputs of libFuzzer
##   make coverage           which lines and branches of the library its tests reach
##   make lint               checkpatch, sparse, coccinelle, W=1, shellcheck, licences
##   make clean              remove what was built
lint:
	@tests/qemu/packages lint
	@tests/lint

fuzz:
	@tests/qemu/packages fuzz
	@$(MAKE) --no-print-directory -C tests/fuzz O=$(O)/fuzz fuzz

prove:
	@tests/qemu/packages check
	$(MAKE) -C tests/proofs O=$(O)/proofs prove

coverage:
	@tests/qemu/packages coverage
	@tests/coverage/coverage $(O)/coverage

clean:
	rm -rf $(O)
	find . -path ./.git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name Module.symvers \
		-o -name modules.order \) -type f -exec rm -f {} +
