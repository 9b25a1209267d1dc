# SPDX-License-Identifier: GPL-2.0
"""Kinds of entries in the table of library.py: how a function is applied, what is read
of it when its flow has ended, and what is right. What is read and what is right are
lists.

A model is given packets: what came to the function, as packets.py has them."""
import os
import struct

import client
from capture import fixed
from models import SAMPLE, long_double, near


class Run:
    """What functions of one device share."""

    def __init__(self, device, direction, folder, begin):
        self.device, self.direction, self.folder = device, direction, folder
        self.begin = begin      # about when the first packet comes, in ns
        self.connected, self.waiting = self.flow(), self.flow()
        self.connected.connect()
        self.files = 0

    def flow(self):
        return client.Flow(self.device, self.direction)

    def path(self):
        self.files += 1
        return os.path.join(self.folder, str(self.files))

    def close(self):
        self.connected.close()
        self.waiting.close()


class Case:
    """An entry of the table, with words as its arguments. Or with what makes them of its
    run, flow, and @of: another entry that it is about, in front of it."""

    def __init__(self, name, args, model, of=None):
        self.name, self.args, self.model, self.of = name, args, model, of

    def label(self):
        args = self.args if not callable(self.args) else self.said
        return " ".join(map(str, (self.name, *args, *([f"({self.of.label()})"] if self.of else []))))

    def apply(self, flow, run):
        if self.of:
            self.of.apply(flow, run)
        args, self.said = self.args, []
        if callable(args):
            args = args(run, flow.fd, self.of and self.of.fid)
            # Numbers of flows and names of files say nothing.
            self.said = [a for a in args if a != flow.fd and "/" not in str(a)]
        self.fid = flow.apply(self.name, *args)

    def read(self, flow):
        """Before its flow is closed. None: a file is read."""

    def read_file(self):
        """And after that."""

    def want(self, packets, run):
        return self.model(packets)

    def same(self, got, want):
        return got


def ring(flow, fid, words):
    """All that is in there."""
    got = []
    try:
        while True:
            got.append(tuple(flow.results(fid, words)))
    except OSError:
        return got


class Passes(Case):
    """A filter, and numbers of the packets that passed."""

    def apply(self, flow, run):
        number = flow.apply("PKT_COUNTER")
        super().apply(flow, run)
        self.bucket = flow.apply("BUCKET", flow.fd, number, "0", 0)

    def read(self, flow):
        return [value - 1 for _, value in ring(flow, self.bucket, 2)]

    def want(self, packets, run):
        return list(self.model(packets))


class Each(Passes):
    """A filter that looks at each packet by itself."""

    def want(self, packets, run):
        return [n for n, packet in enumerate(packets) if self.model(packet)]


class Timed(Passes):
    """A filter that knows when the packets come."""

    def want(self, packets, run):
        return list(self.model(packets, run))


class Number(Case):
    """The result is one number; a number for each packet, when, and the last."""

    def apply(self, flow, run):
        super().apply(flow, run)
        self.bucket = flow.apply("BUCKET", flow.fd, self.fid, "0", 0)

    def read(self, flow):
        return [*ring(flow, self.bucket, 2), flow.result(self.fid)]

    def want(self, packets, run):
        values = self.model(packets)
        return [*((fixed(p.ns), value) for p, value in zip(packets, values)), values[-1]]


class Source(Case):
    """Of which another function is told: nothing is read."""


class Words(Case):
    """The result is many numbers, in the end."""

    def __init__(self, name, args, words, model, of=None):
        super().__init__(name, args, model, of)
        self.words = words

    def read(self, flow):
        return flow.results(self.fid, self.words)


class Stats(Case):
    """As STATS has it in libmapi, where sums are rounded."""

    def read(self, flow):
        raw = struct.pack("=8Q", *flow.results(self.fid, 8))
        return [*struct.unpack_from("=Q", raw), long_double(raw[16:32]),
                long_double(raw[32:48]), *struct.unpack_from("=2d", raw, 48)]

    def want(self, packets, run):
        values = self.model(packets)
        return [len(values), sum(values), sum(v * v for v in values),
                float(min(values)), float(max(values))]

    def same(self, got, want):
        return [w if g == w or isinstance(w, int) and near(g, w) else g
                for g, w in zip(got, want)]


class Top(Words):
    """Values of a field with their counts, and what is in none of them."""

    def __init__(self, args, model):
        # Behind a number of 32 bits.
        super().__init__("TOP", args, (4 + 48 * args[0] + 32 + 7) // 8, model)

    def read(self, flow):
        raw = struct.pack(f"={self.words}Q", *super().read(flow))
        number, = struct.unpack_from("=I", raw)
        values = [struct.unpack_from("=I20xI4xQ", raw, at)
                  for at in range(4, 4 + 48 * number, 48)]
        return [*sorted(values), struct.unpack_from("=4Q", raw, 4 + 48 * self.args[0])]


class Ring(Case):
    """The result is read one after the other."""

    def __init__(self, name, args, words, model, of=None):
        super().__init__(name, args, model, of)
        self.words = words

    def read(self, flow):
        return ring(flow, self.fid, self.words)


class Samples(Ring):
    def read(self, flow):
        return [SAMPLE.unpack(struct.pack("=9Q", *words)) for words in super().read(flow)]


class Kept(Case):
    """Packets of a buffer."""

    def read(self, flow):
        got = []
        while True:
            packet, _ = client.next_packet(flow, self.fid)
            if not packet:
                return [*got, flow.result(self.fid)]
            got.append(packet)

    def want(self, packets, run):
        right = self.model(packets)
        return [*((fixed(p.ns), p.data, p.wire) for p in right), len(right)]


class File(Case):
    """What is in a file, as @parse has it."""

    def __init__(self, name, args, parse, model, of=None):
        super().__init__(name, args, model, of)
        self.parse = parse

    def apply(self, flow, run):
        run.file = self.path = run.path()
        super().apply(flow, run)

    def read_file(self):
        return self.parse(self.path)
