#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every shell script: shellcheck finds nothing, and the licence is named.
# (SC2317 takes what a trap or ok() runs for dead code.)
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

command -v shellcheck >/dev/null || skip_all "no shellcheck"

shell_scripts()
{
	find . -path ./build -prune -o -path ./.git -prune -o -type f -print |
		sort | while IFS= read -r f; do
		case $f in
		*.sh)	echo "$f" ;;
		*)	if head -c 64 "$f" | head -n 1 | tr -d '\0' |
			     grep -qE '^#! ?/(usr/)?bin/(env )?(busybox )?(ba|da)?sh\b'; then
				echo "$f"
			fi ;;
		esac
	done
}

ktap_begin
while IFS= read -r f; do
	ok "shellcheck ${f#./}" shellcheck -x -e SC2317 "$f"
	ok "licence of ${f#./}" grep -q -m 1 'SPDX-License-Identifier: ' "$f"
done < <(shell_scripts)
ktap_end
