# SPDX-License-Identifier: GPL-2.0
"""Results as they lie in the mapped area, read by the letter of linux/mapi.h."""
import mmap
import struct

SUM, MIXED = 1, 7
SLOT = 64       # bytes of a struct mapi_slot
AGE = 80        # where a struct mapi_result_desc has it


class Area:
    def __init__(self, fd):
        with mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ) as head:
            magic, _, self.hdr, self.desc, _, _, _, self.cpus, self.block, self.stride = \
                struct.unpack_from("=IHHHHIIIII", head)
        assert magic == 0x4950414d
        size = self.block + self.stride * (self.cpus + 1)
        self.map = mmap.mmap(fd, size, mmap.MAP_SHARED, mmap.PROT_READ)

    def words(self, fid):
        at = self.hdr + (fid - 1) * self.desc
        number, kind, _, _, slot, size = struct.unpack_from("=6I", self.map, at)
        nr_min, nr_max, age = struct.unpack_from("=3I", self.map, at + AGE - 8)
        assert number == fid and kind in (SUM, MIXED)
        blocks = []
        for cpu in range(self.cpus + 1):
            begin = self.block + cpu * self.stride + slot
            block = struct.unpack_from(f"={size // 8}Q", self.map, begin + SLOT)
            blocks.append((struct.unpack_from("=II", self.map, begin)[1], block))
        if kind == SUM:
            return [sum(column[:-1]) - column[-1] for column in zip(*(b for _, b in blocks))]
        columns = list(zip(*(b for a, b in blocks[:-1] if a == age)))
        nr = len(columns)
        return [min(c) if nr - nr_max - nr_min <= i < nr - nr_max else
                max(c) if i >= nr - nr_max else sum(c) for i, c in enumerate(columns)]
