#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The string search of the core, in user space: it finds what the plainest
# search finds, reads and writes only what it may, gives back its memory, and
# takes no more steps for a byte than it may, whatever the needles and packets.
#
# SEED and CASES can be set: a run can be repeated, or be longer.
# "make -C tests/host/search speed" tells how fast it is.
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

tmp=$(mktemp -d)
clean()
{
	local status=$?

	rm -rf "$tmp"
	ktap_died "$status"
}

ktap_begin
trap clean EXIT

seed=${SEED:-$RANDOM}
build=(make -C tests/host/search "O=$tmp")

ok "builds with sanitizers" "${build[@]}" random
ok "finds what is there (seed $seed)" \
	"$tmp/random" "$seed" "${CASES:-1500000}"
ok "builds with steps counted" "${build[@]}" hostile
status=0
"$tmp/hostile" >"$tmp/said" || status=$?
# A thousand lines that are well say little: the worst of each kind is shown.
while IFS= read -r line; do
	fail "${line#not ok }"
done < <(grep '^not ok' "$tmp/said")
is "no packet takes more steps than it may" "$status" 0
for what in "steps a byte" "steps a byte of the needles"; do
	diag "most: $(sed -n "s/^ok \(.*\): \([0-9.]*\) $what$/\2 $what: \1/p" \
		"$tmp/said" | sort -rn | head -n 1)"
done
is "packets and needles were tried" \
	$(($(grep -c 'steps a byte$' "$tmp/said") > 400)) 1
ktap_end
