#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Traces instead of devices, and what is right.

    traces.py V0 V1 FOLDER SEED

Prints for each thing to compare its name, what MAPI has, and what is right, with tabs
between them. What is right comes from the packets that the files were made of, and
from tcpdump and capinfos. V0 and V1 are a pair that packets of a file are sent over.
"""
import ctypes
import os
import random
import struct
import subprocess
import sys
import time

import client
import files
from capture import fixed
from rows import row, row_true
from sender import Sender
from watch import Watch, wait_finished, wait_read

V0, V1, FOLDER, SEED = sys.argv[1:]
dice = random.Random(SEED)
PCAP, ERF = 0, 2
NEEDLE = b"needle"
MAPI_ERROR_FILE, NO_DRIVER = 6155, 3200


def frame():
    """Something to filter: UDP, IPv6, a VLAN or neither, with the needle or without."""
    kind = dice.randrange(5)
    body = dice.randbytes(dice.choice((10, 40, 200, 1400)))
    if dice.random() < 0.3:
        at = dice.randrange(len(body))
        body = body[:at] + NEEDLE + body[at:]
    if kind < 3:
        ports = struct.pack(">HHHH", dice.choice((53, 1234)), 80, 8 + len(body), 0)
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 28 + len(body), 0, 0, 64,
                         dice.choice((6, 17)), 0, 0x0a000001, 0x0a000002) + ports
        head = b"\x81\0\0\x07\x08\0" if kind == 2 else b"\x08\0"
        return bytes(12) + head + ip + body
    if kind == 3:
        return bytes(12) + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(body), 17, 9) + \
            bytes(32) + body
    return bytes(12) + b"\x88\xb5" + body


def packets(number):
    """Not always one after the other, and some cut off."""
    ns, all_of = 1700000000 * 10**9, []
    for _ in range(number):
        ns += dice.choice((0, 1, 999, 1000, 10**6, 1500000001, -5000))
        data = frame()
        cut = dice.choice((len(data), len(data), max(14, len(data) - 30)))
        all_of.append((ns, data[:cut], len(data)))
    return all_of


def path_of(name):
    return os.path.join(FOLDER, name)


def tcpdump_count(path, expr=""):
    """How many packets it finds, up to where the file is damaged."""
    got = subprocess.run(["tcpdump", "-r", path, "-w", "-", expr], capture_output=True)
    return list(of_pcap(got.stdout))


def of_pcap(data):
    """(seconds, fraction, bytes, length) of a file that was written on this machine."""
    at = 24
    while at + 16 <= len(data):
        sec, frac, caplen, length = struct.unpack_from("=IIII", data, at)
        yield sec, frac, data[at + 16:at + 16 + caplen], length
        at += 16 + caplen


def whole(name, pieces, fmt, all_of, compress=False):
    """Two flows on one file: nothing is missing, in order, with all that is known."""
    path = path_of(name)
    files.write(path, pieces, compress)
    trace = client.Trace(path, fmt)
    copy = path_of("copy.pcap")
    one = client.Flow(trace.name)
    pkts, size = one.apply("PKT_COUNTER"), one.apply("BYTE_COUNTER")
    one.apply("TO_FILE", "MFF_PCAP_NSEC", copy)
    one.apply("BPF_FILTER", "udp")
    udp = one.apply("PKT_COUNTER")
    two = client.Flow(trace.name)
    two.apply("STR_SEARCH", NEEDLE.decode(), 0, 0)
    found = two.apply("PKT_COUNTER")
    kept = two.apply("TO_BUFFER", "WAIT", 0, 131072)
    one.connect()
    two.connect()
    row(f"{name}: nothing yet", [one.result(pkts), client.ended(one)], [0, (1, 0)])
    trace.start()
    got = []
    while True:
        pkt, error = client.next_packet(two, kept)
        if not pkt:
            break
        got.append(pkt)
        if len(got) % 50 == 0:
            time.sleep(0.001)
    row(f"{name}: the end is no error", error, 0)
    row(f"{name}: how it ended", wait_finished(one), (client.FINISHED, client.ENDED_EOF))
    want = [(fixed(ns), data, wire) for ns, data, wire in all_of if NEEDLE in data]
    row(f"{name}: packets and bytes", [one.result(pkts), one.result(size)],
        [len(all_of), sum(wire for *_, wire in all_of)])
    row(f"{name}: found", two.result(found), len(want))
    row_true(f"{name}: all kept as they were", got == want)
    with open(copy, "rb") as f:
        written = [(s * 10**9 + n, d, w) for s, n, d, w in of_pcap(f.read())]
    # The writer puts packets in order of time, where it has several.
    row_true(f"{name}: all written as they were", sorted(written) == sorted(all_of))
    if not compress and fmt == PCAP:
        row(f"{name}: as many UDP as tcpdump finds", one.result(udp),
            len(tcpdump_count(path, "udp")))
    else:
        row(f"{name}: as many UDP", one.result(udp), FORMER["udp"])
    FORMER["udp"] = one.result(udp)
    row(f"{name}: nothing lost", [sum(f.stats(n).lost) for f in (one, two)
                                  for n in (1, 2, 3)], [0] * 6)
    row(f"{name}: the device", trace.status(), 3)
    one.close()
    two.close()
    trace.delete()


FORMER = {}


def formats(all_of):
    """Times are as fine as the format has them."""
    micro = [(ns - ns % 1000, data, wire) for ns, data, wire in all_of]
    whole("little.pcap", files.pcap(micro), PCAP, micro)
    whole("big.pcap", files.pcap(micro, ">"), PCAP, micro)
    whole("nano.pcap", files.pcap(all_of, nano=True), PCAP, all_of)
    whole("bignano.pcap", files.pcap(all_of, ">", nano=True), PCAP, all_of)
    whole("little.pcapng", files.pcapng(all_of), PCAP, all_of)
    whole("big.pcapng", files.pcapng(all_of, ">"), PCAP, all_of)
    whole("erf.erf", files.erf(all_of), ERF, all_of)
    whole("nano.pcap.gz", files.pcap(all_of, nano=True), PCAP, all_of, True)
    whole("erf.erf.gz", files.erf(all_of), ERF, all_of, True)


def offline_flow(all_of):
    """A flow that brings its file along."""
    path = path_of("nano.pcap")
    flow = client.Flow.__new__(client.Flow)
    flow.fd = client.done(client.mapi.mapi_create_offline_flow(path.encode(), PCAP), path)
    fid = flow.apply("TO_BUFFER", "WAIT")
    flow.connect()
    number = 0
    while client.next_packet(flow, fid)[0]:
        number += 1
    row("a flow of a file", number, len(all_of))
    row("... is finished", wait_finished(flow), (client.FINISHED, client.ENDED_EOF))
    child = os.fork()
    if not child:
        flow.close()
        os._exit(0)
    row("... a child can close it", os.waitpid(child, 0)[1], 0)
    row("... which leaves it here", flow.result(fid), number)
    flow.close()


def ports(all_of):
    """Packets of a card's ports; of a file that knows none, all are of the first."""
    path = path_of("erf.erf")
    trace = client.Trace(path, ERF)
    flows = [client.Flow(trace.name) for _ in range(8)]
    for port, flow in enumerate(flows):
        flow.apply("INTERFACE", port)
        flow.apply("PKT_COUNTER")
        flow.connect()
    trace.start()
    for flow in flows:
        wait_finished(flow)
    of = [files.port_of(n) for n in range(len(all_of))]
    row("packets of ports", [flow.result(2) for flow in flows], list(map(of.count, range(8))))
    for flow in flows:
        flow.close()
    trace.delete()
    trace = client.Trace(path_of("nano.pcap"))
    flow = client.Flow(trace.name)
    refusal("a port that no card has", 7001, flow.apply, "INTERFACE", 8)
    refusal("... nor this", 7001, flow.apply, "INTERFACE", -1)
    row("but the first", flow.apply("INTERFACE", 0), 1)
    count = flow.apply("PKT_COUNTER")
    flow.connect()
    trace.start()
    wait_finished(flow)
    row("... of a file without ports", flow.result(count), len(all_of))
    flow.close()
    trace.delete()
    flow = client.Flow(V0)
    refusal("interfaces have no ports", 6144, flow.apply, "INTERFACE", 0)
    flow.close()


def finish(path, fmt):
    """(packets, how it ended, what is wrong) of a file."""
    trace = client.Trace(path, fmt)
    flow = client.Flow(trace.name)
    fid = flow.apply("PKT_COUNTER")
    flow.connect()
    trace.start()
    how = wait_finished(flow)
    wrong = wait_read(trace)
    count = flow.result(fid)
    flow.close()
    trace.delete()
    return count, how, wrong


def in_time():
    """As they were captured, and ten times as fast."""
    path = path_of("slow.pcap")
    files.write(path, files.pcap([(n * 300 * 10**6, bytes(60), 60) for n in range(4)]))
    for speed, least in ((1, 0.9), (10, 0.09)):
        trace = client.Trace(path)
        flow = client.Flow(trace.name)
        fid = flow.apply("PKT_COUNTER")
        flow.connect()
        begun = time.monotonic()
        trace.start(speed)
        wait_finished(flow)
        took = time.monotonic() - begun
        row_true(f"at speed {speed}", least <= took < least + 5)
        row("... all of them", flow.result(fid), 4)
        flow.close()
        trace.delete()


def refusal(name, want, call, *args):
    try:
        row(name, call(*args), want)
    except OSError as error:
        row(name, error.errno, want)


def refusals():
    refusal("no file", MAPI_ERROR_FILE, client.Trace, path_of("none"))
    refusal("a folder", MAPI_ERROR_FILE, client.Trace, FOLDER)
    files.write(path_of("empty"), [])
    refusal("an empty file as pcap", MAPI_ERROR_FILE, client.Trace, path_of("empty"))
    files.write(path_of("text"), [b"what is in here is no capture file"])
    refusal("text as pcap", MAPI_ERROR_FILE, client.Trace, path_of("text"))
    refusal("text as ERF", MAPI_ERROR_FILE, client.Trace, path_of("text"), ERF)
    refusal("a format of other cards", NO_DRIVER, client.Trace, path_of("nano.pcap"), 4)
    row("an empty file as ERF", finish(path_of("empty"), ERF),
        (0, (client.FINISHED, client.ENDED_EOF), ""))
    trace = client.Trace(path_of("nano.pcap"))
    trace.start()
    refusal("start again", 3081, trace.start)
    name = trace.name
    flow = client.Flow(name)
    while trace.status() != 3:
        time.sleep(0.01)
    time.sleep(0.2)
    refusal("a flow on what has been read", 6172, flow.connect)
    flow.close()
    trace.delete()
    refusal("a flow on what is gone", NO_DRIVER, client.Flow, name)
    text = ctypes.create_string_buffer(b"nothing@7")
    row("delete what is not", client.mapi.mapi_delete_offline_device(
        ctypes.addressof(text)), -1)


def given_up(all_of):
    """A reader that does not read, and a device that goes meanwhile."""
    path = path_of("nano.pcap")
    trace = client.Trace(path)
    flow = client.Flow(trace.name)
    seen = flow.apply("PKT_COUNTER")
    flow.apply("TO_BUFFER", "WAIT", 0, 131072)
    flow.connect()
    trace.start()
    before, count, end = -1, 0, time.monotonic() + 20
    while (not count or count != before) and time.monotonic() < end:
        time.sleep(0.3)
        before, count = count, flow.result(seen)
    row_true("who does not read is waited for", 0 < count < len(all_of))
    row("... still", client.ended(flow)[0], 1)
    trace.delete()
    row("... until the device goes", wait_finished(flow),
        (client.CLOSED, client.ENDED_GONE))
    row("... and nothing was lost", sum(flow.stats(2).lost), 0)
    flow.close()


FUNCTIONS = [
    ("PKT_COUNTER",), ("BYTE_COUNTER",), ("HASH", 0), ("HASH", 1), ("HASH", 2),
    ("HASH", 3), ("HASH", 3, "00112233445566778899aabbccddeeff"),
    ("PKTINFO", "PKT_SIZE"),
]
FILTERS = [
    ("BPF_FILTER", "udp"), ("BPF_FILTER", "src port 1234"), ("BPF_FILTER", "ip6"),
    ("BPF_FILTER", "vlan 7 and tcp"), ("BPF_FILTER", "greater 500"),
    ("STR_SEARCH", NEEDLE.decode(), 0, 0), ("STR_SEARCH", "needle", 20, 300),
    ("SAMPLE", 7, "PERIODIC"),
]


def apply_all(flow):
    """Each function by itself, and each filter in a flow of its own."""
    fids = [flow.apply(*f) for f in FUNCTIONS]
    size = fids[-1]
    fids += [flow.apply("STATS", flow.fd, size, "0")]
    fids += [flow.apply("DIST", flow.fd, size, 0, 1500, 100)]
    return fids


def results_of(flow, fids):
    return [flow.results(fid, 1) for fid in fids[:-2]] + \
        [flow.results(fids[-2], 5), flow.results(fids[-1], 19)]


def live_and_offline(all_of):
    """The same packets over a wire, function by function."""
    uncut = [(ns, data + bytes(max(0, 60 - len(data))), max(60, len(data)))
             for ns, data, _ in all_of]
    path = path_of("uncut.pcap")
    files.write(path, files.pcap(uncut, nano=True))
    trace = client.Trace(path)
    off = [client.Flow(trace.name) for _ in range(len(FILTERS) + 1)]
    live = [Watch(V1, client.DIR_IN) for _ in range(len(FILTERS) + 1)]
    for flows in off, live:
        for flow, what in zip(flows[1:], FILTERS):
            flow.apply(*what)
    fids = [apply_all(flow) for flow in off]
    assert fids == [apply_all(flow) for flow in live]
    for flow in off + live:
        flow.connect()
    trace.start()
    sender = Sender(V0, SEED)
    os.sched_setaffinity(0, {sender.cpus[0]})
    sender.cpus = sender.cpus[:1]
    for _, data, _ in uncut:
        sender.send(data)
    for flow in off:
        wait_finished(flow)
    live[0].wait(len(uncut))
    for name, a, b, these in zip(["all", *map(str, FILTERS)], off, live, fids):
        row(f"offline as live: {name}", results_of(a, these), results_of(b, these))
    row_true("... and there is something", all(off[n].result(fids[n][0]) for n in range(9)))
    for flow in off + live:
        flow.close()
    trace.delete()


def main():
    all_of = packets(2000)
    formats(all_of)
    offline_flow(all_of)
    ports(all_of)
    in_time()
    refusals()
    given_up(all_of)
    live_and_offline(packets(600))


main()
