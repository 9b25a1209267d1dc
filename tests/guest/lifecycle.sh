#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by ok and eventually
#
# What happens to flows when that which they are on, or those who made them,
# go away: always while packets come in.
#
#	root namespace				namespace "far"
#
#	pktgen --> [d0]  deleted, renamed
#	pktgen --> [tx0] ===> [rx0]  ---moved--->  [rx0]
#						   [d1] with flows, destroyed
#	pktgen --> [d2]  tap, ingress, consume
#
# A flow that ends says why; nothing of it remains when its users are gone.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/flows.sh
. tests/lib/flows.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
# shellcheck source=tests/lib/quiet.sh
. tests/lib/quiet.sh
# shellcheck source=tests/lib/ingress.sh
. tests/lib/ingress.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh

mapictl=${BUILD:-$PWD/build}/user/mapictl
dir=$(mktemp -d)

dummy()	# name
{
	ip link add "$1" type dummy
	quiet_up "$1"
}

# Packets, on and on, from CPU 0 only: the other one is for us.
load()	# device mode
{
	pktgen_clear
	pktgen_add 0 "$1" "$2" 0
	pktgen_start
}

# A persistent flow, as mapictl shows it.
state()	# name
{
	"$mapictl" -j flow show "$1" 2>/dev/null |
		jq -r '.[0] | .status + " " + (.reason // "-")'
}

state_is()	# name wanted
{
	[ "$(state "$1")" = "$2" ]
}

persistent()	# name device
{
	"$mapictl" flow add "$1" dev "$2" PKT_COUNTER
}

packets()	# flow by name
{
	"$mapictl" -j result "$1" | jq '.[0].functions[0].result[0]'
}

more_than()	# number command...
{
	[ "$("${@:2}")" -gt "$1" ]
}

received_in_far()	# device
{
	ip -n far -s -j link show "$1" | jq '.[0].stats64.rx.packets'
}

not_there()	# device
{
	! ip link show "$1" >/dev/null 2>&1
}

nothing_remains()	# after what
{
	ok "nothing is charged to anybody after $1" eventually 60 nothing_charged
	ok "and nobody holds a module" eventually 60 modules_idle
}

ip netns add far
pktgen_begin
ktap_begin
trap 'status=$?; rm -rf "$dir"; ktap_died $status' EXIT

# The device is deleted.

dummy d0
flows_begin
ok "a flow" flow gone d0 PKT_COUNTER TO_BUFFER:NOWAIT:0:131072 \
	"TO_FILE:0:$dir/gone.pcap:0:96:131072"
does "one that is not connected" new early d0
does "though it has a function" apply early PKT_COUNTER
ok "one that persists" persistent lasting d0
load d0 netif_receive
for m in mapi mapi_nic mapi_pkt_counter mapi_to_file; do
	not_ok "$m cannot be removed" rmmod "$m"
done
ok "the device is deleted" ip link del d0
says "the flow has ended and says why" "closed device-gone" wait gone 60
ok "that which persists, too" eventually 60 state_is lasting "closed device-gone"
does "its sums hold" balance gone
ok "it did see packets" [ "$(count gone 1 0)" -gt 0 ]
ok "the other one, too" [ "$(packets lasting)" -gt 0 ]
is "the file is complete" "$("$build/tests/whole_pcap" "$dir/gone.pcap" 2>&1)" \
	"$(count gone 3 1)"
refused "the third cannot be connected" '6172' connect early
refused "a fourth not be made" 'd0' new late d0
ok "that which persists is deleted" "$mapictl" flow del lasting
pktgen_wait
flows_end
nothing_remains "that"

# The device is renamed. A namesake of the old one is another device.

dummy d0
flows_begin
ok "a flow" flow old d0 PKT_COUNTER
load d0 netif_receive
if ip link set d0 name e0 2>/dev/null; then
	pass "the device is renamed"
else
	# Linux 6.1 wants it to be down for that.
	ok "the device is renamed" sh -c 'ip link set d0 down && ip link set d0 name e0 up'
fi
says "the flow has ended and says why" "closed device-renamed" wait old 60
does "its sums hold" balance old
seen=$answer
ok "it did see packets" [ "$seen" -gt 0 ]
dummy d0
ok "a flow on its namesake" flow namesake d0 PKT_COUNTER
ok "a flow on the renamed one" flow new e0 PKT_COUNTER
pktgen_stop
load e0 netif_receive
ok "which sees packets" eventually 60 more_than 0 count new 1 in
says "the namesake does not" 0 balance namesake
says "nor does the old flow" "$seen" balance old
pktgen_stop
flows_end
pktgen_clear
ip link del e0
ip link del d0
nothing_remains "that"

# The device is moved to another namespace. What it receives there is not ours.

ip link add tx0 type veth peer name rx0
quiet_up tx0
quiet_up rx0
flows_begin
ok "a flow" flow home rx0 PKT_COUNTER
ok "one that persists" persistent homely rx0
load tx0 start_xmit
ok "it sees packets" eventually 60 more_than 0 count home 1 in
ok "the device is moved" ip link set rx0 netns far
says "the flow has ended and says why" "closed device-moved" wait home 60
ok "that which persists, too" eventually 60 state_is homely "closed device-moved"
does "its sums hold" balance home
seen=$answer
ip -n far link set rx0 up
pktgen_stop
load tx0 start_xmit
ok "the device receives packets there" eventually 60 more_than 1000 received_in_far rx0
says "which the flow does not see" "$seen" balance home
refused "we cannot see the device" 'rx0' new none rx0
does "there" netns /run/netns/far
ok "a flow sees packets" flow abroad rx0 PKT_COUNTER "TO_FILE:0:$dir/abroad.pcap:0:96"
ok "on a loopback interface there are flows, too" flow inner lo PKT_COUNTER
does "back here" netns /proc/1/ns/net
ok "they are seen from here, by their descriptor" eventually 60 more_than 0 count abroad 1 in
ok "a flow that persists there" ip netns exec far "$mapictl" flow add settled dev rx0 PKT_COUNTER
not_ok "is not seen here" "$mapictl" flow show settled

# That namespace is destroyed.

ok "the namespace is destroyed" ip netns del far
says "the flow has ended and says why" "closed device-gone" wait abroad 60
says "that on its loopback interface, too" "closed device-gone" wait inner 60
does "its sums hold" balance abroad
is "the file is complete" "$("$build/tests/whole_pcap" "$dir/abroad.pcap" 2>&1)" \
	"$(count abroad 2 1)"
ok "the other end is gone" eventually 60 not_there tx0
pktgen_stop
ok "a flow is deleted" "$mapictl" flow del homely
flows_end
nothing_remains "that, not even what persisted there"

# A flow that persists outlives its maker.

dummy d2
flows_begin
does "a flow that persists" new keep d2 3 keep
does "has a function" apply keep PKT_COUNTER
does "and runs" connect keep
ok "another one does not persist" flow mortal d2 PKT_COUNTER
load d2 netif_receive
flows_kill
is "its maker is killed: it goes on" "$(state keep)" "active none"
seen=$(packets keep)
ok "it sees packets" eventually 60 more_than "$seen" packets keep
is "the other one is gone" "$("$mapictl" -j flow list | jq length)" 1
not_ok "mapi cannot be removed" rmmod mapi
flows_begin
does "it is found by its name" open keep keep
ok "and read" eventually 60 more_than "$seen" count keep 1 0
refused "there is no other of that name" . new twin d2 3 keep
does "it is closed" close keep
is "and goes on" "$(state keep)" "active none"
does "it is found again" open keep keep
ok "and deleted" "$mapictl" flow del keep
says "which its reader can see" "closed deleted" wait keep 60
not_ok "nobody else" "$mapictl" flow show keep
does "the reader can see what it counted" balance keep
pktgen_stop
does "the name is free" new another d2 3 keep
ok "again" "$mapictl" flow del keep
flows_end
nothing_remains "that"

# The way that packets are taken changes while they come.

ingress_begin
flows_begin
ok "a flow" flow steady d2 PKT_COUNTER TO_BUFFER:NOWAIT:0:131072
load d2 netif_receive
for mode in ingress consume tap consume ingress tap; do
	ok "the mode becomes $mode" "$mapictl" device set d2 mode "$mode"
	seen=$(count steady 1 in)
	ok "and packets come" eventually 60 more_than "$seen" count steady 1 in
done
pktgen_stop
does "the sums hold" balance steady
is "the device has shown as many" "$("$mapictl" -j device show d2 | jq '.[0].packets')" "$answer"
flows_end
ingress_end
nothing_remains "that"

ok "a mode is set where no flow is" "$mapictl" device set d2 mode ingress
ok "the device is deleted" ip link del d2
nothing_remains "that"
ok "all modules are removed" eventually 60 modules_gone

ktap_end
