#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# @NAME@, told by pings of known size.
#
#   [host] v0 ---- v1 [ns @file@]
set -eu
cd "$(dirname "$0")/../.."
. tests/ktap.sh
PATH=$PWD/build/user:$PATH

ns=@file@
ktap_begin

ip netns add "$ns"
ip link add v0 type veth peer name v1 netns "$ns"
ip addr add 10.99.0.1/24 dev v0
ip -n "$ns" addr add 10.99.0.2/24 dev v1
ip link set v0 up
ip -n "$ns" link set v1 up

ok "a flow with @NAME@ can be made" \
	mapictl flow add t dev v0 BPF_FILTER icmp @NAME@ min=500
ok "mapictl lists it" sh -c 'mapictl function list | grep -qw @NAME@'
not_ok "a negative minimum is refused" \
	mapictl flow add u dev v0 @NAME@ min=-1

# Ethernet, IPv4 and ICMP headers are 42 bytes; a request and a reply each.
ping -q -c 3 -i 0.2 -s 100 10.99.0.2 >/dev/null
ping -q -c 2 -i 0.2 -s 600 10.99.0.2 >/dev/null
is "packets and bytes" \
	"$(mapictl -j result t | jq -c '.. | objects | select(.name? == "@NAME@") | .result')" \
	"[4,$((4 * 642))]"

mapictl flow del t
ip link del v0
ip netns del "$ns"
ktap_end
