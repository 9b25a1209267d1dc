# SPDX-License-Identifier: GPL-2.0
"""
What is measured.

A case has a name, a title, what MAPI does and what its peers do. Each of these
is a subject: a context manager that puts itself on the interface, and whose
check(packets) raises Failed unless it saw them. With points they are functions
that make a subject for that number of flows, filters, patterns ...
"""

CASES = []


def some(make):
    """A peer that is not asked for more than a thousand."""
    return lambda n: make(n) if n <= 1000 else None


class Case:
    """
    target: by rig, of what "each" says
    frame: what is injected; buffers: in how many places in turn
    points: numbers, and axis says of what
    each: what counts is what one more costs, not what all cost
    measure: how a subject is measured (measure.py)
    rigs: where it is measured, everywhere if not given
    """

    def __init__(self, name, title, *, mapi, peers, frame, target=None, points=None,
                 axis=None, each=False, measure=None, rigs=None, buffers=1):
        self.name, self.title = name, title
        self.mapi, self.peers = mapi, peers
        self.frame, self.buffers, self.target = frame, buffers, target or {}
        self.points, self.axis, self.each = points, axis, each
        self.measure, self.rigs = measure, rigs

    def describe(self):
        """What the report needs to know."""
        return {"name": self.name, "title": self.title, "target": self.target,
                "axis": self.axis, "each": self.each}

    def subjects(self):
        """(who, function that makes the subject)"""
        yield "MAPI", self.mapi
        yield from self.peers.items()


def case(*args, **kwargs):
    CASES.append(Case(*args, **kwargs))
