# SPDX-License-Identifier: GPL-2.0
"""Packets that are taken: into a buffer that a program reads, or into a file."""

import os
import signal
import subprocess
import time

import rig
from mapi import Flows
from peer import Peer

FILE = "/dev/shm/bench.pcap"
PCAP_HEADER, PCAP_RECORD = 24, 16


class Buffer(Flows):
    """TO_BUFFER and its reader, in the same program: mapi_get_next_pkt() or mapi_loop()"""

    def __init__(self, snaplen=0, loop=False):
        super().__init__([[["TO_BUFFER", "1", str(snaplen)]]], counts=None)
        self.snaplen, self.loop = snaplen, loop

    def drain(self, packets):
        answer = self.ask("loop", packets) if self.loop else self.ask("drain")
        return tuple(map(int, answer.split()))

    def lost(self):
        return int(self.ask("lost", 1))


class Pcap(Peer):
    """A program that reads through libpcap (bin/pcap_reader.c): TPACKET_V3."""

    def __init__(self, snaplen=262144):
        self.snaplen, self.child = snaplen, None

    def start(self):
        self.child = subprocess.Popen(
            [os.path.join(rig.BENCH, "bin", "pcap_reader"), rig.DEVICE, str(self.snaplen)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.child.stdout.readline() != "ready\n":
            raise rig.Failed("pcap_reader does not begin")

    def stop(self):
        if self.child:
            self.child.stdin.close()
            self.child.wait()
            self.child = None

    def _ask(self, *words):
        self.child.stdin.write("\t".join(map(str, words)) + "\n")
        self.child.stdin.flush()
        return self.child.stdout.readline()

    def drain(self, packets):
        return tuple(map(int, self._ask("drain", packets).split()))

    def lost(self):
        return int(self._ask("lost"))


class File(Flows):
    """TO_FILE: the kernel writes by itself."""

    def __init__(self):
        super().__init__([[["TO_FILE", "0", FILE]]], counts=None)


class Tool(Peer):
    """A program that writes a file: begins when it says so."""

    def __init__(self, *command, says):
        self.command, self.says, self.child = command, says, None

    def start(self):
        try:
            self.child = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True,
                                          stdout=subprocess.DEVNULL)
        except OSError as error:
            raise rig.Failed("%s: %s" % (self.command[0], error.strerror)) from error
        said = []
        for line in self.child.stderr:
            said.append(line.strip())
            if self.says in line:
                break
        else:
            raise rig.Failed(" ".join(said)[-300:])
        time.sleep(0.2)

    def stop(self):
        if self.child:
            self.child.send_signal(signal.SIGINT)
            self.child.stderr.read()
            self.child.wait()
            self.child = None


def tcpdump(*args):
    return Tool("tcpdump", "-n", "-i", rig.DEVICE, "-Z", "root", *args, "-w", FILE,
                says="listening on")


def dumpcap():
    return Tool("dumpcap", "-q", "-P", "-i", rig.DEVICE, "-w", FILE, says="File: ")


def packets_in_file(length):
    """All are of that length."""
    size = os.stat(FILE).st_size
    os.unlink(FILE)
    return (size - PCAP_HEADER) / (PCAP_RECORD + length)
