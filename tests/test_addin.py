"""The add-in for WPS: its buttons pressed in node against a fake that has what WPS declares, and nothing else."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import column_index_from_string, coordinate_to_tuple, range_boundaries

from macros import buttons
from tests.browser import OLD, Browser, program
from tests.conftest import CHECKOUT, ROOT
from workbook.actions import api as actions
from workbook.cli import run as jixiao
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.install import addin
from workbook.master import layout, view_sheet
from workbook.master.read import sheets_of
from workbook.model.findings import EXPLAINED
from workbook.model.scheme import load
from workbook.model.verbs import VERBS
from workbook.serve import announced
from workbook.writers import department

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.filterwarnings("ignore:Print area:UserWarning")]
FAKE = Path(__file__).with_name("wps_fake.js")
HOME = layout.HOME
PASSING = {layout.BUTTON_CELLS["status"], layout.STATE["when"]}  # they hold the time of day
DECLARED = CHECKOUT / ".cache" / "wps-jsapi"  # `npm pack wps-jsapi wps-jsapi-declare`, unpacked: not ours to ship


SEEN: dict[bytes, Any] = {}


def _seen(digest: bytes, book: str) -> Any:
    """Return a workbook's sheets and tables as the fake is given them; it is taken apart once."""
    if digest not in SEEN:
        SEEN[digest] = _taken_apart(Path(book))
    return SEEN[digest]


def _taken_apart(book: Path) -> tuple[dict[str, Any], list[Any]]:
    opened = openpyxl.load_workbook(book, keep_vba=True)
    held = sheets_of(book)
    sheets = {
        name: {
            "rows": [[_plain(value) for value in row] for row in held[name]],
            "guarded": opened[name].protection.sheet,
            "unlocked": [
                f"{cell.row},{cell.column}" for row in opened[name] for cell in row if not cell.protection.locked
            ],
            "heights": {row: seen.height for row, seen in opened[name].row_dimensions.items() if seen.height},
        }
        for name in opened.sheetnames
        if name in held
    }
    tables = []
    for sheet in opened.worksheets:
        for table in sheet.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            wide, rows = right - left + 1, bottom - top
            place = {"sheet": sheet.title, "top": top, "left": left, "wide": wide, "rows": rows}
            tables.append({"name": table.name, **place})
    return sheets, tables


def pressed(
    book: Path,
    folder: Path,
    *verbs: str,
    python: str = sys.executable,
    hidden: Mapping[str, Sequence[int]] = MappingProxyType({}),
    **more: Any,
) -> Any:
    """Press buttons on a workbook in the fake; return what then stands where, and what the clerk was told.

    `hidden` are rows that a filter hides, by sheets.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("没有安装 node，加载项的测试跳过")
    tmp = folder / "临时"
    tmp.mkdir()
    script = folder / "main.js"
    script.write_text(addin.script(python, more.pop("starter", "")), encoding="utf-8")
    settings = {**_shown(book, hidden), "script": str(script), "tmp": str(tmp), "press": verbs, **more}
    (folder / "settings.json").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [node, str(FAKE), str(folder / "settings.json")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": paths},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _shown(book: Path, hidden: Mapping[str, Sequence[int]] = MappingProxyType({})) -> dict[str, Any]:
    """Return what the fake is told of a workbook."""
    sheets, tables = _seen(sha256(book.read_bytes()).digest(), str(book))
    sheets = {name: {**held, "hidden": hidden.get(name, [])} for name, held in sheets.items()}
    return {"book": str(book), "sheets": sheets, "tables": tables}


def pressed_in(browser: Browser, book: Path, folder: Path, *verbs: str, **more: Any) -> Any:
    """Press buttons in the fake in a browser, as in WPS, whose add-ins run in one; what it starts is run here."""
    told = {
        **_shown(book),
        "script": addin.script("/python"),
        "python": "/python",
        "tmp": "/临时",
        "press": verbs,
        **more,
    }
    fake = FAKE.read_text(encoding="utf-8")
    browser.run(f"window.outcome = null; (function () {{ const SETTINGS = {json.dumps(told)};\n{fake}\n}})(); 0")
    while (outcome := browser.wait("window.outcome && JSON.stringify(outcome) || window.asked && '+'")) == "+":
        asked = browser.run("window.asked")
        job = folder / asked["job"].rpartition("/")[2]
        job.mkdir()
        shutil.copy(book, job / "book.xlsm")
        (job / "request.txt").write_text(asked["request"], encoding="ascii")
        verb = re.search(r"macros\.buttons (\w+) ", asked["words"])
        assert verb
        assert buttons.main([verb[1], str(job)]) == 0
        browser.run(f"answer('{base64.b64encode((job / 'result.txt').read_bytes()).decode()}')")
    return json.loads(outcome)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def same(after: Any, commanded: Path) -> None:
    """Assert that what the add-in wrote stands in the workbook that the command wrote."""
    held = sheets_of(commanded)
    different = []
    for name, cells in after["cells"].items():
        there = {
            f"{row},{column}": value
            for row, line in enumerate(held[name], start=1)
            for column, value in enumerate(line, start=1)
            if value not in ("", None)
        }
        shown = dict(cells)
        for place in {*there, *shown}:
            spot = layout.Spot(name, *map(int, place.split(",")))
            one, other = shown.get(place), there.get(place)
            if spot in PASSING or isinstance(one, dict):  # a formula: here its text, there its value
                continue
            if not _alike(one, other):
                different.append((name, place, one, other))
    assert not different, different[:10]


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-9
    return str(one or "") == str(other or "") or one == other


@pytest.fixture(scope="module")
def master(received: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master with three departments (not to be written to)."""
    path = tmp_path_factory.mktemp("三家") / "总 表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    actions.import_(path, sorted(received.glob("*.docx"))[:3])
    return path


@pytest.fixture
def book(master: Path, tmp_path: Path) -> Path:
    """A copy of it, at a path with Chinese characters and spaces."""
    folder = tmp_path / "财政局 绩效"
    folder.mkdir()
    return Path(shutil.copy(master, folder))


@pytest.fixture(scope="module")
def checked(master: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """What stands where after 全审 in the fake, and the workbook that the command checked."""
    folder = tmp_path_factory.mktemp("审")
    commanded = Path(shutil.copy(master, folder / "命令.xlsm"))
    assert jixiao(["check", str(commanded)]) == 1
    return commanded, pressed(master, folder, "check")


def test_a_check_writes_what_the_command_writes_and_leaves_nothing_behind(checked: tuple[Path, Any]):
    commanded, after = checked
    assert after["alerts"] == []
    assert dict(after["cells"]["校验结果"])[f"{layout.table('校验结果').top + 1},1"]
    same(after, commanded)
    (started,) = after["started"]
    assert started["words"] == '-P -X utf8 -m macros.buttons check "JOB"'
    assert started["mode"] == "700"
    assert started["held"] == ["book.xlsm", "request.txt"]
    assert after["left"] == []
    assert after["calculation"] == -4105


def test_what_was_protected_is_protected_again_as_it_was(checked: tuple[Path, Any], master: Path):
    _, after = checked
    guarded = {sheet.title for sheet in openpyxl.load_workbook(master).worksheets if sheet.protection.sheet}
    assert HOME in guarded
    assert guarded & {*after["cells"]} == {*after["guarded"]}
    assert all(flags == {name: name == "AllowFormattingCells" for name in flags} for flags in after["flags"].values())


def test_another_button_writes_what_its_command_writes(book: Path, checked: tuple[Path, Any], tmp_path: Path):
    shutil.copy(checked[0], book)
    other = Path(shutil.copy(book, tmp_path / "命令.xlsm"))
    after = pressed(book, tmp_path, "clear")
    assert after["alerts"] == []
    assert jixiao(["clear", str(other)]) == 0
    assert other.read_bytes() != book.read_bytes()
    same(after, other)


def test_import_and_export_go_by_what_lies_beside_or_by_the_path_on_the_first_sheet(
    book: Path, received: Path, tmp_path: Path
):
    spot = layout.BUTTON_CELLS["export"]
    to = tmp_path / "导 出去"
    (tmp_path / "一").mkdir()
    after = pressed(book, tmp_path / "一", "export", cells=[[spot.sheet, f"{spot.row},{spot.column}", str(to)]])
    assert after["alerts"] == []
    assert list(to.glob("*.xlsx"))
    assert "\\u5BFC \\u51FA" in after["started"][0]["request"]
    (tmp_path / "二").mkdir()
    (book.parent / "各单位报来").mkdir()
    shutil.copy(min(received.glob("*.docx")), book.parent / "各单位报来")
    after = pressed(book, tmp_path / "二", "import")
    assert after["alerts"] == []
    assert "没有变化" in json.dumps(after["cells"][HOME], ensure_ascii=False)


def test_compare_without_last_year_says_what_to_do(book: Path, tmp_path: Path):
    after = pressed(book, tmp_path, "compare")
    assert len(after["alerts"]) == 1
    assert "上年" in after["alerts"][0]


@pytest.fixture(scope="module")
def walked(checked: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What was selected after a walk through a checked master."""
    return pressed(checked[0], tmp_path_factory.mktemp("走"), "next", "next", "explain", "help", "fill", "rollup")


def test_from_finding_to_finding_to_its_explanation_and_to_the_rules(walked: Any):
    after = walked
    assert after["alerts"] == []
    assert len(after["selected"]) == 4
    assert after["selected"][0] != after["selected"][1]
    assert after["selected"][2].startswith("校验结果!")
    assert after["active"] == "规则说明"
    assert [entry["words"].split()[-2] for entry in after["started"]] == ["fill", "rollup"]


def records(book: Path) -> list[dict[str, Any]]:
    """Return the rows of 校验结果, each with its own number (`#`)."""
    return [dict(record) for record in actions.open_master(book).records["tblFindings"]]


def open_rows(book: Path) -> list[dict[str, Any]]:
    return [held for held in records(book) if held["标记键"] and held["状态"] not in (EXPLAINED, layout.REMARK)]


def test_one_by_one_in_the_view_of_a_department(checked: tuple[Path, Any], tmp_path: Path):
    book = checked[0]
    first, second, third = open_rows(book)[:3]
    after = pressed(book, tmp_path, "walk", hidden={"校验结果": [first["#"]]})
    assert after["alerts"] == []
    assert after["active"] == layout.VIEW
    shown = dict(after["cells"][layout.VIEW])
    of_unit = [held["#"] for held in records(book) if held[layout.UNIT] == second[layout.UNIT]]
    unit, current = layout.VIEW_UNIT, layout.VIEW_CURRENT
    assert shown[f"{unit.row},{unit.column}"] == second[layout.UNIT]
    assert shown[f"{current.row},{current.column}"] == of_unit.index(second["#"]) + 1  # what a filter hides is passed
    row = view_sheet.THIS_ROW
    for verb, found in (("next", third), ("prev", first)):
        (tmp_path / verb).mkdir()
        at = {"at": [layout.VIEW, 1, 1], "cells": [[layout.VIEW, f"{row.row},{row.column}", second["#"]]]}
        after = pressed(book, tmp_path / verb, verb, **at)
        assert after["alerts"] == []
        assert after["active"] == layout.VIEW
        assert after["status"][-1].endswith(f"{found['规则编号']}  {found['问题']}")


def test_what_was_worked_out_is_put_in_for_the_finding_at_hand(checked: tuple[Path, Any], tmp_path: Path):
    book = checked[0]
    other = Path(shutil.copy(book, tmp_path / "命令.xlsm"))
    key = next(held["标记键"] for held in records(book) if _adopts(other, held["标记键"].partition("|")[0]))
    sheet, _, cell = key.partition("|")[0].partition("!")
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
    after = pressed(book, tmp_path, "adopt", at=[sheet, int(row), column_index_from_string(column)])
    assert after["alerts"] == []
    assert "key\t" in after["started"][0]["request"]
    same(after, other)


def _adopts(book: Path, cell: str) -> bool:
    return bool(cell) and jixiao(["adopt", str(book), cell]) == 0


def test_an_import_writes_what_the_command_writes_in_rows_as_high_as_the_first(
    book: Path, received: Path, tmp_path: Path
):
    folder = book.parent / "各单位报来"
    folder.mkdir()
    shutil.copy(sorted(received.glob("*.docx"))[3], folder)
    other = Path(shutil.copy(book, tmp_path / "命令.xlsm"))
    after = pressed(book, tmp_path, "import")
    assert after["alerts"] == []
    assert jixiao(["import", str(other), str(folder)]) == 0
    same(after, other)
    top = layout.table("基础数据").top
    high = {row: height for row, height in after["heights"]["基础数据"] if row > top}
    assert {row - top for row in high} >= {1, 2, 3, 4}
    assert len(set(high.values())) == 1


def test_help_is_the_manual_where_no_finding_is_at_hand(book: Path, tmp_path: Path):
    assert pressed(book, tmp_path, "help")["active"] == layout.MANUAL


def test_before_a_check_there_is_nothing_to_walk_to(book: Path, tmp_path: Path):
    assert "请先按“全审”" in pressed(book, tmp_path, "next")["alerts"][0]


def test_rows_that_moved_meanwhile_are_not_written_over(book: Path, tmp_path: Path):
    table = layout.table("部门清单")
    after = pressed(book, tmp_path, "check", edit=["部门清单", f"{table.top + 1},2", "另一行"])
    assert "插入、删除或排序" in after["alerts"][0]
    shown = dict(after["cells"]["校验结果"])
    assert f"{layout.table('校验结果').top + 1},1" not in shown


def test_each_machine_starts_its_own_python_and_where_that_gives_no_answer_the_clerk_is_told_in_time(
    book: Path, tmp_path: Path
):
    own = tmp_path / "家" / ".local" / "share" / "jixiao" / "env" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.touch()
    sheet = openpyxl.load_workbook(book, keep_vba=True)[layout.TEXTS_SHEET]
    limits = [row for row in range(1, 200) if str(sheet.cell(row, 1).value) in ("limit", "limit.check")]
    assert limits
    told = [[layout.TEXTS_SHEET, f"{row},2", "0.5"] for row in limits]
    told.append([layout.TEXTS_SHEET, f"{layout.PYTHON[0]},{layout.PYTHON[1]}", ""])
    after = pressed(book, tmp_path, "check", python="", home=str(tmp_path / "家"), cells=told, silent=True)
    assert [entry["file"] for entry in after["started"]] == [str(own)]
    assert "还没有结果" in after["alerts"][0]


@pytest.mark.parametrize(("shell", "more"), [("missing", {}), ("refused", {}), ("", {"silent": True, "hurry": 1000})])
def test_where_wps_starts_no_program_the_clerk_is_told_what_to_double_click(
    book: Path, tmp_path: Path, shell: str, more: dict[str, Any]
):
    after = pressed(book, tmp_path, "check", "check", shell=shell, starter="/home/u/绩效自评（网页）.desktop", **more)
    assert len(after["alerts"]) == 2
    for said in after["alerts"]:
        assert "请双击「/home/u/绩效自评（网页）.desktop」" in said
        assert "工作簿没有改动" in said
    assert after["left"] == []
    assert after["served"] == []


def test_the_first_press_starts_the_service_which_answers_the_next(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("uvicorn", reason="没有安装 jixiao[serve]，跳过")
    monkeypatch.setenv(announced.PLACE, str(tmp_path / "run"))
    after = pressed(book, tmp_path, "check", "clear", serves=True)
    assert after["alerts"] == []
    assert after["served"] == ["-P -X utf8 -m workbook serve --no-browser --if-none"]  # once, whatever is pressed
    until = time.monotonic() + 30
    while not announced.running() and time.monotonic() < until:
        time.sleep(0.05)
    reached = announced.running()
    assert reached
    try:
        (tmp_path / "二").mkdir()
        assert pressed(book, tmp_path / "二", "check")["alerts"] == []
        again = subprocess.run(
            [sys.executable, "-P", "-m", "workbook", "serve", "--no-browser", "--if-none"], check=True, timeout=30
        )
        assert again.returncode == 0
        assert announced.running() == reached
    finally:
        os.kill(reached.process, signal.SIGTERM)
    while announced.told() and time.monotonic() < until:
        time.sleep(0.05)
    assert announced.told() is None


IN_TURN = ("import", "fill", "check", "review", "compare", "export", "return", "rollup", "clear")
HERE = ("walk", "next", "next", "prev", "explain", "help")


def test_every_button_does_in_a_browser_what_its_command_does(
    master: Path,
    checked: tuple[Path, Any],
    received: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
):
    version = next((version for version in (OLD[0], "") if program(version)), None)  # that in WPS is an old one too
    if version is None:
        pytest.skip("没有安装 Chromium，加载项在浏览器里的测试跳过")
    browser = Browser(tmp_path_factory.mktemp("浏览器"), version=version)
    try:
        after = pressed_in(browser, master, tmp_path, "check")
        assert after["alerts"] == []
        same(after, checked[0])
        (tmp_path / "总表").mkdir()
        book = Path(shutil.copy(checked[0], tmp_path / "总表"))
        (book.parent / "各单位报来").mkdir()
        shutil.copy(min(received.glob("*.docx")), book.parent / "各单位报来")
        department.write(compose(DEPARTMENTS[0], YEAR - 1), load(), tmp_path / "上年.xlsx")
        last_year = layout.BUTTON_CELLS["compare"]
        place = [last_year.sheet, f"{last_year.row},{last_year.column}", str(tmp_path / "上年.xlsx")]
        adopted = next(held["标记键"] for held in open_rows(book) if held["应为值"])
        sheet, cell = adopted.partition("|")[0].rsplit("!", 1)
        row, column = coordinate_to_tuple(cell)
        after = pressed_in(browser, book, tmp_path, "adopt", *IN_TURN, *HERE, cells=[place], at=[sheet, row, column])
        assert after["alerts"] == []
        done = [entry["words"].split()[-2] for entry in after["started"]]
        assert done == ["adopt", *IN_TURN]
        assert {*done, *HERE} == {verb.name for verb in VERBS if verb.sub}
        assert after["left"] == []
    finally:
        browser.close()


def test_another_workbook_is_left_alone(tmp_path: Path):
    other = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(other)
    after = pressed(other, tmp_path, "check")
    assert "不是绩效自评" in after["alerts"][0] or "打开的不是" in after["alerts"][0]
    assert after["started"] == []


def test_the_ribbon_has_every_button_and_no_other():
    root = etree.fromstring(addin.ribbon().encode())
    assert root.tag == "{http://schemas.microsoft.com/office/2006/01/customui}customUI"
    assert root.get("onLoad") == "OnAddinLoad"
    shown = {node.get("id"): node for node in root.iter("{*}button")}
    assert set(shown) == {f"b{verb.name}" for verb in VERBS if verb.sub}
    assert {node.get("onAction") for node in shown.values()} == {"OnAction"}
    logic = addin.script("x")
    assert all(f"root.{name} = " in logic for name in ("OnAction", "OnAddinLoad"))


def test_it_goes_beside_other_add_ins_and_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = addin.place()
    folder.mkdir(parents=True)
    theirs = '<jspluginonline name="别家" type="wps" url="http://10.0.0.1/a?b=1&amp;c=2" enable="enable"/>'
    (folder / addin.LIST).write_text(f"<jsplugins>{theirs}</jsplugins>", encoding="utf-8")
    for _ in range(2):
        assert jixiao(["addin"]) == 0
    listed = etree.fromstring((folder / addin.LIST).read_bytes())
    assert [entry.get("name") for entry in listed] == ["别家", "jixiao"]
    assert listed[0].get("url") == "http://10.0.0.1/a?b=1&c=2"
    made = folder / str(listed[1].get("url"))
    assert sorted(path.name for path in made.iterdir()) == ["main.js", "ribbon.xml", f"{addin.STARTER}.desktop"]
    starter = (made / f"{addin.STARTER}.desktop").read_text(encoding="utf-8")
    assert f'Exec="{sys.executable}" -P -X utf8 -m workbook serve\n' in starter
    settings = re.match(r"window\.JIXIAO = (.*);", (made / "main.js").read_text(encoding="utf-8"))
    assert settings
    told = json.loads(settings[1])
    assert (told["python"], told["starter"]) == (sys.executable, str(made / f"{addin.STARTER}.desktop"))
    assert jixiao(["addin", "--undo"]) == 0
    assert [entry.get("name") for entry in etree.fromstring((folder / addin.LIST).read_bytes())] == ["别家"]
    assert not made.exists()
    (folder / addin.LIST).write_text("<jsplugins", encoding="utf-8")
    assert jixiao(["addin"]) == 2
    assert (folder / addin.LIST).read_text(encoding="utf-8") == "<jsplugins"
    capsys.readouterr()


def test_an_intranet_offers_it_to_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert jixiao(["addin", "--to", str(tmp_path / "网站"), "--address", "http://10.1.2.3/jixiao/"]) == 0
    assert "JSPluginsServer=http://10.1.2.3/jixiao/jsplugins.xml" in capsys.readouterr().out
    (listed,) = etree.fromstring((tmp_path / "网站" / addin.PUBLIC).read_bytes())
    assert listed.get("url") == f"http://10.1.2.3/jixiao/{addin.NAME}_{addin.VERSION}/"
    assert (tmp_path / "网站" / f"{addin.NAME}_{addin.VERSION}" / "ribbon.xml").is_file()
    for address in ('http://x/"><evil', "file:///etc", ""):
        assert jixiao(["addin", "--to", str(tmp_path / "另"), "--address", address]) == 2


KINDS = {
    "Application": "EtApplication",
    "Workbook": "EtWorkbook",
    "Sheets": "EtSheets",
    "Worksheet": "EtWorksheet",
    "Range": "EtRange",
    "ListObjects": "EtListObjects",
    "ListObject": "EtListObject",
    "ListRows": "EtListRows",
    "Protection": "EtProtection",
    "AutoFilter": "EtAutoFilter",
    "Characters": "EtCharacters",
    "Font": "EtFont",
    "FileSystem": "FileSystem",
    "OAAssist": "OAAssist",
    "Env": "Env",
}


def test_whatever_the_add_in_asks_of_wps_is_declared(checked: tuple[Path, Any], walked: Any):
    if not DECLARED.is_dir():
        pytest.skip("没有 npm 的 wps-jsapi、wps-jsapi-declare 声明（.cache/wps-jsapi），不能逐个核对，跳过")
    declared = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DECLARED.rglob("*.d.ts")))
    asked = {kind: {**walked["asked"].get(kind, {}), **members} for kind, members in checked[1]["asked"].items()}
    beside = {"FileSystem", "OAAssist", "Env"}  # of the host, declared beside the application
    for kind, members in asked.items():
        found = re.findall(rf"interface {KINDS[kind]} (?:extends [^{{]+)?\{{(.*?)\n    \}}", declared, re.DOTALL)
        text = "\n".join(found)
        lacking = [name for name in members if name not in beside and not re.search(rf"\b{name}\b\??[(:<]", text)]
        assert not lacking, (kind, lacking)
