#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Functions that are about the results of others, and what is right.

    references.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import os
import random
import struct
import subprocess
import sys
import time

import area
import client
from capture import stamps
from models import long_double, near, slots
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, FOLDER, SEED = sys.argv[1:5]
FOREIGN = sys.argv[5:]
FRAMES = 400
SOMEBODY = "12345"
PERIOD = 0.1


def limbs(words):
    return sum(word << 32 * i for i, word in enumerate(words))


def stats_right(flow, words, fid, name, values):
    """STATS in the area, exact, and from libmapi."""
    want = [len(values), sum(values), sum(v * v for v in values), min(values), max(values)]
    got = words.words(fid)
    row(name, [got[0], limbs(got[1:4]), limbs(got[4:9]), *got[9:]], want)
    raw = struct.pack("=8Q", *flow.results(fid, 8))
    count, = struct.unpack_from("=Q", raw)
    low, high = struct.unpack_from("=2d", raw, 48)
    row_true("... from libmapi", count == want[0] and near(long_double(raw[16:32]), want[1]) and
             near(long_double(raw[32:48]), want[2]) and [low, high] == [float(w) for w in want[3:]])


def dist_right(flow, words, fid, name, values, args):
    want = slots(values, args)
    row(name, words.words(fid), want)
    row("... from libmapi", flow.results(fid, 3 + len(want)), [*args[:3], *want])
    row("... which are all packets", sum(want), len(values))


DISTS = [(60, 1500, 100, 0), (0, 1600, 7, 0), (59, 61, 1, 0), (1000, 1001, 5, 0),
         (0, 100000, 1, 16), (3, 3000, 2, 1), (0, 2 ** 63, 1, 64), (0, 1514, 1, 2)]


def of_one_flow(sender):
    """Each function sees what this very packet has made of the one in front."""
    path = f"{FOLDER}/frames.pcap"
    flow = Watch(V1, client.DIR_IN)
    fd = flow.fd
    size = flow.apply("PKTINFO", "PKT_SIZE")
    stamp = flow.apply("PKTINFO", "PKT_TS")
    all_sizes = flow.apply("STATS", fd, size, "0")
    but_first = flow.apply("STATS", fd, size, "1")
    times = flow.apply("STATS", fd, stamp, "0")
    dists = [flow.apply("DIST", fd, size, *args[:3], *args[3:]) for args in DISTS]
    double = flow.apply("BINOP", "BINOP_ADD", fd, size, fd, size)
    doubles = flow.apply("STATS", fd, double, "0")
    less = flow.apply("BINOP", "BINOP_SUB", fd, size, fd, double)
    lesses = flow.apply("STATS", fd, less, "0")
    count = flow.apply("PKT_COUNTER")
    counts = flow.apply("STATS", fd, count, "0")
    flow.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flow.connect()
    words = area.Area(fd)
    dice = random.Random(SEED)
    sizes = [dice.choice((60, 61, dice.randint(60, 1514))) for _ in range(FRAMES)]
    row("before the first packet", flow.results(all_sizes, 8), [0] * 8)
    row("... and a histogram", flow.results(dists[0], 4), [*DISTS[0][:3], 0])
    for number, length in enumerate(sizes, 1):
        sender.send(bytes(12) + b"\x88\xb5" + bytes(length - 14))
        flow.wait(number)
    row("BINOP_ADD", flow.result(double), 2 * sizes[-1])
    row("BINOP_SUB", flow.result(less), -sizes[-1] % 2 ** 64)
    stats_right(flow, words, all_sizes, "STATS of all", sizes)
    stats_right(flow, words, but_first, "STATS but the first", sizes[1:])
    stats_right(flow, words, doubles, "STATS of a BINOP", [2 * s for s in sizes])
    stats_right(flow, words, lesses, "STATS of great numbers", [-s % 2 ** 64 for s in sizes])
    stats_right(flow, words, counts, "STATS of a counter", list(range(1, FRAMES + 1)))
    for fid, args in zip(dists, DISTS):
        dist_right(flow, words, fid, f"DIST {args}", sizes, args)
    flow.reset(all_sizes)
    flow.reset(dists[0])
    row("after a reset", [flow.results(all_sizes, 8), flow.results(dists[0], 4)],
        [[0] * 8, [*DISTS[0][:3], 0]])
    sender.send(bytes(60))
    flow.wait(FRAMES + 1)
    stats_right(flow, words, all_sizes, "... STATS begins anew", [60])
    # The file is complete when the flow has ended, which it does not while it is mapped.
    last = words.words(times)
    words.map.close()
    flow.close()
    times = stamps(path)
    row("STATS of times", [last[0], limbs(last[1:4]), limbs(last[4:9]), *last[9:]],
        [len(times), sum(times), sum(t * t for t in times), min(times), max(times)])


def of_another_flow(sender):
    """What another flow has counted, before it is connected, while, and when it has ended."""
    large = Watch(V1, client.DIR_IN)
    large.apply("BPF_FILTER", "greater 1000")
    counted = large.apply("PKT_COUNTER")
    flow = Watch(V1, client.DIR_IN)
    own = flow.apply("PKT_COUNTER")
    small = flow.apply("BINOP", "BINOP_SUB", flow.fd, own, large.fd, counted)
    hist = flow.apply("DIST", large.fd, counted, 0, 10, 1)
    flow.connect()

    def send(n, length, sent):
        for _ in range(n):
            sender.send(bytes(length))
        flow.wait(sent)
        sender.send(bytes(60))
        flow.wait(sent + 1)

    send(5, 1200, 5)
    row("a flow that is not connected", flow.result(small), 6)
    large.connect()
    send(3, 1200, 9)
    large.wait(3)
    send(1, 60, 11)
    row("... that is", flow.result(small), 12 - 3)
    large.reset(counted)
    send(1, 60, 13)
    row("... after a reset", flow.result(small), 14)
    send(2, 1200, 16)
    large.wait(5)
    large.close()
    send(4, 1200, 21)
    row("... that has ended", flow.result(small), 22 - 2)
    row("... as a histogram: of all packets", sum(flow.results(hist, 14)[3:]), 22)
    flow.close()


def timed(sender):
    """A value each tenth of a second, and nothing lost between two."""
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    stats = flow.apply("STATS", flow.fd, count, f"{PERIOD}s")
    begun = time.monotonic()
    flow.connect()
    words = area.Area(flow.fd)
    for _ in range(500):
        sender.send(bytes(60))
        time.sleep(0.002)
    flow.wait(500)
    # No packet, but time.
    time.sleep(6 * PERIOD)
    got, took = words.words(stats), time.monotonic() - begun
    row("STATS of periods: all packets", limbs(got[1:4]), 500)
    row("... the counter begins anew", flow.result(count), 0)
    row_true("... a value for each", took / PERIOD - 3 <= got[0] <= took / PERIOD + 1)
    row("... one without packets", got[9], 0)
    row_true("... and one with some", 500 / got[0] <= got[10] < 500)
    flow.close()


def timed_of_a_buffer(sender):
    """What was put into a buffer begins anew, too."""
    flow = Watch(V1, client.DIR_IN)
    buffer = flow.apply("TO_BUFFER", "NOWAIT")
    stats = flow.apply("STATS", flow.fd, buffer, f"{PERIOD}s")
    flow.connect()
    words = area.Area(flow.fd)
    for _ in range(50):
        sender.send(bytes(60))
    flow.wait(50)
    time.sleep(4 * PERIOD)
    row("STATS of a buffer: all packets, once", limbs(words.words(stats)[1:4]), 50)
    flow.close()


def greatest(sender):
    """The greatest number there is may be the least value."""
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    double = flow.apply("BINOP", "BINOP_ADD", flow.fd, count, flow.fd, count)
    minus = flow.apply("BINOP", "BINOP_SUB", flow.fd, count, flow.fd, double)
    fid = flow.apply("STATS", flow.fd, minus, "0")
    flow.connect()
    sender.send(bytes(60))
    flow.wait(1)
    raw = struct.pack("=8Q", *flow.results(fid, 8))
    row("a least value of 2^64 - 1", list(struct.unpack_from("=2d", raw, 48)), [2.0 ** 64] * 2)
    flow.close()


def each_other(sender):
    """Flows that refer to each other end like others; so do those that never begin."""
    a, b, c = (Watch(V1, client.DIR_IN) for _ in range(3))
    first, second = a.apply("PKT_COUNTER"), b.apply("PKT_COUNTER")
    sums = [f.apply("BINOP", "BINOP_ADD", a.fd, first, b.fd, second) for f in (a, b, c)]
    a.connect()
    b.connect()
    sender.send(bytes(60))
    a.wait(1)
    b.wait(1)
    sender.send(bytes(60))
    a.wait(2)
    b.wait(2)
    row_true("two that refer to each other", all(f.result(s) in (3, 4) for f, s in zip((a, b), sums)))
    for flow in a, b, c:
        flow.close()


def refused(name, want, flow, *call):
    try:
        row(name, flow.apply(*call), want)
    except OSError as error:
        row(name, error.errno, want)


def errors():
    flow, other = client.Flow(V1), client.Flow(V1)
    fd = flow.fd
    one = flow.apply("PKT_COUNTER")
    many = flow.apply("STARTSTOP")
    refused("STATS of no flow", 7001, flow, "STATS", 999, one, "0")
    refused("... of a flow 0", 7001, flow, "STATS", 0, one, "0")
    refused("... of a negative one", 7001, flow, "STATS", -1, one, "0")
    refused("... of itself", 7001, flow, "STATS", fd, 3, "0")
    refused("... of no function", 7001, flow, "STATS", other.fd, 1, "0")
    refused("... of a negative one", 7001, flow, "STATS", fd, -1, "0")
    refused("... of three numbers", 7001, flow, "STATS", fd, many, "0")
    for period in "abc", "2ms3", "999us", "-1", "":
        refused(f"... with a period '{period}'", 7003, flow, "STATS", fd, one, period)
    refused("... without a period", 7003, flow, "STATS", fd, one)
    for want, args in ((7003, ("x", 10, 1)), (7004, (0, "1.5", 1)), (7005, (0, 10, "1h")),
                       (7004, (10, 10, 1)), (7005, (0, 10, 0)), (7005, (0, 70000, 1)),
                       (7005, (0, 2 ** 64 - 1, 1)), (7005, (0, 65536, 1)),
                       (7003, ("-1", 10, 1)), (7011, (0, 10, 1, 3)), (7011, (0, 10, 1, 128)),
                       (7004, (0, 1 << 64, 1))):
        refused(f"DIST {args}", want, flow, "DIST", fd, one, *args)
    refused("BINOP of no type", 7001, flow, "BINOP", 3, fd, one, fd, one)
    refused("... of no flow", 7002, flow, "BINOP", 1, 999, one, fd, one)
    refused("... of another", 7004, flow, "BINOP", 1, fd, one, 999, one)
    refused("DIST of times", 3, flow, "DIST", fd, one, "0", "10us", "1us")
    row("... has slots", [flow.connect(), *flow.results(3, 3)][1:],
        [0, (10 << 32) // 10**6, (1 << 32) // 10**6])
    try:
        done = client.mapi.mapi_change_args(fd, 3, None, 0)
    except OSError:
        done = -1
    row("... that stay", done, -1)
    flow.close()
    other.close()


def foreign():
    """Whoever is given a descriptor has no right to refer to the flow."""
    flow = client.Flow(V1)
    count = flow.apply("PKT_COUNTER")
    os.set_inheritable(flow.fd, True)
    command = ["setpriv", "--reuid", SOMEBODY, "--regid", SOMEBODY, "--clear-groups",
               "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
               sys.executable, __file__, *sys.argv[1:5], str(flow.fd), str(count)]
    said = subprocess.run(command, close_fds=False, stdout=subprocess.PIPE, check=True).stdout
    sys.stdout.buffer.write(said)
    sys.stdout.flush()
    # His function in a flow that was given to him sees its flow, and no other.
    flow.close()


def as_somebody(fd, fid):
    own = client.Flow(V1)
    given = client.Flow.__new__(client.Flow)
    given.fd = fd
    refused("a flow of another user", 7001, own, "STATS", fd, fid, "0")
    own.apply("PKT_COUNTER")
    refused("... to refer to one's own", 7001, given, "STATS", own.fd, 1, "0")
    refused("... and to itself", 2, given, "STATS", fd, fid, "0")
    own.close()


def main():
    if FOREIGN:
        as_somebody(*map(int, FOREIGN))
        return
    sender = Sender(V0, SEED)
    of_one_flow(sender)
    of_another_flow(sender)
    timed(sender)
    timed_of_a_buffer(sender)
    greatest(sender)
    each_other(sender)
    errors()
    foreign()


main()
