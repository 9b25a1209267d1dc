#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The host deals in super-packets: GRO makes them of what it receives, and its
# card is to cut up what it sends. MAPI shows the packets that were on the wire.
#
#	 namespace "net"	 namespace "wire"		 namespace "mon"
#
#	 play.py, as client					 play.py, as server
#	        |						        |
#	c0 10.0.0.1  <- veth ->  w0 -- bridge -- w1  <- veth ->  mon0 10.0.0.2
#	        |						        |
#	     tcpdump						  worm, worm2, flows,
#	 (single packets)				      tcpdump (super-packets)
#
# w0 cannot send super-packets: the kernel cuts those that mon0 has sent there,
# and that is what MAPI's way of cutting them is compared with.
#
# timeout: 600
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh
# shellcheck source=tests/lib/supers.sh
. tests/lib/supers.sh

# A checksum that the card is to add is not there yet in a packet that was
# single from the start: that one is as tcpdump saw it on mon0.
tcp()	# scene
{
	scene "$1"
	dump mon mon0 seen.pcap
	examples
	flow in dev mon0 dir in TO_FILE MFF_PCAP in.pcap
	curtain_up
	play bulk 10.0.0.1 10.0.0.2 256
	play bulk fd00:0::1 fd00:0::2 256
	curtain_down
	claim_examples streams or=seen.pcap
	filtered wire.pcap wire-in.pcap 'ether src 02:00:00:00:00:01'
	claim same streams wire-in.pcap in.pcap
	verdict
}

gro_off()
{
	offloads off
	tcp "without GRO"
	is "... there are no super-packets" "$(supers 01) $(supers 02)" "0 0"
}

gro_on()
{
	offloads on
	tcp "with GRO"
	ok "... super-packets came in" [ "$(supers 01)" -gt 3 ]
	ok "... and went out" [ "$(supers 02)" -gt 3 ]
}

udp()
{
	offloads on
	scene "UDP with GRO"
	dump mon mon0 seen.pcap
	examples
	flow in dev mon0 dir in TO_FILE MFF_PCAP in.pcap
	curtain_up
	play segments 10.0.0.1 10.0.0.2
	play segments fd00:0::1 fd00:0::2
	curtain_down
	claim_examples streams or=seen.pcap
	filtered wire.pcap wire-in.pcap 'ether src 02:00:00:00:00:01'
	claim same streams wire-in.pcap in.pcap
	verdict
	ok "... super-packets came in" [ "$(supers 01)" -gt 3 ]
	ok "... and went out" [ "$(supers 02)" -gt 3 ]
}

# What the stack's own TCP and UDP would not do: streams made for GRO to get
# right, or to leave alone.
streams()
{
	local proto

	offloads on
	mon ethtool -K mon0 rx-udp-gro-forwarding on >/dev/null
	for proto in tcp udp; do
		python3 "$lib/craft_gro.py" "$stage/$proto.pcap" "$proto"
	done
	scene "odd streams"
	dump mon mon0 seen.pcap
	flow in dev mon0 dir in TO_FILE MFF_PCAP in.pcap
	curtain_up
	net tcpreplay -q --topspeed -i c0 "$stage/tcp.pcap" "$stage/udp.pcap" \
		>tcpreplay.log 2>&1
	curtain_down
	filtered wire.pcap wire-in.pcap 'not ether src 02:00:00:00:00:02'
	claim same sorted wire-in.pcap in.pcap
	verdict
	ok "... there were super-packets" [ "$(supers 0f 570)" -gt 100 ]
}

# Where nobody looks at the packets, super-packets are not even cut up.
counters()
{
	net sysctl -qw net.ipv6.conf.c0.disable_ipv6=1
	scene "counters alone"
	dump mon mon0 seen.pcap
	flow count dev mon0 dir in PKT_COUNTER BYTE_COUNTER
	curtain_up
	play bulk 10.0.0.1 10.0.0.2 256
	curtain_down
	filtered wire.pcap wire-in.pcap 'ether src 02:00:00:00:00:01'
	read -ra numbers <count.counts
	claim totals wire-in.pcap "${numbers[@]}"
	verdict
	ok "... there were super-packets" [ "$(supers 01)" -gt 3 ]
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
supers_set
stage_play net mon
gro_off
gro_on
udp
streams
counters
ktap_end
