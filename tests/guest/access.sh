#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who may do what, who sees whose flows, and how much anybody may have.
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

mapictl=$programs/../user/mapictl
probe=$programs/probe

# What probe says, as far as it is the same for all.
probes()	# name wanted [wrapper...] -- arguments of probe
{
	local name=$1 wanted=$2 by=() got

	shift 2
	while [ "$1" != -- ]; do
		by+=("$1")
		shift
	done
	shift
	got=$("${by[@]}" "$probe" "$@" 2>&1)
	# The pattern is meant to be one.
	# shellcheck disable=SC2053
	if [[ $got == $wanted ]]; then
		pass "$name"
	else
		fail "$name" "got: $got"$'\n'"wanted: $wanted"
	fi
}

limits()	# words...
{
	"$mapictl" limit "$@" || fail "mapictl limit $*"
}

# As root of a new user namespace, for whom it is their own.
in_new_user_ns()	# [unshare's options] command...
{
	as_user "$nobody" unshare --user --map-root-user "$@"
}

pair_up
ip link add unused type dummy
dir=$(mktemp -d)
chmod 777 "$dir"

ktap_begin

# Rights

probes "root may monitor" ok -- v0
probes "a user may not" '6170 *CAP_NET_RAW*' as_user $nobody -- v0
probes "a user with CAP_NET_RAW may" ok as_user_with net_raw $nobody -- v0 PKT_COUNTER
probes "CAP_NET_ADMIN alone does not do" '6170 *CAP_NET_RAW*' \
	as_user_with net_admin $nobody -- v0
probes "CAP_SYS_ADMIN alone does not do" '6170 *CAP_NET_RAW*' \
	as_user_with sys_admin $nobody -- v0
program nl_caps v0

# Files are opened with the caller's own rights.

probes "a file in another's folder is refused" '6155 *Permission denied*' \
	as_user_with net_raw $nobody -- v0 TO_FILE MFF_PCAP /root/mine.pcap
echo precious >"$dir/roots"
probes "another's file is refused" '6155 *Permission denied*' \
	as_user_with net_raw $nobody -- v0 TO_FILE MFF_PCAP "$dir/roots"
is "and left alone" "$(cat "$dir/roots")" precious
probes "a file of one's own is written" ok \
	as_user_with net_raw $nobody -- v0 TO_FILE MFF_PCAP "$dir/mine"
is "and belongs to who opened it" "$(stat -c '%u %a %s' "$dir/mine")" "$nobody 600 24"

# Others' flows

"$mapictl" flow add roots dev v0 PKT_COUNTER >/dev/null
id=$("$mapictl" -j flow show roots | jq '.[0].id')
hold $somebody 1 v0 PKT_COUNTER
theirs=$("$mapictl" -j flow list | jq ".[] | select(.uid == $somebody).id")
program --by "setpriv --reuid $nobody --regid $nobody --clear-groups
	--inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw" \
	nl_ids "$id" roots "$theirs"
is "the administrator sees them all" "$("$mapictl" -j flow list | jq length)" 2
is "CAP_NET_ADMIN does, too" "$(as_user_with net_admin $nobody \
	"$mapictl" -j flow list | jq length)" 2
program --by "unshare --net" nl_ids "$id" roots "$theirs"
program --by "setpriv --reuid $nobody --regid $nobody --clear-groups
	--inh-caps=-all unshare --user --map-root-user --net" \
	nl_ids "$id" roots "$theirs"
is "they are still there" "$("$mapictl" -j flow list | jq length)" 2
let_go $somebody
"$mapictl" flow delete roots
program pass_flow v0 v1

# User namespaces

probes "root of a user namespace may not monitor the network around it" \
	'6170 *CAP_NET_RAW*' in_new_user_ns -- v0
probes "root of a user and network namespace sees only its own devices" \
	'3200 *v0*' in_new_user_ns --net -- v0
is "and may monitor them" "$(in_new_user_ns --net sh -c "
	ip link set lo up; ip link add d0 type dummy; ip link set d0 up
	'$probe' d0 PKT_COUNTER; '$probe' lo TO_BUFFER 1")" $'ok\nok'
is "where its flows are its own" "$(in_new_user_ns --net sh -c "
	ip link set lo up; '$mapictl' flow add here dev lo PKT_COUNTER >/dev/null
	'$mapictl' -j flow list" | jq -c 'map([.name, .uid])')" '[["here",0]]'
not_ok "but it may not set limits" in_new_user_ns --net \
	"$mapictl" limit set user 0 flows 1000000
not_ok "or the default" in_new_user_ns --net \
	"$mapictl" limit set default flows 1000000

# Limits

back_to_zero "all that was used has been given back" $nobody
default=$("$mapictl" -j limit show default | jq -r '.[0] | "\(.flows) \(.memory)"')
is "there is a default" "$default" "4096 536870912"
limits set default flows 3
hold $nobody 5 v0 PKT_COUNTER
ok "the default limits the number of flows" [ "${held:0:7}" = "3 6171 " ]
ok "and the refusal says so" grep -q 'limit of 3 flows' <<<"$held"
has=$(account $nobody)
is "flows are counted" "${has% *}" 3
hold $somebody 5 v0 PKT_COUNTER
ok "another user has as many" [ "${held:0:7}" = "3 6171 " ]
let_go $somebody
limits set user $nobody flows 4
hold $nobody 5 v0 PKT_COUNTER
ok "a limit of one's own counts all of one's flows" [ "${held:0:7}" = "1 6171 " ]
probes "user namespaces give no more" '6171 *limit of 4 flows*' \
	in_new_user_ns --net -- lo
probes "others are not concerned" ok as_user_with net_raw $somebody -- v0
limits set user $nobody flows 1
has=$(account $nobody)
is "a lower limit takes nothing away" "${has% *}" 4
let_go $nobody
back_to_zero "after closing nothing is used" $nobody
hold $nobody 5 v0 PKT_COUNTER
ok "the lower limit is in force" [ "${held:0:7}" = "1 6171 " ]
let_go $nobody
limits reset user $nobody
hold $nobody 5 v0 PKT_COUNTER
ok "without limits of one's own the default is" [ "${held:0:7}" = "3 6171 " ]
let_go $nobody
limits set user $nobody flows 0
probes "with a limit of 0 there is none" '6171 *limit of 0 flows*' \
	as_user_with net_raw $nobody -- v0
limits set default flows 4096
limits set user $nobody flows 4
program --by "setpriv --reuid $nobody --regid $nobody --clear-groups
	--inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw" nl_functions v0 4
back_to_zero "after closing nothing is used" $nobody
limits reset user $nobody
program nl_limits 2000

limits set user $nobody memory 1M
probes "a buffer beyond the limit is refused" '6171 *limit of 1048576 bytes*' \
	as_user_with net_raw $nobody -- v0 TO_BUFFER 1 0 1048576
probes "one within it is not" ok \
	as_user_with net_raw $nobody -- v0 TO_BUFFER 1 0 131072
probes "files have buffers, too" '6171 *limit of 1048576 bytes*' \
	as_user_with net_raw $nobody -- v0 TO_FILE 0 "$dir/mine"
hold $nobody 100 v0 TO_BUFFER 1 0 131072
used=$(account $nobody)
used=${used#* }
ok "buffers add up" [ "${held#* 6171 limit of }" != "$held" ]
ok "to what the limit allows ($used bytes)" \
	[ "$used" -gt 500000 -a "$used" -le 1048576 ]
hold $somebody 10 v0 TO_BUFFER 1 0 131072
is "another user is not concerned" "${held%% *}" 10
let_go $somebody
let_go $nobody
back_to_zero "after closing nothing is used" $nobody
back_to_zero "nor by the other user" $somebody
for function in STR_SEARCH BPF_FILTER TO_FILE TO_BUFFER; do
	program --by "setpriv --reuid $nobody --regid $nobody --clear-groups
		--inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw" \
		nl_charge v0 1048576 "$function" "$dir/charged"
	back_to_zero "and it is given back" $nobody
done
limits reset user $nobody
rm -r "$dir"
ktap_end
