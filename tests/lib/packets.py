# SPDX-License-Identifier: GPL-2.0
"""Packets for all functions: of all kinds, in tunnels, cut off, and what is none."""
import struct
from collections import namedtuple

import filter_frames
from filter_frames import IP, IP6, QINQ, TCP, UDP, VLAN, ether, ipv4, ipv6, l4
from models import seen

GRE, IPIP, SIX_IN_FOUR, ROUTING, DESTINATION, FRAGMENT = 47, 4, 41, 43, 60, 44
ICMP, MPLS, VXLAN, BRIDGED = 1, 0x8847, 4789, 0x6558
WORDS = (b"needle", b"nEEdle", b"needl", b"GET /index", b"GET /12345 ", b"\0\xff\r\n")
MOST = 9000         # bytes, for a pair with this MTU
FROM_FILTERS = 4    # one in so many is one of those
TENTH = 10**8       # of a second, in ns
# One that is always there.
KNOWN = ether(IP, ipv4(UDP, l4(UDP, 1234, 80)))

Packet = namedtuple("Packet", "ns data wire")


def payload(dice):
    """Bytes, often with a word in them."""
    data = bytes(dice.choices(b"nedl 0\n\xff", k=dice.choice((0, 3, 20, 100, 700, 1300) * 3 + (7000,))))
    at = dice.randint(0, len(data))
    return data[:at] + dice.choice((b"", *WORDS)) + data[at:]


def transport(dice):
    proto = dice.choice((TCP, TCP, UDP, UDP, ICMP))
    ports = [dice.choice((80, 53, 1234, dice.randrange(65536))) for _ in "ab"]
    return proto, l4(proto, *ports, dice.randrange(256), payload(dice))


def four(dice, proto, data):
    ends = [bytes([10, 0, 0, dice.randrange(4)]) for _ in "ab"]
    return IP, ipv4(proto, data, *ends, options=b"\1" * dice.choice((0, 0, 4, 40)),
                    fragment=dice.choice((0,) * 6 + (0x2000, 0x2004, 7)))


def six(dice, proto, data):
    for _ in range(dice.choice((0, 0, 1, 2))):
        kind = dice.choice((ROUTING, DESTINATION, FRAGMENT))
        data = bytes([proto, 0]) + struct.pack(
            "!HI", dice.choice((1, 1, 8)) if kind == FRAGMENT else 0x0104, 0) + data
        proto = kind
    ends = [bytes(15) + bytes([dice.randrange(4)]) for _ in "ab"]
    return IP6, ipv6(proto, data, *ends)


def network(dice, depth=0):
    """EtherType and packet, which may have another one in it."""
    proto, data = transport(dice)
    if depth < 2 and dice.random() < 0.3:
        kind, inner = network(dice, depth + 1)
        how = dice.choice((GRE, BRIDGED, VXLAN, IPIP))
        if how == GRE:
            proto, data = GRE, struct.pack("!HH", 0, kind) + inner
        elif how == BRIDGED:
            proto, data = GRE, struct.pack("!HH", 0, BRIDGED) + ether(kind, inner)
        elif how == VXLAN:
            proto, data = UDP, l4(UDP, 1234, VXLAN, 0, struct.pack("!II", 8 << 24, 7 << 8) +
                                  ether(kind, inner))
        else:
            proto, data = {IP: IPIP, IP6: SIX_IN_FOUR}[kind], inner
    return dice.choice((four, four, six))(dice, proto, data)


def frame(dice):
    kind, data = network(dice)
    how = dice.randrange(8)
    if how < 3:
        for tag in (VLAN, QINQ)[:how]:
            data = struct.pack("!HH", dice.randrange(1, 9), kind) + data
            kind = tag
    elif how == 3:
        for last in range(dice.randint(1, 3)):
            data = struct.pack("!I", dice.randrange(16, 99) << 12 | (not last) << 8 | 64) + data
        kind = MPLS
    return ether(kind, data)[:MOST]


def frames(dice, number):
    """What also passes a pair of devices, one in some garbage or wrong in the header."""
    strange = [f for f in filter_frames.frames(dice.random()) if seen(f) and len(f) <= MOST]
    some = [dice.choice(strange) if not dice.randrange(FROM_FILTERS) else frame(dice)
            for _ in range(number)]
    some[dice.randrange(number)] = KNOWN
    return some


def of_a_trace(dice, number, begin):
    """Packets with times that not always grow, some of which were cut off; some come
    when a tenth of a second begins."""
    ns, out = begin, []
    for data in frames(dice, number):
        cut = dice.choice((len(data),) * 4 + (dice.randint(14, len(data)),))
        out.append(Packet(ns, data[:cut], len(data)))
        ns += dice.choice((0, 1, 999, 20000, 10**6, 3 * 10**6, dice.randrange(10**7), -5000))
        if not dice.randrange(30):
            ns += -ns % TENTH
    return out
