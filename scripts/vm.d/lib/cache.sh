# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # here, run, kver, ...: variables of scripts/vm
#
# What is dear to make and the same every time, kept below ~/.cache/mapi.
# Names end in a hash of everything the content is made from; of each kind
# only the few used last are kept.

cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/mapi

cache_trim()	# prefix number-to-keep
{
	# The names are ours: no blanks, no newlines.
	# shellcheck disable=SC2012
	ls -1dt "$cache_dir/$1"* 2>/dev/null | tail -n +$(($2 + 1)) |
		xargs -r rm -rf --
}

# Prints the path of the initramfs for $kver, building it when need be.
cache_initramfs()
{
	local key file

	key=$({ stat -Lc '%s %Y' "$moddir/modules.dep" "$(command -v busybox)"
		cat "$here/vm.d/guest/init" "$here/vm.d/lib/initramfs"
		echo "$moddir $kernel_modules"
	} | sha256sum | cut -c1-16)
	file=$cache_dir/initramfs-$kver-$key
	if [ ! -s "$file" ]; then
		mkdir -p "$cache_dir"
		# shellcheck disable=SC2086 # names of modules
		"$here/vm.d/lib/initramfs" "$kver" "$moddir" "$file.$$" $kernel_modules
		mv "$file.$$" "$file"
		cache_trim initramfs- 8
	fi
	touch -c "$file"
	echo "$file"
}

# Sets image to the unpacked kernel inside it, if it can be had: unpacking takes
# a tenth of a second here and seconds in an emulator. Such a kernel is entered
# by the PVH protocol, at fixed addresses (no KASLR).
cache_unpacked()
{
	local key file at len unpack

	grep -qs '^CONFIG_PVH=y' "/boot/config-$kver" || return 0
	key=$(stat -Lc '%n %s %Y' "$image" | sha256sum | cut -c1-16)
	file=$cache_dir/vmlinux-$kver-$key
	if [ ! -s "$file" ]; then
		# Fields of the header: setup_sects, payload_offset, payload_length.
		at=$((($(od -An -tu1 -j497 -N1 "$image") + 1) * 512 +
		      $(od -An -tu4 -j584 -N4 "$image")))
		len=$(od -An -tu4 -j588 -N4 "$image")
		case $(od -An -tx1 -j$at -N4 "$image") in
		' fd 37 7a 58')	unpack='xz -dc' ;;
		' 28 b5 2f fd')	unpack='zstd -qdc' ;;
		' 1f 8b '*)	unpack='gzip -dc' ;;
		*)		return 0 ;;
		esac
		mkdir -p "$cache_dir"
		# The last four bytes are the size, which is no part of the stream.
		if ! tail -c +$((at + 1)) "$image" | head -c $((len - 4)) |
		     $unpack >"$file.$$"; then
			rm -f "$file.$$"
			return 0
		fi
		mv "$file.$$" "$file"
		cache_trim vmlinux- 4
	fi
	touch -c "$file"
	image=$file
}
