# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A stage, beside traffic.sh, on which mon0 deals in super-packets, and c0 in
# single ones:
#
#	 namespace "net"	 namespace "wire"		 namespace "mon"
#
#	c0 10.0.0.1  <- veth ->  w0 -- bridge -- w1  <- veth ->  mon0 10.0.0.2
#
# w0 cannot send super-packets: the kernel cuts those that mon0 has sent there,
# and that is what MAPI's way of cutting them is compared with.

# Nobody asks for the other's address: the question would overtake what GRO holds
# back, or come when not all are watching yet.
stage_know()	# namespace device subnet host namespace-of-host device-of-host
{
	local address mac

	mac=$(ip -n "$5" -j link show "$6" | jq -r '.[0].address')
	for address in "10.0.$3.$4" "fd00:$3::$4"; do
		ip -n "$1" neigh replace "$address" dev "$2" lladdr "$mac" \
			nud permanent
	done
}

supers_set()
{
	stage_link net c0 01 wire w0 11
	stage_link wire w1 12 mon mon0 02
	ip -n wire link add bridge type bridge mcast_snooping 0
	ip -n wire link set w0 master bridge
	ip -n wire link set w1 master bridge
	stage_up wire bridge
	stage_address net c0 0 1
	stage_address mon mon0 0 2
	stage_know net c0 0 2 mon mon0
	stage_know mon mon0 0 1 net c0
	stage_single net c0 gso tso gro tx
	stage_single wire w0 gso tso gro tx
	stage_single wire w1 gro tso	# TSO there keeps packets from GRO here
}

offloads()	# on|off
{
	mon ethtool -K mon0 gro "$1" gso "$1" tso "$1" >/dev/null
	# Held back so long, packets that follow each other do meet.
	mon sh -c 'echo 20000000 >/sys/class/net/mon0/gro_flush_timeout'
}

# Super-packets that tcpdump saw on mon0, sent by a station.
supers()	# last-byte-of-mac [size]
{
	tcpdump -r seen.pcap --count "greater ${2:-1600} and ether src 02:00:00:00:00:$1" \
		2>/dev/null | cut -d' ' -f1
}
