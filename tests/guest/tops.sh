#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TOP: which values of a header field most packets, or bytes, have.
#
#	v0  ------>  v1
#
#   SEED	of what is random, printed
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/rows.sh
. tests/lib/rows.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
own_network "$0"

seed=${SEED:-$RANDOM}
dir=$(mktemp -d)

ktap_begin
diag "SEED=$seed"
pair_up
for dev in v0 v1; do
	sysctl -qw "net.ipv6.conf.$dev.disable_ipv6=1" 2> /dev/null
	ip link set "$dev" arp off
done
rows_of python3 tests/lib/tops.py v0 v1 "$dir" "$seed"
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
