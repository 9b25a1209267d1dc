# SPDX-License-Identifier: GPL-2.0
"""An XDP program that counts, in generic mode: the interface is none of hardware."""

import socket

import bpf
import rig
from peer import Peer, counted


class Xdp(Peer):
    prog = None

    def start(self):
        self.prog = bpf.XdpCounter(socket.if_nametoindex(rig.DEVICE))

    def stop(self):
        if self.prog:
            self.prog.close()
        self.prog = None

    def check(self, packets):
        counted(self.prog.counted(), packets)
