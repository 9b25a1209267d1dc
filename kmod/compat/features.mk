# SPDX-License-Identifier: GPL-2.0
#
# What the kernel at hand has, as -DHAVE_..., for the shadow headers here.
# Ask the headers for the feature; ask for the version only where they cannot tell.

has = $(if $(shell grep -sqw "$(2)" $(srctree)/include/$(1) && echo y),-D$(3))

features-y += $(call has,linux/mm.h,vm_flags_clear,HAVE_VM_FLAGS_CLEAR)
features-y += $(call has,linux/rcupdate.h,call_rcu_hurry,HAVE_CALL_RCU_HURRY)
features-y += $(call has,net/gso.h,__skb_gso_segment,HAVE_NET_GSO_H)
features-y += $(call has,linux/unaligned.h,get_unaligned,HAVE_LINUX_UNALIGNED_H)
