#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mapictl against the kernel.
#
#	 root namespace			 namespace "far"
#	  v0 10.9.0.1  <------------->  v1 10.9.0.2
#
# v0 has no IPv6 and a static neighbour: what passes is what the tests send.
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/mapictl.sh
. tests/lib/mapictl.sh

dir=$(mktemp -d)
chmod 755 "$dir"

setup()
{
	ip netns add far
	ip link add v0 type veth peer name v1 netns far
	sysctl -qw net.ipv6.conf.v0.disable_ipv6=1
	ip netns exec far sysctl -qw net.ipv6.conf.v1.disable_ipv6=1
	ip addr add 10.9.0.1/24 dev v0
	ip -n far addr add 10.9.0.2/24 dev v1
	ip link set v0 up
	ip -n far link set v1 up
	ip neigh replace 10.9.0.2 dev v0 nud permanent \
		lladdr "$(ip netns exec far cat /sys/class/net/v1/address)"
	ip -n far neigh replace 10.9.0.1 dev v1 nud permanent \
		lladdr "$(cat /sys/class/net/v0/address)"
}

pings()	# number
{
	ping -q -c "$1" -i 0.01 -s 56 10.9.0.2 >/dev/null
}

m()
{
	"$mapictl" "$@"
}

# Runs a command as a user without, or with some, capabilities.
as_nobody()	# command...
{
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}

as_user_with()	# capabilities command...
{
	local caps=$1

	shift
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps="-all,$caps" --ambient-caps="-all,$caps" "$@"
}

# refuses(), as a user without capabilities
refuses_nobody()	# status name pattern words...
{
	local mapictl=$dir/as_nobody

	refuses "$@"
}

# One value out of an answer.
value()	# filter words...
{
	local filter=$1

	shift
	m -j "$@" | jq -r "$filter"
}

has_line()	# name pattern words...
{
	local name=$1 pattern=$2 out

	shift 2
	out=$(m "$@" 2>&1)
	if grep -qe "$pattern" <<<"$out"; then
		pass "$name"
	else
		fail "$name" "no line like $pattern:"$'\n'"$out"
	fi
}

setup
cat >"$dir/as_nobody" <<SCRIPT
#!/bin/bash
exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all $mapictl "\$@"
SCRIPT
chmod 755 "$dir/as_nobody"

ktap_begin

# Devices

ok "the module is loaded when it is needed" m device list
json "a list of devices" 'map(.name) | contains(["lo", "v0"])' device list
has_line "and as text" '^v0 *nic *1[0-9.]* *tap *software' device list
is "an object alone lists" "$(m device)" "$(m device list)"
json "one device" 'length == 1 and .[0].name == "v0" and .[0].linktype == 1 and
	.[0].mtu == 1500 and .[0].oid == "1.1" and .[0].lost == {}' device show v0
has_line "and as text" 'linktype ETHERNET mtu 1500' device show v0
json "all devices" 'length >= 2' device show
refuses 1 "an unknown device" 'v77' device show v77
ok "a mode is set" m device set v0 mode ingress
json "and shown" '.[0].mode == "ingress"' device show v0
ok "both settings at once" m dev set v0 mode tap tstamp software
json "and shown" '.[0] | .mode == "tap" and .tstamp == "software"' device show v0
refuses 1 "setting an unknown device" 'v77' device set v77 mode tap
refuses_nobody 1 "setting a device without CAP_NET_ADMIN" CAP_NET_ADMIN \
	device set v0 mode ingress

# Functions

refuses_nobody 1 "an unknown function" 'no function NOT_THERE' function show NOT_THERE
modprobe -r mapi_sample 2>/dev/null
out=$("$dir/as_nobody" function list)
ok "who may not load modules sees their names" \
	grep -q '^SAMPLE .* in module mapi_sample, not loaded$' <<<"$out"
out=$("$dir/as_nobody" -j function list)
is "and as JSON" "$(jq -c '.[] | select(.name == "SAMPLE")' <<<"$out")" \
	'{"name":"SAMPLE","loaded":false,"module":"mapi_sample"}'
json "who may, sees all" 'all(.loaded) and
	(map(.name) | contains(["BPF_FILTER", "PKT_COUNTER", "SAMPLE", "TO_FILE"]))' \
	function list
json "none twice" '(map([.name, .oid]) | unique | length) == length' function list
has_line "arguments, readably" '^STR_SEARCH .* pattern:s offset:i=0 depth:i=0 ' function list
has_line "those without a place, too" '^TO_BUFFER .* flag:i=0 .*\[size:i=[0-9]*\].* packets ' \
	function list
has_line "no arguments" '^PKT_COUNTER  *stdflib  *1  *-  *u64  *[A-Z]' function list
json "one function" 'length == 1 and .[0].argdescr == "sii" and
	.[0].module == "mapi_str_search" and (.[0].flags | contains(["filter"])) and
	.[0].args[1] == {name: "offset", type: "i", optional: true, extra: false,
			 min: 0, max: 2147483647, default: 0}' function show STR_SEARCH
has_line "and as text" 'argument 2 offset type i from 0 to 2147483647 default 0' \
	function show STR_SEARCH

# How a function is called, by what the kernel says of it.
# shellcheck disable=SC2016 # its variables are those of jq
calls='
def type: {i: "int", l: "long", s: "string", S: "functions", w: "file", r: "flow",
		f: "function", R: "flows"}[.type];
def default: if has("default") then .default | tostring else "\"\"" end;
def one: type + " " + .name + if .optional then " = " + default else "" end;
.[0] | [.args[] | select(.extra | not)] as $usual |
	[$usual[] | select(.optional | not) | one] as $needed |
	[$usual[] | select(.optional) | one] as $other |
	[.args[] | select(.extra) | one] as $extra |
	.name + " (" + ($needed | join(", ")) +
	(if $needed == [] and $other != [] then "[" elif $other != [] then " [, " else "" end) +
	($other | join(" [, ")) + ([$other[] | "]"] | join("")) +
	(if $extra == [] then "" else " | " + ($extra | join(", ")) end) + ")"'
for source in funcmods/*.c; do
	name=$(sed -n 's/^\t\.name\t*= "\(.*\)",$/\1/p' "$source")
	json=$(m -j function show "$name")
	is "$name is called as it says" \
		"$(jq -r '.[0].documentation' <<<"$json" | head -n 1 |
			sed 's/= \(WAIT\|PERIODIC\)\>/= 0/')" "$(jq -r "$calls" <<<"$json")"
	is "... and says so at length" \
		"$(m function show "$name" | sed -n 's/^    \(Truncated packets: \)/\1/p')" \
		"$(jq -r '.[0].documentation' <<<"$json" | grep '^Truncated packets: ')"
done

# Flows

json "no flow" '. == []' flow list
ok "and as text: headings only" [ "$(m flow list | wc -l)" = 1 ]
json "a flow is added" '.[0] | .id > 0 and .name == "web"' \
	flow add web dev v0 BPF_FILTER 'icmp and len > 10' PKT_COUNTER BYTE_COUNTER
json "and outlives mapictl" '.[0] | .name == "web" and .device == "v0" and
	.direction == "both" and .status == "active" and .reason == "none" and
	.uid == 0 and .user == "root" and .flags == ["persistent"] and
	.ended == null and .connected >= .created and .linktype == 1' flow show web
json "with its functions" '.[0].functions | map(.name) ==
	["BPF_FILTER", "PKT_COUNTER", "BYTE_COUNTER"] and .[0].oid == "1" and
	.[0].library == "stdflib" and .[0].call == "BPF_FILTER '\''icmp and len > 10'\''" and
	.[0].args == [{name: "expression", type: "s", value: "icmp and len > 10"}]' flow show web
id=$(value '.[0].id' flow show web)
json "by its id" '.[0].name == "web"' flow show "$id"
has_line "in a list" "^ *$id  web   v0 .* active .* BPF_FILTER 'icmp and len > 10' PKT_COUNTER BYTE_COUNTER$" \
	flow list
has_line "as text" "^    1: BPF_FILTER 'icmp and len > 10'$" flow show web
now=$(date +%s)
json "created now" "(.[0].created / 1000000000 | floor) as \$t |
	\$t <= $now and \$t >= $now - 60" flow show web

pings 10
json "it counts" '.[0] | .in == .functions[0].packets and .functions[0].passed == 20 and
	.functions[0].filtered == .in - 20 and .out == 20' flow show web
json "result" '.[0].functions | .[0].result == [] and .[1].result == [20] and
	.[2].result == [20 * 98] and .[1].packets == 20 and .[1].lost == {}' result web
has_line "as text" '^  2  PKT_COUNTER  *20  *20  *20  *0  0$' result web
json "by id" '.[0].functions[1].result == [20]' result "$id"

json "functions refer to others" '.[0].name == "sizes"' \
	flow add sizes dev v0 BPF_FILTER icmp PKTINFO PKT_SIZE STATS self 2 0 DIST "$id" 2 0 50 10
json "... of the same flow, and of another" ".[0] | .functions[2].args[0].value == .id and
	.functions[3].args[0].value == $id" flow show sizes
pings 10
json "... and tell of their results" '.[0].functions | .[2].result ==
	[20, 20 * 98, 0, 0, 20 * 98 * 98, 0, 0, 0, 0, 98, 98] and
	(.[3].result | add == 20 and .[0] == 0 and .[2] == 10 and .[4] == 0)' result sizes
refuses 1 "a flow that is not there" 'STATS: argument 1 (flow): no such flow' \
	flow add x dev v0 STATS 999999 1 0
refuses 1 "a function behind" 'STATS: argument 1 (flow): the flow has no function 2' \
	flow add x dev v0 STATS self 2 0 PKT_COUNTER
m flow del sizes

refuses 1 "a name that is taken" 'a flow of that name' flow add web dev v0
refuses 1 "an unknown device" 'v77' flow add x dev v77 PKT_COUNTER
refuses 1 "an unknown flow" 'no such flow' flow show nothing
refuses 1 "an unknown id" 'no such flow' flow show 4000000000
refuses 1 "deleting an unknown flow" 'no such flow' flow del nothing
refuses 1 "the result of an unknown flow" 'no such flow' result nothing
refuses 1 "watching an unknown flow" 'no such flow' watch nothing

refuses 1 "what is no file" 'TO_FILE: argument 2 (file): not a regular file' \
	flow add x dev v0 TO_FILE MFF_PCAP /dev/null

# What is an argument, and what the next function

refuses 1 "an unknown function" 'NOT_THERE' flow add x dev v0 PKT_COUNTER NOT_THERE
refuses 2 "a missing argument" 'STR_SEARCH: argument 1 (pattern) is missing' \
	flow add x dev v0 STR_SEARCH
refuses 2 "too many arguments" 'PKT_COUNTER takes no argument "7"' flow add x dev v0 PKT_COUNTER 7
refuses 2 "an argument twice" 'argument 2 (offset) is given twice' \
	flow add x dev v0 STR_SEARCH a 1 offset=2
refuses 2 "an unknown name of an argument" 'takes no argument "sighs=1"' \
	flow add x dev v0 PKT_COUNTER sighs=1
refuses 1 "nonsense for a number" 'SAMPLE: argument 1 (value): "many" is not a number' \
	flow add x dev v0 SAMPLE many
refuses 1 "a number out of range" 'STR_SEARCH: argument 2 (offset): ' \
	flow add x dev v0 STR_SEARCH a -1
refuses 2 "a string that is too long" 'argument 1 (pattern) is longer than 4095 bytes' \
	flow add x dev v0 STR_SEARCH "$(printf 'x%.0s' {1..4096})"
refuses 1 "a bad filter" 'BPF_FILTER: argument 1 (expression): ' \
	flow add x dev v0 BPF_FILTER 'tcp prot 80' PKT_COUNTER
refuses 1 "an unterminated pattern" 'STR_SEARCH: argument 1 (pattern): ' \
	flow add x dev v0 PKT_COUNTER STR_SEARCH '|41'
refuses 1 "a file that cannot be made" 'TO_FILE: argument 2 (file): ' \
	flow add x dev v0 PKT_COUNTER TO_FILE MFF_PCAP "$dir/no/file"
refuses 1 "an unknown format" 'TO_FILE: argument 1 (format): ' \
	flow add x dev v0 TO_FILE MFF_COMBO6 "$dir/file"
refuses 1 "an unknown library" 'PKT_COUNTER in library nolib' flow add x dev v0 nolib:PKT_COUNTER
refuses 1 "a version for other devices" 'PKT_COUNTER' flow add x dev v0 PKT_COUNTER!1.7
json "and nothing is left of all these" 'map(.name) == ["web"]' flow list

# The calls that the words are taken for.
calls_of()	# name pattern words...
{
	local name=$1 pattern=$2 got

	shift 2
	m flow add t dev v0 "$@" || { fail "$name"; return; }
	got=$(value '.[0].functions | map(.call) | join(" ; ")' flow show t)
	m flow del t
	# The pattern is meant to be one.
	# shellcheck disable=SC2053
	if [[ $got == $pattern ]]; then
		pass "$name"
	else
		fail "$name" "got: $got"
	fi
}

calls_of "no functions" ''
calls_of "optional arguments left out" 'STR_SEARCH abc 0 0 ; PKT_COUNTER' \
	STR_SEARCH abc PKT_COUNTER
calls_of "some given" 'STR_SEARCH abc 4 0 ; PKT_COUNTER' STR_SEARCH abc 4 PKT_COUNTER
calls_of "a later one by name" 'STR_SEARCH abc 0 9 ; PKT_COUNTER' \
	STR_SEARCH abc depth=9 PKT_COUNTER
calls_of "by names, in any order" 'STR_SEARCH abc 4 9' STR_SEARCH abc depth=9 offset=4
calls_of "a number in hexadecimal" 'SAMPLE 16 0' SAMPLE 0x10
calls_of "a name for a number" 'SAMPLE 50 1 ; PKT_COUNTER' SAMPLE 50 PROBABILISTIC PKT_COUNTER
calls_of "what is due is no function" 'STR_SEARCH PKT_COUNTER 0 0 ; PKT_COUNTER' \
	STR_SEARCH PKT_COUNTER PKT_COUNTER
calls_of "what is due has no name" 'STR_SEARCH offset=1 0 0' STR_SEARCH offset=1
calls_of "with the library" 'PKT_COUNTER' stdflib:PKT_COUNTER
calls_of "with a version" 'PKT_COUNTER' PKT_COUNTER!1
calls_of "quoted for the shell" "STR_SEARCH 'it'\\\\''s a \"\$x\"' 0 0" STR_SEARCH "it's a \"\$x\""
calls_of "an empty string of blanks" "STR_SEARCH ' ' 0 0" STR_SEARCH ' '
calls_of "nothing plays tricks with a terminal" "STR_SEARCH \$'\\\\x1b[2J\\\\xff' 0 0" \
	STR_SEARCH $'\e[2J\xff'
calls_of "an argument without a place" 'TO_BUFFER 1 *262144*' TO_BUFFER NOWAIT size=262144

# What a flow shows can be added again.
m flow add t dev v0 STR_SEARCH "it's" 1 BPF_FILTER 'udp or tcp' SAMPLE 3 TO_BUFFER NOWAIT PKT_COUNTER
calls=$(value '.[0].functions | map(.call) | join(" ")' flow show t)
ok "calls shown can be typed" bash -c "$mapictl flow add t2 dev v0 $calls"
is "and mean the same" "$(value '.[0].functions | map(.call) | join(" ")' flow show t2)" "$calls"
m flow del t
m flow del t2

# Options

ok "one direction" m flow add in dev v0 dir in BPF_FILTER icmp PKT_COUNTER
ok "the other" m flow add out device v0 direction out promisc off BPF_FILTER icmp PKT_COUNTER
pings 5
json "in" '.[0] | .direction == "in" and .functions[1].packets == 5' flow show in
json "out" '.[0] | .direction == "out" and .flags == ["persistent", "nopromisc"] and
	.functions[1].packets == 5' flow show out
m flow del in
m flow del out

# Files

ok "a file is written" m flow add tape dev v0 BPF_FILTER icmp \
	TO_FILE MFF_PCAP "$dir/tape.pcap" 6
pings 5
for _ in {1..50}; do
	[ "$(value '.[0].functions[1].result[0]' result tape)" = 0 ] && break
	sleep 0.1
done
json "it ended at its limit" '.[0].functions[1] | .result[0] == 0 and .result[1] == 6 and
	.lost.limit == 4' result tape
has_line "and says so" 'TO_FILE .* limit 4$' result tape
m flow del tape
is "tcpdump reads it" "$(tcpdump -nr "$dir/tape.pcap" 2>/dev/null | wc -l)" 6
is "it has the caller's rights" "$(stat -c '%a %U' "$dir/tape.pcap")" "600 root"

# Watching

out=$(m -jp watch web interval 0.2 count 3)
is "watch: so many looks, a line each" "$(wc -l <<<"$out")" 3
ok "each an object" jq -e '.name == "web" and .functions[1].name == "PKT_COUNTER"' <<<"$out"
is "no rate at first" "$(head -n 1 <<<"$out" | jq -c '[.in_rate, .functions[1].result_rate]')" \
	'[null,[null]]'
(sleep 1.5; pings 20) &
out=$(m -j watch web interval 1 count 7)
wait $!
# shellcheck disable=SC2016 # these variables are jq's
ok "then it is the growth over the time" jq -se '. as $looks | [range(1; length)] | all(
	$looks[. - 1] as $old | $looks[.] as $new |
	($new.functions[1].result[0] - $old.functions[1].result[0]) as $grown |
	($grown * 1e9 / ($new.time - $old.time)) as $wanted |
	$new.functions[1].result_rate[0] - $wanted | fabs <= 1 + $wanted / 20)' <<<"$out"
ok "of all packets there were" jq -se '.[-1].functions[1].result[0] -
	.[0].functions[1].result[0] == 40' <<<"$out"
is "the looks are a second apart" "$(jq -s '[.[].time] | (.[6] - .[0]) / 1e9 | round' <<<"$out")" 6
out=$(m watch web interval 0.1 count 2)
is "as text, a block each" "$(grep -c '^FID' <<<"$out")" 2
ok "a file gets no control characters" bash -c '! grep -q $'"'\\e'" <<<"$out"
out=$(script -qec "$mapictl watch web interval 0.1 count 2" /dev/null </dev/null)
ok "a terminal is redrawn" grep -q $'\e\\[H' <<<"$out"

# Events

"$mapictl" -j monitor >"$dir/events.json" &
json_pid=$!
"$mapictl" monitor >"$dir/events" &
text_pid=$!
sleep 1
m flow add seen dev v0 PKT_COUNTER
m device set v0 tstamp software
ip link add v8 type veth peer name v9
m flow add lost dev v8
ip link del v8
m flow del seen
m flow add long dev v0 STR_SEARCH "$(printf 'x%.0s' {1..3900})" STR_SEARCH "$(printf 'y%.0s' {1..3900})"
sleep 1
kill "$json_pid" "$text_pid"
wait "$json_pid" "$text_pid" 2>/dev/null
events=$(jq -r '.event + " " + (.flow.name // .device.name)' "$dir/events.json")
ok "monitor: each line is an object" jq -e '.time > 0' "$dir/events.json"
for event in "new seen" "connect seen" "set v0" "connect lost" "end lost" "del seen" \
	     "connect long"; do
	ok "event: $event" grep -qx "$event" <<<"$events"
done
is "a flow has its reason" "$(jq -r 'select(.event == "end" and .flow.name == "lost") |
	.flow.status + " " + .flow.reason' "$dir/events.json")" "closed device-gone"
ok "as text" grep -q ' flow connect [0-9]* seen dev v0 owner root status active$' "$dir/events"
ok "devices, too" grep -q ' device set v0 mode tap tstamp software$' "$dir/events"
is "as many lines" "$(wc -l <"$dir/events")" "$(wc -l <"$dir/events.json")"
json "the flow tells what happened" '.[0] | .status == "closed" and
	.reason == "device-gone" and .ended > .created' flow show lost
has_line "as text" 'status closed reason device-gone' flow show lost
ok "watching it ends by itself" timeout 5 "$mapictl" watch lost
m flow del lost
refuses_nobody 1 "events without CAP_NET_ADMIN" CAP_NET_ADMIN monitor

# Flows that are long to tell

m flow add after dev v0 PKT_COUNTER
json "long flows are listed, with those behind them" \
	'map(.name) | contains(["web", "long", "after"])' flow list
words=()
for _ in {1..40}; do
	words+=(STR_SEARCH "$(printf 'z%.0s' {1..2000})")
done
ok "a very long flow" m flow add verylong dev v0 "${words[@]}"
json "is shown" '.[0].functions | length == 40' flow show verylong
m flow add afterall dev v0
json "and listed, with those behind it" 'map(.name) | contains(["verylong", "afterall"])' flow list
json "in full" 'any(.[]; .name == "verylong" and (.functions | length) == 40)' flow list
for flow in long after verylong afterall; do
	m flow del "$flow"
done

# Rights

refuses_nobody 1 "a flow without CAP_NET_RAW" CAP_NET_RAW flow add x dev v0 PKT_COUNTER
out=$("$dir/as_nobody" -j flow list)
is "others' flows are not seen" "$out" '[]'
refuses_nobody 1 "showing others' flows" 'no such flow' flow show web
refuses_nobody 1 "deleting others' flows" 'no such flow' flow del web
refuses_nobody 1 "deleting them by id" 'no such flow' flow del "$id"
refuses_nobody 1 "others' results" 'no such flow' result web
out=$(as_user_with +net_raw "$mapictl" flow add mine dev v0 2>&1)
ok "a flow that lasts takes CAP_NET_ADMIN" grep -q 'persistent flow needs CAP_NET_ADMIN' <<<"$out"
ok "with that, a user may add one" \
	as_user_with +net_raw,+net_admin "$mapictl" flow add mine dev v0 PKT_COUNTER
is "and sees it later without rights" "$(as_nobody "$mapictl" -j flow list | jq -r '.[].name')" mine
json "the administrator sees whose" '.[0] | .uid == 65534 and .user == "nobody"' flow show mine
ok "one's own may be deleted" as_nobody "$mapictl" flow del mine

# Limits

json "limits: the default first" '.[0] | .default and .flows > 0 and .memory > 0 and
	has("uid") == false' limit show
json "and who has flows" 'any(.[1:][]; .uid == 0 and .user == "root" and .flows_used == 1 and
	.memory_used > 0)' limit
json "of one user, by name" 'length == 1 and .[0].uid == 65534 and .[0].flows_used == 0' \
	limit show nobody
json "by number" '.[0].user == "nobody"' limit show 65534
json "of the default" 'length == 1 and .[0].default' limit show default
has_line "as text" '^root  *[0-9]*  *1  *[0-9]*  *[0-9]*$' limit show
ok "a user's limits are set" m limit set user nobody flows 1 memory 3M
json "and shown" '.[0] | .flows == 1 and .memory == 3 * 1024 * 1024' limit show nobody
as_user_with +net_raw,+net_admin "$mapictl" flow add mine dev v0 PKT_COUNTER
out=$(as_user_with +net_raw,+net_admin "$mapictl" flow add more dev v0 2>&1)
ok "and kept" grep -q 'limit of 1 flow' <<<"$out"
ok "one of them, by number" m limit set user 65534 flows 2
json "leaves the other" '.[0] | .flows == 2 and .memory == 3 * 1024 * 1024' limit show nobody
out=$(as_user_with +net_raw,+net_admin "$mapictl" flow add big dev v0 TO_BUFFER size=33554432 2>&1)
ok "memory, too" grep -q 'limit of 3145728 bytes' <<<"$out"
is "nothing is left of it" "$(as_nobody "$mapictl" -j flow list | jq -r '.[].name')" mine
as_nobody "$mapictl" flow del mine
old=$(value '.[0].flows' limit show default)
ok "the default is set" m limit set default flows 77
json "and shown" '.[0].flows == 77' limit show default
m limit set default flows "$old"
ok "limits are reset" m limit reset user nobody
is "to the default" "$(value '.[0].flows' limit show nobody)" "$old"
ok "one's own limits may be seen" as_nobody "$mapictl" limit show nobody
refuses_nobody 1 "others' limits" CAP_NET_ADMIN limit show root
refuses_nobody 1 "setting limits" CAP_NET_ADMIN limit set user nobody flows 1
refuses_nobody 1 "resetting limits" CAP_NET_ADMIN limit reset user nobody

# The end

ok "a flow is deleted" m flow del "$id"
json "and gone" '. == []' flow list

"$mapictl" monitor >/dev/null 2>"$dir/monitor" &
pid=$!
sleep 1
mapfile -t modules < <(lsmod | awk '$1 ~ /^mapi/ { print $1 }')
ok "the modules can be unloaded" modprobe -ra "${modules[@]}"
wait "$pid"
is "which ends monitor" "$(cat "$dir/monitor")" \
	"mapictl: MAPI is not in the kernel; load mapi.ko: modprobe mapi"
rm -rf "$dir"
ktap_end
