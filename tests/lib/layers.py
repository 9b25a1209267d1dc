# SPDX-License-Identifier: GPL-2.0
"""What HASH is to make of an Ethernet frame, told by the RFCs and not by its code.

layers(frame) gives the bytes of layer 0 to 3."""
import struct

IP, IP6, ARP = 0x0800, 0x86dd, 0x0806
TAGS, MPLS = (0x8100, 0x88a8), (0x8847, 0x8848)
HOP, ROUTING, FRAGMENT, AUTH, DESTINATION = 0, 43, 44, 51, 60
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58


def network(frame):
    """The kind of network layer, and the frame from there on; None: there is none."""
    kind, at, tags = int.from_bytes(frame[12:14], "big"), 14, 0
    while kind in TAGS and tags < 8:
        if len(frame) < at + 4:
            return None
        kind, at, tags = int.from_bytes(frame[at + 2:at + 4], "big"), at + 4, tags + 1
    if kind not in MPLS:
        return kind, frame[at:]
    for _ in range(16):
        entry, at = frame[at:at + 4], at + 4
        if len(entry) < 4:
            return None
        if entry[2] & 1:
            if at == len(frame):
                return None
            return {4: IP, 6: IP6}.get(frame[at] >> 4, kind), frame[at:]
    return None


def transport4(data):
    """Protocol and bytes of the transport layer of IPv4."""
    fragment = int.from_bytes(data[6:8], "big") & 0x1fff
    return (data[9], data[(data[0] & 15) * 4:]) if not fragment else None


def transport6(data):
    """The same of IPv6, behind up to eight extension headers."""
    kind, data = data[6], data[40:]
    for _ in range(8):
        if kind not in (HOP, ROUTING, FRAGMENT, AUTH, DESTINATION):
            return kind, data
        if len(data) < 8:
            return None
        if kind == FRAGMENT:
            size = 8
            if int.from_bytes(data[2:4], "big") & 0xfff8:
                return None
        elif kind == AUTH:
            size = (data[1] + 2) * 4
        else:
            size = (data[1] + 1) * 8
        kind, data = data[0], data[size:]
    return None


def behind(kind, data, captured):
    """What is behind the header of TCP, UDP or ICMP. @captured: the same, with
    padding: where the header itself may lie."""
    if kind == TCP and len(captured) >= 20 and captured[12] >> 4 >= 5:
        return data[(captured[12] >> 4) * 4:]
    if kind == UDP and len(captured) >= 8:
        return data[8:]
    if kind in (ICMP, ICMP6) and captured:
        return data[8 if kind == ICMP else 4:]
    return b""


def layers(frame):
    found = network(frame)
    if not found:
        return frame, b"", b"", b""
    kind, whole = found
    if kind == ARP:
        if len(whole) >= 8:
            whole = whole[:8 + 2 * (whole[4] + whole[5])]
        return frame, whole, whole[8:], b""
    if kind < 1536:             # a length (IEEE 802.3)
        return frame, whole[:kind] if kind else whole, b"", b""
    length = header = 0
    transport = None
    if kind == IP and len(whole) >= 20 and whole[0] >> 4 == 4 and whole[0] & 15 >= 5:
        header, length = (whole[0] & 15) * 4, int.from_bytes(whole[2:4], "big")
        transport = transport4(whole)
    if kind == IP6 and len(whole) >= 40 and whole[0] >> 4 == 6:
        header, length = 40, int.from_bytes(whole[4:6], "big")
        length += 40 if length else 0
        transport = transport6(whole)
    data = whole[:length] if length else whole
    if not header:
        return frame, data, b"", b""
    payload = b""
    if transport:
        end = len(whole) - len(data)
        rest = transport[1]
        payload = behind(transport[0], rest[:max(len(rest) - end, 0)], rest)
    return frame, data, data[header:], payload


def additive(data):
    return (len(data) + sum(data)) % 500009


def siphash(key, data):
    """SipHash-2-4, after the paper."""
    mask = (1 << 64) - 1
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
         k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573]

    def left(n, by):
        return (n << by | n >> 64 - by) & mask

    def rounds(number):
        for _ in range(number):
            v[0] = v[0] + v[1] & mask
            v[2] = v[2] + v[3] & mask
            v[1], v[3] = left(v[1], 13) ^ v[0], left(v[3], 16) ^ v[2]
            v[0] = left(v[0], 32)
            v[2] = v[2] + v[1] & mask
            v[0] = v[0] + v[3] & mask
            v[1], v[3] = left(v[1], 17) ^ v[2], left(v[3], 21) ^ v[0]
            v[2] = left(v[2], 32)

    last = bytes([len(data) & 255])
    padded = data + bytes(7 - len(data) % 8) + last
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xff
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


# The test vector of the paper's appendix A.
assert siphash(bytes(range(16)), bytes(range(15))) == 0xa129ca6149be45e5
