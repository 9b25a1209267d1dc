#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# STR_SEARCH finds what python's bytes.find() finds, neither more nor less:
# random needles in random frames, whole and in pieces (tests/lib/search.py). So
# it does while each flow has its own search, when all flows are one search, and
# when some of those have gone.
#
# SEED and ROUNDS can be set: a run can be repeated, or be longer.
#
# shellcheck disable=SC2317 # functions are run by eventually
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/flows.sh
. tests/lib/flows.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
own_network "$0"

mapictl=$build/user/mapictl

search()	# what [arguments]
{
	python3 tests/lib/search.py "$@"
}

# How many nodes of the plan are found in which way.
found_by()	# way
{
	"$mapictl" -j explain v0 | jq --arg by "$1" \
		'[.[0].nodes[] | select(.match == $by)] | length'
}

# Their numbers.
searches()
{
	"$mapictl" -j explain v0 |
		jq -c '[.[0].nodes[] | select(.match == "search").lookups[]] | unique'
}

are_one()	# nodes
{
	[ "$(found_by search)" = "$1" ] && [ "$(found_by call)" = 0 ]
}

are_others()	# than these
{
	[ "$(searches)" != "$1" ]
}

# The frames once more, of which each flow that is left has counted @times.
frames()	# what times
{
	local found=0 i wrong=()

	ok "seed $seed: frames are sent to $1" search send "$seed" v1
	for i in "${!wants[@]}"; do
		tell count "$i" 2 0
		[ "$answer" = $((wants[i] * $2)) ] ||
			wrong+=("needle $i: $answer, not $((wants[i] * $2))")
		found=$((found + wants[i]))
	done
	is "seed $seed: $1 find ${#wants[@]} needles in $found frames" \
		"$(printf '%s\n' "${wrong[@]}")" ""
}

# Each needle has a flow; all see the same frames.
round()	# seed
{
	local seed=$1 made=0 i words wants different numbers

	mapfile -t wants < <(search wanted "$seed")
	different=$(search flows "$seed" | sort -u | wc -l)
	flows_begin
	while IFS=' ' read -ra words; do
		flow "$made" v0 "STR_SEARCH:${words[0]}:${words[1]}:${words[2]}" \
			PKT_COUNTER || fail "seed $seed: needle ${words[*]}" "$answer"
		made=$((made + 1))
	done < <(search flows "$seed")
	frames "searches of their own" 1
	ok "seed $seed: all become one search" eventually 30 are_one "$different"
	numbers=$(searches)
	is "seed $seed: ... with one number" "$(jq length <<<"$numbers")" 1
	ok "seed $seed: ... and a line" grep -q "search 1: $different filters\$" \
		<("$mapictl" explain v0)
	frames "one search" 2
	for ((i = 1; i < made; i += 2)); do
		tell close "$i"
		unset "wants[i]"
	done
	frames "half of them" 3
	ok "seed $seed: the search forgets who has gone" \
		eventually 30 are_others "$numbers"
	frames "the other half alone" 4
	flows_end
}

pair_up
ip link set v0 mtu 9000
ip link set v1 mtu 9000
ktap_begin
seed=${SEED:-$RANDOM}
for ((n = 0; n < ${ROUNDS:-4}; n++)); do
	round $((seed + n))
done
ktap_end
