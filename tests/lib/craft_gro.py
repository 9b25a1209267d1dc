#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes a capture of streams that GRO likes, or nearly.

    craft_gro.py FILE [udp]

Streams of TCP (or UDP) over IPv4 and IPv6, with correct checksums, and with all
that a stream may change on its way, or should not: identification, flags,
window, acknowledgement, time to live, order, sizes, options.
"""
import random
import struct
import sys

MACS = bytes.fromhex("02000000000e" "02000000000f")
FIN, PSH, ACK, URG, ECE, CWR = 1, 8, 16, 32, 64, 128
rnd = random.Random(4)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return s ^ 0xffff


class Stream:
    """One direction of a connection."""

    def __init__(self, version, proto, port, ident, df):
        self.version, self.proto, self.port = version, proto, port
        self.ident, self.df = ident, df
        self.seq, self.ack, self.window = rnd.getrandbits(32), 1, 500
        self.ttl, self.tos, self.options = 64, 0, b""
        self.number = 0

    def packet(self, size, flags=ACK, zero=False):
        payload = rnd.randbytes(size)
        if self.proto == 6:
            l4 = struct.pack("!HHIIBBHHH", self.port, 80, self.seq, self.ack,
                             (5 + len(self.options) // 4) << 4, flags,
                             self.window, 0, 0) + self.options + payload
            at = 16
            self.seq = (self.seq + size) % 2 ** 32
        else:
            l4 = struct.pack("!HHHH", self.port, 80, 8 + size, 0) + payload
            at = 6
        if self.version == 4:
            ident = {"up": self.number + 7, "zero": 0, "same": 99,
                     "random": rnd.getrandbits(16),
                     "wrap": 0xfffe + self.number}[self.ident] % 2 ** 16
            src, dst = b"\12\7\0\1", b"\12\7\0\2"
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, self.tos, 20 + len(l4), ident,
                             self.df << 14, self.ttl, self.proto, 0, src, dst)
            ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        else:
            src, dst = b"\xfd" * 16, b"\xfe" * 16
            ip = struct.pack("!IHBB", 6 << 28 | self.tos << 20 | 77, len(l4),
                             self.proto, self.ttl) + src + dst
        pseudo = src + dst + struct.pack("!IHBB", len(l4), 0, 0, self.proto)
        if not zero:
            l4 = l4[:at] + struct.pack("!H", checksum(pseudo + l4) or 0xffff) + \
                l4[at + 2:]
        self.number += 1
        return MACS + struct.pack("!H", 0x0800 if self.version == 4 else 0x86dd) + \
            ip + l4


def plain(s, n=6):
    return [s.packet(500) for _ in range(n)]


def pushed(s):
    return plain(s, 3) + [s.packet(500, ACK | PSH)] + plain(s, 2) + \
        [s.packet(100, ACK | PSH)]


def ended(s):
    return plain(s) + [s.packet(30, ACK | FIN)]


def reduced(s):
    return [s.packet(500, ACK | CWR)] + plain(s, 3) + [s.packet(500, ACK | CWR)] + \
        plain(s, 2)


def echoing(s):
    return [s.packet(500, ACK | ECE) for _ in range(4)] + plain(s, 3)


def urgent(s):
    return plain(s, 2) + [s.packet(500, ACK | URG)] + plain(s, 2)


def other_window(s):
    pkts = plain(s, 3)
    s.window += 1
    pkts += plain(s, 3)
    s.ack += 1
    return pkts + plain(s, 3)


def other_ttl(s):
    pkts = plain(s, 3)
    s.ttl -= 1
    pkts += plain(s, 3)
    s.tos = 3
    return pkts + plain(s, 3)


def stamped(s):
    s.options = b"\1\1\10\12" + b"\0\0\0\1" * 2
    pkts = plain(s)
    s.options = b"\1\1\10\12" + b"\0\0\0\2" * 2
    return pkts + plain(s)


def sizes(s):
    return [s.packet(n) for n in (500, 500, 499, 500, 500, 501, 500, 500, 1, 500, 2)]


def mixed(s):
    pkts = plain(s, 10)
    pkts[3], pkts[4] = pkts[4], pkts[3]
    return pkts + pkts[-2:]


def damaged(s):
    pkts = plain(s, 7)
    pkts[3] = pkts[3][:-1] + bytes([pkts[3][-1] ^ 1])
    return pkts


def unsummed(s):
    return [s.packet(500, zero=True) for _ in range(6)] + plain(s, 3)


def turning(s):
    """Don't Fragment comes and goes."""
    pkts = plain(s, 3)
    s.df ^= 1
    return pkts + plain(s, 3)


def padded(s):
    return [p.ljust(60, b"\0") for p in (s.packet(n) for n in (1, 1, 1, 1))]


STORIES = {6: (plain, pushed, ended, reduced, echoing, urgent, other_window,
               other_ttl, stamped, sizes, mixed, damaged, turning, padded),
           17: (plain, other_ttl, sizes, mixed, damaged, unsummed, turning, padded)}
# Of an identification that stays the same, UDP's GRO keeps no record.
IDENTS = {6: ("up", "wrap", "random", "zero", "same"), 17: ("up", "wrap", "random")}
proto = 17 if sys.argv[2:] == ["udp"] else 6
port = 1000
packets = []
for version in 4, 6:
    for ident in IDENTS[proto] if version == 4 else ("",):
        for df in (0, 1) if version == 4 else (0,):
            for story in STORIES[proto]:
                port += 1
                packets += story(Stream(version, proto, port, ident, df))

with open(sys.argv[1], "wb") as f:
    f.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for number, data in enumerate(packets):
        f.write(struct.pack("=IIII", 1, number, len(data), len(data)) + data)
