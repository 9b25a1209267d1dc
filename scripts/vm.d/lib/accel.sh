# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # here, run, kver, ...: variables of scripts/vm
#
# KVM where it works, else TCG. A /dev/kvm that opens proves nothing (guests
# hang on some nested ones), so each boot of this machine tries it once.

# shellcheck disable=SC2034 # accel is for the caller
accel_choose()
{
	case ${MAPI_VM_ACCEL:-$(accel_tried)} in
	kvm)	accel=(-accel kvm -cpu host) ;;
	tcg)	accel=(-accel "tcg,thread=multi") ;;
	*)	accel=(-accel "$MAPI_VM_ACCEL") ;;
	esac
}

# The kernel patches its code through int3. QEMU before 8.1 sometimes keeps a
# translation of that moment when two processors are emulated in parallel, and
# the kernel dies of a breakpoint nobody set.
accel_stumbled()
{
	grep -aqE 'int3: 0000 \[#1\]' "$run/console.log"
}

accel_tried()
{
	local file verdict=tcg

	if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
		echo tcg
		return
	fi
	file=$cache_dir/accel-$(cat /proc/sys/kernel/random/boot_id)
	if [ ! -s "$file" ]; then
		mkdir -p "$cache_dir"
		MAPI_VM_ACCEL=kvm MAPI_VM_BOOT_LIMIT=8 MAPI_VM_MODULES=none \
			"$here/vm" --kernel "$kernel" --timeout 8 -- true \
			>/dev/null 2>&1 && verdict=kvm
		echo "$verdict" >"$file.$$"
		mv "$file.$$" "$file"
		cache_trim accel- 2
	fi
	cat "$file"
}
