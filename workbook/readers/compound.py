"""Compound files (.xls, .doc): their streams, and whether their chains of sectors end.

A chain that bites its tail makes readers fill all memory; a document embedded in another has streams of the same names as its
host, one storage further down.
"""

from __future__ import annotations  # an array takes no type in Python 3.11

import struct
from array import array
from dataclasses import dataclass

_HEADER = 512
_LAST = 0xFFFFFFFA  # from here on a number is no sector: end of chain, free, table
_IN_HEADER = 109
_ENTRY = 128
_MINI = 64


class CompoundError(ValueError):
    """A compound file whose tables make no sense, or lead in circles; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream or storage: its name, what it is, its neighbours and what is in it (numbers of entries), its sectors."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """A compound file in memory: the streams at its root; raise CompoundError where it cannot be trusted."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift = struct.unpack_from("<H", content, 30)[0] if len(content) >= _HEADER else 0
        if shift not in (9, 12):
            raise CompoundError("不是 Word 或 Excel 文件，或已损坏（文件头不对）")
        self._size = 1 << shift
        self._fat = _joined(content, _table_sectors(content, self._size), self._size)
        self._mini_fat = _joined(content, self._sectors(60), self._size)
        if _loops(self._fat) or _loops(self._mini_fat):
            raise CompoundError("已损坏（内部的链没有尽头）")
        self._entries = self._directory()
        self.root = self._below(self._entries[0]) if self._entries else {}

    def stream(self, name: str) -> bytes:
        """Return a stream of the root, as far as the file goes; raise KeyError where there is none."""
        entry = self.root[name.lower()]
        if entry.size >= struct.unpack_from("<I", self._content, 56)[0]:
            return self._bytes(_chain(self._fat, entry.start))[: entry.size]
        inside = self._bytes(_chain(self._fat, self._entries[0].start))
        places = (place * _MINI for place in _chain(self._mini_fat, entry.start))
        return b"".join(inside[place : place + _MINI] for place in places)[: entry.size]

    def _sectors(self, place: int) -> list[int]:
        return _chain(self._fat, struct.unpack_from("<I", self._content, place)[0])

    def _bytes(self, sectors: list[int]) -> bytes:
        starts = ((number + 1) * self._size for number in sectors)
        return b"".join(self._content[start : start + self._size] for start in starts)

    def _directory(self) -> list[Entry]:
        held = self._bytes(self._sectors(48))
        return [_entry(held, place) for place in range(0, len(held) - _ENTRY + 1, _ENTRY)]

    def _below(self, storage: Entry) -> dict[str, Entry]:
        """Return what stands in a storage by its name in small letters; entries that no tree holds are left out."""
        out: dict[str, Entry] = {}
        waiting, seen = [storage.child], set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            out.setdefault(entry.name.lower(), entry)
            waiting += [entry.left, entry.right]
        return out


def _entry(held: bytes, place: int) -> Entry:
    length = min(64, struct.unpack_from("<H", held, place + 64)[0])
    name = held[place : place + max(0, length - 2)].decode("utf-16-le", "replace")
    left, right, child = struct.unpack_from("<III", held, place + 68)
    start, size = struct.unpack_from("<II", held, place + 116)
    return Entry(name, held[place + 66], left, right, child, start, size)


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
