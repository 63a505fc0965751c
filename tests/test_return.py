"""Back to the departments in one go: their papers count as the master does, nothing is overwritten, and 部门清单 tells who is where."""

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import docx
import pytest

from workbook.actions import api as actions
from workbook.actions import returning
from workbook.cli import run
from workbook.demo import DEPARTMENTS, as_handed_in
from workbook.master import layout
from workbook.master.read import Master, read_master
from workbook.master.results import single, spot
from workbook.master.tracking import numbers
from workbook.model.edits import Block, Edits
from workbook.model.findings import Report, Severity
from workbook.readers import ReadError
from workbook.storage.replacing import FOLDER
from workbook.writers.package import apply

TODAY = date.today()  # noqa: DTZ011 — the clerk's own clock
DAY = f"{TODAY}"
TERMS = actions.Terms(date(2027, 1, 8), "预算绩效股", prefix="云财绩")
AGENCY = "云麓县政务服务中心"


@dataclass
class Returned:
    master: Path
    to: Path
    outcome: actions.Outcome

    @property
    def book(self) -> Master:
        return read_master(self.master)

    @property
    def rows(self) -> dict[str, dict[str, object]]:
        return {str(row["单位"]): row for row in self.book.records["tblUnits"]}


@pytest.fixture(scope="module")
def returned(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Returned:
    folder = tmp_path_factory.mktemp("退")
    master = Path(shutil.copy(imported, folder / "总表.xlsm"))
    return Returned(master, folder / "退回", actions.return_(master, folder / "退回", terms=TERMS))


@pytest.fixture
def again(returned: Returned, tmp_path: Path) -> Returned:
    """Return a copy of what was returned, to be worked on."""
    to = Path(shutil.copytree(returned.to, tmp_path / "退回"))
    return Returned(Path(shutil.copy(returned.master, tmp_path / "总表.xlsm")), to, returned.outcome)


def due(returned: Returned) -> Iterator[actions.Checked]:
    yield from (entry for entry in returned.outcome.checked if any(entry.report.counts[:2]))


def texts(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_notice_workbook_and_master_count_alike(returned: Returned) -> None:
    assert len(list(due(returned))) == 5
    for entry in due(returned):
        unit, report = entry.filing.unit or "", entry.report
        wanted = (report.count(Severity.ERROR), report.count(Severity.WARNING))
        (table,) = docx.Document(str(returned.to / unit / f"{unit}-整改通知.docx")).tables
        levels = [row.cells[1].text[1:] for row in table.rows[1:]]
        own = actions.open_book(returned.to / unit / f"{unit}.xlsm")
        said = actions.check([own.path]).checked[0].report  # by the department, in its own workbook
        row = returned.rows[unit]
        assert (levels.count("错误"), levels.count("预警"), levels.count("提示")) == (*wanted, 0)
        assert (row["错误"], row["预警"]) == wanted
        assert said.counts == report.counts
        assert {found["问题键"] for found in own.records["tblFindings"]} == {found.key for found in report.findings}


def test_a_workbook_checked_anew_without_its_prose_still_counts_as_the_master(seeds: Path, tmp_path: Path) -> None:
    """What the prose alone answers is not found anew, and what it is the cause of stays under it."""
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2023)
    actions.import_(master, [seeds / "000.docx", seeds / "002.docx"])
    for entry in actions.return_(master, tmp_path / "退").checked:
        unit = entry.filing.unit or ""
        path = tmp_path / "退" / unit / f"{unit}.xlsm"
        (said,) = actions.check([path]).checked
        assert said.report.counts == entry.report.counts
        assert groups(said.report) == groups(entry.report)


def groups(report: Report) -> dict[str, str]:
    return {found.key: found.group for found in report.findings}


def test_findings_of_the_prose_stand_in_the_workbook(returned: Returned) -> None:
    prose = [found for entry in due(returned) for found in entry.report.findings if found.location.paragraph]
    assert prose
    for found in prose:
        own = actions.open_book(returned.to / found.unit / f"{found.unit}.xlsm")
        assert found.message in [record["问题"] for record in own.records["tblFindings"]]


def test_the_departments_own_report_has_the_comments(returned: Returned) -> None:
    (path,) = (returned.to / AGENCY).glob("*批注*.docx")
    said = [comment.text for comment in docx.Document(str(path)).comments]
    report = next(entry.report for entry in due(returned) if entry.filing.unit == AGENCY)
    leaders = [card.leader.message for card in report.cards]
    assert said
    assert (
        sum(any(message in words for words in said) for message in leaders) >= len(leaders) - 2
    )  # blank cells have no words


def test_the_notice_is_a_letter(returned: Returned) -> None:
    said = texts(returned.to / AGENCY / f"{AGENCY}-整改通知.docx")
    number = returned.rows[AGENCY]["通知编号"]
    assert str(number).startswith(f"云财绩〔{TODAY.year}〕")
    for words in (number, "2027年1月8日前", "联系人：预算绩效股", "云麓县财政局", f"{TODAY.year}年"):
        assert str(words) in said


def test_who_needs_nothing_gets_nothing_and_is_named(returned: Returned) -> None:
    clean = {entry.filing.unit or "" for entry in returned.outcome.checked} - {
        entry.filing.unit or "" for entry in due(returned)
    }
    assert clean
    assert {path.name for path in returned.to.iterdir()} == {entry.filing.unit for entry in due(returned)}
    assert all(unit in returned.outcome.message for unit in clean)
    for unit, row in returned.rows.items():
        wanted = ("已收", DAY, "") if unit in clean else ("已退回", DAY, DAY)
        assert (row["进度"], row["收到日期"], row["退回日期"] or "") == wanted


def test_another_form_than_annex_2_and_3_goes_back_as_itself(tmp_path: Path) -> None:
    filing = as_handed_in(next(entry for entry in DEPARTMENTS if entry.unit == AGENCY))
    filing.form = "l7"
    entry = actions.check_filing(filing, None, tmp_path / "x.docx")
    (path,) = actions.export_one(entry, tmp_path, ["xlsm"], AGENCY)
    assert path.suffix == ".xlsx"
    with zipfile.ZipFile(path) as book:
        said = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    assert all(found.message.split("“")[0] in said for found in entry.report.findings)


@pytest.mark.parametrize("what", ["一个数", "出错说明"])
def test_an_answer_is_tracked(again: Returned, what: str) -> None:
    answer = again.to / AGENCY / f"{AGENCY}.xlsm"
    actions.import_(again.master, [answer])
    assert again.rows[AGENCY]["进度"] == "已退回"  # it came back as it was sent
    own = actions.open_book(answer)
    if what == "一个数":
        place = own.filings[0].places["staff.actual"]
        block = Block(place.sheet, *spot(place.cell), ((39,),))
    else:
        row = next(record["#"] for record in own.records["tblFindings"] if record["规则编号"] == "S02")
        block = Block("校验结果", row, own.headings["tblFindings"]["出错说明"], (("编制已批，尚未下文",),))
    apply(answer, Edits([block]))
    actions.import_(again.master, [answer])
    row = again.rows[AGENCY]
    assert (row["进度"], row["退回日期"], row["改回日期"]) == ("已改", DAY, DAY)
    before = row["通知编号"]
    actions.return_(again.master, again.to, only=[AGENCY], terms=TERMS)
    assert again.rows[AGENCY]["通知编号"] not in ("", before)
    assert again.rows[AGENCY]["进度"] == "已退回"


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), ReadError("这份报告读不了")])
def test_a_department_whose_package_failed_is_not_marked_as_returned(
    imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    master = Path(shutil.copy(imported, tmp_path / "总表.xlsm"))
    odd = as_handed_in(next(entry for entry in DEPARTMENTS if entry.unit == AGENCY))
    odd.unit = "云麓县河长/湖长制办公室"
    book = actions.open_master(master)
    actions.carry_out(book, actions.import_edits(book, [odd]), "import")
    write = returning.xlsm.write

    def fails(entry: actions.Checked, folder: Path, name: str) -> list[Path]:
        if entry.filing.unit == odd.unit:
            raise error
        return write(entry, folder, name)

    monkeypatch.setattr(returning.xlsm, "write", fails)
    outcome = actions.return_(master, tmp_path / "退回", only=[odd.unit, AGENCY])
    rows = Returned(master, tmp_path / "退回", outcome).rows
    assert [path.name for path in outcome.written] == [AGENCY]
    assert [entry.path.name for entry in outcome.refused] == ["云麓县河长_湖长制办公室"]
    assert (rows[odd.unit]["进度"], rows[odd.unit]["通知编号"] or "") == ("已收", "")
    assert rows[AGENCY]["进度"] == "已退回"
    assert outcome.message.startswith("退回 1 个单位")


def test_what_stood_there_is_kept_and_an_unanswered_notice_keeps_its_number(again: Returned) -> None:
    (again.to / AGENCY / "我的批语.txt").write_text("留着", encoding="utf-8")
    before = {unit: row["通知编号"] for unit, row in again.rows.items()}
    actions.return_(again.master, again.to, only=[AGENCY])
    kept = [path for path in (again.to / FOLDER).iterdir() if path.name.startswith(AGENCY)]
    assert [path.read_text(encoding="utf-8") for folder in kept for path in folder.glob("我的批语.txt")] == ["留着"]
    assert len(list((again.to / AGENCY).iterdir())) == 3
    assert {unit: row["通知编号"] for unit, row in again.rows.items()} == before


def test_a_rehearsal_says_all_and_writes_nothing(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = imported.read_bytes()
    assert run(["return", str(imported), "--to", str(tmp_path / "退回"), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "试退回" in said
    assert f"{AGENCY}：3 处错误、2 处预警；整改通知" in said
    assert imported.read_bytes() == before
    assert not list(tmp_path.iterdir())


def test_a_department_that_is_not_there_is_refused(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["return", str(imported), "--to", str(tmp_path / "退回"), "--only", "没有这个局"]) == 2
    assert "没有这个局" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_hostile_names_stay_in_their_folder_and_one_file_name_in_two_departments_is_told_apart(
    received: Path, tmp_path: Path
) -> None:
    came = tmp_path / "来"
    for place, unit in enumerate((AGENCY, "云麓县城区环境卫生所")):
        (came / str(place)).mkdir(parents=True)
        shutil.copy(received / f"{unit}.docx", came / str(place) / "自评报告.docx")
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2024)
    actions.import_(master, [came])
    bad = as_handed_in(next(entry for entry in DEPARTMENTS if entry.unit == AGENCY))
    bad.unit = "../../逃:出*去?\u202e局"
    book = actions.open_master(master)
    actions.carry_out(book, actions.import_edits(book, [bad]), "import")
    outcome = actions.return_(master, tmp_path / "退回", zipped=True)
    assert all(path.parent == tmp_path / "退回" and path.suffix == ".zip" for path in outcome.written)
    assert len(outcome.written) == 3
    assert {path.name for path in tmp_path.iterdir()} <= {"来", "总表.xlsm", "退回", FOLDER}
    for path in outcome.written:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            assert all(Path(name).parts == (name,) and name != ".." for name in names)
            reports = [name for name in names if "批注" in name]
            assert len(reports) == (0 if "逃" in path.name else 1)
            for name in reports:
                archive.extract(name, tmp_path / "看")
                assert path.stem in texts(tmp_path / "看" / name) + str(
                    [cell.text for table in docx.Document(str(tmp_path / "看" / name)).tables for cell in table._cells]
                )
    assert any("没有落款单位" in words for words in outcome.notes)


def test_a_folder_put_aside_keeps_its_whole_name(tmp_path: Path) -> None:
    (tmp_path / "3.5公里示范段指挥部").mkdir()
    returning._put_aside(tmp_path / "3.5公里示范段指挥部")
    (kept,) = (tmp_path / FOLDER).iterdir()
    assert kept.name.startswith("3.5公里示范段指挥部 2")


@pytest.mark.parametrize(
    ("held", "prefix", "wanted"),
    [
        ({}, None, ["〔2026〕1号", "〔2026〕2号"]),
        ({"甲": ("已退回", "财〔2026〕7号")}, None, ["财〔2026〕7号", "财〔2026〕8号"]),
        ({"甲": ("已改", "财〔2026〕7号")}, None, ["财〔2026〕8号", "财〔2026〕9号"]),
        ({"甲": ("已退回", "财〔2025〕7号")}, None, ["财〔2025〕7号", "财〔2026〕1号"]),
        ({"丙": ("已退回", "财〔2026〕3号")}, "绩", ["绩〔2026〕4号", "绩〔2026〕5号"]),
        ({"甲": ("已退回", "随手写的")}, None, ["〔2026〕1号", "〔2026〕2号"]),
    ],
)
def test_numbers_run_on_within_the_year(
    held: dict[str, tuple[str, str]], prefix: str | None, wanted: list[str]
) -> None:
    rows = {unit: {layout.PROGRESS: state, layout.NOTICE: number} for unit, (state, number) in held.items()}
    assert list(numbers(rows, ["甲", "乙"], 2026, prefix).values()) == wanted


# --- what 参数 says, and a master in parts ----------------------------------------------------------------------------


def put(master: Path, **settings: str) -> None:
    edits = Edits([single(layout.SETTINGS[name][1], words) for name, words in settings.items()])
    apply(master, edits, keep=False)


def test_what_is_set_on_the_parameters_stands_in_the_notice_and_an_option_goes_before_it(
    imported: Path, tmp_path: Path
) -> None:
    master = Path(shutil.copy(imported, tmp_path / "总表.xlsm"))
    put(
        master,
        contact="预算绩效股",
        phone="0731-1234",
        office="云麓县财政局绩效股",
        number="云财绩",
        deadline="2099年3月1日",
    )
    actions.return_(master, tmp_path / "退", only=[AGENCY], terms=actions.Terms(date(2099, 2, 2), office="另一个局"))
    said = texts(tmp_path / "退" / AGENCY / f"{AGENCY}-整改通知.docx")
    for words in ("联系人：预算绩效股 0731-1234", "另一个局", f"云财绩〔{TODAY.year}〕1号", "2099年2月2日前"):
        assert words in said
    assert "绩效股\n" not in said


@pytest.mark.parametrize(
    ("words", "why"), [("下周五", "不是日期"), ("2026-13-40", "不是日期"), ("2020-01-01", "已经过了")]
)
def test_a_deadline_that_is_none_or_is_over_sends_nothing_back(
    imported: Path, tmp_path: Path, words: str, why: str
) -> None:
    master = Path(shutil.copy(imported, tmp_path / "总表.xlsm"))
    put(master, deadline=words)
    before = master.read_bytes()
    with pytest.raises(actions.ActionError, match=why):
        actions.return_(master, tmp_path / "退")
    assert master.read_bytes() == before
    assert not (tmp_path / "退").exists()


def test_a_master_in_parts_goes_back_part_by_part_with_one_run_of_numbers(returned: Returned, tmp_path: Path) -> None:
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2024, region="云麓市")
    put(master, contact="预算绩效股")
    (tmp_path / "总表-分册").mkdir()
    units = [entry.filing.unit for entry in due(returned)][:3]
    departments = [as_handed_in(entry) for entry in DEPARTMENTS if entry.unit in units]
    for name, own in (("东区", departments[:1]), ("西区", departments[1:])):
        part = tmp_path / "总表-分册" / f"{name}.xlsm"
        actions.new(part, year=2024, region=name)
        book = actions.open_master(part)
        actions.carry_out(book, actions.import_edits(book, own), "import")
    outcome = actions.return_(master, tmp_path / "退", terms=actions.Terms(prefix="云"))
    notices = sorted((tmp_path / "退").glob("*/*/*-整改通知.docx"))
    assert {path.parts[-3] for path in notices} == {"东区", "西区"}
    assert "东区：退回" in outcome.message
    rows = [
        row
        for part in ("东区", "西区")
        for row in read_master(tmp_path / "总表-分册" / f"{part}.xlsm").records["tblUnits"]
    ]
    given = sorted(str(row["通知编号"]) for row in rows if row["通知编号"])
    assert given == [f"云〔{TODAY.year}〕{number}号" for number in range(1, len(notices) + 1)]
    assert len(notices) == len(outcome.written) == 3
    assert all("联系人：预算绩效股" in texts(path) for path in notices)
    one = departments[-1].unit or ""
    with pytest.raises(actions.ActionError, match="没有这个局"):
        actions.return_(master, tmp_path / "又", only=[one, "没有这个局"])
    assert not (tmp_path / "又").exists()


def test_where_nobody_has_anything_to_put_right_nothing_is_made(tmp_path: Path) -> None:
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2024, region="云麓县")
    book = actions.open_master(master)
    actions.carry_out(book, actions.import_edits(book, [as_handed_in(DEPARTMENTS[0])]), "import")
    outcome = actions.return_(master, tmp_path / "退")
    assert outcome.message.startswith("没有要退回的单位\n没有错误和待说明的预警、不必退回的 1 个")
    assert not list((tmp_path / "退").iterdir())
