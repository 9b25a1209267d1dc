#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Traces instead of devices: files of all formats, whole and damaged, and the same
# packets over a wire.
#
#	v0  ------>  v1, flows that are compared with those of a file
#
#   SEED	of what is random, printed
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
# shellcheck source=tests/lib/users.sh
. tests/lib/users.sh
# shellcheck source=tests/lib/modules.sh
. tests/lib/modules.sh
own_network "$0"

seed=${SEED:-$RANDOM}
dir=$(mktemp -d)
real=../shared/traces

mapictl()
{
	"$programs/../user/mapictl" "$@"
}

# What mapictl says of a file: packets and bytes.
run()	# file
{
	mapictl -j trace run "$1" PKT_COUNTER BYTE_COUNTER |
		jq -r '.[0].functions | map(.result[0]) | @tsv' | tr '\t' ' '
}

# What others say.
judge()	# file
{
	capinfos -Tmrcd "$1" 2>/dev/null | cut -d, -f2,3 --output-delimiter=' '
}

# Has it failed, and said that?
# shellcheck disable=SC2317 # called by ok
fails()	# text words of mapictl...
{
	! mapictl "${@:2}" >"$dir/result" 2>"$dir/said" && grep -q "$1" "$dir/said"
}

# Captures that were not made here.
real_files()
{
	local f

	if [ ! -d $real ]; then
		skip "captures of others" "no $real here"
		return
	fi
	for f in 100_packets.erf 100_packets.pcap vlan.pcap qinq.pcap vxlan.pcap 10_mpls_ip.pcap; do
		is "$f is as capinfos finds it" "$(run "$real/$f")" "$(judge "$real/$f")"
	done
	is "provenance is no packets" "$(run "$real/provenance.erf")" "0 0"
	ok "interfaces of two kinds are refused" \
		fails 'record 1: ' trace run "$real/complex.pcapng" PKT_COUNTER
}

tool()
{
	is "the tool guesses ERF" "$(run "$dir/erf.erf")" "$(run "$dir/nano.pcap")"
	is "... compressed, too" "$(run "$dir/erf.erf.gz")" "$(run "$dir/nano.pcap")"
	is "... and reads pcapng" "$(run "$dir/big.pcapng")" "$(judge "$dir/big.pcapng")"
	head -c 30000 "$dir/nano.pcap" >"$dir/short.pcap"
	ok "damage is an error" fails truncated -j trace run "$dir/short.pcap" PKT_COUNTER
	is "... that names the record behind the last good one" \
		"$(sed -n 's/.*record \([0-9]*\): truncated.*/\1/p' "$dir/said")" \
		"$(($(jq '.[0].functions[0].result[0]' "$dir/result") + 1))"
	ok "what is no function is refused" \
		fails NOTHING trace run "$dir/nano.pcap" NOTHING
	ok "packets that are kept are thrown away" \
		mapictl trace run "$dir/nano.pcap" TO_BUFFER size=131072
}

ktap_begin
diag "SEED=$seed"
pair_up
for dev in v0 v1; do
	ip link set "$dev" arp off
done
rows_of python3 tests/lib/traces.py v0 v1 "$dir" "$seed"
tool
real_files
program nl_trace v1 "$seed"
chmod 755 "$dir"
is "who may not make flows makes no traces" \
	"$(as_user "$nobody" "$programs/../user/mapictl" trace run "$dir/nano.pcap" 2>&1 |
		grep -c CAP_NET_RAW)" 1
ok "nothing is charged to anybody" eventually 60 nothing_charged
ok "nobody holds a module" eventually 60 modules_idle
ok "all modules are removed" eventually 60 modules_gone
rm -r "$dir"
ktap_end
