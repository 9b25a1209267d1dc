#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Functions that are about the time between packets, and what is right.

    gaps.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them. What is right comes from the
times of the packets, as a file of the same flow has them.
"""
import os
import random
import subprocess
import sys
import time

import client
from capture import fixed, records
from models import (BURST_WORDS, Burst, Jitter, burst_words, bursts, gaps, histogram,
                    jitters, signed)
from rows import row, row_true, rows_equal
from sender import Sender
from watch import Watch

V0, V1, FOLDER, SEED = sys.argv[1:]
FRAMES = 360
EACH = 30000        # packets of each CPU
MOST = 2 ** 31 - 1
# Packets come some milliseconds after each other.
BURSTS = [
    Burst(100, 9000, 700, 0, 3000000, 1000000, 1000),
    Burst(0, 4000, 1000, 1500000, 1500000, 1500000, 100),
    Burst(1000, 1001, 3, 0, 10000000, 2000000, 1),
    Burst(60, 1514, 1453, 4000000, 3000000, 3000000, 7),
    Burst(0, 1, 1, 0, 0, 0, 40000),
]
MOST_OF_ALL = Burst(0, MOST, 32769, MOST, MOST, MOST, MOST)


def smoothed(times):
    """The jitter in the end, as RFC 3550 has it without integers."""
    between = list(gaps(times))
    mean = 0.0
    for a, b in zip(between, between[1:]):
        mean += (abs(b - a) - mean) / 16
    return mean


def one_by_one(sender):
    """One packet after the other, on any CPU; a clock is set, and results are reset."""
    path = f"{FOLDER}/gaps.pcap"
    flow = Watch(V1, client.DIR_IN)
    stamp = flow.apply("PKTINFO", "PKT_TS")
    gap = flow.apply("GAP")
    jitter = flow.apply("JITTER")
    fids = [flow.apply("BURST", *how) for how in BURSTS]
    most = flow.apply("BURST", *MOST_OF_ALL)
    flow.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flow.connect()
    row("before the first packet", [flow.results(jitter, 6), flow.results(fids[0], 5)],
        [[0] * 6, [0] * 5])
    dice = random.Random(SEED)
    # When clocks are set, by how much; and when results are reset.
    set_at = {60: -5, 90: 5, 120: -0.4, 150: 0.4, 160: 30, 170: -30}
    reset_at = 240
    times, said, told = [], [], [[] for _ in fids]
    for number in range(1, FRAMES + 1):
        if number in set_at:
            time.clock_settime(time.CLOCK_REALTIME, time.time() + set_at[number])
        time.sleep(dice.choice((0, 0, 0.002, dice.random() / 200, dice.random() / 20)))
        length = dice.choice((60, 60, 1514, dice.randint(60, 1514)))
        sender.send(bytes(12) + b"\x88\xb5" + bytes(length - 14))
        flow.wait(number)
        times.append(flow.result(stamp))
        said.append((flow.result(gap), signed(flow.results(jitter, 6))))
        for fid, how, words in zip(fids, BURSTS, told):
            words.append(flow.results(fid, burst_words(how)))
        if number == reset_at:
            for fid in jitter, *fids:
                flow.reset(fid)
            row("after a reset", [flow.results(jitter, 6), flow.results(fids[0], 5)],
                [[0] * 6, [0] * 5])
    last = flow.results(most, burst_words(MOST_OF_ALL))
    flow.close()

    # The file has them in another order, for their times.
    written = {fixed(ns): (ns, length) for ns, length in records(path)}
    packets = [written[ts] for ts in times]
    row_true("a clock was set back", times != sorted(times))
    rows_equal("GAP", [g for g, _ in said], [0, *gaps(times)])
    right = jitters(times[:reset_at]) + jitters(times[reset_at:])
    rows_equal("JITTER", [j for _, j in said], right)
    row_true("... of both signs", right[-1].min < 0 < right[-1].max)
    row_true("... near what it is without integers",
             abs(said[-1][1].jitter - smoothed(times[reset_at:])) < 2)
    for how, words in zip(BURSTS, told):
        right = list(map(list, histogram(packets, how)))
        begun = right[reset_at - 1]
        rows_equal(f"BURST {tuple(how)}", words, right[:reset_at] +
                   [[(w - b) % 2 ** 64 for w, b in zip(r, begun)] for r in right[reset_at:]])
    for right in histogram(packets, MOST_OF_ALL):
        pass
    row_true("BURST of the greatest numbers", last == right and any(right))
    over = [b for how in BURSTS for b in bursts(packets, how) if b]
    row_true("... some were long", sum(count > 2 for _, count, _ in over) > 3)
    row_true("... some were over too early", sum(after < 0 for *_, after in over) > 3)


def generate(cpus):
    """Packets that come to V1 on several CPUs at the same time."""
    adds = "".join(f"pktgen_add {cpu} {V1} netif_receive {EACH}; " for cpu in cpus)
    return subprocess.Popen(["bash", "-c", "set -e; . tests/lib/pktgen.sh; pktgen_begin; "
                             f"{adds} pktgen_run; pktgen_clear"])


def sound(was, now):
    """All of one result are of the same moment, which is later than the one before."""
    most = max(abs(now.min), abs(now.max))
    return was.count <= now.count and was.sum <= now.sum and \
        now.min <= now.max and was.min >= now.min and was.max <= now.max and \
        now.last <= most and now.jitter <= most and \
        now.last <= now.sum <= now.count * most and \
        (now.count > 0 or now == Jitter(0, 0, 0, 0, 0, 0))


def at_once(sender):
    """All CPUs at the same time: one sequence, of which no packet is missing."""
    cpus = sender.cpus
    os.sched_setaffinity(0, cpus)
    flow = Watch(V1, client.DIR_IN)
    jitter = flow.apply("JITTER")
    anew = flow.apply("JITTER")
    # One burst of all, unless one is left out, and many of few.
    one = flow.apply("BURST", 0, 1000, 500, 0, MOST, MOST, 10000)
    some = Burst(0, 10000, 500, 0, 20000, 0, 10000)
    many = flow.apply("BURST", *some)
    size = flow.apply("BYTE_COUNTER")
    flow.connect()
    sent = EACH * len(cpus)
    good, fresh, looks, before, was = 0, 0, 0, 0, Jitter(0, 0, 0, 0, 0, 0)
    with generate(cpus) as generator:
        while generator.poll() is None:
            now = signed(flow.results(jitter, 6))
            # A least that is above 0 falls to it when the first is below.
            good += not was.count or sound(was, now)
            looks, was = looks + 1, now
            count = flow.result(anew)
            # Each CPU may have one between the function and the counter.
            fresh += count <= flow.result(flow.seen) - before + len(cpus)
            before = flow.result(flow.seen)
            flow.reset(anew)
    flow.wait(sent)
    row(f"{len(cpus)} CPUs: differences", flow.results(jitter, 6)[0], sent - 2)
    row("... results that are of one moment", good, looks)
    row("... resets that leave nothing", fresh, looks)
    row_true("... of some", looks > 20)
    row("... no burst is over", flow.results(one, 20), [0] * 20)
    size_of_all = flow.result(size)
    time.sleep(3)
    sender.send(bytes(60))
    flow.wait(sent + 1)
    last = flow.results(one, 20)[-5:]
    row("... one burst of all", last[:3] + last[4:], [size_of_all, sent, 1, 1])
    words = flow.results(many, burst_words(some))
    total = [sum(words[n::BURST_WORDS]) for n in range(BURST_WORDS)]
    row("... many of all", total[:2], [size_of_all, sent])
    row_true("... no more gaps than bursts", 0 < total[4] <= total[2] <= sent)
    flow.close()


def refused(name, want, flow, *call):
    try:
        row(name, flow.apply(*call), want)
    except OSError as error:
        row(name, error.errno, want)


def errors():
    flow = client.Flow(V1)
    refused("JITTER of something", 7000, flow, "JITTER", 1)
    good = Burst(0, 100, 10, 0, 0, 0, 1000)
    for want, wrong in ((7001, {"min": -1}), (7001, {"min": 2 ** 31}), (7002, {"max": 0}),
                        (7002, {"min": 100}), (7002, {"max": -1}), (7003, {"step": 0}),
                        (7003, {"step": -1}), (7003, {"step": 1, "max": 65535}),
                        (7004, {"iatime": -1}), (7005, {"lag": -1}), (7011, {"lead": -1}),
                        (7000, {"speed": 0}), (7000, {"speed": -1})):
        refused(f"BURST {wrong}", want, flow, "BURST", *good._replace(**wrong))
    refused("BURST without a speed", 7000, flow, "BURST", *good[:-1])
    refused("BURST with as many slots as can be", 1, flow, "BURST",
            *good._replace(step=1, max=65534))
    flow.connect()
    row("... has them", set(flow.results(1, 65536 * BURST_WORDS)), {0})
    flow.close()


def main():
    sender = Sender(V0, SEED)
    one_by_one(sender)
    at_once(sender)
    errors()


main()
