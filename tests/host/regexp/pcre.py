# SPDX-License-Identifier: GPL-2.0
"""PCRE2, as far as it is wanted here; it is a part of what git needs."""
import ctypes

CONFIG_VERSION, NOMATCH = 11, -1

try:
    library = ctypes.CDLL("libpcre2-8.so.0")
except OSError:
    library = None
else:
    library.pcre2_compile_8.restype = ctypes.c_void_p
    library.pcre2_compile_8.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint32] + \
        3 * [ctypes.c_void_p]
    library.pcre2_match_data_create_8.restype = ctypes.c_void_p
    library.pcre2_match_data_create_8.argtypes = [ctypes.c_uint32, ctypes.c_void_p]
    library.pcre2_match_8.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
                                      ctypes.c_size_t, ctypes.c_uint32] + 2 * [ctypes.c_void_p]
    library.pcre2_code_free_8.argtypes = [ctypes.c_void_p]
    room = library.pcre2_match_data_create_8(1, None)


def version():
    text = ctypes.create_string_buffer(64)
    library.pcre2_config_8(CONFIG_VERSION, text)
    return text.value.decode()


class Pattern:
    """A pattern that PCRE takes."""

    def __init__(self, pattern):
        error, at = ctypes.c_int(), ctypes.c_size_t()
        self.code = library.pcre2_compile_8(pattern, len(pattern), 0, ctypes.byref(error),
                                            ctypes.byref(at), None)
        if not self.code:
            raise ValueError(f"PCRE refuses {pattern}: error {error.value}")

    def matches(self, text):
        """None: it does not find out."""
        got = library.pcre2_match_8(self.code, text, len(text), 0, 0, room, None)
        return None if got < NOMATCH else got >= 0

    def __del__(self):
        if self.code:
            library.pcre2_code_free_8(self.code)
