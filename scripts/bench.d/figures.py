# SPDX-License-Identifier: GPL-2.0
"""results.json, and what is derived from it."""

import json

UNITS = {"icount": "instr", "uml": "ns"}
RIGS = {
    "icount": "instructions per packet: the distribution's kernel, emulated and counted",
    "uml": "nanoseconds per packet: the same version as a process of its own, at native speed",
}


def load(path):
    with open(path) as file:
        return json.load(file)


class Figure:
    """What one subject costs in one case, at one point, in one part, in one rig."""

    def __init__(self, case, rig, row):
        self.case, self.rig, self.row = case, rig, row
        self.who, self.point, self.part = row["who"], row.get("point"), row.get("part")
        self.value, self.failed = row.get("value"), row.get("failed")
        self.spread, self.each = row.get("spread"), None
        self.peer = None	# that the target refers to

    @property
    def key(self):
        return (self.case["name"], self.rig, self.who, self.point, self.part)

    @property
    def label(self):
        words = [self.who]
        if self.point is not None:
            words.append("%s %s" % (format(self.point, ","), self.case["axis"]))
        if self.part:
            words.append(self.part)
        return ", ".join(words)

    @property
    def judged(self):
        """What a target is about."""
        return self.each if self.case["each"] else self.value

    @property
    def target(self):
        """Only MAPI has one. It may be one for each point, or for each part."""
        target = self.case["target"].get(self.rig) if self.who == "MAPI" else None
        if isinstance(target, dict) and "like" in target:
            return self.peer.value + target["within"] if self.peer else None
        if isinstance(target, dict):
            target = target.get(str(self.part or self.point))
        return target

    @property
    def met(self):
        return self.judged is not None and self.judged <= self.target


def figures(results):
    """All of them in order, by case: (case, [figure])"""
    cases = {}
    for rig, raw in results["rigs"].items():
        for case in raw["cases"]:
            cases.setdefault(case["name"], (case, []))
        for row in raw["rows"]:
            case, found = cases[row["case"]]
            found.append(Figure(case, rig, row))
    for case, found in cases.values():
        _sort(found)
        if case["each"]:
            _derive_each(found)
        for figure in found:
            figure.peer = _like(figure, found)
    return list(cases.values())


def _sort(found):
    """By who, then by point; who and parts as they came first."""
    who = list(dict.fromkeys(figure.who for figure in found))
    found.sort(key=lambda figure: (who.index(figure.who), figure.point or 0))


def _derive_each(found):
    """What one more costs: from the first point on, so without the first one."""
    first = {}
    for figure in found:
        if figure.value is None:
            continue
        begin = first.setdefault((figure.rig, figure.who, figure.part), figure)
        if begin is not figure:
            figure.each = (figure.value - begin.value) / (figure.point - begin.point)


def _like(figure, found):
    target = figure.case["target"].get(figure.rig)
    for other in found:
        if isinstance(target, dict) and target.get("like") == other.who and \
           other.rig == figure.rig and other.value is not None:
            return other
    return None
