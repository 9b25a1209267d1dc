# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# User-mode Linux, a kernel that is a program of this machine; scripts/kernel
# builds it, from Debian's source.

# shellcheck disable=SC2034 # what kernel_resolve() wants
kernel_uml()	# name
{
	[ "$1" = uml ] || return 1
	kernel_built uml
	machine=uml
	kernel_modules=''
	kernel_cmdline="kunit.enable=1"
}
