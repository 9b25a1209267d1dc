#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How a device can be set up: for received packets only, to swallow them, with
# the card's time stamps; and when it is promiscuous.
#
#	 namespace "net"				 namespace "mon"
#
#	c0 10.0.0.1 fd00:0::1  <------ veth ------>  mon0 10.0.0.2 fd00:0::2
#	        |					        |
#	     tcpdump					  worm, worm2, flows
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh

c0_mac=02:00:00:00:00:01
mon0_mac=02:00:00:00:00:02

promiscuous()
{
	ok "an interface is not promiscuous" is_promiscuous 0
	mapictl flow add meek dev mon0 promisc off
	ok "... nor when a flow does not want it" is_promiscuous 0
	mapictl flow add one dev mon0
	mapictl flow add two dev mon0
	ok "... but when others do, once" is_promiscuous 1
	mapictl flow del one
	ok "... and while one still does" is_promiscuous 1
	mapictl flow del two
	ok "... and then no more" is_promiscuous 0
	mapictl flow del meek
}

ingress()
{
	mapictl device set mon0 mode ingress tstamp hardware
	scene "ingress, and time stamps of a card that has none"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	curtain_up
	play udp 10.0.0.1 10.0.0.2
	play tcp fd00:0::1 fd00:0::2
	play fragments 10.0.0.1 10.0.0.2
	curtain_down
	truth=received.pcap
	filtered wire.pcap "$truth" "ether src $c0_mac"
	claim_examples
	claim same "$truth" all.pcap
	claim times "$truth" all.pcap
	verdict
}

# Packets that IP got to see.
# shellcheck disable=SC2016 # awk's own
received()
{
	mon awk '/^Ip: [0-9]/ { print $4 }
		 /^Ip6InReceives/ { print $2 }' /proc/net/snmp /proc/net/snmp6
}

# Nobody answers, not even who has an address.
consume()
{
	local before

	for address in 10.0.0.2 fd00:0::2; do
		ip -n net neigh replace "$address" dev c0 lladdr $mon0_mac nud permanent
	done
	ok "ping is answered" net ping -q -c 1 -W 5 10.0.0.2
	mapictl device set mon0 mode consume tstamp software
	scene "consume"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	before=$(received)
	deaf=deaf
	curtain_up
	play blast 10.0.0.1 10.0.0.2 500
	play blast fd00:0::1 fd00:0::2 500
	not_ok "... ping is not" net ping -q -c 1 -W 1 10.0.0.2
	is "... and IP sees nothing" "$(received)" "$before"
	curtain_down
	deaf=
	truth=received.pcap
	filtered wire.pcap "$truth" "ether src $c0_mac"
	claim_examples
	claim same "$truth" all.pcap
	verdict
	ok "... without flows, ping is answered" net ping -q -c 1 -W 5 10.0.0.2
}

# A new mode is a new place to look at: flows go on, and see all that comes before
# and after the change once.
changing()
{
	scene "modes that change"
	flow in dev mon0 dir in TO_FILE MFF_PCAP in.pcap
	mapictl device set mon0 mode tap
	curtain_up
	play blast 10.0.0.1 10.0.0.2 100
	play arrive 10.0.0.1 10.0.0.2
	mapictl device set mon0 mode ingress
	play blast 10.0.0.1 10.0.0.2 100
	play arrive 10.0.0.1 10.0.0.2
	mapictl device set mon0 mode tap
	curtain_down
	filtered wire.pcap received.pcap "ether src $c0_mac"
	claim same received.pcap in.pcap
	verdict
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
stage_set
promiscuous
ingress
consume
changing
ktap_end
