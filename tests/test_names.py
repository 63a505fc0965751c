"""Whose figures they are: names however they are written, names that contradict what was issued, names taken off the list."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from macros import buttons
from tests.test_keep import run
from tests.test_master import explain, put
from tests.test_way_back import corrected, find, held, issued
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, as_handed_in, compose
from workbook.master import layout
from workbook.master.intake import take_in
from workbook.master.read import read_master
from workbook.model.edits import Block, Edits, Resize
from workbook.model.filing import to_json, unit_key
from workbook.model.records import pack, unpack
from workbook.model.scheme import load
from workbook.readers import read
from workbook.storage import history
from workbook.writers import department, notice
from workbook.writers.package import apply

D = Decimal
UNIT, OTHER, THIRD = (entry.unit for entry in DEPARTMENTS[:3])


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    apply(path, take_in(read_master(path), [as_handed_in(entry) for entry in DEPARTMENTS[:3]]).edits)
    return path


# --- one name, written in many ways -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "云麓县市场监督管理局（高新分局）",
        "云麓县市场监督管理局(高新分局)",
        " 云麓县　市场监督管理局（高新分局）\n",
        "云麓县市场监督\u200b管理局\ufeff（高新分局）\u200e",
        "云麓县市场监督管理局（高新分局）（盖章）",
        "云麓县市场监督管理局（高新分局）(盖章)",
        "云麓县市场监督管理局（高新分局）：",
        "云麓县市场监督管理局（高新分局)（公章）:",
        "云麓县市场监督管理局（高新分局）（单位盖章）",
        "云麓县市场监督管理局（高新分局）（ 盖 章 ）",
    ],
)
def test_a_name_is_one_however_it_is_written(written):
    assert unit_key(written) == unit_key("云麓县市场监督管理局（高新分局）")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲局", "乙局"),
        ("甲局（本级）", "甲局"),
        ("甲局（高新分局）", "甲局（城东分局）"),
        ("印章管理所", "管理所"),
        ("1中", "2中"),
    ],
)
def test_other_names_stay_apart(one, other):
    assert unit_key(one) != unit_key(other)


@pytest.mark.parametrize("suffix", ["（盖章）", "：", "\u200b", "　"])
def test_a_report_under_a_name_written_otherwise_is_the_same_department(master, tmp_path, suffix):
    filing = as_handed_in(DEPARTMENTS[0])
    filing.unit = f"{UNIT}{suffix}"
    filing.funds.initial_budget += 1
    (tmp_path / "报来").mkdir()
    department.write(filing, load(), tmp_path / "报来" / "一.xlsx")
    outcome = actions.import_(master, [tmp_path / "报来"])
    assert (outcome.collected.added, outcome.collected.updated) == (0, 1)
    assert len(read_master(master).filings) == 3
    assert held(master).funds.initial_budget == filing.funds.initial_budget


def test_a_name_respaced_in_the_list_of_departments_loses_nothing(master):
    put(master, "基础数据", UNIT, "三公经费本年决算数", D("99"))
    actions.check_master(master)
    explain(master, "E05", "接待任务增加")
    before = to_json(held(master))
    put(master, "部门清单", UNIT, layout.UNIT, f" {UNIT}（盖章）")
    book = read_master(master)
    assert (len(book.filings), book.missing, book.unlisted) == (3, [], [])
    renamed = book.filings[0]
    assert to_json(renamed) == before | {"unit": f"{UNIT}（盖章）"}
    found = [f for c in actions.check_master(master).checked for f in c.report.findings if f.rule == "E05"]
    assert "接待任务增加" in [entry.explanation for entry in found]


def test_last_years_file_is_found_under_a_name_written_otherwise(master, tmp_path):
    filing = compose(DEPARTMENTS[0], YEAR - 1)
    filing.unit = f"{UNIT}（盖章）"
    department.write(filing, load(), tmp_path / "上年.xlsx")
    checked = actions.check([master], prior=[tmp_path / "上年.xlsx"]).checked
    assert [entry.filing.prior is not None for entry in checked] == [True, False, False]


# --- what was issued says whose figures they are ----------------------------------------------------------------------


def typed(path: Path, name: str, *sheets: str) -> Path:
    """Type another name over a department's own in a workbook that was issued to it."""
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        cells = [cell for row in book[sheet].iter_rows() for cell in row if UNIT in str(cell.value or "")]
        assert cells
        for cell in cells:
            cell.value = str(cell.value).replace(UNIT, name)
    book.save(path)
    return path


@pytest.mark.parametrize("sheets", [("附件2", "附件3"), ("附件2",), ("附件3",)])
@pytest.mark.parametrize("prefer", ["总表", "单位"])
def test_another_departments_name_in_a_returned_workbook_takes_nothing_from_it(master, sheets, prefer):
    before = {unit: to_json(held(master, unit)) for unit in (OTHER, THIRD)}
    path = issued(master)
    corrected(path, lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    outcome = actions.import_(master, [typed(path, OTHER, *sheets)], prefer=prefer)
    assert {unit: to_json(held(master, unit)) for unit in before} == before
    assert held(master).funds.executed == D("600.5")
    (asked,) = [entry for entry in outcome.differences if entry.path == "unit"]
    assert (asked.case, asked.unit, asked.old, asked.new, asked.winner) == ("冲突", UNIT, UNIT, OTHER, "总表")
    assert "底稿" in outcome.message
    assert f"请核实；确是“{OTHER}”的数" in outcome.message
    rows = read_master(master).records["tblDifferences"]
    assert [row["文件里"] for row in rows if row["项目"] == "单位名称"] == [OTHER]


def test_both_departments_send_theirs_and_one_bears_the_others_name(master):
    actions.export(master, master.parent / "发出")
    own, other = (master.parent / "发出" / f"{unit}.xlsx" for unit in (UNIT, OTHER))
    corrected(own, lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    corrected(other, lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 3.25))
    typed(own, OTHER, "附件2", "附件3")
    outcome = actions.import_(master, [own, other])
    assert outcome.collected.twice == []
    assert (held(master).funds.executed, held(master, OTHER).funds.executed) == (D("600.5"), D("3.25"))


def test_a_name_that_only_looks_otherwise_is_no_contradiction(master):
    path = typed(issued(master), f"{UNIT}（盖章）", "附件2", "附件3")
    outcome = actions.import_(master, [path])
    assert outcome.differences == []
    assert "底稿" not in outcome.message
    assert "没有变化" in actions.import_(master, [path]).message


def test_a_report_read_by_itself_says_so_too(master):
    (filing,) = read(typed(issued(master), OTHER, "附件2", "附件3"))
    assert (filing.unit, filing.claimed) == (UNIT, OTHER)
    assert any("底稿" in note for note in filing.notes)
    assert unpack(pack(filing)).claimed == OTHER


def test_in_one_workbook_of_all_a_name_typed_twice_takes_nothing(master, tmp_path):
    filings = [as_handed_in(entry) for entry in DEPARTMENTS[:2]]
    path = tmp_path / "全部.xlsx"
    department.write_single(filings, load(), path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if sheet.sheet_state == "visible" and UNIT in str(cell.value or ""):
                    cell.value = str(cell.value).replace(UNIT, OTHER)
    book.save(path)
    assert [filing.unit for filing in read(path)] == [UNIT, OTHER]


# --- taken off the list -----------------------------------------------------------------------------------------------


def off_the_list(master: Path, unit: str) -> None:
    """Delete a department's row in 部门清单, as a clerk does."""
    book = read_master(master)
    rows = [row for row in book.records["tblUnits"] if row[layout.UNIT] != unit]
    order = sorted(book.headings["tblUnits"], key=book.headings["tblUnits"].__getitem__)
    values = tuple(tuple(row.get(name) or None for name in order) for row in rows)
    top = layout.table("部门清单").top + 1
    apply(master, Edits([Block("部门清单", top, 1, values)], [Resize("tblUnits", len(rows))]))


def test_a_department_taken_off_the_list_is_said_and_its_figures_stay(master, tmp_path, capsys):
    before = to_json(held(master, OTHER))
    off_the_list(master, OTHER)
    for verb in (("check", master), ("fill", master), ("rollup", master)):
        _, _, err = run(capsys, *verb)
        assert OTHER in err
        assert f"jixiao remove {master.name} {OTHER}" in err
    for name in ("check", "import"):
        (tmp_path / "报来").mkdir(exist_ok=True)
        department.write(compose(DEPARTMENTS[3]), load(), tmp_path / "报来" / "三.xlsx")
        assert OTHER in actions.edits(name, master, files=[tmp_path / "报来"]).message
    _, _, err = run(capsys, "import", master, tmp_path / "报来")
    assert OTHER in err
    (left,) = read_master(master).unlisted
    assert to_json(left) == before
    actions.check_master(master)
    content = master.read_bytes()
    assert actions.import_(master, [tmp_path / "报来"]).written == actions.check_master(master).written == []
    assert master.read_bytes() == content
    newer = as_handed_in(DEPARTMENTS[1])
    newer.funds.executed = D(1)
    apply(master, take_in(read_master(master), [newer]).edits)
    assert read_master(master).unlisted == []
    assert held(master, OTHER).funds.executed == D(1)


@pytest.mark.parametrize("listed", [True, False])
def test_remove_takes_a_department_out_altogether_and_can_be_taken_back(master, capsys, listed):
    put(master, "基础数据", OTHER, "三公经费本年决算数", D("99"))
    actions.check_master(master)
    others = {unit: to_json(held(master, unit)) for unit in (UNIT, THIRD)}
    if not listed:
        off_the_list(master, OTHER)
    before = master.read_bytes()
    status, out, _ = run(capsys, "remove", master, f"{OTHER}（盖章）")
    assert status == 0
    assert "移出 1 个单位" in out
    book = read_master(master)
    assert [filing.unit for filing in book.filings] == [UNIT, THIRD]
    assert (book.unlisted, book.missing, book.notes) == ([], [], [])
    assert OTHER not in book.snapshots
    # the list of rules tells each by an example, in which departments of the demo are named
    everywhere = json.dumps({**book.records, "tblRules": []}, ensure_ascii=False, default=str)
    assert OTHER not in everywhere
    assert {unit: to_json(held(master, unit)) for unit in others} == others
    checked = actions.check_master(master).checked
    assert [entry.filing.unit for entry in checked] == [UNIT, THIRD]
    actions.undo(master, next(n for n, s in enumerate(history.states(master), 1) if s.what == "移出单位"))
    assert master.read_bytes() == before


def test_remove_of_a_name_that_is_none_changes_nothing(master, capsys):
    before = master.read_bytes()
    status, _, err = run(capsys, "remove", master, UNIT, "没有的局")
    assert status == 2
    assert "没有的局" in err
    assert master.read_bytes() == before


# --- what is none of a department's -----------------------------------------------------------------------------------


def test_the_bureaus_own_workbooks_in_the_folder_are_said_and_left(master, tmp_path, capsys):
    folder = tmp_path / "报来"
    folder.mkdir()
    shutil.copy(master, folder / "总表副本.xlsm")
    last = folder / "上年总表.xlsx"
    actions.new(folder / "上年.xlsm", year=YEAR - 1)
    apply(folder / "上年.xlsm", take_in(read_master(folder / "上年.xlsm"), [compose(DEPARTMENTS[5])]).edits, keep=False)
    (folder / "上年.xlsm").rename(last)
    actions.rollup(master, [folder / "汇总.xlsx"])
    actions.sample(master, 2, to=folder / "抽查.xlsx")
    actions.rollup(master, [folder / "汇总报告.docx"])
    (checked, *_) = actions.check_master(master).checked
    notice.write(checked.report, folder / "通知.docx")
    department.write(compose(DEPARTMENTS[3]), load(), folder / "三.xlsx")
    names = ["上年总表.xlsx", "总表副本.xlsm", "抽查.xlsx", "汇总.xlsx", "汇总报告.docx", "通知.docx"]
    contents = {name: (folder / name).read_bytes() for name in names}
    status, out, _ = run(capsys, "import", master, folder)
    assert status == 0
    whats = ["绩效自评总表", "绩效自评总表", "抽查计划", "汇总表", "汇总报告", "整改通知"]
    for name, words in zip(names, whats, strict=True):
        assert any(name in line and words in line and "没有动" in line for line in out.splitlines()), name
    assert {name: (folder / name).read_bytes() for name in names} == contents
    assert len(read_master(master).filings) == 4
    assert "不是单位报来的" in actions.edits("import", master, files=[folder]).message
    status, out, err = run(capsys, "check", folder)
    assert all(name in err for name in names)
    assert DEPARTMENTS[5].unit not in out


# --- which year -------------------------------------------------------------------------------------------------------


def test_reports_of_another_year_offer_to_change_the_masters(tmp_path, capsys):
    path, folder = tmp_path / "总表.xlsm", tmp_path / "报来"
    folder.mkdir()
    actions.new(path, year=YEAR + 1)
    for number, entry in enumerate(DEPARTMENTS[:2]):
        department.write(compose(entry), load(), folder / f"{number}.xlsx")
    status, out, _ = run(capsys, "import", path, folder)
    assert status == 0
    assert f"报来的都是 {YEAR} 年度，总表写的是 {YEAR + 1} 年度" in out
    assert f"--year {YEAR}" in out
    assert f"改成 {YEAR}" in actions.edits("import", path, files=[folder]).message
    status, out, _ = run(capsys, "import", path, folder, "--year", YEAR)
    assert status == 0
    assert "年度与总表不同" not in out
    assert read_master(path).year == YEAR


def test_reports_of_several_years_offer_none(tmp_path):
    path, folder = tmp_path / "总表.xlsm", tmp_path / "报来"
    folder.mkdir()
    actions.new(path, year=YEAR + 1)
    for number, entry in enumerate(DEPARTMENTS[:2]):
        department.write(compose(entry, YEAR - number), load(), folder / f"{number}.xlsx")
    message = actions.import_(path, [folder]).message
    assert "年度与总表不同、仍取用了的 2 个" in message
    assert "--year" not in message


def test_a_new_master_says_which_year_it_took_and_why(tmp_path, capsys):
    status, out, _ = run(capsys, "new", tmp_path / "一.xlsm")
    assert status == 0
    year = read_master(tmp_path / "一.xlsm").year
    assert f"自评年度 {year}（默认去年" in out
    assert "--year" in out
    assert "默认" not in run(capsys, "new", tmp_path / "二.xlsm", "--year", 2024)[1]


@pytest.mark.parametrize("which", ["itself", "same year", "reports of the year"])
def test_last_year_must_be_an_earlier_one(master, tmp_path, capsys, which):
    given = master
    if which == "same year":
        given = Path(shutil.copy(master, tmp_path / "另一本.xlsm"))
    elif which == "reports of the year":
        given = tmp_path / "报来"
        given.mkdir()
        department.write(compose(DEPARTMENTS[0]), load(), given / "一.xlsx")
    before = master.read_bytes()
    with pytest.raises(actions.ActionError, match=f"{YEAR} 年度的，不是上年"):
        actions.edits("compare", master, files=[given])
    status, _, err = run(capsys, "check", master, "--prior", given)
    assert status == 2
    assert f"请选 {YEAR - 1} 年度的" in err
    assert master.read_bytes() == before
    job = tmp_path / "job"
    job.mkdir()
    shutil.copy(master, job / "book.xlsm")
    name = "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in str(given))
    (job / "request.txt").write_text(f"path\t{name}\n", encoding="ascii")
    assert buttons.main(["compare", str(job)]) == 0
    assert "不是上年" in (job / "result.txt").read_bytes().decode("utf-16-le")


def test_a_loose_report_of_the_same_year_is_no_last_year(tmp_path, capsys):
    for name, year in (("今年", YEAR), ("同年", YEAR), ("上年", YEAR - 1)):
        department.write(compose(DEPARTMENTS[0], year), load(), tmp_path / f"{name}.xlsx")
    _, _, err = run(capsys, "check", tmp_path / "今年.xlsx", "--prior", tmp_path / "同年.xlsx")
    assert "不早于本年" in err
    assert actions.check([tmp_path / "今年.xlsx"], prior=[tmp_path / "上年.xlsx"]).checked[0].filing.prior


def test_a_last_year_without_any_of_the_departments_is_said(master, tmp_path):
    department.write(compose(DEPARTMENTS[6], YEAR - 1), load(), tmp_path / "别人.xlsx")
    with pytest.raises(actions.ActionError, match="没有这本里的任何单位"):
        actions.edits("compare", master, files=[tmp_path / "别人.xlsx"])
