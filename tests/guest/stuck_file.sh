#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A file system that does not answer, here a frozen one, holds up nobody but
# those who write to it: not netlink, not other files, not the end of processes.
# vm: --mem 2G
# timeout: 300
# shellcheck disable=SC2317 # ok calls functions by name
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
own_network "$0"

build=${BUILD:-$PWD/build}
mapictl=$build/user/mapictl
# More than the workers of a workqueue that all flows would share.
many=300

# A program that keeps flows, with its standard input from a pipe of ours.
# Sets held_pid and held_in, and said to what it prints.
held()	# arguments of hold
{
	mkfifo "$dir/in" "$dir/out"
	"$build/tests/hold" "$@" <"$dir/in" >"$dir/out" &
	held_pid=$!
	disown
	exec {held_in}>"$dir/in"
	read -r said <"$dir/out"
	rm "$dir/in" "$dir/out"
}

# A command that takes no longer than so many seconds.
within()	# name seconds command...
{
	local name=$1 limit=$2

	shift 2
	ok "$name" timeout "$limit" "$@"
}

gone()	# pid
{
	for _ in {1..150}; do
		[ -d "/proc/$1" ] || return 0
		sleep 0.1
	done
	grep -H State "/proc/$1/status"
	return 1
}

send()	# number
{
	ping -q -f -c "$1" -b -I v1 10.9.9.255 >/dev/null 2>&1 || :
}

records()	# file
{
	tcpdump -r "$1" 2>/dev/null | wc -l
}

ktap_begin
pair_up
ip addr add 10.9.9.1/24 broadcast 10.9.9.255 dev v1
dir=$(mktemp -d)
truncate -s 64M "$dir/image"
mkfs.ext4 -q "$dir/image"
mkdir "$dir/frozen"
modprobe loop
ok "there is a file system" mount -o loop "$dir/image" "$dir/frozen"
"$mapictl" limit set default memory 2G

held "$many" v0 TO_FILE MFF_PCAP "$dir/frozen/many.pcap" 0
is "$many flows write to it" "${said% }" "$many 0"
many_pid=$held_pid
held 1 v0 TO_FILE MFF_PCAP "$dir/frozen/killed.pcap" 0
killed_pid=$held_pid
held 1 v0 TO_FILE MFF_PCAP "$dir/frozen/sent.pcap" 0
sent_pid=$held_pid
held 1 v0 TO_FILE MFF_PCAP "$dir/frozen/waits.pcap" 0
waits_pid=$held_pid waits_in=$held_in
held 20 v0 TO_FILE MFF_PCAP "$dir/frozen/ends.pcap" 0
ends_pid=$held_pid ends_in=$held_in
ok "one that persists does, too" "$mapictl" flow add stuck dev v0 \
	TO_FILE MFF_PCAP "$dir/frozen/stuck.pcap" 0

ok "the file system is frozen" fsfreeze -f "$dir/frozen"
send 20
sleep 1

within "another file can be written" 20 "$mapictl" flow add other dev v0 dir in \
	'BPF_FILTER' icmp TO_FILE MFF_PCAP "$dir/other.pcap" 0
send 20
sleep 1
is "... and is" "$(records "$dir/other.pcap")" 20
within "... and ended" 20 "$mapictl" flow del other
within "flows are listed" 20 "$mapictl" flow list
not_ok "who deletes the stuck flow waits for its file" \
	timeout 3 "$mapictl" flow del stuck
is "... but need not" "$("$mapictl" flow show stuck 2>&1)" "mapictl: no such flow"

kill -KILL "$killed_pid"
ok "a process can be killed" gone "$killed_pid"
is "a stranger does not wait" \
	"$(timeout 60 python3 tests/lib/take_flow.py "$sent_pid" "$nobody")" 0
echo >&"$ends_in"
ok "a process can end, however many flows it has" gone "$ends_pid"
kill -KILL "$many_pid"
ok "... or be killed" gone "$many_pid"
within "new flows can be made" 20 "$mapictl" flow add more dev v0 PKT_COUNTER
ok "... and deleted" "$mapictl" flow del more
not_ok "files that are not finished keep the module" modprobe -r mapi_to_file

fsfreeze -u "$dir/frozen"
echo >&"$waits_in"
ok "all ends when it answers again" gone "$waits_pid"
is "... and the file is complete then" "$(records "$dir/frozen/waits.pcap")" 40
back_to_zero "nothing is left of it" 0
# What was sent before the process ended, and what came until the flow did.
for f in killed sent stuck; do
	ok "$f.pcap is complete" [ "$(records "$dir/frozen/$f.pcap")" -ge 40 ]
done
umount "$dir/frozen"
ktap_end
