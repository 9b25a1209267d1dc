#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On the loopback interface each packet is sent and received: MAPI shows it
# once, as tcpdump does.
#
#	 namespace "mon"
#
#	lo, also known as mon0, with 10.0.0.1, 10.0.0.2, fd00:0::1 and fd00:0::2
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh

set_loopback()
{
	ip netns add mon
	ip -n mon link property add dev lo altname mon0
	stage_up mon lo
	stage_address mon lo 0 1
	stage_address mon lo 0 2
	stage_single mon lo gso tso
	stage_play mon mon
	wire_ns=mon wire_dev=lo
}

once()
{
	scene "loopback"
	examples
	flow all dev lo TO_FILE MFF_PCAP all.pcap
	flow in dev lo dir in BPF_FILTER 'src port 1234' PKT_COUNTER
	curtain_up
	play udp 10.0.0.1 10.0.0.2
	play tcp 10.0.0.1 10.0.0.2
	play udp fd00:0::1 fd00:0::2
	play fragments 10.0.0.1 10.0.0.2
	curtain_down
	claim_examples
	claim same wire.pcap all.pcap
	claim filter bpf.pcap "$(<in.counts)"
	verdict
}

# All that is sent there is received, and shown as that.
sent()
{
	local add=(mapictl flow add out dev lo dir out PKT_COUNTER)

	not_ok "... a flow of what is sent alone is refused" "${add[@]}"
	ok "... and told why" grep -q 'received packets only' <<<"$("${add[@]}" 2>&1)"
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
set_loopback
once
sent
ktap_end
