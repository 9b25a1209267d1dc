# SPDX-License-Identifier: GPL-2.0
"""What functions are to say, told from packets alone: by the RFCs and the manual."""
import bisect
import operator
import socket
import struct
import time
from collections import namedtuple
from fractions import Fraction
from math import floor

import layers
import lookup3
from capture import fixed
from filter_frames import IP, IP6, TCP, UDP

Jitter = namedtuple("Jitter", "count jitter last sum min max")
Burst = namedtuple("Burst", "min max step iatime lag lead speed")
BURST_WORDS = 5
TYPES = {"TR_CHAR": 0xff, "TR_INT": 0xffffffff, "TR_ULL": (1 << 64) - 1}
BOUNDS = {"EQUAL": operator.eq, "GT": operator.gt, "LT": operator.lt}
INITIAL = 0x4d415049
SAMPLE = struct.Struct("=4s4sIHHQIIII16s16s")


def gaps(times):
    """What GAP says of each packet; of the first, nothing."""
    latest = times[0]
    for now in times[1:]:
        yield max(0, now - latest)
        if now > latest or latest - now > 1 << 32:
            latest = now


def jitters(times):
    """JITTER's result after each packet, by RFC 3550, A.8, and RFC 3393."""
    between = list(gaps(times))
    moved = [b - a for a, b in zip(between, between[1:])]
    sixteen, said = 0, [Jitter(0, 0, 0, 0, 0, 0)] * min(len(times), 2)
    for n, d in enumerate(moved, 1):
        sixteen += abs(d) - ((sixteen + 8) >> 4)
        said.append(Jitter(n, sixteen >> 4, abs(d), sum(map(abs, moved[:n])),
                           min(moved[:n]), max(moved[:n])))
    return said


def bursts(packets, how):
    """(bytes, packets, ns to the next packet) of each burst when it is over, else None."""
    size = count = end = 0
    for ns, length in packets:
        after = ns - end
        goes_on = count and how.iatime - how.lead <= after <= how.iatime + how.lag
        yield (size, count, after) if count and not goes_on else None
        size, count = (size + length, count + 1) if goes_on else (length, 1)
        end = ns + floor(Fraction(length * 8000, how.speed) + Fraction(1, 2))


def histogram(packets, how):
    """BURST's result after each packet: the list is the same."""
    slots = (how.max - how.min) // how.step + 2
    bounds = range(how.min, how.min + (slots - 1) * how.step, how.step)
    words = [0] * (slots * BURST_WORDS)
    for burst in bursts(packets, how):
        if burst:
            size, count, after = burst
            at = bisect.bisect_right(bounds, size)
            gap = [after * how.speed // 8000, 1] if after > 0 else [0, 0]
            for n, more in enumerate([size, count, 1, *gap], at * BURST_WORDS):
                words[n] = (words[n] + more) % 2 ** 64
        yield words


def signed(words):
    return Jitter(*words[:4], *(w - (w >> 63 << 64) for w in words[4:]))


def burst_words(how):
    return ((how.max - how.min) // how.step + 2) * BURST_WORDS


def long_double(data):
    mantissa, exponent = struct.unpack("=QH", data[:10])
    return mantissa * 2 ** (exponent - 16383 - 63) if mantissa else 0


def near(got, want):
    """To 60 bits."""
    return abs(got - want) <= want >> 60


def edges(least, greatest, interval, octave):
    """The greatest value of each slot but the last."""
    at, k = least, 0
    while at < greatest:
        width = interval << max(0, k // octave - 1) if octave else interval
        at += width
        k += 1
        yield at


def hits_of(numbers, kind, bound, threshold):
    """(index, value, before) of each hit, of numbers that were looked at."""
    before, hits = None, []
    for index, number in enumerate(numbers):
        number &= TYPES[kind]
        if bound in BOUNDS:
            hit = BOUNDS[bound](number, threshold)
        else:
            hit = before is not None and BOUNDS[bound[:-2]](number - before, threshold)
        if hit:
            hits.append((index, number, before or 0))
        before = number
    return hits


def seconds(units):
    """In units of 2^-32 s."""
    return f"{units >> 32}.{(units & 0xffffffff) * 10**12 >> 32:012}"


def seen(frame):
    """Linux drops a frame that ends in a VLAN tag, or right behind it, at once."""
    return len(frame) >= 20 or frame[12:14] not in (b"\x81\0", b"\x88\xa8")


def local(seconds):
    """A time of day, in this machine's zone."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(int(seconds))) + \
        f"{seconds % 1:.3f}"[1:]


def tenths(text):
    return int(text[1:-1]) * 10**8


def absolute(text):
    return int(text.replace(".", "")) * 10**6


def window(start, stop, first):
    """What STARTSTOP is to pass: from when to when, in nanoseconds."""
    begin = absolute(start) if start[:1] not in ("", "+") else \
        first + (tenths(start) if start else 0)
    if not stop:
        return begin, 1 << 64
    # An end of its own needs no beginning.
    return begin if start else 0, \
        begin + tenths(stop) if stop[:1] == "+" else absolute(stop)


def word(text):
    """Tenths of a second, and seconds since 1970, as STARTSTOP has them."""
    if text[:1] == "+":
        return f"+{int(text[1:-1]) / 10}s"
    return local(float(text)) if text else ""


def flow_of(frame):
    """(source, destination, protocol, ports as bytes, transport) of TCP and UDP."""
    kind, data = layers.network(frame) or (None, b"")
    if kind == IP and len(data) >= 20 and data[0] >> 4 == 4 and data[0] & 15 >= 5:
        found, source, dest = layers.transport4(data), data[12:16], data[16:20]
    elif kind == IP6 and len(data) >= 40 and data[0] >> 4 == 6:
        found, source, dest = layers.transport6(data), data[8:24], data[24:40]
    else:
        return None
    least = {TCP: 20, UDP: 8}.get(found[0]) if found else None
    if not least or len(found[1]) < least:
        return None
    return source, dest, found[0], found[1]


def hashed(frame, both):
    source, dest, proto, transport = flow_of(frame)
    a, b = source + transport[:2], dest + transport[2:4]
    if both and a > b:
        a, b = b, a
    words = list(struct.unpack(f"!{len(source) // 2}I", a[:-2] + b[:-2]))
    if len(words) == 2:
        words[1] ^= proto
    else:
        words.append(proto)
    words.append(int.from_bytes(a[-2:] + b[-2:], "big"))
    return lookup3.hashword(words, INITIAL) % 1024


def chosen(frame, part, both):
    return bool(flow_of(frame)) and hashed(frame, both) < part


def sample_of(frame, when, wire=None):
    """As struct sample has it. @wire: its length there, if not all was captured."""
    source, dest, proto, transport = flow_of(frame)
    six = len(source) == 16
    sequence, flags = struct.unpack_from("!4xI5xB", transport) if proto == TCP else (0, 0)
    return (bytes(4) if six else source, bytes(4) if six else dest, proto,
            *struct.unpack_from("!HH", transport), when, sequence, flags,
            socket.AF_INET6 if six else socket.AF_INET, wire or len(frame),
            source if six else bytes(16), dest if six else bytes(16))


def slots(values, args):
    """How many values DIST has in each slot."""
    ends = list(edges(*args))
    found = [0] * (len(ends) + 1)
    for value in values:
        found[-1 if value > args[1] else bisect.bisect_left(ends, value)] += 1
    return found


def startstop(times, start, stop):
    """STARTSTOP of packets with these times in ns: its result, and which pass. What
    is relative counts from the first of all that came so far."""
    passed, first, right = [], 1 << 64, []
    for n, ns in enumerate(times):
        first = min(first, ns)
        begin, end = window(start, stop, first)
        if begin <= ns <= end:
            passed.append(n)
            right.append(ns)
    return [fixed(first), *(fixed(f(right, default=0)) for f in (min, max))], passed
