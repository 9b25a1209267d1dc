#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Every function in a table, beside a model of it.

    library.py V0 V1 FOLDER SEED

Packets of all kinds are a trace, and then are sent from V0 to V1, a pair. Each entry
has a flow of its own on either, some with a filter in front. Prints for each its name,
how many values MAPI has and how many are wrong, and what is right, with tabs between.
"""
import os
import random
import re
import subprocess
import sys
import time
from types import SimpleNamespace

import client
import files
import layers
import models
import search
from capture import fixed, packets_of
from cases import (Each, File, Kept, Number, Passes, Ring, Run, Samples, Source, Stats,
                   Timed, Top, Words)
from models import Burst
from packets import KNOWN, Packet, frames, of_a_trace
from rows import row, row_true, rows_equal
from sender import Sender
from watch import Watch, wait_finished

V0, V1, FOLDER, SEED = sys.argv[1:]
NUMBER = 300
BEGIN = 1700000000 * 10**9
KEY = bytes(range(50, 66))
RING = 1 << 20
SECOND = 10**9
# Of HASHSAMP: with this part the known packet is the next to pass.
CHOSEN = models.hashed(KNOWN, 0)


def sizes(packets):
    return [p.wire for p in packets]


def times(packets):
    return [fixed(p.ns) for p in packets]


def counts(packets):
    return list(range(1, len(packets) + 1))


def gaps(packets):
    return [0, *models.gaps(times(packets))]


def sums(values):
    total, out = 0, []
    for value in values:
        total += value
        out.append(total)
    return out


def hashes(layer, hashed):
    return lambda packets: [hashed(layers.layers(p.data)[layer]) for p in packets]


def keyed(data):
    return layers.siphash(KEY, data)


def source(name, *args, model):
    """An entry that others are about."""
    return lambda: Source(name, args, model)


SIZE = source("PKTINFO", "PKT_SIZE", model=sizes)
STAMP = source("PKTINFO", "PKT_TS", model=times)
COUNT = source("PKT_COUNTER", model=counts)
GAP = source("GAP", model=gaps)
HASH = source("HASH", 0, KEY.hex(), model=hashes(0, keyed))
SOURCES = (SIZE, STAMP, COUNT, GAP, HASH)


def tcpdump(expr):
    """Numbers of packets that it passes: they have them as times."""
    def passes(packets):
        path = os.path.join(FOLDER, "numbered.pcap")
        files.write(path, files.pcap([(n * SECOND, p.data, p.wire)
                                      for n, p in enumerate(packets)]))
        copy = path + ".passed"
        subprocess.run(["tcpdump", "-r", path, "-w", copy, expr], check=True,
                       stderr=subprocess.DEVNULL)
        return [ns // SECOND for ns, _, _ in packets_of(copy)]
    return Passes("BPF_FILTER", (expr,), passes)


def find(offset, depth, *needles):
    what = SimpleNamespace(needles=needles, offset=offset, depth=depth)
    return Each("STR_SEARCH", search.Search.words(what),
                lambda p: search.Search.finds(what, p.data))


def regexp(pattern):
    compiled = re.compile(pattern.encode())
    return Each("REGEXP", (pattern,), lambda p: compiled.search(p.data))


def every(value, mode="PERIODIC"):
    return Passes("SAMPLE", (value, mode), lambda packets: range(value - 1, len(packets), value))


def inject():
    """To an interface that nobody looks at."""
    return Words("INJECT", ("lo",), 3, lambda packets: [0, len(packets), sum(len(p.data) for p in packets)])


def anonymize(policy):
    """What it does to packets is another test; here, that they all go on."""
    return Each("ANONYMIZE", (policy,), lambda p: True)


def hashsamp(part, both):
    return Each("HASHSAMP", (part, 0, both), lambda p: models.chosen(p.data, part, both))


def samples(part, both):
    return Samples("HASHSAMP", (part, 1, both, RING), 9, lambda packets: [
        models.sample_of(p.data, fixed(p.ns), p.wire)
        for p in packets if models.chosen(p.data, part, both)])


def moment(begin, text):
    """A time for models.window(), from "@" and so many tenths of a second."""
    ms = begin // 10**6 + int(text[1:]) * 100 if text[:1] == "@" else None
    return f"{ms // 1000}.{ms % 1000:03}" if ms else text


def startstop(start, stop, whole=False):
    """With the result, or packets that pass."""
    def args(run, *_):
        return models.word(moment(run.begin, start)), models.word(moment(run.begin, stop))

    def model(packets, run, which):
        return models.startstop([p.ns for p in packets], moment(run.begin, start),
                                moment(run.begin, stop))[which]

    if not whole:
        return Timed("STARTSTOP", args, lambda packets, run: model(packets, run, 1))
    entry = Words("STARTSTOP", args, 3, None)
    entry.want = lambda packets, run: model(packets, run, 0)
    return entry


def about(of, *more):
    """Arguments of a function that is about another one."""
    return lambda run, fd, fid: (fd, fid, *more)


def stats(of, period):
    of = of()
    return Stats("STATS", about(of, period), lambda packets: of.model(packets)[int(period):], of)


def dist(of, *args):
    of = of()
    slots = [*args, 0][:4]
    number = 4 + len(list(models.edges(*slots)))
    return Words("DIST", about(of, *args), number, lambda packets: [
        *args[:3], *models.slots(of.model(packets), slots)], of)


def binop(kind, of, with_sign):
    """Of a function and itself: twice as much, or nothing."""
    of = of()
    return Number("BINOP", lambda run, fd, fid: (kind, fd, fid, fd, fid),
                  lambda packets: [(v + with_sign * v) % 2 ** 64 for v in of.model(packets)], of)


def bucket(of):
    """One value, at the end."""
    of = of()
    entry = Ring("BUCKET", about(of, "-1", 0), 2, lambda packets: [of.model(packets)[-1]], of)
    entry.same = lambda got, want: [value for _, value in got]
    return entry


def bucket_of_each(of):
    of = of()
    return Ring("BUCKET", about(of, "0", 0), 2,
                lambda packets: list(zip(times(packets), of.model(packets))), of)


def threshold(of, kind, bound, number):
    of = of()

    def model(packets):
        when = times(packets)
        return [(when[n], value, before) for n, value, before in
                models.hits_of(of.model(packets), kind, bound, number)]

    return Ring("THRESHOLD", lambda run, fd, fid: (kind, fd, fid, 0, number, bound, 0, 0, 0), 3,
                model, of)


def limited(kind, bound, number, hits):
    """Packets up to that of the last hit pass."""
    of = SIZE()

    def model(packets):
        found = models.hits_of(of.model(packets), kind, bound, number)[:hits]
        return range(found[-1][0] + 1 if len(found) == hits else len(packets))

    return Passes("THRESHOLD", lambda run, fd, fid: (kind, fd, fid, 0, number, bound, 0, 0, hits),
                  model, of)


def lines(path):
    with open(path, encoding="ascii") as f:
        return f.read().splitlines()


def res2file(of, kind, form):
    """A line for each packet."""
    of = of()
    return File("RES2FILE", lambda run, fd, fid: (kind, f"{fid}@{fd}", "header", run.file, "0", 0),
                lines, lambda packets: ["header", *map(form, of.model(packets))], of)


def res2file_at_the_end(of):
    """What STATS says of another function, exact."""
    inner = stats(of, "0")

    def model(packets):
        values = inner.of.model(packets)
        return [" ".join(map(str, (len(values), sum(values), sum(v * v for v in values),
                                   min(values), max(values))))]

    return File("RES2FILE", lambda run, fd, fid: ("3", str(fid), "", run.file, "-1", 0),
                lines, model, inner)


def to_buffer(flag, snaplen):
    return Kept("TO_BUFFER", (flag, snaplen, RING), lambda packets: [
        p._replace(data=p.data[:snaplen or None]) for p in packets])


def to_file(fmt, most=0, snaplen=0):
    """The writer puts packets in order of time, where it has several."""
    unit = 1 if fmt == "MFF_PCAP_NSEC" else 1000
    return File("TO_FILE", lambda run, *_: (fmt, run.file, most, snaplen, RING),
                lambda path: sorted(packets_of(path)), lambda packets: sorted(
                    (p.ns - p.ns % unit, p.data[:snaplen or None], p.wire)
                    for p in packets[:most or None]))


def burst(*how):
    how = Burst(*how)

    def model(packets):
        return list(models.histogram([(p.ns, p.wire) for p in packets], how))[-1]

    return Words("BURST", how, models.burst_words(how), model)


def jitter(packets):
    return [n % 2 ** 64 for n in models.jitters(times(packets))[-1]]


def hops(data):
    """What IP has left of its time to live; None: that was not captured."""
    kind, ip = layers.network(data) or (0, b"")
    at = {layers.IP: 8, layers.IP6: 7}.get(kind, len(ip))
    return ip[at] if at < len(ip) else None


def top(packets):
    counts, none = {}, [0, 0]
    for p in packets:
        value = hops(p.data)
        at = none if value is None else counts.setdefault(value, [0, 0])
        at[0], at[1] = at[0] + 1, at[1] + p.wire
    return [*sorted((value, *count) for value, count in counts.items()), (0, 0, *none)]


def sync(other, passes):
    return Passes("SYNC", lambda run, *_: (str(getattr(run, other).fd),),
                  lambda packets: range(len(packets) if passes else 0))


FILTERS = [
    *map(tcpdump, ("udp", "ip6", "greater 500", "tcp[tcpflags] & tcp-syn != 0", "vlan and ip",
                   "mpls and udp", "ip[6:2] & 0x1fff != 0", "ip proto 47 or ip proto 4",
                   "src net 10.0.0.0/31", "port 80 or icmp", "vlan 3 and port 53",
                   "udp port 4789", "not ip", "len < 100 and ip6[6] = 43", "ether[300] = 0x20")),
    find(0, 0, b"needle"), find(60, 100, b"needle", b"nEEd"), find(14, 0, b"\x45\0"),
    regexp("n[eE]{2}d"), regexp(r"GET /(index|\d+ )"), regexp(r"(?s)^.{12}\x08\0.*\xff\r\n"),
    regexp(r"[nedl]{40}"), regexp(r"\n$"),
    every(1), every(7), every(NUMBER + 1),
    Passes("SAMPLE", (0, "PROBABILISTIC"), lambda packets: []),
    Passes("SAMPLE", (100, "PROBABILISTIC"), lambda packets: range(len(packets))),
    hashsamp(CHOSEN, 0), hashsamp(CHOSEN + 1, 0), hashsamp(1024, 0), hashsamp(400, 0), hashsamp(400, 1), hashsamp(1, 1),
    startstop("+1d", "+1d"), startstop("+1d", "+2d"), startstop("", "+3d"), startstop("@1", "@2"), startstop("@2", ""), startstop("", "@1"),
    anonymize("TCP,PAYLOAD,STRIP,9"), anonymize("IP,ID,RANDOM"),
    Each("ANONYMIZEIP", ("k" * 32,), lambda p: True),
    limited("TR_ULL", "GT", 700, 5), limited("TR_INT", "LT_D", -300, 3),
    sync("connected", True), sync("waiting", False),
]
OTHERS = [
    Number("PKT_COUNTER", (), counts),
    Number("BYTE_COUNTER", (), lambda packets: sums(sizes(packets))),
    Number("PKTINFO", ("PKT_SIZE",), sizes),
    Number("PKTINFO", ("PKT_TS",), times),
    Number("GAP", (), gaps),
    *(Number("HASH", (n,), hashes(n, layers.additive)) for n in range(4)),
    *(Number("HASH", (n, KEY.hex()), hashes(n, keyed)) for n in range(4)),
    Words("JITTER", (), 6, jitter),
    startstop("+1d", "+1d", True), startstop("@1", "@2", True), startstop("", "", True),
    burst(100, 9000, 700, 0, 3000000, 1000000, 1000),
    burst(0, 4000, 1000, 1500000, 1500000, 1500000, 100),
    burst(60, 1514, 1453, 0, 30000, 30000, 10000),
    samples(1024, 0), samples(300, 1),
    Top((256, "TOPX_IP", "TOPX_IP_TTL", "SORT_BY_PACKETS", 0), top),
    *(stats(of, period) for of in SOURCES for period in "01"),
    dist(SIZE, 60, 1500, 100), dist(SIZE, 0, 3000, 1, 8), dist(GAP, 0, 1 << 32, 1000, 16),
    dist(HASH, 0, (1 << 64) - 2, 1 << 58),
    binop("BINOP_ADD", HASH, 1), binop("BINOP_SUB", GAP, -1), binop("BINOP_ADD", COUNT, 1),
    *map(bucket, SOURCES), *map(bucket_of_each, SOURCES),
    inject(), threshold(SIZE, "TR_ULL", "GT", 500), threshold(SIZE, "TR_CHAR", "LT", 100),
    threshold(HASH, "TR_INT", "GT_D", 0), threshold(GAP, "TR_ULL", "EQUAL", 0),
    threshold(COUNT, "TR_CHAR", "EQUAL", 7), threshold(SIZE, "TR_ULL", "LT_D", -600),
    *(res2file(of, "1", str) for of in SOURCES),
    res2file(STAMP, "2", models.seconds), res2file(GAP, "2", models.seconds),
    *map(res2file_at_the_end, SOURCES),
    to_buffer("WAIT", 0), to_buffer("NOWAIT", 60),
    to_file("MFF_PCAP_NSEC"), to_file("MFF_PCAP", 0, 77), to_file("MFF_TCPDUMP", 20),
    to_file("MFF_RAW"),
]
# On cards there is no such function.
OF_TRACES = [Each("INTERFACE", (0,), lambda p: True), Each("INTERFACE", (7,), lambda p: False)]
FRONTS = [None, None, tcpdump("ip"), tcpdump("udp"), every(2), find(0, 0, b"n")]
# Filters that are to pass all, or none, and how many more may.
ALL_OR_NONE, MORE = 10, 3


def applied(run, entries):
    """A flow for each, and what is in front of it."""
    dice = random.Random(SEED)
    flows = []
    for entry in entries:
        flow, front = run.flow(), dice.choice(FRONTS) if entry in OTHERS else None
        if front:
            flow.apply(front.name, *front.args)
        entry.apply(flow, run)
        flow.connect()
        flows.append((flow, entry, front))
    return flows


def judge(name, run, flows, packets):
    """All flows have ended."""
    trivial = idle = 0
    for flow, entry, front in flows:
        label = f"{name}: {entry.label()}"
        before = packets
        if front:
            before = [packets[n] for n in front.want(packets, run)]
            label += f" behind {front.label()}"
        wait_finished(flow)
        got = entry.read(flow)
        flow.close()
        if got is None:
            got = entry.read_file()
        want = entry.want(before, run)
        rows_equal(label, entry.same(got, want), want)
        # When packets come through a card is a matter of the machine.
        if entry in FILTERS and (name == "trace" or entry.name != "STARTSTOP"):
            trivial += len(want) in (0, len(packets))
        elif entry in OTHERS:
            idle += not any(want)
    row_true(f"{name}: filters pass some and stop some", trivial <= ALL_OR_NONE + MORE)
    row_true(f"{name}: functions have something to say", idle <= MORE)


def on_a_trace():
    packets = of_a_trace(random.Random(SEED), NUMBER, BEGIN)
    path = os.path.join(FOLDER, "trace.pcap")
    files.write(path, files.pcap(packets, nano=True))
    trace = client.Trace(path)
    run = Run(trace.name, 0, FOLDER, BEGIN)
    flows = applied(run, FILTERS + OTHERS + OF_TRACES)
    trace.start()
    judge("trace", run, flows, packets)
    run.close()
    trace.delete()


def on_a_card():
    """Which goes with the pair in the end, so that all flows end as with a trace."""
    dice = random.Random(SEED)
    data = frames(dice, NUMBER)
    run = Run(V1, client.DIR_IN, FOLDER, time.time_ns() + SECOND)
    path = run.path()
    truth = Watch(V1, client.DIR_IN)
    truth.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flows = applied(run, FILTERS + OTHERS)
    truth.connect()
    sender = Sender(V0, SEED)
    # One order for all.
    sender.cpus = sender.cpus[:1]
    time.sleep(max(0, run.begin - time.time_ns()) / SECOND)
    for frame in data:
        sender.send(frame)
        time.sleep(dice.choice((0, 0, 0.001, 0.003)))
    truth.wait(NUMBER)
    subprocess.run(["ip", "link", "del", V0], check=True)
    wait_finished(truth)
    truth.close()
    packets = [Packet(*p) for p in packets_of(path)]
    rows_equal("card: packets as they were sent", [p.data for p in packets], data)
    judge("card", run, flows, packets)
    run.close()


def main():
    there = {name[:-2].upper() for name in os.listdir("funcmods") if name.endswith(".c")}
    row("functions that have no entry", there - {e.name for e in FILTERS + OTHERS + OF_TRACES}, set())
    on_a_trace()
    on_a_card()


main()
