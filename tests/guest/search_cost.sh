#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What STR_SEARCH costs a packet is bounded by the packet's length, whatever the
# pattern. The payload of the packets is zeros, and patterns are made of zeros
# to match nearly, everywhere. One instruction takes one nanosecond here.
#
# vm: --icount
# shadow: 0
# not on uml: instructions are counted by an emulator
# not on debug: its own checks would be counted, too
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
own_network "$0"

mapictl=${BUILD:-$PWD/build}/user/mapictl
packets=200
bytes=6000

zeros()	# number
{
	printf '%0*d' $(($1 * 2)) 0
}

# Instructions that a packet costs, with all that the kernel does with it.
cost()
{
	local usec

	pktgen_run
	usec=$(sed -n 's/.*OK: \([0-9]*\)(.*/\1/p' "$pktgen/v0@0")
	echo $((usec * 1000 / packets))
}

# Per byte of the packet: the method takes some twenty at worst.
bounded()	# name pattern
{
	local with count

	"$mapictl" flow add search dev v0 STR_SEARCH "$2" PKT_COUNTER >/dev/null
	with=$(cost)
	count=$("$mapictl" -j result search |
		jq '.[].functions[] | select(.name == "PKT_COUNTER").result[0]')
	"$mapictl" flow del search
	is "$1: not found" "$count" 0
	ok "$1: $((with - without)) instructions for $bytes bytes" \
		[ $((with - without)) -lt $((bytes * 30)) ]
}

pair_up
ktap_begin
modprobe -a mapi-source-nic mapi-func-STR_SEARCH
pktgen_begin
pktgen_add 0 v0 netif_receive "$packets" pkt_size "$bytes"
without=$(cost)
bounded "a word" pattern
bounded "a word and a byte that is everywhere" "|$(zeros 6) 01|"
bounded "the last byte but one differs" "|$(zeros 1000) 01 00|"
bounded "the last byte differs" "|$(zeros 1000) 01|"
bounded "the first bytes differ" "|ff ff ff $(zeros 1000)|"
bounded "the byte in the middle differs" "|$(zeros 500) 01 $(zeros 500)|"
bounded "short, and nearly everywhere" "|00 00 01 00|"
ktap_end
