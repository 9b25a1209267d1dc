#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The modules build for every kernel here without a warning, sparse finds
# nothing, and the source tree stays as it was.
#
# timeout: 1200
set -eu
# shellcheck source=tests/ktap.sh
. tests/ktap.sh

build=$PWD/build/strict
jobs=$(nproc)

tree_state()
{
	git status --porcelain 2>/dev/null || find . -path ./build -prune -o -print | sort
}

# A file that draws a warning is not built, so that the next run shows it again;
# without Module.symvers the last stage is repeated, too.
strict()	# kernel arguments...
{
	local kver=$1

	shift
	rm -f "$build/kmod/$kver/Module.symvers"
	make -k -j"$jobs" BUILD="$build" KVER="$kver" KCFLAGS=-Werror "$@" modules 2>&1
}

complaints()	# text
{
	grep -iE 'warning|error' <<<"$1" | grep -v 'Skipping BTF' || :
}

ktap_begin
before=$(tree_state)
for kernel in /lib/modules/*/build/Makefile; do
	kver=${kernel#/lib/modules/}
	kver=${kver%/build/Makefile}
	status=0
	said=$(strict "$kver" W=1) || status=$?
	is "$kver: builds with W=1" "$status" 0
	is "$kver: no warning" "$(complaints "$said")" ""

	if ! command -v sparse >/dev/null; then
		skip "$kver: sparse" "not installed"
		continue
	fi
	said=$(strict "$kver" W=1 C=2 CF=-D__CHECK_ENDIAN__) || :
	ok "$kver: sparse runs" grep -q '^  CHECK' <<<"$said"
	# The kernel's own headers are not ours to mend.
	is "$kver: sparse finds nothing" \
		"$(complaints "$said" | grep -F "$build/" || :)" ""
done
is "the source tree is as it was" "$(tree_state)" "$before"
ktap_end
