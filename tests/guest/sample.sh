#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SAMPLE passes every so-manieth packet of all that a flow sees, while two CPUs
# deliver them at the same time.
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
# shellcheck source=tests/lib/pktgen.sh
. tests/lib/pktgen.sh
own_network "$0"

mapictl=${BUILD:-$PWD/build}/user/mapictl

periodic()	# value
{
	"$mapictl" flow add "every$1" dev v0 SAMPLE "$1" PERIODIC PKT_COUNTER >/dev/null
}

# The results of the counters of a flow.
counted()	# flow
{
	"$mapictl" -j result "$1" |
		jq -r '.[].functions[] | select(.name == "PKT_COUNTER").result[0]'
}

pair_up
ktap_begin
pktgen_begin
"$mapictl" flow add all dev v0 PKT_COUNTER >/dev/null
"$mapictl" flow add half dev v0 SAMPLE 50 PROBABILISTIC PKT_COUNTER >/dev/null
values=(1 2 7 10 20 6007 10014 10015)
for value in "${values[@]}"; do
	periodic "$value"
done
# Of neither number, nor of their sum, is any value a divisor but those that
# are meant to be.
if [ -e "$pktgen/kpktgend_1" ]; then
	pktgen_add 0 v0 netif_receive 5003
	pktgen_add 1 v0 netif_receive 5011
	pktgen_run
	is "packets of both CPUs are seen" "$(counted all)" 10014
else
	pktgen_add 0 v0 netif_receive 10014
	pktgen_run
	is "packets are seen" "$(counted all)" 10014
	skip "of both CPUs" "there is one here"
fi
for value in "${values[@]}"; do
	is "one in $value passes" "$(counted "every$value")" $((10014 / value))
done
half=$(counted half)
ok "about half of them pass with 50 per cent ($half)" \
	[ "$half" -gt 4600 -a "$half" -lt 5400 ]

# Alone on the interface it is asked before packets are laid out.
for flow in all half "${values[@]/#/every}"; do
	"$mapictl" flow del "$flow"
done
for value in "${values[@]}"; do
	"$mapictl" flow add alone dev v0 PKT_COUNTER SAMPLE "$value" PERIODIC \
		PKT_COUNTER >/dev/null
	pktgen_run
	is "one in $value passes where nothing else is asked" \
		"$(counted alone | xargs)" "10014 $((10014 / value))"
	"$mapictl" flow del alone
done
ktap_end
