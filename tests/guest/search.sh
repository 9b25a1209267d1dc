#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# STR_SEARCH finds what python's bytes.find() finds, neither more nor less:
# random needles in random frames, whole and in pieces (tests/lib/search.py).
#
# SEED and ROUNDS can be set: a run can be repeated, or be longer.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/flows.sh
. tests/lib/flows.sh
own_network "$0"

search()	# what [arguments]
{
	python3 tests/lib/search.py "$@"
}

# Each needle has a flow; all see the same frames.
round()	# seed
{
	local seed=$1 made=0 wrong=() found=0 i words wants

	flows_begin
	while IFS=' ' read -ra words; do
		if flow "$made" v0 "STR_SEARCH:${words[0]}:${words[1]}:${words[2]}" \
		   PKT_COUNTER; then
			made=$((made + 1))
		else
			fail "seed $seed: needle ${words[*]}" "$answer"
		fi
	done < <(search flows "$seed")
	ok "seed $seed: frames are sent" search send "$seed" v1
	mapfile -t wants < <(search wanted "$seed")
	for ((i = 0; i < made; i++)); do
		tell count "$i" 2 0
		[ "$answer" = "${wants[i]}" ] ||
			wrong+=("needle $i: $answer, not ${wants[i]}")
		found=$((found + wants[i]))
	done
	flows_end
	is "seed $seed: $made needles are in $found frames" \
		"$(printf '%s\n' "${wrong[@]}")" ""
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
