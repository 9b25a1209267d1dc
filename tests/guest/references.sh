#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Functions that are about the results of others, STATS, DIST, BINOP, BUCKET,
# THRESHOLD, RES2FILE, or about whether they are connected: SYNC.
#
#	v0  ------>  v1, flows that refer to themselves and to each other
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
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
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
rows_of python3 tests/lib/references.py v0 v1 "$dir" "$seed"
rows_of python3 tests/lib/buckets.py v0 v1 "$dir" "$seed"
rows_of python3 tests/lib/thresholds.py v0 v1 "$dir" "$seed"
rows_of python3 tests/lib/res2files.py v0 v1 "$dir" "$seed"
rows_of python3 tests/lib/syncs.py v0 v1 "$seed"
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
