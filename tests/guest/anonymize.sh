#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ANONYMIZE and ANONYMIZEIP: each field and what becomes of it, byte by byte beside a
# model (tests/lib/anonymize.py), on traces and on an interface that others use too.
#
#	v0  ------>  v1, flows with them
#
#   SEED	of what is random, printed
#
# timeout: 900
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
	ip link set "$dev" mtu 9000
	ip link set "$dev" arp off
done
rows_of python3 tests/lib/anonymize.py v0 v1 "$dir" "$seed"
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
