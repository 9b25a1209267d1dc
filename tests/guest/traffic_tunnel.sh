#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Super-packets in tunnels: MAPI shows the packets that were on the wire, outer
# headers and all, whoever looks at them.
#
#	 namespace "net"	 namespace "wire"		 namespace "mon"
#
#	 play.py, as client					 play.py, as server
#	        |						        |
#	t0 10.0.1.1						 t0 10.0.1.2
#	        |						        |
#	c0 10.0.0.1  <- veth ->  w0 -- bridge -- w1  <- veth ->  mon0 10.0.0.2
#	        |						        |
#	     tcpdump						    flows, tcpdump
#	 (single packets)					    (super-packets)
#
# timeout: 600
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh
# shellcheck source=tests/lib/supers.sh
. tests/lib/supers.sh

set_tunnel()	# network type words...
{
	local a=$1 ns host peer

	for ns in net mon; do
		host=1 peer=2
		[ "$ns" = net ] || host=2 peer=1
		ip -n "$ns" link add t0 mtu 1400 type "$2" \
			local "$a$host" remote "$a$peer" "${@:3}"
		stage_up "$ns" t0
		stage_address "$ns" t0 1 "$host"
	done
	if [ "$2" != ipip ]; then
		stage_know net t0 1 2 mon t0
		stage_know mon t0 1 1 net t0
	fi
	stage_single net t0 gso tso gro
	mon ethtool -K t0 gro off >/dev/null
}

end_tunnel()
{
	ip -n net link del t0
	ip -n mon link del t0
}

# A VLAN on either side, whose tags the devices take out and put in.
set_vlan()
{
	local ns dev

	for ns in net mon; do
		dev=c0
		[ "$ns" = net ] || dev=mon0
		ip -n "$ns" link add link $dev name vlan type vlan id 7
		stage_up "$ns" vlan
	done
	stage_address net vlan 7 1
	stage_address mon vlan 7 2
	stage_know net vlan 7 2 mon vlan
	stage_know mon vlan 7 1 net vlan
}

# How many packets a file has.
packets()	# file
{
	tcpdump -r "$1" --count 2>/dev/null | cut -d' ' -f1
}

# All that enters a flow is behind it, or was stopped.
# shellcheck disable=SC2016,SC2317 # jq's own; called by ok
balanced()	# flow
{
	mapictl -j flow show "$1" |
		jq -e '.[0] | .in == .out + ([.functions[].filtered] | add)'
}

# A sample, and what TO_BUFFER would be given, are of single packets.
ledger()
{
	local kept

	ok "... the sum is right" balanced some
	kept=$(counts some)
	mapictl flow del some
	is "... one packet of a sample is one in its file" "$(packets some.pcap)" "$kept"
	ok "... and there were some" [ "$kept" -gt 3 ]
}

through()	# name network type words...
{
	set_tunnel "${@:2}"
	scene "$1"
	dump mon mon0 seen.pcap
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap size=8388608
	mapictl flow add some dev mon0 SAMPLE 2 PKT_COUNTER \
		TO_FILE MFF_PCAP some.pcap size=8388608
	curtain_up
	play bulk 10.0.1.1 10.0.1.2 256
	play segments 10.0.1.1 10.0.1.2
	[ "$3" = ipip ] || play bulk fd00:1::1 fd00:1::2 256
	curtain_down
	ledger
	claim same streams atomic or=seen.pcap wire.pcap all.pcap
	verdict
	ok "... super-packets went out" [ "$(supers 02)" -gt 3 ]
	diag "$(supers 01) super-packets came in"

	scene "$1, counters alone"
	flow count dev mon0 PKT_COUNTER BYTE_COUNTER
	curtain_up
	play bulk 10.0.1.1 10.0.1.2 256
	play segments 10.0.1.1 10.0.1.2
	curtain_down
	read -ra numbers <count.counts
	claim totals wire.pcap "${numbers[@]}"
	verdict
	end_tunnel
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
supers_set
offloads on
stage_play net mon
src=10.0.1.1 dst=10.0.1.2
through VXLAN 10.0.0. vxlan id 7 dstport 4789
through "VXLAN over IPv6" fd00:0:: vxlan id 7 dstport 4789
through GRE 10.0.0. gretap
# What mon0 sends is on its way for long: where a scene ends is not when.
tc -n wire qdisc add dev w0 root netem delay 20ms limit 10000
through IPIP 10.0.0. ipip
tc -n wire qdisc del dev w0 root
set_vlan
through "VXLAN in a VLAN" 10.0.7. vxlan id 7 dstport 4789
ktap_end
