# SPDX-License-Identifier: GPL-2.0
"""Things to compare, for rows_of() of rows.sh."""
import sys


def row(name, got, want):
    print(name, got, want, sep="\t", flush=True)


def row_true(name, what):
    row(name, bool(what), True)


def rows_equal(name, got, want):
    """Lists, of which the first that differ are shown."""
    differ = [n for n, (g, w) in enumerate(zip(got, want)) if g != w]
    for n in differ[:3]:
        print(f"{name}: number {n + 1}: {got[n]}, not {want[n]}", file=sys.stderr)
    row(name, [len(got), len(differ)], [len(want), 0])
