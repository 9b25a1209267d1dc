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
    begun = time.monotonic()
    while counts(flows) != want and time.monotonic() - begun < 5:
        time.sleep(0.001)
    return counts(flows)


def apply_all(parts):
    flows, kept = [], []
    for part in parts:
        flow = client.Flow(V1, client.DIR_IN)
        try:
            flow.apply("REGEXP", part.pcre)
        except OSError as error:
            if not any(why in str(error) for why in ("states", "table", "too much")):
                raise
            flow.close()
            continue
        flow.passed = flow.apply("PKT_COUNTER")
        flow.connect()
        flows.append(flow)
        kept.append(part)
    return flows, kept


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


def cut():
    """A match anywhere around where pieces of a frame meet."""
    flows = []
    for pattern in ("x[0-9]{8}y", r"0y\z", "^(?s:.)*x0{8}y", "x0{9}y"):
        flow = client.Flow(V1, client.DIR_IN)
        flow.apply("REGEXP", pattern)
        flow.passed = flow.apply("PKT_COUNTER")
        flow.connect()
        flows.append(flow)
    sender = Sender(V0, SEED)
    size, sent = 2 * PAGE, 0
    for at in range(14, size - 10, 41):
        data = bytes(12) + b"\x88\xb5" + bytes(at - 14) + b"x00000000y"
        data += bytes(size - len(data))
        for _ in range(3):
            # As if by chance, but where it matters.
            sender.dice.randint = lambda low, high, where=at: min(
                max(where + sender.dice.choice((-1, 0, 1, 5, 9, 10, 11)), low), high)
            sender.send(data)
            sent += 1
    want = [sent, 0, sent, 0]
    row("a match where pieces meet", compare(flows, want), want)
    for flow in flows:
        flow.close()


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
cut()
refusals()
