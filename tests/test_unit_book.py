"""A department's own workbook: what is written is read again, checked by the scheme it carries, and taken in by the master."""

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from workbook.actions import api as actions
from workbook.master import layout
from workbook.model.filing import to_json
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers.package import apply


@pytest.fixture(scope="module")
def master(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(imported, tmp_path_factory.mktemp("bureau") / "总表.xlsm"))


@pytest.fixture(scope="module")
def books(master: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return actions.export(master, tmp_path_factory.mktemp("own"), formats=["xlsm"]).written


def comparable(filing) -> dict[str, object]:
    held = to_json(filing)
    return {name: value for name, value in held.items() if name not in ("narrative", "form")}


def test_what_is_written_is_read_again(master: Path, books: list[Path]):
    held = {filing.unit: filing for filing in actions.open_book(master).filings}
    for path in books:
        (own,) = read(path)
        assert comparable(own) == comparable(held[own.unit])


def test_findings_are_those_of_the_master_and_those_of_the_prose_stay(master: Path, books: list[Path]):
    by_master = {entry.filing.unit: entry for entry in actions.check_master(master).checked}
    assert any(found.location.paragraph for entry in by_master.values() for found in entry.report.findings)
    for path in books:
        before = {record["问题键"] for record in actions.open_book(path).records["tblFindings"]}
        (own,) = actions.check([path]).checked
        wanted = by_master[own.filing.unit].report
        assert before == {found.key for found in own.report.findings} == {found.key for found in wanted.findings}
        assert own.report.counts == wanted.counts


def test_the_bureaus_scheme_goes_along(master: Path, tmp_path: Path):
    (entry, *_) = actions.check_master(master).checked
    stricter = load().with_values({"total.cap_method": "启用"})
    actions.write_own(entry.filing, stricter, tmp_path / "单位.xlsm")
    assert actions.open_book(tmp_path / "单位.xlsm").scheme.hash == stricter.hash


def test_explanations_go_along(master: Path, tmp_path: Path):
    checked = actions.check_master(master).checked
    entry = next(entry for entry in checked if entry.report.findings)
    found = entry.report.findings[0]
    said = replace(entry.report, findings=[found.explained("上级文件要求", "已说明")])
    actions.write_own(entry.filing, load(), tmp_path / "单位.xlsm", said)
    (own,) = actions.open_book(tmp_path / "单位.xlsm").filings
    assert [given.text for given in own.explanations.values()] == ["上级文件要求"]


def test_a_check_keeps_what_the_clerk_wrote(books: list[Path], tmp_path: Path):
    path = tmp_path / "单位.xlsm"
    path.write_bytes(books[0].read_bytes())
    before = actions.open_book(path)
    actions.check([path])
    after = actions.open_book(path)
    assert to_json(after.filings[0]) == to_json(before.filings[0])
    assert len(after.records["tblFindings"]) == len(before.records["tblFindings"])


def test_a_blank_one_for_a_department_that_has_none(tmp_path: Path):
    actions.new(tmp_path / "新.xlsm", year=2024, unit="云麓县气象局")
    (filing,) = actions.open_book(tmp_path / "新.xlsm").filings
    assert (filing.unit, filing.year) == ("云麓县气象局", 2024)
    with pytest.raises(actions.ActionError, match="已经存在"):
        actions.new(tmp_path / "新.xlsm", year=2024, unit="云麓县气象局")


def test_no_python_of_the_bureau_and_no_left_over_file(master: Path, tmp_path: Path):
    written = actions.export(master, tmp_path / "导出", formats=["xlsm"]).written
    assert sorted((tmp_path / "导出").iterdir()) == sorted(written)
    with zipfile.ZipFile(written[0]) as book:
        content = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml")).decode()
    assert actions.python_for_buttons() not in content


def test_marks_can_be_switched_off(books: list[Path], tmp_path: Path):
    path = tmp_path / "单位.xlsm"
    path.write_bytes(books[0].read_bytes())
    apply(path, actions.edits("clear", path))
    import python_calamine as calamine

    with calamine.CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name(layout.MARKS.sheet).to_python(skip_empty_area=False)
    assert rows[layout.MARKS.row - 1][layout.MARKS.column - 1] == "关"
