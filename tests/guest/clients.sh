#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs of all kinds: in C++, with threads, that fork, that are killed, that
# have very many flows, that outlive the modules.
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
own_network "$0"

# A user's program has flows and is killed: nothing is left of them.
killed()	# number device [function [argument...]]
{
	local pid

	hold $nobody "$@"
	pid=${holders[$nobody]# }
	ok "$* holds them" [ "${held%% *}" = "$1" ]
	kill -KILL "${pid%:*}"
	wait "${pid%:*}"
	unset "holders[$nobody]"
	back_to_zero "and leaves nothing when it is killed" $nobody
}

pair_up
dir=$(mktemp -d)
chmod 777 "$dir"

ktap_begin
program clients_api v0 v1
"$programs/../user/mapictl" flow delete cxx
program clients_threads v0 v1
program clients_fork v0 v1
back_to_zero "nothing is left of them" 0
killed 20 v0 PKT_COUNTER
killed 3 v0 TO_BUFFER WAIT
killed 2 v0 TO_FILE MFF_PCAP "$dir/file"
is "a file of a program that was killed has its header" \
	"$(stat -c %s "$dir/file")" 24
program clients_reload v0
program nl_dump v0 500
back_to_zero "nothing is left of them" 0
rm -r "$dir"
ktap_end
