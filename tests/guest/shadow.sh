#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by eventually
#
# The shadow check: it looks at as many packets as it is told to, finds nothing
# where nothing is wrong, and says where it is if functions lie to the plan
# (tests/liar).
#
#	v1  ---- 400 packets, a hundred each to UDP port 9, 10, 11, 12 ---->  v0
#
# shadow: diverges
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/mapictl.sh
. tests/lib/mapictl.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
own_network "$0"

add()	# words...
{
	"$mapictl" flow add "$@" >/dev/null || fail "flow add $*"
}

packets()
{
	pktgen_clear
	pktgen_add 0 v1 start_xmit 400
	pktgen_run
}

device()	# what
{
	"$mapictl" -j device show v0 | jq ".[0].$1"
}

# Sends the packets. What the check said about them is in $checked and $diverged.
checked_packets()
{
	local before

	before="$(device checked) $(device diverged)"
	packets
	checked=$(($(device checked) - ${before% *}))
	diverged=$(($(device diverged) - ${before#* }))
}

heard()	# pattern
{
	grep -qE "$1" "$dir/heard"
}

# A flow with a lie, by how many packets and how it is found, and at which function.
lie()	# what packets how function flow call...
{
	local what=$1 wanted=$2 how=$3 function=$4 flow=$5

	shift 4
	add "$1" dev v0 "${@:2}"
	checked_packets
	is "$what: differs as often as it must" "$diverged" "$wanted"
	ok "... an event says where" eventually 10 heard \
		"flow diverged [0-9]+ $flow dev v0 .* status active ${function:+function $function }$how\$"
	"$mapictl" flow del "$flow"
	# There is one event a second.
	sleep 1.5
}

pair_up
pktgen_begin
dir=$(mktemp -d)
chmod 755 "$dir"

ktap_begin

# Who sets it

modprobe mapi_nic
is "all devices begin with the module's parameter" "$(device shadow)" 1
not_ok "only an administrator changes it" as_user "$nobody" "$mapictl" device set v0 shadow 0
is "and it has not changed" "$(device shadow)" 1
refuses 2 "a word for a number" 'shadow wants a number' device set v0 shadow often
refuses 2 "less than none" 'shadow wants a number' device set v0 shadow -1
refuses 2 "more than can be counted" 'shadow wants a number' device set v0 shadow 4294967296
ok "none" "$mapictl" device set v0 shadow 0
is "is what there is then" "$(device shadow)" 0
not_ok "the setting keeps the module" modprobe -r mapi_nic
ok "back" "$mapictl" device set v0 shadow 1
ok "which does not" eventually 10 modprobe -r mapi_nic

# Nothing is wrong

insmod "$programs/kmod/$(uname -r)/mapi_liar.ko" 2>/dev/null ||
	{ modprobe mapi && insmod "$programs/kmod/$(uname -r)/mapi_liar.ko"; } ||
	fail "the liar is there: make test-modules"
add counts dev v0 PKT_COUNTER
checked_packets
is "packets that are only counted are checked" "$checked" 400
is "and counted once" "$("$mapictl" -j result counts | jq '.[0].functions[0].result[0]')" 400
add port dev v0 BPF_FILTER 'udp dst port 77' PKT_COUNTER
checked_packets
is "those that no filter matches are" "$checked" 400
add long dev v0 BPF_FILTER 'udp dst port 9' PKT_COUNTER STR_SEARCH '|be 9b e9 55|' 0 0 \
	BYTE_COUNTER SAMPLE 3 TO_BUFFER NOWAIT LIE_NOT PKT_COUNTER
add again dev v0 BPF_FILTER 'udp dst port 9' STR_SEARCH '|be 9b e9 55|' 0 0 BYTE_COUNTER
add in dev v0 dir in BPF_FILTER 'udp dst port 10' TO_FILE 0 "$dir/file"
add out dev v0 dir out TO_FILE 0 "$dir/file2"
add called dev v0 BPF_FILTER 'udp[10] = 3' SAMPLE 20 1 PKT_COUNTER
add all dev v0 TO_BUFFER NOWAIT
checked_packets
is "and those that others do" "$checked" 400
for n in 1 2 3; do
	"$mapictl" device set v0 shadow 4
	checked_packets
	is "one in four, $n" "$checked" 100
done
"$mapictl" device set v0 shadow 0
checked_packets
is "none" "$checked" 0
"$mapictl" device set v0 shadow 1
pktgen_clear
pktgen_add 0 v1 start_xmit 20000
pktgen_start
for n in {1..20}; do
	add "come$n" dev v0 BPF_FILTER 'udp dst port 9' TO_BUFFER NOWAIT
	"$mapictl" flow del "come$n"
done
pktgen_wait
is "nothing differs, while flows come and go either" "$(device diverged)" 0
is "as text" "$("$mapictl" device show v0 | grep shadow)" \
	"    shadow 1 in 1 checked $(device checked) diverged 0"
for flow in counts port long again in out called all; do
	"$mapictl" flow del "$flow"
done

# Something is

"$mapictl" monitor >"$dir/heard" 2>&1 & monitor=$!
"$mapictl" -j monitor >"$dir/json" 2>&1 & monitor_json=$!
unshare --net "$mapictl" monitor >"$dir/elsewhere" 2>&1 & monitor_elsewhere=$!
sleep 1
add first dev v0 LIE_SHARED
checked_packets
is "the first to lie gets what it wants" "$diverged" 0
lie "one verdict for two" 400 passed '1 LIE_SHARED' second LIE_SHARED
"$mapictl" flow del first
add wrong dev v0 LIE_FOUND
packets
not_ok "who audits the device sees it" "$mapictl" audit v0
ok "... and why" grep -q 'shadow: checked [0-9]* diverged [1-9]' <("$mapictl" audit v0)
"$mapictl" flow del wrong
sleep 1.5
lie "another verdict each time" 400 passed '1 LIE_CHANGING' changing LIE_CHANGING
lie "found where it is not" 400 passed '1 LIE_FOUND' found LIE_FOUND PKT_COUNTER
lie "not found where it is" 400 stopped '1 LIE_LOST' lost LIE_LOST PKT_COUNTER
lie "behind another filter" 100 passed '2 LIE_FOUND' behind \
	BPF_FILTER 'udp dst port 9' LIE_FOUND PKT_COUNTER
lie "counted as what it is not, twice" 800 counted '' longer LIE_LONG
kill "$monitor" "$monitor_json" "$monitor_elsewhere"
is "with its last flow the device forgets" "$(device diverged)" 0
for what in LIE_SHARED LIE_LOST; do
	ok "an event is an object: $what" jq -es "map(select(.event == \"diverged\" and
		.flow and .function.name == \"$what\" and .function.fid == 1)) | length > 0" "$dir/json"
done
ok "there are few, for many differences" [ "$(grep -c diverged "$dir/heard")" -le 20 ]
is "none in another network" "$(cat "$dir/elsewhere")" ""
ok "the kernel's log has it" grep -q 'mapi: shadow: ' <(dmesg)
not_ok "and no addresses" grep -E 'mapi: shadow: .*(ffff|0x)' <(dmesg)

rm -r "$dir"
pktgen_clear
ok "the liar goes" eventually 10 rmmod mapi_liar
ok "nobody holds a module" eventually 60 modules_idle
ktap_end
