"""Edits without the rows that the workbook holds already: a macro is slow by the cell, and most cells stay as they are.

The looks of a text are not told by the values of a saved copy, but its row says beside it what was found in it: where that
stands, the looks do. A formula stands where its value stands: one that a constant was pasted over with the same value comes
back by the command or by xlwings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from workbook.edits import Block, Cell, Edits, Formula, Rich

Rows = list[list[Any]]
Places = set[tuple[str, int]]
NEAR = 1e-9


def lean(edits: Edits, copy: Path) -> Edits:
    """Return the edits without what stands in the saved copy of the workbook; all of them where it cannot be read."""
    from workbook.master import guarded, sheets_of
    from workbook.writers.package import PackageError

    try:
        held = guarded(sheets_of, copy)
    except (PackageError, OSError):
        return edits
    said = _rows_said_anew(edits, held)
    return replace(
        edits, blocks=[part for block in edits.blocks for part in _changed(block, held.get(block.sheet, []), said)]
    )


def _rows_said_anew(edits: Edits, held: Mapping[str, Rows]) -> Places:
    """Return the rows (sheet, 1-based row) in which anything but a text with looks is written anew."""
    out: Places = set()
    for block in edits.blocks:
        rows = held.get(block.sheet, [])
        if not any(isinstance(cell, Rich) for row in block.values for cell in row):
            out |= {(block.sheet, block.row + down) for down in range(len(block.values)) if _is_new(block, down, rows)}
    return out


def _changed(block: Block, held: Rows, said: Places) -> Iterator[Block]:
    new = [_is_new(block, down, held) or _is_dressed_anew(block, down, said) for down in range(len(block.values))]
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


def _is_dressed_anew(block: Block, down: int, said: Places) -> bool:
    return (block.sheet, block.row + down) in said and any(isinstance(cell, Rich) for cell in block.values[down])


def _stands(cell: Cell, row: Sequence[Any], column: int) -> bool:
    now = row[column - 1] if column <= len(row) else None
    wanted = cell.value if isinstance(cell, Formula) else cell
    if isinstance(wanted, Decimal | int):
        return isinstance(now, int | float) and not isinstance(now, bool) and abs(float(now) - float(wanted)) < NEAR
    return (now if now is not None else "") == (wanted or "")
