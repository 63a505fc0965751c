"""The process behind a button: what it imports is what the clerk waits for."""

import subprocess
import sys
from pathlib import Path

import pytest

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
