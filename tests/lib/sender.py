# SPDX-License-Identifier: GPL-2.0
"""Frames out of a device."""
import os
import random
import socket
import struct

SOL_PACKET, PACKET_VNET_HDR = 263, 15


class Sender:
    """On any CPU; the first piece of a long frame ends where chance wants it."""

    def __init__(self, device, seed):
        self.dice = random.Random(seed)
        self.cpus = sorted(os.sched_getaffinity(0))
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.socket.bind((device, 0))

    def send(self, frame):
        os.sched_setaffinity(0, {self.dice.choice(self.cpus)})
        cut = self.dice.randint(14, len(frame))
        self.socket.send(struct.pack("=BBHHHH", 0, 0, cut, 0, 0, 0) + frame)
