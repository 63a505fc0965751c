"""The same press, whatever was pressed before it in the process: a service answers many masters, one after the other."""

import copy
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import macros
import workbook
from macros import buttons
from tests import layouts
from workbook.actions import api as actions
from workbook.demo import YEAR
from workbook.forms import forms, using
from workbook.model.scheme import load, names
from workbook.readers.limits import Limits
from workbook.serve import work
from workbook.templates.build import MASTER, build_master

CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d|\d\d:\d\d ")
PATHS = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def pressed(verb: str, book: Path, job: Path) -> str:
    """Return what a press on a workbook writes for the macro, but for the time of day."""
    job.mkdir()
    shutil.copy(book, job / "book.xlsm")
    (job / "request.txt").write_text(f"book\t{escaped(book)}\r\n", encoding="ascii")
    buttons.main([verb, str(job)])
    return CLOCK.sub("", (job / "result.txt").read_bytes().decode("utf-16-le"))


def escaped(path: Path) -> str:
    return "".join(char if char.isascii() else f"\\u{ord(char):04X}" for char in str(path))


def county(folder: Path, sheet: str) -> Path:
    """Return a master of a county whose own form, of one id in every county, calls its table so."""
    place = folder / "表样" / "本县"
    place.mkdir(parents=True)
    form = "\n".join(('id = "own"', 'base = "l5"', 'title = "本县自评表"', 'must = ["计划值"]', "needed = 4"))
    words = '["项目名称", "全年执行数", "计划值", "完成值", "三级指标"]'
    named = '[indicators]\ntarget = ["计划值"]\nactual = ["完成值"]'
    text = f'{form}\nrecognised_by = {words}\n[sheets]\nevaluation = "{sheet}"\n{named}\n'
    (place / "form.toml").write_text(text, encoding="utf-8")
    other = {"年度指标值": "计划值", "实际完成值": "完成值", "510.5": "51.05"}
    blocks = [
        block
        if isinstance(block, str)
        else [[other.get(cell, cell) if cell else cell for cell in row] for row in block]
        for block in layouts.national()
    ]
    master = folder / "总表.xlsm"
    actions.new(master, year=2023, region=sheet)
    actions.import_(master, [layouts.to_word(blocks, folder / "报来.docx")])
    return master


def renamed(folder: Path, to: Path, name: str) -> Path:
    """Return the master of a copy of 甲县's folder, whose form calls its table by another county's name."""
    shutil.copytree(folder, to)
    file = to / "表样" / "本县" / "form.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("甲县", name), encoding="utf-8")
    return to / "总表.xlsm"


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Masters of two counties that call a form of one id by other names."""
    folder = tmp_path_factory.mktemp("各县")
    first = county(folder / "甲县", "甲县的评分表")
    return [first, renamed(first.parent, folder / "乙县", "乙县")]


FRESH = """
import sys
from pathlib import Path
from tests.test_twice import pressed
sys.stdout.buffer.write(pressed("check", Path(sys.argv[1]), Path(sys.argv[2])).encode())
"""


def test_a_press_says_the_same_after_presses_on_other_masters(
    imported: Path, counties: list[Path], received: Path, tmp_path: Path
):
    first, second = counties
    asked = [sys.executable, "-c", FRESH, str(second), str(tmp_path / "fresh")]
    fresh = subprocess.run(asked, check=True, capture_output=True, env=PATHS).stdout.decode()
    assert "乙县的评分表" in fresh
    other = tmp_path / "别的.xlsm"
    actions.new(other, year=YEAR, region="别的县", scheme=load(names()[0]))
    actions.import_(other, [received])
    usual = Path(shutil.copy(imported, tmp_path))
    before = pressed("check", usual, tmp_path / "0")
    for number, book in enumerate((first, other)):
        pressed("check", book, tmp_path / f"check{number}")
        pressed("fill", book, tmp_path / f"fill{number}")
    assert pressed("check", second, tmp_path / "1") == fresh
    assert pressed("check", second, tmp_path / "2") == fresh
    assert pressed("check", usual, tmp_path / "3") == before


def test_a_form_that_was_changed_is_read_anew(counties: list[Path], tmp_path: Path):
    book = renamed(counties[0].parent, tmp_path / "县", "甲县")
    assert "甲县的评分表" in pressed("check", book, tmp_path / "0")
    file = book.parent / "表样" / "本县" / "form.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("甲县", "丙县"), encoding="utf-8")
    said = pressed("check", book, tmp_path / "1")
    assert "丙县的评分表" in said
    assert "甲县的评分表" not in said
    with using([file.parents[1]]):
        assert next(form for form in forms() if form.id == "own").data["sheets"]["evaluation"] == "丙县的评分表"


# what a process keeps for itself: rules as they are loaded, workers, locks and folders in use, settings that were read
KEPT = {"_RULES", "_IDLE", "_HELD", "_CLEANED", "_JOBS", "_HOLD", "PROBLEMS"}


def held() -> Iterator[tuple[str, Any]]:
    """Yield what the modules of the program hold that could be changed, by name."""
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and module.__name__.partition(".")[0] in ("workbook", "macros"):
            for name, value in vars(module).items():
                if name not in KEPT and not name.startswith("__") and isinstance(value, dict | list | set | Limits):
                    yield f"{module.__name__}.{name}", value


def done_by_each_verb(imported: Path, report: Path, folder: Path) -> list[str]:
    """Load all of the program, do what is done with a master, and return what its modules hold that was changed by it."""
    for room in (workbook, macros):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                with suppress(ModuleNotFoundError):  # of what an extra brings
                    importlib.import_module(module.name)
    before = {name: copy.deepcopy(value) for name, value in held()}
    assert len(before) > 100
    book = Path(shutil.copy(imported, folder))
    for verb in ("fill", "check"):
        pressed(verb, book, folder / verb)
    for name in ("u1", "u2"):
        actions.new(folder / f"{name}.xlsm", year=YEAR, unit="民政局")
    assert members(folder / "u1.xlsm") == members(folder / "u2.xlsm")
    actions.export_file(report, folder / "出", None, ("xlsx", "xlsm", "notice"))
    for name, file in (("页", book), ("报来", report)):
        (folder / name / "file").mkdir(parents=True)
        shutil.copy(file, folder / name / "file")
    done = work.done(work.import_, folder / "页", [(folder / "报来", "")])
    assert "failed" not in done, done
    assert build_master(folder / "m.xlsm").read_bytes() == MASTER.read_bytes()
    return [name for name, value in held() if name in before and value != before[name]]


def members(path: Path) -> dict[str, bytes]:
    """Return what is in a workbook, but for when it was made."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}


def test_no_verb_changes_what_a_module_holds_and_templates_are_built_to_the_same_bytes(
    imported: Path, received: Path, tmp_path: Path
):
    code = (
        "import sys; from pathlib import Path; from tests.test_twice import done_by_each_verb as done\n"
        "print(done(*map(Path, sys.argv[1:])))"
    )
    report = next(path for path in sorted(received.iterdir()) if path.suffix == ".docx")
    asked = [sys.executable, "-c", code, *map(str, (imported, report, tmp_path))]
    done = subprocess.run(asked, check=False, capture_output=True, env=PATHS, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
