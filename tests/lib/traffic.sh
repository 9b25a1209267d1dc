# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The stage for tests of what MAPI sees: a client in namespace "net", and the
# monitored interface mon0 in namespace "mon", where the examples run. Truth is
# what tcpdump sees on the client's interface.
#
#   scene NAME		tcpdump watches the wire
#   examples		worm and worm2 run on mon0, see preload_worm.c
#   flow NAME ...	what else is to be monitored, see mapictl(8)
#   curtain_up		when all are ready
#   play WORDS...	traffic, see play.py
#   curtain_down	when all have seen it: they leave
#   claim WORDS...	what is to be compared, see wire.py
#   verdict		compares
#
# Files of a scene are in a folder of its own, the current one:
#
#   wire.pcap	what tcpdump saw on the wire, bpf.pcap those from port 1234
#   worm.trace	what worm has written, worm.out what it has printed
#   worm2.pcap	what worm2 was given, worm2.out what it has printed
#   worm3.*	the same, with mapi_get_next_pkt() for mapi_loop()
#   NAME.counts	the packet counters of a flow

build=${BUILD:-$PWD/build}
build=$(readlink -f "$build")
lib=$PWD/tests/lib
worm=$build/user/examples/worm
worm2=$build/user/examples/worm2
preload=$build/tests/preload_worm.so

stage=$(mktemp -d)
scenes=0
claims=()
flows=()
watchers=()
cast=()
troupes=()

# What a test may change: where truth is, where the examples look, and from
# and to whom the marks are sent.
wire_ns=net
wire_dev=c0
mon_ns=mon
src=10.0.0.1
dst=10.0.0.2
deaf=	# "deaf" where the server does not get what is sent to it

net()	# command...
{
	ip netns exec net "$@"
}

mon()	# command...
{
	ip netns exec "$mon_ns" "$@"
}

mapictl()
{
	mon "$build/user/mapictl" "$@"
}

# A wire between two namespaces, which are made if need be.
stage_link()	# namespace device mac namespace device mac
{
	# However much comes at once, and however late softirqs get to run (Linux
	# before 6.5 leaves them to ksoftirqd), none of it is lost on the wire.
	backlog=${backlog:-$(sysctl -n net.core.netdev_max_backlog)}
	sysctl -qw net.core.netdev_max_backlog=100000
	ip netns add "$1" 2>/dev/null || :
	ip netns add "$4" 2>/dev/null || :
	ip -n "$1" link add "$2" address "02:00:00:00:00:$3" type veth \
		peer name "$5" address "02:00:00:00:00:$6" netns "$4"
	stage_up "$1" "$2"
	stage_up "$4" "$5"
}

# Nothing is sent that the tests did not ask for, as far as that goes.
stage_up()	# namespace device
{
	ip -n "$1" link set "$2" addrgenmode none
	ip -n "$1" link set "$2" up
}

stage_address()	# namespace device subnet host
{
	ip -n "$1" addr add "10.0.$3.$4/24" dev "$2"
	ip -n "$1" addr add "fd00:$3::$4/64" dev "$2" nodad
}

# Turns what is named after the device off: packets stay what they are.
stage_single()	# namespace device offloads...
{
	local feature words=()

	for feature in "${@:3}"; do
		words+=("$feature" off)
	done
	ip netns exec "$1" ethtool -K "$2" "${words[@]}" >/dev/null
}

# The usual wire, on which packets are single.
stage_set()
{
	stage_link net c0 01 mon mon0 02
	stage_address net c0 0 1
	stage_address mon mon0 0 2
	stage_single net c0 gso tso gro
	stage_single mon mon0 gso tso gro
	stage_play net mon
}

stage_play()	# client server
{
	coproc PLAYER { exec python3 "$lib/play.py" "$@"; }
	player=$PLAYER_PID
}

stage_strike()
{
	cd /
	# shellcheck disable=SC2154 # set by coproc
	[ -z "${player:-}" ] || { eval "exec ${PLAYER[1]}>&-"; wait "$player" || :; }
	# shellcheck disable=SC2046
	kill $(jobs -p) 2>/dev/null || :
	for ns in net wire mon; do
		ip netns del "$ns" 2>/dev/null || :
	done
	[ -z "${backlog:-}" ] || sysctl -qw "net.core.netdev_max_backlog=$backlog"
	rm -rf "$stage"
}

await()	# command... until it succeeds
{
	for _ in {1..1200}; do
		"$@" && return 0
		sleep 0.05
	done
	echo "never came true: $*" >&2
	return 1
}

play()	# words...
{
	local said

	echo "$@" >&"${PLAYER[1]}"
	read -r said <&"${PLAYER[0]}"
	[ "$said" = "done" ] || fail "$scene: play $*" "$said"
}

# tcpdump writes to a file; its buffers are big, and it gets packets at once.
dump()	# namespace device file [options...]
{
	ip netns exec "$1" tcpdump -Z root -p -i "$2" -w "$3" -U \
		--immediate-mode -s 16384 -B 16384 "${@:4}" 2>"$3.log" &
	watchers+=($!)
}

is_promiscuous()	# how many want it
{
	ip -n mon -d link show mon0 | grep -qw "promiscuity $1"
}

# A persistent flow, for what the examples do not do.
flow()	# name words...
{
	mapictl flow add "$@"
	flows+=("$1")
	[[ $* != *_COUNTER* ]] || : >"$1.counts"
}

# Results of a flow's counters.
counts()	# name
{
	mapictl -j result "$1" |
		jq -r '[.[].functions[] | select(.name | endswith("_COUNTER")).result[0]] | @sh'
}

scene()	# name
{
	scene=$1
	scenes=$((scenes + 1))
	mkdir "$stage/$scenes"
	cd "$stage/$scenes" || exit
	claims=() flows=() watchers=() cast=() troupes=() truth=wire.pcap
	dump "$wire_ns" "$wire_dev" wire.pcap
}

# Not by a shell function: it is to be killed, not a shell.
act()	# file command...
{
	ip netns exec "$mon_ns" env "${@:2}" >"$1" &
	cast+=($!)
}

# One that looks elsewhere or for other packets has a folder of its own.
# shellcheck disable=SC2120 # arguments are optional
examples()	# [folder variables...]
{
	local d=${1:-.} preset=(LD_PRELOAD="$preload" "${@:2}")

	mkdir -p "$d"
	act "$d/worm.out" -C "$d" "${preset[@]}" "$worm"
	act "$d/worm2.out" -C "$d" "${preset[@]}" WORM_PCAP=worm2.pcap "$worm2" mon0
	act "$d/worm3.out" -C "$d" "${preset[@]}" WORM_PCAP=worm3.pcap WORM_NEXT=y \
		"$worm2" mon0
	troupes+=("$d")
}

curtain_up()
{
	local log d

	for log in *.pcap.log; do
		await grep -q 'listening on' "$log"
	done
	for d in "${troupes[@]}"; do
		await test -s "$d/worm.out" -a -s "$d/worm2.pcap" -a -s "$d/worm3.pcap"
	done
	play begin "$src" "$dst" "$deaf"
}

has_ended()	# file
{
	grep -qa 'THE END' "$1"
}

# The last line of worm, without its words.
told()	# folder
{
	local lines

	mapfile -t lines <"$1/worm.out"
	echo "${lines[-1]//[^0-9 ]/}"
}

tells_more()	# folder lines
{
	local lines

	mapfile -t lines <"$1/worm.out"
	[ ${#lines[@]} -gt "$2" ]
}

curtain_down()
{
	local log lines d

	play end "$src" "$dst" "$deaf"
	for log in *.pcap.log; do
		await has_ended "${log%.log}"
	done
	for d in "${troupes[@]}"; do
		await has_ended "$d/worm2.pcap"
		await has_ended "$d/worm3.pcap"
		mapfile -t lines <"$d/worm.out"
		await tells_more "$d" $((${#lines[@]} + 1))
	done
	leave
}

# What worm has written is to be complete however it ends.
leave()
{
	local f

	for f in "${flows[@]}"; do
		[ ! -e "$f.counts" ] || counts "$f" >"$f.counts"
		mapictl flow del "$f"
	done
	kill -TERM "${watchers[@]}"
	[ ${#cast[@]} = 0 ] || kill -KILL "${cast[@]}"
	wait "${watchers[@]}" "${cast[@]}" 2>/dev/null || :
	# Who is killed does not wait for the files that he leaves.
	[ ${#cast[@]} = 0 ] || await files_done
}

files_done()
{
	[ "$(cat /sys/module/mapi_to_file/refcnt)" = 0 ]
}

# tcpdump -r is the judge of what a filter passes.
filtered()	# from to expression
{
	tcpdump -r "$1" -w "$2" "$3" 2>/dev/null
}

claim()	# words...
{
	claims+=("$@" ",")
}

# The examples saw what is in wire.pcap, or in what the test has made of it.
# shellcheck disable=SC2120 # arguments are optional
claim_examples()	# [how...]
{
	claim_troupe . 'src port 1234' "$@"
}

# So did those with a folder and a filter of their own.
claim_troupe()	# folder filter [how...]
{
	local numbers d=$1

	read -ra numbers <<<"$(told "$d")"
	filtered "$truth" "$d/bpf.pcap" "$2"
	claim worm "${@:3}" "$d/bpf.pcap" "${numbers[@]}" \
		"$d/worm.trace" "$d/worm2.pcap" "$d/worm3.pcap"
	claim worm2 "$d/bpf.pcap" "$d/worm2.out"
	claim worm2 "$d/bpf.pcap" "$d/worm3.out"
}

verdict()
{
	local name got wanted rows=0

	# A witness that slept proves nothing, whatever it says.
	if grep -hv '^0 packets dropped' ./*.log | grep 'dropped'; then
		fail "$scene: tcpdump kept up"
	fi
	while IFS=$'\t' read -r name got wanted; do
		is "$scene: $name" "$got" "$wanted"
		rows=$((rows + 1))
	done < <(python3 "$lib/wire.py" "${claims[@]::${#claims[@]}-1}")
	[ "$rows" -gt 0 ] || fail "$scene: there is a verdict"
}
