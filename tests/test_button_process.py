"""The process behind a button: what it imports is what the clerk waits for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from macros import buttons
from workbook.actions import api as actions
from workbook.demo import YEAR, make

HEAVY = (
    "pandas",
    "numpy",
    "openpyxl",
    "xlsxwriter",
    "docx",
    "docxtpl",
    "duckdb",
    "pyarrow",
    "rich",
    "click",
    "xlwings",
)
HEAVY += (
    "distributed",
    "multiprocessing",
    "concurrent.futures.process",
    "lxml",
    "importlib.metadata",
    "workbook.writers.word",
)
PROBE = """
import sys
from macros.buttons import main
status = main(sys.argv[1:])
print(status, *(name for name in {heavy!r} if name in sys.modules))
"""


@pytest.mark.parametrize("waits", [(), ("--waits",)], ids=["", "started early"])
@pytest.mark.parametrize("verb", ["fill", "check", "clear", "rollup"])
def test_a_press_imports_nothing_it_does_not_need(verb: str, waits: tuple[str, ...], tmp_path: Path):
    actions.new(tmp_path / "book.xlsm", year=YEAR)
    actions.import_(tmp_path / "book.xlsm", make(tmp_path / "报来")[:3])
    (tmp_path / "request.txt").touch()
    probe = PROBE.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", probe, verb, str(tmp_path), *waits], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0"]
    assert (tmp_path / "result.txt").read_bytes().decode("utf-16-le").splitlines()[1] == "state\tok"


@pytest.mark.parametrize("verb", ["check", "clear"])
def test_what_starts_before_the_copy_is_saved_waits_for_the_request(verb: str, tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-m", "macros.buttons", verb, str(tmp_path), "--waits"])
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    actions.new(tmp_path / "book.xlsm", year=YEAR)
    assert not (tmp_path / "result.txt").exists()
    (tmp_path / "request.new").write_text("book\t\n", encoding="ascii")
    (tmp_path / "request.new").rename(tmp_path / "request.txt")
    assert process.wait(60) == 0
    assert (tmp_path / "result.txt").read_bytes().decode("utf-16-le").splitlines()[1] == "state\tok"


def test_it_ends_when_the_press_was_given_up(tmp_path: Path):
    job = tmp_path / "job"
    job.mkdir()
    process = subprocess.Popen([sys.executable, "-m", "macros.buttons", "check", str(job), "--waits"])
    job.rmdir()
    assert process.wait(60) == 2


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master without any department."""
    path = tmp_path_factory.mktemp("空") / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    return path


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("import", "里没有文件，没有导入"),
        ("check", "全审　没有可审核的内容。下一步：按“① 导入”"),
        ("review", "填充并全审　没有可审核的内容。下一步：按“① 导入”"),
        ("export", "还没有单位，没有可导出的；请先按“① 导入”"),
        ("return", "还没有单位，没有可退回的；请先按“① 导入”"),
    ],
)
def test_a_press_on_an_empty_master_says_what_comes_first(empty: Path, tmp_path: Path, verb: str, words: str):
    job, folder = tmp_path / "job", tmp_path / "folder"
    job.mkdir()
    folder.mkdir()
    shutil.copy(empty, job / "book.xlsm")
    (job / "request.txt").write_text(f"path\t{folder}\n", encoding="ascii")
    assert buttons.main([verb, str(job)]) == 0
    assert words in (job / "result.txt").read_bytes().decode("utf-16-le")
    assert not list(folder.iterdir())


def test_a_message_names_its_button_once_and_its_next_step_behind_the_first_line():
    said = buttons.said("import", "导入：收到 3 个文件\n读不了 1 个：")
    first, second = said.split("\n")
    assert first[5:] == " 导入　收到 3 个文件。下一步：按“② 填充并全审”"
    assert second == "读不了 1 个："
    assert buttons.said("return", "没有要退回的单位", "按“④ 导出”").endswith("没有要退回的单位。下一步：按“④ 导出”")
