#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What regular expressions become, run here, against what Python's re says.

    check.py COMPILE SEED PATTERNS

COMPILE is compile.c. Prints a row for each thing to compare. If PCRE's library is
here, it is asked, too.
"""
import os
import random
import struct
import subprocess
import sys

sys.path.insert(0, "tests/lib")
# pylint: disable=wrong-import-position
import pcre
import regexps
from rows import row, row_true

COMPILE, SEED, PATTERNS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
TEXTS = 150
MILLISECONDS = 10000 if os.environ.get("SANITIZED") else 2000
HEAD = struct.Struct("=6I256s")
MAGIC, STATES, CELLS, ACCEPTS = 0x3158524d, 4096, 1 << 18, 0x8000
SAME = [
    ("[ab]", "a|b", "(?:b|a)", "(b)|a", "a|b|ab", "[a-b]", r"[\x61b]", "a??(a|b)"),
    ("(?i)get", "[gG][eE][tT]", "(?i:G)(?i:e)(?i:T)"),
    ("a{2,4}", "aaa?a?", "aa", "a(a|aaa)"),
    ("", ".*", "(a|)", "a*", "|x", "(?s).*"),
    (r"a\Z", "a$", r"a\n?\z"),
    (r"[^\n]b", ".b", r"\Nb"),
    (r"\d", "[0-9]", "[[:digit:]]", "0|1|2|3|4|5|6|7|8|9"),
    ("^abc", r"\Aabc", r"^(?:abc|abcd)"),
    (r"b\z", r"a?b\z", r"(?s).*b\z", r"^(?s:.*)b\z"),
]
OTHERS = [("a", "b"), ("a$", r"a\z"), ("^a", "a"), (".", "(?s)."), ("a", "(?i)a"),
          ("a{2}", "a{3}"), ("[^a]", "a")]
# What takes long, or may.
HEAVY = ["x" + "(a?){200}" * 8, ".*".join("abcdefghijklmnop"), "(.*a){200}",
         "[a-z]{1,3000}x", "^.{4000}a", "(a*)*(b*)*" * 100, "a?" * 1000 + "a" * 1000,
         "(a.?){1000}", "(?:a.{0,3}b){100}", "(?s)^(a|.b){1000}", "(?:(?:a|b){50}c){50}",
         "x[^y]{1,2000}z", "^(?:a{1,60}b){1,60}c", "(.{1,5}a){8}",
         "|".join(f"{n * 7919 % 17576:x}" for n in range(600)),
         "|".join(f"^{'a' * (n % 50)}.{{0,{n}}}b" for n in range(1, 100))]


class Automaton:
    """As the kernel is given it, read anew."""

    def __init__(self, blob):
        magic, self.states, self.live, self.classes, edges, pad, self.cls = \
            HEAD.unpack_from(blob)
        assert magic == MAGIC and not pad
        assert 0 < self.states <= STATES and 0 < self.classes <= 256
        assert self.states * (self.classes + 1) <= CELLS and self.live <= self.states
        rows = list(struct.iter_unpack("=HH", blob[HEAD.size:HEAD.size + 4 * self.states]))
        edge = list(struct.iter_unpack("=HBB", blob[HEAD.size + 4 * self.states:]))
        assert len(edge) == edges
        self.next, self.accepts = [], []
        for number, (like, count) in enumerate(rows):
            own, edge = edge[:count & ~ACCEPTS], edge[count & ~ACCEPTS:]
            assert like <= number
            cells = [None] * self.classes if like == number else list(self.next[like])
            for to, cls, zero in own:
                assert to < self.states and not zero
                cells[cls] = to
            assert None not in cells and [c for _, c, _ in own] == sorted({c for _, c, _ in own})
            self.next.append(cells)
            self.accepts.append(bool(count & ACCEPTS))
        assert not edge
        for state in range(self.live, self.states):
            assert set(self.next[state]) == {state}

    def passes(self, text):
        state = 0
        for byte in text:
            state = self.next[state][self.cls[byte]]
        return self.accepts[state]


def compile_all(patterns):
    """(milliseconds, automaton or None, reason or None) of each."""
    lines = "".join(p.hex() + "\n" for p in patterns)
    said = subprocess.run([COMPILE], input=lines, stdout=subprocess.PIPE, text=True,
                          check=True).stdout.splitlines()
    assert len(said) == len(patterns)
    for line in said:
        took, _, what = line.partition(" ")
        refused = what.startswith("- ")
        yield int(took), None if refused else bytes.fromhex(what), what[2:] if refused else None


def complain(*words):
    print(*words, file=sys.stderr)


def matches():
    rnd = random.Random(SEED)
    parts = [regexps.Part(pcre, python, b"ab") for pcre, python in regexps.ODD]
    parts += [regexps.pattern(rnd) for _ in range(PATTERNS)]
    done, left_out, refused, wrong, passed, total = 0, 0, 0, 0, 0, 0
    for number, (part, (_, blob, reason)) in enumerate(
            zip(parts, compile_all([p.pcre for p in parts]))):
        if reason:
            refused += 1
            # So may be what is too large, and nothing else.
            if not any(why in reason for why in ("states", "table", "too much")):
                wrong += 1
                complain(part.pcre, reason)
            continue
        near = [part] * 3 + [parts[rnd.randrange(len(parts))]]
        texts = [regexps.text(rnd, near, rnd.choice((0, 1, 2, 5, 20, 60, 150)))
                 for _ in range(TEXTS)]
        right = regexps.verdicts(part, texts, 2)
        if right is None:
            left_out += 1
            continue
        automaton = Automaton(blob)
        done += 1
        for text, want in zip(texts, right):
            total += 1
            passed += want
            if automaton.passes(text) != want:
                wrong += 1
                if wrong < 20:
                    complain(number, part.pcre, part.python, text, "should be", want)
    row("wrong verdicts and refusals", wrong, 0)
    complain(f"{done} patterns, {total} verdicts, {passed} of them a match;",
             f"{refused} refused, {left_out} left out")
    row_true("most patterns were run", done > 0.9 * len(parts))
    row_true("some match, and some do not", total / 5 < passed < 4 * total / 5)


def as_pcre():
    """The same with PCRE, which has the words, and gives up where it would take long."""
    rnd = random.Random(SEED + 1)
    parts = [regexps.Part(pcre, python, b"ab") for pcre, python in regexps.ODD]
    parts += [regexps.pattern(rnd) for _ in range(PATTERNS)]
    wrong, total, passed = 0, 0, 0
    for part, (_, blob, _) in zip(parts, compile_all([p.pcre for p in parts])):
        if not blob:
            continue
        automaton, other = Automaton(blob), pcre.Pattern(part.pcre)
        for _ in range(TEXTS // 3):
            text = regexps.text(rnd, [part], rnd.choice((0, 1, 2, 5, 20, 60, 150)))
            want = other.matches(text)
            if want is None:
                continue
            total += 1
            passed += want
            if automaton.passes(text) != want:
                wrong += 1
                complain(part.pcre, text, "should be", want, "says PCRE")
    row("wrong verdicts, says PCRE", wrong, 0)
    complain(f"{total} verdicts, {passed} of them a match, says PCRE {pcre.version()}")
    row_true("PCRE was asked", total > PATTERNS * TEXTS / 4)


def refusals():
    for (pattern, want), (took, _, reason) in zip(
            regexps.REFUSED, compile_all([p.encode() for p, _ in regexps.REFUSED])):
        row(f"refused: {pattern[:40]}", want if reason and want in reason else reason, want)
        row_true(f"... at once ({took} ms)", took <= MILLISECONDS)


def shared():
    for words in SAME:
        blobs = [blob for _, blob, _ in compile_all([w.encode() for w in words])]
        row(f"one and the same: {' and '.join(words)}", len(set(blobs)), 1)
    for words in OTHERS:
        blobs = [blob for _, blob, _ in compile_all([w.encode() for w in words])]
        row(f"not the same: {' and '.join(words)}", len(set(blobs)), 2)


def heavy():
    most = 0
    for pattern, (took, _, reason) in zip(HEAVY, compile_all([p.encode() for p in HEAVY])):
        most = max(took, most)
        complain(f"{pattern[:40]}: {took} ms, {reason}")
    row_true(f"none takes long ({most} ms)", most <= MILLISECONDS)


matches()
if pcre.library:
    as_pcre()
refusals()
shared()
heavy()
