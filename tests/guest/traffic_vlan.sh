#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# VLAN tags, whether the device takes them out and puts them in or not, are part
# of the packet on the interface that carries them, and no part of it on the
# interface of the VLAN.
#
#	 namespace "net"				 namespace "mon"
#
#	 play.py, as client				 play.py, as server
#	        |					        |
#	c0.7 10.0.7.1 \				      / mon0 10.0.7.2: worm, worm2
#	               c0  <------ veth ------>  eth0   (VLAN 7)
#	c0.9.8 10.0.8.1 /			      \ eth0.9.8 10.0.8.2
#							(VLAN 8 in VLAN 9)
#
# tcpdump on c0.7 tells what the examples are to see on mon0; tcpdump on c0, in
# whose files the tags are where they belong, what is to be seen on eth0.
#
# timeout: 600
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh

vlan()	# namespace parent device id protocol
{
	ip -n "$1" link add link "$2" name "$3" type vlan protocol "$5" id "$4"
	stage_up "$1" "$3"
}

set_vlans()
{
	stage_link net c0 01 mon eth0 02
	vlan net c0 c0.7 7 802.1Q
	vlan mon eth0 mon0 7 802.1Q
	vlan net c0 c0.9 9 802.1ad
	vlan mon eth0 eth0.9 9 802.1ad
	vlan net c0.9 c0.9.8 8 802.1Q
	vlan mon eth0.9 eth0.9.8 8 802.1Q
	stage_address net c0.7 7 1
	stage_address mon mon0 7 2
	stage_address net c0.9.8 8 1
	stage_address mon eth0.9.8 8 2
	stage_single net c0 gso tso gro tx
	stage_single mon eth0 gso tso gro tx
	stage_play net mon
	wire_dev=c0.7 src=10.0.7.1 dst=10.0.7.2
}

# The examples on mon0, and on eth0 with the tag in mind.
all_examples()
{
	examples
	examples trunk WORM_DEVICE=eth0 WORM_FILTER='vlan and src port 1234'
}

claim_all_examples()
{
	claim_examples
	truth=c0.pcap
	claim_troupe trunk 'vlan and src port 1234'
}

# On eth0: with the tag in mind, without, and both tags. The slides' filter finds
# nothing there, as tcpdump would not in a file. (What it finds live depends on
# where the tag is: all packets, or half of them, in these two scenes.)
tags()	# scene
{
	local both='vlan and vlan and src port 1234'

	scene "$1"
	dump net c0 c0.pcap
	dump mon eth0 live.pcap 'vlan and src port 1234'
	all_examples
	flow two dev eth0 BPF_FILTER "$both" PKT_COUNTER TO_FILE MFF_PCAP two.pcap
	flow none dev eth0 BPF_FILTER 'src port 1234' PKT_COUNTER
	flow all dev eth0 TO_FILE MFF_PCAP all.pcap
	curtain_up
	play udp 10.0.8.1 10.0.8.2
	play tcp fd00:8::1 fd00:8::2
	play fragments fd00:7::1 fd00:7::2
	play tcp 10.0.7.1 10.0.7.2
	curtain_down
	claim_all_examples
	filtered c0.pcap both.pcap "$both"
	claim filter both.pcap "$(<two.counts)" two.pcap
	filtered c0.pcap bare.pcap 'src port 1234'
	claim filter bare.pcap "$(<none.counts)"
	claim worm live.pcap - - trunk/worm.trace
	claim same c0.pcap all.pcap
	verdict
}

stripped()
{
	tags "tags beside the packet"
}

inline()
{
	stage_single net c0 txvlan tx-vlan-stag-hw-insert
	stage_single mon eth0 txvlan tx-vlan-stag-hw-insert
	tags "tags in the packet"
}

gro()
{
	mon ethtool -K eth0 gro on >/dev/null
	mon sh -c 'echo 20000000 >/sys/class/net/eth0/gro_flush_timeout'
	scene "tags and GRO"
	dump net c0 c0.pcap
	dump mon eth0 seen.pcap
	all_examples
	curtain_up
	play bulk 10.0.7.1 10.0.7.2 256
	play bulk fd00:7::1 fd00:7::2 256
	curtain_down
	claim_all_examples
	verdict
	ok "... there were super-packets" [ "$(tcpdump -r seen.pcap --count \
		'greater 1600 and ether src 02:00:00:00:00:01' 2>/dev/null |
		cut -d' ' -f1)" -gt 10 ]
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
set_vlans
stripped
inline
gro
ktap_end
