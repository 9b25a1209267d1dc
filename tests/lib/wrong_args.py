#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Wrong arguments of every function, and the error numbers of the manual.

    wrong_args.py DEVICE FOLDER

Prints for each its name, the number that is raised, and which is right, with tabs
between them. In the table FLOW is a flow and ONE a function of it with one number,
MANY one with several.
"""
import os
import sys

import client
from rows import row

DEVICE, FOLDER = sys.argv[1:]
FLOW, ONE, MANY, FILE = object(), object(), object(), object()
NO_FILE = os.path.join(FOLDER, "no", "file")

# {error: (function, arguments)...}, by the places of the arguments.
WRONG = {
    1025: [("BPF_FILTER", "no filter"), ("BPF_FILTER", "port"), ("BPF_FILTER", "((ip)")],
    3090: [("STR_SEARCH", "abcd", 0, 3), ("STR_SEARCH", "a||abcd", 9, 1)],
    3091: [("STR_SEARCH", "|41", 0, 0)],
    3092: [("STR_SEARCH", "|4x|", 0, 0), ("STR_SEARCH", "|4|", 0, 0)],
    6144: [("INTERFACE", 0)],
    6155: [("TO_FILE", 0, NO_FILE, 0), ("TO_FILE", 0, FOLDER, 0), ("TO_FILE", 0, "/dev/null", 0),
           ("RES2FILE", "1", ONE, "", NO_FILE, "0", 0), ("RES2FILE", "1", ONE, "", FOLDER, "0", 0)],
    7000: [("PKT_COUNTER", 1), ("BYTE_COUNTER", 1), ("GAP", 1), ("JITTER", 1),
           ("BPF_FILTER", "ip", 1), ("REGEXP", "("), ("REGEXP", r"(a)\1"), ("REGEXP", "a", 1),
           ("STARTSTOP", "+1s", "2026-11-26 10:00:00"), ("STARTSTOP", "", "", ""),
           ("BURST", 0, 9, 1, 0, 0, 0, 0), ("BURST", 0, 9, 1, 0, 0, 0, -1),
           ("THRESHOLD", 64, FLOW, ONE, 0, 0, 0, 999, 0, 0),
           ("THRESHOLD", 0, FLOW, ONE, 0, 0, 0, 0, 0, -1), ("SYNC", FLOW, 1),
           ("STATS", FLOW, ONE, "0", 1)],
    7001: [("INJECT",), ("INJECT", ""), ("INJECT", "no-such"), ("INJECT", DEVICE), ("ANONYMIZE",), ("ANONYMIZE", ""), ("ANONYMIZE", "IPX,SRC_IP,ZERO"),
           ("ANONYMIZEIP",), ("ANONYMIZEIP", "a" * 31), ("BPF_FILTER",), ("BPF_FILTER", ""), ("STR_SEARCH",), ("STR_SEARCH", "", 0, 0),
           ("REGEXP",), ("REGEXP", ""), ("SAMPLE",), ("SAMPLE", "many"),
           ("TOP", 0, 1, 5, 1, 0), ("TOP", 1001, 1, 5, 1, 0),
           ("HASHSAMP",), ("HASHSAMP", 0), ("HASHSAMP", 1025), ("HASHSAMP", -1),
           ("HASH",), ("HASH", -1), ("HASH", 4), ("HASH", "all"),
           ("STATS", 999, ONE, "0"), ("STATS", FLOW, 999, "0"), ("STATS", FLOW, MANY, "0"),
           ("DIST", 999, ONE, 0, 9, 1), ("DIST", FLOW, 999, 0, 9, 1),
           ("DIST", FLOW, MANY, 0, 9, 1),
           ("BINOP", 0, FLOW, ONE, FLOW, ONE), ("BINOP", 3, FLOW, ONE, FLOW, ONE),
           ("BUCKET", 999, ONE, "0", 0), ("BUCKET", FLOW, MANY, "0", 0),
           ("THRESHOLD", 3, FLOW, ONE, 0, 0, 0, 0, 0, 0),
           ("THRESHOLD", 128, FLOW, ONE, 0, 0, 8, 0, 2, 0),
           ("RES2FILE", "4", ONE, "", FILE, "0", 0), ("RES2FILE", "1,1", ONE, "", FILE, "0", 0),
           ("BURST", -1, 9, 1, 0, 0, 0, 1), ("STARTSTOP", "soon", ""),
           ("SYNC",), ("SYNC", ""), ("SYNC", "999"), ("SYNC", FLOW),
           ("TO_BUFFER", 2), ("TO_BUFFER", -1)],
    7002: [("INJECT", "lo", 1000), ("ANONYMIZE", "IP,SRC_PORT,ZERO"), ("ANONYMIZE", "IP,IHL,ZERO"), ("TOP", 1, 4, 5, 1, 0), ("STR_SEARCH", "a", -1, 0), ("HASHSAMP", 1, "x"), ("PKTINFO", 3), ("PKTINFO", -1),
           ("HASH", 0, "key"), ("HASH", 0, "00" * 17),
           ("BINOP", 1, 999, ONE, FLOW, ONE), ("BINOP", 1, FLOW, MANY, FLOW, ONE),
           ("THRESHOLD", 0, FLOW, 999, 0, 0, 0, 0, 0, 0),
           ("THRESHOLD", 0, FLOW, MANY, 0, 0, 0, 0, 0, 0),
           ("RES2FILE", "1", "999", "", FILE, "0", 0), ("RES2FILE", "1", MANY, "", FILE, "0", 0),
           ("RES2FILE", "3", ONE, "", FILE, "0", 0),
           ("BURST", 5, 5, 1, 0, 0, 0, 1), ("STARTSTOP", "", "later"),
           ("TO_BUFFER", 0, -1)],
    7003: [("ANONYMIZE", "IP,ID,PREFIX_PRESERVING"), ("ANONYMIZE", "IP,ID,NO_SUCH"), ("TOP", 1, 1, 10, 1, 0), ("TOP", 1, 2, 18, 1, 0), ("STR_SEARCH", "a", 0, -1), ("HASHSAMP", 1, 0, 2), ("STATS", FLOW, ONE, "2"),
           ("STATS", FLOW, ONE, "x"), ("STATS", FLOW, ONE), ("DIST", FLOW, ONE, "x", 9, 1),
           ("BUCKET", FLOW, ONE, "1", 0), ("BUCKET", FLOW, ONE, "-2", 0),
           ("BURST", 0, 9, 0, 0, 0, 0, 1), ("TO_FILE", 0, FILE, -1),
           ("TO_BUFFER", 0, 0, 1000)],
    7004: [("ANONYMIZE", "IP,ID,REPLACE,65536"), ("ANONYMIZE", "IP,ID,ZERO,1"), ("TOP", 1, 1, 5, 3, 0), ("HASHSAMP", 1, 1, 0, 5000), ("DIST", FLOW, ONE, 9, 9, 1),
           ("DIST", FLOW, ONE, 0, "y", 1), ("BINOP", 1, FLOW, ONE, 999, ONE),
           ("BINOP", 1, FLOW, ONE, FLOW, MANY), ("BUCKET", FLOW, ONE, "1s", 2),
           ("BUCKET", FLOW, ONE, "0", 1), ("BURST", 0, 9, 1, -1, 0, 0, 1)],
    7005: [("TOP", 1, 1, 5, 1, -1), ("DIST", FLOW, ONE, 0, 9, 0), ("DIST", FLOW, ONE, 0, 1 << 40, 1),
           ("BUCKET", FLOW, ONE, "0", 0, 1000), ("THRESHOLD", 0, FLOW, ONE, 0, 256, 0, 0, 0, 0),
           ("RES2FILE", "1", ONE, "", FILE, "x", 0), ("RES2FILE", "0", MANY, "", FILE, "0", 0),
           ("BURST", 0, 9, 1, 0, -1, 0, 1)],
    7006: [("TO_FILE", 2, FILE, 0), ("TO_FILE", 9, FILE, 0), ("TO_FILE", -1, FILE, 0)],
    7011: [("DIST", FLOW, ONE, 0, 9, 1, 3), ("RES2FILE", "1", ONE, "", FILE, "1s", 2),
           ("RES2FILE", "1", ONE, "", FILE, "0", 1), ("BURST", 0, 9, 1, 0, 0, -1, 1),
           ("THRESHOLD", 0, FLOW, ONE, 0, 0, 3, 0, 0, 0)],
}


def main():
    there = {name[:-2].upper() for name in os.listdir("funcmods") if name.endswith(".c")}
    # SAMPLE takes what is next to what is wrong, others take nothing.
    row("functions with no wrong arguments",
        there - {name for calls in WRONG.values() for name, *_ in calls}, set())
    flow = client.Flow(DEVICE)
    words = {FLOW: flow.fd, ONE: flow.apply("PKT_COUNTER"), MANY: flow.apply("STARTSTOP"),
             FILE: os.path.join(FOLDER, "file")}
    for want, calls in WRONG.items():
        for name, *args in calls:
            shown = ["?" if a in (FILE, NO_FILE, FOLDER) else a for a in args]
            shown = [{FLOW: "FLOW", ONE: "ONE", MANY: "MANY"}.get(a, a) for a in shown]
            try:
                got = flow.apply(name, *(words.get(a, a) for a in args))
            except OSError as error:
                got = error.errno
            row(f"{name} {' '.join(map(str, shown))}", got, want)
    last = flow.apply("PKT_COUNTER")
    row("none of them is in the flow", last, 3)
    flow.close()


main()
