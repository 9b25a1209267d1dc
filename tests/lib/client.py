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
        array = (ctypes.c_char_p * max(len(args), 1))(*(str(a).encode() for a in args))
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
