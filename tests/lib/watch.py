# SPDX-License-Identifier: GPL-2.0
"""Flows whose packets are waited for, and captures."""
import struct
import time

import client


def records(path):
    """(time in ns, length) of each packet of a capture."""
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    while at < len(data):
        sec, nsec, caplen, length = struct.unpack_from("=IIII", data, at)
        yield sec * 10**9 + nsec, length
        at += 16 + caplen


def stamps(path):
    """The times of its packets in units of 2^-32 s."""
    return [(ns // 10**9 << 32) + (ns % 10**9 << 32) // 10**9 for ns, _ in records(path)]


class Watch(client.Flow):
    """A flow whose end is known: functions that are put behind are done."""

    def connect(self):
        self.apply("BPF_FILTER", "greater 1")
        self.seen = self.apply("PKT_COUNTER")
        super().connect()

    def wait(self, number):
        begun = time.monotonic()
        while self.result(self.seen) < number:
            if time.monotonic() - begun > 20:
                raise TimeoutError(f"packet {number}")
            time.sleep(0)
