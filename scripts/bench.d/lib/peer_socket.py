# SPDX-License-Identifier: GPL-2.0
"""Packet sockets, one for each filter, as programs open them."""

import ctypes
import resource
import socket
import struct

import rig
from peer import Peer, counted

_ETH_P_ALL = 3
_SO_ATTACH_FILTER = 26
ALL = [(6, 0, 0, 262144)]	# the program that takes every packet whole
_SOL_PACKET, _PACKET_STATISTICS = 263, 6


class Sockets(Peer):
    """
    Nobody reads: what does not fit is dropped, and counted.

    counts: the sockets together are to see each packet so often
    """

    def __init__(self, programs, counts=0):
        self.programs, self.counts = programs, counts
        self.sockets = []

    def start(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (16384, 16384))
        for program in self.programs:
            self.sockets.append(self._open(program))

    @staticmethod
    def _open(program):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        code = b"".join(struct.pack("=HBBI", *insn) for insn in program)
        code = ctypes.create_string_buffer(code, len(code))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER,
                        struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
        sock.bind((rig.DEVICE, _ETH_P_ALL))
        return sock

    def stop(self):
        for sock in self.sockets:
            sock.close()
        self.sockets = []

    def check(self, packets):
        seen = 0
        for sock in self.sockets:
            seen += struct.unpack("=II", sock.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[0]
        counted(seen, packets * self.counts)
