# SPDX-License-Identifier: GPL-2.0
#
# MAPI in the kernel: one make for the library, the tools and the modules.
#
# Everything built goes below build/; the source tree stays clean.

BUILD	?= build
override BUILD := $(abspath $(BUILD))
PREFIX	?= /usr
TOP	:= $(CURDIR)

.DEFAULT_GOAL := all
.PHONY: all lib lib_install modules modules_install install check check-vm demo bench sparse clean help

all: lib modules

include build.mk/kernels.mk
include build.mk/modules.mk
include build.mk/lib.mk

# All processors, unless make was told how many.
jobs	= $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

install: lib_install
	install -D -m 644 uapi/linux/mapi.h $(DESTDIR)$(PREFIX)/include/linux/mapi.h

# The kernels to test on that are built here (scripts/kernel).
own	= $(filter debug uml uml-debug,$(KERNELS))

check:
	@scripts/setup
	@$(if $(own),scripts/setup kernel)
	@+$(MAKE) --no-print-directory $(jobs) all
	@+$(MAKE) --no-print-directory $(jobs) -C tests O=$(BUILD)/tests
	@+$(foreach k,$(own),$(MAKE) --no-print-directory $(jobs) modules KDIR=$$(scripts/kernel $(k))/build &&) true
	@+$(MAKE) --no-print-directory $(jobs) test-modules
	@+$(foreach k,$(own),$(MAKE) --no-print-directory $(jobs) test-modules KDIR=$$(scripts/kernel $(k))/build &&) true
	@tests/run.sh

# The guest runner itself.
check-vm:
	@scripts/setup
	@tests/vm_selftest.sh

demo:
	@scripts/setup
	@+$(MAKE) --no-print-directory $(jobs) all
	@scripts/demo

bench:
	@scripts/setup bench
	@scripts/bench

clean:
	rm -rf $(BUILD)

help:
	@cat build.mk/help.txt
