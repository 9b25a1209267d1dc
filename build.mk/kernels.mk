# SPDX-License-Identifier: GPL-2.0
#
# KVERS: the releases to build for. $(call kdir,RELEASE): its build folder.

ifdef KDIR
KVER	?= $(shell cat $(KDIR)/include/config/kernel.release)
kdir	= $(KDIR)
else
kdir	= /lib/modules/$(1)/build
endif

ifdef KVER
KVERS	:= $(KVER)
else
KVERS	:= $(patsubst /lib/modules/%/build/Makefile,%,$(wildcard /lib/modules/*/build/Makefile))
endif
