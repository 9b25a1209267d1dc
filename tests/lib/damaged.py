#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Damaged traces, through functions that look into packets.

    damaged.py FOLDER SEED FILES

Prints for each thing to compare its name, what there is, and what is right, with tabs
between them. What is right of a pcap file comes from libpcap, as tcpdump has it, and of
ERF from the format.
"""
import ctypes
import os
import random
import struct
import sys

import client
import files
from packets import of_a_trace
from rows import row, row_true
from watch import wait_finished, wait_read

PCAP, ERF = 0, 2
ERF_ETHERNET, ERF_RAW = (2, 11, 16, 20), (22, 23)
NUMBER = 60                 # packets of a file
BEGIN = 1700000000 * 10**9
KEY = bytes(range(16)).hex()
RING = 1 << 20              # room for all of a file

pcap = ctypes.CDLL("libpcap.so.0.8")
pcap.pcap_open_offline.restype = ctypes.c_void_p
pcap.pcap_close.argtypes = [ctypes.c_void_p]


class Header(ctypes.Structure):
    _fields_ = [("sec", ctypes.c_long), ("usec", ctypes.c_long),
                ("caplen", ctypes.c_uint), ("len", ctypes.c_uint)]


pcap.pcap_next_ex.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(Header)),
                              ctypes.POINTER(ctypes.c_void_p)]


def readable(path):
    """Packets up to where the file is damaged. None: it is none that libpcap reads."""
    file = pcap.pcap_open_offline(path.encode(), ctypes.create_string_buffer(256))
    if not file:
        return None
    header, data, out = ctypes.POINTER(Header)(), ctypes.c_void_p(), []
    while pcap.pcap_next_ex(file, ctypes.byref(header), ctypes.byref(data)) == 1:
        size = header.contents.caplen
        out.append(ctypes.string_at(data, size) if size else b"")
    pcap.pcap_close(file)
    return out


def erf_good(data):
    """Packets in front of the first record that is wrong, by the format: all are of the
    first one's link type. Nobody looks into what is no packet."""
    at, count, first = 0, 0, None
    while at + 16 <= len(data):
        kind, rlen = data[at + 8], struct.unpack_from(">H", data, at + 10)[0]
        if rlen < 16 or at + rlen > len(data):
            return count, False
        last, end = at + 16, at + rlen
        more, kind = kind & 0x80, kind & 0x7f
        at = end
        if kind in (13, 14, 27, 48, *range(32, 48)):
            continue
        if kind not in (*ERF_ETHERNET, *ERF_RAW):
            return count, False
        first = first or (ERF_RAW if kind in ERF_RAW else ERF_ETHERNET)
        while more:
            if last + 8 > end:
                return count, False
            more, last = data[last] & 0x80, last + 8
        if kind not in first or last + 2 * (kind in ERF_ETHERNET) > end:
            return count, False
        count += 1
    return count, at == len(data)


# "#" is the number of this flow, "/" a file.
FUNCTIONS = [
    ("BYTE_COUNTER",), ("PKTINFO", "PKT_TS"), ("GAP",), ("JITTER",),
    *(("HASH", n) for n in range(4)), *(("HASH", n, KEY) for n in range(4)),
    ("BURST", 0, 9000, 700, 0, 3000000, 1000000, 1000), ("HASHSAMP", 1024, 1, 0, RING),
    *(("TOP", 10, *which, by, 0) for by in (1, 2)
      for which in ((1, 5), (1, 8), (1, 9), (2, 10), (2, 15), (3, 19))),
    ("TO_FILE", "MFF_PCAP", "/", 0),
]
# Of a function with a number.
ABOUT = [
    ("STATS", "#", 1, "0"),
    ("DIST", "#", 1, 0, 100, 7), ("BINOP", "BINOP_ADD", "#", 1, "#", 1),
    ("BUCKET", "#", 1, "0", 0), ("THRESHOLD", "TR_ULL", "#", 1, 0, 9, "GT", 0, 0, 0),
    ("RES2FILE", "1", "1", "", "/", "0", 0),
]
FILTERS = [
    *(("BPF_FILTER", expr) for expr in (
        "udp", "tcp port 80", "ip6 proto 6", "vlan and ip", "mpls and udp", "len < 100",
        "ip[6:2] & 0x1fff != 0", "udp port 4789", "ether[300] = 0x20", "host 10.0.0.1")),
    ("STR_SEARCH", "needle", 0, 0), ("STR_SEARCH", "needle", 60, 100),
    ("STR_SEARCH", "|00 00 00|", 0, 0), ("REGEXP", "n[eE]{2}d"),
    ("REGEXP", r"(?s)^.{12}\x08\0.*\xff\r\n"), ("REGEXP", r"[nedl]{40}"),
    ("HASHSAMP", 400, 0), ("HASHSAMP", 400, 0, 1), ("SAMPLE", 7, "PERIODIC"),
    ("STARTSTOP", "+0.01s", "+1s"), ("INTERFACE", 0),
]


class Deep:
    """Flows of a trace: one counts and keeps, others look deeper. Which functions they
    have is random."""

    def __init__(self, trace, folder):
        self.trace, self.folder, self.files, self.flows = trace, folder, 0, []

    def begin(self, dice):
        self.flow(("PKT_COUNTER",), ("TO_BUFFER", "WAIT", 0, RING))
        self.flow(("PKT_COUNTER",), *dice.sample(FUNCTIONS + ABOUT, 6))
        self.flow(*dice.sample(FILTERS, 2), dice.choice(FUNCTIONS))
        self.trace.start()

    def flow(self, *functions):
        flow = client.Flow(self.trace.name)
        self.flows.append(flow)
        for name, *args in functions:
            flow.apply(name, *(self.word(flow, a) for a in args))
        flow.connect()

    def word(self, flow, arg):
        if arg == "#":
            return flow.fd
        if arg != "/":
            return arg
        self.files += 1
        return os.path.join(self.folder, str(self.files))

    def packets(self):
        """All that were kept."""
        out = []
        while packet := client.next_packet(self.flows[0], 2)[0]:
            out.append(packet[1])
        return out

    def unbalanced(self):
        """What goes into a function goes on, or is stopped; and into the next one."""
        number = self.flows[0].result(1)
        for flow in self.flows:
            into, fid = number, 1
            while True:
                try:
                    stats = flow.stats(fid)
                except OSError:
                    break
                if stats.pkts != into or stats.pkts != stats.passed + stats.filtered or \
                        sum(stats.lost):
                    return f"flow {self.flows.index(flow)} function {fid}: {into} came, " \
                        f"{stats.pkts} in, {stats.passed} out, {stats.filtered} stopped, " \
                        f"{sum(stats.lost)} lost"
                into, fid = stats.passed, fid + 1
        return ""

    def close(self):
        for flow in self.flows:
            flow.close()


def finish(folder, path, fmt, dice):
    """(packets that were kept, how it ended, what is wrong, sums that are wrong)"""
    trace = client.Trace(path, fmt)
    deep = Deep(trace, folder)
    try:
        deep.begin(dice)
        how = [wait_finished(flow) for flow in deep.flows]
        return deep.packets(), how[0], wait_read(trace), deep.unbalanced()
    finally:
        deep.close()
        trace.delete()


def damage(dice, data, first, last):
    """From @first to @last: the file ends early, or bytes are wrong, missing or twice."""
    at = dice.randrange(first, last)
    how = dice.randrange(4)
    if how == 0:
        del data[at:]
    elif how == 1:
        del data[at:at + dice.randint(1, 100)]
    elif how == 2:
        data[at:at] = data[at - dice.randint(1, min(at, 100)):at]
    else:
        for _ in range(dice.randint(1, 20)):
            data[dice.randrange(first, last)] = dice.randrange(256)


def judge(path, fmt, data, found):
    """What is not as it should be, in words."""
    kept, how, error, sums = found
    if fmt == PCAP:
        right = readable(path) or []
        want = len(right)
        # MAPI's times end in 2106, pcapng's later.
        if "out of range" in error:
            want = min(want, len(kept))
        named = f"record {len(kept) + 1}:" in error or not error
        same = kept == right[:want]
    else:
        want, fine = erf_good(data)
        named = bool(error) != fine and (fine or "record " in error)
        same = True
    reason = client.ENDED_BROKEN if error else client.ENDED_EOF
    if len(kept) == want and how == (client.FINISHED, reason) and named and same and not sums:
        return ""
    return f"{len(kept)} of {want}, {how}, {error}, {'same' if same else 'other'} bytes, {sums}"


def damaged(folder, dice, number):
    """What is in front of the damage counts, and the record is named."""
    path = os.path.join(folder, "damaged")
    wrong, other, broken, refused, good = [], [], 0, 0, []
    for n in range(number):
        if n % 100 == 0:
            good = of_a_trace(dice, NUMBER, BEGIN)
        fmt = dice.choice((PCAP, PCAP, ERF))
        make = files.erf if fmt == ERF else dice.choice((files.pcap, files.pcapng))
        pieces = make(good)
        data = bytearray(b"".join(pieces))
        # Of the first record it depends which link type the device has.
        in_front = dice.randrange(10) == 0
        damage(dice, data, *((1, 100) if in_front else (len(pieces[0]) + 200, len(data))))
        files.write(path, [bytes(data)])
        try:
            found = finish(folder, path, fmt, dice)
        except OSError as error:
            refused += 1
            if not in_front and (fmt != ERF or erf_good(data)[0]):
                other.append(f"{n}: {fmt} {error}")
            continue
        broken += bool(found[2])
        text = judge(path, fmt, data, found)
        if text:
            wrong.append(f"{n}: {fmt} {text}")
    for text in wrong[:5] + other[:5]:
        print(text, file=sys.stderr)
    print(f"{broken} were broken, {refused} refused", file=sys.stderr)
    row(f"{number} damaged files", [len(wrong), len(other)], [0, 0])
    row_true("... some were broken", broken > number / 4)
    row_true("... and some were not", broken < number)


def main():
    folder, seed, number = sys.argv[1:]
    damaged(folder, random.Random(seed), int(number))


main()
