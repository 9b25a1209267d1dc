# SPDX-License-Identifier: GPL-2.0
"""Things to compare, for rows_of() of rows.sh."""


def row(name, got, want):
    print(name, got, want, sep="\t", flush=True)


def row_true(name, what):
    row(name, bool(what), True)
