# SPDX-License-Identifier: GPL-2.0
"""Many who want the same."""

import bpf
import frames
import rig
from case import case, some
from mapi import Flows
from peer_nft import Nft
from peer_socket import Sockets

case("users", "users with the same filter and counter, all match",
     frame=frames.SMALL, target={"icount": {1000: 200}, "uml": {1000: 20}},
     points=rig.MANY, axis="users",
     mapi=lambda n: Flows([[["BPF_FILTER", "udp dst port 9"], ["PKT_COUNTER"]]] * n,
                          users=True, counts=n),
     peers={
         "packet sockets, never read": some(
             lambda n: Sockets([bpf.classic("udp dst port 9")] * n, counts=n)),
         "nft rules": some(lambda n: Nft(["udp dport 9 counter"] * n, counts=n)),
     })

case("users-quiet", "users with the same filter and counter, none matches",
     frame=frames.SMALL, target={"icount": {1000: 200}, "uml": {1000: 20}},
     points=(1, 10, 100, 1000), axis="users",
     mapi=lambda n: Flows([[["BPF_FILTER", "udp dst port 5"], ["PKT_COUNTER"]]] * n,
                          users=True, counts=0),
     peers={
         "packet sockets": lambda n: Sockets([bpf.classic("udp dst port 5")] * n),
     })
