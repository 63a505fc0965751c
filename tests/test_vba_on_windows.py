"""The macros on Windows as far as they can be run elsewhere: by an interpreter that is neither Excel's nor LibreOffice's."""

import itertools
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import python_calamine as calamine
from pyopenvba.interpreter._values import error

from tests.vba_windows import World
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose, make
from workbook.master import layout
from workbook.master.intake import edits_for_import
from workbook.master.read import read_master
from workbook.model.verbs import BY_NAME
from workbook.ooxml import address
from workbook.writers.package import apply

HASH = layout.STATE["hash"]
LOUD = """
import sys
from macros import buttons
plain = buttons.answer
def loud(*given):
    sys.stderr.write("警告" * 200_000)
    return plain(*given)
buttons.answer = loud
sys.exit(buttons.start(sys.argv[1:]))
"""
STORE = """
import sys
from macros import buttons
sys.base_prefix = "C:/Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.12"
sys.exit(buttons.start(sys.argv[1:]))
"""
SLOW = "import time; time.sleep(60)"
# a quick Python may be done before the macro lets others work at all
PATIENT = """
import pathlib, sys, time
from macros import buttons
while not pathlib.Path(sys.argv[0]).with_name("sorted").exists():
    time.sleep(0.01)
sys.exit(buttons.start(sys.argv[1:]))
"""
HALF = """
import sys, time, pathlib
(pathlib.Path(sys.argv[2]) / "writing.txt").touch()
time.sleep(60)
"""


@pytest.fixture
def excel(imported: Path, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Give a way to open a copy of the master in a Windows where Python is the program told."""
    opened: list[World] = []

    def open_(program: str = "", name: str = "总表.xlsm", **variables: str) -> World:
        path = Path(shutil.copy(imported, tmp_path / name))
        python = None
        if program:
            (tmp_path / "program.py").write_text(program, encoding="utf-8")
            python = [sys.executable, str(tmp_path / "program.py")]
        opened.append(World(path, tmp_path, python))
        opened[-1].variables |= variables
        return opened[-1]

    yield open_
    for world in opened:
        world.stop()


def cells(world: World, sheet: str) -> list[list[Any]]:
    return [[("" if value is None else value) for value in row] for row in world.app.sheet(sheet).rows()]


def shown(path: Path, sheet: str) -> list[list[Any]]:
    return calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str) or isinstance(other, str):
        return str(one) == str(other)
    return abs(float(one or 0) - float(other or 0)) < 1e-9


def test_a_check_writes_what_the_command_writes(excel, imported: Path, tmp_path: Path):
    world = excel()
    before = world.state()
    world.press("ButtonCheck")
    commanded = Path(shutil.copy(imported, tmp_path / "命令.xlsm"))
    actions.check_master(commanded)
    assert world.said() == []
    assert world.app.sheet(HASH.sheet).value(HASH.cell) == shown(commanded, HASH.sheet)[HASH.row - 1][HASH.column - 1]
    table = layout.table("校验结果")
    # the links (在哪一栏) are formulas, which the interpreter's Excel holds and does not work out
    wanted = [row[:2] + row[3:] for row in shown(commanded, "校验结果")[table.top :] if any(row)]
    got = [row[:2] + row[3:] for row in cells(world, "校验结果")[table.top :] if any(row)]
    assert len(wanted) > 20
    assert len(got) == len(wanted)
    for found, expected in zip(got, wanted, strict=True):
        assert all(same(*pair) for pair in zip(found, expected, strict=True)), (found, expected)
    assert world.state() == before
    assert world.jobs() == []


@pytest.mark.parametrize("verb", ["Fill", "Clear", "Rollup", "Compare", "Export", "Import"])
def test_every_button_comes_to_its_end(excel, tmp_path: Path, verb: str):
    world = excel()
    before = world.state()
    (tmp_path / "选中").mkdir()
    world.picked = str(tmp_path / ("上年.xlsm" if verb == "Compare" else "选中"))
    if verb == "Compare":
        actions.new(Path(world.picked), year=YEAR - 1)
        told = [compose(department, YEAR - 1) for department in DEPARTMENTS[:3]]
        apply(Path(world.picked), edits_for_import(read_master(Path(world.picked)), told))
    if verb == "Import":
        make(tmp_path / "选中")
    world.press(f"Button{verb}")
    assert world.said() == []
    assert BY_NAME[verb.lower()].caption in str(world.app.sheet(layout.HOME).value(layout.STATUS.cell))
    assert world.state() == before
    if place := layout.BUTTON_CELLS.get(verb.lower()):  # kept for the next time
        assert world.app.sheet(place.sheet).value(place.cell) == world.picked
    assert world.jobs() == []


def test_a_dialog_given_up_starts_nothing(excel):
    world = excel()
    world.press("ButtonImport")
    assert world.commands == []


def test_from_finding_to_finding_to_explanation_to_rules(excel):
    world = excel()
    world.press("ButtonCheck")
    excel_ = world.app.application
    places, numbers = set(), []
    for _ in range(3):
        world.press("ButtonNext")
        places.add((excel_.vba_get("ActiveSheet").name, excel_.vba_get("ActiveCell").vba_get("Address")))
        told = re.match(r"校验结果第 (\d+)/\d+ 条：", str(excel_.status_bar))
        assert told, excel_.status_bar
        numbers.append(int(told[1]))
    assert numbers == sorted(set(numbers))
    assert len(places) > 1
    world.press("ButtonExplain")
    assert excel_.vba_get("ActiveSheet").name == "校验结果"
    world.press("ButtonHelp")
    assert excel_.vba_get("ActiveSheet").name == "规则说明"
    world.press("ButtonHelp")
    assert excel_.vba_get("ActiveSheet").name == "说明"
    assert world.said() == []


def test_a_name_from_outside_stays_a_text_in_the_view(excel):
    world = excel()
    sheet, table = world.app.sheet("校验结果"), layout.table("校验结果")
    held = {"状态": "待处理", "规则编号": "F01", "标记键": "自评表!F6|E"}
    for name in ("=1+1", "+云麓县水利局", "-2", "@SUM(A1)", "'局"):
        for heading, words in (held | {layout.UNIT: name}).items():
            sheet.set_value(address(table.top + 1, table.column(heading)), f"'{words}")
        world.press("ButtonWalk")
        view = world.app.sheet(layout.VIEW)
        assert world.said() == []
        assert view.value(layout.VIEW_UNIT.cell) == name
        assert not view.sheet.vba_get("Range", [layout.VIEW_UNIT.cell]).vba_get("HasFormula")


def test_python_is_told_the_name_of_the_workbook_and_a_folder_beyond_the_code_page(excel):
    world = excel()
    world.press("ButtonClear")
    assert '--wb="总表.xlsm" --from_xl=1 --hwnd=4711' in world.commands[-1]
    assert '"C:\\临时\\jixiao-' in world.commands[-1]
    assert "?" not in world.commands[-1]


def test_a_name_that_xlwings_would_cut_goes_by_the_result_file(excel):
    world = excel(name="总表=改.xlsm")
    world.press("ButtonClear")
    assert "--wb" not in world.commands[-1]
    assert world.said() == []


def test_neither_key_nor_click_reaches_excel_while_python_works(excel):
    world = excel()
    seen: list[object] = []
    world.meanwhile = lambda: seen.append(world.app.application.interactive)
    world.press("ButtonClear")
    assert seen == [False]
    assert world.story[-1] == "Interactive True"


def test_after_a_minute_esc_may_come_through_again(excel):
    world = excel(SLOW, JIXIAO_LIMIT="63")
    start = datetime(2026, 3, 2, 9)  # noqa: DTZ001 — the clock on the wall
    ticks = itertools.count()
    world.events = lambda: world.app.freeze_clock(start + timedelta(seconds=next(ticks)))
    world.app.freeze_clock(start)
    seen: list[tuple[int, object]] = []
    plain = world.events
    world.events = lambda: (plain(), seen.append((next(ticks), world.app.application.interactive)))
    world.press("ButtonCheck")
    assert seen[0][1] is False
    assert seen[-1][1] is True


def test_nothing_is_written_where_rows_were_moved_meanwhile(excel, tmp_path: Path):
    world = excel(PATIENT)
    before = cells(world, "校验结果")
    table = layout.table("自评表")
    one, two = (f"B{table.top + down}" for down in (1, 2))
    sheet = world.app.sheet("自评表")

    def swap() -> None:
        held = sheet.value(one), sheet.value(two)
        assert held[0] != held[1]
        sheet.set_value(two, held[0])
        sheet.set_value(one, held[1])
        (tmp_path / "sorted").touch()

    # the copy is handed over first, then the clerk sorts
    begun: list[int] = []
    world.events = lambda: begun or (begun.append(1), swap())
    world.press("ButtonCheck")
    assert ["插入、删除或排序" in said for said in world.said()] == [True]
    assert cells(world, "校验结果") == before


def stopped_while_writing(world: World) -> None:
    """Leave Excel as a Python that is stopped while it writes does: its own guard never comes to an end."""
    application = world.app.application
    for name, value in (("Calculation", -4135), ("EnableEvents", False), ("ScreenUpdating", False)):
        application.vba_set(name, value)
    for view in world.app.sheets():
        view.sheet.vba_get("Unprotect", [""])


@pytest.mark.parametrize(("program", "words"), [(SLOW, "还没有结果"), (HALF, "不要保存")])
def test_after_a_time_out_excel_is_as_it_was(excel, program: str, words: str):
    world = excel(program, JIXIAO_LIMIT="2")
    before = world.state()
    world.meanwhile = lambda: stopped_while_writing(world)
    world.press("ButtonCheck")
    assert [words in said for said in world.said()] == [True]
    assert world.state() == before
    assert world.started
    assert all(process.poll() is not None for process in world.started)


@pytest.mark.parametrize(("number", "words"), [(18, "全审已中止"), (7, "宏出错")])
def test_after_esc_or_an_error_excel_is_as_it_was(excel, number: int, words: str):
    world = excel(SLOW)
    before = world.state()
    world.meanwhile = lambda: stopped_while_writing(world)
    start = time.monotonic()

    def pressed() -> None:
        time.sleep(0.01)
        if time.monotonic() > start + 1:
            world.events = lambda: None
            raise error(number)

    world.events = pressed
    world.press("ButtonCheck")
    assert [words in said for said in world.said()] == [True]
    assert world.state() == before
    assert world.started
    assert all(process.poll() is not None for process in world.started)


def test_a_python_that_says_more_than_a_pipe_holds_is_not_stopped_by_it(excel):
    world = excel(LOUD, JIXIAO_LIMIT="60")
    start = time.monotonic()
    world.press("ButtonClear")
    assert world.said() == []
    assert time.monotonic() < start + 50


def test_a_python_of_the_store_is_named_as_the_reason(excel):
    world = excel(STORE)
    world.press("ButtonCheck")
    assert ["微软商店" in said for said in world.said()] == [True]
