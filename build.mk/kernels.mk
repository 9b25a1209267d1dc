# SPDX-License-Identifier: GPL-2.0
#
# KVERS: the releases to build for. $(call kdir,RELEASE): its build folder.
# $(call karch,RELEASE): what its make must be told, as not all are for this
# machine's processor.

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

karch	= $(if $(shell grep -sx CONFIG_UML=y $(call kdir,$(1))/include/config/auto.conf),ARCH=um)
