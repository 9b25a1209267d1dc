#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # functions are run by eventually
#
# Ten thousand flows, added one by one and closed one by one: in time, and the
# second half in hardly more than the first. Each counts what it should. What a
# CPU does at once for a change of the plan is short.
#
#   FLOWS	how many (10000 on Debian's 6.12, and 2000 on others)
#
# vm: --mem 3G
# timeout: 600
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
# shellcheck source=tests/lib/talk.sh
. tests/lib/talk.sh
# shellcheck source=tests/lib/tracing.sh
. tests/lib/tracing.sh
own_network "$0"

build=${BUILD:-$PWD/build}
mapictl=$build/user/mapictl
case $(uname -r) in
6.12.*-amd64)	flows=${FLOWS:-10000} ;;
*)		flows=${FLOWS:-2000} ;;
esac
packets=400	# to ports 9 to 12 in turn

# Milliseconds that ten thousand flows may take, on a machine that emulates this one
# and another at the same time: what they do take is told.
patience=$((150000 * ${SLOW:-1}))

scale_begin()	# function pattern
{
	talk_begin "$build/tests/scale" v0 "$flows" "$@"
	said
}

# What it says, as words.
said()
{
	talk_hear 300
	read -ra said <<<"$answer"
}

scale_end()
{
	talk_close
	said
	talk_end
}

in_time()	# what
{
	local first=${said[1]:-none} second=${said[2]:-none}

	diag "$flows flows $1: $first and $second ms"
	ok "$1 in time" [ $((first + second)) -lt "$patience" ]
	ok "... the second half like the first" \
		[ "$second" -lt $((first * 3 + 5000)) ]
}

all_in_one()
{
	"$mapictl" -j explain v0 |
		jq -e '.[0] | .lookups == 1 and .filters == '"$flows" >/dev/null
}

# A packet that holds strings.
say()	# text
{
	python3 -c '
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("v1", 0))
s.send(bytes(12) + b"\x88\xb5" + sys.argv[1].encode())' "$1"
}

counted()	# what flows in out
{
	talk_say ''
	said
	is "$1" "${said[*]}" "counted $2 $3 $4"
}

send()
{
	pktgen_clear
	pktgen_add 0 v0 netif_receive "$packets"
	pktgen_run
}

each()	# what function pattern
{
	scale_begin "$2" "$3"
	in_time "$1: made"
}

ends()	# what
{
	scale_end
	in_time "$1: closed"
}

ktap_begin
pair_up
pktgen_begin
modprobe mapi
"$mapictl" limit set default flows 20000 memory 4G

each "counters" PKT_COUNTER ""
send
counted "each has counted all" "$flows" $((flows * packets)) $((flows * packets))
ends "counters"

each "filters" BPF_FILTER "udp dst port %d"
send
counted "four have matched" 4 $((flows * packets)) "$packets"
ends "filters"

each "searches" STR_SEARCH "string-%05d"
ok "they become one" eventually 60 all_in_one
printf -v last %05d $((flows - 1))
say "this is a string-00017, and string-$last is one"
say "but string-|00018 is none"
counted "two have found theirs" 2 $((flows * 2)) 2
ends "searches"

if tracing_begin change_ipi; then
	flows=500
	scale_begin BPF_FILTER "udp dst port %d"
	mapfile -t took < <(tracing_end change_ipi)
	nr=${#took[@]}
	diag "a change takes a CPU ${took[nr / 2]} us, at most ${took[nr - 1]}, of $nr"
	ok "it was seen" [ "$nr" -ge "$flows" ]
	# The worst is a matter of when the host lets a processor go on; change_cost
	# has it.
	ok "mostly less than 100 us" [ "${took[nr / 2]%.*}" -lt 100 ]
	scale_end
else
	skip "what a CPU does at once" "this kernel cannot trace functions"
fi
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
ktap_end
