#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""INJECT: what comes to v1 leaves by w0, as tcpdump sees it behind that.

    inject.py FOLDER SEED

    v0  ------>  v1, flows with INJECT      w0  ------>  w1, tcpdump

Prints for each thing its name, what is, and what is right, with tabs between.
"""
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import client
import files
from capture import frames as frames_of
from packets import MOST, Packet, frames, of_a_trace
from rows import row, row_true, rows_equal
from sender import Sender
from watch import wait_finished

FOLDER, SEED = sys.argv[1:]
BUILD = os.environ.get("BUILD", "build")
FILE, RECURSION, NUMBER = 3, 5, 400
STATE, SENT, BYTES = range(3)
dice = random.Random(SEED)


class Dump:
    """tcpdump on w1, of what comes in."""

    def __init__(self):
        self.path = os.path.join(FOLDER, "dump")
        self.child = subprocess.Popen(
            ["tcpdump", "-Z", "root", "-i", "w1", "-Q", "in", "-p", "--immediate-mode", "-U", "-s", "16384",
             "-B", "49152", "-w", self.path], stderr=subprocess.PIPE, text=True)
        while "listening" not in self.child.stderr.readline():
            pass

    def frames(self, number):
        """Those that came, at least so many if they come at all."""
        end, got = time.monotonic() + 20, []
        while len(got) < number and time.monotonic() < end:
            time.sleep(0.05)
            got = self.read()
        time.sleep(0.1)
        self.child.send_signal(signal.SIGINT)
        self.child.wait()
        return list(frames_of(self.path))

    def read(self):
        try:
            return list(frames_of(self.path))
        except Exception:       # it is in the middle of a record
            return []


class Inject(client.Flow):
    """A flow that sends to an interface."""

    def __init__(self, device, to="w0", direction=0, front=()):
        super().__init__(device, direction)
        for call in front:
            self.apply(*call)
        self.fid = self.apply("INJECT", to)
        self.connect()

    def numbers(self):
        return self.results(self.fid, 3)

    def settled(self, number):
        """When so many packets are sent or lost: (sent, lost by reason)."""
        end = time.monotonic() + 20
        while True:
            stats = self.stats(self.fid)
            sent, lost = self.numbers()[SENT], list(stats.lost)
            if sent + sum(lost) >= number or time.monotonic() > end:
                return sent, lost
            time.sleep(0.01)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def audit(name):
    done = subprocess.run([f"{BUILD}/user/mapictl", "audit"], stdout=subprocess.PIPE, text=True)
    row(f"{name}: mapictl audit", done.returncode, 0)


def one_cpu(sender):
    sender.cpus = sender.cpus[:1]
    return sender


def as_they_are():
    sent = frames(dice, NUMBER)
    dump, flow = Dump(), Inject("v1")
    sender = one_cpu(Sender("v0", SEED))
    for frame in sent:
        sender.send(frame)
    flow.settled(NUMBER)
    rows_equal("frames leave as they came, in that order", dump.frames(NUMBER), sent)
    row("the result", flow.numbers(), [1, NUMBER, sum(map(len, sent))])
    audit("in order")
    flow.close()


def on_all_cpus():
    sent = frames(dice, NUMBER)
    dump, flow = Dump(), Inject("v1")
    sender = Sender("v0", SEED)
    for frame in sent:
        sender.send(frame)
    flow.settled(NUMBER)
    got = dump.frames(NUMBER)
    row("from all processors, all of them", sum((Counter(got) - Counter(sent)).values()) +
        sum((Counter(sent) - Counter(got)).values()), 0)
    flow.close()


def at_the_end():
    sent = [b"\x02" * 12 + b"\x88\xb5" + n.to_bytes(4, "big") + bytes(80) for n in range(2000)]
    dump, flow = Dump(), Inject("v1")
    sender = one_cpu(Sender("v0", SEED))
    for frame in sent:
        sender.send(frame)
    flow.close()
    rows_equal("what is left is sent when the flow ends", dump.frames(len(sent)), sent)


def alone():
    """Nobody waits for a second packet."""
    dump, flow = Dump(), Inject("v1")
    sender = Sender("v0", SEED)
    waited = []
    for n in range(10):
        begun = time.monotonic()
        sender.send(bytes(12) + b"\x88\xb5" + bytes(50))
        while flow.numbers()[SENT] <= n and time.monotonic() < begun + 10:
            pass
        waited.append(time.monotonic() - begun)
        time.sleep(0.1)
    row_true(f"a lone packet is sent at once: {sorted(waited)[5] * 1000:.1f} ms", sorted(waited)[5] < 0.5)
    dump.frames(10)
    flow.close()


def too_long():
    ip("link", "set", "w0", "mtu", "1500")
    sizes = [60, 1514, 1515, 1518, 1519, 3000]
    plain = [bytes(12) + b"\x88\xb5" + bytes(n - 14) for n in sizes]
    tagged = [bytes(12) + b"\x81\0\0\5\x88\xb5" + bytes(n - 18) for n in sizes]
    want = [f for f in plain if len(f) <= 1514] + [f for f in tagged if len(f) <= 1518]
    dump, flow = Dump(), Inject("v1")
    sender = one_cpu(Sender("v0", SEED))
    for frame in plain + tagged:
        sender.send(frame)
    sent, lost = flow.settled(12)
    rows_equal("what the MTU allows, and a tag", dump.frames(len(want)), want)
    row("the rest is lost, and counted", [sent, lost[FILE], sum(lost)], [len(want), 12 - len(want), 12 - len(want)])
    audit("too long")
    flow.close()
    ip("link", "set", "w0", "mtu", str(MOST))


def changed_on_the_way():
    dump = Dump()
    flow = Inject("v1", front=[("BPF_FILTER", "udp"), ("ANONYMIZE", "IP,SRC_IP,REPLACE,192.0.2.9")])
    sent = [f for f in frames(dice, NUMBER) if len(f) >= 34]
    sender = one_cpu(Sender("v0", SEED))
    for frame in sent:
        sender.send(frame)
    before = flow.stats(2).passed
    flow.settled(before)
    got = dump.frames(before)
    row_true("what functions in front made of packets is sent", got and
             all(f[26:30] == bytes((192, 0, 2, 9)) for f in got if f[12:14] == b"\x08\0"))
    flow.close()


def not_what_it_sends():
    dump, flow, sender = Dump(), Inject("v1"), Sender("v1", SEED)
    for _ in range(20):
        sender.send(bytes(12) + b"\x88\xb5" + bytes(50))
    Sender("v0", SEED).send(b"\xff" * 12 + b"\x88\xb5" + bytes(50))
    flow.settled(1)
    row("what the interface itself sends is not", [f[0] for f in dump.frames(1)], [255])
    stats = flow.stats(flow.fid)
    row("but goes through, and is counted", [stats.passed, stats.lost[RECURSION]], [21, 20])
    audit("what it sends itself")
    flow.close()


def of_a_file():
    packets = [p for p in of_a_trace(dice, 2000, 10**18) if 20 <= len(p.data) <= MOST]
    path = os.path.join(FOLDER, "replayed")
    files.write(path, files.pcap(packets))
    trace, dump = client.Trace(path), Dump()
    flow = Inject(trace.name)
    small = Inject(trace.name, "v0")
    trace.start()
    wait_finished(flow)
    wait_finished(small)
    numbers, lost = flow.numbers(), list(flow.stats(flow.fid).lost)
    flow.close()
    small.close()
    trace.delete()
    row("of a file nothing is lost", sum(lost), 0)
    rows_equal("and it is on the wire as it is there", dump.frames(len(packets)), [p.data for p in packets])
    row("the result is final", numbers, [0, len(packets), sum(len(p.data) for p in packets)])


def gone():
    """Down, and deleted, while packets are sent."""
    flow, sender = Inject("v1"), Sender("v0", SEED)
    frame = bytes(12) + b"\x88\xb5" + bytes(50)
    for _ in range(20):
        sender.send(frame)
    row("up", flow.settled(20)[0], 20)
    ip("link", "set", "w0", "down")
    for _ in range(20):
        sender.send(frame)
    sent, lost = flow.settled(40)
    row("down", [sent, lost[FILE]], [20, 20])
    ip("link", "set", "w0", "up")
    busy = subprocess.Popen([sys.executable, "-c", f"""
import sys
sys.path.insert(0, "tests/lib")
from sender import Sender
s = Sender("v0", 1)
for _ in range(20000):
    s.send({frame!r})
"""])
    time.sleep(0.2)
    begun = time.monotonic()
    ip("link", "del", "w0")
    row_true("deleted at once", time.monotonic() - begun < 5)
    busy.wait()
    sent, lost = flow.settled(20040)
    row("all are sent or lost", sent + sum(lost), 20040)
    row_true("for the reason that there is", lost[FILE] > 20)
    row_true("the flow goes on", client.ended(flow)[0] not in (client.FINISHED, client.CLOSED))
    audit("gone")
    flow.close()


def refused(flow, *args):
    try:
        return flow.apply("INJECT", *args)
    except OSError as error:
        return error.errno


def refusals():
    flow = client.Flow("v1")
    row("its own interface", refused(flow, "v1"), 7001)
    for name in ("", "no-such", "x" * 100, "%d"):
        row(f"'{name}'", refused(flow, name), 7001)
    for size in (0, 65536, 131073, 1 << 31):
        row(f"size {size}", refused(flow, "w0", size) if size else 7002, 7002)
    flow.close()
    path = os.path.join(FOLDER, "raw")
    files.write(path, files.pcap([Packet(1, b"E" + bytes(19), 20)], linktype=101))
    trace = client.Trace(path)
    flow = client.Flow(trace.name)
    row("another kind of frames", refused(flow, "w0"), 7001)
    flow.close()
    trace.delete()


def main():
    as_they_are()
    on_all_cpus()
    at_the_end()
    alone()
    too_long()
    changed_on_the_way()
    not_what_it_sends()
    of_a_file()
    refusals()
    gone()


main()
