"""Every button pressed in LibreOffice on the shipped master, and what then stands in the cells."""

import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
import python_calamine as calamine

from macros import live
from macros.result import dressed
from tests import fake_excel
from tests.conftest import ROOT
from tests.press import Office
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master import layout
from workbook.model.edits import Rich
from workbook.model.scheme import load
from workbook.model.verbs import VERBS
from workbook.ooxml import address
from workbook.writers import department

pytestmark = [pytest.mark.office, pytest.mark.xdist_group("press")]
HOME = layout.HOME
# they hold the time of day
PASSING = {(sheet, (row, column)) for sheet, row, column in (layout.STATUS, layout.STATE["when"])}
# what their own formulas make of the other sheets is worked out by the office alone
WORKED_OUT = (HOME, layout.VIEW)

RESULTS = layout.table("校验结果")
MARK_KEY = RESULTS.column("标记键") - 1
REASON = address(1, RESULTS.column("出错说明")).rstrip("1")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give a LibreOffice whose job folders lie under a path with Chinese characters and spaces."""
    folder = tmp_path_factory.mktemp("按 钮")
    jobs = folder / "临时 文件"
    jobs.mkdir()
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {"JIXIAO_PYTHON": sys.executable, "JIXIAO_TEMP": str(jobs), "JIXIAO_ASK": "no", "PYTHONPATH": paths}
    started = Office(folder, environment)
    started.folder, started.jobs = folder, jobs
    yield started
    started.stop()


@pytest.fixture
def opened(office: Office, imported: Path, tmp_path: Path) -> Iterator[Path]:
    """Open a copy of the master under a path with Chinese characters and spaces, and close it afterwards."""
    folder = tmp_path / "财政局 绩效"
    folder.mkdir()
    path = folder / "总 表.xlsm"
    shutil.copy(imported, path)
    office.open(path=str(path))
    yield path
    office.close()


@pytest.fixture
def commanded(imported: Path, tmp_path: Path) -> Path:
    """Give another copy of the same master, for the command to do what the button did."""
    return Path(shutil.copy(imported, tmp_path / "命令.xlsm"))


def at(office: Office, place: layout.Spot) -> Any:
    return office.values(sheet=place.sheet, cells=place.cell)[0][0]


def put(office: Office, place: layout.Spot, value: Any) -> None:
    office.write(sheet=place.sheet, cell=place.cell, value=value)


def status(office: Office) -> str:
    return str(at(office, layout.BUTTON_CELLS["status"]))


def cells_of(path: Path) -> dict[tuple[str, int, int], Any]:
    """Return every cell of the visible sheets of a file that is not blank."""
    with calamine.CalamineWorkbook.from_path(str(path)) as book:
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in layout.SHEETS
            if name not in WORKED_OUT
        }
    return _flat(sheets)


def cells_open(office: Office) -> dict[tuple[str, int, int], Any]:
    """Return every cell of the visible sheets of the open workbook that is not blank."""
    return _flat({name: office.used(sheet=name) for name in layout.SHEETS if name not in WORKED_OUT})


def _flat(sheets: dict[str, list[list[Any]]]) -> dict[tuple[str, int, int], Any]:
    return {
        (name, down, across): round(value, 9) if isinstance(value, float) else value
        for name, rows in sheets.items()
        for down, row in enumerate(rows, start=1)
        for across, value in enumerate(row, start=1)
        if value not in ("", None) and (name, (down, across)) not in PASSING
    }


def test_every_verb_with_a_sub_is_pressed_here():
    pressed = {"import", "fill", "check", "review", "explain", "compare", "export", "rollup", "next", "clear", "help"}
    pressed |= {"walk", "prev", "adopt", "return"}
    assert {verb.name for verb in VERBS if verb.sub} == pressed


def test_import(office: Office, received: Path, tmp_path: Path):
    master = tmp_path / "新 总表.xlsm"
    actions.new(master, year=YEAR, region="云麓县")
    office.open(path=str(master))
    try:
        put(office, layout.BUTTON_CELLS["import"], str(received))
        office.press(sub="Buttons.ButtonImport")
        assert "导入" in status(office)
        assert "新增 8 个单位" in status(office)
        by_button = cells_open(office)
    finally:
        office.close()
    actions.import_(master, [received])
    asked = tuple(layout.BUTTON_CELLS["import"])  # the path as it was typed, and as the command keeps it
    by_command = {key: value for key, value in cells_of(master).items() if key != asked}
    assert {key: value for key, value in by_button.items() if key != asked} == by_command


@pytest.mark.parametrize("verb", ["fill", "check", "review", "rollup", "clear"])
def test_the_button_does_what_the_command_does(office: Office, opened: Path, commanded: Path, verb: str):
    sub = next(entry.sub for entry in VERBS if entry.name == verb)
    office.press(sub=f"Buttons.{sub}")
    caption = next(entry.caption for entry in VERBS if entry.name == verb)
    assert caption in status(office)
    by_command = {"fill": actions.fill, "check": actions.check_master, "review": actions.review}
    (by_command | {"rollup": actions.rollup, "clear": actions.clear})[verb](commanded)
    assert cells_open(office) == cells_of(commanded)


def test_three_ways_down_to_python_find_the_same(office: Office, opened: Path, commanded: Path):
    office.press(sub="Buttons.ButtonCheck")
    excel = fake_excel.opened(commanded)
    live.carry_out(actions.edits("check", commanded), live.Excel(excel.book()))
    actions.check_master(commanded)
    sheet, *place = layout.STATE["hash"]
    by_file = fake_excel.opened(commanded).cells[sheet][tuple(place)]
    assert at(office, layout.STATE["hash"]) == excel.cells[sheet][tuple(place)] == by_file


def test_a_check_in_a_workbook_changed_by_hand(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonCheck")
    before = at(office, layout.STATE["hash"])
    row = next(i for i, cells in enumerate(office.used(sheet="自评表"), start=1) if i > 4 and cells[1])
    column = layout.table("自评表").column("全年执行数")
    cell = f"{chr(64 + column)}{row}"
    office.write(sheet="自评表", cell=cell, value=1.5)
    office.press(sub="Buttons.ButtonCheck")
    assert at(office, layout.STATE["hash"]) != before
    assert office.values(sheet="自评表", cells=cell) == [[1.5]]


def test_figures_of_the_prose_that_want_mending_stand_out(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonCheck")
    column = layout.table("正文核对").column("正文")
    edits = actions.edits("check", opened)
    wanted = {
        (block.row + down, dressed(cell)[0])
        for block in edits.blocks
        if block.sheet == "正文核对"
        for down, row in enumerate(block.values)
        for cell in row
        if isinstance(cell, Rich) and dressed(cell)
    }
    assert wanted
    for row, piece in wanted:
        cell = f"{chr(64 + column)}{row}"
        text = office.values(sheet="正文核对", cells=cell)[0][0]
        first, length = piece.place
        words = text[first - 1 : first - 1 + length]
        colour = int.from_bytes(piece.look[0].to_bytes(3, "little"), "big")  # LibreOffice has red first
        # LibreOffice parts Latin from Chinese
        assert words in "".join(
            held for held, shade, *_ in office.looks(sheet="正文核对", cell=cell) if shade == colour
        )


def test_walking_from_finding_to_finding(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonCheck")
    keys = [row[MARK_KEY] for row in office.used(sheet="校验结果")[5:] if row[MARK_KEY]]
    places = []
    for _ in range(3):
        office.press(sub="Buttons.ButtonNext")
        sheet, cell = office.where()
        places.append(f"{sheet}!{cell.rpartition('.')[2].replace('$', '')}")
    assert places == [key.partition("|")[0] for key in keys[:3]]


def test_explaining_the_finding_at_hand(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonCheck")
    office.press(sub="Buttons.ButtonNext")
    office.press(sub="Buttons.ButtonExplain")
    assert office.where() == ["校验结果", f"$校验结果.${REASON}$6"]
    warning = next(
        i
        for i, row in enumerate(office.used(sheet="校验结果"), start=1)
        if "预警（" in str(row[RESULTS.column("级别") - 1])
    )
    office.write(sheet="校验结果", cell=f"{REASON}{warning}", value="按上级文件调整，手续齐全")
    before = at(office, layout.STATE["warnings"])
    office.press(sub="Buttons.ButtonCheck")
    assert at(office, layout.STATE["warnings"]) == before - 1
    explained = [
        row
        for row in office.used(sheet="校验结果")
        if row[RESULTS.column("出错说明") - 1] == "按上级文件调整，手续齐全"
    ]
    assert [row[RESULTS.column("状态") - 1] for row in explained] == ["已说明"]


def in_view(office: Office) -> tuple[str, float, str]:
    """Return the department and the number of the problem that the view shows, and what it says of it."""
    said = office.values(sheet=layout.VIEW, cells="A3")[0][0]
    return at(office, layout.VIEW_UNIT), at(office, layout.VIEW_CURRENT), said


def test_walking_in_the_view_of_a_department(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonReview")
    rows = [row for row in office.used(sheet="校验结果")[5:] if row[MARK_KEY]]
    asking = [row for row in rows if row[RESULTS.column("状态") - 1] == "待处理"]
    problem, unit = RESULTS.column("问题") - 1, RESULTS.column("单位") - 1
    office.press(sub="Buttons.ButtonWalk")
    seen = []
    for _ in range(3):
        shown, number, said = in_view(office)
        assert office.where()[0] == layout.VIEW
        seen.append((shown, said.split("\n")[0].partition("：")[2]))
        own = [row for row in office.used(sheet="校验结果")[5:] if row[unit] == shown]
        assert own[int(number) - 1][problem] == seen[-1][1]
        office.press(sub="Buttons.ButtonNext")
    assert seen == [(row[unit], row[problem]) for row in asking[:3]]
    office.press(sub="Buttons.ButtonPrev")
    assert in_view(office)[2].split("\n")[0].partition("：")[2] == seen[2][1]
    office.press(sub="Buttons.ButtonExplain")
    sheet, cell = office.where()
    assert sheet == "校验结果"
    row = int(cell.rpartition("$")[2])
    assert office.values(sheet=sheet, cells=address(row, problem + 1)) == [[seen[2][1]]]


def test_the_proposed_value_is_put_in_from_the_view(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonReview")
    row = next(row for row in office.used(sheet="校验结果") if row[RESULTS.column("规则编号") - 1] == "F01")
    own = [entry for entry in office.used(sheet="校验结果")[5:] if entry[1] == row[1]]
    put(office, layout.VIEW_UNIT, row[1])
    put(office, layout.VIEW_CURRENT, own.index(row) + 1)
    office.select(sheet=layout.VIEW, cell="A1")
    office.press(sub="Buttons.ButtonAdopt")
    assert "改为 99.31%" in status(office)
    assert "下一步：按“下一处”" in status(office)
    sheet, cell = row[MARK_KEY].partition("|")[0].split("!")
    assert office.values(sheet=sheet, cells=cell)[0][0] == pytest.approx(0.9931)
    assert len(list(opened.parent.joinpath("历史版本").glob("*.xlsm"))) == 2  # review, adopt
    office.press(sub="Buttons.ButtonNext")
    assert row[RESULTS.column("问题") - 1] not in in_view(office)[2]


def test_only_what_one_asks_for_is_shown_until_it_is_written_anew(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonReview")
    units = layout.table("部门清单")
    verdicts = [row[units.column("结论") - 1] for row in office.used(sheet="部门清单")[units.top :]]
    office.press(sub="Filter.TileBlocked")
    assert office.where()[0] == "部门清单"
    hidden = office.hidden(sheet="部门清单", first=units.top + 1, last=units.top + len(verdicts))
    assert hidden == [verdict != "不可报送" for verdict in verdicts]
    office.press(sub="Buttons.ButtonCheck")
    assert not any(office.hidden(sheet="部门清单", first=units.top + 1, last=units.top + len(verdicts)))


def test_help_goes_to_the_rule_at_hand(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonCheck")
    wanted = office.values(sheet="校验结果", cells=address(6, RESULTS.column("规则编号")))[0][0]
    office.select(sheet="校验结果", cell="A6")
    office.press(sub="Buttons.ButtonHelp")
    sheet, cell = office.where()
    assert sheet == "规则说明"
    assert office.values(sheet=sheet, cells=cell.rpartition(".")[2].replace("$", "")) == [[wanted]]


def test_comparing_with_last_year(office: Office, opened: Path, commanded: Path, tmp_path: Path):
    before = tmp_path / "上年 报来"
    before.mkdir()
    department.write(compose(DEPARTMENTS[0], YEAR - 1), load(), before / "一.xlsx")
    put(office, layout.BUTTON_CELLS["compare"], str(before))
    office.press(sub="Buttons.ButtonCompare")
    assert "与上年核对" in status(office)
    actions.check([commanded], prior=actions.expand([before]))
    by_button, by_command = cells_open(office), cells_of(commanded)
    named = tuple(layout.BUTTON_CELLS["compare"])  # the folder here, its one file there
    assert by_button.pop(named)
    assert by_command.pop(named)
    assert by_button == by_command


def test_exporting_every_department(office: Office, opened: Path, tmp_path: Path):
    target = tmp_path / "导出 到这里"
    put(office, layout.BUTTON_CELLS["export"], str(target))
    office.press(sub="Buttons.ButtonExport")
    assert "已导出 8 个单位" in status(office)
    filed = set(target.glob("*-报送版.xlsx"))
    assert len(filed) == len(set(target.glob("*.xlsx")) - filed) == 8


def test_going_back_to_every_department(office: Office, opened: Path):
    """What the notices say is set on 参数; where nothing names a folder they lie beside the workbook."""
    for name, words in (
        ("contact", "预算绩效股"),
        ("phone", "0731-1234"),
        ("number", "云财绩"),
        ("deadline", "2099-1-8"),
    ):
        put(office, layout.SETTINGS[name][1], words)
    office.press(sub="Buttons.ButtonReturn")
    assert "退回 5 个单位" in status(office)
    assert "下一步：把各单位的文件夹发给它" in status(office)
    units, heading = office.used(sheet="部门清单"), layout.table("部门清单").column
    assert [row[heading("进度") - 1] for row in units].count("已退回") == 5
    assert sum(str(row[heading("通知编号") - 1]).startswith("云财绩〔") for row in units) == 5
    notices = sorted((opened.parent / "退回").glob("*/*-整改通知.docx"))
    said = "\n".join(paragraph.text for paragraph in docx.Document(str(notices[0])).paragraphs)
    for words in ("联系人：预算绩效股 0731-1234", "2099年1月8日前", "云财绩〔", "云麓县财政局"):
        assert words in said


def test_the_job_folder_is_gone_after_a_press(office: Office, opened: Path):
    office.press(sub="Buttons.ButtonCheck")
    assert not list(office.jobs.iterdir())


def test_the_sheets_are_as_protected_as_before(office: Office, opened: Path):
    before = office.sheets()
    office.press(sub="Buttons.ButtonCheck")
    assert office.sheets() == before
    assert any(protected for _, _, protected in before)


# --- a department's own workbook --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, imported: Path) -> Path:
    """Give the workbook with buttons of a department that has errors and warnings."""
    folder = tmp_path_factory.mktemp("单位 工作簿")
    actions.export(imported, folder, formats=["xlsm"])
    return max(folder.glob("*.xlsm"), key=lambda path: actions.check([path]).errors)


@pytest.fixture
def own_open(office: Office, own: Path, tmp_path: Path) -> Iterator[Path]:
    path = Path(shutil.copy(own, tmp_path / "本单位 自评.xlsm"))
    office.open(path=str(path))
    yield path
    office.close()


def own_cells(office: Office) -> dict[tuple[str, int, int], Any]:
    return _flat({name: office.used(sheet=name) for name in ("校验结果", layout.PARAMETERS)})


def test_a_department_checks_its_own_workbook(office: Office, own_open: Path, tmp_path: Path):
    commanded = Path(shutil.copy(own_open, tmp_path / "命令 单位.xlsm"))
    office.press(sub="Buttons.ButtonCheck")
    assert "全审" in status(office)
    hash_by_button = at(office, layout.STATE["hash"])
    actions.check([commanded])
    sheet, *place = layout.STATE["hash"]
    assert fake_excel.opened(commanded).cells[sheet][tuple(place)] == hash_by_button
    assert any(row[0] for row in office.used(sheet="校验结果")[5:])


def test_a_correction_in_the_official_sheet_takes_the_finding_away(office: Office, own_open: Path):
    office.press(sub="Buttons.ButtonCheck")
    before = at(office, layout.STATE["errors"])
    right = RESULTS.column("应为值") - 1
    row = next(row for row in office.used(sheet="校验结果")[5:] if row[right])
    sheet, cell = row[MARK_KEY].partition("|")[0].split("!")
    office.write(sheet=sheet, cell=cell, value=float(row[right]))
    office.press(sub="Buttons.ButtonCheck")
    assert at(office, layout.STATE["errors"]) < before


def test_a_department_walks_and_explains(office: Office, own_open: Path):
    office.press(sub="Buttons.ButtonCheck")
    keys = [row[MARK_KEY].partition("|")[0] for row in office.used(sheet="校验结果")[5:] if row[MARK_KEY]]
    office.press(sub="Buttons.ButtonNext")
    sheet, cell = office.where()
    assert f"{sheet}!{cell.rpartition('.')[2].replace('$', '').partition(':')[0]}" == keys[0]
    office.press(sub="Buttons.ButtonExplain")
    assert office.where()[0] == "校验结果"
    office.press(sub="Buttons.ButtonHelp")
    assert office.where()[0] == "规则说明"
    office.press(sub="Buttons.ButtonClear")
    assert at(office, layout.MARKS) == "关"


def test_a_department_fills_what_was_blanked(office: Office, own_open: Path):
    sheet, cell, value = next(
        (place.sheet, place.cell, filing.get(path))
        for filing in actions.open_book(own_open).filings
        for path, place in filing.places.items()
        if path == "funds.execution_rate"
    )
    office.write(sheet=sheet, cell=cell, value="")
    office.press(sub="Buttons.ButtonFill")
    assert "补上 1 格" in status(office)
    assert office.values(sheet=sheet, cells=cell)[0][0] == pytest.approx(float(value), abs=0.02)


def test_a_department_exports_for_print(office: Office, own_open: Path, tmp_path: Path):
    put(office, layout.BUTTON_CELLS["export"], str(tmp_path / "打印"))
    office.press(sub="Buttons.ButtonExport")
    assert sorted(path.suffix for path in (tmp_path / "打印").iterdir()) == [".docx", ".xlsx"]


def test_a_verb_of_the_bureau_is_refused_in_a_departments_workbook(own: Path):
    with pytest.raises(actions.ActionError, match="总表"):
        actions.edits("import", own)


# --- what goes wrong --------------------------------------------------------------------------------------------------


def pressed_with(tmp_path: Path, imported: Path, environment: dict[str, str], **options: Any) -> tuple[str, bool]:
    """Press 全审 in a LibreOffice with another environment; return what is said and whether all cells are as before."""
    path = tmp_path / "总 表.xlsm"
    shutil.copy(imported, path)
    folder = tmp_path / "office"
    folder.mkdir()
    office = Office(folder, environment)
    try:
        office.open(path=str(path), **options)
        before = cells_open(office)
        office.press(sub="Buttons.ButtonCheck")
        return status(office), cells_open(office) == before
    finally:
        office.stop()


def program(folder: Path, script: str) -> Path:
    """Return a program that stands for a Python in trouble."""
    path = folder / "python 替身"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo '/nowhere: No module named macros' >&2; exit 1", "没有装 jixiao"),
        ("kill -9 $$", "没有给出结果就结束了"),
        ('printf "jixiao 1" > "$7/result.txt"', "结果不完整"),
        ("sleep 30", "还没有结果"),
    ],
)
def test_a_python_in_trouble(tmp_path: Path, imported: Path, script: str, words: str):
    environment = {"JIXIAO_PYTHON": str(program(tmp_path, script)), "JIXIAO_LIMIT": "2"}
    said, unharmed = pressed_with(tmp_path, imported, environment)
    assert words in said
    assert unharmed


def test_no_python(tmp_path: Path, imported: Path):
    said, unharmed = pressed_with(tmp_path, imported, {"JIXIAO_PYTHON": str(tmp_path / "没有 python")})
    assert "没有找到 Python" in said
    assert "install.bat" in said
    assert unharmed


def test_no_room_for_the_job(tmp_path: Path, imported: Path):
    (tmp_path / "不是文件夹").touch()
    said, unharmed = pressed_with(tmp_path, imported, {"JIXIAO_TEMP": str(tmp_path / "不是文件夹")})
    assert "临时文件夹写不进去" in said
    assert unharmed


def test_a_workbook_opened_read_only(tmp_path: Path, imported: Path):
    said, unharmed = pressed_with(tmp_path, imported, {"JIXIAO_PYTHON": sys.executable}, read_only=True)
    assert "只读" in said
    assert unharmed


def test_a_renamed_sheet_writes_nothing(office: Office, opened: Path):
    office.rename(sheet="汇总分析", to="改了名")
    before = {name: office.used(sheet=name) for name in ("校验结果", "部门清单", "自评表")}
    office.press(sub="Buttons.ButtonCheck")
    assert "汇总分析" in status(office)
    assert {name: office.used(sheet=name) for name in before} == before


def test_a_press_leaves_the_protection_as_it_was(office: Office, opened: Path, tmp_path: Path):
    """What may be done on a protected sheet (sort, filter, widen) is the same after LibreOffice wrote formulas on it."""

    def allowed(name: str) -> list[str]:
        office.store(path=str(tmp_path / name))
        with zipfile.ZipFile(tmp_path / name) as archive:
            parts = sorted(entry for entry in archive.namelist() if entry.startswith("xl/worksheets/sheet"))
            return [
                found for part in parts for found in re.findall("<sheetProtection[^>]*>", archive.read(part).decode())
            ]

    before = allowed("before.xlsx")
    office.press(sub="Buttons.ButtonCheck")
    assert "全审" in status(office)
    assert allowed("after.xlsx") == before
    assert len(before) > 5


def test_a_workbook_renamed_on_the_disk_meanwhile_is_still_checked(office: Office, opened: Path):
    """Nothing was changed since it was opened, but its file is no longer where it was."""
    opened.rename(opened.with_name("别名.xlsm"))
    office.press(sub="Buttons.ButtonCheck")
    assert "全审" in status(office)
    assert "不可报送" in status(office)


def test_what_is_open_is_checked_and_not_what_lies_on_the_disk(office: Office, opened: Path):
    """The first press takes the file as it lies on the disk; once a cell was changed, the copy is of what is open."""
    office.press(sub="Buttons.ButtonCheck")
    table = layout.table("自评表")
    cell = f"{address(table.top + 1, table.column('执行率'))}"
    office.write(sheet="自评表", cell=cell, value=0.5)
    office.press(sub="Buttons.ButtonCheck")
    rows = office.used(sheet="校验结果")
    assert any(
        row[RESULTS.column("规则编号") - 1] == "F01" and row[RESULTS.column("单元格") - 1] == f"自评表!{cell}"
        for row in rows
    )
