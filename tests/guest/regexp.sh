#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# REGEXP passes what Python's re finds a match in: random patterns in random frames,
# whole and in pieces (tests/lib/regexp_flows.py); and automata that no pattern
# becomes are refused, or do no harm (tests/c/nl_regexp.c).
#
#	v0  ------>  v1, flows with them
#
#   SEED	of what is random, printed
#   ROUNDS	of some 5,000 verdicts each
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/rows.sh
. tests/lib/rows.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
own_network "$0"

seed=${SEED:-$RANDOM}
mapictl=${BUILD:-$PWD/build}/user/mapictl

# Four flows, of which three have patterns that mean the same.
add_flows()
{
	local pattern nr=0

	for pattern in '[ab]c' 'ac|bc' '(?:b|a){1}c+?' '[a-c]c'; do
		"$mapictl" flow add "r$((++nr))" dev v1 REGEXP "$pattern" PKT_COUNTER ||
			return
	done
}

filters()
{
	"$mapictl" -j explain v1 | jq '[.[0].nodes[] | select(.match == "call")] | length'
}

ktap_begin
diag "SEED=$seed"
pair_up
for dev in v0 v1; do
	ip link set "$dev" mtu 9000
	ip link set "$dev" arp off
done
rows_of python3 tests/lib/regexp_flows.py v0 v1 "$seed" "${ROUNDS:-6}"
program nl_regexp v1 v0 "$seed"
ok "flows by name" add_flows
is "patterns that mean the same are one filter" "$(filters)" 2
for n in 1 2 3 4; do
	"$mapictl" flow del "r$n"
done
ok "nobody holds a module" eventually 60 modules_idle
ktap_end
