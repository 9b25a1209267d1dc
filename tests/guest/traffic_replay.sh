#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Captures, replayed: what tcpdump makes of them MAPI makes of them, too.
#
#	 namespace "net"				 namespace "mon"
#
#	tcpreplay --->  c0  <------ veth ------>  mon0: worm, worm2, flows
#	        	|
#		     tcpdump
#
# One capture is made of frames that no stack would send; real ones come from
# ../shared/traces, if they are there.
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh

traces=$PWD/../shared/traces

replay()	# files...
{
	net tcpreplay -q --pps=3000 -i c0 "$@" >tcpreplay.log 2>&1 ||
		fail "tcpreplay" "$(<tcpreplay.log)"
}

# What a filter passes is in a file of its own.
filter_flow()	# name expression
{
	flow "$1" dev mon0 BPF_FILTER "$2" PKT_COUNTER TO_FILE MFF_PCAP "$1.pcap"
}

claim_flow()	# name expression
{
	filtered wire.pcap "wire-$1.pcap" "$2"
	claim filter "wire-$1.pcap" "$(<"$1.counts")" "$1.pcap"
}

crafted()
{
	python3 "$lib/craft.py" "$stage/crafted.pcap"
	scene "crafted frames"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	filter_flow tagged 'vlan and (vlan or src port 1234)'
	filter_flow loads 'ip[2:2] = 600 and udp[4:2] = 500'
	curtain_up
	replay "$stage/crafted.pcap"
	curtain_down
	claim_examples
	claim_flow tagged 'vlan and (vlan or src port 1234)'
	claim_flow loads 'ip[2:2] = 600 and udp[4:2] = 500'
	claim same wire.pcap all.pcap
	verdict
}

real()
{
	local files numbers phrase=0x00 some='src port 1234 or tcp or (vlan and tcp)'

	if [ ! -d "$traces" ]; then
		skip "real captures" "no folder ../shared/traces"
		return
	fi
	files=("$traces"/*.pcap)
	scene "real captures"
	examples real WORM_FILTER="$some"
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	filter_flow syn 'tcp[tcpflags] & tcp-syn != 0 or (vlan and tcp)'
	filter_flow tunnels 'udp port 4789 or mpls'
	filter_flow large 'greater 1000'
	flow text dev mon0 BPF_FILTER vlan PKT_COUNTER STR_SEARCH "$phrase" 100 300 \
		PKT_COUNTER TO_FILE MFF_PCAP text.pcap
	curtain_up
	replay "${files[@]}"
	curtain_down
	claim_flow syn 'tcp[tcpflags] & tcp-syn != 0 or (vlan and tcp)'
	claim_flow tunnels 'udp port 4789 or mpls'
	claim_flow large 'greater 1000'
	claim_troupe real "$some"
	read -ra numbers <text.counts
	filtered wire.pcap vlan.pcap vlan
	claim worm pattern="$phrase" vlan.pcap "${numbers[@]}" text.pcap
	claim same wire.pcap all.pcap
	verdict
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
stage_set
crafted
real
ktap_end
