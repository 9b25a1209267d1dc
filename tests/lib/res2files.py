#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""RES2FILE: what other functions said, line by line.

    res2files.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import os
import random
import struct
import subprocess
import sys
import time

import client
from capture import stamps
from models import seconds
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, FOLDER, SEED = sys.argv[1:5]
FRAMES = 200
PERIOD = 0.05
HEADER = "size stamp raw"
TOO_MUCH = 6171
BUILD = os.environ.get("BUILD", "build")


def frame(length):
    return bytes(12) + b"\x88\xb5" + bytes(length - 14)


def path(name):
    return f"{FOLDER}/{name}"


def lines(name):
    with open(path(name), encoding="ascii") as f:
        return [line.rstrip("\n") for line in f]


def of_each_packet(sender):
    """The functions of the same flow say what this packet has made of them."""
    flow = Watch(V1, client.DIR_IN)
    size = flow.apply("PKTINFO", "PKT_SIZE")
    stamp = flow.apply("PKTINFO", "PKT_TS")
    flow.apply("RES2FILE", "1,2,1", f"{size}@{flow.fd},{stamp}@{flow.fd},{size}", HEADER,
               path("each"), "0", 0)
    raw = flow.apply("RES2FILE", "0", f"{size}@{flow.fd}", "", path("raw"), "0", 0)
    flow.apply("TO_FILE", "MFF_PCAP_NSEC", path("pcap"))
    flow.connect()
    dice = random.Random(SEED)
    sizes = [dice.randint(60, 1514) for _ in range(FRAMES)]
    for number, length in enumerate(sizes, 1):
        sender.send(frame(length))
        flow.wait(number)
    begun = time.monotonic()
    while flow.results(raw, 3)[1] < FRAMES and time.monotonic() - begun < 10:
        time.sleep(0.01)
    row("it writes", flow.results(raw, 3), [1, FRAMES, FRAMES * 17])
    flow.close()
    row("a line for each packet", lines("each"),
        [HEADER, *(f"{n} {seconds(t)} {n}" for n, t in zip(sizes, stamps(path("pcap"))))])
    with open(path("raw"), "rb") as f:
        row("... in the kernel's form", f.read(),
            b"".join(struct.pack("=QQ", 8, n) + b"\n" for n in sizes))


def timed(sender):
    """With a reset, and without, of this flow and of another."""
    other = Watch(V1, client.DIR_IN)
    others = other.apply("PKT_COUNTER")
    taken = other.apply("PKT_COUNTER")
    other.connect()
    flow = Watch(V1, client.DIR_IN)
    size = flow.apply("PKTINFO", "PKT_SIZE")
    double = flow.apply("BINOP", "BINOP_ADD", flow.fd, size, flow.fd, size)
    great = flow.apply("BINOP", "BINOP_SUB", flow.fd, size, flow.fd, double)
    stats = flow.apply("STATS", flow.fd, size, "0")
    greats = flow.apply("STATS", flow.fd, great, "0")
    fd = flow.fd
    flow.apply("RES2FILE", "3,3,1", f"{stats}@{fd},{greats}@{fd},{others}@{other.fd}", "",
               path("looks"), f"{PERIOD}s", 0)
    flow.apply("RES2FILE", "1", f"{taken}@{other.fd}", "", path("takes"), f"{PERIOD}s", 1)
    once = flow.apply("RES2FILE", "3,1", f"{stats}@{fd},{others}@{other.fd}", "at the end",
                      path("once"), "-1", 0)
    begun = time.monotonic()
    flow.connect()
    dice = random.Random(SEED)
    sizes = [dice.randint(60, 1514) for _ in range(FRAMES)]
    for length in sizes:
        sender.send(frame(length))
        time.sleep(0.002)
    flow.wait(FRAMES)
    other.wait(FRAMES)
    time.sleep(6 * PERIOD)
    row("nothing before the end", flow.results(once, 3)[1], 0)
    flow.close()
    took = time.monotonic() - begun
    stats = [FRAMES, sum(sizes), sum(n * n for n in sizes), min(sizes), max(sizes)]
    greats = [2 ** 64 - n for n in sizes]
    greats = [FRAMES, sum(greats), sum(n * n for n in greats), min(greats), max(greats)]
    row("all that STATS says, exact", lines("looks")[-1],
        " ".join(map(str, [*stats, *greats, FRAMES])))
    row_true("... a line for each period",
             took / PERIOD - 3 <= len(lines("looks")) <= took / PERIOD + 1)
    counts = [int(line.split()[0]) for line in lines("looks")]
    row_true("... which grow", counts == sorted(counts))
    got = list(map(int, lines("takes")))
    row("with a reset: all packets", sum(got), FRAMES)
    row_true("... and no line has them all", max(got) < FRAMES and got[-1] == 0)
    row("once", lines("once"), ["at the end", " ".join(map(str, [*stats, FRAMES]))])
    row("the other flow began anew", [other.result(taken), other.result(others)], [0, FRAMES])
    other.close()


def of_a_full_disk(sender):
    """Lines are whole, and those that have no room are counted."""
    os.mkdir(path("small"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "small", path("small")], check=True)
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    fid = flow.apply("RES2FILE", ",".join(["1"] * 60), ",".join([str(count)] * 60), "",
                     path("small/file"), "0", 0)
    flow.connect()
    for number in range(1, FRAMES + 1):
        sender.send(frame(60))
        flow.wait(number)
    # Each is in the file or lost before long.
    begun = time.monotonic()
    while flow.results(fid, 3)[1] + sum(flow.stats(fid).lost) < FRAMES and \
            time.monotonic() - begun < 10:
        time.sleep(0.01)
    got = lines("small/file")
    row("a full disk: whole lines", got,
        [" ".join([str(n)] * 60) for n in range(1, len(got) + 1)])
    row_true("... some", 10 < len(got) < FRAMES)
    row("... which are counted", flow.results(fid, 3),
        [0, len(got), os.path.getsize(path("small/file"))])
    row("... and so is what is lost", sum(flow.stats(fid).lost), FRAMES - len(got))
    flow.close()
    subprocess.run(["umount", path("small")], check=True)


def of_a_file_of_a_closed_flow():
    """A flow that is referred to stays, but the file that it wrote is let go."""
    os.mkdir(path("apart"))
    subprocess.run(["mount", "-t", "tmpfs", "apart", path("apart")], check=True)
    flow = client.Flow(V1)
    count = flow.apply("PKT_COUNTER")
    flow.apply("RES2FILE", "1", count, "count", path("apart/lines"), "-1", 0)
    flow.apply("TO_FILE", "MFF_PCAP", path("apart/packets"))
    other = client.Flow(V1)
    other.apply("STATS", flow.fd, count, "0")
    other.connect()
    flow.connect()
    flow.close()
    row("a flow that is referred to has ended", lines("apart/lines")[0], "count")
    row("... and its files are closed", subprocess.run(["umount", path("apart")]).returncode, 0)
    other.close()


def used():
    """Bytes that root is charged for."""
    return int(subprocess.run([f"{BUILD}/tests/nl_account", "0"], stdout=subprocess.PIPE,
                              check=True).stdout.split()[1])


def limit(*words):
    subprocess.run([f"{BUILD}/user/mapictl", "limit", *words], check=True)


def of_too_little_memory(sender):
    """Connecting is tried again until there is room for the lines, and nothing is left of it."""
    before = used()
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    flow.apply("RES2FILE", "1", count, "", path("late"), "0", 0)
    flow.apply("BPF_FILTER", "greater 1")
    flow.seen = flow.apply("PKT_COUNTER")
    # The results have room, and what a line is made in, but not the rings.
    limit("set", "user", "0", "memory", str(used() + (96 << 10)))
    held = []
    for _ in range(4):
        try:
            client.Flow.connect(flow)
        except OSError as error:
            row("no room for the lines", error.errno, TOO_MUCH)
        held.append(used())
    row("... and no more is held each time", held, held[:1] * 4)
    limit("reset", "user", "0")
    client.Flow.connect(flow)
    sender.send(frame(60))
    flow.wait(1)
    flow.close()
    row("... until there is", lines("late"), ["1"])
    row("... and all is given back", used(), before)


def errors():
    flow = client.Flow(V1)
    one = flow.apply("PKT_COUNTER")
    none = flow.apply("BPF_FILTER", "ip")
    stats = flow.apply("STATS", flow.fd, one, "0")
    file = path("never")
    many = ",".join(["1"] * 65)
    for want, args in ((7001, ("4", one, "", file, "1s", 0)), (7001, ("", one, "", file, "1s", 0)),
                       (7001, ("1,", one, "", file, "1s", 0)), (7001, ("12", one, "", file, "1s", 0)),
                       (7001, ("1,1", one, "", file, "1s", 0)), (7001, (many, one, "", file, "1s", 0)),
                       (7002, ("1", "", "", file, "1s", 0)), (7002, ("1", "x", "", file, "1s", 0)),
                       (7002, ("1", 9, "", file, "1s", 0)), (7002, ("1", "1@999", "", file, "1s", 0)),
                       (7002, ("1", "1@", "", file, "1s", 0)), (7002, ("1", "1,", "", file, "1s", 0)),
                       (7002, (many, many, "", file, "1s", 0)), (7002, ("1", none, "", file, "1s", 0)),
                       (7002, ("1", stats, "", file, "1s", 0)), (7002, ("2", stats, "", file, "1s", 0)),
                       (7002, ("3", one, "", file, "1s", 0)), (7002, ("0", none, "", file, "1s", 0)),
                       (7003, ("1", one, "x" * 1025, file, "1s", 0)),
                       (6155, ("1", one, "", "/nosuch/file", "1s", 0)),
                       (7005, ("1", one, "", file, "1", 0)), (7005, ("1", one, "", file, "", 0)),
                       (7005, ("3", stats, "", file, "0", 0)), (7011, ("3", stats, "", file, "1s", 1)),
                       (7011, ("1", one, "", file, "0", 1)), (7011, ("1", one, "", file, "1s", 2))):
        name = f"RES2FILE {str(args)[:40]}"
        try:
            row(name, flow.apply("RES2FILE", *args), want)
        except OSError as error:
            row(name, error.errno, want)
    flow.close()


def main():
    sender = Sender(V0, SEED)
    of_each_packet(sender)
    timed(sender)
    of_a_full_disk(sender)
    of_a_file_of_a_closed_flow()
    of_too_little_memory(sender)
    errors()


main()
