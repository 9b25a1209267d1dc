# SPDX-License-Identifier: GPL-2.0
"""Packets whose fields are known because they were put together of them, and what they
are to be when fields have changed: by the RFCs, and by Crypto-PAn's paper."""
import struct
import subprocess
from dataclasses import dataclass, field

from filter_frames import ICMP, ICMP6, IP, IP6, QINQ, TCP, UDP, VLAN

MPLS, OTHER, DESTINATION = 0x8847, 99, 60
METHODS = (b"GET", b"POST", b"HEAD")
HEADERS = {"HOST": b"Host", "COOKIE": b"cookie", "USER_AGENT": b"User-Agent",
           "X_FORWARDED_FOR": b"X-FORWARDED-FOR"}


@dataclass
class Built:
    """A packet. @spans: offset and length of fields by protocol and name; @end: of the IP
    packet; @inner: where another is in an error of ICMP, it, and how much of it."""
    data: bytes = b""
    spans: dict = field(default_factory=dict)
    addresses: list = field(default_factory=list)
    l3: int = 0
    six: bool = False
    l4: int = 0
    proto: int = 0
    end: int = 0
    first: bool = True
    inner: tuple = ()
    quoted: bool = False

    def add(self, what, data):
        """More bytes, which are a field, or fields one after the other."""
        at = len(self.data)
        for name, size in ([(what, len(data))] if not isinstance(what, list) else what):
            if name:
                self.spans.setdefault(name, []).append((at, size))
            at += size
        self.data += data


def total(data):
    data += b"\0" * (len(data) % 2)
    return sum(struct.unpack(f"!{len(data) // 2}H", data))


def check_of(number):
    """A checksum, of what was added up (RFC 1071)."""
    while number >> 16:
        number = (number & 0xffff) + (number >> 16)
    return ~number & 0xffff


def pseudo(b, data):
    if b.proto == ICMP:
        return 0
    at, size = (b.l3 + 8, 32) if b.six else (b.l3 + 12, 8)
    return total(data[at:at + size]) + b.proto + (b.end - b.l4)


CHECK = {TCP: 16, UDP: 6, ICMP: 2, ICMP6: 2}


def checks(b):
    """(where it is, from and to of what it covers, whether there are addresses)"""
    if not b.six:
        yield b.l3 + 10, b.l3, b.l3 + (b.data[b.l3] & 15) * 4, False
    if b.first and b.proto in CHECK and b.l4 + CHECK[b.proto] + 2 <= len(b.data):
        yield b.l4 + CHECK[b.proto], b.l4, b.end, True


def right(b, data, at, start, stop, addresses):
    covered = data[start:at] + b"\0\0" + data[at + 2:stop]
    value = check_of(total(covered) + (pseudo(b, data) if addresses else 0))
    return value or 0xffff if addresses and b.proto == UDP else value


def set_check(data, at, value):
    data[at:at + 2] = struct.pack("!H", value)


def get_check(data, at):
    return struct.unpack_from("!H", data, at)[0]


def finish(b, dice):
    """Checksums, of which some are wrong, or none."""
    data = bytearray(b.data)
    for at, *covers in checks(b):
        value = right(b, bytes(data), at, *covers)
        if not dice.randrange(5):
            value = dice.randrange(65536)
        if b.proto == UDP and at > b.l3 + 10 and not dice.randrange(5):
            value = 0
        set_check(data, at, value)
    b.data = bytes(data)


def http(b, dice):
    def text(size=None):
        return bytes(dice.choices(b"abcxyzABC019/.=-", k=size or dice.randrange(1, 90)))

    if dice.random() < 0.6:
        for name, data in (("METHOD", dice.choice(METHODS)), ("URI", b"/" + text()),
                           ("VERSION", b"HTTP/1.1")):
            b.add(("HTTP", name), data)
            b.add(None, b" " if name != "VERSION" else b"\r\n")
    else:
        for name, data in (("VERSION", b"HTTP/1.0"), ("RESPONSE_CODE", b"404"),
                           ("RESP_CODE_DESCR", b"Not found at all")):
            b.add(("HTTP", name), data)
            b.add(None, b" " if name != "RESP_CODE_DESCR" else b"\r\n")
    for _ in range(dice.randrange(5)):
        name, wire = dice.choice(list(HEADERS.items()))
        b.add(None, wire + dice.choice((b":", b": ", b":  ")))
        b.add(("HTTP", name), text())
        b.add(None, dice.choice((b"\r\n", b" \r\n", b"\n")))
    if dice.random() < 0.2:
        return
    b.add(None, b"\r\n")
    if dice.random() < 0.7:
        b.add(("HTTP", "PAYLOAD"), b"Host: no header\r\n" + text())


def ftp(b, dice, reply):
    for _ in range(dice.randrange(1, 4)):
        text = bytes(dice.choices(b"abc 019.txt", k=dice.randrange(1, 40))).strip(b" ") + b"x"
        if reply:
            b.add(("FTP", "RESPONSE_CODE"), dice.choice((b"220", b"550")))
            b.add(None, dice.choice((b" ", b"-")))
            b.add(("FTP", "RESPONSE_ARG"), text)
        else:
            name, wire = dice.choice((("USER", b"USER "), ("PASS", b"pass "), ("RETR", b"RETR ")))
            b.add(None, wire)
            b.add(("FTP", name), text)
        b.add(None, b"\r\n")


IPV4 = [(None, 1), (("IP", "TOS"), 1), (("IP", "PACKET_LENGTH"), 2), (("IP", "ID"), 2),
        (("IP", "FRAGMENT_OFFSET"), 2), (("IP", "TTL"), 1), (("IP", "IP_PROTO"), 1),
        (("IP", "CHECKSUM"), 2), (("IP", "SRC_IP"), 4), (("IP", "DST_IP"), 4)]
IPV6 = [(None, 4), (("IP", "PACKET_LENGTH"), 2), (("IP", "IP_PROTO"), 1), (("IP", "TTL"), 1),
        (("IP", "SRC_IP"), 16), (("IP", "DST_IP"), 16)]
TRANSPORT = {
    TCP: [(("TCP", "SRC_PORT"), 2), (("TCP", "DST_PORT"), 2), (("TCP", "SEQUENCE_NUMBER"), 4),
          (("TCP", "ACK_NUMBER"), 4), (None, 1), (("TCP", "FLAGS"), 1), (("TCP", "WINDOW"), 2),
          (("TCP", "CHECKSUM"), 2), (("TCP", "URGENT_POINTER"), 2)],
    UDP: [(("UDP", "SRC_PORT"), 2), (("UDP", "DST_PORT"), 2), (("UDP", "UDP_DATAGRAM_LENGTH"), 2),
          (("UDP", "CHECKSUM"), 2)],
    ICMP: [(("ICMP", "TYPE"), 1), (("ICMP", "CODE"), 1), (("ICMP", "CHECKSUM"), 2), (None, 4)],
}
TRANSPORT[ICMP6] = TRANSPORT[ICMP]


def address(dice, six):
    if six:
        return bytes.fromhex("20010db8") + bytes(10) + dice.randrange(9).to_bytes(2, "big")
    return bytes((10, dice.randrange(4), 2, dice.randrange(256)))


def transport(b, dice, room=1400):
    """Of the packet's protocol."""
    data = dice.randbytes(dice.choice((0, 1, 7, 20, 63, 64, 65, 128, 700, room)))
    if b.proto == TCP:
        kind = dice.choice(("http", "http", "command", "reply", None, None, None))
        ports = {"http": (dice.randrange(65536), 80), "command": (dice.randrange(1024, 9999), 21),
                 "reply": (21, dice.randrange(1024, 9999))}.get(
                     kind, (dice.randrange(1024, 65536), dice.randrange(1024, 65536)))
        options = dice.choice((b"", b"\1\1\x08\x0a" + bytes(8), b"\2\4\5\xb4"))
        b.add(TRANSPORT[TCP], struct.pack("!HHIIBBHHH", *ports, dice.getrandbits(32), 2,
                                          (5 + len(options) // 4) << 4, 0x18, 3000, 0, 9))
        if options:
            b.add(("TCP", "OPTIONS"), options)
        begin = len(b.data)
        if kind == "http":
            http(b, dice)
        elif kind:
            ftp(b, dice, kind == "reply")
        else:
            b.data += data
        if len(b.data) > begin:
            b.spans["TCP", "PAYLOAD"] = [(begin, len(b.data) - begin)]
    elif b.proto == UDP:
        b.add(TRANSPORT[UDP], struct.pack("!HHHH", dice.randrange(65536), 53, 8 + len(data), 0))
        if data:
            b.add(("UDP", "PAYLOAD"), data)
    elif b.proto in (ICMP, ICMP6):
        b.add(TRANSPORT[ICMP], struct.pack("!BBHI", 8 if b.proto == ICMP else 128, 0, 0, 7))
        if data:
            b.add(("ICMP", "PAYLOAD"), data)
    else:
        b.data += data


def network(b, dice, make):
    """IPv4 or IPv6, and what @make puts behind its header."""
    b.l3 = len(b.data)
    ends = address(dice, b.six) + address(dice, b.six)
    if b.six:
        more = b"" if b.quoted or dice.random() < 0.8 else bytes([b.proto, 0, 1, 4, 0, 0, 0, 0])
        b.add(IPV6, struct.pack("!IHBB", 6 << 28 | 0x12345, 0, DESTINATION if more else b.proto,
                                dice.randrange(256)) + ends)
        b.data += more
        begin = b.l3 + 40
    else:
        options = dice.choice((b"",) * 4 + (b"\1" * 4, b"\1" * 40))
        flags = 0x4000 if b.first else 7
        b.add(IPV4, struct.pack("!BBHHHBBH", 0x45 + len(options) // 4, 8, 0,
                                dice.randrange(65536), flags, dice.randrange(256), b.proto,
                                0) + ends)
        if options:
            b.add(("IP", "OPTIONS"), options)
        begin = len(b.data)
    b.l4 = len(b.data)
    if b.first:
        make(b, dice)
    else:
        b.data += dice.randbytes(dice.randrange(1, 200))
    b.end = len(b.data)
    if b.end > begin:
        b.spans["IP", "PAYLOAD"] = [(begin, b.end - begin)]
    at, size = (b.l3 + 4, b.end - b.l3 - 40) if b.six else (b.l3 + 2, b.end - b.l3)
    b.data = b.data[:at] + struct.pack("!H", size) + b.data[at + 2:]
    at, size = (b.l3 + 8, 16) if b.six else (b.l3 + 12, 4)
    b.addresses += [(at, size), (at + size, size)]


def quoted(b, dice):
    """An error of ICMP, or what else is about addresses."""
    kinds = (1, 2, 3, 4, 137, 135, 136) if b.six else (3, 11, 12, 5)
    kind = dice.choice(kinds)
    b.add(TRANSPORT[ICMP], struct.pack("!BBHI", kind, 0, 0, 0))
    if kind == 5:
        gateway = address(dice, False)
        b.data = b.data[:-4] + gateway
        b.addresses.append((len(b.data) - 4, 4))
    begin = len(b.data)
    if kind > 100:
        for _ in range(2 if kind == 137 else 1):
            b.addresses.append((len(b.data), 16))
            b.data += address(dice, True)
        b.spans["ICMP", "PAYLOAD"] = [(begin, len(b.data) - begin)]
        return
    proto = dice.choice((TCP, UDP, ICMP6 if b.six else ICMP))
    inner = Built(six=b.six, proto=proto, quoted=True)
    network(inner, dice, lambda i, d: transport(i, d, 300))
    finish(inner, dice)
    cut = dice.choice((len(inner.data), inner.l4 + 8, inner.l4, 26, 3))
    b.inner = (len(b.data), inner, cut)
    b.data += inner.data[:cut]
    b.spans["ICMP", "PAYLOAD"] = [(begin, len(b.data) - begin)]


def link(dice, kind):
    """The bytes in front of the network layer."""
    data, tags = dice.randbytes(12), b""
    for tag in (VLAN, QINQ)[:dice.choice((0, 0, 0, 1, 2))]:
        tags = struct.pack("!HH", tag, 5) + tags
    if dice.random() < 0.1:
        return data + tags + struct.pack("!HI", MPLS, 77 << 12 | 0x140)
    return data + tags + struct.pack("!H", kind)


def arp(dice):
    b = Built(data=link(dice, 0x0806))
    if b.data[-2:] != b"\x08\x06":
        b.data = dice.randbytes(12) + b"\x08\x06"
    b.data += struct.pack("!HHBBH", 1, IP, 6, 4, 1)
    for _ in range(2):
        b.data += dice.randbytes(6)
        b.addresses.append((len(b.data), 4))
        b.data += address(dice, False)
    return b


def packet(dice):
    """Any packet."""
    what = dice.random()
    if what < 0.05:
        return arp(dice)
    six = dice.random() < 0.4
    b = Built(six=six, data=link(dice, IP6 if six else IP))
    b.proto = dice.choice((TCP, TCP, TCP, UDP, UDP, ICMP6 if six else ICMP, OTHER))
    b.first = six or dice.random() > 0.05
    if not b.first:
        b.proto = UDP
    make = transport
    if what > 0.85 and b.first:
        b.proto, make = ICMP6 if six else ICMP, quoted
    network(b, dice, make)
    finish(b, dice)
    if make is not quoted:
        b.data += bytes(max(0, 60 - len(b.data)))
    return b


def changed(b, edits):
    """The packet when spans have become other bytes: (offset, length, bytes)... And where
    0 and 0xffff are the same."""
    data, after, shift = bytearray(b.data), Built(**vars(b)), 0
    for at, size, new in sorted(edits, reverse=True):
        data[at:at + size] = new
        more = len(new) - size
        shift += more
        options = b.spans.get(("IP", "OPTIONS"), [(0, 0)])[0]
        if options[0] <= at < sum(options):
            data[b.l3] += more // 4
            after.l4 += more
        options = b.spans.get(("TCP", "OPTIONS"), [(0, 0)])[0]
        if options[0] <= at < sum(options):
            data[b.l4 + 12] += more // 4 << 4
    after.end += shift
    if shift:
        where = b.l3 + (4 if b.six else 2)
        set_check(data, where, get_check(data, where) + shift)
    if shift and b.proto == UDP and b.first and min(edits)[0] >= b.l4 + 8:
        set_check(data, after.l4 + 4, get_check(data, after.l4 + 4) + shift)
    after.data = bytes(data)
    either = []
    if b.end:
        for old, new in zip(list(checks(b)), list(checks(after))):
            was, is_udp = get_check(b.data, old[0]), b.proto == UDP and old[3]
            among = any(at <= old[0] < at + size for at, size, _ in edits)
            if among or is_udp and not was:
                continue
            whole = b"" .join((bytes(data[:new[0]]), b"\0\0", bytes(data[new[0] + 2:])))
            value, want = right(b, b.data, *old), right(after, whole, *new)
            if was != value:
                want = (want + was - value) % 0xffff
                if is_udp and not want:
                    want = 0xffff
                either.append(new[0])
            set_check(data, new[0], want)
            # The next covers this one, if that is in an error.
            after.data = bytes(data)
    return bytes(data), either


def same(got, want, either):
    got, want = bytearray(got), bytearray(want)
    for at in either:
        for data in (got, want):
            if data[at:at + 2] == b"\xff\xff":
                data[at:at + 2] = b"\0\0"
    return got == want


def prefix_preserving(key, addresses):
    """{address: what becomes of it}, as the paper defines it; AES is openssl's."""
    def aes(blocks):
        return subprocess.run(["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key[:16].hex()],
                              input=blocks, stdout=subprocess.PIPE, check=True).stdout

    pad = int.from_bytes(aes(key[16:]), "big")
    addresses, blocks = sorted(set(addresses)), []
    for a in addresses:
        whole = int.from_bytes(a.ljust(16, b"\0"), "big")
        for n in range(8 * len(a)):
            mask = (1 << 128) - (1 << 128 - n)
            blocks.append((whole & mask | pad & ~mask & (1 << 128) - 1).to_bytes(16, "big"))
    bits, out = iter(aes(b"".join(blocks))[::16]), {}
    for a in addresses:
        flip = int("".join(str(next(bits) >> 7) for _ in range(8 * len(a))), 2)
        out[a] = (int.from_bytes(a, "big") ^ flip).to_bytes(len(a), "big")
    return out


def anonymised(b, table):
    """The packet when addresses have become others, by @table."""
    edits = [(at, size, table[b.data[at:at + size]]) for at, size in b.addresses]
    either = []
    if b.inner:
        at, inner, cut = b.inner
        data, either = anonymised(inner, table)
        data = bytearray(data[:cut])
        for start, size in inner.addresses:
            if start < cut < start + size:
                data[start:] = bytes(cut - start)
        edits.append((at, len(data), bytes(data)))
        either = [at + e for e in either if e + 2 <= cut]
    data, more = changed(b, edits)
    return data, either + more


def addresses(b):
    found = [b.data[at:at + size] for at, size in b.addresses]
    return found + (addresses(b.inner[1]) if b.inner else [])
