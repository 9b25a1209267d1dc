# SPDX-License-Identifier: GPL-2.0
"""Counting all packets."""

import frames
from case import case
from mapi import flow
from peers import Bare, Nft

case("count", "one flow, PKT_COUNTER", frame=frames.SMALL,
     target={"icount": 100, "uml": 8},
     mapi=lambda: flow("PKT_COUNTER"),
     peers={
         "bare tap": Bare,
         "nft counter": lambda: Nft(["counter"], counts=1),
     })
