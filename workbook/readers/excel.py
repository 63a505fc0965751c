"""Workbooks (.xlsx, .xlsm, .xls, .et) through python-calamine: values and merged ranges, nothing executed.

Hidden sheets are left out; hidden rows and columns are read like any other, because the form's own cells stand there too.
"""

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from workbook.figures import plain
from workbook.filing import UNCALCULATED
from workbook.forms.grid import Cell, Document, Grid
from workbook.issued import SHEET
from workbook.readers.limits import LIMITS, ReadError, quiet
from workbook.readers.survey import Sheet, survey

Places = set[tuple[int, int]]


def document(path: Path, calculate: bool = True) -> Document:
    """Return the visible sheets of a workbook as tables; raise ReadError where it is broken or encrypted.

    Formulas that were never calculated are, by LibreOffice where it is installed, unless `calculate` is off.
    """
    import python_calamine as calamine

    seen: dict[str, Sheet] = {}
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                seen = survey(archive, path.name)
        with quiet(), calamine.CalamineWorkbook.from_path(str(path)) as book:
            visible = [sheet.name for sheet in book.sheets_metadata if _is_visible(sheet)]
            grids = [_grid(book, name, seen.get(name, Sheet()), path) for name in visible]
            issued = _issued(book, path)
    except calamine.PasswordError as error:
        raise ReadError(f"「{path.name}」加了密码，请单位去掉密码后重新报送") from error
    except (calamine.CalamineError, zipfile.BadZipFile, EOFError, OSError, KeyError, ValueError) as error:
        if not seen and not zipfile.is_zipfile(path):
            return _through_office(path)
        raise ReadError(f"「{path.name}」已损坏，Excel 内容读不出来，请单位另存或重新报送") from error
    out = Document(path.stem, [band for grid in grids if grid.rows for band in _bands(grid)], issued)
    waiting = sum(list(sheet.words.values()).count(UNCALCULATED) for sheet in seen.values())
    # an export of ours is held against what was issued, which computes its live cells itself
    return _calculated(path, out, waiting) if waiting and calculate and not issued else out


def _calculated(path: Path, as_it_is: Document, waiting: int) -> Document:
    """Return a workbook never calculated with the values that LibreOffice gives its formulas; as it is, where that fails."""
    from workbook.readers.legacy import converted, find_office

    if find_office() is None:
        return as_it_is
    try:
        with converted(path, "xlsx", "xlsx", "Excel") as target:
            out = document(target, calculate=False)
    except ReadError:
        return as_it_is
    out.name, out.issued = as_it_is.name, as_it_is.issued
    out.notes.append(f"有 {waiting} 处公式没有算过的值（文件不是由 Excel 存的），已用 LibreOffice 算出")
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


def _through_office(path: Path) -> Document:
    """Read an old workbook that calamine does not understand by way of .xlsx."""
    from workbook.readers.legacy import converted

    with converted(path, "xls", "xlsx", "Excel") as target:
        out = document(target)
    out.name = path.stem
    return out


def _is_visible(sheet: Any) -> bool:
    return str(sheet.visible).endswith("Visible") and str(sheet.typ).endswith("WorkSheet")


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
    begins = [column for column in sorted(used) if column - 1 not in used]
    titles = [
        cell.column
        for row in grid.rows
        for cell in row
        if cell.text and len(cell.text) < 60 and _TITLE.search(cell.text)
    ]
    ends = [*begins[1:], max(used, default=0) + 1]
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
