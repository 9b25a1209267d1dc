#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What functions say of each of many packets, and what is right.

    functions.py V0 V1 FOLDER SEED

sends the frames of filter_frames.py from V0 to V1, a pair, one by one, and reads
all results after each. Prints for each thing to compare its name, what MAPI has,
and what is right, with tabs between them; on stderr the first that were wrong.
"""
import random
import sys
import time

import client
import filter_frames
import layers
import models
from capture import fixed, records
from models import seen, word
from rows import row
from sender import Sender

V0, V1, FOLDER, SEED = sys.argv[1:]
KEY = bytes(range(100, 116))
SOME = 3        # one frame in so many is sent, and all with
LABELLED = (b"\x88\x47", b"\x88\x48")

wrong = 0


def complain(text):
    global wrong
    wrong += 1
    if wrong <= 20:
        print(text, file=sys.stderr)


def hashes(layer, hashed):
    return lambda frame: hashed(layers.layers(frame)[layer])


# (function, arguments, what it says of a frame)
OF_A_FRAME = [
    ("PKTINFO", ("PKT_SIZE",), len),
    *(("HASH", (layer,), hashes(layer, layers.additive)) for layer in range(4)),
    *(("HASH", (layer, KEY.hex()),
       hashes(layer, lambda data: layers.siphash(KEY, data))) for layer in range(4)),
]


class Watch:
    """A flow with all functions, and what they have said."""

    def __init__(self, device, path):
        self.flow = client.Flow(device, client.DIR_IN)
        self.fids = [self.flow.apply(name, *args) for name, args, _ in OF_A_FRAME]
        self.time = self.flow.apply("PKTINFO", "PKT_TS")
        self.gap = self.flow.apply("GAP")
        self.flow.apply("TO_FILE", "MFF_PCAP_NSEC", path)
        # Counts packets when all these are done with them.
        self.flow.apply("BPF_FILTER", "greater 1")
        self.count = self.flow.apply("PKT_COUNTER")
        self.flow.connect()
        self.said = []

    def wait(self, number, frame):
        begun = time.monotonic()
        while self.flow.result(self.count) < number:
            if time.monotonic() - begun > 20:
                raise TimeoutError(f"packet {number}: {frame.hex()[:200]}")
            time.sleep(0)

    def read(self):
        self.said.append([self.flow.result(fid)
                          for fid in (*self.fids, self.time, self.gap)])


def judge(frames, said, path):
    for n, (name, args, right) in enumerate(OF_A_FRAME):
        good = 0
        for frame, words in zip(frames, said):
            want = right(frame)
            good += words[n] == want
            if words[n] != want:
                complain(f"{name} {args}: {words[n]:#x}, not {want:#x}: {frame.hex()[:160]}")
        row(f"{name} {' '.join(map(str, args))}: right", good, len(frames))
    times = [ns for ns, _ in records(path)]
    row("PKTINFO PKT_TS: as in a file", [words[-2] for words in said] ==
        [fixed(ns) for ns in times], True)
    gaps = [0] + [fixed(b) - fixed(a) for a, b in zip(times, times[1:])]
    row("GAP: as between them", [words[-1] for words in said] == gaps, True)
    row("... which are some time", min(gaps[1:]) > 0, True)


def last_values(sender):
    dice = random.Random(SEED)
    frames = [f for f in filter_frames.frames(int(SEED)) if seen(f) and
              (len(f) > 1500 or f[12:14] in LABELLED or not dice.randrange(SOME))]
    path = f"{FOLDER}/frames.pcap"
    watch = Watch(V1, path)
    row("before the first packet", {*[watch.flow.result(f) for f in range(1, watch.gap + 1)]},
        {0})
    for number, frame in enumerate(frames, 1):
        sender.send(frame)
        watch.wait(number, frame)
        watch.read()
    watch.flow.reset(watch.gap)
    watch.flow.reset(watch.fids[0])
    row("after a reset: GAP and PKT_SIZE, but not PKT_TS",
        [bool(watch.flow.result(f)) for f in (watch.gap, watch.fids[0], watch.time)],
        [False, False, True])
    watch.flow.close()
    judge(frames, watch.said, path)


def startstop(sender):
    """Packets for two seconds, and flows that pass those of some of it."""
    now = time.time() // 0.001 / 1000
    soon, later = f"{now + 0.7:.3f}", f"{now + 1.3:.3f}"
    windows = [("+0d", "+5d"), ("+5d", "+7d"), ("+3d", ""), ("", "+9d"), ("", ""), ("", later),
               (soon, "+4d"), (soon, later), (later, ""), ("1.000", "+5d"), ("+999d", "+1d")]
    path = f"{FOLDER}/window.pcap"
    truth = client.Flow(V1, client.DIR_IN)
    truth.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flows = []
    for start, stop in windows:
        flow = client.Flow(V1, client.DIR_IN)
        flow.apply("STARTSTOP", word(start), word(stop))
        flow.apply("PKT_COUNTER")
        flows.append(flow)
    for flow in truth, *flows:
        flow.connect()
    while time.time() < now + 2:
        sender.send(bytes(60))
        time.sleep(0.001)
    time.sleep(0.5)
    said = [(flow.results(1, 3), flow.result(2)) for flow in flows]
    truth.close()
    times = [ns for ns, _ in records(path)]
    for (start, stop), (result, count) in zip(windows, said):
        right, passed = models.startstop(times, start, stop)
        row(f"STARTSTOP '{word(start)}' '{word(stop)}'", [*result, count],
            [*right, len(passed)])
    row("... of which some pass some", len({count for _, count in said}) > 6, True)
    flows[0].reset(1)
    row("... and nothing after a reset", flows[0].results(1, 3), [0, 0, 0])
    sender.send(bytes(60))
    time.sleep(0.5)
    row("... until the next packet", [bool(w) for w in flows[0].results(1, 3)],
        [True, False, False])
    for flow in flows:
        flow.close()


def main():
    sender = Sender(V0, SEED)
    last_values(sender)
    startstop(sender)


main()
