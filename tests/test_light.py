"""A machine without pandas and DuckDB (there are none for LoongArch) does everything but roll-ups as files, and says so."""

import sys
from pathlib import Path

import pytest

from workbook.actions import api as actions
from workbook.actions import rollup
from workbook.cli import run as jixiao
from workbook.demo import YEAR
from workbook.install import doctor
from workbook.model.records import PASSING
from workbook.storage import store

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
