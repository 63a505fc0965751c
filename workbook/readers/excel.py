"""Workbooks (.xlsx, .xlsm, .xls, .et) through python-calamine: values and merged ranges, nothing executed.

Hidden sheets are left out; hidden rows and columns are read like any other, because the form's own cells stand there too.
"""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine

from workbook import patterns as re
from workbook.forms.grid import Cell, Document, Grid
from workbook.model.figures import plain
from workbook.model.filing import UNCALCULATED
from workbook.model.issued import SHEET
from workbook.process import named
from workbook.readers.detect import EXCEL_PART, Kind
from workbook.readers.limits import LIMITS, DoubtError, OfficeError, ReadError, quiet
from workbook.readers.parts import opened, tags
from workbook.readers.survey import Sheet, Survey, survey

Places = set[tuple[int, int]]
# as calamine calls them
_KINDS = {
    "SheetTypeEnum.ChartSheet": "图表",
    "SheetTypeEnum.DialogSheet": "对话框",
    "SheetTypeEnum.WorkSheet": "缺了部件的表",
}
_TAG = re.compile(rb"<(?:[A-Za-z0-9]+:)?sheet\s[^<>]*>(?:\s*</(?:[A-Za-z0-9]+:)?sheet>)?")


class _StumbledError(ValueError):
    """A workbook that calamine does not understand."""


def document(path: Path, kind: Kind, here: bool = False, calculate: bool = True) -> Document:
    """Return the visible sheets of a workbook as tables; raise ReadError where it is broken or encrypted.

    Raise OfficeError for an old one that calamine does not understand, and for one whose formulas were never calculated,
    unless `calculate` is off. `here` is the very process of the user: raise DoubtError for a workbook that might end it.
    """
    if kind == Kind.OLD_EXCEL:
        return _old(path)
    try:
        with opened(path) as archive:
            seen = survey(archive, path.name)
            if here and not seen.plain:
                raise DoubtError
            out = _read(_without_macros(archive, seen) or path.open("rb"), seen, path)
    except (zipfile.BadZipFile, EOFError, OSError, KeyError, ValueError) as error:
        raise ReadError(f"「{path.name}」已损坏，Excel 内容读不出来，请单位另存或重新报送") from error
    waiting = sum(list(sheet.words.values()).count(UNCALCULATED) for sheet in seen.sheets.values())
    # an export of ours is held against what was issued, which computes its live cells itself
    if waiting and calculate and not out.issued:
        raise OfficeError("xlsx", f"有 {waiting} 处公式没有算过的值（文件不是由 Excel 存的），已用 LibreOffice 算出")
    return out


def _old(path: Path) -> Document:
    content = path.read_bytes()
    found = named("workbook.readers.compound:Compound")(content)
    named("workbook.readers.biff:survey")(found.stream("workbook" if "workbook" in found.root else "book"), path.name)
    try:
        return _read(io.BytesIO(content), None, path)
    except _StumbledError as error:
        raise OfficeError("xlsx") from error


def _read(file: IO[bytes], seen: Survey | None, path: Path) -> Document:
    """Return what calamine makes of a workbook, of the sheets that were looked at before; raise _StumbledError."""
    try:
        # not by its path: that may be one whose name is no text
        with quiet(), file, calamine.CalamineWorkbook.from_filelike(file) as book:
            visible = [sheet for sheet in book.sheets_metadata if str(sheet.visible).endswith(".Visible")]
            names = [sheet.name for sheet in visible if str(sheet.typ).endswith(".WorkSheet")]
            if seen is not None:  # what nobody looked at before may end the process
                names = [name for name in names if name in seen.sheets]
            held = seen.sheets if seen else {}
            grids = [_grid(book, name, held.get(name, Sheet()), path) for name in names]
            out = Document(
                path.stem, [band for grid in grids if grid.rows for band in _bands(grid)], _issued(book, path)
            )
            aside = {sheet.name: _KINDS.get(str(sheet.typ), "宏表") for sheet in visible if sheet.name not in names}
    except calamine.PasswordError as error:
        raise ReadError(f"「{path.name}」加了密码，请单位去掉密码后重新报送") from error
    except calamine.CalamineError as error:
        raise _StumbledError(str(error)) from error
    aside |= seen.aside if seen else {}
    out.notes += [f"工作表「{name}」是{what}，没有单元格可读，未读" for name, what in aside.items()]
    return out


def _without_macros(archive: zipfile.ZipFile, seen: Survey) -> IO[bytes] | None:
    """Return a copy of a workbook that does not name its macro sheets, over which calamine stumbles; None where it has none."""
    if not seen.macros:
        return None
    kept = iter([held.get("name") not in seen.macros for tag, held in tags(archive, EXCEL_PART) if tag == "sheet"])
    book = _TAG.sub(lambda match: match[0] if next(kept, True) else b"", archive.read(EXCEL_PART))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as copy:
        for member in archive.infolist():
            copy.writestr(member.filename, book if member.filename == EXCEL_PART else archive.read(member))
    out.seek(0)
    return out


def _issued(book: Any, path: Path) -> list[list[Any]]:
    """Return the cells of the hidden sheet of an export; none where another hides behind its name."""
    if SHEET not in book.sheet_names:
        return []
    sheet = book.get_sheet_by_name(SHEET)
    if sheet.total_height * max(1, sheet.total_width) > LIMITS.cells:
        raise ReadError(f"「{path.name}」的工作表「{SHEET}」超过 {LIMITS.cells:,} 格，没有读")
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    return rows


def _grid(book: Any, name: str, seen: Sheet, path: Path) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * max(1, sheet.total_width) > LIMITS.cells:
        raise ReadError(f"「{path.name}」的工作表「{name}」超过 {LIMITS.cells:,} 格，没有读")
    values = sheet.to_python(skip_empty_area=False)
    spans, covered = _merges(sheet, len(values), max(map(len, values), default=0))
    grid = Grid(name, is_sheet=True)
    for row, raws in enumerate(values, start=1):
        cells = []
        for column, raw in enumerate(raws, start=1):
            place = (row, column)
            if place not in covered:
                value = seen.words.get(place, raw) if raw == "" else raw
                cells.append(_cell(value, row, column, spans.get(place, 1)))
        grid.rows.append(cells)
    return grid


_TITLE = re.compile(r"(?:基础数据|自评|评价|评分)表")


def _bands(grid: Grid) -> list[Grid]:
    """Return a sheet as its forms where several stand side by side, a blank column between them and a title over each."""
    used = {column for row in grid.rows for cell in row if cell.text for column in range(cell.column, cell.last + 1)}
    if not used:
        return [grid]
    begins = [column for column in sorted(used) if column - 1 not in used]
    titles = [
        cell.column
        for row in grid.rows
        for cell in row
        if cell.text and len(cell.text) < 60 and _TITLE.search(cell.text)
    ]
    ends = [*begins[1:], max(used) + 1]
    edges = [left for left, right in zip(begins, ends, strict=True) if any(left <= title < right for title in titles)]
    if len(edges) < 2 or edges[0] != begins[0]:
        return [grid]
    pairs = pairwise([*edges, ends[-1]])
    cut = ([[cell for cell in row if left <= cell.column < right] for row in grid.rows] for left, right in pairs)
    return [Grid(grid.name, rows, is_sheet=True) for rows in cut]


def _merges(sheet: Any, height: int, width: int) -> tuple[dict[tuple[int, int], int], Places]:
    """Return the columns that merged cells span, and the cells they cover, within the rows and columns in use."""
    spans: dict[tuple[int, int], int] = {}
    covered: Places = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if (top + 1, left + 1) in covered:
            continue
        spans[top + 1, left + 1] = right - left + 1
        rows, columns = range(top + 1, min(bottom + 1, height) + 1), range(left + 1, min(right + 1, width) + 1)
        if len(rows) * len(columns) > LIMITS.merge_cells:
            continue
        covered |= {(row, column) for row in rows for column in columns}
        covered.discard((top + 1, left + 1))
    return spans, covered


def _cell(raw: Any, row: int, column: int, span: int) -> Cell:
    if raw is None or raw == "":
        return Cell("", row, column, span)
    if isinstance(raw, bool):
        return Cell("是" if raw else "否", row, column, span)
    if isinstance(raw, int | float):
        number = Decimal(f"{raw:.15g}")
        return Cell(plain(number), row, column, span, number)
    if isinstance(raw, datetime):
        return Cell(str(raw.date() if not raw.time() else raw), row, column, span, raw)
    if isinstance(raw, date):
        return Cell(raw.isoformat(), row, column, span, raw)
    return Cell(str(raw), row, column, span)
