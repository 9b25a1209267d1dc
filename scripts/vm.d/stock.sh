# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The distribution's kernels: 6.1 is the newest installed 6.1.x, and so on; a
# full release or the path of an image names one exactly.

# shellcheck disable=SC2034 # what kernel_resolve() wants
kernel_stock()	# name
{
	case $1 in
	/* | ./* | ../*)
		image=$1
		kver=$(kernel_release "$image") || return 1
		;;
	*)
		kver=$(stock_newest "$1")
		[ -n "$kver" ] || return 1
		image=/boot/vmlinuz-$kver
		;;
	esac
	moddir=/lib/modules/$kver
	[ -d "$moddir" ]
}

stock_newest()	# version
{
	local f

	for f in "/boot/vmlinuz-$1" "/boot/vmlinuz-$1."*; do
		[ -e "$f" ] || continue
		f=${f#/boot/vmlinuz-}
		case $f in *-rt-* | *-cloud-*) [ "$f" = "$1" ] || continue ;; esac
		echo "$f"
	done | sort -V | tail -n 1
}
