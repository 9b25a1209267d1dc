# SPDX-License-Identifier: GPL-2.0
"""Counting all packets."""

import frames
import rig
from case import case, some
from mapi import Flows, flow
from peer_bare import Bare
from peer_nft import Nft
from peer_socket import ALL, Sockets
from peer_xdp import Xdp

case("count", "one flow, PKT_COUNTER",
     frame=frames.SMALL, target={"icount": 100, "uml": 8},
     mapi=lambda: flow("PKT_COUNTER"),
     peers={
         "bare counting tap": Bare,
         "nft counter": lambda: Nft(["counter"], counts=1),
         "generic XDP counter": Xdp,
     })

case("count-many", "the same, packets come from 16,384 places in turn",
     frame=frames.SMALL, buffers=16384,
     mapi=lambda: flow("PKT_COUNTER"),
     peers={
         "bare counting tap": Bare,
         "nft counter": lambda: Nft(["counter"], counts=1),
         "generic XDP counter": Xdp,
     })

case("functions", "each further function",
     frame=frames.SMALL, target={"icount": {16: 8}, "uml": {16: 0.8}},
     points=(1, 2, 4, 8, 16), axis="functions", each=True,
     mapi=lambda n: flow(*("PKT_COUNTER", "BYTE_COUNTER") * (n // 2), *["PKT_COUNTER"] * (n % 2),
                         counts=None if n > 1 else 1),
     peers={"pointer calls": lambda n: Bare(functions=n)})

case("flows", "flows with PKT_COUNTER, of one user",
     frame=frames.SMALL, points=rig.MANY, axis="flows",
     mapi=lambda n: Flows([[["PKT_COUNTER"]]] * n, counts=n),
     peers={
         "packet sockets, never read": some(lambda n: Sockets([ALL] * n, counts=n)),
         "nft rules": some(lambda n: Nft(["counter"] * n, counts=n)),
     })
