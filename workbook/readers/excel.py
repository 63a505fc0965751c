"""Workbooks (.xlsx, .xlsm, .xls, .et) through python-calamine: values and merged ranges, nothing executed."""

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook.figures import plain
from workbook.forms.grid import Cell, Document, Grid, letters
from workbook.readers.limits import LIMITS, ReadError

UNCALCULATED = "（公式未计算）"


def document(path: Path) -> Document:
    """Return the visible sheets of a workbook as tables; raise ReadError where it is broken or encrypted."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            visible = [sheet.name for sheet in book.sheets_metadata if _is_visible(sheet)]
            pending = _uncalculated(path)
            grids = [_grid(book, name, pending.get(name, frozenset()), path) for name in visible]
    except calamine.PasswordError as error:
        raise ReadError(f"「{path.name}」加了密码，请单位去掉密码后重新报送") from error
    except (calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise ReadError(f"「{path.name}」已损坏，Excel 内容读不出来，请单位另存或重新报送") from error
    return Document(path.stem, [grid for grid in grids if grid.rows])


def _is_visible(sheet: Any) -> bool:
    return str(sheet.visible).endswith("Visible") and str(sheet.typ).endswith("WorkSheet")


def _grid(book: Any, name: str, pending: frozenset[str], path: Path) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * max(1, sheet.total_width) > LIMITS.cells:
        raise ReadError(f"「{path.name}」的工作表「{name}」超过 {LIMITS.cells:,} 格，没有读")
    spans, covered = _merges(sheet)
    grid = Grid(name, is_sheet=True)
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = []
        for column, raw in enumerate(values, start=1):
            if (row, column) in covered:
                continue
            address = f"{letters(column)}{row}"
            value = UNCALCULATED if address in pending and raw == "" else raw
            cells.append(_cell(value, row, column, spans.get((row, column), 1)))
        grid.rows.append(cells)
    return grid


def _merges(sheet: Any) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    spans: dict[tuple[int, int], int] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            continue
        spans[top + 1, left + 1] = right - left + 1
        covered |= {(row, column) for row in range(top + 1, bottom + 2) for column in range(left + 1, right + 2)}
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


_FORMULA_CELL = re.compile(
    rb"<c\s[^>]*?r=\"([A-Z]+\d+)\"[^>]*?(?<!/)>(?:(?!</c>).)*?<f\b(?:(?!</c>).)*?</c>", re.DOTALL
)


_HAS_VALUE = re.compile(rb"<v(?:\s[^>]*)?>[^<]")


def _uncalculated(path: Path) -> dict[str, frozenset[str]]:
    """Return, per sheet name, the formula cells that hold no value: the workbook was never calculated."""
    if not zipfile.is_zipfile(path):
        return {}
    out: dict[str, frozenset[str]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _sheet_parts(archive).items():
            content = archive.read(part)
            if b"<f" in content:
                found = (match for match in _FORMULA_CELL.finditer(content) if not _HAS_VALUE.search(match[0]))
                out[name] = frozenset(match[1].decode() for match in found)
    return out


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    rid = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    out = {}
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(rid), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            out[str(sheet.get("name"))] = part
    return out
