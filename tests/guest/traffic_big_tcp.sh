#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# BIG TCP: super-packets of more than 64 KiB, on the stage of supers.sh.
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh
# shellcheck source=tests/lib/supers.sh
. tests/lib/supers.sh

jumbograms()
{
	local name="... there were jumbograms" seen

	seen=$(supers 02 66000)
	if [ "$seen" = 0 ] && [[ $(uname -r) == 6.1.* ]]; then
		skip "$name" "none seen: this kernel's TCP makes none over veth"
	else
		ok "$name" [ "$seen" -gt 3 ]
	fi
}

# Super-packets of more than 64 KiB have a header that is not on the wire.
big_tcp()
{
	sysctl -qw net.core.rmem_max=4194304 net.core.wmem_max=4194304
	ip -n mon link set mon0 gso_max_size 180000 gro_max_size 180000
	# However slow the machine: TCP makes them as large as a millisecond allows.
	mon sysctl -qw net.ipv4.tcp_min_tso_segs=60
	scene "BIG TCP"
	dump mon mon0 seen.pcap
	flow all dev mon0 TO_FILE MFF_PCAP all.pcap size=8388608
	curtain_up
	play jumbo fd00:0::1 fd00:0::2 3200
	curtain_down
	claim same streams or=seen.pcap wire.pcap all.pcap
	verdict
	jumbograms
}

big_tcp_counters()
{
	scene "BIG TCP, counters alone"
	dump mon mon0 seen.pcap
	flow count dev mon0 dir out PKT_COUNTER BYTE_COUNTER
	curtain_up
	play jumbo fd00:0::1 fd00:0::2 3200
	curtain_down
	filtered wire.pcap wire-out.pcap 'ether src 02:00:00:00:00:02'
	read -ra numbers <count.counts
	claim totals wire-out.pcap "${numbers[@]}"
	verdict
	jumbograms
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
supers_set
offloads on
stage_play net mon
big_tcp
big_tcp_counters
ktap_end
