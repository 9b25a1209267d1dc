#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What MAPI saw against what tcpdump saw.

    wire.py CLAIM [, CLAIM]...

prints, for each thing to compare, its name, what MAPI has, and what it should
have, with tabs between them. Files are pcap; FILTERED is what tcpdump passes
with the filter in question. The search for the pattern is done here anew.

    worm [HOW...] FILTERED BPF MATCHED [FILE...]
        BPF packets were counted behind the filter, MATCHED behind the search;
        the files hold exactly the latter
    worm2 FILTERED LINES
        LINES is what the example worm2 has printed
    filter [HOW...] FILTERED COUNT [FILE...]
        as worm, without a search; "-" instead of a number: it is not known
    same [HOW...] WIRE FILE
        all packets are the same between the two marks of each station
    times WIRE FILE
        and have almost the same time
    totals FILTERED PACKETS BYTES
        so many were counted in all

Packets of a file are the same if they are byte for byte, in the order in which
each station sent them. HOW is any of: "sorted", in any order; or=FILE, a packet
may be in FILE instead, what tcpdump saw on the device itself; pattern=TEXT, what
the search was for; "streams", in order within each stream only, since GRO lets
one overtake another, and a checksum may be either zero that one's complement has,
since GRO does not keep which (the kernel's own code makes 0xffff in
skb_checksum_help() and 0 in gso_make_checksum()); "atomic", the identification in
the first IPv4 header does not count if it has DF, since it means nothing there
(RFC 6864), and GRO does not keep that of a tunnel's.
"""
import re
import statistics
import struct
import sys

PATTERN, OFFSET, DEPTH = b"pattern", 100, 300
MARKS = b"THE BEGIN", b"THE END", b"ITS BEGIN", b"ITS END"  # see play.py
# Seconds between two stamps of a packet: of most, and of one for which a slow
# machine took its time.
USUAL, SLACK = 0.05, 30.0


def records(path):
    """Yields (time, length on the wire, bytes)."""
    with open(path, "rb") as f:
        data = f.read()
    magic, _, _, _, _, _, link = struct.unpack_from("=IHHiIII", data)
    if magic not in (0xa1b2c3d4, 0xa1b23c4d) or link != 1:
        raise ValueError(f"{path} is not a capture of Ethernet")
    unit = 1e-6 if magic == 0xa1b2c3d4 else 1e-9
    at = 24
    while at < len(data):
        sec, frac, caplen, length = struct.unpack_from("=IIII", data, at)
        at += 16
        if at + caplen > len(data):
            raise ValueError(f"{path} ends within a packet")
        yield sec + frac * unit, length, data[at:at + caplen]
        at += caplen


def packets(path):
    """A list of (length on the wire, bytes)."""
    return [(length, data) for _, length, data in records(path)]


def whole(path):
    """What tcpdump saw, which is useless unless it is all there."""
    found = packets(path)
    if any(length != len(data) for length, data in found):
        raise ValueError(f"{path}: tcpdump cut packets short")
    return found


def searched(pkts, pattern=PATTERN):
    return [p for p in pkts if pattern in p[1][OFFSET:OFFSET + DEPTH]]


def between_marks(pkts):
    """What each station sent between its own two marks, since it does not see when
    others set theirs; between the client's if it has set none."""
    spans = {}
    for i, (_, pkt) in enumerate(pkts):
        for mark in MARKS:
            if mark in pkt:
                who = pkt[6:12] if mark.startswith(b"ITS") else "client"
                spans.setdefault(who, {}).setdefault(mark.split()[1], i)
    if "client" not in spans or any(len(span) != 2 for span in spans.values()):
        raise ValueError("a mark is missing")
    return [p for i, p in enumerate(pkts)
            for span in [spans.get(p[1][6:12], spans["client"])]
            if span[b"BEGIN"] <= i <= span[b"END"]]


def grouped(pkts, key):
    groups = {}
    for p in pkts:
        groups.setdefault(key(p[1]), []).append(p)
    return groups


def by_station(pkts):
    return grouped(pkts, lambda pkt: pkt[6:12])


def stream(pkt):
    """Station, protocols, addresses and ports, as long as nothing is tagged."""
    kind = pkt[12:14]
    if kind == b"\x08\x00":
        return pkt[6:14] + pkt[23:24] + pkt[26:38]
    if kind == b"\x86\xdd":
        return pkt[6:14] + pkt[20:21] + pkt[22:58]
    return pkt[6:14]


def by_stream(pkts):
    return grouped(pkts, stream)


def in_any_order(pkts):
    return {"": sorted(pkts)}


def difference(i, got, want):
    if got[0] != want[0]:
        return f"packet {i}: {got[0]} bytes on the wire, not {want[0]}"
    if len(got[1]) != len(want[1]):
        return f"packet {i}: {len(got[1])} bytes captured, not {len(want[1])}"
    at = next(n for n, (a, b) in enumerate(zip(got[1], want[1])) if a != b)
    return f"packet {i}: from byte {at} {got[1][at:at + 8].hex()}, " \
           f"not {want[1][at:at + 8].hex()}"


def without_id(pkt):
    """An IPv4 header with DF has no identification, and so no checksum."""
    if pkt[12:14] != b"\x08\x00" or not pkt[20] & 0x40:
        return pkt
    return pkt[:18] + bytes(2) + pkt[20:24] + bytes(2) + pkt[26:]


def other_zero(a, b):
    """The same packets, but for a checksum that is 0 in one and 0xffff in the other."""
    if a[0] != b[0] or len(a[1]) != len(b[1]):
        return False
    at = [n for n, (x, y) in enumerate(zip(a[1], b[1])) if x != y]
    return len(at) == 2 and at[0] % 2 == 0 and at[1] == at[0] + 1 and \
        {a[1][at[0]:at[0] + 2], b[1][at[0]:at[0] + 2]} == {bytes(2), b"\xff\xff"}


class Same:
    """How packets are compared."""

    def __init__(self, words):
        self.group, self.atomic, self.pattern = by_station, False, PATTERN
        allowed = []
        while re.match("sorted$|streams$|atomic$|or=|pattern=", words[0]):
            how, _, value = words.pop(0).partition("=")
            if how == "or":
                allowed += packets(value)
            elif how == "pattern":
                self.pattern = value.encode()
            elif how == "atomic":
                self.atomic = True
            else:
                self.group = in_any_order if how == "sorted" else by_stream
        self.allowed = set(self.seen(allowed))

    def seen(self, pkts):
        """As far as it counts."""
        return [(n, without_id(p)) for n, p in pkts] if self.atomic else pkts

    def verdict(self, got, want):
        """How many are the same, or the first that is not."""
        if len(got) != len(want):
            return f"{len(got)} packets, not {len(want)}"
        got, want = self.seen(got), self.seen(want)
        got, want = self.group(got), self.group(want)
        for sender, sent in want.items():
            seen = got.get(sender, [])
            if len(seen) != len(sent):
                return f"{len(seen)} packets of a sender, not {len(sent)}"
            for i, (a, b) in enumerate(zip(seen, sent)):
                if a != b and a not in self.allowed and not (
                        self.group is by_stream and other_zero(a, b)):
                    return difference(i, a, b)
        return self.wanted(sum(len(sent) for sent in want.values()))

    def wanted(self, number):
        return f"{number} equal packets"

    def row(self, name, path, got, want):
        row(f"{name} of {path}", self.verdict(got, want), self.wanted(len(want)))


def row(name, got, want):
    print(name, got, want, sep="\t")


def count(number, name, pkts):
    if number != "-":
        row(name, number, len(pkts))


def filter(*words, search=False):
    words = list(words)
    how = Same(words)
    found = whole(words.pop(0))
    count(words.pop(0), "packets behind the filter", found)
    if search:
        found = searched(found, how.pattern)
        count(words.pop(0), "packets behind the search", found)
    if words and not found:
        row("packets to compare", "none", "some")
    for path in words:
        how.row("bytes", path, packets(path), found)


def worm(*words):
    filter(*words, search=True)


def worm2(filtered, lines):
    filtered = whole(filtered)
    found = searched(filtered)
    with open(lines) as f:
        said = re.findall(r": (\d+) of (\d+) bytes, of (\d+) packets (\d+) match",
                          f.read())
    row(f"lengths in {lines}",
        sorted((int(w), int(c)) for c, w, _, _ in said) ==
        sorted((length, len(data)) for length, data in found), True)
    row(f"counts at the end of {lines}", said and said[-1][2:],
        (str(len(filtered)), str(len(found))))


def same(*words):
    words = list(words)
    how = Same(words)
    wire, path = words
    how.row("all packets", path, between_marks(packets(path)),
            between_marks(whole(wire)))


def times(wire, path):
    seen = {data: time for time, _, data in records(path)}
    late = [abs(seen[data] - time) for time, _, data in records(wire) if data in seen]
    good = len(late) > 10 and max(late) < SLACK and statistics.median(late) < USUAL
    row(f"times of {path}", "like tcpdump's" if good else
        f"of {len(late)} packets, half {statistics.median(late or [0])} s off, "
        f"one {max(late, default=0)} s", "like tcpdump's")


def totals(filtered, count, size):
    pkts = whole(filtered)
    row("packets counted", count, len(pkts))
    row("bytes counted", size, sum(length for length, _ in pkts))


CLAIMS = {f.__name__: f for f in (filter, worm, worm2, same, times, totals)}

if __name__ == "__main__":
    claims, claim = [], []
    for w in [*sys.argv[1:], ","]:
        if w != ",":
            claim.append(w)
        else:
            claims.append(claim)
            claim = []
    for name, *words in claims:
        try:
            CLAIMS[name](*words)
        except (OSError, ValueError, StopIteration) as e:
            row(f"{name} {' '.join(words)}", f"{type(e).__name__}: {e}", "")
