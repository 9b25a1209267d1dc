#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mapictl explain: the plan as it is, and to each user no more of it than is his.
#
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/mapictl.sh
. tests/lib/mapictl.sh
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

# json(), as a user without capabilities.
json_as()	# uid name filter words...
{
	local mapictl=$dir/as_$1

	shift
	json "$@"
}

# Four hundred packets come in at v0, a hundred each to UDP port 9, 10, 11, 12.
packets()
{
	pktgen_clear
	pktgen_add 0 v1 start_xmit 400
	pktgen_run
}

# Is it in any byte of what the kernel tells?
# shellcheck disable=SC2317 # hidden() has it called
leaks()	# text command...
{
	local text=$1

	shift
	"$@" "$programs/nl_plan_raw" >"$dir/raw" || return 1
	grep -aqF "$text" "$dir/raw"
}

hidden()	# name text command...
{
	local name=$1

	shift
	ok "who may see it: $name" leaks "$1" env
	not_ok "who may not: $name" leaks "$@"
	ok "but something else" [ -s "$dir/raw" ]
}

pair_up
pktgen_begin
dir=$(mktemp -d)
chmod 755 "$dir"
for uid in $nobody $somebody 4242; do
	cat >"$dir/as_$uid" <<-SCRIPT
		#!/bin/bash
		exec setpriv --reuid $uid --regid $uid --clear-groups --inh-caps=-all $mapictl "\$@"
	SCRIPT
	chmod 755 "$dir/as_$uid"
done

# A node by what is in front of it. The dollars are jq's.
# shellcheck disable=SC2016
defs='def node($call): .[0].nodes[] | select(.function.call == $call);
      def visit($name): .visits[] | select(.name == $name);
      def root: .[0].nodes[0];'

ktap_begin

# Without flows

json "no flow, no plan" '. == []' explain
json "nor of one device" '. == []' explain v0
is "and as text" "$("$mapictl" explain v0)" "v0: no flow that you may see"
refuses 1 "an unknown device" 'no device v77 here' explain v77
refuses 1 "a device of another namespace's" 'no device v77 here' explain /dev/v77
refuses 2 "two devices" 'use cost' explain v0 v1
refuses 2 "an endless name of a device" 'cannot be the name of a device' \
	explain "$(printf 'x%.0s' {1..64})"

# Sharing

nine="BPF_FILTER 'udp dst port 9'"
add hermes dev v0 BPF_FILTER 'udp dst port 9' PKT_COUNTER
add twice dev v0 BPF_FILTER 'udp dst port 9' BYTE_COUNTER STR_SEARCH hidden-words 0 0
is "a plan, in lines" "$("$mapictl" explain v0)" \
"v0: 2 flows, 3 nodes, 0 packets
\`- look-ups 1, 2: 1 filter
   \`- BPF_FILTER 'udp dst port 9': 0 packets, 2 flows: hermes, twice
      |- PKT_COUNTER: hermes; takes no step
      |- BYTE_COUNTER: twice; takes no step
      \`- STR_SEARCH hidden-words 0 0: 0 packets, 1 flow: twice
   5 functions of 2 flows: 1 step and 2 look-ups for 1 filter, 2 only read counts"
packets
json "a filter of two flows is there once" "$defs"'
	[node("'"$nine"'")] | length == 1 and (.[0] | .flows == 2 and
	([.visits[].name] == ["hermes", "twice"]))' explain v0
json "what it passed is counted once" "$defs"'node("'"$nine"'").packets == 100' explain
json "all comes to the root" "$defs"'root |
	.match == "all" and .parent == null and .packets == 400 and .flows == 2' explain
json "counters are where they count, and take no step" "$defs"'
	[node("'"$nine"'").visits[].functions[]] == [
		{fid: 2, name: "PKT_COUNTER", runs: false},
		{fid: 2, name: "BYTE_COUNTER", runs: false}]' explain
json "what is behind a filter has it as its parent" "$defs"'
	(node("STR_SEARCH hidden-words 0 0").parent == node("'"$nine"'").node) and
	(node("STR_SEARCH hidden-words 0 0").match == "call")' explain
json "five functions are one step and two look-ups" \
	'.[0] | .functions == 5 and .steps == 1 and .lookups == 2 and .counters == 2' explain

# Brothers

add ten dev v0 BPF_FILTER 'udp dst port 10' TO_FILE MFF_PCAP "$dir/ten.pcap"
add eleven dev v0 BPF_FILTER 'udp dst port 11'
add other dev v0 BPF_FILTER 'udp[10] = 3' SAMPLE 2
json "those that compare the same fields are one look-up" "$defs"'
	[.[0].nodes[] | select(.match == "look-up")] | length == 3 and
	([.[].lookups] | unique | length) == 1 and ([.[].parent] | unique) == [1]' explain
json "one that is no comparison is called" "$defs"'
	node("BPF_FILTER '"'udp[10] = 3'"'") | .match == "call" and .lookups == []' explain
json "as many look-ups as for one" '.[0] | .lookups == 2 and .filters == 3' explain
ok "and as text" grep -q '^[|`]- look-ups 1, 2: 3 filters' <("$mapictl" explain v0)
json "what is done is told" "$defs"'node("BPF_FILTER '"'udp dst port 10'"'") |
	.acts == 1 and .visits[0].functions == [{fid: 2, name: "TO_FILE", runs: true}]' explain
json "functions with a history are nobody else's" "$defs"'
	node("SAMPLE 2 0") | .flows == 1 and .match == "call"' explain

# Directions

add inwards dev v0 dir in BPF_FILTER 'udp dst port 9' PKT_COUNTER
# shellcheck disable=SC2016
json "a direction is a way of its own" "$defs"'
	(.[0].nodes[] | select(.match == "direction")) as $dir |
	$dir.direction == "in" and $dir.flows == 1 and $dir.parent == root.node and
	([node("'"$nine"'") | .parent] | sort) == ([root.node, $dir.node] | sort)' explain
json "its flow only passes the root" "$defs"'
	(root | visit("inwards")) | .packets == null and .functions == []' explain
"$mapictl" flow delete inwards

# Counts

add late dev v0 BPF_FILTER 'udp dst port 9' PKT_COUNTER
hold $nobody 1 v0 BPF_FILTER 'udp  dst  port  9'
is "another user comes" "$held" "1 0"
hold $somebody 1 v0 TO_BUFFER
is "and one more" "$held" "1 0"
packets
json "a node has counted since it was made" "$defs"'node("'"$nine"'").packets == 200' explain
json "a flow only since it came" "$defs"'node("'"$nine"'") |
	visit("hermes").packets == 200 and visit("late").packets == 100' explain
for name in hermes late; do
	is "as its counter says: $name" \
		"$("$mapictl" -j explain | jq "$defs"'node("'"$nine"'") | visit("'$name'").packets')" \
		"$("$mapictl" -j result $name | jq '.[0].functions[1].result[0]')"
done
json "bytes are those of the packets" "$defs"'
	node("'"$nine"'") | .bytes == .packets * 100' explain

# Users

json "the administrator sees whose they are" "$defs"'
	(node("'"$nine"'") | .flows == 4 and .others == 0 and (.visits | length) == 4) and
	(root | .flows == 8 and .others == 0 and .acts == 1)' explain
json_as 4242 "a user without flows sees no plan" '. == []' explain
json_as 4242 "nor that of a device" '. == []' explain v0
json_as $nobody "a user sees where his flows come" \
	'.[0].nodes | length == 2 and (map(.match) == ["all", "look-up"])' explain
json_as $nobody "his flows, and the number of others" '.[0].nodes |
	(map(.visits | length) == [1, 1]) and .[0].others == 7 and .[1].others == 3 and
	.[0].flows == 8 and .[1].flows == 4' explain
json_as $nobody "filters as he wrote them" \
	'.[0].nodes[1].function.args[0].value == "udp  dst  port  9"' explain
json_as $nobody "and what has come since he has" \
	'.[0].nodes | map([.packets, .visits[0].packets]) == [[400, 400], [100, 100]]' explain
json_as $nobody "of what others do, the number" \
	'.[0].nodes[0] | .acts == 1 and .visits[0].functions == []' explain
json_as $somebody "another user has nothing of it" \
	'.[0].nodes | length == 1 and .[0].visits[0].functions[0].name == "TO_BUFFER"' explain
is "and as text" "$("$dir/as_$nobody" explain v0)" \
"v0: 8 flows, of them 7 of others, 2 nodes, 400 packets
|- 1 function of others
\`- look-ups 1, 2: 1 filter
   \`- BPF_FILTER 'udp  dst  port  9': 100 packets, 4 flows: #$(
	"$mapictl" -j flow list | jq ".[] | select(.uid == $nobody).id"), 3 others
   1 function of 1 flow: 0 steps and 2 look-ups for 1 filter"
is "CAP_NET_ADMIN sees all" \
	"$(as_user_with net_admin $nobody "$mapictl" -j explain | jq '.[0].nodes | length')" \
	"$("$mapictl" -j explain | jq '.[0].nodes | length')"
hidden "filters" 'udp dst port 9' as_user $nobody
hidden "what is looked for" hidden-words as_user $nobody
hidden "names" hermes as_user $nobody
hidden "functions" STR_SEARCH as_user $nobody
hidden "files" TO_FILE as_user $somebody
ok "a user finds his filter" leaks 'udp  dst  port  9' as_user $nobody
not_ok "another does not" leaks 'udp  dst  port  9' as_user $somebody
ok "but something else" [ -s "$dir/raw" ]
is "another network has no part in it" "$(unshare --net "$mapictl" -j explain)" "[]"
not_ok "nor in the device" unshare --net "$mapictl" explain v0
is "root of a user namespace has not either" \
	"$(as_user 4242 unshare --user --map-root-user "$mapictl" -j explain)" "[]"

# Costs

pktgen_clear
pktgen_add 0 v1 start_xmit 0
pktgen_start
json "what it costs is measured: at the root, called filters, those that are found" "$defs"'
	root.cost.stays > 0 and root.cost.stay_ns > 0 and root.cost.calls == 0 and
	(node("BPF_FILTER '"'udp[10] = 3'"'").cost | .calls > 0 and .call_ns > 0 and
		.stays == 0) and
	(node("'"$nine"'").cost | .calls == 0 and .stays > 0) and
	(node("STR_SEARCH hidden-words 0 0").cost | .calls > 0 and .stays == 0)' \
	explain v0 cost 0.5
ok "and as text" grep -q "BPF_FILTER 'udp\[10\] = 3': 0 packets, [0-9.]* ns a call, 1 flow" \
	<("$mapictl" explain v0 cost 0.5)
pktgen_stop
json "who does not ask is not told" '[.[0].nodes[] | select(.cost)] == []' explain v0
json "when nothing comes nothing is measured" '[.[0].nodes[].cost.stays] | add == 0' \
	explain v0 cost 0.1
refuses 2 "no word but cost" 'use cost' explain v0 price
refuses 2 "no time" 'is no time' explain v0 cost 0
refuses 1 "costs of no device" 'no device v77 here' explain v77 cost
not_ok "costs are for the administrator" "$dir/as_$nobody" explain v0 cost 0.1

# Going

let_go $nobody
let_go $somebody
json "who goes is counted no more" "$defs"'
	(node("'"$nine"'") | .flows == 3 and (.visits | length) == 3) and root.acts == 0' explain
for name in hermes twice ten eleven other late; do
	"$mapictl" flow delete $name
done
json "with the last flow the plan is gone" '. == []' explain
program nl_plan v0 1000
back_to_zero "nothing is left of them" 0
rm -r "$dir"
ktap_end
