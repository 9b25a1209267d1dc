# SPDX-License-Identifier: GPL-2.0
"""libmapi for tests in Python. What fails raises OSError with what the library says."""
import ctypes
import os

DIR_IN, DIR_OUT = 1, 2

mapi = ctypes.CDLL(os.path.join(os.environ.get("BUILD", "build"), "user/libmapi.so"))


class Options(ctypes.Structure):
    _fields_ = [("direction", ctypes.c_uint), ("flags", ctypes.c_uint),
                ("name", ctypes.c_char_p), ("reserved", ctypes.c_ulong * 6)]


class Stats(ctypes.Structure):
    _fields_ = [("pkts", ctypes.c_ulonglong), ("passed", ctypes.c_ulonglong),
                ("filtered", ctypes.c_ulonglong), ("lost", ctypes.c_ulonglong * 16),
                ("status", ctypes.c_int)]


def done(ret, what):
    if ret < 0:
        number, text = ctypes.c_int(), ctypes.create_string_buffer(512)
        mapi.mapi_read_error(ctypes.byref(number), text)
        raise OSError(number.value, f"{what}: {text.value.decode()}")
    return ret


class Flow:
    """A flow, and its functions by their numbers."""

    def __init__(self, device, direction=0):
        opt = Options(direction=direction)
        self.fd = done(mapi.mapi_create_flow_opt(device.encode(), ctypes.byref(opt)), device)

    def apply(self, name, *args):
        words = [a if isinstance(a, bytes) else str(a).encode() for a in args]
        array = (ctypes.c_char_p * max(len(words), 1))(*words)
        return done(mapi.mapi_apply_function_array(self.fd, name.encode(), array, len(args)),
                    f"{name} {args}")

    def connect(self):
        done(mapi.mapi_connect(self.fd), "connect")

    def result(self, fid):
        return self.results(fid, 1)[0]

    def results(self, fid, words):
        value = (ctypes.c_ulonglong * words)()
        done(mapi.mapi_read_results_copy(self.fd, fid, value, 8 * words), "result")
        return list(value)

    def stats(self, fid):
        stats = Stats()
        done(mapi.mapi_get_function_stats(self.fd, fid, ctypes.byref(stats)), "stats")
        return stats

    def reset(self, fid):
        done(mapi.mapi_reset(self.fd, fid), "reset")

    def close(self):
        done(mapi.mapi_close_flow(self.fd), "close")
        self.fd = -1


mapi.mapi_create_offline_device.restype = ctypes.c_void_p
mapi.mapi_delete_offline_device.argtypes = [ctypes.c_void_p]
mapi.mapi_start_offline_device_at.argtypes = [ctypes.c_char_p, ctypes.c_double]

FINISHED, CLOSED = 2, 3     # enum mapi_status
DEVICE_FINISHED = 3
ENDED_GONE, ENDED_EOF, ENDED_BROKEN = 1, 5, 7


class Packet(ctypes.Structure):
    _fields_ = [("ts", ctypes.c_ulonglong), ("ifindex", ctypes.c_ushort),
                ("caplen", ctypes.c_uint), ("wlen", ctypes.c_uint),
                ("data", ctypes.c_ubyte * 0)]


mapi.mapi_get_next_pkt.restype = ctypes.POINTER(Packet)


def next_packet(flow, fid):
    """(ts, bytes, wire length), or None with the last error's number."""
    pkt = mapi.mapi_get_next_pkt(flow.fd, fid)
    if not pkt:
        number = ctypes.c_int()
        mapi.mapi_read_error(ctypes.byref(number), None)
        return None, number.value
    start = ctypes.addressof(pkt.contents) + Packet.data.offset
    return (pkt.contents.ts, ctypes.string_at(start, pkt.contents.caplen),
            pkt.contents.wlen), 0


def ended(flow):
    """(status, reason)"""
    reason = ctypes.c_int()
    status = done(mapi.mapi_flow_status(flow.fd, ctypes.byref(reason)), "status")
    return status, reason.value


class Trace:
    """An offline device; flows are made on its name."""

    def __init__(self, path, fmt=0):
        self.at = mapi.mapi_create_offline_device(path.encode(), fmt)
        done(0 if self.at else -1, path)
        self.name = ctypes.string_at(self.at).decode()

    def start(self, speed=0):
        done(mapi.mapi_start_offline_device_at(self.name.encode(), speed), "start")

    def status(self):
        return done(mapi.mapi_offline_device_status(self.name.encode()), "status")

    def delete(self):
        done(mapi.mapi_delete_offline_device(self.at), "delete")
