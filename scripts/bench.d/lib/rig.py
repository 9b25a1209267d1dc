# SPDX-License-Identifier: GPL-2.0
"""The guest: the interface that packets are injected into, and the clock."""

import os
import socket
import statistics
import struct
import subprocess
import time

DEVICE = "bench0"
BUILD = os.environ.get("BUILD", "build")
BENCH = os.path.join(BUILD, "bench")
MODULES = os.path.join(BENCH, "kmod", os.uname().release)
RIG = os.environ.get("RIG", "icount")

# Guest time that a run may take, runs of which the median is taken, how often all
# is set up anew for them, most packets of a run.
BUDGET_NS, RUNS, SETUPS, PACKETS = {
    "icount": (15_000_000, 3, 1, 20_000),
    "uml": (30_000_000, 5, 3, 1_000_000),
}[RIG]

# Numbers of flows, filters ... An emulator needs minutes to make ten thousand; also
# elsewhere there are no more if these took so many seconds.
MANY = (1, 10, 100, 1000) + {"icount": (), "uml": (10_000,)}[RIG]
PATIENCE = {"icount": float("inf"), "uml": 30}[RIG]


class Failed(Exception):
    """Something cannot be measured here."""


def run(*command, **kwargs):
    """Runs a command, returns what it says; Failed with its complaint."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, check=False, **kwargs)
    except OSError as error:
        raise Failed("%s: %s" % (command[0], error.strerror)) from error
    if done.returncode:
        raise Failed("%s: %s" % (" ".join(command[:4]), done.stdout.strip()[-300:]))
    return done.stdout


def attempt(*command):
    """Like run(), whatever comes of it."""
    try:
        run(*command)
    except Failed:
        pass


def insmod(name, *params):
    run("insmod", os.path.join(MODULES, name + ".ko"), *params)


def set_up():
    for key in "default", "all":
        with open("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % key, "w") as file:
            file.write("1")
    run("ip", "link", "add", DEVICE, "address", "02:00:00:00:00:01", "type", "dummy")
    run("ip", "link", "set", DEVICE, "up")
    run("ip", "link", "set", "lo", "up")
    insmod("bench_inject")


def inject(frame, packets, buffers=1):
    """Nanoseconds that so many packets took."""
    order = struct.pack("=IIII", socket.if_nametoindex(DEVICE), packets, buffers,
                        len(frame)) + frame
    file = os.open("/proc/bench_inject", os.O_RDWR)
    try:
        os.write(file, order)
        return int(os.read(file, 64).split()[0])
    finally:
        os.close(file)


class Cost:
    """What a packet costs: the median of some runs, and how far they lie apart."""

    def __init__(self, runs, packets):
        self.each = statistics.median(runs)
        self.spread = max(runs) - min(runs)
        self.runs = runs
        self.packets = packets	# all that were injected


def summary(runs, base=0):
    """As it is stored: what runs cost on top of a base."""
    return {
        "value": round(statistics.median(runs) - base, 2),
        "spread": round(max(runs) - min(runs), 2),
        "runs": [round(run - base, 2) for run in runs],
    }


def packets_for(each):
    return int(max(16, min(PACKETS, BUDGET_NS / max(each, 10))))


def cost(frame, buffers=1):
    """Measures the interface as it is now."""
    warm = 8 if buffers == 1 else buffers
    inject(frame, warm, buffers)
    probe = inject(frame, warm, buffers) / warm
    packets = packets_for(probe)
    runs = [inject(frame, packets, buffers) / packets for _ in range(RUNS)]
    return Cost(runs, 2 * warm + RUNS * packets)


def settle():
    """Lets what was freed be freed, and what was begun be ended."""
    time.sleep(0.05)
