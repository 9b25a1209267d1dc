# SPDX-License-Identifier: GPL-2.0
"""Packets that are kept."""

import capture
import frames
import measure
from case import case

case("buffer", "TO_BUFFER, 60 bytes",
     frame=frames.SMALL, measure=measure.buffer,
     target={"icount": {"kernel": 300, "reader": 12}, "uml": {"kernel": 27, "reader": 12}},
     mapi=capture.Buffer,
     peers={
         "MAPI, mapi_loop": lambda: capture.Buffer(loop=True),
         "TPACKET_V3, libpcap": capture.Pcap,
     })

case("buffer-large", "TO_BUFFER, 1,514 bytes",
     frame=frames.LARGE, measure=measure.buffer,
     target={"icount": {"kernel": 1000}, "uml": {"kernel": 120}},
     mapi=capture.Buffer, peers={"TPACKET_V3, libpcap": capture.Pcap})

case("buffer-snap", "TO_BUFFER, 96 of 1,514 bytes",
     frame=frames.LARGE, measure=measure.buffer,
     target={"icount": {"kernel": 320}, "uml": {"kernel": 30}},
     mapi=lambda: capture.Buffer(96), peers={"TPACKET_V3, libpcap": lambda: capture.Pcap(96)})

# System calls are far too dear in user-mode Linux.
FILES = {
    "measure": measure.written,
    "rigs": ("icount",),
    "mapi": capture.File,
    "peers": {"tcpdump -w": capture.tcpdump, "dumpcap -P": capture.dumpcap},
}

case("file", "TO_FILE, 60 bytes",
     frame=frames.SMALL, target={"icount": {"all": 620}}, **FILES)

case("file-large", "TO_FILE, 1,514 bytes",
     frame=frames.LARGE, target={"icount": {"all": 3300}}, **FILES)
