#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by ok and eventually
#
# Every packet is accounted for, on two CPUs at once.
#
#	CPU 0  pktgen --.
#			 >--> [in0]		as if received
#	CPU 1  pktgen --'
#
#	CPU 0  pktgen --.
#			 >--> [tx0] ===> [rx0]	sent through a veth pair
#	CPU 1  pktgen --'
#
# What the generator says it sent is what comes into each flow; what comes into
# a function is what the one before passed on; what was not delivered or
# written was lost, and the reason says how many (tests/bin/balance.h).
#
# not on uml: it has one processor
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/flows.sh
. tests/lib/flows.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
# shellcheck source=tests/lib/quiet.sh
. tests/lib/quiet.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh

dir=$(mktemp -d)
smallest=131072	# bytes of the smallest ring

setup()
{
	# Nothing may be dropped between the two ends of the cable.
	backlog=$(sysctl -n net.core.netdev_max_backlog)
	sysctl -qw net.core.netdev_max_backlog=100000
	ip link add in0 type dummy
	ip link add tx0 type veth peer name rx0
	for dev in in0 tx0 rx0; do
		quiet_up "$dev"
	done
	mkdir "$dir/small"
	mount -t tmpfs -o size=128k small "$dir/small"
	pktgen_begin
	# Loaded beforehand, functions do not take from the time of the first test.
	modprobe -a mapi_nic mapi_pkt_counter mapi_bpf_filter mapi_sample mapi_str_search \
		mapi_to_buffer mapi_to_file
}

cleanup()
{
	ip link del in0
	ip link del tx0
	umount "$dir/small"
	rm -rf "$dir"
	sysctl -qw "net.core.netdev_max_backlog=$backlog"
}

# From both CPUs; sets $sent.
send()	# device mode packets-each [key value]...
{
	pktgen_clear
	pktgen_add 0 "$@"
	pktgen_add 1 "$@"
	pktgen_run
	sent=$(pktgen_sent)
	pktgen_clear
}

# A number from the ledger against what it should be.
number()	# name wanted flow fid what
{
	is "$1" "$(count "${@:3}")" "$2"
}

above()	# name least flow fid what
{
	ok "$1" [ "$(count "${@:3}")" -gt "$2" ]
}

counted()	# wanted flow fid what
{
	[ "$(count "${@:2}")" = "$1" ]
}

device_pkts()	# device
{
	"$build/user/mapictl" -j device show "$1" | jq '.[0].packets'
}

# Whole records, of which there are so many; others than us can read it.
capture()	# name file wanted
{
	is "$1" "$("$build/tests/whole_pcap" "$2" 2>&1)" "$3"
	is "$1, says tcpdump" "$(tcpdump -nr "$2" 2>/dev/null | wc -l)" "$3"
}

setup
ktap_begin
trap 'status=$?; cleanup; ktap_died $status' EXIT

# Through all functions. The ports are 9 to 12 in turn.

flows_begin
ok "a long flow" flow long in0 PKT_COUNTER 'BPF_FILTER:udp dst portrange 9-11' \
	PKT_COUNTER 'STR_SEARCH:|be 9b e9 55|' SAMPLE:3:0 BYTE_COUNTER \
	"TO_BUFFER:NOWAIT:96:$smallest" "TO_FILE:0:$dir/long.pcap:0:96" PKT_COUNTER
ok "beside one that takes everything" flow all in0 PKT_COUNTER
send in0 netif_receive 400
tell take long 7 100
is "a reader reads, then stops" "$answer" 100
first=$sent
send in0 netif_receive 8000
sent=$((sent + first))
is "the generator sent what it should" "$sent" 16800
is "the device has shown them all" "$(device_pkts in0)" "$sent"
says "each came into the flow" "$sent" balance long
says "and into the other" "$sent" balance all
number "a quarter was filtered" $((sent / 4)) long 2 filtered
number "of the rest a third was sampled" $((sent / 4)) long 5 passed
number "byte by byte" $((sent * 100 / 4)) long 6 0
above "the buffer ran over, which is the only loss" 0 long 7 ring-full
is "as it says" "$(count long 7 lost)" "$(count long 7 ring-full)"
number "packets went on nevertheless" $((sent / 4)) long 9 in
tell follow long 7 100
is "the reader has got what was delivered" "$(count long 7 got)" "$(count long 7 0)"

says "the flow is ended" "closed deleted" delete long
says "its sums hold" "$sent" balance long
number "nothing is missing in the file" $((sent / 4)) long 8 1
capture "as a count of its records shows" "$dir/long.pcap" $((sent / 4))
ok "and capinfos" grep -q "Number of packets *= *$((sent / 4))" \
	<(capinfos -cM "$dir/long.pcap" | sed 's/:/ =/')

# A reader at work while packets come.

ok "a reader that follows" flow eager in0 "TO_BUFFER:NOWAIT:0:$smallest" PKT_COUNTER
pktgen_add 0 in0 netif_receive 3000
pktgen_add 1 in0 netif_receive 3000
pktgen_start
tell follow eager 1 1500
pktgen_wait
sent=$(pktgen_sent)
tell follow eager 1 100
says "each packet came in" "$sent" balance eager
is "what was delivered was read" "$(count eager 1 got)" "$(count eager 1 0)"
flows_end

# A file with a limit, written from two CPUs; one closed as soon as that.

flows_begin
ok "a file for a thousand packets" flow few in0 "TO_FILE:5:$dir/few.pcap:1000" PKT_COUNTER
ok "and one for all" flow many in0 "TO_FILE:0:$dir/many.pcap"
send in0 netif_receive 3000
tell balance many
is "which have come in" "$answer" "$sent"
does "the flow is closed" close many
capture "and the file complete" "$dir/many.pcap" "$sent"
ok "the limit is reached" eventually 60 counted 1000 few 1 1
says "the flow goes on, and is ended" "closed deleted" delete few
says "its sums hold" "$sent" balance few
number "a thousand are written" 1000 few 1 1
number "the others were behind the limit" $((sent - 1000)) few 1 limit
number "which is no error" 0 few 1 errno
number "packets went on" "$sent" few 2 in
capture "the file has a thousand" "$dir/few.pcap" 1000
flows_end

# A rate that no file holds: the generator has the CPUs for itself.

flows_begin
ok "a file with a small ring" flow fast in0 "TO_FILE:0:$dir/fast.pcap:0:96:$smallest"
sysctl -qw kernel.sched_rt_runtime_us=-1	# all of them
for pid in $(pgrep kpktgend); do
	chrt --fifo --pid 1 "$pid"
done
send in0 netif_receive 20000
for pid in $(pgrep kpktgend); do
	chrt --other --pid 0 "$pid"
done
sysctl -qw kernel.sched_rt_runtime_us=950000
says "is ended" "closed deleted" delete fast
says "each packet came in" "$sent" balance fast
above "some were too many" 0 fast 1 backlog
is "which is the only loss" "$(count fast 1 lost)" "$(count fast 1 backlog)"
capture "the others are in the file" "$dir/fast.pcap" "$(count fast 1 1)"
flows_end

# A full disk.

flows_begin
ok "a file on a small disk" flow full in0 "TO_FILE:0:$dir/small/full.pcap" PKT_COUNTER
send in0 netif_receive 1500
ok "the disk fills up" eventually 60 counted 28 full 1 errno
send in0 netif_receive 100
says "the flow goes on, and is ended" "closed deleted" delete full
says "its sums hold" 3200 balance full
above "packets were lost to the file" 200 full 1 file
above "others were written" 500 full 1 1
number "all went on" 3200 full 2 in
capture "the file has whole records" "$dir/small/full.pcap" "$(count full 1 1)"
flows_end

# A limit on the size of files.

ulimit -S -f 64
flows_begin
ulimit -S -f unlimited
ok "a file that must not grow above 64 KiB" flow short in0 "TO_FILE:0:$dir/short.pcap" PKT_COUNTER
send in0 netif_receive 1000
ok "it would" eventually 60 counted 27 short 1 errno
says "the flow is ended" "closed deleted" delete short
says "its sums hold" "$sent" balance short
ok "the file has not" [ "$(stat -c %s "$dir/short.pcap")" -le 65536 ]
above "packets were lost" 0 short 1 file
capture "the file has whole records" "$dir/short.pcap" "$(count short 1 1)"
flows_end

# Sent by this host, and received at the other end of the cable.

flows_begin
ok "what is sent" flow out tx0 PKT_COUNTER
ok "what is received" flow in rx0 PKT_COUNTER "TO_FILE:0:$dir/in.pcap"
send tx0 queue_xmit 2000
ok "all is received" eventually 60 counted "$sent" in 1 in
says "and was sent" "$sent" balance out
says "with sums that hold" "$sent" balance in
send tx0 start_xmit 2000
ok "what is sent below the taps is received, too" eventually 60 counted $((sent * 2)) in 1 in
says "but not seen on its way out" "$sent" balance out
says "the flow is ended" "closed deleted" delete in
says "its sums hold" $((sent * 2)) balance in
capture "the file is complete" "$dir/in.pcap" $((sent * 2))
flows_end

# One in twenty, on one CPU.

flows_begin
ok "a sample" flow some in0 SAMPLE:20:PERIODIC PKT_COUNTER
pktgen_clear
pktgen_add 1 in0 netif_receive 893
pktgen_run
says "of 893 packets" 893 balance some
number "one in twenty is 44" 44 some 2 0
flows_end

ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
pktgen_clear

ktap_end
