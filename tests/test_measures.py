"""Each measure of the roll-up: cell formula, SQL and value agree over a province; what a form does not ask for is in none."""

import random
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.office import convert
from tests.test_keep import run
from tests.test_master import put
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose, synthetic
from workbook.derive import UNSCORED, derive, grade_words
from workbook.master import layout
from workbook.master.intake import take_in
from workbook.master.read import read_master
from workbook.model.edits import Block, Edits
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Severity
from workbook.model.scheme import load
from workbook.readers import read
from workbook.rollup import files, frames, measures
from workbook.writers.package import apply

D = Decimal
UNSCORED_FORM = frozenset({"total", "funds.weight", "funds.score", "indicators[].weight", "indicators[].score"})


def unscored(unit: str) -> Filing:
    """Return a filing of a form that asks for targets and results, but for no points."""
    rows = [Indicator("产出指标", "数量指标", f"指标{n}", "≥80次", "81次") for n in range(3)]
    filing = Filing(unit=unit, year=YEAR, form="l2", indicators=rows, absent=UNSCORED_FORM)
    filing.funds.annual_budget = D("541.71")
    return filing


def province(number: int) -> list[Filing]:
    """Return so many invented departments, some of them over their budgets, without figures, or without a self-evaluation."""
    draw = random.Random(7)
    filings = list(synthetic(number))
    for filing in filings:
        for name, row in filing.expenses.items():
            if row.budget and draw.random() < 0.3:
                row.final = row.budget + draw.choice([D(0), D("0.01"), D(3), D("-0.01")])
            if draw.random() < 0.05:
                filing.expenses[name].budget = None
        funds = filing.funds
        if draw.random() < 0.3 and funds.initial_budget:
            funds.annual_budget = funds.initial_budget * draw.choice([D("1.1"), D("0.9"), D(1), D("1.3"), D("1.05")])
        if draw.random() < 0.2 and funds.annual_budget:
            funds.executed = funds.annual_budget * draw.choice([D(1), D("0.6"), D("0.8"), D("1.2"), D("0.9")])
        if draw.random() < 0.05:
            funds.executed = None
    return [*filings, *(unscored(f"无自评表{n}局") for n in range(3))]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, actions.Outcome]:
    """Give a master over a province, checked, some of its warnings explained, and the outcome."""
    path = tmp_path_factory.mktemp("省") / "总表.xlsm"
    actions.new(path, year=YEAR)
    apply(path, take_in(read_master(path), province(60)).edits)
    actions.check_master(path)
    book = read_master(path)
    column = book.headings["tblFindings"]["出错说明"]
    warnings = [row for row in book.records["tblFindings"] if "预警" in str(row["级别"])][::3]
    assert warnings
    apply(path, Edits([Block("校验结果", row["#"], column, (("已核对",),)) for row in warnings]))
    outcome = actions.check_master(path)
    assert any(not found.is_open for entry in outcome.checked for found in entry.report.findings)
    return path, outcome


def shown(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the tables of 汇总分析 as a workbook holds them."""
    sheet = openpyxl.load_workbook(path, data_only=True)["汇总分析"]
    return {
        block.title: [
            tuple(sheet.cell(block.row + n, column).value for column in range(1, len(block.heads) + 2))
            for n in range(1, len(block.lines) + 1)
        ]
        for block in layout.summary()
        if block.lines
    }


COUNTS = {
    "等级分布": ("等级分布", measures.by_grade(load().grades)),
    "预算执行率分布": ("预算执行率分布", measures.BY_EXECUTION),
    "控制率超过100%的单位数": ("控制率超过100%", measures.OVER_CONTROL),
    "预算增长": ("预算增长", measures.BY_GROWTH),
}


def by_sql(outcome: actions.Outcome, title: str) -> list[tuple[object, ...]]:
    with frames.from_records(frames.records_of(outcome.checked)) as tables:
        (query,) = (entry for entry in tables.overview if entry.title == title)
        return list(tables.rows(query))


@pytest.mark.parametrize("title", COUNTS)
def test_value_and_sql_agree_over_a_province(checked, title):
    path, outcome = checked
    query, lines = COUNTS[title]
    units = [measures.unit_of(entry.filing, entry.derived) for entry in outcome.checked]
    values = {line.name: line.value(units) for line in lines}
    assert sum(values.values()) > 0
    assert {str(row[0]): row[1] for row in by_sql(outcome, query)} == values
    assert {str(row[0]): row[1] for row in shown(path)[title] if row[0]} == values


def test_sums_of_the_three_public_expenses_agree(checked):
    path, outcome = checked
    units = [measures.unit_of(entry.filing, entry.derived) for entry in outcome.checked]
    values = [(line.name, *line.values(units)) for line in measures.SPENT]
    assert by_sql(outcome, "三公经费两年对比") == values
    cells = shown(path)["三公经费两年对比"]
    assert [(row[0], *(D(str(cell)) for cell in row[1:])) for row in cells] == values


def test_open_findings_are_counted_alike_by_level_and_by_rule(checked):
    path, outcome = checked
    findings = [found for entry in outcome.checked for found in entry.report.findings]
    values = {line.name: line.value(findings) for line in measures.BY_LEVEL}
    assert {str(row[0]): row[1] for row in shown(path)["问题按级别"]} == values
    with frames.from_records(frames.records_of(outcome.checked)) as tables:
        assert dict(tables.one(line.sql()) for line in measures.BY_LEVEL) == values
    assert values["错误"] == outcome.errors
    assert values["预警"] == outcome.warnings
    per_rule = {str(row[0]).split()[0]: 0 for row in by_sql(outcome, "问题按规则")}
    for row in by_sql(outcome, "问题按规则"):
        per_rule[str(row[0]).split()[0]] += row[2]
    held = {row["编号"]: row["问题数"] for row in read_master(path).records["tblRules"] if row["问题数"]}
    assert held == per_rule
    assert sum(per_rule.values()) == sum(found.is_open for found in findings)
    assert {found.severity for found in findings} >= {Severity.ERROR, Severity.WARNING}


@pytest.mark.office
def test_the_cell_formulas_recalculated_by_libreoffice_agree_too(checked, tmp_path):
    path, _ = checked
    copy = Path(shutil.copy(path, tmp_path / "总表.xlsm"))
    before = shown(copy)
    (office,) = convert([copy], "xlsx", tmp_path)
    after = shown(office)
    for title in (*COUNTS, "问题按级别", "问题最多的规则", "问题最多的单位"):
        assert [row[1:] for row in after[title]] == [row[1:] for row in before[title]], title
    for row, other in zip(after["三公经费两年对比"], before["三公经费两年对比"], strict=True):
        assert row[1:] == pytest.approx(other[1:])
    rules = openpyxl.load_workbook(office, data_only=True)["规则说明"]
    column = layout.table("规则说明").column("问题数")
    recalculated = [rules.cell(row["#"], column).value for row in read_master(path).records["tblRules"]]
    assert recalculated == [row["问题数"] for row in read_master(path).records["tblRules"]]


# --- what a form does not ask for -------------------------------------------------------------------------------------


def test_a_form_without_points_has_no_total_no_grade_and_is_in_no_average(tmp_path, capsys):
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR)
    filings = [compose(entry) for entry in DEPARTMENTS[:3]]
    apply(path, take_in(read_master(path), [*filings, unscored("无自评表局")]).edits)
    actions.fill(path)
    outcome = actions.check_master(path)
    totals = [entry.derived.at("total.score") for entry in outcome.checked]
    assert totals[3] is None
    book = read_master(path)
    held = book.filings[3]
    assert (held.funds.weight, held.funds.score, held.total.weight, held.total.score) == (None,) * 4
    row = book.records["tblUnits"][3]
    assert (row["总分"], row["等级"]) == ("", UNSCORED)
    (evaluation,) = [row for row in book.records["tblEvaluation"] if row[layout.UNIT] == "无自评表局"]
    assert (evaluation["总分（计算）"], evaluation["等级（计算）"], evaluation["预算执行率分值"]) == ("", UNSCORED, "")
    with frames.from_records(frames.records_of(outcome.checked)) as tables:
        facts = tables.facts()
    mean = sum(totals[:3], D(0)) / 3
    assert abs(D(str(facts["mean"])) - mean) < D("0.006")
    assert (facts["units"], facts["unscored"]) == (4, 1)
    assert "另 1 个未附自评表或没有得分，不计入" in files._overall(facts)
    assert sum(row[3] for row in by_sql(outcome, "按地区")) == 1
    status, _, _ = run(capsys, "rollup", path, "--to", tmp_path / "汇总.xlsx", "--to", tmp_path / "汇总.docx")
    assert status in (0, 1)


def test_a_form_of_points_that_nobody_filled_in_has_no_total_either():
    filing = Filing(unit="甲", year=YEAR, form="l1", indicators=[Indicator("产出指标", "数量指标", "甲", "≥1", None)])
    result = derive(filing, load())
    assert (result.at("total.score"), result.grade, grade_words(filing, result)) == (None, None, None)


def test_the_published_report_without_a_self_evaluation(seeds):
    (filing,) = read(seeds / "003.docx")
    result = derive(filing, load())
    assert (result.at("total.weight"), result.at("total.score"), result.grade) == (None, None, None)
    assert grade_words(filing, result) == UNSCORED


# --- shown ------------------------------------------------------------------------------------------------------------


def test_no_figure_that_is_shown_has_more_than_four_decimals(tmp_path):
    import re

    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR)
    filing = compose(DEPARTMENTS[0])
    apply(path, take_in(read_master(path), [filing]).edits)
    unit = filing.unit or ""
    for sheet, heading, value in (
        ("自评表", "全年执行数", D("617.3512345678")),
        ("自评表", "总分", D("97.123456789")),
        ("自评表", "年初预算数", D(611) / 3),
        ("基础数据", "三公经费本年决算数", D(10) / 3),
        ("自评表", "执行率", D(1) / 7),
    ):
        put(path, sheet, unit, heading, value)
    actions.check_master(path)
    rows = read_master(path).records["tblFindings"]
    assert len(rows) > 4
    shown = ("填报值", "应为值", "差额", "问题", "可能出错的一处", "怎么办")
    for row in rows:
        for name in shown:
            assert not re.search(r"\d\.\d{5,}", str(row[name])), (name, row[name])
    assert any(row["差额"] for row in rows)
