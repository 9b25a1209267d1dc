# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets from the kernel's packet generator, a thread of its own on each CPU.
#
#   pktgen_begin
#   pktgen_add CPU DEVICE MODE COUNT [KEY VALUE]...
#	MODE: netif_receive (as if received), start_xmit (sent, and not shown
#	to taps of that device), queue_xmit (sent as by anybody); COUNT 0: until
#	pktgen_stop
#   pktgen_run			sends, until all are done
#   pktgen_start		the same in the background; then pktgen_stop, or
#   pktgen_wait			if they end by themselves
#   pktgen_sent			how many were sent
#   pktgen_clear		forgets what was added

pktgen=/proc/net/pktgen
pktgen_pid=''

pktgen_begin()
{
	modprobe pktgen
}

pktgen_add()	# cpu device mode count [key value]...
{
	local file=$pktgen/$2@$1 mode=$3

	echo "add_device $2@$1" >"$pktgen/kpktgend_$1"
	echo "count $4" >"$file"
	echo "pkt_size 100" >"$file"
	echo "delay 0" >"$file"
	echo "dst 198.18.0.2" >"$file"
	echo "src_min 198.18.0.1" >"$file"
	echo "src_max 198.18.0.1" >"$file"
	# Each packet to another port, 9 to 12.
	echo "udp_dst_min 9" >"$file"
	echo "udp_dst_max 13" >"$file"
	[ "$mode" = start_xmit ] || echo "xmit_mode $mode" >"$file"
	shift 4
	while [ $# -gt 0 ]; do
		echo "$1 $2" >"$file"
		shift 2
	done
}

# Its threads, all that were to send, have said how long it took.
pktgen_ended()
{
	local file

	for file in "$pktgen"/*@*; do
		[ ! -e "$file" ] || grep -q '^Result: OK: .* usec,' "$file" ||
			return 1
	done 2>/dev/null
}

# A thread that is late to begin is taken for one that has ended.
pktgen_run()
{
	echo start >"$pktgen/pgctrl"
	for _ in {1..200}; do
		pktgen_ended && return
		sleep 0.05
	done
}

pktgen_start()
{
	pktgen_run & pktgen_pid=$!
	# It begins an eighth of a second later.
	sleep 0.3
}

pktgen_stop()
{
	echo stop >"$pktgen/pgctrl"
	pktgen_wait
}

pktgen_wait()
{
	wait "$pktgen_pid"
}

pktgen_sent()
{
	sed -n 's/.*pkts-sofar: \([0-9]*\).*/\1/p' "$pktgen"/*@* |
		awk '{ n += $1 } END { print n + 0 }'
}

pktgen_clear()
{
	local thread

	for thread in "$pktgen"/kpktgend_*; do
		echo rem_device_all >"$thread"
	done
}
