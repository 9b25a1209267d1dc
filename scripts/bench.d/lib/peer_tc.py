# SPDX-License-Identifier: GPL-2.0
"""Filters and actions of tc, at clsact ingress."""

import rig
from peer import Peer


class Tc(Peer):
    """filters: what comes behind "tc filter add dev DEVICE ingress" """

    def __init__(self, filters):
        self.filters = filters

    def start(self):
        rig.run("tc", "qdisc", "add", "dev", rig.DEVICE, "clsact")
        add = "filter add dev %s ingress protocol all prio 1 " % rig.DEVICE
        rig.run("tc", "-batch", "-", input="".join(add + f + "\n" for f in self.filters))

    def stop(self):
        rig.attempt("tc", "qdisc", "del", "dev", rig.DEVICE, "clsact")


def bytecode(programs):
    """cls_bpf, a classic program for each."""
    return Tc(["handle %d bpf bytecode '%d,%s' flowid 1:1" % (
        number, len(program), ",".join("%d %d %d %d" % insn for insn in program))
        for number, program in enumerate(programs, 1)])


def sample(rate):
    """Nobody listens."""
    return Tc(["matchall action sample rate %d group 5 trunc 128" % rate])
