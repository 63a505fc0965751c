"""A machine without pandas and DuckDB (there are none for LoongArch) does everything but roll-ups as files, and says so."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution
from pathlib import Path

import pytest

import macros
import workbook
from tests.test_portable import asked_for
from workbook.actions import api as actions
from workbook.actions import rollup
from workbook.cli import run as jixiao
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.install import doctor
from workbook.model.records import PASSING
from workbook.model.scheme import load
from workbook.model.verbs import VERBS
from workbook.serve import announced
from workbook.storage import store
from workbook.writers import department

pytestmark = pytest.mark.xdist_group("serve")  # they share what the departments handed in


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the modules, as if they were not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("pandas", "duckdb", "_duckdb", "numpy")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("pandas", "duckdb", "_duckdb", "numpy"):
        monkeypatch.setitem(sys.modules, name, None)


def test_the_whole_way_needs_neither(received: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    master, some = tmp_path / "总表.xlsm", tmp_path / "报来"
    some.mkdir()
    for path in sorted(received.iterdir())[:3]:
        (some / path.name).write_bytes(path.read_bytes())
    assert jixiao(["new", str(master), "--year", str(YEAR)]) == 0
    assert jixiao(["import", str(master), str(some)]) == 0
    assert jixiao(["fill", str(master)]) == 0
    assert jixiao(["check", str(master), str(some)]) == 1
    assert jixiao(["export", str(master), "--to", str(tmp_path / "导出"), "--as", "xlsx", "--as", "notice"]) == 0
    assert jixiao(["rollup", str(master)]) == 0
    assert len(list((tmp_path / "导出").glob("*.xlsx"))) == 3
    assert len(actions.open_book(master).filings) == 3
    capsys.readouterr()


def _tops(held: Distribution) -> set[Path]:
    """Return what an installed package has put into its folder; of this program, what runs the tests."""
    files = [file for file in held.files or () if file.parts[0] not in ("..", "__pycache__") and file.suffix != ".pth"]
    tops = {file.parts[0]: Path(str(held.locate_file(file.parts[0]))) for file in files}
    if held.name == "jixiao":
        tops = {name: path for name, path in tops.items() if name.endswith("-info")}
        return {*tops.values(), *(Path(str(package.__file__)).parent for package in (workbook, macros))}
    return set(tops.values())


REFUSED = {("rollup", "汇总.xlsx"): "duckdb", ("sample", "总表.xlsm"): "duckdb", ("bundle", ".docx"): "独立版 Python"}


@pytest.mark.skipif(sys.platform == "win32", reason="照 Linux 的样子装")
def test_installed_without_them_every_command_runs_or_says_what_it_cannot(
    received: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()  # really absent there: nothing is hidden
    pytest.importorskip("uvicorn", reason="没有安装 jixiao[serve]，跳过")
    env, place = tmp_path / "env", tmp_path / "做"
    venv.create(env, symlinks=True)
    site = next(env.glob("lib/python3*/site-packages"))
    for path in {entry for held in asked_for() for entry in _tops(held)}:
        (site / path.name).symlink_to(path)
    (place / "报来的").mkdir(parents=True)
    for path in sorted(received.glob("*.docx"))[1:3]:
        shutil.copy(path, place / "报来的")
    department.write(compose(DEPARTMENTS[0], YEAR - 1), load(), place / "上年.xlsx")
    script = Path(shutil.copy(Path(__file__).with_name("light.py"), tmp_path))
    python = env / "bin" / "python"
    there = "import importlib.util as u; print([n for n in ('pandas', 'duckdb', 'numpy') if u.find_spec(n)])"
    assert subprocess.run([python, "-I", "-c", there], capture_output=True, text=True, check=True).stdout == "[]\n"
    own = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), announced.PLACE: str(tmp_path / "run")}
    done = subprocess.run(
        [python, "-I", "-X", "utf8", script, place],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **own},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {entry["words"][0] for entry in told} | {"serve"} >= {
        verb.name for verb in VERBS if not verb.in_excel
    }  # test_portable serves without them
    for entry in told:
        why = next(
            (
                why
                for (name, last), why in REFUSED.items()
                if name == entry["words"][0] and entry["words"][-1].endswith(last)
            ),
            "",
        )
        wrong = entry["words"][0] in ("check", "drop", "compare", "template")
        assert entry["status"] == (2 if why else 1 if wrong else 0), entry
        assert why in entry["said"], entry
    doctor_says = next(entry["said"] for entry in told if entry["words"] == ["doctor"])
    for name in ("pandas", "duckdb"):
        assert re.search(f"✗ {name}：没有也能用", doctor_says)


def test_what_it_cannot_do_it_says_before_it_changes_anything(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    master = tmp_path / "总表.xlsm"
    master.write_bytes(imported.read_bytes())
    for call in (["rollup", str(master), "--to", str(tmp_path / "汇总.xlsx")], ["sample", str(master)]):
        assert jixiao(call) == 2
        assert "duckdb" in capsys.readouterr().err
    assert master.read_bytes() == imported.read_bytes()
    assert not (tmp_path / "汇总.xlsx").exists()


def test_frames_are_refused_in_chinese_where_pandas_is_not(imported: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(store.StoreError, match="duckdb"):
        actions.frames(imported)
    monkeypatch.setattr(rollup, "refuse_without_duckdb", lambda: None)
    monkeypatch.setattr(rollup, "find_spec", lambda _: None)
    with pytest.raises(actions.ActionError, match="没有程序包 pandas"):
        actions.frames(imported)


def test_results_are_kept_and_found_again_all_the_same(tmp_path: Path):
    kept = store.Store(tmp_path, "read")
    assert isinstance(kept, store.PlainStore)
    kept.put([("b", 0, "B"), ("a", 1, "A1"), ("a", 0, "A0")])
    kept.put([("c", 0, PASSING + "x")])
    again = store.Store(tmp_path, "read")
    again.forget_passing()
    assert again.done() == {"a", "b"}
    assert list(again.rows(["b", "x", "a"])) == [(0, "B"), (2, "A0"), (2, "A1")]
    again.finish(["a"])
    assert again.done() == {"a"}


def test_a_store_that_is_none_is_told_of_in_chinese(tmp_path: Path):
    (tmp_path / "read.sqlite").write_bytes(b"x" * 2000)
    with pytest.raises(store.StoreError, match="请看磁盘"):
        store.Store(tmp_path, "read").done()


def test_doctor_says_what_is_lacking_and_what_that_costs(monkeypatch: pytest.MonkeyPatch):
    real = doctor._version
    monkeypatch.setattr(
        doctor, "_version", lambda name: None if name in ("duckdb", "pandas", "uvicorn") else real(name)
    )
    told = [line for line in doctor.lines() if line.startswith(("✗", "○"))]
    assert any("duckdb" in line and "没有也能用" in line for line in told)
    assert any("pandas" in line and "没有也能用" in line for line in told)
    assert any("jixiao serve" in line for line in told)
