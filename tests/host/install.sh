#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make install and make modules_install put things where they belong.
# timeout: 600
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

dest=$(mktemp -d)
ktap_begin
trap 'ktap_died $?' EXIT

ok "make install" make install DESTDIR="$dest"
ok "the kernel's interface is installed" test -f "$dest/usr/include/linux/mapi.h"
ok "make modules_install" make modules_install INSTALL_MOD_PATH="$dest"
for kernel in /lib/modules/*/build/Makefile; do
	kver=${kernel#/lib/modules/}
	kver=${kver%/build/Makefile}
	while IFS= read -r name; do
		ok "$kver: ${name%.ko} is installed" \
			test -n "$(find "$dest/lib/modules/$kver" -name "$name*")"
	done < <(sed 's|.*/||; s|\.o$|.ko|' "build/kmod/$kver/modules.order")
done
rm -rf "$dest"
ktap_end
