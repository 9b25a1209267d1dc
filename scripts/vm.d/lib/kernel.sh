# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# From the name of a kernel to all that is needed to boot it.
#
# Every file scripts/vm.d/KIND.sh defines kernel_KIND NAME. It returns 1 when
# NAME is not its business, or sets:
#
#   image		the kernel's image
#   kver		its release, as uname -r prints it
#   moddir		the folder of its own modules
#   machine		what it runs on, if not qemu: a file of vm.d/machine
#   kernel_modules	what it must load to reach its root, if not these
#   kernel_cmdline	more kernel arguments
#   kernel_mem	memory, if no other was asked for
#   kernel_packages	not empty: it finds one processor of each package only
#   kernel_args		more arguments of QEMU (an array)

# shellcheck disable=SC2034,SC2154 # here is set, and the rest read, by scripts/vm
kernel_resolve()	# name
{
	local file

	image='' kver='' moddir='' machine=qemu kernel_cmdline='' kernel_mem=1G kernel_packages=''
	kernel_modules='virtio_pci virtio_console 9p 9pnet_virtio overlay' kernel_args=()
	for file in "$here"/vm.d/*.sh; do
		# shellcheck source=scripts/vm.d/stock.sh
		. "$file"
		file=${file##*/}
		if "kernel_${file%.sh}" "$1"; then
			[ -r "$image" ] || die "$image is not readable; as root: chmod a+r $image"
			return 0
		fi
	done
	die "no kernel $1 here; run scripts/setup run"
}

# The release a bzImage names in its header.
kernel_release()	# image
{
	local at

	[ "$(dd if="$1" bs=1 skip=514 count=4 status=none)" = HdrS ] || return 1
	at=$(od -An -tu2 -j526 -N2 "$1")
	dd if="$1" bs=1 skip=$((at + 512)) count=128 status=none |
		tr '\0' ' ' | cut -d' ' -f1
}

# One that scripts/kernel builds.
# shellcheck disable=SC2034,SC2154
kernel_built()	# name
{
	local dir

	dir=$("$here/kernel" "$1") || exit 97
	dir=$(readlink -f "$dir")
	image=$dir/image
	kver=$(cat "$dir/release")
	moddir=$dir/root/lib/modules/$kver
}
