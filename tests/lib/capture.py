# SPDX-License-Identifier: GPL-2.0
"""Packets of a file that TO_FILE wrote."""
import struct


def packets_of(path):
    """(time in ns, bytes, length on the wire) of each packet."""
    with open(path, "rb") as f:
        data = f.read()
    unit = 1 if data[:4] == struct.pack("=I", 0xa1b23c4d) else 1000
    at = 24
    while at < len(data):
        sec, frac, caplen, length = struct.unpack_from("=IIII", data, at)
        yield sec * 10**9 + frac * unit, data[at + 16:at + 16 + caplen], length
        at += 16 + caplen


def records(path):
    """(time in ns, length) of each packet."""
    return ((ns, length) for ns, _, length in packets_of(path))


def fixed(ns):
    """Seconds with 32 binary digits."""
    return (ns // 10**9 << 32) + (ns % 10**9 << 32) // 10**9


def stamps(path):
    """When the packets came, in that form."""
    return [fixed(ns) for ns, _ in records(path)]


def frames(path):
    """The bytes of the packets."""
    return (data for _, data, _ in packets_of(path))
