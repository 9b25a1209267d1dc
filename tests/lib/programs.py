#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Programs of the era of MAPI 2.x, and what they should print.

    programs.py V0 V1 FOLDER PROGRAMS

sends frames from V0 to V1, a pair, or has them in a file. Prints for each thing to
compare its name, what a program printed, and what is right, with tabs between them.
What is right comes from the frames.
"""
import glob
import os
import socket
import struct
import subprocess
import sys

import files
from rows import row

V0, V1, FOLDER, PROGRAMS = sys.argv[1:]
COUNT = 60
TRACE = os.path.join(FOLDER, "in.pcap")
OUT = os.path.join(FOLDER, "out")
PORTS = (1234, 5678)


def frame(n):
    """Three senders, two ports; every fourth holds the word."""
    size = 100 + 10 * n
    source = 1 + (n % 6 > 0) + (n % 6 > 2)
    data = (b"a pattern" if n % 4 == 0 else b"nothing").ljust(size - 42, b".")
    udp = struct.pack(">HHHH", PORTS[n % 2], 9, 8 + len(data), 0) + data
    ip = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 20 + len(udp), n, 0, 64, 17, 0,
                     10, 0, 0, source, 10, 0, 1, 1)
    return bytes(12) + b"\x08\x00" + ip + udp


FRAMES = [frame(n) for n in range(COUNT)]
SIZES = [len(f) for f in FRAMES]
BYTES = sum(SIZES)


def send():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind((V0, 0))
        for f in FRAMES:
            s.send(f)


def run(name, *args):
    """Sends the frames when the program says that it is connected."""
    out = []
    command = ["timeout", "60", os.path.join(PROGRAMS, name), *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as p:
        for line in p.stdout:
            line = line.rstrip("\n")
            if line == "connected":
                send()
            else:
                out.append(line)
    if p.returncode:
        out.append(f"exit {p.returncode}")
    return out


RAN = set()


def check(name, args, want):
    RAN.add(name)
    row(name, "; ".join(run(name, *args)), "; ".join(want))


def packets(path):
    """Of a pcap file: the packets' bytes."""
    with open(path, "rb") as f:
        data = f.read()
    out, at = [], 24
    while at < len(data):
        size = struct.unpack_from("=8xI", data, at)[0]
        out.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return out


def source(f):
    return ".".join(map(str, f[26:30]))


def histogram(low, high, step):
    """Slot 0 holds what is less, too, and the last one all above the most."""
    slots = [0] * (-(-(high - low) // step) + 1)
    for size in SIZES:
        slots[len(slots) - 1 if size > high else max(0, -(-(size - low) // step) - 1)] += 1
    return slots


def loaded():
    """Functions whose modules are there: others, the library cannot tell of."""
    functions = {os.path.basename(p)[:-2] for p in glob.glob("funcmods/*.c")}
    with open("/proc/modules") as f:
        return [m[5:].upper() for m in (line.split()[0] for line in f)
                if m.startswith("mapi_") and m[5:] in functions]


def information():
    devices = sorted((n, name) for n, name in socket.if_nameindex())
    check("devices", [], [f"{n} {name} {name}" for n, name in devices])
    check("flowinfo", [V1], [f"{V1} 2 0", "1 BPF_FILTER", "2 PKT_COUNTER", f"{V1} 1 1",
                             "1 BYTE_COUNTER"])
    RAN.add("libinfo")
    *names, last = run("libinfo")
    row("libinfo", " ".join(sorted(names)), " ".join(sorted(loaded())))
    row("libinfo: number", last, "as many as it says")
    check("errors", [V1], [
        "device 3200 0", "function 6144 0", "filter 1025 0", "offset 7002 0",
        "depth 7003 0", "file 6155 0", "early 6143 0", "twice 3081 0", "late 7006 0",
        "fid 6147 0", "fd 6145 0", "info 7002 0"])
    check("reconnect", [V1], ["50"])


def live():
    check("devstats", [V1], [f"1 localhost {V1} {COUNT} 0"])
    check("nextpkt", [V1], [f"{COUNT} {BYTES}"])
    check("nowait", [V1], ["none 0", f"{COUNT} {BYTES} none"])
    check("bucket", [V1], [str(COUNT)])
    check("bandwidth", [V1, str(BYTES)], [f"{BYTES} 1"])
    # The last frame is none of these: which flow sees it first does not matter.
    some = sum(source(f) == "10.0.0.1" for f in FRAMES)
    check("twoflows", [V1], [f"{COUNT - some} {COUNT + some}"])


def offline():
    check("loop", [TRACE], [f"0 10 {sum(SIZES[:10])}", f"0 {COUNT} {BYTES}"])
    check("sizes", [TRACE], [f"{COUNT} {BYTES} {sum(s * s for s in SIZES)} "
                             f"{min(SIZES)} {max(SIZES)}"])
    check("histogram", [TRACE], [" ".join(map(str, [200, 500] + histogram(200, 500, 100)))])
    check("resfile", [TRACE, OUT], ["packets bytes"] +
          [f"{n + 1} {sum(SIZES[:n + 1])}" for n in range(COUNT)])
    matched = [f for f in FRAMES if f[34:36] == struct.pack(">H", 1234)]
    found = [f for f in matched if b"pattern" in f]
    check("array", [TRACE], [f"{len(matched)} {len(found)}"])
    check("slide", [TRACE, OUT],
          [f"BPF match: {len(matched)} String match: {len(found)}"])
    row("slide: file", packets(OUT) == found, True)
    check("limit", [TRACE, OUT], ["0"])
    row("limit: file", packets(OUT) == FRAMES[:25], True)
    check("sampling", [TRACE], [f"{COUNT} {COUNT // 7} 1"])
    talkers = {}
    for f in FRAMES:
        talkers[source(f)] = talkers.get(source(f), 0) + 1
    check("top", [TRACE], [f"{who} {n}" for who, n in
                           sorted(talkers.items(), key=lambda t: -t[1])])


files.write(TRACE, files.pcap([(10**12 + n * 10**8, f, len(f))
                               for n, f in enumerate(FRAMES)]))
information()
live()
offline()
there = {os.path.basename(p)[:-2] for p in glob.glob("tests/programs/*.c")}
row("all of them", " ".join(sorted(RAN)), " ".join(sorted(there)))
