#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""HASHSAMP, and what is right by the RFCs and lookup3.

    hashsamp.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import ctypes
import random
import select
import struct
import sys
import time
from collections import Counter

import client
import filter_frames
from capture import frames as captured
from capture import stamps
from filter_frames import IP, IP6, TCP, UDP, ether, ipv4, ipv6, l4
from models import SAMPLE, chosen, flow_of, sample_of, seen
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, FOLDER, SEED = sys.argv[1:]
FLOWS = 300         # with a packet each way
SOME = 5            # one of the frames for filters in so many is sent
RING_FULL = 0
SIZE, RECORD = 4096, 104
DICE = random.Random(SEED)

# (part, both)
TERMS = [(1024, 0), (1024, 1), (1, 0), (512, 0), (512, 1), (300, 0), (300, 1), (1000, 1)]


def connection():
    """A packet each way."""
    proto, data = DICE.choice((TCP, UDP)), DICE.randbytes(30)
    ports = [DICE.choice((80, 443, DICE.randrange(65536))) for _ in "ab"]
    flags = DICE.randrange(256)
    if DICE.randrange(2):
        # Sometimes it is the ports that differ, or nothing.
        near = bytes([10, 0, 0, DICE.randrange(3)]), bytes([10, 0, 0, DICE.randrange(3)])
        ends = DICE.choice((near, (DICE.randbytes(4), DICE.randbytes(4))))
        kind, packet = IP, ipv4
    else:
        near = bytes(15) + bytes([DICE.randrange(3)]), bytes(15) + bytes([DICE.randrange(3)])
        ends = DICE.choice((near, (DICE.randbytes(16), DICE.randbytes(16))))
        kind, packet = IP6, ipv6
    tags = DICE.choice((b"", b"", b"\x81\0\0\7"))

    def one_way(ports, ends):
        frame = ether(kind, packet(proto, l4(proto, *ports, flags, data), *ends))
        return frame[:12] + tags + frame[12:]

    return [one_way(ports, ends), one_way(ports[::-1], ends[::-1])]


def all_frames():
    frames = [f for _ in range(FLOWS) for f in connection()]
    frames += [f for f in filter_frames.frames(int(SEED))
               if seen(f) and (flow_of(f) or not DICE.randrange(SOME))]
    # What is cut off in the transport header.
    for proto in TCP, UDP:
        for version in (ether(IP, ipv4(proto, l4(proto))), ether(IP6, ipv6(proto, l4(proto)))):
            frames += [version[:end] for end in range(len(version) - 37, len(version))]
    DICE.shuffle(frames)
    return frames


def send_all(sender, frames, watch):
    for number, frame in enumerate(frames, 1):
        sender.send(frame)
        watch.wait(number)


def make_flow(path, *args):
    flow = client.Flow(V1, client.DIR_IN)
    fid = flow.apply("HASHSAMP", *args)
    flow.count = flow.apply("PKT_COUNTER")
    flow.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flow.connect()
    return flow, fid


def choices(sender, frames):
    """Flows with all terms, twice: alone and with samples, at the same time."""
    flows = []
    for n, (part, both) in enumerate(TERMS):
        for keep in 0, 1:
            path = f"{FOLDER}/{n}.{keep}.pcap"
            flows.append((part, both, keep, path,
                          *make_flow(path, part, keep, both, 1 << 20)))
    watch = Watch(V1, client.DIR_IN)
    watch.connect()
    send_all(sender, frames, watch)
    row_true("frames of flows, and others", 0 < sum(map(bool, map(flow_of, frames))) < len(frames))
    for part, both, keep, path, flow, fid in flows:
        name = f"HASHSAMP {part} keep {keep} both {both}"
        want = [f for f in frames if chosen(f, part, both)]
        end = time.monotonic() + 5
        while flow.result(flow.count) < len(want) and time.monotonic() < end:
            pass
        samples = []
        while unread(flow):
            samples.append(SAMPLE.unpack(read(flow, fid)))
        stats = flow.stats(fid)
        row(f"{name}: stopped", [stats.pkts, stats.filtered],
            [len(frames), len(frames) - len(want)])
        flow.close()
        got = Counter(captured(path))
        row("... passed", [sum(got.values()), got == Counter(want)], [len(want), True])
        right = list(map(sample_of, captured(path), stamps(path))) if keep else []
        row("... samples of these", [len(samples), Counter(samples) == Counter(right)],
            [len(want) if keep else 0, True])
    watch.close()
    pairs = [f for f in frames if flow_of(f)]
    row_true("some are chosen by direction",
             any(chosen(f, 512, 0) != chosen(f, 512, 1) for f in pairs))


def unread(flow):
    return bool(select.select([flow.fd], [], [], 0)[0])


def read(flow, fid):
    return struct.pack("=9Q", *flow.results(fid, 9))


def small_ring(sender):
    """What is not read is lost when there is no more room, and counted."""
    flow = Watch(V1, client.DIR_IN)
    fid = flow.apply("HASHSAMP", 1024, -7, 0, SIZE)
    count = flow.apply("PKT_COUNTER")
    flow.connect()
    row("nothing to read before the first packet", unread(flow), False)
    cpus, sender.cpus = sender.cpus, sender.cpus[:1]
    room, sent = SIZE // RECORD, 100
    for number in range(1, sent + 1):
        sender.send(ether(IP, ipv4(UDP, l4(UDP, number, number))))
        flow.wait(number)
    sender.cpus = cpus
    row("a full ring: lost", flow.stats(fid).lost[RING_FULL], sent - room)
    row("... packets pass", flow.result(count), sent)
    row("... something to read", unread(flow), True)
    row("... kept", [SAMPLE.unpack(read(flow, fid))[3] for _ in range(room)],
        list(range(1, room + 1)))
    row("... and no more", unread(flow), False)
    sender.send(ether(IP, ipv4(UDP, l4(UDP, 999))))
    flow.wait(sent + 1)
    row("... and room again", SAMPLE.unpack(read(flow, fid))[3], 999)
    flow.close()


def without_samples():
    flow = client.Flow(V1, client.DIR_IN)
    fid = flow.apply("HASHSAMP", 10)
    flow.connect()
    row("without samples: a result", flow.results(fid, 2), [0, 0])
    client.mapi.mapi_get_next_pkt.restype = ctypes.c_void_p
    row("... no packets to read", client.mapi.mapi_get_next_pkt(flow.fd, fid), None)
    row("... nor to wait for", unread(flow), False)
    flow.close()


def errors():
    flow = client.Flow(V1)
    for want, args in ((7001, (0,)), (7001, (1025,)), (7001, (-1, 1)), (7001, ()),
                       (7002, (1, "x")), (7002, (1, 1 << 31)), (7003, (1, 0, 2)),
                       (7003, (1, 0, -1)), (7004, (1, 1, 0, 5000)), (7004, (1, 1, 0, 2048)),
                       (7004, (1, 1, 0, 1 << 26)), (1, (1,)), (2, (1024, 1, 1, 1 << 25))):
        try:
            row(f"HASHSAMP {args}", flow.apply("HASHSAMP", *args), want)
        except OSError as error:
            row(f"HASHSAMP {args}", error.errno, want)
    flow.close()


def main():
    sender = Sender(V0, SEED)
    choices(sender, all_frames())
    small_ring(sender)
    without_samples()
    errors()


main()
