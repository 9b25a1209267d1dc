# SPDX-License-Identifier: GPL-2.0
"""Patterns in 1,400 bytes of text, none of which is there."""

import frames
import rig
from case import case, some
from mapi import Flows
from peer_xt import XtString


def patterns(number):
    return ["attack-signature-%04d" % n for n in range(number)]


case("search", "STR_SEARCH, patterns in 1,400 bytes of text",
     frame=frames.TEXT, target={"uml": {1: 176, 10: 700, 100: 1500, 1000: 3000}},
     points=rig.MANY, axis="patterns",
     mapi=lambda n: Flows([[["STR_SEARCH", p], ["PKT_COUNTER"]] for p in patterns(n)],
                          counts=0, matched="search"),
     peers={
         "xt_string bm": some(lambda n: XtString(patterns(n))),
         "xt_string kmp": lambda n: XtString(patterns(n), algo="kmp") if n <= 10 else None,
     })
