# SPDX-License-Identifier: GPL-2.0
"""Packets of a file that TO_FILE wrote."""
import struct


def records(path):
    """(time in ns, length) of each packet of a capture."""
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    while at < len(data):
        sec, nsec, caplen, length = struct.unpack_from("=IIII", data, at)
        yield sec * 10**9 + nsec, length
        at += 16 + caplen


def fixed(ns):
    """Seconds with 32 binary digits."""
    return (ns // 10**9 << 32) + (ns % 10**9 << 32) // 10**9


def stamps(path):
    """When the packets came, in that form."""
    return [fixed(ns) for ns, _ in records(path)]


def frames(path):
    """The bytes of the packets."""
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    while at < len(data):
        caplen = struct.unpack_from("=8xI", data, at)[0]
        yield data[at + 16:at + 16 + caplen]
        at += 16 + caplen
