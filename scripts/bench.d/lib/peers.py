# SPDX-License-Identifier: GPL-2.0
"""What somebody would take instead."""

import re

import rig


class Peer:
    """Begins with start(), ends with stop()."""

    def start(self):
        raise NotImplementedError

    def stop(self):
        raise NotImplementedError

    def check(self, packets):
        """Raises Failed unless it saw so many."""

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        rig.settle()


class Bare(Peer):
    """A module that does nothing else (kmod/bench_peer.c)."""

    def __init__(self, **params):
        self.params = params

    def start(self):
        rig.insmod("bench_peer", "dev=" + rig.DEVICE,
                   *("%s=%d" % param for param in self.params.items()))

    def stop(self):
        try:
            rig.run("rmmod", "bench_peer")
        except rig.Failed:
            pass

    def check(self, packets):
        with open("/sys/module/bench_peer/parameters/packets") as file:
            seen = int(file.read())
        if seen != packets:
            raise rig.Failed("saw %d of %d packets" % (seen, packets))


class Nft(Peer):
    """
    Rules of nftables in a netdev ingress chain. The counters of all rules and set
    elements together are to be counts for each packet.
    """

    def __init__(self, rules, sets="", counts=0):
        self.rules, self.sets, self.counts = rules, sets, counts

    def start(self):
        chain = "type filter hook ingress device \"%s\" priority 0;" % rig.DEVICE
        rig.run("nft", "-f", "-", input="table netdev bench {\n%s\nchain c {\n%s\n%s\n}\n}\n" %
                (self.sets, chain, "\n".join(self.rules)))

    def stop(self):
        try:
            rig.run("nft", "delete", "table", "netdev", "bench")
        except rig.Failed:
            pass

    def check(self, packets):
        seen = sum(map(int, re.findall(r"counter packets (\d+)", rig.run(
            "nft", "list", "table", "netdev", "bench"))))
        if seen != packets * self.counts:
            raise rig.Failed("counted %d of %d packets" % (seen, packets * self.counts))
