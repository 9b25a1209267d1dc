# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel that finds wrong use of memory and locks, and leaks; scripts/kernel
# builds it, from Debian's source.

# shellcheck disable=SC2034 # what kernel_resolve() wants
kernel_debug()	# name
{
	[ "$1" = debug ] || return 1
	kernel_built debug
	kernel_mem=2G
	# It has no ACPI, in which it would stall now and then.
	kernel_packages=y
	# Nor has it a clock to tell by how fast that of the processor is, and what
	# QEMU emulates is this machine's.
	kernel_cmdline="tsc_early_khz=$(awk '/^cpu MHz/ { printf "%d", $4 * 1000; exit }' /proc/cpuinfo)"
	# Objects leak as far as nobody points to them; what is left at the end
	# is looked at by the test runner.
	kernel_cmdline+=" kmemleak=on kunit.enable=1"
}
