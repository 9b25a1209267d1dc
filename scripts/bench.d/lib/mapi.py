# SPDX-License-Identifier: GPL-2.0
"""Flows, made by bin/flows.c."""

import json
import os
import subprocess
import time

import rig

LIMIT_FLOWS, LIMIT_MEMORY = "20000", "4G"
MAPICTL = os.path.join(rig.BUILD, "user", "mapictl")


def set_up():
    rig.run(MAPICTL, "limit", "set", "default", "flows", LIMIT_FLOWS,
            "memory", LIMIT_MEMORY)


class Flows:
    """
    flows: a list of flows, each a list of functions, each a list of words
    users: each flow is another user's
    counts: the last function of all flows together is to count so many of each
        packet injected; None: it says nothing about that
    matched: the plan finds all filters in this way once it has settled
    """

    def __init__(self, flows, users=False, counts=1, mode=None, matched=None):
        self.flows, self.users, self.matched = flows, users, matched
        self.counts, self.mode = counts, mode
        self.child = None

    def ask(self, *words):
        try:
            self._say(*words)
            self.child.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.child.stdout.readline().strip()
        if not answer or answer.startswith("error"):
            raise rig.Failed(answer or "flows died")
        return answer

    def _say(self, *words):
        self.child.stdin.write("\t".join(map(str, words)) + "\n")

    def _add_all(self):
        for number, functions in enumerate(self.flows):
            words = "\t+\t".join("\t".join(f) for f in functions)
            self._say("add", 10000 + number if self.users else 0, words)

    def _settle(self):
        """What is searched for together is so a little later."""
        if not self.matched or len(self.flows) == 1:
            return
        for _ in range(100):
            plan, = json.loads(rig.run(MAPICTL, "-j", "explain", rig.DEVICE))
            if {node["match"] for node in plan["nodes"]} == {"all", self.matched}:
                return
            time.sleep(0.1)
        raise rig.Failed("the plan does not settle")

    def __enter__(self):
        if self.mode:
            rig.run(MAPICTL, "device", "set", rig.DEVICE, "mode", self.mode)
        self.child = subprocess.Popen(
            [os.path.join(rig.BENCH, "bin", "flows"), rig.DEVICE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            try:
                self._add_all()
            except BrokenPipeError:
                pass		# it has answered, and ended
            self.ask("ready")
            self._settle()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.child.stdin.close()
        except BrokenPipeError:
            pass
        self.child.wait()
        if self.mode:
            rig.run(MAPICTL, "device", "set", rig.DEVICE, "mode", "tap")
        rig.settle()

    def check(self, packets):
        if self.counts is None:
            return
        counted = int(self.ask("sum", len(self.flows[0])))
        if counted != packets * self.counts:
            raise rig.Failed("counted %d of %d packets" % (counted, packets * self.counts))


def flow(*functions, **kwargs):
    """A single flow; functions are strings with their arguments after commas."""
    return Flows([[f.split(",") for f in functions]], **kwargs)
