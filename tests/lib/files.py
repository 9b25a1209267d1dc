# SPDX-License-Identifier: GPL-2.0
"""Capture files of all formats, written here and not by a library."""
import gzip
import struct


def pcap(packets, order="<", nano=False, linktype=1):
    """packets: (ns, bytes, length on the wire)"""
    out = [struct.pack(order + "IHHiIII", 0xa1b23c4d if nano else 0xa1b2c3d4, 2, 4, 0, 0,
                       262144, linktype)]
    for ns, data, wire in packets:
        out.append(struct.pack(order + "IIII", ns // 10**9,
                               ns % 10**9 // (1 if nano else 1000), len(data), wire) + data)
    return out


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + \
        struct.pack(order + "I", len(body) + 12)


def pcapng(packets, order="<", linktype=1):
    """Nanoseconds."""
    out = [block(order, 0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1)) +
           block(order, 1, struct.pack(order + "HHI", linktype, 0, 262144) +
                 struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0))]
    for ns, data, wire in packets:
        out.append(block(order, 6, struct.pack(order + "IIIII", 0, ns >> 32, ns & 0xffffffff,
                                               len(data), wire) + data))
    return out


def erf_record(kind, ns, data, wire, flags=4, extensions=b"", colour=0):
    fraction = (ns % 10**9 << 32) // 10**9
    return struct.pack("<Q", ns // 10**9 << 32 | fraction) + \
        struct.pack(">BBHHH", kind | (0x80 if extensions else 0), flags,
                    16 + len(extensions) + len(data), colour, wire) + extensions + data


def port_of(n):
    """Of packet n, in erf()."""
    return n * 5 % 8


def erf(packets):
    """Of all types that are Ethernet, with extension headers, and what is no packet
    between them: records do not end where words do."""
    kinds, out = (2, 11, 16, 20), [b""]
    for n, (ns, data, wire) in enumerate(packets):
        if n % 5 == 0:
            out[-1] += erf_record(48, 0, bytes(n % 7), 0)
        if n % 7 == 0:
            out[-1] += erf_record(27, ns, bytes(24), 0, extensions=b"\x03" + bytes(7))
        more = b"".join(bytes([(0x80 if i + 1 < n % 4 else 0) | 3]) + bytes(7)
                        for i in range(n % 4))
        out.append(erf_record(kinds[n % 4], ns, b"\x17\x51" + data, wire, extensions=more,
                              flags=4 | (port_of(n) & 4) << 4 | port_of(n) & 3))
    return out


def write(path, pieces, compress=False):
    with (gzip.open if compress else open)(path, "wb") as f:
        f.write(b"".join(pieces))
