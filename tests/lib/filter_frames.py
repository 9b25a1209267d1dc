# SPDX-License-Identifier: GPL-2.0
"""Frames for filters to be wrong about: what they look for, what is next to it,
and what makes headers be elsewhere or not be there. frames() gives them, always
the same."""
import itertools
import random
import struct

IP, IP6, ARP, RARP, VLAN, QINQ = 0x0800, 0x86dd, 0x0806, 0x8035, 0x8100, 0x88a8
TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
OTHERS = (ICMP, 2, 41, 47, 50, 51, 89, 112, 103, 253)

# The second is next to the first by one bit, wherever there are two.
MACS = tuple(bytes.fromhex(m) for m in (
    "020000000001", "020000000003", "0200000000aa", "ffffffffffff",
    "01005e000005", "333300000001", "000000000000"))
V4 = tuple(bytes(map(int, a.split("."))) for a in (
    "10.1.2.3", "10.1.2.2", "10.1.130.3", "11.1.2.3", "192.168.0.1",
    "224.0.0.5", "255.255.255.255", "0.0.0.0"))
V6 = tuple(bytes.fromhex(a) for a in (
    "fd000000000000000000000000000001", "fd000000000000000000000000000003",
    "fd000000000000010000000000000001", "fd000000000000008000000000000001",
    "fe800000000000000000000000000001", "ff020000000000000000000000000001",
    "00000000000000000000000000000000"))
PORTS = (80, 81, 443, 1000, 53, 0, 65535, 0x5000)


def ether(proto, payload, dst=MACS[0], src=MACS[2]):
    return dst + src + struct.pack("!H", proto) + payload


def ipv4(proto, payload, src=V4[0], dst=V4[4], ihl=None, options=b"", fragment=0,
         version=4, ttl=64):
    ihl = 5 + len(options) // 4 if ihl is None else ihl
    return struct.pack("!BBHHHBBH4s4s", version << 4 | ihl, 0,
                       20 + len(options) + len(payload), 7, fragment, ttl, proto,
                       0, src, dst) + options + payload


def ipv6(following, payload, src=V6[0], dst=V6[1], version=6, hops=64):
    return struct.pack("!IHBB16s16s", version << 28, len(payload), following, hops,
                       src, dst) + payload


def l4(proto, src=80, dst=1000, flags=0x10, data=b"data" * 4):
    ports = struct.pack("!HH", src, dst)
    if proto == TCP:
        return ports + struct.pack("!IIBBHHH", 1, 2, 0x50, flags, 3, 0, 0) + data
    if proto == UDP:
        return ports + struct.pack("!HH", 8 + len(data), 0) + data
    if proto == SCTP:
        return ports + bytes(8) + data
    # Others have no ports, but what looks like some.
    return ports + bytes(4) + data


def arp(src, dst, proto=ARP, kind=IP):
    return ether(proto, struct.pack("!HHBBH6s4s6s4s", 1, kind, 6, 4, 1, MACS[2], src,
                                    MACS[0], dst), MACS[3])


def matches():
    """All addresses, all ports, from and to."""
    near = [(80, 1000), (1000, 80), (80, 80), (81, 1000), (1000, 81), (80, 81),
            (0x5000, 1000), (443, 53), (53, 443), (0, 0), (65535, 80), (999, 1001),
            (1001, 90), (79, 91)]
    for proto in TCP, UDP, SCTP:
        for (src, dst), ports in zip(itertools.product(V4, V4[:6]),
                                     itertools.cycle(near)):
            yield ether(IP, ipv4(proto, l4(proto, *ports), src, dst))
        for (src, dst), ports in zip(itertools.product(V6, V6[:6]),
                                     itertools.cycle(near)):
            yield ether(IP6, ipv6(proto, l4(proto, *ports), src, dst))
        for ports in near:
            yield ether(IP, ipv4(proto, l4(proto, *ports)))
            yield ether(IP6, ipv6(proto, l4(proto, *ports)))
    for src, dst in itertools.product(V4, V4):
        yield arp(src, dst)
    for src, dst in itertools.product(V4[:3], V4[:3]):
        yield arp(src, dst, RARP)
        yield arp(src, dst, ARP, 0x1234)
    for proto in OTHERS:
        yield ether(IP, ipv4(proto, l4(proto)))
        yield ether(IP6, ipv6(proto, l4(proto)))
        yield ether(IP, ipv4(proto, l4(proto, 1000, 80), V4[1], V4[0]))
    for kind in range(20):
        yield ether(IP, ipv4(ICMP, bytes([kind, 0]) + bytes(10)))
        yield ether(IP6, ipv6(ICMP6, bytes([120 + kind, 0]) + bytes(10)))
    for flags in range(0, 256, 3):
        yield ether(IP, ipv4(TCP, l4(TCP, flags=flags)))
        yield ether(IP6, ipv6(TCP, l4(TCP, flags=flags)))
    for dst, src in itertools.product(MACS, MACS):
        yield ether(IP, ipv4(UDP, l4(UDP)), dst, src)


def elsewhere():
    """Headers that are longer, later, or not there."""
    ports = struct.pack("!HH", 80, 1000)
    for proto in TCP, UDP, SCTP, ICMP:
        for words in range(11):
            yield ether(IP, ipv4(proto, l4(proto), options=ports * words))
            yield ether(IP, ipv4(proto, l4(proto), options=b"\1" * 4 * words))
        for ihl in range(16):
            yield ether(IP, ipv4(proto, l4(proto) + ports * 12, ihl=ihl))
            yield ether(IP, ipv4(proto, l4(proto), ihl=ihl))
        for fragment in (0x2000, 0x2001, 1, 0x1fff, 0x4000, 0x8000, 0xe000, 0x3fff,
                         0x1000, 0x0100):
            yield ether(IP, ipv4(proto, l4(proto), fragment=fragment))
            yield ether(IP, ipv4(proto, l4(proto, 1000, 80), V4[1], V4[0], ihl=6,
                                 fragment=fragment))
        for version in 0, 5, 6, 15:
            yield ether(IP, ipv4(proto, l4(proto), version=version))
            yield ether(IP6, ipv6(proto, l4(proto), version=version - 6 & 15))
        yield ether(IP6, ipv4(proto, l4(proto)) + bytes(40))
        yield ether(IP, ipv6(proto, l4(proto)))
    for inner in TCP, UDP, SCTP, ICMP, ICMP6, 89, 0, 44, 132:
        for header in 0, 43, 60, 51:
            yield ether(IP6, ipv6(header, bytes([inner, 0, 1, 4, 0, 0, 0, 0]) + l4(inner)))
            yield ether(IP6, ipv6(header, bytes([inner, 1]) + bytes(14) + l4(inner)))
            yield ether(IP6, ipv6(header, bytes([44, 0]) + bytes(6) +
                                  bytes([inner, 0, 0, 1]) + bytes(4) + l4(inner)))
        for offset in 0, 1, 8, 0xfff8, 9:
            yield ether(IP6, ipv6(44, struct.pack("!BBHI", inner, 0, offset, 5) + l4(inner)))
        yield ether(IP6, ipv6(59, l4(inner)))
    tags = ([7], [0], [100], [4095], [0x2007], [7, 100], [100, 7], [0, 0], [7, 7, 7])
    inner = [(IP, ipv4(p, l4(p))) for p in (TCP, UDP, ICMP)] + \
        [(IP6, ipv6(p, l4(p))) for p in (TCP, UDP)] + \
        [(ARP, arp(V4[0], V4[4])[14:]), (0x1234, b"what?" * 10)]
    for kind, tag, (proto, data) in itertools.product((VLAN, QINQ, 0x9100), tags, inner):
        for n, t in enumerate(reversed(tag)):
            data = struct.pack("!HH", t, proto) + data
            proto = kind if n + 1 == len(tag) else VLAN
        yield ether(kind, data)
    for kind in (0, 3, 46, 64, 400, 1500, 1535, 1536, 0x0600, 0x0700, 0x0801, 0x07ff,
                 0x0900, 0x0805, 0x6003, 0x6004, 0x809b, 0x80f3, 0x8037, 0x8847, 0x8848,
                 0x8863, 0x8864, 0x88cc, 0x86dc, 0x86de, 0x9000, 0xffff):
        yield ether(kind, ipv4(TCP, l4(TCP)))
        yield ether(kind, ipv6(UDP, l4(UDP)))
        for llc in "424203", "e0e003", "f0f003", "aaaa030000000800", "fefe0383", "ffff03":
            yield ether(kind, bytes.fromhex(llc) + ipv4(UDP, l4(UDP)))
    yield ether(0x8847, struct.pack("!I", 0x123 << 12 | 0x1ff) + ipv4(TCP, l4(TCP)))
    yield ether(0x8847, struct.pack("!II", 5 << 12, 6 << 12 | 0x1ff) + ipv4(TCP, l4(TCP)))
    for inner in ipv6(TCP, l4(TCP)), ipv6(44, bytes([UDP, 0, 0, 1]) + bytes(4) + l4(UDP)), \
            ipv4(ICMP, l4(ICMP)), b"\x77" * 30:
        yield ether(0x8848, struct.pack("!III", 5 << 12, 6 << 12, 6 << 12 | 0x1ff) + inner)
    for labels in 15, 16, 17:
        yield ether(0x8847, b"\0\1\0\1" * (labels - 1) + b"\0\1\1\1" + ipv4(UDP, l4(UDP)))
    yield ether(0x8864, b"\x11\0\0\7\0\x40\0\x21" + ipv4(TCP, l4(TCP)))


def cut():
    """Frames that end anywhere."""
    long = [ether(IP, ipv4(p, l4(p, data=b"x" * 60))) for p in (TCP, UDP, SCTP, ICMP)]
    long += [ether(IP, ipv4(UDP, l4(UDP), options=bytes(20))),
             ether(IP, ipv4(TCP, l4(TCP), options=bytes(40))),
             ether(IP, ipv4(TCP, l4(TCP), ihl=2)),
             ether(IP, ipv4(UDP, l4(UDP), fragment=9)),
             ether(VLAN, struct.pack("!HH", 7, IP) + ipv4(UDP, l4(UDP))),
             ether(0x1234, bytes(80)), ether(60, b"\x42\x42\3" + bytes(80)),
             arp(V4[0], V4[4]) + bytes(20)]
    long += [ether(IP6, ipv6(p, l4(p))) for p in (TCP, UDP, SCTP, ICMP6, 89)]
    long += [ether(IP6, ipv6(44, bytes([TCP, 0, 0, 0]) + bytes(4) + l4(TCP)))]
    for data in long:
        for end in range(14, min(len(data), 82)):
            yield data[:end]


def noise(dice):
    """Anything, and anything behind a few right bytes."""
    for _ in range(60):
        yield dice.randbytes(dice.randrange(14, 200))
    for kind in IP, IP6, ARP, RARP, VLAN:
        for _ in range(25):
            yield ether(kind, dice.randbytes(dice.randrange(0, 120)), dice.choice(MACS))
    for _ in range(200):
        data = bytearray(dice.choice([ether(IP, ipv4(TCP, l4(TCP))),
                                      ether(IP, ipv4(UDP, l4(UDP), V4[4], V4[0])),
                                      ether(IP6, ipv6(TCP, l4(TCP))),
                                      ether(IP6, ipv6(UDP, l4(UDP, 1000, 80))),
                                      arp(V4[0], V4[1])]))
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        yield bytes(data)


def large():
    """Of which only the Ethernet header may be in one piece."""
    fill = bytes(range(256)) * 20
    for proto in TCP, UDP, SCTP, ICMP:
        yield ether(IP, ipv4(proto, l4(proto, data=fill)))
        yield ether(IP, ipv4(proto, l4(proto, 1000, 80, data=fill), V4[1], V4[0],
                             options=bytes(40)))
        yield ether(IP, ipv4(proto, l4(proto, data=fill), fragment=0x2001))
        yield ether(IP6, ipv6(proto, l4(proto, data=fill)))
    yield arp(V4[0], V4[4]) + fill
    yield ether(VLAN, struct.pack("!HH", 7, IP) + ipv4(TCP, l4(TCP, data=fill)))
    yield ether(0x1234, fill)


def frames(seed):
    return [*matches(), *elsewhere(), *cut(), *noise(random.Random(seed)), *large()]


if __name__ == "__main__":
    print(len(frames(1)))
