"""The real buttons under a real pointer: LibreOffice on a screen, a folder picked, a click on 全审, and the cells afterwards."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.press import TOOLS, Office, display, on_screen
from workbook.actions import api as actions
from workbook.demo import YEAR, make
from workbook.master import layout

pytestmark = [pytest.mark.office, pytest.mark.xdist_group("press")]
HASH = layout.STATE["hash"]


@pytest.fixture
def screen() -> Iterator[str]:
    """Give the name of a display with a window manager."""
    missing = [name for name in (*TOOLS, "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"没有 {'、'.join(missing)}，跳过")
    with display("1360x900") as name:
        yield name


def test_a_click_on_the_button_checks_the_workbook(screen: str, tmp_path: Path):
    master = tmp_path / "总 表.xlsm"
    make(tmp_path / "came")
    actions.new(master, year=YEAR, region="云麓县")
    environment = {
        **on_screen(screen),
        "JIXIAO_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    office = Office(tmp_path / "office", environment, headless=False)
    try:
        office.open(path=str(master))
        office.maximise()
        _pick(screen, office, tmp_path / "came")
        before = office.values(sheet=HASH.sheet, cells=HASH.cell)[0][0]
        left, top = office.button(sheet=layout.HOME, caption="② 填充并全审")
        _click(screen, left, top)
        after = _waited(office, before)
    finally:
        office.stop()
    assert len(after) == 12
    assert after == _hash_by_command(master)


def _click(screen: str, left: int, top: int) -> None:
    move = ["xdotool", "mousemove", str(left), str(top), "sleep", "0.3", "click", "1"]
    subprocess.run(move, env={**os.environ, "DISPLAY": screen}, check=True)


def _pick(screen: str, office: Office, folder: Path) -> None:
    """Click ① 导入, and choose a folder in LibreOffice's own dialog as it is done by keyboard: it stands on 参数 from then on."""
    here = {**os.environ, "DISPLAY": screen}
    place = layout.BUTTON_CELLS["import"]
    office.write(sheet=place.sheet, cell=place.cell, value=str(folder.parent))
    _click(screen, *office.button(sheet=layout.HOME, caption="① 导入"))
    for _ in range(100):
        if subprocess.run(["xdotool", "search", "--name", "请选择"], env=here, capture_output=True, check=False).stdout:
            break
        time.sleep(0.2)
    for words in (["sleep", "1", "key", "ctrl+a"], ["type", "--delay", "20", str(folder)], ["key", "Return"]):
        subprocess.run(["xdotool", *words], env=here, check=True)
    for _ in range(100):
        if "新增 8 个单位" in str(office.values(sheet=layout.HOME, cells=layout.STATUS.cell)[0][0]):
            break
        time.sleep(0.2)
    assert office.values(sheet=place.sheet, cells=place.cell) == [[str(folder)]]


def _waited(office: Office, before: str) -> str:
    for _ in range(100):
        now = office.values(sheet=HASH.sheet, cells=HASH.cell)[0][0]
        if now != before:
            return str(now)
        time.sleep(0.2)
    raise AssertionError("the click changed nothing in 20 seconds")


def _hash_by_command(master: Path) -> str:
    from workbook.master.results import result_hash

    copy = master.with_name("命令.xlsm")
    shutil.copy(master, copy)
    actions.import_(copy, [master.with_name("came")])
    return result_hash(found for entry in actions.check_master(copy).checked for found in entry.report.findings)
