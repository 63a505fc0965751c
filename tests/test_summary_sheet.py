"""汇总分析 of the master: what its tables count, in Python, in SQL and as cell formulas, and that old sheets are let be."""

from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_master import put
from workbook.actions import api as actions
from workbook.demo import YEAR, make
from workbook.master import layout, summary_sheet
from workbook.model import bands
from workbook.model.filing import Filing
from workbook.model.findings import Severity
from workbook.model.scheme import load
from workbook.rollup import measures
from workbook.rollup.risk import FULL, KINDS

D = Decimal
RATES = st.lists(st.decimals(D("-1"), D("2"), places=3))


@pytest.mark.parametrize("of", [bands.EXECUTION, bands.GROWTH])
@given(rates=RATES)
def test_a_rate_lies_in_one_band_and_in_the_same_one_for_sql(of, rates):
    counts = [sum(bands.within(limits, rate) for rate in rates) for _, limits in of]
    assert sum(counts) == len(rates)
    for count, (_, limits) in zip(counts, of, strict=True):
        sql = f"SELECT count(*) FROM (SELECT unnest(?::DECIMAL(9,3)[]) AS r) WHERE {bands.sql(limits, 'r')}"
        assert duckdb.execute(sql, [[str(rate) for rate in rates]]).fetchone() == (count,)


@pytest.mark.parametrize(
    ("before", "now", "grown"),
    [
        ("100", "112.5", "0.125"),
        ("3", "4", "0.333333"),
        ("100", "100", "0"),
        ("100", "99.99995", "-0.000001"),
        ("0", "5", None),
        (None, "5", None),
        ("5", None, None),
    ],
)
def test_growth_is_of_the_year_over_its_beginning(before, now, grown):
    filing = Filing()
    filing.funds.initial_budget, filing.funds.annual_budget = (D(entry) if entry else None for entry in (before, now))
    if before == "0":
        filing.funds.initial_budget = D(0)
    assert measures.growth(filing) == (None if grown is None else D(grown))


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR)
    actions.import_(path, make(tmp_path / "报来"))
    return path


def block(path: Path, title: str) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(path, data_only=True)["汇总分析"]
    found = next(entry for entry in layout.summary() if entry.title == title)
    rows = range(found.row + 1, found.row + 1 + len(found.lines))
    return [tuple(sheet.cell(row, column).value for column in range(1, len(found.heads) + 2)) for row in rows]


def test_what_the_tables_count(master: Path):
    outcome = actions.check_master(master)
    filings = [entry.filing for entry in outcome.checked]
    spent = sum((filing.expenses["three_public"].final or D(0) for filing in filings), D(0))
    assert D(str(block(master, "三公经费两年对比")[0][3])) == spent
    assert sum(row[1] for row in block(master, "预算增长")) == sum(
        measures.growth(filing) is not None for filing in filings
    )
    counts = [
        (entry.filing.unit, *(entry.report.count(level) for level in (Severity.ERROR, Severity.WARNING)))
        for entry in outcome.checked
    ]
    ranked = sorted((row for row in counts if any(row[1:])), key=lambda row: (-row[1], -row[2]))
    shown = [row for row in block(master, "问题最多的单位") if row[0]]
    assert [row[1:] for row in shown] == [row[1:] for row in ranked[: len(shown)]]
    assert set(shown) <= set(counts)
    assert len(shown) == min(10, len(ranked))


def test_flattering_scores_are_counted(master: Path):
    filing = next(entry.filing for entry in actions.check_master(master).checked if entry.filing.indicators)
    before = dict(block(master, "评分虚高的迹象"))
    for number, row in enumerate(filing.indicators):
        put(master, "绩效指标", filing.unit or "", "得分", row.weight, number)
    actions.check_master(master)
    after = dict(block(master, "评分虚高的迹象"))
    assert tuple(after) == KINDS
    assert after[FULL] == before[FULL] + 1


def test_a_sheet_of_an_earlier_template_is_known():
    assert summary_sheet.stands(None)
    rows = [[""]] * 200
    assert not summary_sheet.stands(rows)
    for entry in layout.summary():
        if entry.lines:
            rows[entry.row - 1] = [entry.title]
    assert summary_sheet.stands(rows)
    rows[layout.summary()[1].row - 1] = ["别的"]
    assert not summary_sheet.stands(rows)


def test_charts_stand_for_what_is_never_empty_and_bars_for_the_rest(master: Path):
    book = openpyxl.load_workbook(master)
    assert len(layout.summary()) == 10
    assert len(book["汇总分析"]._charts) == len([block for block in layout.summary() if block.chart]) == 4


def test_grades_beyond_the_lines_there_are_stand_on_the_last_one():
    (block,) = summary_sheet.grades([load(), load("shanghai")], ["优", "合格", "不合格", "不合格", None])
    assert [row[0] for row in block.values] == ["优", "良", "中", "差", "其他等级"]
    assert block.values[-1][1] == 3
    (block,) = summary_sheet.grades([load("shanghai")], ["合格", "优"])
    assert [row[0] for row in block.values] == ["优", "良", "合格", "不合格", ""]
    assert [row[1].value for row in block.values] == [1, 0, 1, 0, ""]
