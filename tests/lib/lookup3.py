# SPDX-License-Identifier: GPL-2.0
"""Bob Jenkins' hashlittle(), of his lookup3.c (2006). Of 32-bit numbers in little
endian it is his hashword()."""
import struct

MASK = 0xffffffff


def rot(x, k):
    return (x << k | x >> 32 - k) & MASK


def mix(a, b, c):
    for i, k in enumerate((4, 6, 8, 16, 19, 4)):
        # Each time the next of the three is subtracted, and so on around.
        a = (a - c & MASK) ^ rot(c, k)
        c = c + b & MASK
        a, b, c = b, c, a
    return a, b, c


def final(a, b, c):
    for k in (14, 11, 25, 16, 4, 14, 24):
        c = (c ^ b) - rot(b, k) & MASK
        a, b, c = b, c, a
    # Seven steps: the last one changed what is in the middle now.
    return b


def hashlittle(data, initial):
    a = b = c = 0xdeadbeef + len(data) + initial & MASK
    while len(data) > 12:
        x, y, z = struct.unpack("<III", data[:12])
        a, b, c = mix(a + x & MASK, b + y & MASK, c + z & MASK)
        data = data[12:]
    if not data:
        return c
    x, y, z = struct.unpack("<III", data.ljust(12, b"\0"))
    return final(a + x & MASK, b + y & MASK, c + z & MASK)


def hashword(words, initial):
    return hashlittle(struct.pack(f"<{len(words)}I", *words), initial)


# What lookup3.c itself prints.
assert hashlittle(b"", 0) == 0xdeadbeef
assert hashlittle(b"", 0xdeadbeef) == 0xbd5b7dde
assert hashlittle(b"Four score and seven years ago", 0) == 0x17770551
assert hashlittle(b"Four score and seven years ago", 1) == 0xcd628161
