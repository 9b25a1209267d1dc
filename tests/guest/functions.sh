#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What functions say of packets of every kind, after each of them.
#
#	v0  ------>  v1, a flow with all functions
#
#   SEED	of what is random, printed
#
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/rows.sh
. tests/lib/rows.sh
own_network "$0"

seed=${SEED:-$RANDOM}
dir=$(mktemp -d)

ktap_begin
diag "SEED=$seed"
pair_up
for dev in v0 v1; do
	ip link set "$dev" mtu 9000
	ip link set "$dev" arp off
done
rows_of python3 tests/lib/functions.py v0 v1 "$dir" "$seed"
rm -r "$dir"
ktap_end
