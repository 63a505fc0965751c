"""An open workbook without Excel: it refuses what Excel refuses, and remembers what was entered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from macros.live import Rectangle

MOST, LONGEST_IN_ARRAY, LONGEST_FORMULA = 32_767, 8_203, 8_192


class Refused(Exception):
    """What Excel answers with 0x800A03EC."""


@dataclass
class FakeExcel:
    """Cells of each sheet by row and column, the tables (sheet, heading row, data rows, columns), protected sheets."""

    cells: dict[str, dict[tuple[int, int], Any]]
    tables: dict[str, list[Any]]
    protected: set[str]
    entered: list[Rectangle] = field(default_factory=list)
    looks: dict[tuple[str, int, int], list[Any]] = field(default_factory=dict)
    reads: int = 0
    open_for_writing: bool = False
    fail_after: int | None = None

    def formulas(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Sequence[Sequence[Any]]:
        self.reads += 1
        held = self._sheet(sheet)
        return tuple(
            tuple(_as_entered(held.get((row + down, column + across))) for across in range(columns))
            for down in range(rows)
        )

    def enter(self, rectangle: Rectangle) -> None:
        held = self._sheet(rectangle.sheet)
        if rectangle.sheet in self.protected and not self.open_for_writing:
            raise Refused("the sheet is protected")
        if self.fail_after is not None and len(self.entered) >= self.fail_after:
            raise Refused("call was rejected by callee")
        alone = len(rectangle.entries) == len(rectangle.entries[0]) == 1
        for down, row in enumerate(rectangle.entries):
            if len(row) != len(rectangle.entries[0]):
                raise Refused("rows of different length")
            for across, entry in enumerate(row):
                held[rectangle.row + down, rectangle.column + across] = _taken(entry, alone)
                self.looks.pop((rectangle.sheet, rectangle.row + down, rectangle.column + across), None)
        self.entered.append(rectangle)

    def dress(self, sheet: str, row: int, column: int, pieces: Sequence[Any]) -> None:
        held = self._sheet(sheet)[row, column]
        for piece in pieces:
            first, length = piece.place
            if first < 1 or first + length - 1 > len(held.encode("utf-16-le")) // 2:
                raise Refused("beyond the text")
        self.looks[sheet, row, column] = list(pieces)

    def resize(self, table: str, rows: int) -> None:
        sheet, top, before, columns = self.tables[table]
        self.tables[table][2] = max(rows, 1)
        for row in range(top + 1 + rows, top + 1 + before):
            for column in range(1, columns + 1):
                self._sheet(sheet).pop((row, column), None)

    @contextmanager
    def guard(self, sheets: Sequence[str], tables: Sequence[str]) -> Iterator[None]:
        for name in (*sheets, *(self.tables[table][0] for table in tables)):
            self._sheet(name)
        self.open_for_writing = True
        try:
            yield
        finally:
            self.open_for_writing = False

    def _sheet(self, name: str) -> dict[tuple[int, int], Any]:
        if name not in self.cells:
            raise Refused(f"no sheet {name}")
        return self.cells[name]


def _as_entered(value: Any) -> Any:
    # Formula gives constants as text: 3.5 as "3.5", a blank cell as ""
    if value is None:
        return ""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _taken(entry: Any, alone: bool) -> Any:
    """Return what Excel makes of an entry; raise Refused where it takes none."""
    if isinstance(entry, Decimal) or not isinstance(entry, str | float | int | None):
        raise Refused(f"no variant for {type(entry).__name__}")
    if not isinstance(entry, str):
        return entry
    if len(entry) > (MOST if alone else LONGEST_IN_ARRAY):
        raise Refused("text too long")
    if entry.startswith("'"):
        return entry[1:]
    if entry.startswith("="):
        if len(entry) > LONGEST_FORMULA or entry.count("(") != entry.count(")"):
            raise Refused("no formula")
        return entry
    if entry[:1] in "+-@" or entry[:1].isdigit() or entry.upper() in ("TRUE", "FALSE"):
        raise AssertionError(f"Excel would take {entry!r} for something else")
    return entry


def opened(path: Path) -> FakeExcel:
    """Return a fake with the contents of a workbook file, formulas as they were entered."""
    import openpyxl

    book = openpyxl.load_workbook(path, keep_vba=True)
    cells: dict[str, dict[tuple[int, int], Any]] = {}
    tables: dict[str, list[Any]] = {}
    for page in book.worksheets:
        cells[page.title] = {
            (cell.row, cell.column): cell.value for row in page.iter_rows() for cell in row if cell.value is not None
        }
        for table in page.tables.values():
            left, top, right, bottom = openpyxl.utils.range_boundaries(table.ref)
            tables[table.name] = [page.title, top, bottom - top, right - left + 1]
    return FakeExcel(cells, tables, {page.title for page in book.worksheets if page.protection.sheet})
