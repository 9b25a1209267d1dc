#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory is short: each allocation of each operation fails once, see
# tests/c/nl_faults.c. Nothing may be left, and the kernel not complain.
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
[ -e /proc/self/fail-nth ] || skip_all "this kernel lets no allocation fail on demand"
own_network "$0"

debugfs=/sys/kernel/debug

# What can fail is whatever may wait, too, and single pages; and not a word of it.
for kind in failslab fail_page_alloc; do
	echo N >$debugfs/$kind/ignore-gfp-wait
	echo 0 >$debugfs/$kind/verbose
done
echo 0 >$debugfs/fail_page_alloc/min-order

pair_up
dir=$(mktemp -d)
ktap_begin
program nl_faults v0 "$dir/file"
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
ok "all modules are removed" eventually 60 modules_gone
rm -r "$dir"
ktap_end
