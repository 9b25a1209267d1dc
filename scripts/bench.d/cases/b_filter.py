# SPDX-License-Identifier: GPL-2.0
"""Filters that let nothing pass."""

import bpf
import frames
import peer_tc
import rig
from case import case, some
from filters import kinds, ports, sources
from mapi import Flows, flow
from peer_nft import Nft, port_set
from peer_socket import Sockets

case("filter", "one filter, no match",
     frame=frames.SMALL, target={"icount": 140, "uml": 15},
     mapi=lambda: flow("BPF_FILTER,udp src port 5", "PKT_COUNTER", counts=0),
     peers={
         "nft rule": lambda: Nft(["udp sport 5 counter"]),
         "tc cls_bpf": lambda: peer_tc.bytecode([bpf.classic("udp src port 5")]),
         "packet socket": lambda: Sockets([bpf.classic("udp src port 5")]),
     })

case("filters", "different filters, none matches",
     frame=frames.SMALL, target={"icount": 40, "uml": {10: 4, 100: 4, 1000: 4}},
     points=rig.MANY, axis="filters", each=True,
     mapi=lambda n: Flows([[["BPF_FILTER", pcap], ["PKT_COUNTER"]] for pcap, _ in kinds(n)],
                          counts=0),
     peers={
         "nft rules": some(lambda n: Nft([nft + " counter" for _, nft in kinds(n)])),
         "tc cls_bpf": some(lambda n: peer_tc.bytecode(bpf.classic(pcap) for pcap, _ in kinds(n))),
         "packet sockets": some(lambda n: Sockets([bpf.classic(pcap) for pcap, _ in kinds(n)])),
     })

case("field", "filters on one field, none matches",
     frame=frames.SMALL, target={"icount": {1000: 250}, "uml": {1000: 25}},
     points=rig.MANY, axis="filters",
     mapi=lambda n: Flows([[["BPF_FILTER", one], ["PKT_COUNTER"]] for one in sources(n)],
                          counts=0),
     peers={
         "nft set, counters": lambda n: port_set(ports(n)),
         "nft rules": some(lambda n: Nft(["udp sport %d counter" % port for port in ports(n)])),
         "tc cls_bpf": some(lambda n: peer_tc.bytecode(bpf.classic(one) for one in sources(n))),
         "packet sockets": some(lambda n: Sockets([bpf.classic(one) for one in sources(n)])),
     })
