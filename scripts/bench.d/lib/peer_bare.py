# SPDX-License-Identifier: GPL-2.0
"""A module that does nothing else: kmod/bench_peer.c."""

import rig
from peer import Peer, counted


class Bare(Peer):
    def __init__(self, **params):
        self.params = params

    def start(self):
        rig.insmod("bench_peer", "dev=" + rig.DEVICE,
                   *("%s=%d" % param for param in self.params.items()))

    def stop(self):
        rig.attempt("rmmod", "bench_peer")

    def check(self, packets):
        with open("/sys/module/bench_peer/parameters/packets") as file:
            counted(int(file.read()), packets)
