#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The slides' program, and the same job as MAPI 2.x would do it, see exactly
# what tcpdump sees: TCP and UDP, IPv4 and IPv6, with extension headers, in
# fragments, in jumbo frames, in pages that are sent as they are.
#
#	 namespace "net"				 namespace "mon"
#
#	 play.py, as client				 play.py, as server
#	        |					        |
#	c0 10.0.0.1 fd00:0::1  <------ veth ------>  mon0 10.0.0.2 fd00:0::2
#	        |					        |
#	     tcpdump					  worm, worm2, flows
#
# Packets are single on this wire: no segmentation is left to the card, and
# none are put together again. traffic_gro.sh is about those.
#
# timeout: 600
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh

# Both ends send, and each other direction has a flow of its own.
ipv4()
{
	scene "IPv4"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	flow in dev mon0 dir in BPF_FILTER 'src port 1234' PKT_COUNTER \
		TO_FILE MFF_PCAP in.pcap
	flow out dev mon0 dir out BPF_FILTER 'src port 1234' PKT_COUNTER \
		TO_FILE MFF_PCAP out.pcap
	curtain_up
	play udp 10.0.0.1 10.0.0.2
	play tcp 10.0.0.1 10.0.0.2
	curtain_down
	claim_examples
	claim same wire.pcap all.pcap
	claim times wire.pcap all.pcap
	filtered wire.pcap bpf-in.pcap 'src port 1234 and ether src 02:00:00:00:00:01'
	filtered wire.pcap bpf-out.pcap 'src port 1234 and ether src 02:00:00:00:00:02'
	claim filter bpf-in.pcap "$(<in.counts)" in.pcap
	claim filter bpf-out.pcap "$(<out.counts)" out.pcap
	verdict
}

ipv6()
{
	scene "IPv6"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	curtain_up
	play udp fd00:0::1 fd00:0::2
	play tcp fd00:0::1 fd00:0::2
	play headers fd00:0::1 fd00:0::2
	curtain_down
	claim_examples
	claim same wire.pcap all.pcap
	verdict
}

fragments()
{
	scene "fragments"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	curtain_up
	play fragments 10.0.0.1 10.0.0.2
	play fragments fd00:0::1 fd00:0::2
	curtain_down
	claim_examples
	claim same wire.pcap all.pcap
	verdict
}

jumbo()
{
	ip -n net link set c0 mtu 9000
	ip -n mon link set mon0 mtu 9000
	scene "jumbo frames"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	curtain_up
	play large 10.0.0.1 10.0.0.2 8972
	play large fd00:0::1 fd00:0::2 8952
	play pages 10.0.0.1 10.0.0.2
	play bulk fd00:0::1 fd00:0::2 256
	curtain_down
	claim_examples
	claim same wire.pcap all.pcap
	verdict
}

# Two CPUs send at once: what was sent first is anybody's guess.
two_cpus()
{
	scene "two CPUs"
	examples
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap
	curtain_up
	play both 10.0.0.1 10.0.0.2 600
	curtain_down
	claim_examples sorted
	claim same sorted wire.pcap all.pcap
	verdict
}

are_connected()	# number of flows
{
	mapictl -j flow list | jq -e "map(select(.connected)) | length == $1" >/dev/null
}

# Not hurried, and interrupted as a user would do it.
as_it_is()
{
	scene "the examples as they are"
	act /dev/null --default-signal=INT "$worm"
	act worm2.out --default-signal=INT "$worm2" mon0
	await are_connected 2
	curtain_up
	play blast 10.0.0.1 10.0.0.2 300
	play end 10.0.0.1 10.0.0.2
	await has_ended wire.pcap
	filtered wire.pcap bpf.pcap 'src port 1234'
	await grep -q "of $(tcpdump -r bpf.pcap --count 2>/dev/null)" worm2.out
	kill -INT "${cast[@]}"
	wait "${cast[@]}" || :
	cast=()
	leave
	claim worm bpf.pcap - - worm.trace
	claim worm2 bpf.pcap worm2.out
	verdict
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
stage_set
ipv4
ipv6
fragments
jumbo
two_cpus
as_it_is
ktap_end
