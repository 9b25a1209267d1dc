#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by eventually
#
# Random flows of three users share what they have in common, on two CPUs that
# receive and send, and each counts as if it were alone (tests/bin/random_flows.c).
#
#   SEED	of what is random, printed; what comes at the same time still varies
#   LENGTH	seconds (60)
#
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/quiet.sh
. tests/lib/quiet.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh

build=${BUILD:-$PWD/build}
seed=${SEED:-$RANDOM}
long=${LENGTH:-60}

[ "$(nproc)" -ge 2 ] || skip_all "one CPU cannot change what another is in"
modprobe tun 2>/dev/null
[ -e /dev/net/tun ] || skip_all "this kernel has no tap devices"
own_network "$0"

value()	# name
{
	sed -n "s/.*\<$1 \([0-9]*\).*/\1/p" <<<"$told"
}

ktap_begin
diag "SEED=$seed"
modprobe -a mapi_nic mapi_pkt_counter mapi_byte_counter mapi_bpf_filter mapi_sample \
	mapi_str_search mapi_to_buffer
ip tuntap add tap0 mode tap
# What is sent is sent at once, by who sends it.
tc qdisc replace dev tap0 root noqueue
ip link set tap0 arp off
quiet_up tap0
said=$("$build/tests/random_flows" "$long" "$seed" 2>&1)
status=$?
told=$(grep '^packets ' <<<"$said")
diag "${told:-nothing was told}"
grep -v '^packets ' <<<"$said" | head -n 60
is "all counts were as they had to be" "$(grep -c 'not so' <<<"$said")" 0
is "to the end" "$status" 0
for what in packets made ends resets read exact between; do
	ok "there were many: $what" [ "$(value $what)" -gt $((long / ${SLOW:-1})) ]
done
ip link del tap0
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
ktap_end
