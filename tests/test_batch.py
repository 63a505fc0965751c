"""Many filings over processes and a cluster: nothing lost, nothing done twice, the same result to the byte."""

import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import filings
from workbook.bulk import engine
from workbook.bulk.engine import Piece, Power, run
from workbook.demo import as_handed_in, synthetic
from workbook.demo.departments import DEPARTMENTS
from workbook.model.filing import Filing
from workbook.model.records import PLAIN, ROWS, pack, pack_report, unpack, unpack_report
from workbook.model.scheme import load
from workbook.rules.engine import check
from workbook.storage.store import Store


def double(data: list[int]) -> list[list[str]]:
    """Return each number twice as large, and the number itself; one number kills the process."""
    if 666 in data:
        os._exit(3)
    return [[str(value * 2), str(value)] for value in data]


def pieces(count: int) -> list[Piece]:
    return [Piece(f"{value:05d}", value) for value in range(count)]


def content(store: Store) -> bytes:
    return store.whole.read_bytes()


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_are_the_same_to_the_byte(tmp_path: Path, jobs: int) -> None:
    straight, other = Store(tmp_path / "a", "x"), Store(tmp_path / "b", "x")
    run(double, pieces(100), straight, Power(1), total=100)
    ticks: list[int] = []
    run(double, reversed(pieces(100)), other, Power(jobs), total=100, tick=ticks.append)
    assert sum(ticks) == 100
    assert content(straight) == content(other)
    assert list(other.rows(["00007", "00003", "00007"])) == [
        (0, "14"),
        (0, "7"),
        (1, "6"),
        (1, "3"),
        (2, "14"),
        (2, "7"),
    ]


def test_what_is_there_is_not_done_again(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    store, seen = Store(tmp_path, "x"), 0

    def stop(count: int) -> None:
        nonlocal seen
        seen += count
        if seen >= 64:
            raise Stopped

    with pytest.raises(Stopped):
        run(double, pieces(200), store, Power(1), total=200, tick=stop)
    left = 200 - len(store.done())
    assert 0 < left < 200
    done: list[list[int]] = []

    def noted(data: list[int]) -> list[list[str]]:
        done.append(data)
        return double(data)

    run(noted, pieces(200), store, Power(1), total=200)
    assert sum(map(len, done)) == left
    whole = Store(tmp_path / "whole", "x")
    run(double, pieces(200), whole, Power(1), total=200)
    assert content(store) == content(whole)


def test_results_no_longer_asked_for_are_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path, "x")
    run(double, pieces(30), store, Power(1), total=30)
    run(double, pieces(10), store, Power(1), total=10)
    assert len(store.done()) == 10


def test_a_piece_that_kills_its_process_costs_itself_alone(tmp_path: Path) -> None:
    store = Store(tmp_path, "x")
    work = [*pieces(40), Piece("killer", 666)]
    run(double, work, store, Power(2), total=len(work), fallback="fell")
    assert list(store.rows(["killer"])) == [(0, "fell")]
    assert len(store.done()) == 41


@given(st.integers(1, 100_000), st.integers(1, 64))
def test_batches_are_never_a_task_a_file_where_files_are_many(count: int, width: int) -> None:
    size = engine.sizes(count, width)
    assert 1 <= size <= engine.BATCH
    assert size == engine.BATCH or -(-count // size) <= 4 * width


def test_no_member_of_a_filing_is_forgotten() -> None:
    spelt = {
        "unit",
        "year",
        "staff",
        "expenses",
        "thrift_measures",
        "funds",
        "income",
        "outlay",
        "goals",
        "total",
        "signature",
        "subject",
        "supervisor",
    }
    one_by_one = {"class_weights", "places", "prior", "peers", "absent", "explanations", "given"}
    assert {member.name for member in fields(Filing)} == spelt | one_by_one | set(ROWS) | set(PLAIN)


@given(filings())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_packing_loses_nothing(filing) -> None:  # type: ignore[no-untyped-def]
    assert unpack(pack(filing)) == filing
    assert pack(unpack(pack(filing))) == pack(filing)


def test_reports_come_back_whole() -> None:
    for department in DEPARTMENTS:
        filing = as_handed_in(department)
        report = check(filing, load())
        assert unpack_report(json.loads(json.dumps(pack_report(report)))) == report
        assert unpack(pack(filing)) == filing


def test_last_year_goes_along() -> None:
    this, last = synthetic(2)
    this.prior = last
    assert unpack(pack(this)).prior == last
