#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""ANONYMIZE and ANONYMIZEIP beside what packets are to become (anonymous.py).

    anonymize.py V0 V1 FOLDER SEED

A trace runs through a flow for each policy, and then packets from V0 to V1. Prints for
each its name, how many packets come out and how many are wrong, and what is right, with
tabs between.
"""
import hashlib
import hmac
import os
import random
import statistics
import subprocess
import sys
import zlib

import client
import files
from anonymous import (Built, addresses, anonymised, changed, finish, network, packet,
                       prefix_preserving, same)
from capture import packets_of
from packets import Packet
from rows import row, row_true, rows_equal
from sender import Sender
from watch import wait_finished

V0, V1, FOLDER, SEED = sys.argv[1:]
NUMBER = 600
AT_ONCE = 12            # flows with a file
# That of Crypto-PAn's sample, whose addresses are known.
KEY = bytes((21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
             216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2))
KNOWN = {
    "128.11.68.132": "135.242.180.132", "129.118.74.4": "134.136.186.123",
    "130.132.252.244": "133.68.164.234", "141.223.7.43": "141.167.8.160",
    "24.0.250.221": "100.15.198.226", "4.3.88.225": "124.60.155.63",
    "192.102.249.13": "252.138.62.131", "64.14.118.196": "0.255.183.58",
}
SECRET = "6b65792066206b65792066206b657921"     # sixteen bytes

dice = random.Random(SEED)
built = [packet(dice) for _ in range(NUMBER)]


def words(text):
    return tuple(text.split(","))


def cmac(cipher, key, data):
    out = subprocess.run(["openssl", "mac", "-cipher", cipher, "-macopt", f"hexkey:{key}",
                          "CMAC"], input=data, stdout=subprocess.PIPE, check=True).stdout
    return bytes.fromhex(out.decode().strip())


def crc32(data):
    return zlib.crc32(data).to_bytes(4, "big")


def hashed(digest, strip, text):
    """What a field becomes; @strip: of fields of any length."""
    def change(old):
        value = digest(old)
        value = value.hex().encode() if text else value
        return value[:len(old)] + (b"" if strip else bytes(max(0, len(old) - len(value))))
    return change


def filled(pattern):
    return lambda old: (pattern * (len(old) // len(pattern) + 1))[:len(old)]


def options_left(keep):
    return lambda old: old[:keep // 4 * 4] if len(old) > keep else old


HASHES = {
    "ANON_SHA": lambda d: hashlib.sha1(d).digest(), "ANON_MD5": lambda d: hashlib.md5(d).digest(),
    "ANON_SHA_2": lambda d: hashlib.sha256(d).digest(), "ANON_CRC32": crc32,
}
KEYED = {
    "ANON_SHA": lambda d: hmac.digest(bytes.fromhex(SECRET), d, "sha1"),
    "ANON_SHA_2": lambda d: hmac.digest(bytes.fromhex(SECRET), d, "sha256"),
    "ANON_MD5": lambda d: hmac.digest(bytes.fromhex(SECRET), d, "md5"),
    "ANON_AES": lambda d: cmac("aes-128-cbc", SECRET, d),
    # With one key three times it is DES.
    "ANON_DES": lambda d: cmac("des-ede3-cbc", SECRET[:16] * 3, d),
    "ANON_TRIPLEDES": lambda d: cmac("des-ede3-cbc", SECRET + SECRET[:16], d),
}
KEY_LEN = {"ANON_DES": 16, "ANON_TRIPLEDES": 48}
NUMBERS = [("IP", n) for n in ("TOS", "PACKET_LENGTH", "ID", "FRAGMENT_OFFSET", "TTL", "IP_PROTO")] + \
    [("TCP", n) for n in ("SRC_PORT", "DST_PORT", "SEQUENCE_NUMBER", "ACK_NUMBER", "FLAGS", "WINDOW",
                          "URGENT_POINTER")] + \
    [("UDP", n) for n in ("SRC_PORT", "DST_PORT", "UDP_DATAGRAM_LENGTH")] + \
    [("ICMP", "TYPE"), ("ICMP", "CODE")]
CHECKSUMS = [(p, "CHECKSUM") for p in ("IP", "TCP", "UDP", "ICMP")]
ADDRESSES = [("IP", "SRC_IP"), ("IP", "DST_IP")]
BYTES = [(p, "PAYLOAD") for p in ("IP", "TCP", "UDP", "ICMP", "HTTP")]
TEXTS = [("HTTP", n) for n in ("METHOD", "URI", "VERSION", "RESPONSE_CODE", "RESP_CODE_DESCR",
                               "HOST", "COOKIE", "USER_AGENT", "X_FORWARDED_FOR")] + \
    [("FTP", n) for n in ("USER", "PASS", "RETR", "RESPONSE_CODE", "RESPONSE_ARG")]
OPTIONS = [("IP", "OPTIONS"), ("TCP", "OPTIONS")]
EVERY = NUMBERS + CHECKSUMS + ADDRESSES + BYTES + TEXTS + OPTIONS


def policies():
    """{policy: what it makes of the bytes of a field}"""
    for proto, name in EVERY:
        yield f"{proto},{name},ZERO", lambda old: bytes(len(old))
    for proto, name in BYTES + TEXTS:
        for keep in (0, 5):
            yield f"{proto},{name},STRIP,{keep}", lambda old, keep=keep: old[:keep]
    for proto, name in OPTIONS:
        yield f"{proto},{name},STRIP", lambda old: b""
        yield f"{proto},{name},STRIP,7", options_left(7)
    for name, digest in HASHES.items():
        yield f"IP,SRC_IP,HASHED,{name},PAD_WITH_ZERO", hashed(digest, False, False)
        yield f"TCP,PAYLOAD,HASHED,{name},PAD_WITH_ZERO", hashed(digest, False, False)
        yield f"UDP,PAYLOAD,HASHED,{name},STRIP_REST", hashed(digest, True, False)
        yield f"HTTP,URI,HASHED,{name},STRIP_REST", hashed(digest, True, True)
    for name, digest in KEYED.items():
        key = {"ANON_DES": SECRET[:16], "ANON_TRIPLEDES": SECRET + SECRET[:16]}.get(name, SECRET)
        yield f"FTP,PASS,HASHED,{name},PAD_WITH_ZERO,{key}", hashed(digest, False, True)
        yield f"ICMP,PAYLOAD,HASHED,{name},STRIP_REST,{key}", hashed(digest, True, False)
    yield "IP,PAYLOAD,PATTERN_FILL,STR,a,b", filled(b"a,b")
    yield "HTTP,COOKIE,PATTERN_FILL,STR,x", filled(b"x")
    yield "UDP,PAYLOAD,PATTERN_FILL,INTEGER,0x01020304", filled(b"\1\2\3\4")
    yield "IP,TTL,PATTERN_FILL,INTEGER,7", filled(b"\7")
    yield "TCP,SRC_PORT,REPLACE,4660", filled(b"\x12\x34")
    yield "TCP,CHECKSUM,REPLACE,1", filled(b"\0\1")
    yield "TCP,SEQUENCE_NUMBER,REPLACE,4294967295", filled(b"\xff")
    yield "IP,DST_IP,REPLACE,192.0.2.1", \
        lambda old: bytes((192, 0, 2, 1)) if len(old) == 4 else bytes(16)
    yield "IP,SRC_IP,REPLACE,2001:db8::9", \
        lambda old: bytes.fromhex("20010db8") + bytes(11) + b"\x09" if len(old) == 16 else bytes(4)
    yield "HTTP,HOST,REPLACE,a.rather.long.name.example,and,commas", \
        lambda old: b"a.rather.long.name.example,and,commas"
    yield "FTP,RESPONSE_ARG,REPLACE,-", lambda old: b"-"
    yield "TCP,PAYLOAD,REPLACE,odd", lambda old: b"odd"
    yield "TCP,URGENT_POINTER,UNCHANGED", lambda old: old


def want_of(b, policy, change):
    proto, name = words(policy)[:2]
    edits = [(at, size, change(b.data[at:at + size])) for at, size in b.spans.get((proto, name), [])]
    return changed(b, edits)


class Run:
    """A trace through flows, each of which writes a file."""

    def __init__(self, packets):
        path = os.path.join(FOLDER, "in.pcap")
        files.write(path, files.pcap(packets))
        self.trace, self.flows = client.Trace(path), []

    def flow(self, *calls):
        flow = client.Flow(self.trace.name)
        path = os.path.join(FOLDER, str(len(self.flows)))
        for name, *args in calls:
            flow.apply(name, *args)
        flow.apply("TO_FILE", 5, path, 0)
        flow.connect()
        self.flows.append((flow, path))

    def out(self):
        """(bytes, length on the wire) of each packet, for each flow."""
        self.trace.start()
        result = []
        for flow, path in self.flows:
            wait_finished(flow)
            flow.close()
            result.append([(data, wire) for _, data, wire in packets_of(path)])
        self.trace.delete()
        return result


def whole(frames):
    return [Packet(10**18 + n * 1000, f, len(f)) for n, f in enumerate(frames)]


def out_of(packets, calls):
    """What each flow has, of a list of functions in front of its file."""
    result = []
    for n in range(0, len(calls), AT_ONCE):
        run = Run(packets)
        for call in calls[n:n + AT_ONCE]:
            run.flow(*call)
        result += run.out()
    return result


def compare(label, got, wants):
    """@wants: as changed() has them."""
    wrong = [n for n, ((data, _), (want, either)) in enumerate(zip(got, wants))
             if not same(data, want, either)]
    for n in wrong[:2]:
        print(f"{label}: packet {n}\n was {built[n % NUMBER].data.hex()}\n is  {got[n][0].hex()}\n not "
              f"{wants[n][0].hex()}", file=sys.stderr)
    row(label, [len(got), len(wrong)], [len(wants), 0])


def all_policies():
    table = list(policies())
    packets = whole(b.data for b in built)
    outs = out_of(packets, [[("ANONYMIZE", policy)] for policy, _ in table])
    for (policy, change), got in zip(table, outs):
        compare(policy, got, [want_of(b, policy, change) for b in built])
        row_true(f"{policy}: lengths on the wire", all(len(d) == w for d, w in got))


def dotted(text):
    return bytes(map(int, text.split(".")))


def prefixes():
    table = prefix_preserving(KEY, [a for b in built for a in addresses(b)])
    known = prefix_preserving(KEY, map(dotted, KNOWN))
    rows_equal("the model has the addresses of Crypto-PAn's sample",
               [known[dotted(a)] for a in KNOWN], list(map(dotted, KNOWN.values())))
    calls = [[("ANONYMIZEIP", KEY.hex())], [("ANONYMIZEIP", KEY + b" and more")],
             [("ANONYMIZE", f"IP,SRC_IP,PREFIX_PRESERVING,{KEY.hex()}")],
             [("ANONYMIZE", f"IP,DST_IP,PREFIX_PRESERVING_MAP,{KEY.hex()}")]]
    outs = out_of(whole(b.data for b in built), calls)
    wants = [anonymised(b, table) for b in built]
    compare("ANONYMIZEIP", outs[0], wants)
    compare("ANONYMIZEIP, a key of characters", outs[1], wants)
    for (proto, name), got in zip(ADDRESSES, outs[2:]):
        policy = f"{proto},{name},PREFIX_PRESERVING"
        compare(policy, got, [want_of(b, policy, table.get) for b in built])


def cut_off():
    """Fields that were not captured whole are zero as far as they were."""
    cuts = [dice.randint(14, len(b.data)) for b in built]
    packets = [Packet(p.ns, p.data[:cut], p.wire) for p, cut in
               zip(whole(b.data for b in built), cuts)]
    table = prefix_preserving(KEY, [a for b in built for a in addresses(b)])
    plain = [b for b in built if b.end and not b.inner]
    outs = out_of(packets, [[("ANONYMIZEIP", KEY.hex())], [("ANONYMIZE", "TCP,SEQUENCE_NUMBER,ZERO")],
                            [("ANONYMIZE", "IP,SRC_IP,PREFIX_PRESERVING")]])
    wrong = 0
    for b, cut, (data, wire) in zip(built, cuts, outs[0]):
        seen = [data[at:at + size] for at, size in b.addresses]
        for (at, size), now in zip(b.addresses, seen):
            old = b.data[at:at + size]
            there = max(0, min(size, cut - at))
            want = table[old] if there == size else bytes(there)
            wrong += now != want
        wrong += len(data) != cut or wire != len(b.data)
    row("ANONYMIZEIP of truncated packets", [len(outs[0]), wrong], [len(built), 0])
    row("policies, too", [len(outs[1]), len(outs[2])], [len(built)] * 2)
    row_true("there were some", len(plain) > NUMBER / 2)


def values(got, key):
    """Of a field in packets that came out, beside what they were."""
    for b, (data, _) in zip(built, got):
        for at, size in b.spans.get(key, []):
            yield b.data[at:at + size], data[at:at + size]


def checks_hold(label, policy, got):
    """Whatever a field became, the rest follows."""
    key = words(policy)[:2]
    wants = []
    for b, (data, _) in zip(built, got):
        wants.append(changed(b, [(at, size, data[at:at + size]) for at, size in b.spans.get(key, [])]))
    compare(label, got, wants)


def maps():
    fields = NUMBERS + ADDRESSES
    outs = out_of(whole(b.data for b in built), [[("ANONYMIZE", f"{p},{n},MAP")] for p, n in fields] +
                  [[("ANONYMIZE", "TCP,SRC_PORT,MAP")]])
    for (proto, name), got in zip(fields, outs):
        policy = f"{proto},{name},MAP"
        pairs = set(values(got, (proto, name)))
        row(f"{policy}: one for each", [len({a for a, _ in pairs}), len({z for _, z in pairs})],
            [len(pairs)] * 2)
        checks_hold(policy, policy, got)
    ports = [dict(values(outs[n], ("TCP", "SRC_PORT"))) for n in (fields.index(("TCP", "SRC_PORT")), -1)]
    row_true("another in another flow", ports[0] != ports[1])
    row_true("and not what they were", sum(a == z for a, z in ports[0].items()) < len(ports[0]) / 10)


def distributions():
    calls = [[("ANONYMIZE", f"TCP,SEQUENCE_NUMBER,MAP_DISTRIBUTION,{kind},1000000,1000")]
             for kind in ("UNIFORM", "GAUSSIAN")]
    calls.append([("ANONYMIZE", "TCP,SRC_PORT,MAP_DISTRIBUTION,GAUSSIAN,65535,60000")])
    outs = out_of(whole(b.data for b in built), calls)
    for kind, got in zip(("UNIFORM", "GAUSSIAN"), outs):
        key = ("TCP", "SEQUENCE_NUMBER")
        said = [int.from_bytes(z, "big") for z in dict(values(got, key)).values()]
        mean, deviation = statistics.mean(said), statistics.stdev(said)
        # Six standard errors; that of a deviation is at most one of 1000/sqrt(2n) for both.
        row_true(f"{kind}: mean {mean:.0f} of {len(said)}", abs(mean - 10**6) < 6000 / len(said) ** .5)
        row_true(f"{kind}: deviation {deviation:.0f}", abs(deviation - 1000) < 4300 / len(said) ** .5)
        if kind == "UNIFORM":
            row_true("UNIFORM: within the square root of three", max(abs(v - 10**6) for v in said) <= 1732)
        checks_hold(kind, words(calls[0][0][1])[0] + ",SEQUENCE_NUMBER", got)
    said = {int.from_bytes(z, "big") for _, z in values(outs[2], ("TCP", "SRC_PORT"))}
    row_true("as far as a field goes", {0, 65535} & said)


def randoms():
    keys = [("IP", "ID"), ("TCP", "PAYLOAD"), ("IP", "DST_IP")]
    calls = [[("ANONYMIZE", f"{p},{n},RANDOM")] for p, n in keys]
    outs = out_of(whole(b.data for b in built), calls + [[("ANONYMIZE", "HTTP,URI,RANDOM")],
                                                         [("ANONYMIZE", "FTP,RETR,FILENAME_RANDOM")]])
    for key, got in zip(keys, outs):
        checks_hold(f"{key} RANDOM", ",".join(key), got)
        like = [a == z for a, z in values(got, key) if len(a) > 3]
        row_true(f"{key}: other than they were", not any(like))
    checks_hold("URI RANDOM", "HTTP,URI", outs[3])
    row_true("text stays text", all(z.islower() and z.isalpha() for _, z in values(outs[3], ("HTTP", "URI"))))
    checks_hold("RETR FILENAME_RANDOM", "FTP,RETR", outs[4])
    for old, new in values(outs[4], ("FTP", "RETR")):
        stem, dot, rest = old.rpartition(b".")
        if (stem + dot and new[len(stem) + 1:] != rest) or \
                [(bytes([c]).isalpha(), bytes([c]).isdigit()) for c in old] != \
                [(bytes([c]).isalpha(), bytes([c]).isdigit()) for c in new]:
            row(f"FILENAME_RANDOM of {old}", new, "like that")


def adjusted():
    outs = out_of(whole(b.data for b in built), [[("ANONYMIZE", f"{p},CHECKSUM,CHECKSUM_ADJUST")
                                                  for p in ("IP", "TCP", "UDP", "ICMP")]])
    path = os.path.join(FOLDER, "adjusted.pcap")
    files.write(path, files.pcap(whole(d for d, _ in outs[0])))
    shown = subprocess.run(
        ["tshark", "-r", path, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
         "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "occurrence=f", "-e", "ip.checksum.status",
         "-e", "icmp.checksum.status", "-e", "icmpv6.checksum.status", "-e", "tcp.checksum.status",
         "-e", "udp.checksum.status"], stdout=subprocess.PIPE, check=True, text=True).stdout
    # What is quoted in an error is as wrong as it was.
    said = [field for b, line in zip(built, shown.split("\n"))
            for field in line.split("\t")[:3 if b.inner else 5]]
    row("checksums that are wrong, for tshark, behind CHECKSUM_ADJUST", said.count("0"), 0)
    row_true("there are some that are right", said.count("1") > NUMBER)


def live():
    """Several users of one interface, each with what was asked for."""
    flows = {}
    sender = Sender(V0, SEED)
    table = prefix_preserving(KEY, [a for b in built for a in addresses(b)])
    chains = {
        "plain": [], "addresses": [("ANONYMIZEIP", KEY.hex())],
        "the same": [("ANONYMIZEIP", KEY.hex())],
        "and more": [("ANONYMIZEIP", KEY.hex()), ("ANONYMIZE", "TCP,SRC_PORT,ZERO"),
                     ("BPF_FILTER", "tcp src port 0")],
        "payload": [("BPF_FILTER", "tcp or udp"), ("ANONYMIZE", "IP,PAYLOAD,STRIP,20")],
    }
    for name, calls in chains.items():
        flow, path = client.Flow(V1), os.path.join(FOLDER, f"live {name}")
        for what, *args in calls:
            flow.apply(what, *args)
        flow.apply("TO_FILE", 0, path, 0)
        flow.connect()
        flows[name] = (flow, path)
    few = built[:200]
    for b in few:
        sender.send(b.data)
    out = {}
    for name, (flow, path) in flows.items():
        flow.close()
        out[name] = [(data, wire) for _, data, wire in packets_of(path)]
    compare("live: who changes nothing", out["plain"], [(b.data, []) for b in few])
    wants = [anonymised(b, table) for b in few]
    compare("live: addresses", out["addresses"], wants)
    compare("live: the same for another", out["the same"], wants)
    tcp = [b for b in few if b.proto == 6 and b.l3 == 14 and b.data[20 if b.six else 23] == 6]
    row("live: a filter behind it sees what it became", len(out["and more"]), len(tcp))
    long = [d.hex() for d, _ in out["payload"] if len(d) > 14 + 60 + 20 + 8]
    row("live: packets are shorter", long[:1], [])
    row_true("live: and there are some", len(out["payload"]) > 20)


def many():
    """A packet with as many fields as there is room for costs no more than 64."""
    for line, policy, stop in ((b"Te: x\n", "HTTP,TE,STRIP", 64), (b"220 x\n", "FTP,RESPONSE_ARG,REPLACE,yy", 64)):
        b = Built(data=bytes(12) + b"\x08\0", proto=6)
        port = 21 if line[0] == 50 else 80

        def make(b, _):
            start = b"GET / HTTP/1.0\n" if port == 80 else b""
            b.data += bytes((0, port, 0, 9)) + bytes(8) + b"\x50\x10" + bytes(6) + start + line * 500
        network(b, dice, make)
        finish(b, dice)
        new = b"" if port == 80 else b"yy"
        at = [b.data.index(line) + n * len(line) + 4 for n in range(500)]
        edits = [(a, 1, new) for a in at[:stop]] + [(at[stop], b.end - at[stop], bytes(b.end - at[stop]))]
        [got] = out_of(whole([b.data]), [[("ANONYMIZE", policy)]])
        want, either = changed(b, edits)
        row(f"{policy} 500 times", same(got[0][0], want, either), True)


def refusals():
    flow = client.Flow(V1)
    for want, texts in {
            7001: ("", "X", "IP4,SRC_IP,ZERO", ",,", "ip,SRC_IP,ZERO"),
            7002: ("IP", "IP,", "IP,VERSION,ZERO", "IP,IHL,ZERO", "TCP,SRC_IP,ZERO", "HTTP,NO_SUCH,ZERO",
                   "FTP,HELLO,ZERO", "IP,SRC_PORT,MAP"),
            7003: ("IP,SRC_IP", "IP,SRC_IP,", "IP,SRC_IP,zero", "IP,TTL,PREFIX_PRESERVING", "IP,TTL,STRIP",
                   "IP,SRC_IP,STRIP", "TCP,SRC_PORT,CHECKSUM_ADJUST", "TCP,PAYLOAD,MAP", "IP,CHECKSUM,MAP",
                   "IP,SRC_IP,MAP_DISTRIBUTION,UNIFORM,1,1", "TCP,PAYLOAD,REGEXP,a,1,b",
                   "TCP,PAYLOAD,FILENAME_RANDOM"),
            7004: ("IP,SRC_IP,ZERO,1", "IP,ID,MAP,x", "TCP,PAYLOAD,STRIP,", "TCP,PAYLOAD,STRIP,x",
                   "TCP,PAYLOAD,STRIP,-1", "TCP,PAYLOAD,STRIP,1,2", "IP,TTL,REPLACE", "IP,TTL,REPLACE,256",
                   "IP,SRC_IP,REPLACE,1.2.3", "TCP,PAYLOAD,REPLACE,", "IP,ID,PATTERN_FILL,INTEGER,65536",
                   "IP,ID,PATTERN_FILL,STR,", "IP,ID,PATTERN_FILL,FLOAT,1", "IP,ID,HASHED",
                   "IP,ID,HASHED,ANON_SHA", "IP,ID,HASHED,ANON_SHA3,PAD_WITH_ZERO",
                   "IP,ID,HASHED,ANON_SHA,PAD", "IP,ID,HASHED,ANON_SHA,PAD_WITH_ZERO,xy",
                   "IP,ID,HASHED,ANON_SHA,PAD_WITH_ZERO,00,1", "IP,ID,HASHED,ANON_CRC32,PAD_WITH_ZERO,00",
                   "IP,ID,HASHED,ANON_AES,PAD_WITH_ZERO,00", "IP,ID,HASHED,ANON_SHA,PAD_WITH_ZERO," + "00" * 65,
                   "IP,SRC_IP,PREFIX_PRESERVING,00", "IP,ID,MAP_DISTRIBUTION,NORMAL,1,1",
                   "IP,ID,MAP_DISTRIBUTION,UNIFORM,1", "IP,ID,MAP_DISTRIBUTION,UNIFORM,1,-1",
                   "IP,ID,MAP_DISTRIBUTION,UNIFORM,1,1,1")}.items():
        for text in texts:
            try:
                got = flow.apply("ANONYMIZE", text)
            except OSError as error:
                got = error.errno
            row(f"ANONYMIZE '{text}'", got, want)
    for _ in range(32):
        flow.apply("ANONYMIZE", "IP,ID,ZERO")
    try:
        got = flow.apply("ANONYMIZEIP", KEY.hex())
    except OSError as error:
        got = error.errno
    row("more changes than there may be", got, 7006)
    flow.connect()
    Sender(V0, SEED).send(built[0].data)
    flow.close()


def main():
    all_policies()
    prefixes()
    cut_off()
    maps()
    distributions()
    randoms()
    adjusted()
    live()
    many()
    refusals()


main()
