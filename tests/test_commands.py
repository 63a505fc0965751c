"""What the commands make of what they are given: no file, no folder and no option is passed over in silence."""

import shutil
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from tests.test_template import bureau
from workbook.actions import api as actions
from workbook.actions import into_template
from workbook.cli import run
from workbook.demo import DEPARTMENTS, compose, tables
from workbook.derive import Derived, derive
from workbook.forms import form, scheme_of
from workbook.master.layout import STATE, YEAR
from workbook.model.edits import Block, Edits
from workbook.model.filing import Filing
from workbook.model.scheme import DEFAULT, Scheme
from workbook.rollup.files import three_public_words
from workbook.rollup.measures import SPENT
from workbook.writers import word

REPORT = "自评报告.docx"


@pytest.fixture(scope="module")
def report(received: Path) -> Path:
    """Return one department's report as it was handed in."""
    return received / f"{DEPARTMENTS[0].unit}.docx"


def test_a_broken_file_is_named_though_another_of_its_name_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    filing = compose(DEPARTMENTS[0])
    good, broken = tmp_path / "甲" / "决算公开表.docx", tmp_path / "乙" / "决算公开表.docx"
    good.parent.mkdir(), broken.parent.mkdir()
    tables.write_docx(tables.published(filing), filing.unit or "", filing.year or 0, good)
    broken.write_bytes(b"PK\x03\x04 cut off")
    assert run(["read", str(good), str(broken)]) == 2
    said = capsys.readouterr()
    assert "支出决算" in said.out
    assert said.err.startswith("决算公开表.docx：")


def test_a_folder_of_reports_is_exported(report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for place in ("甲", "乙"):
        (tmp_path / "报来" / place).mkdir(parents=True)
        shutil.copy(report, tmp_path / "报来" / place / REPORT)
    (tmp_path / "报来" / "坏.docx").write_bytes(b"PK\x03\x04 cut off")
    assert run(["export", str(tmp_path / "报来"), "--to", str(tmp_path / "出")]) == 2
    said = capsys.readouterr()
    unit = DEPARTMENTS[0].unit
    assert said.out.startswith("已导出 2 个单位")
    assert said.err.startswith("坏.docx：")
    assert {path.name for path in (tmp_path / "出").iterdir()} == {f"{unit}.xlsx", f"{unit}_2.xlsx"}


def test_a_folder_of_reports_goes_into_a_template(report: Path, tmp_path: Path):
    (tmp_path / "报来").mkdir()
    shutil.copy(report, tmp_path / "报来")
    outcome = actions.export_into(tmp_path / "报来", bureau(tmp_path / "本县.xlsm"), tmp_path / "出")
    assert (len(outcome.written), outcome.refused) == (1, [])


@pytest.mark.parametrize("of", ["a report", "a master"])
def test_a_template_is_filled_by_the_scheme_of_the_form(
    of: str, imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    filing = compose(DEPARTMENTS[0])
    filing.form = "l7"
    if of == "a report":
        word.write(filing, scheme_of(form("l7")), source := tmp_path / REPORT)
    else:
        source = Path(shutil.copy(imported, tmp_path))
        book = actions.open_master(source)
        actions.carry_out(book, actions.import_edits(book, [filing]), "import")
    by: dict[str, str] = {}

    def spied(own: Filing, scheme: Scheme) -> Derived:
        by[own.form] = scheme.id
        return derive(own, scheme)

    monkeypatch.setattr(into_template, "derive", spied)
    assert actions.export_into(source, bureau(tmp_path / "本县.xlsm"), tmp_path / "出").refused == []
    assert by["l7"] == "sichuan"
    assert by.get("l1", DEFAULT) == DEFAULT


@pytest.mark.parametrize("name", ["填好.xlsx", "填好-报告初稿.docx"])
def test_neither_what_is_filled_nor_the_draft_beside_it_goes_over_a_file(name: str, tmp_path: Path):
    filing = compose(DEPARTMENTS[0])
    beside = tables.write_xlsx(tables.bureaus(filing), filing.unit or "", filing.year or 0, tmp_path / "财决.xlsx")
    (tmp_path / name).write_text("写好的")
    with pytest.raises(actions.ActionError, match=f"「{name}」已经有了"):
        actions.fill_report(None, [beside], tmp_path / "填好.xlsx", unit=filing.unit or "")
    assert (tmp_path / name).read_text() == "写好的"
    assert {path.name for path in tmp_path.iterdir()} == {name, "财决.xlsx"}


CALLS = {
    "a report has no departments to put together": (["export", "{report}", "--to", "{out}", "--single"], "--single"),
    "a master has its own scheme": (["export", "{master}", "--to", "{out}", "--scheme", "hubei"], "--scheme"),
    "a template has its own format": (
        ["export", "{report}", "--to", "{out}", "--template", "{template}", "--as", "docx"],
        "--as",
    ),
    "a template has no edition": (
        ["export", "{report}", "--to", "{out}", "--template", "{template}", "--edition", "审核版"],
        "--edition",
    ),
    "a template is for one department": (
        ["export", "{master}", "--to", "{out}", "--template", "{template}", "--single"],
        "--single",
    ),
    "a form says whose it is": (["fill", "{master}", "--unit", "某局"], "--unit"),
    "the page of this machine has no departments": (["serve", "--units", "{report}"], "--units"),
    "the page of this machine needs no certificate": (["serve", "--cert", "{report}"], "--cert"),
    "the page of this machine needs no key": (["serve", "--key", "{report}"], "--key"),
    "the page of this machine has one name": (["serve", "--name", "某局"], "--name"),
}


@pytest.mark.parametrize(("call", "option"), CALLS.values(), ids=CALLS.keys())
def test_an_option_that_nothing_would_come_of_is_refused(
    call: list[str],
    option: str,
    report: Path,
    imported: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("workbook.cli.serve.named", lambda _: SimpleNamespace(serve=lambda *_, **__: None))
    master, template = Path(shutil.copy(imported, tmp_path)), bureau(tmp_path / "本县.xlsm")
    before = set(tmp_path.iterdir())
    words = {"report": report, "master": master, "out": tmp_path / "出", "template": template}
    assert run([part.format(**words) for part in call]) == 2
    assert capsys.readouterr().err.startswith(f"{option} ")
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("verb", ["check", "rollup"])
def test_a_master_without_filings_is_not_called_ready(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2024)
    assert actions.edits(verb, master, []).message.startswith("没有可审核的内容")
    assert run([verb, str(master)]) == 0
    assert capsys.readouterr().out.startswith("没有可审核的内容")
    cells = load_workbook(master)
    spot = STATE["verdict"]
    assert cells[spot.sheet].cell(spot.row, spot.column).value == "没有可审核的内容"


def test_titles_of_a_master_without_a_year_say_none(imported: Path, tmp_path: Path):
    master = Path(shutil.copy(imported, tmp_path))
    book = actions.open_master(master)
    assert book.in_year == "2024年度"
    actions.carry_out(book, Edits([Block(*YEAR, ((None,),))]), "fill")
    (written,) = actions.export(master, tmp_path / "出", single=True).written
    assert written.name == "云麓县绩效自评.xlsx"
    actions.rollup(master, [tmp_path / "汇总.xlsx"])
    cells = [str(cell.value) for sheet in load_workbook(tmp_path / "汇总.xlsx") for row in sheet for cell in row]
    assert "云麓县部门整体支出绩效自评汇总" in cells


def test_what_did_not_change_is_neither_more_nor_less():
    row = (SPENT[0].name, Decimal("8.7"), None, Decimal("8.7"))
    assert three_public_words([row]) == "三公经费本年决算 8.70 万元，与上年持平。"
    assert "下降 50%" in three_public_words([(SPENT[0].name, Decimal(10), None, Decimal(5))])
