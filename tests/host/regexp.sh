#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Regular expressions become automata that match what Python's re matches: random
# patterns, texts in which they match or nearly do. Those that mean the same become
# the same; what is refused is refused for its reason, and soon.
#
#   SEED	of what is random, printed
#   PATTERNS	how many (1000)
#
# timeout: 600
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/rows.sh
. tests/lib/rows.sh

tmp=$(mktemp -d)
seed=${SEED:-$RANDOM}

compile()	# program flags...
{
	local program=$1

	shift
	gcc -std=gnu11 -D_GNU_SOURCE -g -O2 -Wall -Wextra -Werror "$@" -Ilibmapi -Iuapi \
		tests/host/regexp/compile.c libmapi/regexp_*.c -o "$program"
}

ktap_begin
diag "SEED=$seed"
ok "builds" compile "$tmp/plain"
rows_of python3 tests/host/regexp/check.py "$tmp/plain" "$seed" "${PATTERNS:-1000}"
if compile "$tmp/sanitized" -fsanitize=address,undefined -fno-sanitize-recover 2>/dev/null; then
	rows_of env SANITIZED=1 python3 tests/host/regexp/check.py "$tmp/sanitized" \
		$((seed + 1)) $((${PATTERNS:-1000} / 5))
else
	skip "with sanitizers" "not installed"
fi
rm -r "$tmp"
ktap_end
