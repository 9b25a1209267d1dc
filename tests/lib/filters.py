#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What filters make of frames, MAPI's against tcpdump's.

    filters.py BUILD V0 V1 FOLDER SEED

sends the frames of filter_frames.py from V0 to V1, a pair, with flows on both
for each of filter_exprs.py, and prints for each thing to compare its name, what
MAPI has, and what tcpdump has, with tabs between them. Truth is what tcpdump
captured on each of the two.

Then it closes half of the flows, in any order, makes them anew, and sends all
once more; and again for a few filters at a time that have the device for
themselves.
"""
import os
import random
import resource
import socket
import subprocess
import sys
import time

import client
import filter_exprs
import filter_frames

BUILD, V0, V1, FOLDER, SEED = sys.argv[1:]
JUDGE = f"{BUILD}/tests/judge"
SEED = int(SEED)
CAPTURE = ("tcpdump", "-Z", "root", "-p", "--immediate-mode", "-U", "-s", "16384", "-B", "16384")


def row(name, got, want):
    print(name, got, want, sep="\t", flush=True)


class Flow:
    """Filters with a counter of packets and one of bytes behind each."""

    def __init__(self, device, direction, filters, path=None):
        self.device, self.direction, self.filters, self.path = device, direction, filters, path
        self.flow = None
        self.open()

    def open(self):
        self.flow = client.Flow(self.device, self.direction)
        for expression in self.filters:
            self.flow.apply("BPF_FILTER", expression)
            self.flow.apply("PKT_COUNTER")
            self.flow.apply("BYTE_COUNTER")
        if self.path:
            self.flow.apply("TO_FILE", "MFF_PCAP", self.path)
        self.flow.connect()

    def close(self):
        self.flow.close()

    def told(self):
        """What came in, and for each filter: passed, counted, bytes."""
        said = []
        for n in range(len(self.filters)):
            stats = self.flow.stats(3 * n + 1)
            said.append(stats.pkts)
            if stats.passed + stats.filtered != stats.pkts:
                said.append("sums do not hold")
            counted = self.flow.result(3 * n + 2)
            if stats.passed != counted:
                said.append(f"passed {stats.passed}, but counted:")
            said += [counted, self.flow.result(3 * n + 3)]
        return said

    def name(self):
        return f"{self.device} {' | '.join(self.filters)}"


class Watch:
    """tcpdump on a device."""

    def __init__(self, device):
        self.path = f"{FOLDER}/{device}.pcap"
        self.log = open(self.path + ".log", "w+", encoding="ascii")
        self.process = subprocess.Popen([*CAPTURE, "-i", device, "-w", self.path],
                                        stderr=self.log)
        self.wait("listening on")

    def wait(self, words):
        for _ in range(1200):
            self.log.seek(0)
            if words in self.log.read():
                return
            time.sleep(0.05)
        raise TimeoutError(words)

    def end(self):
        """When it has written what it has got. Nothing else comes."""
        size = -1
        while size != os.path.getsize(self.path):
            size = os.path.getsize(self.path)
            time.sleep(0.3)
        self.process.terminate()
        self.process.wait()
        self.wait("0 packets dropped by kernel")


def send(frames):
    """One by one; a short pause now and then, so that queues do not run over."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind((V0, 0))
        for n, data in enumerate(frames):
            s.send(data)
            if n % 100 == 99:
                time.sleep(0.005)
    time.sleep(0.5)


def packets(path):
    with open(path, "rb") as f:
        return records(f.read())


def records(data):
    """(length on the wire, bytes) of each packet of a capture."""
    at, found = 24, []
    while at < len(data):
        caplen, length = (int.from_bytes(data[at + n:at + n + 4], sys.byteorder)
                          for n in (8, 12))
        found.append((length, data[at + 16:at + 16 + caplen]))
        at += 16 + caplen
    return found


class Truth:
    """tcpdump's verdict, of one filter behind the other. It takes long to start:
    libpcap alone, in one process, says what most filters pass."""

    def __init__(self, path, chains):
        self.path = path
        said = subprocess.run([JUDGE, path], check=True, text=True, stdout=subprocess.PIPE,
                              input="".join("\t".join(c) + "\n" for c in chains)).stdout
        self.sums = {chain: [int(n) for n in line.split()]
                     for chain, line in zip(chains, said.splitlines(), strict=True)}
        self.total = len(packets(path))

    def told(self, filters, times=1):
        """As Flow.told()."""
        said, before = [], self.total
        for count, size in zip(self.sums[filters][::2], self.sums[filters][1::2]):
            said += [n * times for n in (before, count, size)]
            before = count
        return said

    def captured(self, expression):
        """The packets that pass, by tcpdump."""
        return records(subprocess.run(["tcpdump", "-r", self.path, "-w", "-", expression],
                                      check=True, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL).stdout)


def make_flows(dice):
    wanted = [(device, direction, chain, None)
              for device, direction in ((V0, client.DIR_OUT), (V1, client.DIR_IN))
              for chain in [*((e,) for e in filter_exprs.expressions()), *filter_exprs.CHAINS]]
    # A direction is a place of its own in the plan: have both.
    wanted = [(d, dice.choice((0, way)), chain, p) for d, way, chain, p in wanted]
    wanted += [(V1, 0, (e,), f"{FOLDER}/captured.{n}")
               for n, e in enumerate(filter_exprs.CAPTURED)]
    dice.shuffle(wanted)
    return [Flow(*w) for w in wanted]


def words(numbers):
    return " ".join(map(str, numbers))


def note(what):
    print(f"{time.monotonic() - begun:.1f} s: {what}", file=sys.stderr, flush=True)


begun = time.monotonic()
# What one CPU sends the other end gets in this order.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
dice = random.Random(SEED)
frames = filter_frames.frames(SEED)
flows = make_flows(dice)
note(f"{len(flows)} flows, {len(frames)} frames")
watches = {device: Watch(device) for device in (V0, V1)}
send(frames)
for watch in watches.values():
    watch.end()
first = {flow: flow.told() for flow in flows}
total = {device: len(packets(watch.path)) for device, watch in watches.items()}
row("frames sent", [data for _, data in packets(watches[V0].path)] == frames, True)
row("frames received", total[V1] > 0.99 * total[V0], True)
note(f"{total[V1]} were received")

# A round without tcpdump: it has said what there is to say.
again = dice.sample(flows, len(flows) // 2)
for flow in again:
    flow.close()
dice.shuffle(again)
for flow in again:
    flow.path = flow.path and flow.path + ".again"
    flow.open()
send(frames)
note("sent again")

chains = sorted({*(flow.filters for flow in flows),
                 *((e,) for plain in filter_exprs.PLAIN for e in plain)})
truth = {device: Truth(watch.path, chains) for device, watch in watches.items()}
note("libpcap has judged")
for expression in [*filter_exprs.CAPTURED, *dice.sample(filter_exprs.expressions(), 12)]:
    found = truth[V1].captured(expression)
    row(f"tcpdump and libpcap agree: {expression}",
        f"{len(found)} {sum(n for n, _ in found)}", words(truth[V1].told((expression,))[1:]))
note("and so has tcpdump")
for flow in flows:
    judged, anew = truth[flow.device], flow in again
    row(flow.name(), words(first[flow]), words(judged.told(flow.filters)))
    row(f"{flow.name()} ({'anew' if anew else 'twice'})", words(flow.told()),
        words(judged.told(flow.filters, 1 if anew else 2)))
    flow.close()
    if flow.path:
        want = judged.captured(flow.filters[0])
        row(f"{flow.name()}: what is in the file",
            packets(flow.path) == (want if anew else want * 2), True)
        if anew:
            row(f"{flow.name()}: what was in the first one",
                packets(flow.path.removesuffix(".again")) == want, True)
note("compared")
for plain in filter_exprs.PLAIN:
    flows = [Flow(V1, 0, (e,)) for e in plain]
    send(frames)
    for flow in flows:
        row(f"{flow.name()} (alone)", words(flow.told()), words(truth[V1].told(flow.filters)))
        flow.close()
note("end")
