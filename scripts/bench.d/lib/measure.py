# SPDX-License-Identifier: GPL-2.0
"""How a subject is measured. Each returns what is stored of it: a dict."""

import rig


def delta(subject, frame):
    """What a packet costs more than without the subject."""
    before = rig.cost(frame)
    with subject:
        with_it = rig.cost(frame)
        subject.check(with_it.packets)
    after = rig.cost(frame)
    base = (before.each + after.each) / 2
    return {
        "value": round(with_it.each - base, 2),
        "base": round(base, 2),
        "drift": round(after.each - before.each, 2),
        "spread": round(max(with_it.spread, before.spread, after.spread), 2),
        "runs": [round(run - base, 2) for run in with_it.runs],
    }
