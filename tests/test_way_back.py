"""The way back: an exported workbook that a department corrected comes in again, and every difference is said."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import convert
from tests.test_master import explain, put
from tests.test_whole_way import run
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, as_handed_in
from workbook.master.intake import take_in
from workbook.master.merge import Difference, Merge, pair
from workbook.master.read import read_master
from workbook.model.filing import Filing, Indicator, to_json
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers import department
from workbook.writers.package import apply

D = Decimal
UNIT = DEPARTMENTS[0].unit


@pytest.fixture
def master(tmp_path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    apply(path, take_in(read_master(path), [as_handed_in(entry) for entry in DEPARTMENTS[:3]]).edits)
    return path


def issued(master: Path) -> Path:
    """Export the master and return the first department's workbook."""
    actions.export(master, master.parent / "发出")
    return master.parent / "发出" / f"{UNIT}.xlsx"


def corrected(path: Path, change: Callable[[Worksheet], None], sheet: str = "附件3") -> Path:
    """Change an exported workbook as a department does; what openpyxl does not keep (values of formulas) LibreOffice puts back."""
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


def held(master: Path, unit: str = UNIT) -> Filing:
    return next(filing for filing in read_master(master).filings if filing.unit == unit)


def comes_in(master: Path, *files: Path, **options: object) -> list[Difference]:
    outcome = actions.import_(master, files, **options)
    assert outcome.refused == []
    return outcome.differences


def said(differences: list[Difference]) -> list[tuple[str, str, str, str, str]]:
    """Return what is said of the differences, but for the rates and scores that follow a corrected figure."""
    kept = [entry for entry in differences if entry.case != "重算"]
    return [(entry.case, entry.label, entry.old, entry.new, entry.winner) for entry in kept]


def find(sheet: Worksheet, words: str) -> openpyxl.cell.Cell:
    return next(cell for row in sheet.iter_rows() for cell in row if str(cell.value or "").strip() == words)


def rows_of(sheet: Worksheet) -> tuple[int, int]:
    """Return the first and the last row of the indicators."""
    return find(sheet, "三级指标").row + 1, find(sheet, "总分").row - 1


def unmerge(sheet: Worksheet, filled: bool = True) -> None:
    """Take the merged cells of the indicators apart, as Excel demands before it sorts; `filled` writes the class into each row."""
    first, last = rows_of(sheet)
    for area in [area for area in sheet.merged_cells.ranges if area.min_row >= first and area.max_row <= last]:
        value = sheet.cell(area.min_row, area.min_col).value
        sheet.unmerge_cells(str(area))
        for row in range(area.min_row, area.max_row + 1) if filled else ():
            sheet.cell(row, area.min_col).value = value


def sort(sheet: Worksheet, by: int = 4, filled: bool = True) -> None:
    unmerge(sheet, filled)
    first, last = rows_of(sheet)
    rows = [[cell.value for cell in row[1:9]] for row in sheet.iter_rows(min_row=first, max_row=last)]
    for number, row in enumerate(sorted(rows, key=lambda values: str(values[by - 2])), start=first):
        for column, value in enumerate(row, start=2):
            sheet.cell(number, column).value = value


def test_an_export_that_nobody_touched_changes_nothing(master):
    before = {unit: to_json(held(master, unit)) for unit in (UNIT, DEPARTMENTS[1].unit, DEPARTMENTS[2].unit)}
    issued(master)
    assert comes_in(master, master.parent / "发出") == []
    assert {unit: to_json(held(master, unit)) for unit in before} == before
    assert before[UNIT]["narrative"], "the workbook holds no prose: it stays"


def test_nor_does_one_saved_by_openpyxl_or_libreoffice(master, tmp_path):
    actions.fill(master)
    before = to_json(held(master))
    path = corrected(issued(master), lambda sheet: None)
    assert comes_in(master, path) == []
    (office,) = convert([path], "xlsx", tmp_path)
    assert comes_in(master, office) == []
    assert to_json(held(master)) == before


def test_a_correction_is_taken_and_said(master):
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    entry, *followed = comes_in(master, path)
    assert {entry.path: (entry.case, entry.new) for entry in followed} == {
        "funds.execution_rate": ("重算", "96.65%"),
        "funds.score": ("重算", "9.67"),
        "total.score": ("重算", "97.67"),
    }
    assert (entry.case, entry.label, entry.old, entry.new, entry.winner) == (
        "更正",
        "全年执行数",
        "617.35",
        "600.5",
        "单位",
    )
    assert (entry.path, entry.cell, entry.reason) == ("funds.executed", "附件3 F5", "单位更正，您没有改过")
    assert held(master).funds.executed == D("600.5")
    assert comes_in(master, path) == []


def test_dry_run_says_it_and_leaves_the_master_alone(master):
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    before = master.read_bytes()
    status, out, err = run("import", master, path, "--dry-run", "--format", "json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["dry_run"]
    assert [entry["path"] for entry in told["differences"]] == [
        "funds.executed",
        "funds.execution_rate",
        "funds.score",
        "total.score",
    ]
    status, out, _ = run("import", master, path, "--dry-run")
    assert status == 0
    assert "617.35" in out
    assert "没有改动总表" in out
    assert master.read_bytes() == before


@pytest.mark.parametrize("since", ["before", "after"])
def test_the_bureaus_own_edit_stays_where_the_department_left_the_cell_alone(master, since):
    if since == "before":
        put(master, "自评表", UNIT, "年初预算数", D("612"))
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    if since == "after":
        put(master, "自评表", UNIT, "年初预算数", D("612"))
    cases = {entry.label: (entry.case, entry.winner) for entry in comes_in(master, path) if entry.case != "重算"}
    assert cases.pop("全年执行数") == ("更正", "单位")
    assert cases == ({} if since == "before" else {"年初预算数": ("保留", "总表")})
    assert held(master).funds.initial_budget == D(612)


def test_what_went_out_with_the_bureaus_edit_is_the_departments_to_correct(master):
    put(master, "自评表", UNIT, "全年执行数", D("610"))
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    assert said(comes_in(master, path)) == [("更正", "全年执行数", "610", "600.5", "单位")]


@pytest.mark.parametrize(("prefer", "kept"), [("总表", "610"), ("单位", "600.5")])
def test_what_both_changed_is_a_conflict_and_never_resolved_unasked(master, prefer, kept):
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    put(master, "自评表", UNIT, "全年执行数", D("610"))
    rate = held(master).funds.execution_rate
    outcome = actions.import_(master, [path], prefer=prefer)
    follows = D(kept) / held(master).funds.annual_budget
    assert abs(held(master).funds.execution_rate - follows) < D("0.0001") != rate
    assert said(outcome.differences) == [("冲突", "全年执行数", "610", "600.5", prefer)]
    assert held(master).funds.executed == D(kept)
    assert ("保留总表里的“610”，新文件为“600.5”" in outcome.message) is (prefer == "总表")
    row = read_master(master).records["tblDifferences"][0]
    assert (row["单位"], row["情形"], row["项目"], row["采用"]) == (UNIT, "冲突", "全年执行数", prefer)
    assert row["发出时"] == "617.35"


def test_a_row_added_a_row_gone_and_a_row_renamed(master):
    before = held(master)
    names = [row.level3 for row in before.indicators]

    def change(sheet: Worksheet) -> None:
        unmerge(sheet)
        first, last = rows_of(sheet)
        sheet.cell(first, 4).value = f"{names[0]}（修订）"
        sheet.delete_rows(first + 2)
        sheet.insert_rows(last)
        for column, value in enumerate(
            ("成本指标", "经济成本指标", "单位自己加的", "≤5万元", "4万元", 2, 2, None), start=2
        ):
            sheet.cell(last, column).value = value

    path = corrected(issued(master), change)
    cases = [(case, old, new) for case, _, old, new, _ in said(comes_in(master, path))]
    assert ("改名", names[0], f"{names[0]}（修订）") in cases
    assert ("新增", "", "单位自己加的") in cases
    assert ("删除", names[2], "") in cases
    after = held(master)
    assert [row.level3 for row in after.indicators][:2] == [f"{names[0]}（修订）", names[1]]
    assert names[2] not in [row.level3 for row in after.indicators]
    assert after.indicators[0].score == before.indicators[0].score
    assert "单位自己加的" in [row.level3 for row in after.indicators]


def test_project_lines_are_told_apart_by_name(master):
    line = held(master).project_lines[0]

    def change(sheet: Worksheet) -> None:
        row = find(sheet, line.name).row
        sheet.cell(row, 1).value = "      新增的项目"
        for column, value in ((2, 1), (4, 2), (6, 3)):
            sheet.cell(row, column).value = value

    path = corrected(issued(master), change, "附件2")
    cases = {(case, old, new) for case, _, old, new, _ in said(comes_in(master, path))}
    assert ("新增", "", "新增的项目") in cases
    assert ("删除", line.name, "") in cases
    assert line.name not in [row.name for row in held(master).project_lines]


def test_sorted_rows_are_the_same_rows(master):
    before = {row.level3: row for row in held(master).indicators}
    path = corrected(issued(master), sort)
    differences = comes_in(master, path)
    assert [entry.case for entry in differences] == ["次序"]
    after = held(master).indicators
    assert [row.level3 for row in after] == sorted(before)
    assert {row.level3: row for row in after} == before


def test_classes_lost_in_sorting_are_not_believed(master):
    before = {row.level3: (row.level1, row.level2, row.score) for row in held(master).indicators}
    differences = comes_in(master, corrected(issued(master), lambda sheet: sort(sheet, filled=False)))
    assert {entry.case for entry in differences} == {"次序", "冲突"}
    # sorted without their classes, eight rows stand behind another 一级指标 and four behind another 二级指标
    assert ["类别" in entry.reason for entry in differences if entry.case == "冲突"] == [True] * 12
    assert {row.level3: (row.level1, row.level2, row.score) for row in held(master).indicators} == before


def test_values_pasted_over_are_the_same_values(master):
    """A department pastes values over the sheet: formulas become numbers, numbers become words with units and spaces."""

    def change(sheet: Worksheet) -> None:
        values = openpyxl.load_workbook(path, data_only=True)[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = values[cell.coordinate].value
                elif isinstance(cell.value, float):
                    cell.value = f" {cell.value}　"
        find(sheet, "年度资金总额").offset(0, 4).value = "６００．５０"

    path = issued(master)
    corrected(path, change)
    assert said(comes_in(master, path)) == [("更正", "全年执行数", "617.35", "600.5", "单位")]


def test_pasted_into_a_new_workbook_the_last_import_is_what_counts(master, tmp_path):
    """Without our hidden sheet the department's last file says what it was given."""
    path = issued(master)
    book = openpyxl.load_workbook(path, data_only=True)
    for name in [name for name in book.sheetnames if not name.startswith("附件")]:
        del book[name]
    find(book["附件3"], "年度资金总额").offset(0, 4).value = 600.5
    book.save(tmp_path / "另存.xlsx")
    put(master, "自评表", UNIT, "年初预算数", D("612"))
    cases = said(comes_in(master, tmp_path / "另存.xlsx"))
    assert ("更正", "全年执行数", "617.35", "600.5", "单位") in cases
    assert ("保留", "年初预算数", "612", "611", "总表") in cases
    assert {case for case, *_ in cases} <= {"更正", "保留", "补填"}


def test_a_half_of_the_form_wipes_nothing(master, tmp_path):
    path = issued(master)
    before = to_json(held(master))
    book = openpyxl.load_workbook(path, data_only=True)
    for name in [name for name in book.sheetnames if name != "附件3"]:
        del book[name]
    book.save(tmp_path / "只有附件3.xlsx")
    comes_in(master, tmp_path / "只有附件3.xlsx")
    after = to_json(held(master))
    for part in ("staff", "expenses", "project_lines", "buildings", "thrift_measures", "narrative"):
        assert after[part] == before[part], part


def test_the_report_in_word_after_the_workbook_is_no_conflict(master, tmp_path):
    comes_in(master, issued(master))
    newer = as_handed_in(DEPARTMENTS[0])
    newer.narrative = [*newer.narrative[:-1], "改过的最后一段。"]
    cases = take_in(read_master(master), [newer]).differences
    assert [(entry.case, entry.new) for entry in cases] == [("更正", "改过的最后一段。")]


def test_saved_by_libreoffice_after_a_correction(master, tmp_path):
    for filing in read_master(master).filings:
        assert filing.staff.control_rate is not None
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 500))
    (office,) = convert([path], "xlsx", tmp_path)
    found = {entry.path: entry for entry in comes_in(master, office)}
    assert found["funds.executed"].new == "500"
    filing = held(master)
    assert filing.funds.execution_rate == D("0.8048"), "the live cell followed the corrected figure"
    assert {entry.winner for entry in found.values()} == {"单位"}


def test_explanations_come_back_and_follow_their_rows(master):
    filing = held(master)
    put(master, "绩效指标", UNIT, "得分", D("1"), row=2)
    actions.check_master(master)
    path = issued(master)
    book = openpyxl.load_workbook(path)
    sheet = book["问题"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    wanted = {}
    for row in range(4, sheet.max_row + 1):
        if filing.indicators[2].level3 in str(sheet.cell(row, heads["说明"]).value):
            sheet.cell(row, heads["出错说明"]).value = "调查统计结果如此"
            wanted[sheet.cell(row, heads["问题键"]).value] = sheet.cell(row, heads["规则编号"]).value
    assert wanted
    sort(book["附件3"])
    book.save(path)
    differences = comes_in(master, path)
    assert [entry.case for entry in differences] == ["次序", *["说明"] * len(wanted)]
    index = [row.level3 for row in held(master).indicators].index(filing.indicators[2].level3)
    for checked in actions.check_master(master).checked:
        for found in checked.report.findings:
            if found.unit == UNIT and found.rule in wanted.values() and f"[{index}]" in found.location.path:
                assert found.explanation == "调查统计结果如此"
                wanted = {key: rule for key, rule in wanted.items() if rule != found.rule}
    assert wanted == {}


def test_the_clerks_own_explanation_is_not_overwritten(master):
    put(master, "基础数据", UNIT, "三公经费本年决算数", D("11.2"))
    actions.check_master(master)
    path = issued(master)
    explain(master, "E10", "局里写的")
    book = openpyxl.load_workbook(path)
    sheet = book["问题"]
    headings = [cell.value for cell in sheet[3]]
    rule, reason = (headings.index(name) for name in ("规则编号", "出错说明"))
    row = next(row for row in sheet.iter_rows(min_row=4) if row[rule].value == "E10")
    row[reason].value = "单位写的"
    book.save(path)
    (entry,) = comes_in(master, path)
    assert (entry.case, entry.old, entry.new, entry.winner) == ("冲突", "局里写的", "单位写的", "总表")
    comes_in(master, path, prefer="单位")
    record = next(row for row in read_master(master).records["tblFindings"] if row["规则编号"] == "E10")
    assert record["出错说明"] == "单位写的"


def test_the_list_stays_until_the_department_comes_again(master):
    path = corrected(issued(master), lambda sheet: setattr(find(sheet, "年度资金总额").offset(0, 4), "value", 600.5))
    comes_in(master, path)
    newer = as_handed_in(DEPARTMENTS[1])
    newer.funds.executed = D(1)
    apply(master, take_in(read_master(master), [newer]).edits)
    rows = [(row["单位"], row["项目"]) for row in read_master(master).records["tblDifferences"]]
    assert [row for row in rows if "执行数" in row[1]] == [(UNIT, "全年执行数"), (DEPARTMENTS[1].unit, "全年执行数")]
    assert comes_in(master, issued(master)) == []  # the same figures once more are no news
    assert [row for row in rows if row[0] == UNIT]
    put(master, "自评表", UNIT, "全年执行数", D("601"))
    assert comes_in(master, issued(master)) == []
    assert [row["单位"] for row in read_master(master).records["tblDifferences"]] == [DEPARTMENTS[1].unit]


def test_the_links_of_the_list_lead_to_the_cells(master, tmp_path):
    newer = as_handed_in(DEPARTMENTS[2])
    newer.indicators[3].score, newer.expenses["office"].final = D("0.5"), D("9.99")
    apply(master, take_in(read_master(master), [newer]).edits)
    (path,) = convert([master], "xlsx", tmp_path)
    book = openpyxl.load_workbook(path, data_only=True)
    found = {}
    for row in book["导入差异"].iter_rows(min_row=5, values_only=True):
        sheet, _, cell = str(row[3]).partition("!")
        found[row[2]] = book[sheet][cell].value
    assert found == {f"「{newer.indicators[3].level3}」得分": 0.5, "办公经费本年决算数": 9.99}


def test_a_master_from_before_the_list_goes_on_without(master):
    book = openpyxl.load_workbook(master, keep_vba=True)
    del book["导入差异"]
    book.save(master)
    newer = as_handed_in(DEPARTMENTS[1])
    newer.funds.executed = D(1)
    taken = take_in(read_master(master), [newer])
    apply(master, taken.edits)
    assert [entry.path for entry in taken.differences] == ["funds.executed"]
    assert held(master, DEPARTMENTS[1].unit).funds.executed == 1


def test_without_any_history_nothing_typed_is_overwritten():
    typed, file = Filing(unit="甲", year=2024), Filing(unit="甲", year=2024)
    typed.funds.executed, typed.outlay.basic = D(5), D(7)
    file.funds.executed, file.funds.initial_budget = D(6), D(8)
    merged = Merge(typed, {}, file, load())
    assert (merged.filing.funds.executed, merged.filing.outlay.basic, merged.filing.funds.initial_budget) == (5, 7, 8)
    assert [(entry.path, entry.case) for entry in merged.differences if entry.case == "冲突"] == [
        ("funds.executed", "冲突")
    ]


def named(*names: str) -> list[dict]:
    return [
        to_json(Filing(indicators=[Indicator("产出指标", "数量指标", name, "≥1", "1", D(1))]))["indicators"][0]
        for name in names
    ]


@pytest.mark.parametrize(
    ("wanted", "rows", "pairs"),
    [
        (("甲", "乙"), ("乙", "甲"), {0: 1, 1: 0}),
        (("甲", "甲"), ("甲",), {0: 0}),
        (("开展培训班", "完全别的"), ("开展培训班次", "没有这一条"), {0: 0, 1: 1}),
        ((), ("甲",), {}),
    ],
)
def test_rows_find_their_like(wanted, rows, pairs):
    assert pair(named(*wanted), named(*rows), "indicators") == pairs


def test_what_was_issued_may_be_spoilt(master, tmp_path):
    path = issued(master)
    book = openpyxl.load_workbook(path)
    book["_导出底稿"]["A1"].value = "{坏的"
    book.save(path)
    (filing,) = read(path)
    assert filing.issued == {}
    before = to_json(held(master))
    differences = comes_in(master, path)
    assert {(entry.case, entry.new) for entry in differences} == {("保留", "（公式未计算）")}
    assert to_json(held(master)) == before


def test_one_workbook_of_all_brings_each_department_its_own(tmp_path):
    filings = [as_handed_in(entry) for entry in DEPARTMENTS[:2]]
    path = tmp_path / "全部.xlsx"
    department.write_single(filings, load(), path)
    assert [filing.issued["unit"] for filing in read(path)] == [filing.unit for filing in filings]
