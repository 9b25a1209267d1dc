# SPDX-License-Identifier: GPL-2.0
"""Packets in a pcap file, and how many of them are worms: from port 1234, with
"pattern" wholly in the 300 bytes from offset 100 on."""
import struct
import sys

data = open(sys.argv[1], "rb").read()
at, packets, worms = 24, 0, 0
while at < len(data):
    caplen = struct.unpack_from("=8xI", data, at)[0]
    pkt = data[at + 16:at + 16 + caplen]
    at += 16 + caplen
    packets += 1
    ip = pkt[14:]
    if pkt[12:14] != b"\x08\x00" or ip[9] not in (6, 17):
        continue
    port = struct.unpack_from("!H", ip, (ip[0] & 15) * 4)[0]
    if port == 1234 and b"pattern" in pkt[100:400]:
        worms += 1
print(packets, worms)
