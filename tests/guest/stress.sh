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
# It goes on, nothing is lost, and in the end all memory is back.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
# shellcheck source=tests/lib/ingress.sh
. tests/lib/ingress.sh
# shellcheck source=tests/lib/memory.sh
. tests/lib/memory.sh

build=${BUILD:-$PWD/build}
mapictl=$build/user/mapictl
crowd=$build/tests/crowd

crowd_begin()	# flows kind
{
	coproc held { exec "$crowd" in0 "$@"; }
	exec {crowd_in}<&"${held[0]}" {crowd_out}>&"${held[1]}"
	# shellcheck disable=SC2154 # set by coproc
	crowd_pid=$held_PID
	read -r -t 120 answer <&"$crowd_in"
}

crowd_look()
{
	echo >&"$crowd_out"
	read -r -t 60 answer <&"$crowd_in"
}

crowd_kill()
{
	kill -KILL "$crowd_pid"
	wait "$crowd_pid" 2>/dev/null
	exec {crowd_out}>&-
	exec {crowd_in}<&-
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

load()	# nanoseconds between packets
{
	pktgen_clear
	pktgen_add 0 in0 netif_receive 0 delay "$1"
	pktgen_add 1 in0 netif_receive 0 delay "$1"
	pktgen_start
}

# What must not leave anything behind. Files are closed one after the other,
# each with a grace period: four programs do that at the same time.
round()
{
	local pids=() failed=0 i

	load 2000000
	"$crowd" in0 200 mixed 1 || failed=1
	"$crowd" in0 200 ring 1 || failed=1
	for i in 1 2 3 4; do
		"$crowd" in0 50 file 1 & pids[i]=$!
	done
	for i in 1 2 3 4; do
		wait "${pids[i]}" || failed=1
	done
	crowd_killed 1
	eventually 20 flows_charged 0 || failed=1
	pktgen_stop
	return "$failed"
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1
ip link add in0 type dummy
ip link set in0 up
ingress_begin
pktgen_begin
modprobe -a mapi_nic mapi_pkt_counter mapi_byte_counter mapi_bpf_filter mapi_sample \
	mapi_str_search mapi_to_buffer mapi_to_file
ktap_begin

# Each of a thousand sees each packet, from whatever CPU.

crowd_begin 1000 mixed
is "a thousand flows" "$answer" ready
pktgen_add 0 in0 netif_receive 300
pktgen_add 1 in0 netif_receive 300
pktgen_run
is "the generator sent what it should" "$(pktgen_sent)" 600
crowd_look
is "each packet came into each flow" "$answer" "1000 600 600"

# Others come and go.

load 0
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
ok "of those whose makers were killed nothing remains" eventually 20 flows_charged 1001
for m in mapi mapi_nic mapi_str_search; do
	not_ok "$m cannot be removed" rmmod "$m"
done
crowd_look
is "the thousand are still active" "${answer%% *}" 1000
crowd_kill
ok "they are killed, and nothing remains of them" eventually 20 flows_charged 1
pktgen_stop
ingress_end
ok "nothing is charged to anybody" eventually 10 nothing_charged
ok "nobody holds a module" eventually 10 modules_idle

# A page kept for each of 200 flows would be 800 KiB. The first time, tables
# grow that stay, as those for the addresses of rings.

ok "more flows come and go" round
memory_settle
before=$(memory_kept)
memory_diag
ok "and the same again" round
memory_settle
after=$(memory_kept)
memory_diag
ok "which takes no memory with them: $before KiB before, $after KiB after" \
	[ $((after - before)) -lt 500 ]

pktgen_clear
ok "all modules are removed" eventually 10 modules_gone

ktap_end
