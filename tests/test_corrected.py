"""What the clerk enters on the page goes into a copy of her own file, and the tables dropped along are held against it."""

import shutil
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.office import convert
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, compose, tables
from workbook.forms.grid import Cell, Document, Grid
from workbook.master.results import result_hash
from workbook.readers import document, read
from workbook.serve import corrected, work
from workbook.serve.corrected import CorrectionError, entered, withdrawn
from workbook.storage import office

TEXT = "　　全年支出 522.30 万元，其中基本支出 26.32 元。"


def put(source: Path, place: Path) -> Path:
    """Return a folder of the service with a file in it."""
    (place / "file").mkdir(parents=True)
    shutil.copy(source, place / "file")
    return place


def cards(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [found for unit in result["units"] for card in unit["cards"] for found in card["all"]]


@pytest.fixture
def report(received: Path) -> Path:
    """A report in Word with a finding whose cell has a value that it should have."""
    return next(path for path in sorted(received.glob("*.docx")) if actions.check([path]).errors)


# --- where changes stand ----------------------------------------------------------------------------------------------


def now(changes: corrected.Changes, text: str = TEXT) -> str:
    """Return a paragraph as it stands with the changes."""
    parts = corrected._segments(changes, 0, len(text))
    return "".join(text[begin:end] if words is None else words for begin, end, words in parts)


def at(words: str, changes: corrected.Changes) -> str:
    start = now(changes).index(words)
    return f"b0-{start}-{start + len(words)}"


def test_changes_of_a_paragraph_go_by_what_was_filed_and_each_is_taken_back_by_itself():
    filed = Document("x", [TEXT])
    changes: corrected.Changes = {}
    for words, new in (("522.30", "1522.3"), ("26.32 元", "26.32 万元"), ("1522.3", "522.31"), ("26.32", "27")):
        changes = entered(changes, filed, at(words, changes), new)
    assert now(changes) == "　　全年支出 522.31 万元，其中基本支出 27 万元。"
    first, second = sorted(changes, key=lambda key: int(key.split("-")[1]))
    assert changes[first] == {"was": "522.30", "now": "522.31"}
    assert changes[second] == {"was": "26.32 元", "now": "27 万元"}
    assert now(withdrawn(changes, first)) == "　　全年支出 522.30 万元，其中基本支出 27 万元。"
    assert entered(changes, filed, at("522.31", changes), "522.30").keys() == {second}
    across = entered(changes, filed, at("522.31 万元，其中基本支出 27", changes), "一共 9")
    assert now(across) == "　　全年支出 一共 9 万元。"
    assert len(across) == 1


@pytest.mark.parametrize(
    "place",
    ["b0-0-0", "b0-5-3", "b0-3-9999", "b9-0-1", "c0-1-1", "c9-1-1", "c0-9-9", "x", "", "b0--1-4", "c0-1-1/../x"],
)
def test_a_place_that_is_none_is_refused(place: str):
    grid = Grid("", [[Cell("", 1, 1, 1, None, True), Cell("3", 1, 2)]])
    with pytest.raises(CorrectionError):
        entered({}, Document("x", [TEXT, grid]), place, "1")


def test_a_paragraph_does_not_vanish_and_words_are_words():
    filed = Document("x", ["12 人"])
    with pytest.raises(CorrectionError):
        entered({}, filed, "b0-0-4", " ")
    made = entered({}, filed, "b0-0-2", "=1+1\x00\x0b<w:t>")
    assert made["b0-0-2"]["now"] == "=1+1<w:t>"


# --- in files ---------------------------------------------------------------------------------------------------------


def test_as_it_should_be_is_put_into_a_copy_of_the_word_file_and_taken_back(report: Path, tmp_path: Path):
    folder = put(report, tmp_path / "x")
    before = work.check(folder)
    found = next(found for found in cards(before) if found["fix"] and found["at"].startswith("c"))
    after = work.change(folder, found["at"], found["fix"])
    assert found["key"] not in {other["key"] for other in cards(after)}
    (change,) = after["changes"]
    assert (change["at"], change["now"]) == (found["at"], found["fix"])
    assert work.file_of(folder).read_bytes() == report.read_bytes()
    made = Path(work.make(folder, "changed")["path"])
    assert made.name == f"{report.stem}-已改.docx"
    (old,), (new,) = read(report), read(made)
    path = found["path"]
    assert {name for name in old.paths() if old.get(name) != new.get(name)} == {path}
    assert new.narrative == old.narrative
    with zipfile.ZipFile(report) as was, zipfile.ZipFile(made) as is_:
        assert [n for n in was.namelist() if was.read(n) != is_.read(n)] == ["word/document.xml"]
    assert Path(work.make(folder, "annotated")["path"]).is_file()
    again = work.change(folder, found["at"], None)
    assert (again["hash"], again["changes"]) == (before["hash"], [])
    assert again["downloads"] == before["downloads"]


def test_a_figure_of_the_text_is_changed_in_its_own_looks(report: Path, tmp_path: Path):
    folder = put(report, tmp_path / "x")
    result = work.check(folder)
    texts = {block["n"]: block for block in result["blocks"] if "n" in block and "b" in block}
    figures = [figure for figure in result["units"][0]["figures"] if figure["n"] in texts and figure["state"] == "相符"]
    figure = next(f for f in figures if texts[f["n"]]["p"][f["from"] : f["to"]].endswith("万元"))
    block = texts[figure["n"]]
    place = f"b{block['b']}-{block['o'] + figure['from']}-{block['o'] + figure['to']}"
    after = work.change(folder, place, "987.65万元")
    wanted = f"{block['p'][: figure['from']]}987.65万元{block['p'][figure['to'] :]}"
    assert wanted in document(work.read_of(folder)).paragraphs[block["b"]]
    assert any(b.get("p") == wanted for b in after["blocks"])
    spot = (figure["n"], figure["from"])
    assert {f["state"] for f in after["units"][0]["figures"] if (f["n"], f["from"]) == spot} - {"相符"}


def test_cells_of_a_workbook_take_numbers_percentages_and_words_as_they_are_meant(received: Path, tmp_path: Path):
    source = next(path for path in sorted(received.glob("*.xlsx")))
    folder = put(source, tmp_path / "x")
    result = work.check(folder)
    (filing,) = read(source)
    places = {path: filing.places[path] for path in ("funds.executed", "funds.execution_rate", "goals.expected")}
    ats = {}
    for path, place in places.items():
        number, _ = next(
            (n, b) for n, b in enumerate(b for b in result["blocks"] if "rows" in b) if b["t"] == place.sheet
        )
        grids = document(source).grids
        cell = next(c for row in grids[number].rows for c in row if grids[number].address(c) == place.cell)
        ats[path] = corrected.cell_key(number, cell)
    for path, words in (("funds.executed", "1,234.5"), ("funds.execution_rate", "87.5"), ("goals.expected", "=1+1")):
        result = work.change(folder, ats[path], words)
    assert len(result["changes"]) == 3
    (made,) = read(work.read_of(folder))
    assert made.funds.executed == Decimal("1234.5")
    assert made.funds.execution_rate == Decimal("0.875")
    sheet = load_workbook(work.read_of(folder))[places["goals.expected"].sheet]
    assert sheet[places["goals.expected"].cell].data_type == "s"
    assert made.goals.expected == "=1+1"
    assert sheet[places["funds.executed"].cell].data_type == "n"
    assert work.change(folder, ats["goals.expected"], "")["changes"][-1]["now"] == ""
    assert read(work.read_of(folder))[0].goals.expected is None


def test_rates_of_a_departments_workbook_are_shown_and_entered_as_percentages(report: Path, tmp_path: Path):
    actions.export_file(report, tmp_path, None, ("xlsm",))
    folder = put(next(tmp_path.glob("*.xlsm")), tmp_path / "x")
    result = work.check(folder)
    assert (result["kind"], result["editable"]) == ("book", True)
    cells = {cell[4]: cell[0] for block in result["blocks"] if "rows" in block for row in block["rows"] for cell in row}
    assert result["rates"]
    assert all(cells[at].endswith("%") for at in result["rates"])
    filed = actions.open_book(work.read_of(folder)).filings[0].funds.execution_rate
    at = next(at for at in result["rates"] if filed is not None and cells[at] == f"{filed * 100:f}".rstrip("0") + "%")
    for words in ("87.5", "87.5%"):
        result = work.change(folder, at, words)
        assert actions.open_book(work.read_of(folder)).filings[0].funds.execution_rate == Decimal("0.875")
        assert result["changes"] == [{"at": at, "was": cells[at], "now": "87.5%"}]


def test_what_cannot_be_changed_is_said_and_nothing_is_lost(received: Path, report: Path, tmp_path: Path):
    folder = put(next(received.glob("*.txt")), tmp_path / "x")
    result = work.check(folder)
    assert not result["editable"]
    said = work.done(work.change, folder, "b0-0-1", "x")["failed"]
    assert "原来的程序" in said
    assert work.check(folder)["hash"] == result["hash"]
    other = put(report, tmp_path / "y")
    before = work.check(other)
    assert "刷新" in work.done(work.change, other, "c99-1-1", "1")["failed"]
    assert work.check(other)["hash"] == before["hash"]


@pytest.mark.office
def test_an_old_word_report_goes_through_libreoffice_once(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old = convert([report], "doc", tmp_path / "doc")[0]
    turned: list[Path] = []
    real = office.convert

    def counted(*given: Any) -> Path | None:
        turned.append(given[1])
        return real(*given)

    monkeypatch.setattr(office, "convert", counted)
    folder = put(old, tmp_path / "x")
    result = work.check(folder)
    assert result["name"] == old.name
    assert result["downloads"][0] == "annotated"
    found = next(found for found in cards(result) if found["fix"] and found["at"].startswith("c"))
    work.change(folder, found["at"], found["fix"])
    for kind in ("annotated", "changed", "workbook"):
        assert Path(work.make(folder, kind)["path"]).is_file()
    assert len(turned) == 1


@pytest.fixture(scope="module")
def sheet(received: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official sheets of a department with findings, as a workbook of Excel."""
    folder = tmp_path_factory.mktemp("表")
    report = next(path for path in sorted(received.glob("*.docx")) if actions.check([path]).warnings)
    actions.export_file(report, folder, None, ("xlsx",))
    return next(folder.glob("*.xlsx"))


@pytest.mark.office
def test_an_old_workbook_is_changed_on_the_page_and_comes_back_as_a_new_one(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    old = convert([sheet], "xls", tmp_path / "xls")[0]
    folder = put(old, tmp_path / "x")
    before = work.check(folder)
    assert (before["editable"], before["changes"]) == (True, [])
    found = [found for found in cards(before) if found["fix"] and found["at"]]
    score = next(found for found in found if found["path"].endswith(".score"))
    rate = next(found for found in found if found["path"].endswith("rate"))
    for each in (score, rate):
        after = work.change(folder, each["at"], each["fix"])
        assert each["key"] not in {other["key"] for other in cards(after)}
    assert work.file_of(folder).read_bytes() == old.read_bytes()
    assert [change["now"] for change in after["changes"]] == [score["fix"], rate["fix"]]
    assert after["downloads"][0] == "changed"
    assert any(".xlsx" in note and ".xls 没有动" in note for note in after["notes"])
    made = Path(work.make(folder, "changed")["path"])
    assert made.name == f"{old.stem}-已改.xlsx"
    (was,), (is_,) = read(old), read(made)
    differ = {name for name in was.paths() if was.get(name) != is_.get(name)}
    assert differ == {score["path"], rate["path"]}
    for name in ("附件2", "附件3"):
        looks, those = load_workbook(made)[name], load_workbook(sheet)[name]
        assert set(map(str, looks.merged_cells.ranges)) == set(map(str, those.merged_cells.ranges))
    reason = next(found for found in cards(after) if found["severity"] == "warning")
    assert work.explain(folder, reason["key"], "按会议纪要调整")["units"]
    for kind in ("workbook", "notice"):
        assert Path(work.make(folder, kind)["path"]).is_file()
    work.explain(folder, reason["key"], "")
    assert work.change(folder, score["at"], None)["changes"][0]["at"] == rate["at"]
    again = work.change(folder, rate["at"], None)
    assert (again["hash"], again["changes"], again["downloads"]) == (before["hash"], [], before["downloads"])


def test_an_old_workbook_is_not_offered_to_be_changed_where_nothing_can_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: Path
):
    monkeypatch.setattr(work, "detect", lambda _: work.Kind.OLD_EXCEL)
    monkeypatch.setattr(work, "find_office", lambda: None)
    result = work.check(put(sheet, tmp_path / "x"))
    assert not result["editable"]
    assert any("另存为 .xlsx" in note for note in result["notes"])


@pytest.mark.parametrize(
    ("kind", "name"), [("docx", "报告.doc"), ("xlsx", "表.xls"), ("xlsx", "表.et"), ("docx", "报告.wps")]
)
def test_a_new_file_under_an_old_name_is_changed_and_comes_back_under_the_right_one(
    report: Path, sheet: Path, tmp_path: Path, kind: str, name: str
):
    given = tmp_path / name
    shutil.copy(report if kind == "docx" else sheet, given)
    folder = put(given, tmp_path / "x")
    result = work.check(folder)
    assert result["name"] == name
    found = next(found for found in cards(result) if found["fix"] and found["at"].startswith("c"))
    after = work.change(folder, found["at"], found["fix"])
    assert found["key"] not in {other["key"] for other in cards(after)}
    made = Path(work.make(folder, "changed")["path"])
    assert made.name == f"{given.stem}-已改.{kind}"
    assert (kind == "docx") == ("annotated" in after["downloads"])


# --- tables beside ----------------------------------------------------------------------------------------------------


def test_a_pdf_of_nothing_known_and_a_file_of_no_form_say_what_they_are(tmp_path: Path):
    (tmp_path / "表.txt").write_text("今天天气很好", encoding="utf-8")
    said = work.done(work.check, put(tmp_path / "表.txt", tmp_path / "x"))["failed"]
    assert "不是认得的表样" in said
    (tmp_path / "扫描.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    assert work.done(work.check, put(tmp_path / "扫描.pdf", tmp_path / "y"))["failed"]


@pytest.mark.office
def test_tables_in_a_pdf_are_recognised_too(tmp_path: Path):
    pytest.importorskip("pdfplumber")
    filing = compose(DEPARTMENTS[0])
    made = tables.write_docx(tables.published(filing)[:2], filing.unit or "", filing.year or 0, tmp_path / "决算.docx")
    folder = put(convert([made], "pdf", tmp_path / "pdf")[0], tmp_path / "x")
    result = work.check(folder)
    assert (result["kind"], result["headline"]) == ("tables", "附上核对的表 2 张")
    assert work.check(put(made, tmp_path / "y"))["kind"] == "tables"


def test_files_laid_out_for_a_master_keep_their_folders_and_none_is_lost(report: Path, tmp_path: Path):
    items = [put(report, tmp_path / name) for name in ("a", "b", "c")]
    work._lay_out([(items[0], "水利站"), (items[1], "水利站"), (items[2], "")], tmp_path)
    assert {path.parent.name for path in tmp_path.glob(f"*/{report.name}")} == {"水利站", "水利站(1)"}
    assert (tmp_path / report.name).read_bytes() == report.read_bytes()
    assert result_hash(actions.check([report]).checked[0].report.findings) == work.check(items[0])["hash"]
