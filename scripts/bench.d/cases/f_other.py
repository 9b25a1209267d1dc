# SPDX-License-Identifier: GPL-2.0
"""Samples, ports that only monitor, and answers."""

import frames
import measure
import peer_tc
from case import case
from mapi import flow
from peer_bare import Bare

case("sample", "SAMPLE, one in 1,000",
     frame=frames.SMALL, target={"icount": 110, "uml": 8},
     mapi=lambda: flow("SAMPLE,1000,0", "PKT_COUNTER", counts=None),
     peers={
         "tc sample, nobody listens": lambda: peer_tc.sample(1000),
     })

case("consume", "mode consume, packets for this host",
     frame=frames.SMALL_HERE,
     target={"icount": {"like": "hook and NF_DROP", "within": 30}},
     mapi=lambda: flow("PKT_COUNTER", mode="consume"),
     peers={
         "hook and NF_DROP": lambda: Bare(hook=1, drop=1),
     })

case("read", "mapi_read_results, what a call costs the program",
     frame=frames.SMALL, target={"uml": 60}, measure=measure.reads,
     mapi=lambda: flow("PKT_COUNTER"), peers={})
