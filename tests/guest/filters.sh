#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every kind of filter passes what tcpdump says it does, of packets of every kind,
# with all of them on a device at the same time.
#
#	v0, all filters, outgoing  ------>  v1, all filters, incoming
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

build=${BUILD:-$PWD/build}
seed=${SEED:-$RANDOM}
dir=$(mktemp -d)

ktap_begin
diag "SEED=$seed"
pair_up
for dev in v0 v1; do
	ip link set "$dev" mtu 9000
	ip link set "$dev" arp off
done
rows_of python3 tests/lib/filters.py "$build" v0 v1 "$dir" "$seed"
rm -r "$dir"
ktap_end
