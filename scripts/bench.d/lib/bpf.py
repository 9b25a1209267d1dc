# SPDX-License-Identifier: GPL-2.0
"""Filter programs: classic ones for sockets and tc, one for XDP."""

import ctypes
import functools
import os
import re
import struct

import rig

_libc = ctypes.CDLL(None, use_errno=True)
_SYS_BPF = 321
_MAP_CREATE, _MAP_LOOKUP, _PROG_LOAD, _LINK_CREATE = 0, 1, 5, 28
_MAP_PERCPU_ARRAY, _PROG_XDP, _ATTACH_XDP = 6, 6, 37
_XDP_SKB_MODE = 2
_compiled = {}


class _Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_uint), ("insns", ctypes.c_void_p)]


@functools.cache
def _pcap_once():
    pcap = ctypes.CDLL("libpcap.so.0.8")
    pcap.pcap_open_dead.restype = ctypes.c_void_p
    pcap.pcap_geterr.restype = ctypes.c_char_p
    pcap.pcap_geterr.argtypes = [ctypes.c_void_p]
    pcap.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Program), ctypes.c_char_p,
                                  ctypes.c_int, ctypes.c_uint]
    return pcap, pcap.pcap_open_dead(1, 262144)


def classic(expression):
    """[(code, jt, jf, k)], as tcpdump compiles it."""
    if expression not in _compiled:
        pcap, handle = _pcap_once()
        program = _Program()
        if pcap.pcap_compile(handle, ctypes.byref(program), expression.encode(), 1, 0xffffffff):
            raise rig.Failed("%s: %s" % (expression, pcap.pcap_geterr(handle).decode()))
        code = ctypes.string_at(program.insns, 8 * program.len)
        _compiled[expression] = list(struct.iter_unpack("=HBBI", code))
    return _compiled[expression]


def _bpf(command, attr):
    attr = ctypes.create_string_buffer(attr, max(len(attr), 128))
    done = _libc.syscall(_SYS_BPF, command, attr, len(attr))
    if done < 0:
        raise rig.Failed("bpf(%d): %s" % (command, os.strerror(ctypes.get_errno())))
    return done


def _insn(code, dst=0, src=0, off=0, imm=0):
    return struct.pack("=BBhi", code, src << 4 | dst, off, imm)


class XdpCounter:
    """A program that counts in a per-CPU array and lets all pass, in generic mode."""

    def __init__(self, ifindex):
        self.fds = []
        self.map = self._keep(_bpf(_MAP_CREATE, struct.pack(
            "=IIII", _MAP_PERCPU_ARRAY, 4, 8, 1)))
        code = b"".join((
            _insn(0x62, 10, 0, -4, 0),		# key on the stack
            _insn(0xbf, 2, 10), _insn(0x07, 2, 0, 0, -4),
            _insn(0x18, 1, 1, 0, self.map), _insn(0),
            _insn(0x85, 0, 0, 0, 1),		# map_lookup_elem
            _insn(0x15, 0, 0, 3, 0),
            _insn(0x79, 1, 0), _insn(0x07, 1, 0, 0, 1), _insn(0x7b, 0, 1),
            _insn(0xb7, 0, 0, 0, 2),		# XDP_PASS
            _insn(0x95)))
        insns = ctypes.create_string_buffer(code, len(code))
        licence = ctypes.create_string_buffer(b"GPL")
        prog = self._keep(_bpf(_PROG_LOAD, struct.pack(
            "=IIQQ", _PROG_XDP, len(code) // 8, ctypes.addressof(insns),
            ctypes.addressof(licence))))
        self._keep(_bpf(_LINK_CREATE, struct.pack(
            "=IIII", prog, ifindex, _ATTACH_XDP, _XDP_SKB_MODE)))

    def _keep(self, fd):
        self.fds.append(fd)
        return fd

    def counted(self):
        with open("/sys/devices/system/cpu/possible") as file:
            cpus = int(re.split("[-,]", file.read().strip())[-1]) + 1
        key = ctypes.create_string_buffer(4)
        values = ctypes.create_string_buffer(8 * cpus)
        _bpf(_MAP_LOOKUP, struct.pack("=IxxxxQQ", self.map, ctypes.addressof(key),
                                      ctypes.addressof(values)))
        return sum(struct.unpack("=%dQ" % cpus, values.raw))

    def close(self):
        for fd in reversed(self.fds):
            os.close(fd)
