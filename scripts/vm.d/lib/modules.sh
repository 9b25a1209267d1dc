# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # here, run, kver, ...: variables of scripts/vm
#
# The built modules, and an index of them and the kernel's own for modprobe.
#
# depmod reads every module of the kernel, which takes seconds. Its result
# depends only on the names of our modules, on what they export and need and on
# their aliases, so it is kept until one of these changes.

modules_stage()	# folder to fill
{
	local built=${MAPI_VM_MODULES:-$here/../build/kmod/$kver} index

	# modules.order, not *.ko: a module whose source is gone may linger.
	[ -s "$built/modules.order" ] || return 0
	mkdir -p "$1/updates"
	printf '%s' "$moddir" >"${1%/*}/moddir"
	(
		# Not while make is at work on them.
		if [ -r "$built/.lock" ]; then
			exec 9<"$built/.lock"
			flock -s 9
		fi
		sed 's|.*/||; s|\.o$|.ko|' "$built/modules.order" | while read -r ko; do
			cp "$built/$ko" "$1/updates/" 2>/dev/null ||
				echo "vm: $ko is not built for $kver; run make" >&2
		done
	)
	index=$(modules_index "$1/updates")
	cp "$index"/modules.* "$1/"
}

modules_interface()	# folder
{
	local ko

	stat -Lc '%s %Y' "$moddir/modules.dep"
	for ko in "$1"/*.ko; do
		echo "${ko##*/}"
		modinfo -F alias "$ko"
		modinfo -F depends "$ko"
		modinfo -F softdep "$ko"
		nm "$ko" | awk '$3 ~ /^__ksymtab_/ { print $3 }'
	done
}

# Prints the folder that holds the index for the modules in a folder.
modules_index()	# folder
{
	local dir tree f

	dir=$cache_dir/index-$kver-$(modules_interface "$1" | sha256sum | cut -c1-16)
	if [ ! -d "$dir" ]; then
		mkdir -p "$cache_dir"
		tree=$(mktemp -d "$cache_dir/tmp.XXXXXX")
		mkdir -p "$tree/lib/modules/$kver"
		for f in "$moddir"/*; do
			case $f in
			*/build | */source) ;;
			*/modules.order | */modules.builtin*) cp "$f" "$tree/lib/modules/$kver/" ;;
			*/modules.*) ;;
			*) ln -s "$f" "$tree/lib/modules/$kver/" ;;
			esac
		done
		rm -f "$tree/lib/modules/$kver/updates"
		ln -s "$1" "$tree/lib/modules/$kver/updates"
		depmod -b "$tree" "$kver"
		mkdir "$tree/index"
		mv "$tree/lib/modules/$kver"/modules.* "$tree/index/"
		mv -T "$tree/index" "$dir" 2>/dev/null || [ -d "$dir" ]
		rm -rf "$tree"
		cache_trim index- 8
	fi
	touch -c "$dir"
	echo "$dir"
}
