# SPDX-License-Identifier: GPL-2.0
#
# The modules, once per kernel, in $(BUILD)/kmod/RELEASE. A foreign module is
# built where its sources are (MO= came with 6.13), so each of these folders
# holds a link to every source file, refreshed on each run.

Q	:= $(if $(V),,@)
linked	:= $(wildcard $(addprefix $(TOP)/,Kbuild kmod drivers funcmods dag-glue uapi))
objects	= $(BUILD)/kmod/$*
refresh	= find -L $(objects) -type l -delete && cp -rsf $(linked) $(objects)
kmake	= $(MAKE) --no-print-directory -C $(call kdir,$*) $(call karch,$*) M=$(objects)

.PHONY: $(KVERS:%=modules-%) $(KVERS:%=install-%)

modules: $(KVERS:%=modules-%)
ifeq ($(KVERS),)
	@echo "no kernel headers here; run scripts/setup build" >&2; false
endif

$(KVERS:%=modules-%): modules-%:
	$(Q)mkdir -p $(objects)
	+$(Q)flock $(objects)/.lock sh -c '$(refresh) && $(kmake) modules'

modules_install: $(KVERS:%=install-%)

$(KVERS:%=install-%): install-%: modules-%
	+$(Q)$(kmake) modules_install

sparse:
	+$(Q)$(MAKE) --no-print-directory modules C=2 CF=-D__CHECK_ENDIAN__

# Modules that only tests load, from where they lie: $(BUILD)/tests/kmod/RELEASE.
.PHONY: test-modules $(KVERS:%=test-modules-%)

test-modules: $(KVERS:%=test-modules-%)

tested	= $(BUILD)/tests/kmod/$*

$(KVERS:%=test-modules-%): test-modules-%: modules-%
	$(Q)mkdir -p $(tested)
	$(Q)cp -rsf $(TOP)/tests/liar/* $(tested)
	+$(Q)$(MAKE) --no-print-directory -C $(call kdir,$*) $(call karch,$*) M=$(tested) \
		TOP=$(TOP) KBUILD_EXTRA_SYMBOLS=$(objects)/Module.symvers modules
