# SPDX-License-Identifier: GPL-2.0
"""The packets that are injected: UDP over IPv4 over Ethernet."""

import struct

OTHER_HOST = bytes.fromhex("020000000099")	# the stack drops it at once
THIS_HOST = bytes.fromhex("020000000001")	# the address of the interface
SPORT = 1024
DPORT = 9

_WORDS = """the packet that was sent before this one has been seen by all of them and
none of its bytes are changed on the way to where it will be counted again when time
permits a measurement of what such work may cost in a network with many users""".split()


def _checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def text(length):
    """Words, the same every time, not in an order that repeats soon."""
    out, state = [], 1
    size = 0
    while size < length:
        state = (state * 1103515245 + 12345) & 0x7fffffff
        out.append(_WORDS[(state >> 16) % len(_WORDS)])
        size += len(out[-1]) + 1
    return " ".join(out).encode()[:length]


def udp(size=None, payload=None, dst=OTHER_HOST):
    """A frame of that many bytes, without check sequence, or with that payload."""
    if payload is None:
        payload = bytes(size - 14 - 20 - 8)
    length = 20 + 8 + len(payload)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, 1, 0, 64, 17, 0,
                     bytes([198, 18, 0, 1]), bytes([198, 18, 0, 2]))
    ip = ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:]
    return (dst + bytes.fromhex("020000000077") + b"\x08\x00" + ip +
            struct.pack("!HHHH", SPORT, DPORT, 8 + len(payload), 0) + payload)


SMALL = udp(60)
LARGE = udp(1514)
TEXT = udp(payload=text(1400))
SMALL_HERE = udp(60, dst=THIS_HOST)
TEXT_HERE = udp(payload=text(1400), dst=THIS_HOST)
