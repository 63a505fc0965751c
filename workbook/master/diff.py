"""Edits without the rows that the workbook holds already: a macro is slow by the cell, and most cells stay as they are.

The looks of a text are not told by the values of a saved copy, but its row says beside it what was found in it: where that
stands, or where nothing was or is urgent, the looks do too. A formula stands where its value stands: one that a constant was
pasted over with the same value comes back by the command or by xlwings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from workbook.master.read import guarded, sheets_of
from workbook.model.edits import URGENT, Block, Cell, Edits, Formula, Rich
from workbook.model.findings import Severity
from workbook.writers.package import PackageError

Rows = list[list[Any]]
Places = set[tuple[str, int]]
NEAR = 1e-9
SIGNS = tuple(severity.mark for severity in Severity)


def lean(edits: Edits, copy: Path) -> Edits:
    """Return the edits without what stands in the saved copy of the workbook; all of them where it cannot be read."""
    try:
        held = guarded(sheets_of, copy)
    except (PackageError, OSError):
        return edits
    rows = [held.get(block.sheet, []) for block in edits.blocks]
    news = [
        [_is_new(block, down, own) for down in range(len(block.values))]
        for block, own in zip(edits.blocks, rows, strict=True)
    ]
    said: Places = set()
    for block, new in zip(edits.blocks, news, strict=True):
        if not _has_looks(block):
            said |= {(block.sheet, block.row + down) for down, one in enumerate(new) if one}
    blocks: list[Block] = []
    for block, own, new in zip(edits.blocks, rows, news, strict=True):
        if _has_looks(block):
            new = [one or _is_dressed_anew(block, down, own, said) for down, one in enumerate(new)]
        blocks += _changed(block, new)
    return replace(edits, blocks=blocks)


def changes(edits: Edits, path: Path, sizes: Mapping[str, int]) -> bool:
    """Return whether edits change anything in a workbook but the time of day; `sizes` are the rows that its tables have."""
    if any(sizes.get(resize.table, 0) != resize.rows for resize in edits.resizes):
        return True
    return is_change(lean(edits, path))


def is_change(edits: Edits) -> bool:
    """Return whether edits say more than the time of day."""
    return any(not block.passing for block in edits.blocks)


def _has_looks(block: Block) -> bool:
    return any(isinstance(cell, Rich) for row in block.values for cell in row)


def _changed(block: Block, new: list[bool]) -> Iterator[Block]:
    if any(isinstance(cell, Formula) for row in block.values for cell in row):
        if any(new):  # in one go: the macro is slow by the range as well
            first, last = new.index(True), len(new) - new[::-1].index(True)
            yield _part(block, first, last)
        return
    start = 0
    for kept, rows in groupby(new):
        end = start + len(list(rows))
        if kept:
            yield _part(block, start, end)
        start = end


def _part(block: Block, start: int, end: int) -> Block:
    return replace(block, row=block.row + start, values=block.values[start:end])


def _is_new(block: Block, down: int, held: Rows) -> bool:
    row = held[block.row + down - 1] if block.row + down <= len(held) else []
    return any(not _stands(cell, row, block.column + across) for across, cell in enumerate(block.values[down]))


def _is_dressed_anew(block: Block, down: int, held: Rows, said: Places) -> bool:
    """Return whether a row has a text with looks that are not those it bears.

    `said` are the rows (sheet, 1-based row) in which anything but a text with looks is written anew.
    """
    if (block.sheet, block.row + down) not in said:
        return False
    row = held[block.row + down - 1] if block.row + down <= len(held) else []
    for column, cell in enumerate(block.values[down], start=block.column):
        if isinstance(cell, Rich):
            beside = (other for place, other in enumerate(row, start=1) if place != column)
            bore = any(sign in other for other in beside if isinstance(other, str) for sign in SIGNS)
            if bore or any(role in URGENT for _, role in cell.runs):
                return True
    return False


def _stands(cell: Cell, row: Sequence[Any], column: int) -> bool:
    now = row[column - 1] if column <= len(row) else None
    wanted = cell.value if isinstance(cell, Formula) else cell
    if isinstance(wanted, Decimal | int):
        return isinstance(now, int | float) and not isinstance(now, bool) and abs(float(now) - float(wanted)) < NEAR
    return (now if now is not None else "") == (wanted or "")
