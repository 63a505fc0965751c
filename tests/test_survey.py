"""What is seen of a sheet before its values are read: by the quick parser, and by the lenient one where a sheet is broken."""

import zipfile
from pathlib import Path

import pytest

from workbook.model.filing import UNCALCULATED
from workbook.readers import survey as surveys
from workbook.readers.limits import ReadError

HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"
CELLS = (
    '<row r="2"><c r="B2"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c r="E2" s="3"/></row>'
    '<row><c><f>SUM(A1)</f></c><c t="str"><f>A1</f><v></v></c></row><row r="9"/>'
    '<row r="9"><c r="A9" t="inlineStr"><is><t>字</t></is></c><c t="e"><f>A1</f></c></row>'
)


def sheet_of(tmp_path: Path, content: str) -> surveys.Sheet:
    path = tmp_path / "表.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("s.xml", content)
    with zipfile.ZipFile(path) as archive:
        return surveys._sheet(archive, "s.xml", "「表」")


@pytest.mark.parametrize("tail", [TAIL, "<row><c r='A10'><v>1</row></x>", ""], ids=["whole", "broken", "cut off"])
def test_a_sheet_is_seen_as_far_as_it_goes(tmp_path: Path, tail: str):
    found = sheet_of(tmp_path, HEAD + CELLS + tail)
    assert found.words == {(2, 3): "#DIV/0!", (3, 1): UNCALCULATED, (9, 2): "#错误"}
    assert (found.rows, found.columns) == (10 if "A10" in tail else 9, 3)


def test_both_parsers_see_the_same(tmp_path: Path):
    path = tmp_path / "表.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("s.xml", HEAD + CELLS * 3000 + TAIL)
    with zipfile.ZipFile(path) as archive:
        pairs = zip(
            surveys._cells_by_expat(archive.open("s.xml"), surveys.Sheet()),
            surveys._cells_by_lxml(archive, "s.xml"),
            strict=True,
        )
        members = ("place", "kind", "value", "filled", "formula")
        for (row, quick), (line, lenient) in pairs:
            assert row == line
            assert [getattr(quick, name) for name in members] == [getattr(lenient, name) for name in members]


def test_a_row_without_end_fills_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(surveys.LIMITS, "cells", 50_000)
    with pytest.raises(ReadError, match="超过"):
        sheet_of(tmp_path, HEAD + "<row>" + "<c><v>1</v></c>" * 200_000 + "</row>" + TAIL)
