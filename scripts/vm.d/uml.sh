# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# User-mode Linux, a kernel that is a program of this machine; scripts/kernel
# builds it, from Debian's source: as quick as it can be, or with all checks of
# the debug kernel.

# shellcheck disable=SC2034 # what kernel_resolve() wants
kernel_uml()	# name
{
	[ "$1" = uml ] || [ "$1" = uml-debug ] || return 1
	kernel_built "$1"
	machine=uml
	kernel_modules=''
	kernel_cmdline="kunit.enable=1"
	if [ "$1" = uml-debug ]; then
		kernel_mem=2G
		kernel_cmdline+=" kmemleak=on"
	fi
}
