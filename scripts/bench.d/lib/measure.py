# SPDX-License-Identifier: GPL-2.0
"""How a subject is measured. Each returns what is stored of it: a list of dicts."""

from contextlib import nullcontext

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
    """What it costs a program to read a result."""
    times = {"icount": 100_000, "uml": 2_000_000}[rig.RIG]
    with subject:
        runs = [int(subject.ask("reads", 1, times)) / times for _ in range(rig.RUNS)]
    return [rig.summary(runs)]
