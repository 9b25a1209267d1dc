#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""THRESHOLD: when what another function says crosses a bound.

    thresholds.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import random
import select
import sys
import time

import client
from capture import stamps
from models import hits_of
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, FOLDER, SEED = sys.argv[1:5]
FRAMES = 100
POLL, WINDOW = 64, 128
RING_FULL = 0
SIZE, RECORD = 4096, 56


def frame(length):
    return bytes(12) + b"\x88\xb5" + bytes(length - 14)


def unread(flow, seconds=0):
    return bool(select.select([flow.fd], [], [], seconds)[0])


def read(flow, fid):
    """(when, value, before)"""
    return tuple(flow.results(fid, 3))


def of_each_packet(sender, kind, bound, threshold):
    """Sizes of packets, of which all hits are read."""
    name, path = f"{kind} {bound} {threshold}", f"{FOLDER}/threshold.pcap"
    flow = Watch(V1, client.DIR_IN)
    size = flow.apply("PKTINFO", "PKT_SIZE")
    fid = flow.apply("THRESHOLD", kind, flow.fd, size, -1, threshold, bound, 0, 0, 0)
    flow.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flow.connect()
    row(f"{name}: nothing before the first packet", unread(flow), False)
    dice = random.Random(f"{SEED} {name}")
    sizes = [dice.choice((60, 61, 254, 255, 256, 257, 258, 515, 1000, 1001)) for _ in range(FRAMES)]
    for number, length in enumerate(sizes, 1):
        sender.send(frame(length))
        flow.wait(number)
    want = hits_of(sizes, kind, bound, threshold)
    row("... is woken", unread(flow), bool(want))
    got = [read(flow, fid) for _ in want]
    row("... each hit", [hit[1:] for hit in got], [hit[1:] for hit in want])
    row("... and no more", unread(flow), False)
    row("... all packets pass", flow.result(flow.seen), FRAMES)
    flow.close()
    when = stamps(path)
    row("... each with its time", [hit[0] for hit in got], [when[hit[0]] for hit in want])


def with_a_count(sender):
    """The packet of the last hit is the last that passes."""
    flow = client.Flow(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    fid = flow.apply("THRESHOLD", "TR_ULL", flow.fd, count, 0, 10, "GT", 0, 0, 5)
    behind = flow.apply("PKT_COUNTER")
    flow.connect()
    for number in range(1, FRAMES + 1):
        sender.send(frame(60))
        while flow.result(count) < number:
            time.sleep(0)
        if number == 10:
            row("a count: nothing before the threshold", unread(flow), False)
    row("... hits", [read(flow, fid)[1:] for _ in range(5)], [(n, n - 1) for n in range(11, 16)])
    row("... and no more", unread(flow), False)
    row("... packets that passed", flow.result(behind), 15)
    row("... a packet in front", flow.result(count), FRAMES)
    flow.close()


def of_a_small_ring(sender):
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    fid = flow.apply("THRESHOLD", "TR_ULL", flow.fd, count, 0, 0, "GT", 0, 0, 0, SIZE)
    flow.connect()
    cpus, sender.cpus = sender.cpus, sender.cpus[:1]
    for number in range(1, FRAMES + 1):
        sender.send(frame(60))
        flow.wait(number)
    sender.cpus = cpus
    room = SIZE // RECORD
    row("a full ring: lost", flow.stats(fid).lost[RING_FULL], FRAMES - room)
    row("... kept", [read(flow, fid)[1] for _ in range(room)], list(range(1, room + 1)))
    row("... packets pass", flow.result(count), FRAMES)
    flow.close()


def timed(sender):
    """Periods of 20 ms: looks go on without packets, and wake who polls."""
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    fid = flow.apply("THRESHOLD", 2 + POLL, flow.fd, count, 0, 3, "EQUAL", 20000, 0, 2)
    flow.connect()
    for number in range(1, 4):
        row(f"polling: nothing at {number - 1}", unread(flow, 0.1), False)
        sender.send(frame(60))
        flow.wait(number)
    row("... wakes", unread(flow, 20), True)
    begun = time.time()
    first, second = read(flow, fid), read(flow, fid)
    row("... what it is, and was", (first[1:], second[1:]), ((3, 2), (3, 3)))
    apart = (second[0] - first[0]) / 2 ** 32
    row_true("... a period apart", 0.001 < apart < 10)
    row_true("... in time", abs(begun - first[0] / 2 ** 32) < 10)
    row("... and no more", unread(flow, 0.1), False)
    sender.send(frame(60))
    flow.wait(4)
    row("... all packets pass", flow.result(flow.seen), 4)
    flow.close()


def window(sender):
    """More than 9 in ten periods of 0.2 s, which is more than come in any one of them."""
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    wide = flow.apply("THRESHOLD", 2 + POLL + WINDOW, flow.fd, count, 0, 9, "GT_D", 200000, 10, 1)
    flow.connect()
    for number in range(1, 16):
        time.sleep(0.1)
        sender.send(frame(60))
        flow.wait(number)
    row("a window: wakes", unread(flow, 20), True)
    _, value, before = read(flow, wide)
    row_true("... what came in it", value - before > 9)
    flow.close()


def errors():
    flow = client.Flow(V1)
    one = flow.apply("PKT_COUNTER")
    good = dict(type=0, flow=flow.fd, func=one, reserved=0, threshold=0, bound=0, timeout=0,
                divider=0, count=0)
    for want, change in ((7001, dict(type=3)), (7001, dict(type=256)), (7001, dict(type=-1)),
                         (7001, dict(type=WINDOW, bound=8, divider=2)),
                         (7001, dict(type=POLL + WINDOW, timeout=1000, divider=2)),
                         (7002, dict(flow=999)), (7002, dict(func=2)),
                         (7005, dict(threshold=256)), (7005, dict(threshold=-1)),
                         (7011, dict(bound=3)), (7011, dict(bound=32)),
                         (7000, dict(type=POLL, timeout=999)),
                         (7000, dict(type=POLL + WINDOW, bound=8, timeout=1000)),
                         (7000, dict(type=POLL + WINDOW, bound=8, timeout=1000, divider=65537)),
                         (7000, dict(count=-1)),
                         (2, dict(bound=8, threshold=-1)), (3, dict(threshold=255))):
        try:
            row(f"THRESHOLD {change}", flow.apply("THRESHOLD", *dict(good, **change).values()),
                want)
        except OSError as error:
            row(f"THRESHOLD {change}", error.errno, want)
    flow.close()


def main():
    sender = Sender(V0, SEED)
    for terms in (("TR_ULL", "EQUAL", 256), ("TR_ULL", "GT", 256), ("TR_INT", "LT", 256),
                  ("TR_CHAR", "EQUAL", 1), ("TR_CHAR", "GT", 253), ("TR_INT", "EQUAL_D", 1),
                  ("TR_ULL", "GT_D", 200), ("TR_ULL", "LT_D", -200), ("TR_CHAR", "LT_D", 0)):
        of_each_packet(sender, *terms)
    with_a_count(sender)
    of_a_small_ring(sender)
    timed(sender)
    window(sender)
    errors()


main()
