#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Programs of the era of MAPI 2.x, and what they should print.

    programs.py V0 V1 FOLDER PROGRAMS MODULE...

sends frames from V0 to V1, a pair, or has them in a file. The modules are all that are
loaded of functions when it begins. Prints for each thing to compare its name, what a
program printed, and what is right, with tabs between them.
What is right comes from the frames.
"""
import glob
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

import files
from rows import row

V0, V1, FOLDER, PROGRAMS, *LOADED = sys.argv[1:]
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


def run(name, *args, by=()):
    """Sends the frames when the program says that it is connected."""
    out = []
    command = [*by, "timeout", "60", os.path.join(PROGRAMS, name), *args]
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


NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
          "--inh-caps=-all")
MAPICTL = os.path.join(os.environ.get("BUILD", "build"), "user/mapictl")
LIBRARIES = ("stdflib", "extraflib", "trackflib", "anonflib", "dagflib")
DEFINED = re.compile(r'\.name\s*= "(\w+)",\s*\.library\s*= "(\w+)",\s*\.devoid\s*= "([\d.]+)"')


def written():
    """Library, name and device of all functions as their sources have them, in order."""
    functions = []
    for path in glob.glob("funcmods/*.c"):
        with open(path, encoding="ascii") as f:
            functions += [(lib, name, oid) for name, lib, oid in DEFINED.findall(f.read())]
    return [" ".join(f) for f in sorted(functions, key=lambda f: (LIBRARIES.index(f[0]), f))]


MODULES = {"mapi_" + os.path.basename(p)[:-2] for p in glob.glob("funcmods/*.c")}


def modules():
    """Of functions, that are loaded."""
    with open("/proc/modules", encoding="ascii") as f:
        return sorted(MODULES & {line.split()[0] for line in f})


def unload():
    """What flows of before had is given back a little later."""
    end = time.monotonic() + 60
    while subprocess.run(["modprobe", "-r", *MODULES], stderr=subprocess.DEVNULL).returncode and \
            time.monotonic() < end:
        time.sleep(0.1)


def listed(by=()):
    out = subprocess.run([*by, MAPICTL, "-j", "function", "list"], check=True,
                         capture_output=True).stdout
    return sorted(" ".join(f[key] for key in ("library", "name", "oid", "argdescr")).rstrip()
                  for f in json.loads(out))


def libraries():
    """Whatever is loaded, all that is installed is told of, and may go again."""
    RAN.add("libinfo")
    all_of = written()
    row("libinfo: a source of each", sorted("mapi_" + f.split()[1].lower() for f in all_of),
        sorted(MODULES))
    unload()
    row("libinfo: modules are not kept", modules(), [])
    for module in LOADED:
        subprocess.run(["modprobe", module], check=True)
    some = [f for f in all_of if "mapi_" + f.split()[1].lower() in LOADED]
    for name, by, want in ("who may not load", NOBODY, some), ("root", (), all_of), \
            ("who may not, then", NOBODY, all_of):
        *told, last = run("libinfo", by=by)
        row(f"libinfo: {name}", "; ".join(" ".join(line.split()[:3]) for line in told),
            "; ".join(want))
        row("libinfo: number", last, "as many as it says")
    told = sorted(line.rstrip() for line in told)
    row("libinfo: as mapictl", "; ".join(told), "; ".join(listed()))
    row("libinfo: as mapictl, who may not", "; ".join(told), "; ".join(listed(NOBODY)))


def information():
    libraries()
    devices = sorted((n, name) for n, name in socket.if_nameindex())
    check("devices", [], [f"{n} {name} {name}" for n, name in devices])
    check("flowinfo", [V1], [f"{V1} 2 0", "1 BPF_FILTER", "2 PKT_COUNTER", f"{V1} 1 1",
                             "1 BYTE_COUNTER"])
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
