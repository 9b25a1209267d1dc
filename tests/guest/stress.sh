#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by ok and eventually
#
# A thousand flows on two CPUs that do nothing but receive packets.
#
#	CPU 0  pktgen --.		 .-- 1,000 flows of all kinds
#			 >--> [in0] <---- others, made and closed meanwhile
#	CPU 1  pktgen --'		 '-- others, whose makers are killed
#
#	CPU 0  pktgen --.
#			 >--> [gone0] <----- 200 flows; the device is deleted
#	CPU 1  pktgen --'
#
#	CPU 0  pktgen --.
#			 >--> [tx0] ===> [rx0] <-- 200 flows; the namespace
#	CPU 1  pktgen --'		  of rx0 is destroyed
#
# It goes on, nothing is lost, and in the end all memory is back.
#
# not on uml: it has one processor
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
# shellcheck source=tests/lib/quiet.sh
. tests/lib/quiet.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
# shellcheck source=tests/lib/ingress.sh
. tests/lib/ingress.sh
# shellcheck source=tests/lib/memory.sh
. tests/lib/memory.sh
# shellcheck source=tests/lib/talk.sh
. tests/lib/talk.sh

build=${BUILD:-$PWD/build}
mapictl=$build/user/mapictl
crowd=$build/tests/crowd

crowd_begin()	# device flows kind
{
	talk_begin "$crowd" "$@"
	talk_hear 200
}

crowd_look()
{
	talk_say ''
	talk_hear 200
}

crowd_ended()
{
	crowd_look
	[ "${answer%% *}" = 0 ]
}

# Killed somewhere on the way, wherever that may be.
crowd_killed()	# seconds
{
	"$crowd" in0 200 mixed & pid=$!
	sleep "$1"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
}

flows_charged()	# number
{
	[ "$("$mapictl" -j limit show | jq 'map(.flows_used) | add // 0')" = "$1" ]
}

# All that two CPUs can do.
load()	# device mode
{
	pktgen_clear
	pktgen_add 0 "$1" "$2" 0
	pktgen_add 1 "$1" "$2" 0
	pktgen_start
}

# Files are closed one after the other, each with a grace period: four programs
# do that at the same time.
come_and_go()
{
	local pids=() failed=0 i

	load in0 netif_receive
	"$crowd" in0 200 mixed 1 || failed=1
	"$crowd" in0 100 ring 1 || failed=1
	for i in 1 2 3 4; do
		"$crowd" in0 25 file 1 & pids[i]=$!
	done
	for i in 1 2 3 4; do
		wait "${pids[i]}" || failed=1
	done
	crowd_killed 1
	eventually 60 flows_charged 0 || failed=1
	pktgen_stop
	return "$failed"
}

# While packets come, what takes the device away ends all flows on it; they
# have seen packets until then. Without a device pktgen ends by itself.
crowd_loses()	# device generator mode command...
{
	local failed=0 min

	crowd_begin "$1" 200 mixed
	[ "$answer" = ready ] || failed=1
	load "$2" "$3"
	"${@:4}" || failed=1
	eventually 60 crowd_ended || failed=1
	read -r _ min _ <<<"$answer"
	[ "${min:-0}" -gt 0 ] || failed=1
	[ "$failed" = 0 ] || echo "active, fewest and most packets: $answer"
	talk_kill
	pktgen_wait
	eventually 60 flows_charged 0 || failed=1
	return "$failed"
}

device_goes()
{
	ip link add gone0 type dummy
	quiet_up gone0
	crowd_loses gone0 gone0 netif_receive ip link del gone0
}

namespace_goes()
{
	ip netns add gone
	ip link add tx0 type veth peer name rx0 netns gone
	quiet_up tx0
	ip -n gone link set rx0 up
	crowd_loses gone:rx0 tx0 start_xmit ip netns del gone
}

# What must not leave anything behind.
rounds()	# how often
{
	ok "flows come and go, $1" come_and_go
	ok "a device goes, $1" device_goes
	ok "a namespace goes, $1" namespace_goes
}

ip link add in0 type dummy
quiet_up in0
ingress_begin
pktgen_begin
modprobe -a mapi_nic mapi_pkt_counter mapi_byte_counter mapi_bpf_filter mapi_sample \
	mapi_str_search mapi_to_buffer mapi_to_file
ktap_begin
trap 'status=$?; ip link del in0; ktap_died $status' EXIT

# Each of a thousand sees each packet, from whatever CPU.

crowd_begin in0 1000 mixed
is "a thousand flows" "$answer" ready
ok "have results, of which we know" [ "$(memory_areas)" -ge 1000 ]
pktgen_add 0 in0 netif_receive 300
pktgen_add 1 in0 netif_receive 300
pktgen_run
is "the generator sent what it should" "$(pktgen_sent)" 600
crowd_look
is "each packet came into each flow" "$answer" "1000 600 600"

# Others come and go.

load in0 netif_receive
"$crowd" in0 50 mixed 2 & one=$!
"$crowd" in0 50 mixed 2 & two=$!
wait "$one"
is "flows are made and closed, twice" $? 0
wait "$two"
is "by two programs at a time" $? 0
for mode in ingress consume tap; do
	ok "the mode becomes $mode" "$mapictl" device set in0 mode "$mode"
done
crowd_killed 0.5
crowd_killed 1
ok "of those whose makers were killed nothing remains" eventually 60 flows_charged 1001
for m in mapi mapi_nic mapi_str_search; do
	not_ok "$m cannot be removed" rmmod "$m"
done
crowd_look
is "the thousand are still active" "${answer%% *}" 1000
talk_kill
ok "they are killed, and nothing remains of them" eventually 60 flows_charged 1
pktgen_stop
ingress_end
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle

# Those are 800 flows and more, of which none may keep a KiB. The first time, tables
# grow that stay, as those for the addresses of rings; later on, kernel threads
# still do, which is why it is not less. Results and rings are counted one by one.

rounds "at first"
memory_settle
before=$(memory_kept)
areas=$(memory_areas)
memory_diag
rounds "and again"
memory_settle
after=$(memory_kept)
memory_diag
ok "which takes no memory with them: $before KiB before, $after KiB after" \
	[ $((after - before)) -lt 800 ]
is "nor results, nor rings" "$(memory_areas)" "$areas"

pktgen_clear
ok "all modules are removed" eventually 60 modules_gone

ktap_end
