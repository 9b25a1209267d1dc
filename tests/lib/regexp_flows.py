#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What REGEXP says of each of many frames, and what is right.

    regexp_flows.py V0 V1 SEED ROUNDS

sends frames from V0 to V1, a pair, one by one, and looks after each which flows
have passed it. Prints for each thing to compare its name, what MAPI has, and what
is right, with tabs between them.
"""
import random
import sys
import time

import client
import regexps
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, SEED, ROUNDS = sys.argv[1:]
PATTERNS, FRAMES = 60, 90
PAGE = 4096

passed = 0
total = 0
patience = 5        # seconds; less once something was wrong


def frame(rnd, parts):
    """Any bytes but for the type, which nobody answers to; some are in pieces."""
    size = rnd.choice((14, 15, 60, 60, rnd.randint(16, 200), rnd.randint(60, 1514),
                       rnd.randint(PAGE, 2 * PAGE)))
    data = regexps.text(rnd, parts, size)
    return data[:12] + b"\x88\xb5" + data[14:]


def counts(flows):
    return [flow.result(flow.passed) for flow in flows]


def compare(flows, want):
    """After a while, as a packet may be on its way through other flows."""
    global patience
    begun = time.monotonic()
    while counts(flows) != want and time.monotonic() - begun < patience:
        time.sleep(0.001)
    got = counts(flows)
    if got != want:
        patience = 0.1
    return got


def flow_with(pattern):
    """None if it is too large, which chance may bring about."""
    flow = client.Flow(V1, client.DIR_IN)
    try:
        flow.apply("REGEXP", pattern)
    except OSError as error:
        if not any(why in str(error) for why in ("states", "table", "too much")):
            raise
        flow.close()
        return None
    flow.passed = flow.apply("PKT_COUNTER")
    flow.connect()
    return flow


def apply_all(parts):
    both = [(flow_with(part.pcre), part) for part in parts]
    return [flow for flow, _ in both if flow], [part for flow, part in both if flow]


def one_round(seed, sender):
    global passed, total
    rnd = random.Random(seed)
    parts = [regexps.pattern(rnd) for _ in range(PATTERNS)]
    frames = [frame(rnd, parts) for _ in range(FRAMES)]
    # Those that Python answers soon; less is left of frames that are long.
    right = [(part, regexps.verdicts(part, frames, 2)) for part in parts]
    flows, parts = apply_all([part for part, verdicts in right if verdicts])
    right = {id(part): verdicts for part, verdicts in right}
    watch = Watch(V1, client.DIR_IN)
    watch.connect()
    want, wrong = [0] * len(flows), 0
    for number, data in enumerate(frames):
        verdicts = [right[id(part)][number] for part in parts]
        want = [w + v for w, v in zip(want, verdicts)]
        sender.send(data)
        watch.wait(number + 1)
        got = compare(flows, want)
        for part, g, w in zip(parts, got, want):
            if g != w:
                wrong += 1
                print(f"seed {seed}: {part.pcre} in {data[:300].hex()}, {len(data)} bytes: "
                      f"passed {g} so far, not {w}", file=sys.stderr)
        want = got
        passed += sum(verdicts)
        total += len(verdicts)
    row(f"seed {seed}: wrong verdicts", wrong, 0)
    row_true(f"seed {seed}: most patterns", len(flows) > 0.8 * PATTERNS)
    for flow in flows:
        flow.close()
    watch.close()


class Cutter(Sender):
    """The first piece of a frame ends where it is told to."""

    def send_cut(self, data, at):
        self.dice.randint = lambda low, high: min(max(at, low), high)
        self.send(data)


def alone(flow, sender, frames):
    """
    A flow that nobody is beside: the first that needs all of a packet brings its pieces
    together for all. Frames are (bytes, where the first piece ends, what is right).
    """
    want, wrong = 0, []
    for data, at, right in frames:
        want += right
        sender.send_cut(data, at)
        got = compare([flow], [want])[0]
        if got != want:
            wrong.append(at)
            want = got
    flow.close()
    return wrong


def marked(at, size):
    """x00000000y, with the x at this place, in one of so many bytes."""
    data = bytes(12) + b"\x88\xb5" + bytes(at - 14) + b"x00000000y"
    return data + bytes(size - len(data))


def where_pieces_meet(sender):
    """A match anywhere around there, and at the end."""
    size = PAGE + 500
    places = [14, 15, 100, 300, PAGE, size - 20, size - 11, size - 10]
    cuts = [(at, at + more) for at in places for more in (-1, 0, 1, 5, 9, 10, 11)]
    # (pattern, at which places it matches)
    for pattern, right in (
            ("x[0-9]{8}y", places), (r"0y\z", [size - 10]), ("0y$", [size - 10]),
            ("^(?s:.)*x0{8}y", places), ("x0{9}y", []), (r"\0\z|0y\z", places),
            ("(?s)^(?:...)*x0{8}y", [at for at in places if not at % 3])):
        frames = [(marked(at, size), cut, at in right) for at, cut in cuts]
        row(f"where pieces meet: {pattern}", alone(flow_with(pattern), sender, frames), [])


def in_pieces(sender):
    """Random patterns, and frames all of which are in pieces."""
    rnd = random.Random(f"pieces {SEED}")
    done = 0
    while done < 20:
        part = regexps.pattern(rnd)
        texts = [regexps.text(rnd, [part], rnd.randint(PAGE, PAGE + 400)) for _ in range(15)]
        texts = [t[:12] + b"\x88\xb5" + t[14:] for t in texts]
        verdicts = regexps.verdicts(part, texts, 2)
        flow = flow_with(part.pcre) if verdicts else None
        if not flow:
            continue
        frames = [(t, rnd.choice((14, 15, len(t) - 1, rnd.randint(14, len(t)))), v)
                  for t, v in zip(texts, verdicts)]
        row(f"in pieces: {part.pcre[:40]}", alone(flow, sender, frames), [])
        done += 1


def refusals():
    flow = client.Flow(V1)
    for pattern, want in regexps.REFUSED + [("", "empty")]:
        try:
            got = flow.apply("REGEXP", pattern)
        except OSError as error:
            text = str(error)
            good = error.errno == (7000 if pattern else 7001) and want in text and \
                "REGEXP: argument 1 (pattern): " in text
            got = want if good else text.replace("\t", " ")
        row(f"refused: {pattern[:40]}", got, want)
    flow.close()


sender = Sender(V0, SEED)
for n in range(int(ROUNDS)):
    one_round(int(SEED) + n, sender)
print(f"{total} verdicts, {passed} of them a match", file=sys.stderr)
row_true("enough verdicts", total >= int(ROUNDS) * 0.8 * PATTERNS * FRAMES)
row_true("some match, and some do not", total / 5 < passed < 4 * total / 5)
cutter = Cutter(V0, SEED)
where_pieces_meet(cutter)
in_pieces(cutter)
refusals()
