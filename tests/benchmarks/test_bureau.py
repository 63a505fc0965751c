"""The table of `bureau.py` for pytest-benchmark: `pytest tests/benchmarks/test_bureau.py` (not part of the default run)."""

from pathlib import Path

import pytest

from tests.benchmarks import bureau


def test_read_derive_and_check(benchmark, tmp_path: Path) -> None:
    benchmark.pedantic(bureau.read_and_check, (bureau.exported(tmp_path),), rounds=bureau.ROUNDS, warmup_rounds=2)


def test_openpyxl_reads(benchmark, tmp_path: Path) -> None:
    benchmark.pedantic(bureau.read_by_openpyxl, (bureau.exported(tmp_path),), rounds=bureau.ROUNDS, warmup_rounds=2)


def test_four_times_as_fast_as_openpyxl_reads(tmp_path: Path) -> None:
    path = bureau.exported(tmp_path)
    ours, theirs = bureau.in_turn(lambda: bureau.read_and_check(path), lambda: bureau.read_by_openpyxl(path))
    assert theirs >= 4 * ours


@pytest.mark.parametrize("count", [1_000])
def test_a_master_is_written_three_times_as_fast(tmp_path: Path, count: int) -> None:
    speed, memory = bureau.many_departments(tmp_path, count)
    print(f"\n{speed}\n{memory}")
    assert float(speed.ratio.split()[0]) >= 3


def test_many_files(tmp_path: Path) -> None:
    for line in bureau.many_files(tmp_path, [50, 100, 200]):
        print(f"\n{line}")
