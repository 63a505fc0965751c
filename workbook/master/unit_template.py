"""A department's own workbook with buttons: 附件2 and 附件3 as in the exports, and what the master has for checking."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from workbook.forms import FIRST
from workbook.manual import IN_UNIT_BOOK
from workbook.master import home_sheet, layout, looks, manual_sheet
from workbook.master import template as house
from workbook.model.issued import LEFT_SHEET
from workbook.writers.department import write_part
from workbook.writers.official import Case
from workbook.writers.official import layout as official_layout
from workbook.writers.styles import Styles, base

SHEETS = (
    layout.HOME,
    "附件2",
    "附件3",
    "校验结果",
    "参数",
    "规则说明",
    layout.LOCAL_RULES,
    layout.MANUAL,
    layout.TEXTS_SHEET,
)
OFFICIAL = ("附件2", "附件3")
MARKED_AREA = "A1:L400"
TITLE = "部门整体支出绩效自评"


def write(
    case: Case,
    path: Path,
    parameters: Sequence[Sequence[Any]],
    rules: Sequence[Sequence[str]],
    vba: Path,
    texts: Sequence[Sequence[str]],
    local: Sequence[Sequence[str]] = (),
) -> None:
    """Write the workbook, without findings yet; the arguments after `path` are those of `template.build`."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, **base()}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": TITLE, "comments": f"scheme {case.scheme.id} {case.scheme.hash}"})
    _sheets(book, case, {"参数": parameters, "规则说明": rules, layout.LOCAL_RULES: local}, texts)
    book.add_vba_project(str(vba))
    book.set_vba_name("ThisWorkbook")
    for number, sheet in enumerate(book.worksheets(), start=1):
        sheet.set_vba_name(f"Sheet{number}")
    book.close()


def _sheets(
    book: Any,
    case: Case,
    held: Mapping[str, Sequence[Sequence[Any]]],
    texts: Sequence[Sequence[str]],
) -> None:
    styles = looks.Styles(book)
    home = book.add_worksheet(layout.HOME)
    home_sheet.write(book, home, styles, home_sheet.of_unit(TITLE, case.filing.year, case.filing.unit))
    house.names_for_marks(book)
    official = Styles(book)
    drawn = official_layout(FIRST)
    write_part(official, case, [(name, drawn[part]) for part, name in zip(drawn["sheets"], OFFICIAL, strict=True)])
    for name in OFFICIAL:
        house.mark(book, book.get_worksheet_by_name(name), [("", MARKED_AREA)])
    for sheet, rows in (("校验结果", ()), *held.items()):
        house.table_sheet(book, book.add_worksheet(sheet), layout.table(sheet), styles, rows)
    settings = book.get_worksheet_by_name(layout.PARAMETERS)
    settings.write(layout.SCHEME_ID.row - 1, layout.SCHEME_ID.column - 1, case.scheme.title)
    for name in layout.BUREAU:
        settings.set_row(layout.SETTINGS[name][1].row - 1, None, None, {"hidden": True})
    manual_sheet.write(book.add_worksheet(layout.MANUAL), styles, IN_UNIT_BOOK)
    words = book.add_worksheet(layout.TEXTS_SHEET)
    for row, entry in enumerate(texts):
        words.write_row(row, 0, entry)
    words.very_hidden()
    book.add_worksheet(LEFT_SHEET).very_hidden()
    home.activate()
