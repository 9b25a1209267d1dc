# SPDX-License-Identifier: GPL-2.0
"""nftables, in a netdev ingress chain."""

import re

import rig
from peer import Peer, counted


class Nft(Peer):
    """counts: the counters of all rules together are to count each packet so often"""

    def __init__(self, rules, sets="", counts=0):
        self.rules, self.sets, self.counts = rules, sets, counts

    def start(self):
        chain = 'type filter hook ingress device "%s" priority 0;' % rig.DEVICE
        rig.run("nft", "-f", "-", input="table netdev bench {\n%s\nchain c {\n%s\n%s\n}\n}\n" %
                (self.sets, chain, "\n".join(self.rules)))

    def stop(self):
        rig.attempt("nft", "delete", "table", "netdev", "bench")

    def check(self, packets):
        seen = re.findall(r"counter packets (\d+)",
                          rig.run("nft", "list", "chain", "netdev", "bench", "c"))
        counted(sum(map(int, seen)), packets * self.counts)


def port_set(ports):
    """One rule that looks the port up; each port has its counter."""
    elements = ", ".join("%d counter" % port for port in ports)
    return Nft(["udp sport @ports"],
               sets="set ports { type inet_service; counter; elements = { %s } }" % elements)
