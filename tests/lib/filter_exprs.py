# SPDX-License-Identifier: GPL-2.0
"""Filter expressions of all kinds, for the frames of filter_frames.py."""
import itertools

WRITTEN = """
ip
ip6
arp
rarp
tcp
udp
sctp
icmp
icmp6
igmp
pim
vrrp
ah
esp
ip proto 17
ip proto 132
ip proto 0
ip proto 255
ip6 proto 6
ip6 proto 44
ip6 proto 58
proto 17
proto 44
ether proto 0x1234
ether proto 0x88cc
ether proto 0x0800
ether proto \\ip6
ip or ip6
not ip
not ip and not ip6
not (tcp or udp)
ip and not tcp
ip6 and not udp
tcp and ip6
udp and ip
tcp or udp or sctp
tcp and not port 80
host 10.1.2.3
src host 10.1.2.3
dst host 10.1.2.3
host 10.1.2.2
ip host 10.1.2.3
arp host 10.1.2.3
rarp host 10.1.2.3
arp src host 10.1.2.2
host 10.1.2.3 and host 192.168.0.1
host 10.1.2.3 and not host 192.168.0.1
src 10.1.2.3 and dst 192.168.0.1
src or dst host 224.0.0.5
src and dst host 10.1.2.3
not host 10.1.2.3
host 255.255.255.255
host 0.0.0.0
host fd00::1
src host fd00::1
dst host fd00::3
ip6 host fe80::1
host fd00::1 and host fd00::3
host fd00::1 or host 10.1.2.3
not host fd00::1
net 10.1.0.0/16
src net 10.1.2.0/24
dst net 10.1.128.0/17
net 10.1.2.2/31
net 10.0.0.0/7
net 10.0.0.0/8 and not net 10.1.2.0/24
net 192.168.0
net 224.0.0.0/4
net 0.0.0.0/1
net 10.1.2.0 mask 255.255.255.0
net fd00::/64
src net fd00::/63
dst net fd00::/112
net fd00:0:0:0:8000::/65
net fe80::/10
net ff00::/8
net fd00::/127
port 80
src port 80
dst port 80
tcp port 80
udp port 80
sctp port 80
tcp src port 80
udp dst port 80
port 0
port 65535
port 80 and port 1000
port 80 and port 81
port 80 or port 81
src port 80 and dst port 80
src port 80 and dst port 1000
src port 80 or dst port 1000
src and dst port 80
not port 80
port not 80
tcp port 80 or udp port 53
tcp port 80 and host 10.1.2.3
udp port 80 and src host 10.1.2.3
ip and port 80
ip6 and port 80
ip6 and tcp dst port 1000
host fd00::1 and port 80
port 80 or port 443 or port 53 or port 1000
tcp and (port 80 or port 81)
(tcp or udp) and (port 80 or port 443)
host 10.1.2.3 and (tcp port 80 or udp port 80)
host 10.1.2.3 and not port 80
net 10.1.2.0/24 and tcp dst port 80
net fd00::/64 and udp src port 1000
src net 10.1.0.0/16 and dst net 192.168.0.0/16 and port 80
portrange 80-81
portrange 80-443
tcp portrange 80-90
udp dst portrange 50-60
src portrange 0-80
portrange 1000-65535
not portrange 80-90
portrange 80-80
portrange 999-1001 and not port 1000
tcp[tcpflags] & tcp-syn != 0
tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
tcp[tcpflags] == tcp-syn
tcp[tcpflags] & (tcp-syn|tcp-ack) == (tcp-syn|tcp-ack)
tcp[13] & 7 = 0
tcp[13] = 18
tcp[0:2] = 80
tcp[2:2] > 1000
tcp port 80 and tcp[13] & 1 != 0
udp[0:2] = 80
udp[4:2] > 20
udp[8:4] = 0x64617461
sctp[0:2] = 80
icmp[icmptype] = icmp-echo
icmp[0] = 8 or icmp[0] = 0
icmp[icmptype] != icmp-echoreply
icmp6[0] = 128
icmp6[icmp6type] = icmp6-echo
ip[0] & 0xf != 5
ip[0] & 0xf0 = 0x40
ip[0] & 0xf < 5
ip[6:2] & 0x1fff = 0
ip[6:2] & 0x1fff != 0
ip[6:2] & 0x3fff != 0
ip[6] & 0x20 != 0
ip[6] & 0x40 != 0
ip[8] < 64
ip[9] = 17
ip[9] & 1 = 0
ip[12:4] = 0x0a010203
ip[12:4] & 0xfffffffe = 0x0a010202
ip[16] = 224
ip[16] >= 224
ip[2:2] > 40
ip[2:2] = ip[2:2]
ip[12:4] != ip[16:4]
ip[20:2] = 80
ip[40] = 0
ip6[6] = 6
ip6[6] = 44
ip6[40:2] = 80
ip6[8:4] = 0xfd000000
ip6[0] & 0xf0 = 0x60
ether[0] & 1 = 0
ether[0] & 1 != 0
ether[12:2] = 0x0800
ether[12:2] <= 1500
ether[12:2] > 1500
ether[14] = 0x45
ether[14:2] = ether[16:2]
ether[23] = 6
ether[23] = 6 and ether[12:2] = 0x0800
ether[30:4] = 0xc0a80001
ether[34:2] = 80
ether[36:2] = 80 and ip
ether[60] >= 0
ether[79] = 0x78
ether[100:4] != 0
arp[6:2] = 1
arp[7] = 1
len > 60
len <= 34
len = 42
less 50
greater 50
less 33
greater 1000
greater 34 and ip
less 54 and ip6
not greater 58
ether host 02:00:00:00:00:01
ether src 02:00:00:00:00:aa
ether dst 02:00:00:00:00:03
ether host 02:00:00:00:00:03 and ip
not ether host 02:00:00:00:00:01
ether broadcast
ether multicast
broadcast
multicast
ip multicast
ip6 multicast
not ether multicast
vlan
vlan 7
vlan 0
vlan 100
vlan and ip
vlan and tcp port 80
vlan 7 and host 10.1.2.3
vlan 7 and vlan 100
vlan 7 and ip6
not vlan
ip or vlan
tcp port 80 or (vlan and tcp port 80)
mpls
mpls 0x123
pppoes
pppoed
pppoes and ip
stp
llc
iso
ipx
netbeui
atalk
aarp
decnet
moprc
lat
ip or arp
ip or arp or rarp
arp or rarp
ip6 or arp
arp and host 10.1.2.3 and host 192.168.0.1
arp net 10.1.2.0/24
arp dst net 10.0.0.0/7
ip and ether[23] & 0xfe = 6
tcp src portrange 80-81 and dst port 1000
src port 80 and not dst port 1000
dst port 80 and not src port 80
not (src port 80 and dst port 1000)
not (host 10.1.2.3 and port 80)
not (ip and tcp)
not (src host 10.1.2.3 or dst port 80)
(src host 10.1.2.3 and dst port 80) or (src host fd00::1 and dst port 1000)
(host 10.1.2.3 or host 10.1.2.2) and (port 80 or port 81) and (tcp or udp)
host 10.1.2.3 or host 10.1.2.2 or host 11.1.2.3 or host 192.168.0.1
host fd00::1 or host fd00::3 or host fe80::1
src net 10.1.0.0/16 or dst net 10.1.0.0/16
""".strip().splitlines()


def combined():
    """Kinds of packets with addresses and ports, of which many look alike."""
    what = ("ip", "ip6", "tcp", "udp", "sctp")
    who = ("src host 10.1.2.3", "host 10.1.2.2", "dst net 10.1.128.0/17",
           "src host fd00::1", "net fd00::/64")
    where = ("port 80", "src port 1000", "dst port 81", "portrange 80-81")
    for a, b in itertools.product(what, who):
        if a in ("ip", "ip6") and (a == "ip6") != ("fd00" in b):
            continue        # "rejects all packets", says libpcap
        yield f"{a} and {b}"
    for a, b in itertools.product(what, where):
        yield f"{a} and {b}"
    for a, b in itertools.product(who, where):
        yield f"{a} and {b}"
        yield f"{a} or {b}"
        yield f"{a} and not {b}"
        yield f"not {a} and {b}"
    for a, b in itertools.combinations(who, 2):
        yield f"{a} or {b}"
        yield f"not {a} and not {b}"
    for a, b in itertools.combinations(where, 2):
        yield f"{a} or {b}"
        yield f"{a} and not {b}"


def expressions():
    """All of them, each once."""
    return list(dict.fromkeys([*WRITTEN, *combined()]))


# One behind the other in a flow: a packet has to pass all.
CHAINS = [
    ("ip", "tcp", "port 80"), ("ip", "tcp", "dst port 1000"), ("ip", "udp", "port 80"),
    ("ip", "host 10.1.2.3"), ("ip6", "tcp port 80"), ("ip6", "udp port 80"),
    ("tcp", "tcp"), ("tcp", "ip", "tcp"), ("not ip", "ip6"), ("ip", "ip6"),
    ("port 80", "port 1000"), ("port 80", "host 10.1.2.3", "greater 60"),
    ("greater 60", "port 80", "host 10.1.2.3"), ("tcp", "tcp[13] & 2 != 0", "dst port 1000"),
    ("vlan", "ether[16:2] = 0x0800"), ("vlan", "len > 60"), ("less 60", "ip"),
    ("less 60", "ip", "port 80"), ("ip", "not port 80", "not host 10.1.2.3"),
    ("ip", "not port 80", "host 10.1.2.3"), ("arp", "host 10.1.2.3"),
    ("ip or ip6", "port 80", "src host 10.1.2.3 or src host fd00::1", "tcp"),
    ("ip or ip6", "port 80", "src host 10.1.2.3 or src host fd00::1", "udp"),
    ("ip or ip6", "port 81"),
]

# Of these the packets themselves are compared, too.
CAPTURED = ["tcp", "port 80", "host 10.1.2.3 or host fd00::1", "vlan", "not ip and not ip6",
            "ip[6:2] & 0x1fff != 0", "less 50", "greater 1000"]

# Few and plain ones: of most packets nobody wants to know more than that they came.
PLAIN = [
    ["ip"], ["ip6"], ["tcp port 80"], ["src port 80 and dst port 1000"], ["host 10.1.2.3"],
    ["arp", "rarp", "icmp"], ["host fd00::1", "host 10.1.2.2"], ["ether proto 0x1234"],
    ["udp src port 80", "tcp dst port 1000", "sctp port 80"],
    ["net 10.1.0.0/16", "net fd00::/63"], ["ip6 proto 44", "icmp6"],
    ["ip6 and tcp", "ip and udp", "host 10.1.2.3 and tcp port 80"],
]

if __name__ == "__main__":
    print("\n".join(expressions()))
