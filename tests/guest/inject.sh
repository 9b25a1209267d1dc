#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# INJECT sends packets to another interface, all of them and as they are, and says
# what became of those that it could not send.
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
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
# What a pair of devices says that it sent it may drop behind that.
[ -n "${MAPI_OWN_NETWORK:-}" ] || sysctl -qw net.core.netdev_max_backlog=100000
own_network "$0"

seed=${SEED:-$RANDOM}
dir=$(mktemp -d)
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh

ktap_begin
diag "SEED=$seed"
pair_up
ip link add w0 type veth peer name w1
for dev in v0 v1 w0 w1; do
	ip link set "$dev" mtu 9000 arp off up
done
hold "$nobody" 1 v1 INJECT w0
is "without CAP_NET_ADMIN it is refused" "$held" "0 6170 INJECT needs CAP_NET_ADMIN"
let_go "$nobody"
rows_of python3 tests/lib/inject.py "$dir" "$seed"
ok "nobody holds a module" eventually 60 modules_idle
rm -r "$dir"
ktap_end
