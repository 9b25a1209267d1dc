#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes a capture of frames no stack would send, to be replayed.

    craft.py FILE

All are from the worm's port as far as they have one, and carry its pattern in
and around the places where it is looked for.
"""
import struct
import sys

WORM = struct.pack("!H", 1234)
MACS = bytes.fromhex("02000000000e" "02000000000f")
BOUNDS = (99, 100, 101, 250, 392, 393, 394, 400)
PADDING = b"\1\4\0\0\0\0"       # of an IPv6 options header
frames = []


def frame(headers, size=0):
    """Headers, and the pattern at each of the places; at least so long."""
    for place in BOUNDS:
        fill = b"patter" * 100
        data = headers + fill[:max(place - len(headers), 0)] + b"pattern"
        frames.append(data.ljust(size, b"\0"))


def ether(proto, tags=b""):
    return MACS + tags + struct.pack("!H", proto)


def udp(length=500):
    return WORM + struct.pack("!HHH", 9, length, 0)


def tcp(options=b""):
    return WORM + struct.pack("!HIIBBHHH", 9, 1, 0, (5 + len(options) // 4) << 4,
                              0x10, 1000, 0, 0) + options


def ipv4(proto, payload, options=b"", fragment=0):
    return struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 600, 7,
                       fragment, 64, proto, 0, b"\12\1\0\1", b"\12\1\0\2") + \
        options + payload


def ipv6(following, payload):
    return struct.pack("!IHBB", 6 << 28, 600, following, 64) + \
        b"\xfd" * 16 + b"\xfe" * 16 + payload


IP, IP6, VLAN, QINQ, MPLS = 0x0800, 0x86dd, 0x8100, 0x88a8, 0x8847

for words in range(11):
    frame(ether(IP) + ipv4(17, udp(), b"\1" * 4 * words))
for fragment in 0x2000, 0x2001, 0x0010, 0x4000:
    frame(ether(IP) + ipv4(17, udp(), fragment=fragment))
for words in 0, 3, 10:
    frame(ether(IP) + ipv4(6, tcp(b"\1" * 4 * words)))
frame(ether(IP) + ipv4(132, WORM + b"\0\11" + b"\0" * 8))       # SCTP
frame(ether(IP) + ipv4(1, b"\3\3\0\0" + b"\0" * 4 + ipv4(17, udp())))
frame(ether(IP6) + ipv6(17, udp()))
frame(ether(IP6) + ipv6(6, tcp()))
for header in 0, 60, 43:        # hop-by-hop, destination, routing
    frame(ether(IP6) + ipv6(header, b"\x11\0" + PADDING + udp()))
for offset in 1, 8:
    frame(ether(IP6) + ipv6(44, b"\x11\0" + struct.pack("!HI", offset, 5) + udp()))
frame(ether(IP, struct.pack("!HH", VLAN, 7)) + ipv4(17, udp()))
frame(ether(IP, struct.pack("!HH", VLAN, 0)) + ipv4(17, udp()))
frame(ether(IP, struct.pack("!HHHH", QINQ, 9, VLAN, 0x2007)) + ipv4(17, udp()))
frame(ether(IP, struct.pack("!HHHHHH", VLAN, 1, VLAN, 2, VLAN, 3)) + ipv4(17, udp()))
frame(ether(VLAN, struct.pack("!HH", VLAN, 5)))
frame(ether(MPLS) + b"\0\0\x11\xff" + ipv4(17, udp()))
frame(ether(0x0806) + b"\0\1\x08\0\6\4\0\1")
frame(ether(400) + b"\xaa\xaa\3\0\0\0\x08\0" + ipv4(17, udp()))  # 802.3, SNAP
frame(ether(IP) + ipv4(17, udp()), 1514)
# Cut off: in each header, at its beginning and end, and in the pattern.
long = ether(IP) + ipv4(17, udp()) + b"x" * 58 + b"pattern"
for end in (14, 15, 24, 33, 34, 35, 36, 41, 42, 43, 60, 99, 100, 101, 106, 107):
    frames.append(long[:end])

with open(sys.argv[1], "wb") as f:
    f.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for number, data in enumerate(frames):
        f.write(struct.pack("=IIII", 1, number, len(data), len(data)) + data)
