"""Compound files (.xls, .doc): whether their chains of sectors end. A chain that bites its tail makes readers fill all memory."""

from __future__ import annotations  # an array takes no type in Python 3.11

import struct
from array import array

_HEADER = 512
_LAST = 0xFFFFFFFA  # from here on a number is no sector: end of chain, free, table
_IN_HEADER = 109


def has_loop(content: bytes) -> bool:
    """Return whether a chain in the file's tables (FAT, mini FAT) never ends; True as well for a header that makes no sense."""
    if len(content) < _HEADER:
        return True
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        return True
    size = 1 << shift
    fat = _joined(content, _table_sectors(content, size), size)
    if _loops(fat):
        return True
    first = struct.unpack_from("<I", content, 60)[0]
    return _loops(_joined(content, _chain(fat, first), size))


def _table_sectors(content: bytes, size: int) -> list[int]:
    """Return the sectors that hold the FAT: 109 are named in the header, more in a chain of sectors of their own."""
    out = list(struct.unpack_from(f"<{_IN_HEADER}I", content, 76))
    following = struct.unpack_from("<I", content, 68)[0]
    seen: set[int] = set()
    while following < _LAST and following not in seen:
        seen.add(following)
        numbers = _sector(content, following, size)
        if not numbers:
            break
        out += numbers[:-1]
        following = numbers[-1]
    return [number for number in out if number < _LAST]


def _sector(content: bytes, number: int, size: int) -> array[int]:
    """Return a sector as numbers, empty beyond the end of the file."""
    start = (number + 1) * size
    piece = content[start : start + size]
    out = array("I", piece[: len(piece) - len(piece) % 4])
    if struct.pack("=I", 1) != struct.pack("<I", 1):
        out.byteswap()
    return out


def _joined(content: bytes, sectors: list[int], size: int) -> array[int]:
    out = array("I")
    for number in sectors[: len(content) // size + 1]:
        out.extend(_sector(content, number, size))
    return out


def _chain(fat: array[int], first: int) -> list[int]:
    out: list[int] = []
    while first < len(fat) and len(out) <= len(fat):
        out.append(first)
        first = fat[first]
    return out


def _loops(table: array[int]) -> bool:
    """Return whether following a table from one of its entries comes back to it."""
    done = bytearray(len(table))  # 1: on the way that is being followed, 2: known to end
    for start in range(len(table)):
        way = []
        place = start
        while place < len(table) and not done[place]:
            done[place] = 1
            way.append(place)
            place = table[place]
        if place < len(table) and done[place] == 1:
            return True
        for passed in way:
            done[passed] = 2
    return False
