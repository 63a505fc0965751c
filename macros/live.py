"""The open workbook through xlwings: the edits of a verb written straight into Excel, changed cells only.

The pure part compares what stands in the workbook with what should, and makes rectangles of the difference; `Excel`
is the thin part; nothing else here knows xlwings. Whatever goes wrong here, the result file still carries the
same edits out, so `write` answers False instead of raising.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from itertools import groupby
from typing import Any

from macros.result import LONG, Dressed, dressed, text_cell
from workbook.master import layout
from workbook.model.edits import Block, Cell, Edits, Formula, Rich

Entry = str | float | None
FIXED = frozenset(table.name for table in layout.TABLES if table.lines)
_MANUAL = -4135  # xlCalculationManual


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Cells to enter: sheet, 1-based row and column of the first, rows of equal length as Excel's Formula takes them."""

    sheet: str
    row: int
    column: int
    entries: tuple[tuple[Entry, ...], ...]


def possible() -> bool:
    """Return whether xlwings can reach an Excel from here, without loading it: it takes longer to load than the press."""
    return find_spec("xlwings") is not None and find_spec("pythoncom") is not None


def write(edits: Edits, book: Any = None) -> bool:
    """Write edits into the open workbook; False where that does not work and the result file must do."""
    try:
        carry_out(edits, Excel(book or _caller()))
    except Exception:
        return False
    return True


def _caller() -> Any:
    """Return the workbook from which the button was pressed."""
    # xlwings offers to convert to these where they are there; no press asks for it, and they take half a second
    with _absent("pandas", "numpy", "polars", "PIL", "matplotlib"):
        import xlwings
    return xlwings.Book.caller()


@contextmanager
def _absent(*names: str) -> Iterator[None]:
    """Let packages that are not loaded yet seem not to be installed."""
    loaded: dict[str, Any] = sys.modules  # None there: cannot be imported
    left_out = [name for name in names if name not in loaded]
    loaded.update(dict.fromkeys(left_out))
    try:
        yield
    finally:
        for name in left_out:
            del loaded[name]


def carry_out(edits: Edits, book: Excel) -> int:
    """Write the cells that differ and return how many there were; a workbook that is right already is not touched."""
    sheets = sorted({block.sheet for block in edits.blocks})
    tables = [resize.table for resize in edits.resizes]
    with book.guard(sheets, tables):
        for resize in edits.resizes:
            book.resize(resize.table, resize.rows)
        changed = [rectangle for block in edits.blocks for rectangle in differences(block, book)]
        for rectangle in changed:
            book.enter(rectangle)
        for block in edits.blocks:
            _dress(block, book)
    return sum(len(row) for rectangle in changed for row in rectangle.entries)


def _dress(block: Block, book: Excel) -> None:
    """Let pieces of texts stand out: entering a text takes their looks away."""
    for down, row in enumerate(block.values):
        for across, cell in enumerate(row):
            if isinstance(cell, Rich) and (pieces := dressed(cell)):
                book.dress(block.sheet, block.row + down, block.column + across, pieces)


def differences(block: Block, book: Excel) -> Iterator[Rectangle]:
    """Yield the rectangles of a block that differ from what the workbook holds; long texts come alone."""
    width = max((len(row) for row in block.values), default=0)
    if not width:
        return
    now = book.formulas(block.sheet, block.row, block.column, len(block.values), width)
    spans = [_changed(wanted, held) for wanted, held in zip(block.values, now, strict=True)]
    start = 0
    for runs, rows in groupby(spans):
        end = start + len(list(rows))
        for left, right in runs:
            yield from _rectangles(block, start, end, left, right)
        start = end


def _rectangles(block: Block, start: int, end: int, left: int, right: int) -> Iterator[Rectangle]:
    rows = [row[left:right] for row in block.values[start:end]]
    whole = tuple(tuple(None if _is_long(cell) else entry(cell) for cell in row) for row in rows)
    yield Rectangle(block.sheet, block.row + start, block.column + left, whole)
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            if _is_long(cell):
                place = (block.row + start + down, block.column + left + across)
                yield Rectangle(block.sheet, *place, ((entry(cell),),))


def _changed(wanted: Sequence[Cell], held: Sequence[Any]) -> tuple[tuple[int, int], ...]:
    """Return the runs of a row's cells that differ (first, beyond the last)."""
    differs = [not same(cell, held[place]) for place, cell in enumerate(wanted)]
    runs, start = [], 0
    for changed, cells in groupby(differs):
        end = start + len(list(cells))
        if changed:
            runs.append((start, end))
        start = end
    return tuple(runs)


def _is_long(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) > LONG


def entry(cell: Cell) -> Entry:
    """Return a cell as Excel's Formula property takes it: text guarded, numbers as doubles, blank as None."""
    if isinstance(cell, Formula):
        return f"={cell.text}"
    if isinstance(cell, Decimal | int):
        return float(cell)
    return text_cell(cell) if cell else None


def same(cell: Cell, held: Any) -> bool:
    """Return whether a cell holds what it should; `held` is what Excel says was entered there.

    Of a text with looks of its own that cannot be told: entering it anew takes away the looks of before.
    """
    if isinstance(cell, Rich):
        return False
    if isinstance(cell, Formula):
        return str(held) == f"={cell.text}"
    if isinstance(cell, Decimal | int):
        try:
            return Decimal(str(held)) == Decimal(repr(float(cell)))
        except InvalidOperation:
            return False
    return ("" if held is None else str(held)) == (cell or "")


class Excel:
    """An open workbook of xlwings: whole ranges in and out, tables of another size, one guard around it all.

    Of Excel's own objects no property that takes arguments is called by its name: pywin32 reads it without them and calls
    what it gave (`Range.Resize(3, 2)` is one cell). As a method it is called `Get…`.
    """

    def __init__(self, book: Any) -> None:
        self.book = book

    def formulas(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Sequence[Sequence[Any]]:
        """Return what was entered in a range."""
        held = self._range(sheet, row, column, rows, columns).formula
        return ((held,),) if rows == columns == 1 else held

    def enter(self, rectangle: Rectangle) -> None:
        """Enter a rectangle at once, and say in the status bar where."""
        self.book.app.api.StatusBar = f"正在写入：{rectangle.sheet}"
        rows, columns = len(rectangle.entries), len(rectangle.entries[0])
        target = self._range(rectangle.sheet, rectangle.row, rectangle.column, rows, columns)
        target.formula = rectangle.entries if rows * columns > 1 else rectangle.entries[0][0]

    def resize(self, table: str, rows: int) -> None:
        """Give a table so many data rows (at least one) and blank those it had beyond them."""
        held = self._table(table)
        sheet, before, width = held.Parent.Name, held.ListRows.Count, held.ListColumns.Count
        top, left = held.Range.Row, held.Range.Column
        if before != max(rows, 1):
            held.Resize(self._range(sheet, top, left, max(rows, 1) + 1, width).api)
        if before < rows and table in FIXED:  # the rows that it gains are as high as its first one
            gained = self._range(sheet, top + 1 + before, left, rows - before, 1).api
            gained.RowHeight = self._range(sheet, top + 1, left, 1, 1).api.RowHeight
        if before > rows:
            self._range(sheet, top + 1 + rows, left, before - rows, width).api.ClearContents()

    def dress(self, sheet: str, row: int, column: int, pieces: Sequence[Dressed]) -> None:
        """Let pieces of a text stand out."""
        cell = self.book.sheets[sheet].range((row, column)).api
        for piece in pieces:
            font = cell.GetCharacters(*piece.place).Font
            colour, bold, underline = piece.look
            font.Color, font.Bold, font.Underline = colour, bool(bold), underline

    @contextmanager
    def guard(self, sheets: Sequence[str], tables: Sequence[str]) -> Iterator[None]:
        """Keep calculation, events and protection, and put them back; nothing is selected or scrolled."""
        app = self.book.app.api
        if app.Interactive:  # the macro let go of keyboard and mouse: it looks for moved rows, which is not done here
            raise RuntimeError("rows may have been moved meanwhile")
        names = {*sheets, *(self._table(table).Parent.Name for table in tables)}
        with ExitStack() as after:
            after.callback(setattr, app, "StatusBar", False)
            for name, value in (("ScreenUpdating", False), ("EnableEvents", False), ("Calculation", _MANUAL)):
                after.callback(setattr, app, name, getattr(app, name))
                setattr(app, name, value)
            for name in sorted(names):
                _open(self.book.sheets[name].api, after)
            yield

    def _range(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Any:
        return self.book.sheets[sheet].range((row, column), (row + rows - 1, column + columns - 1))

    def _table(self, name: str) -> Any:
        for sheet in self.book.sheets:
            if name in [table.name for table in sheet.tables]:
                return sheet.tables[name].api
        raise KeyError(name)


ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)


def _open(sheet: Any, after: ExitStack) -> None:
    """Take the (empty) password off a sheet until `after`, and show what a filter hides: Excel would write past it."""
    if sheet.ProtectContents:
        allowed = tuple(bool(getattr(sheet.Protection, name)) for name in ALLOWED)
        # in the order of Worksheet.Protect: DrawingObjects, Contents, Scenarios, UserInterfaceOnly, then what is allowed
        options = (bool(sheet.ProtectDrawingObjects), True, bool(sheet.ProtectScenarios), False, *allowed)
        sheet.Unprotect("")
        after.callback(sheet.Protect, "", *options)
    if sheet.FilterMode:
        sheet.ShowAllData()
    for table in sheet.ListObjects:
        if table.AutoFilter is not None and table.AutoFilter.FilterMode:
            table.AutoFilter.ShowAllData()
