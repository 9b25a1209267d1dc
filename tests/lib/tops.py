#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""TOP: which values of a header field most packets, or bytes, have.

    tops.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import collections
import ctypes
import random
import socket
import struct
import sys
import time

import client
from rows import row
from sender import Sender
from watch import Watch

V0, V1, _, SEED = sys.argv[1:5]
FRAMES = 300
IP, TCP, UDP = 1, 2, 3
PACKETS = 1
ROOM = 8192
RESULT = 4 + 48 * 1000 + 32


class Frame:
    """One with random headers, of few values each; fields by their numbers."""

    def __init__(self, dice):
        def few(bits):
            return dice.choice((0, 1, 5, (1 << bits) - 1))

        tcp, six = dice.random() < 0.5, dice.random() < 0.5
        self.fields = {}
        if tcp:
            values = [few(16), few(16), few(32), few(32), few(8), few(16), few(16), few(16)]
            upper = struct.pack(">HHIIBBHHH", *values[:4], 0x50, *values[4:])
            self.fields.update(zip(range(10, 18), values))
        else:
            data = bytes(dice.choice((0, 3, 100)))
            values = [few(16), few(16), 8 + len(data), few(16)]
            upper = struct.pack(">HHHH", *values) + data
            self.fields.update(zip(range(18, 22), values))
        source, to = (dice.choice((1, 2, 3)) for _ in "st")
        ttl, tos, proto = few(8), few(8), 6 if tcp else 17
        if six:
            addrs = [socket.inet_pton(socket.AF_INET6, f"2001:db8::{n}") for n in (source, to)]
            ip = struct.pack(">IHBB", 6 << 28 | tos << 20 | 0x54321, len(upper), proto, ttl)
            ip += addrs[0] + addrs[1]
            self.fields.update({1: tos, 2: len(upper), 5: ttl, 6: proto,
                                8: addrs[0], 9: addrs[1]})
        else:
            ident, check = few(16), few(16)
            addrs = [0x0a000000 + n for n in (source, to)]
            ip = struct.pack(">BBHHHBBHII", 0x45, tos, 20 + len(upper), ident, 0x4000, ttl,
                             proto, check, *addrs)
            self.fields.update({1: tos, 2: 20 + len(upper), 3: ident, 4: 0, 5: ttl, 6: proto,
                                7: check, 8: addrs[0], 9: addrs[1]})
        self.bytes = bytes(12) + (b"\x86\xdd" if six else b"\x08\x00") + ip + upper
        self.bytes += bytes(max(0, 60 - len(self.bytes)))
        self.six = six


def read(flow, fid, x):
    """[(value, packets, bytes)], and what is behind them"""
    raw = (ctypes.c_char * RESULT)()
    client.done(client.mapi.mapi_read_results_copy(flow.fd, fid, raw, RESULT), "result")
    number, = struct.unpack_from("=I", raw.raw)
    got = []
    for at in range(4, 4 + 48 * number, 48):
        value, addr, family, count, size, reset = struct.unpack("=I16sH2xI4xQI4x",
                                                                raw.raw[at:at + 48])
        got.append((addr if family == socket.AF_INET6 else value, count, size))
    return got, struct.unpack_from("=4Q", raw.raw, 4 + 48 * x)


def right(frames, field):
    counts = collections.defaultdict(lambda: [0, 0])
    none = [0, 0]
    for frame in frames:
        at = counts[frame.fields[field]] if field in frame.fields else none
        at[0] += 1
        at[1] += len(frame.bytes)
    return {value: tuple(count) for value, count in counts.items()}, (0, 0, *none)


def of_all_fields(sender):
    flow = Watch(V1, client.DIR_IN)
    protocols = {field: IP if field < 10 else TCP if field < 18 else UDP for field in range(1, 22)}
    packets = {field: flow.apply("TOP", 1000, protocol, field, PACKETS, 0)
               for field, protocol in protocols.items()}
    sizes = flow.apply("TOP", 2, "TOPX_IP", "TOPX_IP_SRCIP", "SORT_BY_BYTES", 0)
    flow.connect()
    dice = random.Random(SEED)
    frames = [Frame(dice) for _ in range(FRAMES)]
    for frame in frames:
        sender.send(frame.bytes)
    flow.wait(FRAMES)
    for field, fid in packets.items():
        got, rest = read(flow, fid, 1000)
        want, none = right(frames, field)
        row(f"TOP, field {field}", sorted((str(v), p, b) for v, p, b in got),
            sorted((str(v), p, b) for v, (p, b) in want.items()))
        row("... in order", [p for _, p, _ in got], sorted((p for p, _ in want.values()),
                                                           reverse=True))
        row("... and what has none", rest, none)
        row("... all packets", sum(p for _, p, _ in got) + rest[0] + rest[2], FRAMES)
    got, _ = read(flow, sizes, 2)
    want = sorted((b for _, b in right(frames, 8)[0].values()), reverse=True)
    row("TOP by bytes", [b for _, _, b in got], want[:2])
    flow.reset(packets[1])
    row("... reset", read(flow, packets[1], 1000), ([], (0, 0, 0, 0)))
    sender.send(frames[0].bytes)
    flow.wait(FRAMES + 1)
    row("... and on", read(flow, packets[1], 1000)[0],
        [(frames[0].fields[1], 1, len(frames[0].bytes))])
    flow.close()


def of_many(sender):
    """More values than there is room for: none is lost."""
    flow = Watch(V1, client.DIR_IN)
    fid = flow.apply("TOP", 1000, UDP, 18, PACKETS, 0)
    timed = flow.apply("TOP", 1, UDP, 18, PACKETS, 1)
    flow.connect()
    head = bytes(12) + b"\x08\x00" + struct.pack(">BBHHHBBHII", 0x45, 0, 28, 0, 0, 9, 17, 0, 1, 2)
    for port in range(2 * ROOM):
        sender.send(head + struct.pack(">HHHH", port, 1, 8, 0) + bytes(18))
    flow.wait(2 * ROOM)
    got, rest = read(flow, fid, 1000)
    row("more values than room", len(got), 1000)
    row("... counts of the first", {p for _, p, _ in got}, {1})
    row("... others", ROOM <= rest[0] < 2 * ROOM and rest[1] == 60 * rest[0], True)
    begun = time.time()
    while any(read(flow, timed, 1)[1]) and time.time() - begun < 20:
        time.sleep(0.1)
    row("... begins anew each second", read(flow, timed, 1), ([], (0, 0, 0, 0)))
    row("... the other does not", read(flow, fid, 1000), (got, rest))
    flow.close()


def errors():
    flow = client.Flow(V1)
    for want, args in ((7001, (0, 1, 1, 1, 0)), (7001, (1001, 1, 1, 1, 0)),
                       (7002, (1, 0, 1, 1, 0)), (7002, (1, 4, 1, 1, 0)),
                       (7003, (1, 1, 10, 1, 0)), (7003, (1, 2, 9, 1, 0)), (7003, (1, 2, 18, 1, 0)),
                       (7003, (1, 3, 17, 1, 0)), (7003, (1, 3, 22, 1, 0)), (7003, (1, 1, 0, 1, 0)),
                       (7004, (1, 1, 1, 0, 0)), (7004, (1, 1, 1, 3, 0)), (7005, (1, 1, 1, 1, -1)),
                       (1, (1, 1, 1, 1, 0))):
        try:
            row(f"TOP {args}", flow.apply("TOP", *args), want)
        except OSError as error:
            row(f"TOP {args}", error.errno, want)
    flow.close()


def main():
    sender = Sender(V0, SEED)
    of_all_fields(sender)
    of_many(sender)
    errors()


main()
