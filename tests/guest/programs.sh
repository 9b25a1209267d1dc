#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs as they were written for MAPI 2.x (tests/programs), on a trace and on
# a device whose packets are known.
#
#	v0  ------>  v1, flows with them
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/rows.sh
. tests/lib/rows.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
own_network "$0"

dir=$(mktemp -d)

ktap_begin
pair_up
for dev in v0 v1; do
	ip link set "$dev" arp off
done
# shellcheck disable=SC2154
rows_of python3 tests/lib/programs.py v0 v1 "$dir" "$programs/programs"
rows_of python3 tests/lib/programs.py v0 v1 "$dir" "$programs/programs89" \
	mapi_top mapi_gap mapi_interface
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
