# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests in a program of their own: it prints a row for each thing to compare, its
# name, what there is, and what is wanted, with tabs between them.

rows_of()	# command...
{
	local dir status=0 name got wanted

	dir=$(mktemp -d)
	"$@" >"$dir/rows" 2>"$dir/news" || status=$?
	while IFS=$'\t' read -r name got wanted; do
		is "$name" "$got" "$wanted"
	done <"$dir/rows"
	diag "$(<"$dir/news")"
	is "to the end" "$status" 0
	rm -r "$dir"
}
