#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""SYNC: packets pass when other flows are connected, and not earlier.

    syncs.py V0 V1 SEED

sends frames from V0 to V1, a pair. Prints for each thing to compare its name, what
MAPI has, and what is right, with tabs between them.
"""
import os
import subprocess
import sys
import time

import client
from rows import row, row_true
from sender import Sender
from watch import Watch

V0, V1, SEED = sys.argv[1:4]
FOREIGN = sys.argv[4:]
SOMEBODY = "12345"
EACH = 30000        # packets of each CPU
FRAME = bytes(12) + b"\x88\xb5" + bytes(46)


class Waits(client.Flow):
    """A flow that waits for others. Behind SYNC, and in front of it, is a counter."""

    def __init__(self, *others):
        super().__init__(V1, client.DIR_IN)
        self.front = self.apply("PKT_COUNTER")
        if others:
            self.sync(*others)

    def sync(self, *others):
        self.fid = self.apply("SYNC", ",".join(str(f.fd) for f in others))
        self.behind = self.apply("PKT_COUNTER")

    def counts(self):
        return [self.result(self.front), self.result(self.behind)]


def settled(get, want):
    """What there is when it is what is wanted, or some seconds later."""
    end = time.monotonic() + 5
    while get() != want and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(0.02)
    return get()


def sent(sender, number, name, flow, want):
    for _ in range(number):
        sender.send(FRAME)
    row(name, settled(flow.counts, want), want)


def one_after_the_other(sender):
    a, b = client.Flow(V1), client.Flow(V1)
    early, flow = Waits(a, b), Waits(b, a, b)
    early.connect()
    sent(sender, 5, "no flow is connected", early, [5, 0])
    a.connect()
    sent(sender, 3, "one of two", early, [8, 0])
    b.connect()
    sent(sender, 4, "both", early, [12, 4])
    stats = early.stats(early.fid)
    row("... as it is told", [stats.pkts, stats.passed, stats.filtered], [12, 4, 8])
    flow.connect()
    sent(sender, 2, "connected when both are", flow, [2, 2])
    a.close()
    sent(sender, 2, "one has ended", flow, [4, 4])
    b.close()
    sent(sender, 2, "both have", flow, [6, 6])
    row("... as for the other", early.counts(), [18, 10])
    flow.close()
    early.close()


def never(sender):
    """Who is never connected is waited for, as long as it is there."""
    subprocess.run("ip link add gone0 type dummy && ip link set gone0 up arp off", shell=True,
                   check=True)
    for how in "closed", "without its device", "in another program":
        other = client.Flow("gone0" if how == "without its device" else V1)
        flow = Waits(other)
        flow.connect()
        sent(sender, 3, "not connected yet", flow, [3, 0])
        if how == "closed":
            other.close()
        elif how == "without its device":
            subprocess.run(["ip", "link", "del", "gone0"], check=True)
        else:
            # A copy of the descriptor: whoever connects it, it is connected.
            os.set_inheritable(other.fd, True)
            code = "import sys, client; f = client.Flow.__new__(client.Flow); " \
                f"f.fd = {other.fd}; f.connect()"
            subprocess.run([sys.executable, "-c", code], close_fds=False, check=True,
                           env={**os.environ, "PYTHONPATH": "tests/lib"})
        sent(sender, 2, f"... {how}", flow, [5, 2])
        flow.close()
        if how != "closed":
            other.close()


def another_device(sender):
    other = client.Flow(V0)
    flow = Waits(other)
    flow.connect()
    sent(sender, 2, "another device: not connected", flow, [2, 0])
    other.connect()
    sent(sender, 2, "... connected", flow, [4, 2])
    other.close()
    flow.close()


def each_other(sender):
    a = Waits()
    b = Waits(a)
    a.sync(b)
    b.connect()
    sent(sender, 2, "two that wait for each other", b, [2, 0])
    a.connect()
    sent(sender, 3, "... and begin", b, [5, 3])
    row("... both", settled(a.counts, [3, 3]), [3, 3])
    # Two that never begin end like others.
    c = Waits()
    c.sync(Waits(c))
    a.close()
    b.close()


def at_once(sender):
    """What passes on any CPU has come to the flow that it waited for."""
    os.sched_setaffinity(0, sender.cpus)
    adds = "".join(f"pktgen_add {cpu} {V1} netif_receive {EACH}; " for cpu in sender.cpus)
    others = [client.Flow(V1, client.DIR_IN) for _ in range(8)]
    for other in others:
        other.count = other.apply("PKT_COUNTER")
    flow = Waits(*others)
    flow.connect()
    # However fast the others are, some come before they wait no more, and some after.
    sent(sender, 5, "packets of all CPUs: before", flow, [5, 0])
    os.sched_setaffinity(0, sender.cpus)
    with subprocess.Popen(["bash", "-c", "set -e; . tests/lib/pktgen.sh; pktgen_begin; "
                           f"{adds} pktgen_run; pktgen_clear"]) as generator:
        while flow.result(flow.front) == 5 and generator.poll() is None:
            pass
        for other in others:
            other.connect()
    for _ in range(5):
        sender.send(FRAME)
    total = EACH * len(sender.cpus) + 10
    settled(lambda: flow.result(flow.front), total)
    front, behind = flow.counts()
    row(f"{len(sender.cpus)} CPUs: packets", front, total)
    row_true("... some of which pass", 0 < behind < total)
    row_true("... and have come to all that it waited for",
             all(behind <= other.result(other.count) for other in others))
    for each in flow, *others:
        each.close()


def refused(name, want, flow, *call):
    try:
        row(name, flow.apply(*call), want)
    except OSError as error:
        row(name, error.errno, want)


def errors():
    flow, other, gone = client.Flow(V1), client.Flow(V1), client.Flow(V1)
    closed = gone.fd
    gone.close()
    for text in ("999", "0", "-1", "", "x", ",", f"{other.fd},", f",{other.fd}",
                 f"{other.fd},999", f"1@{other.fd}", f"{other.fd}x", f"{flow.fd}",
                 f"{other.fd},{flow.fd}", "4294967297", f"{closed}",
                 ",".join([str(other.fd)] * 65)):
        said = text.replace(str(other.fd), "OTHER").replace(str(flow.fd), "OWN")[:20]
        refused(f"SYNC '{said}'", 7001, flow, "SYNC", text)
    refused("SYNC of nothing", 7001, flow, "SYNC")
    refused("SYNC of 64", 1, flow, "SYNC", ",".join([str(other.fd)] * 64))
    refused("SYNC of two strings", 7000, flow, "SYNC", other.fd, "1")
    for each in flow, other:
        each.close()


def foreign():
    """Whoever is given a descriptor has no right to refer to the flow."""
    flow = client.Flow(V1)
    os.set_inheritable(flow.fd, True)
    command = ["setpriv", "--reuid", SOMEBODY, "--regid", SOMEBODY, "--clear-groups",
               "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
               sys.executable, __file__, *sys.argv[1:4], str(flow.fd)]
    said = subprocess.run(command, close_fds=False, stdout=subprocess.PIPE, check=True).stdout
    sys.stdout.buffer.write(said)
    sys.stdout.flush()
    flow.close()


def as_somebody(fd):
    own, other = client.Flow(V1), client.Flow(V1)
    given = client.Flow.__new__(client.Flow)
    given.fd = fd
    refused("a flow of another user", 7001, own, "SYNC", fd)
    refused("... that is to wait for one's own", 7001, given, "SYNC", own.fd)
    refused("... one's own", 1, own, "SYNC", other.fd)
    own.close()
    other.close()


def main():
    if FOREIGN:
        as_somebody(int(FOREIGN[0]))
        return
    sender = Sender(V0, SEED)
    one_after_the_other(sender)
    never(sender)
    another_device(sender)
    each_other(sender)
    at_once(sender)
    errors()
    foreign()


main()
