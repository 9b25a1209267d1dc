#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Random needles and random frames, and how many frames hold which needle.

    search.py flows SEED            the needles: PATTERN OFFSET DEPTH, a line each
    search.py send SEED DEVICE      sends the frames
    search.py wanted SEED           for each needle: frames that hold it

Equal seeds make equal needles and frames. Many frames are of few letters, and
needles are bytes of a frame, as they are or nearly so, so that much matches
nearly. Frames longer than a page lie in the kernel in pieces: the first ends
where chance wants it.
"""
import random
import socket
import struct
import sys

FRAMES, NEEDLES = 150, 60
SOL_PACKET, PACKET_VNET_HDR = 263, 15
ETHER = bytes.fromhex("02000000000e" "02000000000f" "88b5")
PAGE = 4096


def letters(rnd):
    return rnd.choice((b"a", b"ab", b"ab", b"abcd", bytes(range(256))))


def frame(rnd):
    size = rnd.choice((rnd.randint(60, 1500), rnd.randint(PAGE, 2 * PAGE)))
    body = bytes(rnd.choices(letters(rnd), k=size - len(ETHER)))
    if rnd.random() < 0.3:      # a period, with one letter wrong
        period = body[:rnd.randint(1, 40)]
        body = (period * size)[:len(body)]
        at = rnd.randrange(len(body))
        body = body[:at] + b"b" + body[at + 1:]
    # Where its first piece ends.
    return ETHER + body, rnd.randint(len(ETHER), size - 1)


def needle(rnd, frames):
    if rnd.random() < 0.2:
        return bytes(rnd.choices(letters(rnd), k=rnd.randint(1, 12)))
    data, cut = rnd.choice(frames)
    size = min(rnd.choice((1, 2, 3, 8, 40, 300)), len(data))
    # Half of them where the first piece ends.
    first = cut - rnd.randint(0, size) if rnd.random() < 0.5 else \
        rnd.randrange(len(data))
    first = min(max(first, 0), len(data) - size)
    found = bytearray(data[first:first + size])
    if rnd.random() < 0.4:
        found[rnd.choice((0, size // 2, max(size - 2, 0), -1))] ^= 1
    return bytes(found)


class Search:
    """What a flow searches for."""

    def __init__(self, rnd, frames):
        self.needles = [needle(rnd, frames)
                        for _ in range(rnd.choice((1, 1, 1, 2, 5)))]
        longest = max(map(len, self.needles))
        self.offset = rnd.choice((0, 0, 14, rnd.randrange(2000)))
        self.depth = rnd.choice((0, 0, longest, longest + rnd.randrange(4000)))

    def words(self):
        return "||".join(f"|{n.hex()}|" for n in self.needles), self.offset, self.depth

    def finds(self, data):
        end = self.offset + self.depth if self.depth else len(data)
        return any(data.find(n, self.offset, end) >= 0 for n in self.needles)


def make(seed):
    rnd = random.Random(seed)
    frames = [frame(rnd) for _ in range(FRAMES)]
    return frames, [Search(rnd, frames) for _ in range(NEEDLES)]


def flows(frames, searches):
    for s in searches:
        print(*s.words())


def wanted(frames, searches):
    for s in searches:
        print(sum(s.finds(data) for data, _ in frames))


def send(frames, searches, device):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        s.bind((device, 0))
        for data, cut in frames:
            s.send(struct.pack("=BBHHHH", 0, 0, cut, 0, 0, 0) + data)


if __name__ == "__main__":
    do, seed, *words = sys.argv[1:]
    {"flows": flows, "send": send, "wanted": wanted}[do](*make(seed), *words)
