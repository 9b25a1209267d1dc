# SPDX-License-Identifier: GPL-2.0
"""Flows that tell when packets are through them."""
import time

import client


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


def wait_finished(flow, seconds=60):
    """How it ended, as its trace or its device did."""
    end = time.monotonic() + seconds
    while client.ended(flow)[0] not in (client.FINISHED, client.CLOSED):
        if time.monotonic() > end:
            raise TimeoutError("the flow does not end")
        time.sleep(0.002)
    return client.ended(flow)


def wait_read(trace, seconds=10):
    """What is wrong with its file, if anything; behind wait_finished()."""
    end = time.monotonic() + seconds
    try:
        while trace.status() != client.DEVICE_FINISHED and time.monotonic() < end:
            time.sleep(0.002)
    except OSError as error:
        return f"{error.errno} {error.strerror}"
    return ""
