#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by eventually
#
# The ledger: all sums hold, on two CPUs, while packets run and when they do not.
#
#	CPU 0  pktgen --.
#			 >--> [in0]		as if received
#	CPU 1  pktgen --'
#
# not on uml: it has one processor
# timeout: 600
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
# shellcheck source=tests/lib/quiet.sh
. tests/lib/quiet.sh
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
own_network "$0"

smallest=131072	# bytes of the smallest ring

add()	# words...
{
	"$mapictl" flow add "$@" >/dev/null || fail "flow add $*"
}

begin()	# packets-each
{
	pktgen_clear
	pktgen_add 0 in0 netif_receive "$1"
	pktgen_add 1 in0 netif_receive "$1"
}

# Adds the sums up again, without what mapictl says about them.
# shellcheck disable=SC2016 # the dollars are jq's
added='[.. | objects | .sum? // empty |
	.in == ([to_entries[] | select(.key | IN("in", "lost", "holds", "off") | not).value] +
		[.lost[]] | add)] | length > 0 and all'

# Of a flow: what each function passes on comes into the next, from first to last.
# shellcheck disable=SC2016
chained='[.[] | select(.functions) | . as $flow |
	reduce .functions[] as $f ($flow.in;
		if $f.sum.passed == null then
			if $f.sum.in == . then . else "no" end
		elif $f.sum.in == . then $f.sum.passed else "no" end) == $flow.out] | all'

audits_well()	# words...
{
	"$mapictl" -j audit "$@" >"$dir/audit" || { cat "$dir/audit"; return 1; }
	jq -e "$added" "$dir/audit" >/dev/null && jq -e "$chained" "$dir/audit" >/dev/null
}

audits_often()
{
	local n

	for n in {1..5}; do
		audits_well || return 1
	done
}

sums()	# filter
{
	"$mapictl" -j audit | jq -r "$1"
}

settled()
{
	[ "$(sums '[.. | .waiting? // empty] | add')" = 0 ]
}

ip link add in0 type dummy
quiet_up in0
pktgen_begin
dir=$(mktemp -d)
chmod 755 "$dir"
modprobe -a mapi_nic mapi_pkt_counter mapi_byte_counter mapi_bpf_filter mapi_sample \
	mapi_str_search mapi_to_buffer mapi_to_file

ktap_begin

# Nothing there

is "without flows there is nothing to add up" "$("$mapictl" audit)" "0 sums hold"
json "nor as JSON" '. == []' audit
is "nor of a device" "$("$mapictl" audit in0)" "0 sums hold"
refuses 1 "what is neither device nor flow" 'no device or flow nothing here' audit nothing

# Sums are what they should be

add first dev in0
add web dev in0 PKT_COUNTER BPF_FILTER 'udp dst portrange 9-11' SAMPLE 3 \
	TO_BUFFER NOWAIT snaplen=96 size=$smallest TO_FILE 0 "$dir/web.pcap" PKT_COUNTER
begin 2000
pktgen_run
ok "the file is written" eventually 30 settled
json "a device's" '.[0].sum == {in: 4000, run: 4000, lost: {}, holds: true, off: 0}' audit in0
json "a flow's" '.[] | select(.name == "web").sum | .in == 4000 and .out == 1000 and .filtered == 1000 and
	.sampled == 2000 and .holds' audit in0
json "a filter's" '.[] | select(.name == "web").functions[0] | .fid == 2 and
	.sum.in == 4000 and .sum.passed == 3000 and .sum.filtered == 1000' audit
json "a sample's" '.[0].functions[1] | .sum.in == 3000 and .sum.passed == 1000 and
	.sum.sampled == 2000' audit web
json "a buffer's" '.[0].functions[2].sum | .in == 1000 and
	.taken + (.lost["ring-full"] // 0) == 1000 and .waiting == 0' audit web
json "a file's" '.[0].functions[3].sum | .in == 1000 and .taken == 1000 and .lost == {}' \
	audit web
is "counters keep nothing" "$(sums '.[] | select(.name == "web").functions | map(.fid) | join(" ")')" "2 3 4 5"
is "as text" "$("$mapictl" audit web | sed 's/^flow [0-9]*/flow N/' | grep -v TO_)" \
"flow N web dev in0: in 4000 = out 1000 + filtered 1000 + sampled 2000
    2: BPF_FILTER 'udp dst portrange 9-11': in 4000 = passed 3000 + filtered 1000
    3: SAMPLE 3 0: in 3000 = passed 1000 + sampled 2000
5 sums hold"
"$mapictl" flow del web
is "the file has as many" "$("$programs/whole_pcap" "$dir/web.pcap")" 1000

# While packets run

add all dev in0 PKT_COUNTER
add chain dev in0 BPF_FILTER 'udp dst portrange 9-11' BPF_FILTER 'udp dst portrange 9-10' \
	SAMPLE 50 1 STR_SEARCH '|be 9b e9 55|' BPF_FILTER 'udp dst port 9' BYTE_COUNTER
add full dev in0 BPF_FILTER 'udp dst portrange 9-11' TO_BUFFER NOWAIT size=$smallest SAMPLE 2 \
	BPF_FILTER 'udp dst portrange 9-10' TO_FILE 0 "$dir/full.pcap" size=$smallest
add limited dev in0 TO_FILE 0 "$dir/limited.pcap" 1000 PKT_COUNTER
add in dev in0 dir in SAMPLE 7 TO_FILE 0 "$dir/in.pcap" snaplen=96
begin 0
pktgen_start
ok "all sums hold while packets run, again and again" audits_often
pktgen_stop
sent=$(pktgen_sent)
diag "of $sent packets"
ok "and then" audits_well
ok "files are written" eventually 60 settled
ok "and sums hold still" audits_well
for flow in all chain full limited in; do
	is "$flow has had them all" "$(sums ".[] | select(.name == \"$flow\" and .functions).in")" "$sent"
done
is "the device, too" "$(sums '.[] | select(.name == "in0").sum.in')" $((sent + 4000))
is "the file with a limit has it" "$(sums '.[] | select(.name == "limited").functions[0].sum |
	"\(.taken) \([.lost[]] | add)"')" "1000 $((sent - 1000))"

# While flows come and go

begin 0
pktgen_start
for n in {1..10}; do
	add "come$n" dev in0 BPF_FILTER 'udp dst portrange 9-11' SAMPLE 3 \
		TO_FILE 0 "$dir/come.pcap"
	audits_well "come$n" || fail "flow $n has sums that hold"
	"$mapictl" flow del "come$n"
done
pktgen_stop
ok "sums hold, with flows that come and go, too" audits_well

# Others

hold $nobody 1 in0 TO_BUFFER
is "another user has a flow" "$held" "1 0"
is "his flows are audited for him, and no others" \
	"$(as_user $nobody "$mapictl" -j audit | jq -c 'map(select(.functions).uid)')" "[$nobody]"
refuses_as()
{
	! as_user "$nobody" "$mapictl" audit chain
}
ok "others he cannot name" refuses_as
let_go $nobody

# Wrong

insmod "$programs/kmod/$(uname -r)/mapi_liar.ko" || fail "the liar is there: make test-modules"
add liar dev in0 LIE_TAKEN
begin 50
pktgen_run
not_ok "a sum that does not hold is a failure" "$mapictl" audit liar
is "and says by how much" "$("$mapictl" audit liar | tail -n 2)" \
"    1: LIE_TAKEN: in 100 = taken 3 + waiting 0: WRONG by -97
1 of 2 sums are wrong"
ok "as JSON" jq -e '.[0].functions[0].sum | .holds == false and .off == -97' \
	<("$mapictl" -j audit liar)
"$mapictl" flow del liar
ok "the liar goes" eventually 10 rmmod mapi_liar

for flow in first all chain full limited in; do
	"$mapictl" flow del "$flow"
done
rm -r "$dir"
pktgen_clear
ok "nobody holds a module" eventually 60 modules_idle
ktap_end
