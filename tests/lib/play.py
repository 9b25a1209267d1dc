#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The traffic of the tests of what MAPI sees.

    play.py CLIENT SERVER       names of two network namespaces, or one

reads lines from its standard input, each a play and its arguments, and answers
"done" to each, or what went wrong. Most plays take the client's address and
the server's. Both ends send from the worm's port, 1234; what they send carries
the worm's pattern in many places, in and around those where it is looked for.

All is sent on one CPU, so that packets keep their order; "both" is different.
"""
import ctypes
import itertools
import os
import socket
import sys
import tempfile

WORM = 1234
MARKS = 9
PATTERN = b"pattern"
FAR = 400                       # no header is so long that this matters
UDP_SEGMENT, UDP_GRO = 103, 104
SO_RCVBUFFORCE = 33
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def worm(offset, tail=b""):
    """The pattern at an offset, behind much that looks like it."""
    return (b"patter" * (offset // 6 + 1))[:offset] + PATTERN + tail


def text(length, stride=1501):
    """The pattern every so many bytes."""
    return (worm(stride - len(PATTERN)) * (length // stride + 1))[:length]


def enter(netns):
    with open("/run/netns/" + netns) as ns:
        if libc.setns(ns.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


def bound(netns, address, port, kind=socket.SOCK_DGRAM):
    enter(netns)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    s = socket.socket(family, kind)
    s.settimeout(60)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == socket.SOCK_STREAM:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Close with a reset: the next play wants the same ports.
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     b"\1\0\0\0\0\0\0\0")
    s.bind((address, port))
    return s


def roomy(s):
    """Nothing is lost, however late it is read."""
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
    return s


def receive(s, length):
    while length:
        length -= len(s.recv(length))


class Udp:
    """Two bound sockets."""

    def __init__(self, src, dst, port=WORM, to=WORM):
        self.client = bound(CLIENT, src, port)
        self.server = bound(SERVER, dst, to)
        self.to_server = (dst, to)
        self.to_client = (src, port)

    def tell(self, data):
        self.client.sendto(data, self.to_server)

    def ask(self, data):
        self.tell(data)
        self.server.recv(65536)

    def answer(self, data):
        self.server.sendto(data, self.to_client)
        self.client.recv(65536)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.server.close()


class Tcp:
    """A connection."""

    def __init__(self, src, dst):
        with bound(SERVER, dst, WORM, socket.SOCK_STREAM) as listener:
            listener.listen()
            self.client = bound(CLIENT, src, WORM, socket.SOCK_STREAM)
            self.client.connect((dst, WORM))
            self.server, _ = listener.accept()
        self.server.settimeout(60)
        self.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, data):
        self.client.sendall(data)
        receive(self.server, len(data))

    def answer(self, data):
        self.server.sendall(data)
        receive(self.client, len(data))

    __enter__ = Udp.__enter__
    __exit__ = Udp.__exit__


def begin(src, dst, deaf=""):
    """Marks the place in a capture from which on packets are compared: the
    client's packets behind its mark, and the server's behind the server's, since
    each end sees the other's later than its own."""
    with Udp(src, dst, MARKS, MARKS) as u:
        if deaf:
            u.tell(b"THE BEGIN")
        else:
            u.ask(b"THE BEGIN")
            u.answer(b"ITS BEGIN")


def end(src, dst, deaf=""):
    """And the last of them, a worm. When it has come in, both ends have seen all
    that was sent: nothing is left on the way, nor for anybody to answer."""
    if not deaf:
        with Udp(src, dst, MARKS, MARKS) as u:
            u.ask(b"THE LAST QUESTION")
            u.answer(b"ITS END")
    with Udp(src, dst, WORM, MARKS) as u:
        (u.tell if deaf else u.ask)(worm(100, b"THE END"))


def udp(src, dst):
    """A pattern at every place, from both ends, and from another port."""
    with Udp(src, dst) as u:
        for offset in range(FAR):
            u.ask(worm(offset, b"." * (offset % 3)))
        for offset in range(0, FAR, 5):
            u.answer(worm(offset))
    with Udp(src, dst, WORM + 1) as u:
        u.ask(worm(100))


def tcp(src, dst):
    with Tcp(src, dst) as t:
        for offset in range(0, FAR, 3):
            t.ask(worm(offset))
        for offset in range(1, FAR, 7):
            t.answer(worm(offset))


def bulk(src, dst, kilobytes):
    """Much at a time, as super-packets are made of."""
    with Tcp(src, dst) as t:
        for _ in range(int(kilobytes) // 32):
            t.ask(text(32768))
        for _ in range(int(kilobytes) // 32):
            t.answer(text(32768))


def jumbo(src, dst, kilobytes):
    """So much at a time that super-packets of more than 64 KiB are made of it."""
    with Tcp(src, dst) as t:
        for s in t.client, t.server:
            for option in socket.SO_SNDBUF, socket.SO_RCVBUF:
                s.setsockopt(socket.SOL_SOCKET, option, 1 << 20)
        for _ in range(int(kilobytes) // 160):
            t.answer(text(160 << 10))


def pages(src, dst):
    """A pattern that is cut by the end of a page that is sent as it is."""
    page = os.sysconf("SC_PAGE_SIZE")
    with tempfile.TemporaryFile() as f, Tcp(src, dst) as t:
        for place in range(60, 300, 30):
            for cut in range(len(PATTERN) + 1):
                os.pwrite(f.fileno(), worm(place, b"." * 500),
                          page - place - cut)
                left = os.sendfile(t.client.fileno(), f.fileno(),
                                   page - place - cut, place + 500)
                receive(t.server, left)


def fragments(src, dst):
    """The pattern in the first fragment, in the second, and across both."""
    with Udp(src, dst) as u:
        for offset in itertools.chain(range(0, FAR, 25), range(1420, 1900, 20)):
            u.ask(worm(offset, b"." * 3000))
            u.answer(worm(offset, b"." * 1600))


def large(src, dst, length):
    """Datagrams as large as they may be."""
    with Udp(src, dst) as u:
        for offset in range(0, FAR, 10):
            data = worm(offset)
            u.ask(data + b"." * (int(length) - len(data)))


def headers(src, dst):
    """IPv6 with extension headers."""
    padding = b"\0\0\1\4\0\0\0\0"
    for option in socket.IPV6_DSTOPTS, socket.IPV6_HOPOPTS:
        with Udp(src, dst) as u:
            u.client.setsockopt(socket.IPPROTO_IPV6, option, padding)
            for offset in range(0, FAR, 20):
                u.ask(worm(offset))


def segments(src, dst):
    """Datagrams by the dozen, for UDP's segmentation on both sides. GRO is to have
    let go of the client's before anything overtakes them."""
    with Udp(src, dst) as u:
        roomy(u.server)
        u.client.connect(u.to_server)
        u.server.connect(u.to_client)
        u.server.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
        for offset in range(0, FAR, 12):
            for _ in range(4):
                u.client.send(worm(offset).ljust(600, b"."))
        receive(u.server, len(range(0, FAR, 12)) * 4 * 600)
        u.server.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 600)
        for offset in range(0, FAR, 12):
            u.server.send(worm(offset).ljust(600, b".") * 5 + b"the rest")


def blast(src, dst, number):
    """Nobody need be there to receive it."""
    with bound(CLIENT, src, WORM) as s:
        for i in range(int(number)):
            s.sendto(worm(i % FAR), (dst, WORM))


def arrive(src, dst):
    """When it is over, all that was sent before has come in."""
    with Udp(src, dst, MARKS, MARKS) as u:
        u.ask(b"ARE ALL HERE")


def both(src, dst, number):
    """From two CPUs at once, each with ports of its own on the other end."""
    cpus = sorted(os.sched_getaffinity(1))[:2]
    servers = [roomy(bound(SERVER, dst, 100 + cpu)) for cpu in cpus]
    children = []
    s = bound(CLIENT, src, WORM)
    for cpu in cpus:
        pid = os.fork()
        if pid:
            children.append(pid)
            continue
        os.sched_setaffinity(0, {cpu})
        for i in range(int(number)):
            s.sendto(worm(i % FAR, b"%d" % cpu), (dst, 100 + cpu))
        os._exit(0)
    s.close()
    for pid in children:
        if os.waitpid(pid, 0)[1]:
            raise ChildProcessError("a child died")
    # What one CPU sends next must not overtake what the other has sent.
    for s in servers:
        for _ in range(int(number)):
            s.recv(65536)
        s.close()


PLAYS = {f.__name__: f for f in (begin, end, udp, tcp, bulk, jumbo, pages, fragments,
                                 large, headers, segments, blast, arrive, both)}

if __name__ == "__main__":
    CLIENT, SERVER = sys.argv[1], sys.argv[-1]
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for line in sys.stdin:
        play, *words = line.split()
        try:
            PLAYS[play](*words)
            print("done", flush=True)
        except Exception as e:
            print(f"{type(e).__name__}: {e}", flush=True)
