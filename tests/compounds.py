"""Compound files (.xls, .doc) made by code, as Excel, Word and whoever means harm write them; records of old workbooks."""

import struct
from itertools import pairwise

_SECTOR, _FREE, _END, _TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST = 4096  # a stream so long stands in sectors of its own


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with these streams; "a/b" is the stream b in the storage a. Short ones are filled with zeros."""
    names = sorted({part for name in streams for part in _ways(name)})
    held = {name: content.ljust(_LEAST, b"\0") for name, content in streams.items()}
    sectors = [b""] * _needed(4 * sum(-(-len(content) // _SECTOR) + 3 for content in held.values()) + 4 * len(names))
    table = [_TABLE] * len(sectors)
    places: dict[str, int] = {}

    def put(content: bytes) -> int:
        first = len(sectors)
        pieces = [content[start : start + _SECTOR].ljust(_SECTOR, b"\0") for start in range(0, len(content), _SECTOR)]
        sectors.extend(pieces)
        table.extend([*range(first + 1, first + len(pieces)), _END])
        return first

    for name, content in held.items():
        places[name] = put(content)
    directory = put(_directory(names, held, places))
    count = sum(1 for entry in table if entry == _TABLE)
    table += [_FREE] * (count * _SECTOR // 4 - len(table))
    for number in range(count):
        sectors[number] = struct.pack("<128I", *table[number * 128 : number * 128 + 128])
    header = bytearray(_SECTOR)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, count, directory, 0, _LEAST, _END, 0, _END, 0, 0)
    struct.pack_into("<109I", header, 76, *range(count), *[_FREE] * (109 - count))
    struct.pack_into("<I", header, 68, _END)
    return bytes(header) + b"".join(sectors)


def _needed(entries: int) -> int:
    return -(-2 * entries // _SECTOR) + 1


def _ways(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[: length + 1]) for length in range(len(parts))]


def _directory(names: list[str], held: dict[str, bytes], places: dict[str, int]) -> bytes:
    """Return the entries; the members of a storage hang on one another by their right neighbours."""
    numbers = {name: number for number, name in enumerate(names, start=1)}
    below: dict[str, list[str]] = {}
    for name in names:
        below.setdefault(name.rpartition("/")[0], []).append(name)
    right = {one: numbers[other] for members in below.values() for one, other in pairwise(members)}
    out = [_entry("Root Entry", 5, _FREE, numbers[below[""][0]], _END, 0)]
    for name in names:
        child = numbers[below[name][0]] if name in below else _FREE
        kind = 2 if name in held else 1
        start, size = (places[name], len(held[name])) if name in held else (0, 0)
        out.append(_entry(name.rpartition("/")[2], kind, right.get(name, _FREE), child, start, size))
    return b"".join(out)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return head + struct.pack("<III", _FREE, right, child) + bytes(36) + struct.pack("<IQ", start, size)


def record(kind: int, *parts: bytes) -> bytes:
    """Return a record of a workbook's stream."""
    content = b"".join(parts)
    return struct.pack("<HH", kind, len(content)) + content


def workbook(sheets: dict[str, dict[tuple[int, int], str | float]], locked: bool = False) -> bytes:
    """Return the stream of an old workbook (BIFF8) with these sheets: (row, column) from 0 → a text or number."""
    begin = [record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6)) for kind in (5, 0x10)]
    parts = [
        begin[1] + b"".join(_cell(place, value) for place, value in cells.items()) + record(0x0A)
        for cells in sheets.values()
    ]
    lock = record(0x2F, bytes(6)) if locked else b""
    names = [name.encode("utf-16-le") for name in sheets]
    start = len(begin[0] + lock) + sum(12 + len(name) for name in names) + 4
    listed = b""
    for name, part in zip(names, parts, strict=True):
        listed += record(0x85, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1), name)
        start += len(part)
    return begin[0] + lock + listed + record(0x0A) + b"".join(parts)


def _cell(place: tuple[int, int], value: str | float) -> bytes:
    head = struct.pack("<HHH", *place, 0)
    if isinstance(value, str):
        raw = value.encode("utf-16-le")
        return record(0x0204, head, struct.pack("<HB", len(raw) // 2, 1), raw)
    return record(0x0203, head, struct.pack("<d", value))
