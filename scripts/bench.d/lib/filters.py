# SPDX-License-Identifier: GPL-2.0
"""Filters that no frame of frames.py matches."""


def ports(number):
    return range(10001, 10001 + number)


def sources(number):
    return ["udp src port %d" % port for port in ports(number)]


def _host(number):
    return "10.%d.%d.%d" % (number >> 16 & 255, number >> 8 & 255, number & 255)


# (for pcap, for nft): the same, of the n-th filter.
_KINDS = [
    lambda n: ("udp src port %d" % (10000 + n), "udp sport %d" % (10000 + n)),
    lambda n: ("src host " + _host(n), "ip saddr " + _host(n)),
    lambda n: ("tcp dst port %d" % (10000 + n), "tcp dport %d" % (10000 + n)),
    lambda n: ("ip dst net %s/28" % _host(n << 4), "ip daddr %s/28" % _host(n << 4)),
    lambda n: ("udp dst port %d and src net 198.18.0.0/16" % (10000 + n),
               "ip saddr 198.18.0.0/16 udp dport %d" % (10000 + n)),
    lambda n: ("ip[2:2] > %d" % (2000 + n), "ip length > %d" % (2000 + n)),
    lambda n: ("ip host 198.18.0.1 and udp[8:4] = %d" % (0x1000000 + n),
               "ip saddr 198.18.0.1 @th,64,32 %d" % (0x1000000 + n)),
    lambda n: ("ether src 02:00:00:01:%02x:%02x" % (n >> 8, n & 255),
               "ether saddr 02:00:00:01:%02x:%02x" % (n >> 8, n & 255)),
    lambda n: ("ip6 and udp dst port %d" % (10000 + n), "meta protocol ip6 udp dport %d" % (10000 + n)),
    lambda n: ("udp src portrange %d-%d" % (20000 + 4 * n, 20007 + 4 * n),
               "udp sport %d-%d" % (20000 + 4 * n, 20007 + 4 * n)),
]


def kinds(number):
    """Different ones: kinds take turns, values differ."""
    return [_KINDS[n % len(_KINDS)](n) for n in range(number)]
