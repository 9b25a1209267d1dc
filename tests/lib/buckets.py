#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""BUCKET: what another function said, and when.

    buckets.py V0 V1 FOLDER SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import ctypes
import random
import select
import struct
import subprocess
import sys
import time

import client
from capture import stamps
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, FOLDER, SEED = sys.argv[1:5]
FRAMES = 200
PERIOD = 0.05
RING_FULL = 0
SIZE, RECORD = 4096, 48
DEVICE_GONE = 6172


def frame(length):
    return bytes(12) + b"\x88\xb5" + bytes(length - 14)


def unread(flow):
    return bool(select.select([flow.fd], [], [], 0)[0])


def read(flow, fid):
    """(when, value)"""
    return tuple(flow.results(fid, 2))


def of_each_packet(sender):
    path = f"{FOLDER}/bucket.pcap"
    flow = Watch(V1, client.DIR_IN)
    size = flow.apply("PKTINFO", "PKT_SIZE")
    bucket = flow.apply("BUCKET", flow.fd, size, "0", 0)
    flow.apply("TO_FILE", "MFF_PCAP_NSEC", path)
    flow.connect()
    row("nothing to read before the first packet", unread(flow), False)
    dice = random.Random(SEED)
    sizes = [dice.randint(60, 1514) for _ in range(FRAMES)]
    for number, length in enumerate(sizes, 1):
        sender.send(frame(length))
        flow.wait(number)
    row("something to read", unread(flow), True)
    got = [read(flow, bucket) for _ in sizes[1:]]
    # The last as a packet, which it is to those who ask for one.
    client.mapi.mapi_get_next_pkt.restype = ctypes.c_void_p
    raw = ctypes.string_at(client.mapi.mapi_get_next_pkt(flow.fd, bucket), 36)
    got.append(struct.unpack_from("=QQ", raw, 20))
    row("a value for each packet", [value for _, value in got], sizes)
    row("... and no more", unread(flow), False)
    flow.close()
    row("... with its time", [when for when, _ in got], stamps(path))


def of_a_small_ring(sender):
    """What is not read is lost when there is no more room, and counted."""
    flow = Watch(V1, client.DIR_IN)
    count = flow.apply("PKT_COUNTER")
    bucket = flow.apply("BUCKET", flow.fd, count, "0", 0, SIZE)
    flow.connect()
    cpus, sender.cpus = sender.cpus, sender.cpus[:1]
    for number in range(1, FRAMES + 1):
        sender.send(frame(60))
        flow.wait(number)
    sender.cpus = cpus
    room = SIZE // RECORD
    row("a full ring: lost", flow.stats(bucket).lost[RING_FULL], FRAMES - room)
    row("... packets pass", flow.result(count), FRAMES)
    row("... kept", [read(flow, bucket)[1] for _ in range(room)], list(range(1, room + 1)))
    sender.send(frame(60))
    flow.wait(FRAMES + 1)
    row("... and room again", read(flow, bucket)[1], FRAMES + 1)
    flow.close()


def timed(sender):
    """A value for each period, of two flows at a time: one that takes, one that looks."""
    flow = Watch(V1, client.DIR_IN)
    count, looked = flow.apply("PKT_COUNTER"), flow.apply("PKT_COUNTER")
    takes = flow.apply("BUCKET", flow.fd, count, f"{PERIOD}s", 1)
    looks = flow.apply("BUCKET", flow.fd, looked, f"{PERIOD}s", 0)
    flow.connect()
    begun = time.time()
    for _ in range(FRAMES):
        sender.send(frame(60))
        time.sleep(0.002)
    flow.wait(FRAMES)
    taken = []
    while sum(value for _, value in taken) < FRAMES or taken[-1][1]:
        taken.append(read(flow, takes))
    row("values of periods: all packets", sum(value for _, value in taken), FRAMES)
    row("... the last has none", taken[-1][1], 0)
    stamps = [when / 2 ** 32 for when, _ in taken]
    row_true("... in time", begun - 1 < stamps[0] and stamps[-1] < time.time() + PERIOD)
    row_true("... a period from one to the next",
             abs((stamps[-1] - stamps[0]) / PERIOD - len(stamps) + 1) < 3)
    seen = [read(flow, looks)[1] for _ in taken]
    row_true("without a reset they grow", seen == sorted(seen))
    row("... to all", seen[-1], FRAMES)
    row("... which stay counted", flow.result(looked), FRAMES)
    flow.close()


def at_the_end(sender):
    """One value when the flow ends, here with its device."""
    subprocess.run("ip link add gone0 type dummy && ip link set gone0 up arp off", shell=True,
                   check=True)
    flow = client.Flow("gone0")
    flow.apply("BPF_FILTER", "ether proto 0x88b5")
    count = flow.apply("PKT_COUNTER")
    bucket = flow.apply("BUCKET", flow.fd, count, "-1", 0)
    flow.connect()
    other = Sender("gone0", SEED)
    for _ in range(3):
        other.send(frame(60))
    row("nothing before the end", unread(flow), False)
    subprocess.run(["ip", "link", "del", "gone0"], check=True)
    row("at the end", read(flow, bucket)[1], 3)
    try:
        row("... and no more", read(flow, bucket), "an error")
    except OSError as error:
        row("... and no more", error.errno, DEVICE_GONE)
    flow.close()


def of_a_small_ring_in_time():
    """However many CPUs there are, values of periods follow each other in one ring."""
    subprocess.run("ip link add gone1 type dummy && ip link set gone1 up arp off", shell=True,
                   check=True)
    flow = client.Flow("gone1")
    count = flow.apply("PKT_COUNTER")
    bucket = flow.apply("BUCKET", flow.fd, count, "1ms", 0, SIZE)
    flow.connect()
    time.sleep(2)
    subprocess.run(["ip", "link", "del", "gone1"], check=True)
    # What is read sooner makes room for more.
    end = time.monotonic() + 20
    while client.ended(flow)[0] != client.CLOSED and time.monotonic() < end:
        time.sleep(0.01)
    got = []
    try:
        while True:
            got.append(read(flow, bucket)[0])
    except OSError as error:
        row("values of periods in a small ring: to the end", error.errno, DEVICE_GONE)
    row("... as many as it has room for", len(got), SIZE // RECORD)
    row_true("... in order", got == sorted(got))
    row_true("... and others are lost", flow.stats(bucket).lost[RING_FULL] > 0)
    flow.close()


def many_periods():
    """A user's functions may have 10,000 periods a second, all together."""
    flow = client.Flow(V1)
    one = flow.apply("PKT_COUNTER")
    for _ in range(10):
        last = flow.apply("BUCKET", flow.fd, one, "1ms", 1, SIZE)
    row("10,000 periods a second", last, 11)
    try:
        row("... and no more", flow.apply("STATS", flow.fd, one, "1m"), "an error")
    except OSError as error:
        row("... and no more", error.errno, 7003)
    flow.connect()
    row_true("... pass", read(flow, 2)[0] < read(flow, 2)[0])
    flow.close()


def errors():
    flow = client.Flow(V1)
    one = flow.apply("PKT_COUNTER")
    for want, args in ((7001, (999, one, "0", 0)), (7001, (flow.fd, 2, "0", 0)),
                       (7003, (flow.fd, one, "1", 0)), (7003, (flow.fd, one, "999us", 0)),
                       (7003, (flow.fd, one, "", 0)), (7004, (flow.fd, one, "1s", 2)),
                       (7004, (flow.fd, one, "0", 1)), (7004, (flow.fd, one, "1s")),
                       (7005, (flow.fd, one, "1s", 1, 5000)),
                       (7005, (flow.fd, one, "1s", 1, 2048)),
                       (7005, (flow.fd, one, "1s", 1, 1 << 26))):
        try:
            row(f"BUCKET {args[1:]}", flow.apply("BUCKET", *args), want)
        except OSError as error:
            row(f"BUCKET {args[1:]}", error.errno, want)
    flow.close()


def main():
    sender = Sender(V0, SEED)
    of_each_packet(sender)
    of_a_small_ring(sender)
    timed(sender)
    at_the_end(sender)
    of_a_small_ring_in_time()
    many_periods()
    errors()
    many_periods()


main()
