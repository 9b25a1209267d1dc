# SPDX-License-Identifier: GPL-2.0
"""
iptables -m string. It sees only packets for this host, so its base is not the
empty way of others: it is the same table with nothing in it but the end.
"""

import re

import frames
import rig
from peer import Peer, counted


class XtString(Peer):
    def __init__(self, patterns, algo="bm", frame=frames.TEXT_HERE):
        self.patterns, self.algo, self.frame = patterns, algo, frame

    @property
    def base(self):
        return XtString([], frame=self.frame) if self.patterns else None

    def start(self):
        rules = ['-A PREROUTING -i %s -m string --algo %s --string "%s"' % (
            rig.DEVICE, self.algo, pattern) for pattern in self.patterns]
        rules.append("-A PREROUTING -i %s -j DROP" % rig.DEVICE)
        rig.run("iptables-legacy-restore",
                input="*raw\n:PREROUTING ACCEPT\n%s\nCOMMIT\n" % "\n".join(rules))

    def stop(self):
        rig.attempt("iptables-legacy", "-t", "raw", "-F")

    def check(self, packets):
        table = rig.run("iptables-legacy", "-t", "raw", "-vnxL", "PREROUTING")
        seen = [int(n) for n in re.findall(r"^ *(\d+) +\d+ ", table, re.M)]
        counted(sum(seen), packets)
