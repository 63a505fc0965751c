"""What the records of an old workbook (.xls) say before its values are read: whether it is locked, how far its sheets reach.

python-calamine lays every sheet out as one dense block: of 42 KB it makes a gigabyte. [MS-XLS] 2.1.4, 2.4
"""

import struct

from workbook.ooxml import letters
from workbook.readers.limits import LIMITS, ReadError

_BEGIN, _END, _LOCKED, _MANY = 0x0809, 0x000A, 0x002F, 0x00BD
# records that hold the value of one cell: row and column stand first
_CELLS = frozenset((0x0006, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x027E, 0x00FD, 0x00D6))


def survey(stream: bytes, name: str) -> None:
    """Raise ReadError where the workbook is locked, or its sheets reach further than they may."""
    total = 0
    for rows, columns in _sheets(stream, name):
        total += rows * columns
        if total > LIMITS.cells:
            raise ReadError(
                f"「{name}」的工作表一直用到 {letters(columns)}{rows}，各表合计超过 {LIMITS.cells:,} 格，没有读；"
                "请删去表格以外的内容后重新报送"
            )


def _sheets(stream: bytes, name: str) -> list[tuple[int, int]]:
    """Return the last row and column of each part of the stream (the globals come first, and hold no cells)."""
    out: list[tuple[int, int]] = []
    place, depth, rows, columns = 0, 0, 0, 0
    unpack = struct.Struct("<HH").unpack_from
    while place + 4 <= len(stream):
        kind, length = unpack(stream, place)
        place += 4
        if kind in _CELLS and length >= 4 and place + 4 <= len(stream):
            row, column = unpack(stream, place)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _MANY and length >= 6 and place + length <= len(stream):
            rows = max(rows, unpack(stream, place)[0] + 1)
            columns = max(columns, unpack(stream, place + length - 4)[1] + 1)
        elif kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                out.append((rows, columns))
                depth, rows, columns = 0, 0, 0
        elif kind == _LOCKED:
            raise ReadError(f"「{name}」加了密码，请单位去掉密码后重新报送")
        place += length
    return [*out, (rows, columns)]
