#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What scripts/new-function writes builds without a warning, loads, and passes
# its own test, untouched, in a copy of this tree; and no other file is touched.
# timeout: 600
set -eu
cd "$(dirname "$0")/../.."
. tests/ktap.sh

work=$(mktemp -d)
clean()
{
	local status=$?

	rm -rf "$work"
	ktap_died "$status"
}

ktap_begin
trap clean EXIT

git ls-files -z --cached --others --exclude-standard |
	xargs -0 cp --parents -t "$work"
mkdir -p "$work/build"
cp -r build/user "$work/build"
cd "$work"
git init -q
git add -A
release=$(for d in /lib/modules/*/build; do
	d=${d%/build}
	echo "${d##*/}"
done | sort -V | tail -n 1)

not_ok "a bad name is refused" scripts/new-function bad-name
ok "a function is written" scripts/new-function LONG_ONES
not_ok "not over one that exists" scripts/new-function LONG_ONES
is "two files are new, and nothing else changed" \
	"$(git status --porcelain -uall | grep -v '^A  ' | sort | tr '\n' ' ')" \
	"?? funcmods/long_ones.c ?? tests/guest/func_long_ones.sh "
said=$(make modules W=1 KVER="$release" 2>&1) || :
is "the module builds without a warning" \
	"$(grep -E 'warning|error|ERROR' <<<"$said" || :)" ""
ok "the test passes shellcheck" shellcheck -x tests/guest/func_long_ones.sh

# Once more if the emulator stumbles.
for _ in 1 2 3; do
	status=0
	said=$(scripts/vm --kernel "$release" --timeout 120 -- \
		tests/guest/func_long_ones.sh 2>&1) || status=$?
	[ "$status" = 95 ] || break
done
diag "$said"
is "its test passes" "$status" 0
is "and has not skipped" "$(grep -c '^ok' <<<"$said")" 4
ktap_end
