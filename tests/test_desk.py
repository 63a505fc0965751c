"""What the master looks like, counted: what fits one screen, what stays in sight, what is cut, whether all words are Chinese."""

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import convert
from workbook.actions import api as actions
from workbook.demo import YEAR
from workbook.forms import forms
from workbook.master import home_sheet, layout, unit_template, view_sheet
from workbook.master.read import home_of, read_master, records_of, settings_before, template
from workbook.model.scheme import names, titles
from workbook.writers.package import PackageError, lines_of

PIXELS = 8.2  # a character of column width in LibreOffice; Excel has seven
SCREEN = (1266, 440)  # pixels that 1366 × 768 leaves for cells: LibreOffice's width, Excel's height with its ribbon
DATA = [table for table in layout.TABLES if table.columns[0].heading == layout.MARK_COLUMN]
# words that are names, or stand so on paper
LATIN = {"Word", "Excel", "PDF", "jixiao", "PM", "GDP", "AA"}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, imported: Path) -> Path:
    path = tmp_path_factory.mktemp("审过") / "总表.xlsm"
    shutil.copy(imported, path)
    actions.review(path)
    return path


@pytest.fixture(scope="module")
def shown(checked: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(checked)


@pytest.fixture(scope="module")
def recalculated(checked: Path, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    (made,) = convert([checked], "xlsx", tmp_path_factory.mktemp("重算"))
    return openpyxl.load_workbook(made, data_only=True)


def visible(sheet: Worksheet, last: int) -> list[float]:
    """Return the widths of the columns that are seen, in characters (openpyxl puts equal neighbours together)."""
    out: list[float] = []
    for entry in sheet.column_dimensions.values():
        if not entry.hidden and entry.min <= last:
            out += [entry.width - 5 / 7] * (min(entry.max, last) - entry.min + 1)
    return out


def heights(sheet: Worksheet, last: int) -> float:
    return sum(sheet.row_dimensions[row].height or 15 for row in range(1, last + 1))


def wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


# --- 首页 -------------------------------------------------------------------------------------------------------------


def test_the_desk_fits_one_screen(shown):
    home = shown[layout.HOME]
    assert home.max_row == len(home_sheet.HEIGHTS)
    assert sum(visible(home, home.max_column)) * PIXELS <= SCREEN[0]
    assert heights(home, home.max_row) / 0.75 <= SCREEN[1]


def test_every_button_stands_on_the_first_screen():
    with zipfile.ZipFile(template()) as book:
        home = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert home.find("{*}legacyDrawing") is not None
        drawing = etree.fromstring(book.read("xl/drawings/vmlDrawing1.vml"))
    anchors = [[int(part) for part in found.text.split(",")] for found in drawing.iter("{*}Anchor")]
    assert len(anchors) >= 4 + 3 + 8
    for _, _, _, _, right, _, bottom, _ in anchors:
        assert right <= home_sheet.COLUMNS + 1
        assert bottom < len(home_sheet.HEIGHTS)


def test_no_words_of_the_desk_are_cut(shown):
    home = shown[layout.HOME]
    spans = {entry.coord.split(":")[0]: entry.size["columns"] for entry in home.merged_cells.ranges}
    texts = [cell for row in home.iter_rows() for cell in row if isinstance(cell.value, str) and cell.data_type == "s"]
    assert len(texts) > 15
    for cell in texts:
        # an empty neighbour lets a text that is not merged run on
        room = spans.get(cell.coordinate, 12 if cell.row in (1, 5) else 1) * (home_sheet.COLUMN * 7 + 5)
        needed = wide(cell.value) * (cell.font.size or 10) / 0.75 / 2
        assert needed <= room + 4, (cell.value, needed, room)


def test_the_desk_says_where_one_stands(recalculated):
    home = recalculated[layout.HOME]
    said = [home.cell(home_sheet.FIRST_STEP + 2 * place, 4).value for place in range(4)]
    assert said[0] == "应报 8　已收 8　未报 0"
    assert re.fullmatch(r"上次 \d{4}-\d\d-\d\d \d\d:\d\d　错误 14　预警 4", said[1])
    assert said[2] == "没处理的：错误 14　预警 4　已说明 0"
    assert said[3] == "可以导出 8 个单位，其中 5 个还不可报送"
    assert [home.cell(home_sheet.TILES, 2 + 3 * place).value for place in range(4)] == [3, 0, 5, 0]
    listed = [home.cell(home_sheet.FIRST_STEP + row, 9).value for row in range(home_sheet.LISTED)]
    counted = [home.cell(home_sheet.FIRST_STEP + row, 12).value for row in range(5)]
    assert listed[0] == "云麓县疾病预防控制中心"
    assert counted == sorted(counted, reverse=True)
    assert listed[5:] == [None, None, None] or listed[5:] == ["", "", ""]


def test_a_departments_own_desk_says_so_too(tmp_path):
    path = tmp_path / "本单位.xlsm"
    actions.new(path, year=YEAR, unit="云麓县图书馆")
    errors = actions.check([path]).errors
    (known,) = convert([path], "xlsx", tmp_path)
    home = openpyxl.load_workbook(known, data_only=True)[layout.HOME]
    assert home.cell(home_sheet.TILES, 2).value == errors > 0
    assert str(home.cell(home_sheet.FIRST_STEP, 9).value).startswith("附件")
    assert home.cell(*layout.REGION[1:]).value == "云麓县图书馆"
    assert home.cell(2, 2).value == unit_template.TITLE


# --- 校验结果 -----------------------------------------------------------------------------------------------------------


def test_what_is_wrong_and_what_to_do_are_read_without_scrolling_sideways(shown):
    sheet, table = shown["校验结果"], layout.table("校验结果")
    seen = [column.heading for column in table.columns if not column.aside and column.heading not in layout.HIDDEN]
    assert seen == ["状态", "单位", "在哪一栏", "问题", "怎么办", "出错说明"]
    assert [cell.value for cell in sheet[table.top]][: len(seen)] == seen
    assert sum(visible(sheet, len(table.columns))) * PIXELS <= SCREEN[0]
    assert sheet.freeze_panes == f"D{table.top + 1}"
    behind = [sheet.column_dimensions[get_column_letter(table.column(name))] for name in ("级别", "依据")]
    assert all(entry.outlineLevel == 1 and entry.hidden for entry in behind)
    assert not sheet.protection.sheet  # on a protected sheet no outline opens


def test_findings_come_department_by_department_and_the_errors_of_each_first(checked):
    rows = read_master(checked).records["tblFindings"]
    units = [unit for unit, _ in groupby(row["单位"] for row in rows)]
    assert len(units) == len(set(units)) > 3
    listed = [row["单位"] for row in read_master(checked).records["tblUnits"]]
    assert units == [unit for unit in listed if unit in units]
    for _, own in groupby(rows, key=lambda row: row["单位"]):
        leading = ["错误预警提示".index(row["级别"][2:4]) for row in own if "牵出" not in row["级别"]]
        assert leading == sorted(leading)


def test_the_place_of_a_finding_is_a_link_to_its_cell(shown):
    sheet, table = shown["校验结果"], layout.table("校验结果")
    first = sheet.cell(table.top + 1, table.column("在哪一栏")).value
    cell = sheet.cell(table.top + 1, table.column("单元格")).value
    assert first.startswith("=HYPERLINK(\"#'")
    assert cell.replace("!", "'!") in first
    assert "附件" in first


# --- the data sheets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", DATA, ids=lambda table: table.sheet)
def test_a_data_sheet_keeps_the_department_in_sight_and_its_rows_low(shown, table):
    sheet = shown[table.sheet]
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", sheet.freeze_panes).groups()
    assert openpyxl.utils.column_index_from_string(column) > table.column(layout.UNIT)
    assert int(row) == table.top + 1
    assert sheet.cell(2, 1).value == table.purpose != ""
    if table.lines:
        last = max(2, sheet.max_row - table.top)
        standing = {sheet.row_dimensions[table.top + down].height for down in range(1, min(last, 8))}
        assert standing == {15 * table.lines + 3}
        assert table.lines <= 3


@pytest.mark.parametrize("table", layout.TABLES, ids=lambda table: table.sheet)
def test_no_heading_is_cut(shown, table):
    height = shown[table.sheet].row_dimensions[table.top].height
    for column in table.columns:
        assert 15 * lines_of(column.heading, column.width - 2) <= height, column.heading


def test_what_only_some_places_have_stands_behind_an_outline(shown):
    for table in DATA:
        for index, column in enumerate(table.columns, start=1):
            if column.aside:
                letter = get_column_letter(index)
                held = [
                    entry for entry in shown[table.sheet].column_dimensions.values() if entry.min <= index <= entry.max
                ]
                assert [(entry.hidden, entry.outlineLevel) for entry in held] == [(True, 1)], (table.sheet, letter)


# --- words --------------------------------------------------------------------------------------------------------------


def words(book: openpyxl.Workbook, name: str) -> Iterator[str]:
    """Yield the texts of the cells of a sheet that are seen."""
    sheet = book[name]
    hidden: set[int] = set()
    for entry in sheet.column_dimensions.values():
        hidden |= set(range(entry.min, entry.max + 1)) if entry.hidden and not entry.outlineLevel else set()
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type == "s" and cell.column not in hidden:
                yield cell.value


@pytest.mark.parametrize("name", [layout.HOME, layout.VIEW, "部门清单", layout.PARAMETERS])
def test_no_word_is_english_and_no_code_is_shown(shown, name):
    known = {*names(), *(form.id for form in forms())}
    for text in words(shown, name):
        assert text not in known
        if name != layout.PARAMETERS:
            latin = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\S+\.(docx|xlsx|xlsm|txt)", "", text)))
            assert latin <= LATIN, text


def test_schemes_and_forms_go_by_their_chinese_names(checked, shown):
    book = shown[layout.SCHEME_ID.sheet]
    assert book[layout.SCHEME_ID.cell].value == titles()["luosong"]
    column = layout.table("部门清单").column("表样")
    assert {shown["部门清单"].cell(row, column).value for row in range(5, 13)} <= {form.title for form in forms()}
    assert {filing.form for filing in read_master(checked).filings} <= {form.id for form in forms()}


# --- 单位视图 ------------------------------------------------------------------------------------------------------------


def test_the_view_shows_a_department_as_it_filed(recalculated, checked):
    view = recalculated[layout.VIEW]
    filings = {filing.unit: filing for filing in read_master(checked).filings}
    unit = str(view.cell(view_sheet.NAME.row, view_sheet.ROWS).value)
    filing = filings[unit]
    text = [[cell.value for cell in row[:9]] for row in view.iter_rows()]
    (line,) = [row for row in text if row[1] == "公务接待"]
    expense = filing.expenses["official_reception"]
    assert line[4:7] == pytest.approx([float(getattr(expense, name)) for name in ("prior_final", "budget", "final")])
    listed = [row[3] for row in text if row[3] in {entry.level3 for entry in filing.indicators}]
    assert listed == [entry.level3 for entry in filing.indicators]


def test_marks_are_numbered_and_the_cards_stand_in_the_same_order(recalculated, checked):
    view = recalculated[layout.VIEW]
    unit = str(view.cell(view_sheet.NAME.row, view_sheet.ROWS).value)
    rows = [row for row in read_master(checked).records["tblFindings"] if row["单位"] == unit]
    places = range(view_sheet.FIRST + 1, view_sheet.FIRST + 1 + view_sheet.CARD_ROWS * len(rows), view_sheet.CARD_ROWS)
    cards = [(view.cell(row, 11).value, view.cell(row, 13).value) for row in places]
    assert cards == [(number, row["问题"]) for number, row in enumerate(rows, start=1)]
    cells = {view.cell(view_sheet.FIRST + place, view_sheet.CELL).value: place + 1 for place in range(len(rows))}
    shown_marks = {
        int(view.cell(row, column).value)
        for row in range(view_sheet.FIRST, view_sheet.last_row())
        for column in range(view_sheet.NUMBERS, view_sheet.NUMBERS + 8)
        if view.cell(row, column).value
    }
    in_tables = {
        number
        for number, row in enumerate(rows, start=1)
        if row["标记键"].split("!")[0] in ("基础数据", "自评表", "绩效指标")
    }
    # a cell with several findings bears the number of the first
    assert {cells_first(rows, number) for number in in_tables} <= shown_marks
    assert cells


def cells_first(rows: list[dict[str, str]], number: int) -> int:
    cell = rows[number - 1]["标记键"].split("|")[0]
    return next(place for place, row in enumerate(rows, start=1) if row["标记键"].split("|")[0] == cell)


# --- masters of before --------------------------------------------------------------------------------------------------


def test_what_an_earlier_template_had_on_the_front_sheet_is_found():
    rows = [["", "", ""], ["", "年度", 2023.0], ["", "地区", "云麓县"], ["", "方案", "hubei"], ["", "导出到", "D:/出"]]
    sheets = {layout.HOME: rows, layout.PARAMETERS: [["参数"], [], [], ["参数", "键", "值"]]}
    home = home_of(sheets)
    assert (home.year, home.region, home.scheme, home.moved) == (2023, "云麓县", "hubei", True)
    assert settings_before(sheets)["导出到"] == "D:/出"


def test_headings_of_before_are_read_as_what_they_are_called_now():
    table = layout.table("校验结果")
    heads = ["级别", "部门", "位置", "说明", "建议", "规则编号"]
    rows = [["校验结果"], heads, ["✗ 错误", "云麓县图书馆", "附件3 总分", "差 1", "请改", "X03"]]
    headings, (record,) = records_of({"校验结果": rows}, table)
    assert [headings[name] for name in ("单位", "在哪一栏", "问题", "怎么办")] == [2, 3, 4, 5]
    assert (record["单位"], record["问题"]) == ("云麓县图书馆", "差 1")


# --- 照此改 -------------------------------------------------------------------------------------------------------------


def proposed(path: Path) -> dict[str, str]:
    """Return the finding whose 应为值 is a rate of the department that took the wrong denominator."""
    rows = read_master(path).records["tblFindings"]
    return next(row for row in rows if row["规则编号"] == "F01")


def test_the_proposed_value_is_put_in_logged_and_undone(checked, tmp_path):
    path = Path(shutil.copy(checked, tmp_path / "总表.xlsm"))
    row = proposed(path)
    before = {filing.unit: filing.funds.execution_rate for filing in read_master(path).filings}
    outcome = actions.adopt(path, row["标记键"].partition("|")[0])
    assert "改为 99.31%" in outcome.message
    after = {filing.unit: filing.funds.execution_rate for filing in read_master(path).filings}
    assert {unit for unit in after if after[unit] != before[unit]} == {row["单位"]}
    assert f"{after[row['单位']]:.4f}" == "0.9931"
    assert [change.label for entry in actions.log(path) if entry.verb == "adopt" for change in entry.changes] == [
        "执行率"
    ]
    (again,) = [entry for entry in read_master(path).records["tblFindings"] if entry["问题键"] == row["问题键"]]
    assert again["状态"] == layout.CHANGED
    assert "没有改动" in actions.adopt(path, row["问题键"]).message
    actions.undo(path)
    assert {filing.unit: filing.funds.execution_rate for filing in read_master(path).filings} == before


def test_where_no_figure_is_proposed_nothing_is_put_in(checked, tmp_path):
    path = Path(shutil.copy(checked, tmp_path / "总表.xlsm"))
    kept = path.read_bytes()
    row = next(row for row in read_master(path).records["tblFindings"] if not row["应为值"])
    with pytest.raises(PackageError, match="没有一个现成的数"):
        actions.adopt(path, row["问题键"])
    with pytest.raises(PackageError, match="没有“自评表!ZZ1”这一处"):
        actions.adopt(path, "自评表!ZZ1")
    assert path.read_bytes() == kept


def test_review_is_fill_and_then_check(imported, tmp_path):
    one, other = (Path(shutil.copy(imported, tmp_path / name)) for name in ("一.xlsm", "二.xlsm"))
    actions.review(one)
    actions.fill(other)
    actions.check_master(other)
    held = [read_master(path) for path in (one, other)]
    assert held[0].records["tblFindings"] == held[1].records["tblFindings"]
    assert [filing.total for filing in held[0].filings] == [filing.total for filing in held[1].filings]


def test_what_a_department_is_to_do_is_read_without_a_glass(tmp_path: Path) -> None:
    """A sentence shrunk to its cell cannot be read: on a department's own desk it is cut instead."""
    path = tmp_path / "本单位.xlsm"
    actions.new(path, year=YEAR, unit="云麓县水利局")
    sheet = openpyxl.load_workbook(path)[layout.HOME]
    first = home_sheet.FIRST_STEP
    for row in range(first, first + home_sheet.LISTED):
        assert not sheet.cell(row, 9).alignment.shrink_to_fit
        assert any(
            area.min_row == row and (area.min_col, area.max_col) == (9, 13) for area in sheet.merged_cells.ranges
        )
