"""The forms as they are drawn, held cell by cell against golden files: value, formula, look, merges, widths; Excel and Word.

Where a change of the drawing is meant, `python -m tests.test_drawn_forms` writes the golden file anew: read its difference.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from workbook.demo import DEPARTMENTS, compose
from workbook.model.filing import Filing
from workbook.model.scheme import load
from workbook.writers import department, word

GOLDEN = Path(__file__).parent / "golden" / "forms.json"


def blank() -> Filing:
    return Filing(unit="某县某局", year=2030, form="l1")


def live() -> Filing:
    """Return a department's filing with its derived cells blank, classes left blank and answered by 无, buildings and long words."""
    from workbook.model.filing import Building

    filing = compose(DEPARTMENTS[0])
    filing.funds.execution_rate = filing.funds.score = filing.staff.control_rate = None
    filing.total.weight = filing.total.score = None
    filing.buildings = [Building(), Building()]
    filing.blank_classes, filing.none_classes = ["社会成本指标"], ["生态环境成本指标"]
    filing.indicators[0].reason = "因汛期延误" * 20
    for row in filing.indicators[:3]:
        row.score = None
    return filing


CASES = {"filled": lambda: compose(DEPARTMENTS[1]), "live": live, "blank": blank}


def sheets(path: Path) -> dict[str, Any]:
    """Return what each visible sheet of a workbook holds and how it looks."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    out = {}
    for sheet in (sheet for sheet in formulas.worksheets if sheet.sheet_state == "visible"):
        cells = (cell for row in sheet.iter_rows() for cell in row if cell.value is not None or cell.fill.fill_type)
        out[sheet.title] = {
            "cells": {cell.coordinate: _cell(cell, values[sheet.title][cell.coordinate].value) for cell in cells},
            "merged": " ".join(sorted(map(str, sheet.merged_cells.ranges))),
            "widths": {letter: round(column.width, 1) for letter, column in sheet.column_dimensions.items()},
            "page": [sheet.page_setup.orientation, sheet.print_area, sheet.print_title_rows],
        }
    return out


def _cell(cell: Any, value: Any) -> list[Any]:
    fill = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else ""
    look = f"{cell.alignment.horizontal} {cell.alignment.vertical} {cell.number_format} {fill} {'粗' if cell.font.b else ''}"
    held = [round(entry, 6) if isinstance(entry, float) else entry for entry in (cell.value, value)]
    return [*dict.fromkeys(held), look.strip()]


def pages(path: Path) -> list[Any]:
    """Return the tables of a Word file: widths of the columns in mm; of each cell the span, the merge, the words."""
    return [
        {
            "widths": [round(column.width.mm, 1) for column in table.columns],
            "rows": [
                [
                    f"{cell.grid_span}{(cell.vMerge or ' ')[0]} {docx.table._Cell(cell, table).text}"
                    for cell in row.tc_lst
                ]
                for row in table._tbl.tr_lst
            ],
        }
        for table in docx.Document(str(path)).tables
    ]


def drawn(name: str, folder: Path) -> dict[str, Any]:
    """Return a case as it is drawn now."""
    filing = CASES[name]()
    department.write(filing, load(), folder / "a.xlsx")
    word.write(filing, load(), folder / "a.docx")
    return {"xlsx": sheets(folder / "a.xlsx"), "docx": pages(folder / "a.docx")}


@pytest.mark.parametrize("name", CASES)
def test_a_form_is_drawn_as_in_the_golden_file(name, tmp_path):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[name]
    made = json.loads(json.dumps(drawn(name, tmp_path)))
    for sheet, wanted in golden["xlsx"].items():
        assert made["xlsx"][sheet]["cells"] == wanted["cells"], sheet
    assert made == golden


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        whole = {name: drawn(name, Path(folder)) for name in CASES}
    GOLDEN.write_text(
        json.dumps(whole, ensure_ascii=False, separators=(",", ":")).replace('],"', '],\n"') + "\n", encoding="utf-8"
    )
