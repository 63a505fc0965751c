"""Eighty departments, as a county has them: what the clerk of the bureau sees of them fits, agrees, and leads somewhere."""

import re
import shutil
import warnings
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests import eighty
from tests.test_desk import LATIN, PIXELS, SCREEN, visible, words
from tests.test_master import take_in
from workbook.actions import api as actions
from workbook.checking.outcome import Checked
from workbook.forms import forms
from workbook.master import layout
from workbook.master.read import Record, read_master
from workbook.model.scheme import load, names
from workbook.rollup import leader_page
from workbook.rollup.frames import from_records, records_of
from workbook.rules.engine import check
from workbook.writers import notice
from workbook.writers.package import WRAPPED_FROM, lines_of

LONGEST = 33  # characters of a name that stand in two lines beside the figures; of a longer one the end is cut
LINK = re.compile(r'=(?:IF\(.*,"",)?HYPERLINK\("#\'?([^\'!]+)\'?!\$?([A-Z]+)\$?(\d+)"')


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a master of the county, its reports taken in (not by way of the files' folder) and checked."""
    folder = tmp_path_factory.mktemp("八十")
    path = folder / "总表.xlsm"
    eighty.new(path, *eighty.MISSING)
    take_in(path, eighty.as_filed(folder))
    actions.review(path)
    return path


@pytest.fixture(scope="module")
def checked(master: Path) -> list[Checked]:
    return actions.checked_in(actions.open_master(master), master, {})


@pytest.fixture(scope="module")
def shown(master: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whole columns as a print area
        return openpyxl.load_workbook(master)


@pytest.fixture(scope="module")
def records(master: Path) -> dict[str, list[Record]]:
    return read_master(master).records


def rows(sheet: Worksheet, table: layout.Table) -> Iterator[tuple[openpyxl.cell.Cell, ...]]:
    column = table.column(layout.UNIT)
    yield from (row for row in sheet.iter_rows(min_row=table.top + 1) if row[column - 1].value)


def test_the_county_is_as_counties_are(records):
    units = records["tblUnits"]
    assert [row["单位"] for row in units if row["报送"] == "未报"] == list(eighty.MISSING)
    assert len(units) == eighty.COUNT + len(eighty.MISSING)
    assert len({row["表样"] for row in units}) > 8
    assert {row["结论"][:3] for row in units if row["报送"] == "已报"} == {"可报送", "需说明", "不可报"}
    projects = Counter(row["单位"] for row in records["tblProjects"])
    assert max(projects.values()) == 30
    assert len(projects) < eighty.COUNT


def test_the_counts_agree_wherever_they_are_said(checked, records):
    by_unit = {row["单位"]: (row["错误"], row["预警"]) for row in records["tblUnits"]}
    listed = {unit: Counter[str]() for unit in by_unit}
    for row in records["tblFindings"]:
        listed[row["单位"]][row["级别"][2:4]] += "牵出" not in row["级别"]
    for entry in checked:
        name = entry.filing.name
        errors, warned, _ = entry.report.counts
        assert by_unit[name] == (errors, warned) == (listed[name]["错误"], listed[name]["预警"]), name
        said = notice.html(entry.report)
        cards = re.findall(r"有错误 (\d+) 处|预警 (\d+) 处", said)
        assert sum(int(one or other) for one, other in cards) == errors + warned, name


def test_the_roll_up_knows_every_form(checked):
    """A county that still fills the form of 2017 has a line of money that the present one does not."""
    pytest.importorskip("duckdb", reason="没有装 duckdb，跳过")
    held = list(records_of(checked))
    assert "部门整体支出预算调整" in {row["name"] for entry in held for row in entry["expenses"]}
    with from_records(held) as tables:
        first, *_ = leader_page.lines(tables, leader_page.Sources(list(eighty.MISSING)))
    assert first.words.startswith(f"应报 {eighty.COUNT + len(eighty.MISSING)} 个单位，已报 {eighty.COUNT} 个")
    assert eighty.MISSING[0] in first.words


def test_last_year_is_held_against_lines_of_other_forms_too(checked):
    filing = deepcopy(next(entry.filing for entry in checked if entry.filing.form == "l3"))
    filing.prior = deepcopy(filing)
    filing.expenses["budget_adjustment"].prior_final = Decimal(1)
    filing.prior.expenses["budget_adjustment"].final = Decimal(2)
    found = [entry.message for entry in check(filing, load(), only=("Y01",)).findings]
    assert any("部门整体支出预算调整" in message for message in found)


@pytest.mark.parametrize("table", [table for table in layout.TABLES if table.lines], ids=lambda table: table.sheet)
def test_names_are_not_cut_across_by_the_height_of_their_row(shown, table):
    """Names of departments, projects and indicators are whole at a glance: in so many lines, or set smaller in one."""
    sheet = shown[table.sheet]
    headings = {layout.UNIT, "项目名称", "三级指标", "任务名称", "资金来源", "表", "行", "栏", "名称"}
    places = [place for place, column in enumerate(table.columns) if column.heading in headings]
    for row in sheet.iter_rows(min_row=table.top + 1):
        for place in places:
            cell, column = row[place], table.columns[place]
            whole = not cell.alignment.shrink_to_fit and len(str(cell.value)) <= LONGEST
            if isinstance(cell.value, str) and whole:
                assert lines_of(cell.value, column.width) <= table.lines, (table.sheet, cell.value)


def test_what_is_wrong_is_never_cut(shown):
    """Rows of 校验结果 are as high as the longest of place, problem and remedy; hardly one higher than three lines."""
    sheet, table = shown["校验结果"], layout.table("校验结果")
    read = [place for place, column in enumerate(table.columns) if not column.aside and column.width > WRAPPED_FROM]
    assert sum(visible(sheet, len(table.columns))) * PIXELS <= SCREEN[0]
    tall = 0
    for row in rows(sheet, table):
        texts = [(_words(row[place].value), table.columns[place].width) for place in read]
        lines = max(lines_of(text, width) for text, width in texts)
        height = sheet.row_dimensions[row[0].row].height or 15
        assert height >= 15 * lines, texts
        tall += lines > 4
    assert tall < 0.1 * sheet.max_row


def _words(value: object) -> str:
    """Return what a cell shows: of a link, its words."""
    found = re.fullmatch(r'=HYPERLINK\(".*?","(.*)"\)', str(value or ""))
    return found[1].replace('""', '"') if found else str(value or "")


def test_every_link_leads_to_its_own_department(shown):
    """From a finding to the row of its department, on whatever sheet; the view shows what has no cell."""
    table = layout.table("校验结果")
    unit, place = table.column(layout.UNIT) - 1, table.column("在哪一栏") - 1
    linked = 0
    for row in rows(shown["校验结果"], table):
        found = LINK.match(str(row[place].value))
        if not found:
            continue
        sheet = shown[found[1]]
        known = layout.table(found[1])
        target = sheet.cell(int(found[3]), known.column(layout.UNIT)).value
        assert target == row[unit].value, row[place].value
        linked += 1
    assert linked > 300


@pytest.mark.parametrize("name", ["部门清单", "汇总分析", "校验结果"])
def test_no_word_is_english_and_no_code_is_shown(shown, name):
    known = {*names(), *(form.id for form in forms())}
    sheet = shown[name]
    hidden = {column for column, entry in sheet.column_dimensions.items() if entry.hidden}
    filed = {cell.value for row in rows(sheet, layout.table(name)) for cell in row} if name == "校验结果" else set()
    for text in words(shown, name):
        assert text not in known
        if text not in filed:  # what a department wrote itself is quoted there
            latin = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\S+\.(docx|xlsx|xlsm|txt)", "", text)))
            assert latin <= LATIN, text
    assert hidden or name == "汇总分析"


def test_the_rules_of_the_roll_up_go_by_their_names(shown):
    block = next(block for block in layout.summary() if block.title == "问题最多的规则")
    said = [shown["汇总分析"].cell(block.row + down, 1).value for down in range(1, len(block.lines) + 1)]
    assert all("编号" not in formula and formula.startswith("=IF(") for formula in said)


def test_a_comparison_with_last_year_stays_with_every_later_step(tmp_path, imported):
    """A check, a roll-up or an export after it does not take back what it found, nor do the notices leave it out."""
    path = Path(shutil.copy(imported, tmp_path / "总表.xlsm"))
    before = tmp_path / "上年"
    before.mkdir()
    for filing in list(eighty.last_year())[:3]:
        filing.expenses["three_public"].final += 1
        eighty.sheets.write(filing, load(), before / f"{filing.unit}.xlsx")
    last = tmp_path / "上年总表.xlsm"
    actions.new(last, year=eighty.YEAR - 1)
    actions.import_(last, [before])
    actions.check([path], prior=[last])
    compared = _of_last_year(path)
    assert len(compared) >= 3
    actions.review(path)
    assert _of_last_year(path) == compared
    actions.rollup(path, [])
    assert _of_last_year(path) == compared
    exported = actions.export(path, tmp_path / "出").checked
    assert sum(found.rule.startswith("Y") for entry in exported for found in entry.report.findings) == len(compared)
    last.unlink()
    actions.review(path)
    assert _of_last_year(path) == []


def _of_last_year(path: Path) -> list[str]:
    return [row["问题键"] for row in read_master(path).records["tblFindings"] if row["规则编号"].startswith("Y")]


def test_what_could_not_be_read_is_said_where_it_stays_in_sight(tmp_path):
    """首页 shows two lines of what a press said: how many came, and which of them could not be read."""
    folder = tmp_path / "报来"
    folder.mkdir()
    eighty.sheets.write(next(eighty.filings()), load(), folder / "一.xlsx")
    (folder / "二.xlsx").write_bytes((folder / "一.xlsx").read_bytes()[:2000])
    eighty.new(tmp_path / "总表.xlsm", *eighty.MISSING)
    lines = actions.import_(tmp_path / "总表.xlsm", [folder]).message.splitlines()
    assert lines[0].startswith("导入：收到 2 个文件，新增 1 个单位")
    assert lines[1].startswith("读不了 1 个")
    assert any(line.startswith(f"未报 {len(eighty.MISSING)} 个") for line in lines[2:])
