# SPDX-License-Identifier: GPL-2.0
"""How a subject is measured. Each returns what is stored of it: a list of dicts."""

import os
import time
from contextlib import nullcontext

import capture
import rig


def _base(subject, frame):
    """A packet's way without the subject; some bring a way of their own."""
    with getattr(subject, "base", None) or nullcontext():
        return rig.cost(frame)


def delta(subject, frame):
    """What a packet costs more than without the subject."""
    frame = getattr(subject, "frame", None) or frame
    before = _base(subject, frame)
    with subject:
        with_it = rig.cost(frame)
        subject.check(with_it.packets)
    after = _base(subject, frame)
    base = (before.each + after.each) / 2
    return [rig.summary(with_it.runs, base) | {
        "base": round(base, 2),
        "drift": round(after.each - before.each, 2),
    }]


def reads(subject, _frame):
    """
    What it costs a program to read a result. User-mode Linux would count the system
    call that asking for the time is there: what the machine needs was measured before.
    """
    if rig.RIG == "uml":
        return [rig.summary([float(run) for run in os.environ["READS"].split()])]
    times = 20_000
    with subject:
        runs = [int(subject.ask("reads", 1, times)) / times for _ in range(rig.RUNS)]
    return [rig.summary(runs)]


# Packets that fit into any of the buffers at once, and rounds that fill the
# smallest of them more than once.
def _chunk(frame):
    return 400 if len(frame) > 1000 else 4000


_WARM, _ROUNDS, _GROUPS = 4, {"icount": 4, "uml": 15}[rig.RIG], 3


def buffer(subject, frame):
    """What it costs the kernel to buffer a packet, and a program to read it."""
    chunk, kernel, reader = _chunk(frame), [], []
    before = rig.cost(frame).each
    with subject:
        for number in range(_WARM + _ROUNDS):
            took = rig.inject(frame, chunk)
            packets, nanoseconds = subject.drain(chunk)
            if packets != chunk:
                raise rig.Failed("%d of %d packets read, %d lost" % (
                    packets, chunk, subject.lost()))
            if number >= _WARM:
                kernel.append(took / chunk)
                reader.append(nanoseconds / chunk)
    base = (before + rig.cost(frame).each) / 2
    return [{"part": "kernel"} | rig.summary(kernel, base),
            {"part": "reader"} | rig.summary(reader)]


def _others():
    """Nanoseconds that all tasks but this one have run."""
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        try:
            for task in os.listdir("/proc/%s/task" % pid):
                with open("/proc/%s/task/%s/schedstat" % (pid, task)) as file:
                    total += int(file.read().split()[0])
        except OSError:
            pass
    return total


_PAUSE = 0.05


def _rounds(frame, chunk):
    """The kernel's side of some rounds, and what others did meanwhile."""
    others, took = _others(), 0
    for _ in range(_ROUNDS):
        took += rig.inject(frame, chunk) if chunk else 0
        time.sleep(_PAUSE)
    return took, _others() - others


def written(subject, frame):
    """What a packet costs until it is in a file: the kernel's side, all others."""
    chunk, kernel, writer = _chunk(frame), [], []
    before = rig.cost(frame).each
    base_packets = _ROUNDS * chunk
    with subject:
        _rounds(frame, chunk)
        idle = _rounds(frame, 0)[1]
        for _ in range(_GROUPS):
            took, others = _rounds(frame, chunk)
            kernel.append(took / base_packets)
            writer.append((others - idle) / base_packets)
        time.sleep(1.2)
    injected = (_GROUPS + 1) * base_packets
    stored = capture.packets_in_file(len(frame))
    if stored != injected:
        raise rig.Failed("%.1f of %d packets in the file" % (stored, injected))
    base = (before + rig.cost(frame).each) / 2
    return [{"part": "kernel"} | rig.summary(kernel, base),
            {"part": "writer"} | rig.summary(writer),
            {"part": "all"} | rig.summary([sum(both) for both in zip(kernel, writer)], base)]
