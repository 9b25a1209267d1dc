# SPDX-License-Identifier: GPL-2.0
"""Filters that let nothing pass."""

import frames
from case import case
from mapi import flow
from peers import Nft

case("filter", "one filter, no match", frame=frames.SMALL,
     target={"icount": 140, "uml": 15},
     mapi=lambda: flow("BPF_FILTER,udp src port 5", "PKT_COUNTER", counts=0),
     peers={
         "nft rule": lambda: Nft(["udp sport 5 counter"]),
     })
