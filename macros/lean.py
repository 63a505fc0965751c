"""Edits without the rows that the workbook holds already: a macro is slow by the cell, and most cells stay as they are.

Texts with looks of their own are always kept, for the values of a saved copy do not tell them. A formula stands where
its value stands: one that a constant was pasted over with the same value comes back by the command or by xlwings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from workbook.edits import Block, Cell, Edits, Formula, Rich

Rows = list[list[Any]]
NEAR = 1e-9


def lean(edits: Edits, copy: Path) -> Edits:
    """Return the edits without what stands in the saved copy of the workbook; all of them where it cannot be read."""
    import python_calamine as calamine

    wanted = {block.sheet for block in edits.blocks}
    try:
        with calamine.CalamineWorkbook.from_path(str(copy)) as book:
            names = wanted & set(book.sheet_names)
            held = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (calamine.CalamineError, OSError, ValueError):
        return edits
    return replace(
        edits, blocks=[part for block in edits.blocks for part in _changed(block, held.get(block.sheet, []))]
    )


def _changed(block: Block, held: Rows) -> Iterator[Block]:
    new = [_is_new(block, down, held) for down in range(len(block.values))]
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


def _stands(cell: Cell, row: Sequence[Any], column: int) -> bool:
    if isinstance(cell, Rich):
        return False
    now = row[column - 1] if column <= len(row) else None
    wanted = cell.value if isinstance(cell, Formula) else cell
    if isinstance(wanted, Decimal | int):
        return isinstance(now, int | float) and not isinstance(now, bool) and abs(float(now) - float(wanted)) < NEAR
    return (now if now is not None else "") == (wanted or "")
