# SPDX-License-Identifier: GPL-2.0
#
# libmapi and the tools have their own Makefile; it is told where to build.

ifneq ($(wildcard libmapi/Makefile),)
lib:
	+$(Q)mkdir -p $(BUILD)
	+$(Q)flock $(BUILD)/.user.lock $(MAKE) --no-print-directory -C libmapi O=$(BUILD)/user

lib_install: lib
	+$(Q)$(MAKE) --no-print-directory -C libmapi O=$(BUILD)/user install
endif
