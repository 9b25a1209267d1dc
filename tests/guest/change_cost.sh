#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How long a flow that comes or goes keeps a CPU from its packets: a moment, that
# does not depend on how many flows there are. One instruction takes one
# nanosecond here, so nothing of the host is measured.
#
# vm: --icount --mem 2G
# shadow: 0
# not on uml: instructions are counted by an emulator
# not on debug: its own checks would be counted, too
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/talk.sh
. tests/lib/talk.sh
# shellcheck source=tests/lib/tracing.sh
. tests/lib/tracing.sh
own_network "$0"

build=${BUILD:-$PWD/build}
flows=300
limit=100	# microseconds

# Flows come and go; @took are the times that a CPU was held.
change()	# function pattern
{
	tracing_begin change_ipi || return
	"$build/tests/scale" v0 "$flows" "$@" </dev/null >/dev/null
	mapfile -t took < <(tracing_end change_ipi)
}

held()	# what function pattern
{
	local what=$1 nr

	shift
	if ! change "$@"; then
		skip "$what" "this kernel cannot trace functions"
		return
	fi
	nr=${#took[@]}
	ok "$what: all changes were seen" [ "$nr" -ge $((flows * 2)) ]
	ok "$what: at most ${took[nr - 1]} us of $limit" \
		[ "${took[nr - 1]%.*}" -lt "$limit" ]
}

pair_up
ktap_begin
modprobe -a mapi-source-nic mapi-func-PKT_COUNTER mapi-func-BPF_FILTER \
	mapi-func-STR_SEARCH
held "counters" PKT_COUNTER ""
held "filters" BPF_FILTER "udp dst port %d"
held "searches" STR_SEARCH "string-%05d"
talk_begin "$build/tests/scale" v0 2000 BPF_FILTER "udp src port %d"
ok "two thousand flows are there" talk_hear 300
held "filters beside them" BPF_FILTER "udp dst port %d"
held "searches beside them" STR_SEARCH "string-%05d"
talk_close
talk_end
ktap_end
