# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel that finds wrong use of memory and locks, and leaks; scripts/kernel
# builds it, from Debian's source.

# shellcheck disable=SC2034,SC2154 # what kernel_resolve() wants; here is vm's
kernel_debug()	# name
{
	local dir

	[ "$1" = debug ] || return 1
	dir=$("$here/kernel" debug) || exit 97
	dir=$(readlink -f "$dir")
	image=$dir/image
	kver=$(cat "$dir/release")
	moddir=$dir/root/lib/modules/$kver
	kernel_mem=2G
	# Objects leak as far as nobody points to them; what is left at the end
	# is looked at by the test runner.
	kernel_cmdline="kmemleak=on"
}
