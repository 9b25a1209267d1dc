#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices: their modes change under load, their type under a flow, and who only
# looks at them leaves no trace.
#
#	 namespace "net"			 namespace "mon"
#
#	c0 10.0.0.1  <------- veth ------->  mon0 10.0.0.2
#						bond, with a tunnel in it
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/traffic.sh
. tests/lib/traffic.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh

device()	# name what
{
	mapictl -j device show "$1" | jq -r ".[0].$2"
}

# shellcheck disable=SC2317 # called by eventually
state_is()	# flow state
{
	[ "$(mapictl -j flow show "$1" |
		jq -r '.[0] | "\(.status) \(.reason)"')" = "$2" ]
}

# The first hook and the last make the kernel patch its code, which not all
# emulators survive under load: one stays.
hook_begin()
{
	ip -n mon link add ingress0 type dummy
	ip -n mon link set ingress0 up
	mapictl flow add ingress dev ingress0
	mapictl device set ingress0 mode ingress
}

hook_end()
{
	mapictl flow del ingress
	ip -n mon link del ingress0
}

changes()	# how often
{
	local i

	for ((i = 0; i < $1; i++)); do
		mapictl device set mon0 mode consume
		mapictl device set mon0 mode ingress
	done
}

# To swallow packets or not is no reason to miss any.
modes()
{
	local changer

	mapictl device set mon0 mode ingress
	scene "ingress and consume by turns"
	flow in dev mon0 dir in TO_FILE MFF_PCAP in.pcap size=8388608
	curtain_up
	changes 30 &
	changer=$!
	play blast 10.0.0.1 10.0.0.2 10000
	wait $changer || fail "the mode can change under load"
	curtain_down
	filtered wire.pcap received.pcap 'ether src 02:00:00:00:00:01'
	claim same received.pcap in.pcap
	verdict
	mapictl device set mon0 mode tap
}

# A bond takes the type of the first that joins it.
type_changes()
{
	ip -n mon link add bond type bond mode active-backup
	ip -n mon link add gre type gre local 10.0.0.2 remote 10.0.0.1
	mapictl flow add typed dev bond PKT_COUNTER
	is "a bond has Ethernet" "$(device bond linktype)" 1
	ok "... until a tunnel joins it" ip -n mon link set gre master bond
	ok "... and it has not any more" [ "$(device bond linktype)" != 1 ]
	ok "... its flow ends, with the reason" \
		eventually 10 state_is typed "closed device-changed"
	mapictl flow del typed
	ip -n mon link del gre	# and the bond, as it was its last
}

names()
{
	mapictl -j device list | jq -r '.[].name' | sort
}

links()
{
	ip -n mon -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | sort
}

# A list that takes many messages. The numbers are not in order of age.
list()
{
	local i

	for i in {1..150}; do
		echo "link add d$i index $((5000 - i * 7)) type dummy"
	done | ip -n mon -batch -
	is "a long list has each device once" "$(names)" "$(links)"
	for i in {1..150}; do
		echo "link del d$i"
	done | ip -n mon -batch -
}

# Who looks makes nothing: the next device that is used has the next number.
looking()
{
	local id

	mapictl flow add before dev mon0
	id=$(device mon0 id)
	is "a device is shown before it is used" "$(device lo name)" lo
	is "... without a number" "$(device lo id)" 0
	not_ok "... unless there is none" mapictl device show none0
	mapictl flow add after dev lo
	is "who looks at devices makes none" "$(device lo id)" $((id + 1))
	mapictl flow del before
	mapictl flow del after
}

settings()
{
	mapictl device set mon0 tstamp hardware
	not_ok "settings keep the module" modprobe -r mapi_nic
	is "... and can be seen" "$(device mon0 tstamp)" hardware
	mapictl device set mon0 mode tap tstamp software
	ok "... until they are the usual ones" eventually 10 modprobe -r mapi_nic
}

ktap_begin
trap 'status=$?; stage_strike; ktap_died $status' EXIT
stage_set
hook_begin
modes
hook_end
type_changes
list
looking
settings
ktap_end
