"""A master beyond what Excel holds is split by region; a demonstration of many departments survives being killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from tests.test_collect import entry, hand_in, master
from workbook.actions import api as actions
from workbook.bulk import volumes
from workbook.bulk.engine import Power
from workbook.checking.outcome import ActionError
from workbook.cli import run
from workbook.demo import synthetic
from workbook.demo.province import deliveries
from workbook.model.records import pack
from workbook.storage.temporary import PREFIX

ROOT = Path(__file__).parents[1]


def test_regions_go_by_folder_then_name() -> None:
    entries = [entry(unit=f"云岭县{name}局") for name in "甲乙"] + [
        entry(unit="图书馆", folder="松溪县"),
        entry(unit="局"),
    ]
    assert {name: len(group) for name, group in volumes.regions(entries).items()} == {
        "云岭县": 2,
        "松溪县": 1,
        "其他": 1,
    }


def test_a_large_region_is_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "PER_PART", 3)
    entries = [entry(unit=f"云岭县第{place}局") for place in range(7)]
    assert {name: len(group) for name, group in volumes.regions(entries).items()} == {
        "云岭县1": 3,
        "云岭县2": 3,
        "云岭县3": 1,
    }


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master of 44 departments of two regions, split because ten are too many here."""
    folder = tmp_path_factory.mktemp("分册")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(volumes, "PER_MASTER", 10)
        target = master(folder)
        outcome = actions.import_(target, [hand_in(folder / "报来", list(synthetic(44)))[0].parent], power=Power(2))
    assert "按地区分成 2 册" in outcome.message
    return target


def test_every_department_is_in_one_part(split: Path) -> None:
    held = [filing for path in volumes.parts_of(split) for filing in actions.open_master(path).filings]
    assert len(held) == 44
    assert sorted(f.unit or "" for f in held) == sorted(f.unit or "" for f in synthetic(44))


def test_the_verbs_go_over_the_parts(split: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fill", str(split)]) == 0
    run(["check", str(split)])
    assert "2 册 44 个单位" in capsys.readouterr().out
    assert run(["rollup", str(split), "--to", str(tmp_path / "汇总.xlsx")]) == 0
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", read_only=True)
    assert len(list(book["部门"].iter_rows())) == 45
    assert run(["export", str(split), "--to", str(tmp_path / "导出")]) == 0
    assert len(list((tmp_path / "导出").rglob("*.xlsx"))) == 44
    index = openpyxl.load_workbook(volumes.index_of(split))["分册索引"]
    assert [cell.value for cell in index[1]] == list(volumes.HEADINGS)
    targets = [index.cell(row, 1).hyperlink.target.replace("\\", "/") for row in range(2, index.max_row + 1)]
    assert all((split.parent / target).is_file() for target in targets)
    assert sum(index.cell(row, 3).value for row in range(2, index.max_row + 1)) == 44


def test_what_the_clerk_wrote_in_a_part_stays(split: Path) -> None:
    from workbook.model.edits import Block, Edits
    from workbook.ooxml import bounds
    from workbook.writers.package import apply

    part = volumes.parts_of(split)[0]
    book = actions.open_master(part)
    place = book.filings[0].places["thrift_measures"]
    row, column, _, _ = bounds(place.cell)
    apply(part, Edits([Block(place.sheet, row, column, (("经办人改过",),))]))
    actions.import_(split, [split.parent / "报来"], power=Power(1))
    assert actions.open_master(part).filings[0].thrift_measures == "经办人改过"


def test_the_demonstration_is_reproducible() -> None:
    made = [[(name, pack(filing)) for name, filing in deliveries(30, seed)] for seed in (7, 7, 8)]
    assert made[0] == made[1] != made[2]
    assert len({name for name, _ in made[0]}) == 30


def start(folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "workbook.cli", "demo", "--departments", "24", "--to", str(folder), "--jobs", "2"]
    paths = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=paths, start_new_session=True, stdout=subprocess.DEVNULL)


@pytest.mark.skipif(os.name != "posix", reason="the whole group of processes is killed as Linux and macOS do it")
def test_a_demonstration_that_is_killed_goes_on(tmp_path: Path) -> None:
    """Killed while files come in and again while they are exported, it ends with every department once."""
    folder = tmp_path / "演示"
    marks = (folder / "各单位报来", folder / "汇总报告.docx")
    for mark in marks:
        process = start(folder)
        for _ in range(1200):
            if mark.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert start(folder).wait(timeout=300) == 0
    units = sorted(filing.unit or "" for filing in synthetic(24))
    assert sorted(path.stem for path in (folder / "导出").glob("*.xlsx")) == units
    assert sorted(filing.unit or "" for filing in actions.open_master(folder / "绩效自评总表.xlsm").filings) == units
    # written again after the kill: what stood there is kept beside it, what was half written bears a name of its own
    handed_in = [path for path in (folder / "各单位报来").rglob("*") if path.is_file() and "历史版本" not in path.parts]
    assert len([path for path in handed_in if not path.name.startswith(PREFIX)]) == 24


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "别的.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ActionError, match="没有动它"):
        actions.demo_many(tmp_path, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["别的.txt"]
