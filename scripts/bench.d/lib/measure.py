# SPDX-License-Identifier: GPL-2.0
"""How a subject is measured. Each returns what is stored of it: a list of dicts."""

import os
import statistics
import time
from contextlib import nullcontext

import capture
import rig


def _base(subject, frame, buffers):
    """A packet's way without the subject; some bring a way of their own."""
    with getattr(subject, "base", None) or nullcontext():
        return rig.cost(frame, buffers)


def delta(subject, case):
    """
    What a packet costs more than without the subject. Where time is measured, what is
    set up anew lies elsewhere in memory and differs by some nanoseconds, so that is
    done some times if it does not take long.
    """
    frame = getattr(subject, "frame", None) or case.frame
    bases, runs, begin = [_base(subject, frame, case.buffers)], [], time.monotonic()
    for _ in range(rig.SETUPS):
        with subject:
            with_it = rig.cost(frame, case.buffers)
            subject.check(with_it.packets)
        runs += with_it.runs
        bases.append(_base(subject, frame, case.buffers))
        if time.monotonic() - begin > 1.5:
            break
    base = statistics.median(each.each for each in bases)
    return [rig.summary(runs, base) | {
        "base": round(base, 2),
        "drift": round(bases[-1].each - bases[0].each, 2),
    }]


def reads(subject, _case):
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


# Packets that fit into any of the buffers at once, and rounds that have filled the
# smallest of them before it is measured: memory is dear when it is first touched.
def _chunk(length):
    return 400 if length > 1000 else 4000


_WARM, _ROUNDS, _GROUPS = 4, {"icount": 4, "uml": 15}[rig.RIG], 3


def buffer(subject, case):
    """What it costs the kernel to buffer a packet, and a program to read it."""
    frame = case.frame
    chunk, kernel, reader = _chunk(min(len(frame), subject.snaplen or len(frame))), [], []
    before = rig.cost(frame).each
    with subject:
        for number in range(_WARM + _ROUNDS):
            took = rig.inject(frame, chunk)
            packets, nanoseconds = subject.drain(chunk)
            if nanoseconds <= 0:
                raise rig.Failed("the clock of the reader goes wrong")
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


# Many rounds, as what others do without us is not the same all the time.
_PAUSE, _FILE_ROUNDS = 0.05, 8


def _rounds(frame, chunk):
    """The kernel's side of some rounds, and what others did meanwhile."""
    others, took = _others(), 0
    for _ in range(_FILE_ROUNDS):
        took += rig.inject(frame, chunk) if chunk else 0
        time.sleep(_PAUSE)
    return took, _others() - others


def written(subject, case):
    """What a packet costs until it is in a file: the kernel's side, all others."""
    frame = case.frame
    chunk, kernel, writer = _chunk(len(frame)), [], []
    before = rig.cost(frame).each
    packets = _FILE_ROUNDS * chunk
    with subject:
        _rounds(frame, chunk)
        idle = _rounds(frame, 0)[1]
        for _ in range(_GROUPS):
            took, others = _rounds(frame, chunk)
            kernel.append(took / packets)
            writer.append((others - idle) / packets)
        time.sleep(1.2)
    injected = (_GROUPS + 1) * packets
    stored = capture.packets_in_file(len(frame))
    if stored != injected:
        raise rig.Failed("%.1f of %d packets in the file" % (stored, injected))
    base = (before + rig.cost(frame).each) / 2
    return [{"part": "kernel"} | rig.summary(kernel, base),
            {"part": "writer"} | rig.summary(writer),
            {"part": "all"} | rig.summary([sum(both) for both in zip(kernel, writer)], base)]
