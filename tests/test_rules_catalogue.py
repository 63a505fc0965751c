"""The catalogue speaks of what is in force; two schemes are held against each other; points off are in the words."""

import re
from decimal import Decimal

import pytest

from workbook.master import layout
from workbook.model.scheme import load, names
from workbook.rules.catalogue import HEADINGS, explain, markdown, table_rows
from workbook.rules.compare import changed_verdicts, differences
from workbook.rules.engine import check
from workbook.rules.examples import changed
from workbook.rules.registry import rules
from workbook.rules.words import points_off
from workbook.writers.package import lines_of


@pytest.mark.parametrize("name", names())
def test_every_rule_is_in_the_catalogue(name):
    heading, *body = table_rows(load(name))
    assert heading == HEADINGS
    assert [row[0] for row in body] == [entry.id for entry in rules()]
    assert all(len(row) == len(HEADINGS) and row[3] and row[4] and row[5] and row[8] for row in body)
    assert not [row for row in body if set("{}［］") & set(row[7] + row[8])]


def test_the_catalogue_shows_the_values_and_severities_in_force():
    scheme = load().with_values({"operating.far_below": 0.7}).with_severities({"E07": "错误", "E08": "停用"})
    rows = {row[0]: row for row in table_rows(scheme)}
    assert "公用经费低于预算此比例预警＝0.7" in rows["E07"][6]
    assert (rows["E07"][1], rows["E08"][1]) == ("错误", "停用")
    assert "＝0.5" in {row[0]: row for row in table_rows()}["E07"][6]


def test_a_table_among_the_parameters_is_named_and_not_written_out():
    rows = {row[0]: row for row in table_rows()}
    assert rows["D01"][6].startswith("自评报告的章节（见「参数」）；")
    assert not [words for row in rows.values() for words in re.findall(r"[a-z]+[._][a-z]+", row[6])]
    assert "参数的键：report.sections" in (explain("D01") or "")
    assert max(len(row[6]) for row in rows.values()) < 250
    assert "请在「前一节」之后补上这一节" in rows["D01"][7]


def test_markdown_has_a_line_a_rule_and_no_stray_bars():
    lines = markdown().splitlines()
    assert len(lines) == len(rules()) + 2
    assert {line.count("|") for line in lines} == {len(HEADINGS) + 1}


def test_one_rule_in_words():
    text = explain("f01") or ""
    assert "执行率" in text
    assert "应报：分母用了年初预算数" in text
    assert "不报：截去尾数也算对" in text
    assert explain("Z99") is None


def test_whose_verdict_would_change():
    low, clean = changed({"expenses.procurement.final": 30, "unit": "甲"}), changed({"unit": "乙"})
    loose = load().with_values({"procurement.low": 0.4})
    (row,) = changed_verdicts([low, clean], loose, load())
    assert (row.unit, row.before, row.after, row.rules) == ("甲", "可报送", "需说明 1 项", ("＋E08",))
    (back,) = changed_verdicts([low, clean], load(), loose)
    assert (back.after, back.rules) == ("可报送", ("－E08",))
    (worse,) = changed_verdicts([low], load(), load().with_severities({"E08": "错误"}))
    assert worse.after == "不可报送"
    assert changed_verdicts([low, clean], load(), load()) == []


def test_two_schemes_differ_in_these_words():
    strict = load("hubei").with_severities({"I19": "停用", "F02": "错误"})
    rows = {row[1]: (row[0], *row[2:]) for row in differences(load("hubei"), strict)}
    assert rows == {
        "I19": ("规则级别：数字目标没有写符号", "提示", "停用"),
        "F02": ("规则级别：预算执行率得分与执行率不成比例", "预警", "错误"),
    }
    rows = {row[1]: row for row in differences(load("luosong"), load("hubei"))}
    assert rows["weights.execution"] == ("参数：预算执行率分值", "weights.execution", "10", "20")
    assert rows["weights.classes"][2:] == (
        "产出指标，40；效益指标，20；满意度指标，10；成本指标，20",
        "产出指标，40；效益指标，40",
    )
    assert differences(load("hubei"), load("hubei")) == []


@pytest.mark.parametrize(
    ("rate", "words"),
    [("1.03", "应扣 1.5 分"), ("1.055", "应扣 3 分"), ("2", "应扣 5 分"), ("1", None)],
)
def test_points_off_are_said(rate, words):
    said = points_off("在职人员控制率", Decimal(rate), Decimal(1), load("scored"))
    assert (words in said) if words else said == ""


def test_points_off_are_said_only_where_a_scheme_scores_rates():
    filing = changed({"staff.actual": 38, "expenses.operating.final": 50, "funds.annual_budget": 870})
    for name in names():
        said = [entry.message for entry in check(filing, load(name)).findings if "整体支出评价按" in entry.message]
        assert bool(said) == (name == "scored"), (name, said)


def test_no_points_are_invented_for_a_rate_without_an_entry():
    assert points_off("项目支出控制率", Decimal(2), Decimal(1), load("scored")) == ""


def test_messages_name_points_and_limits():
    report = check(changed({"staff.actual": 38, "expenses.operating.final": 8.4}), load("scored"))
    messages = {entry.rule: entry.message for entry in report.findings}
    assert "应扣 3 分" in messages["S02"]
    assert "低于 50%" in messages["E07"]


def test_another_scope_is_a_remark_that_names_both():
    changes = {"funds.initial_budget": 632.3, "income.other": 21.3}
    (found,) = check(changed(changes), load(), only=["F13"]).findings
    assert found.severity.caption == "提示"
    assert "全部资金" in found.message
    assert "财政拨款" in found.message


def test_no_row_of_the_sheet_is_higher_than_it_is_there():
    """Rows of 规则说明 are as high as three lines: whatever stands in them is seen whole."""
    table = layout.table("规则说明")
    _, *rows = table_rows()
    high = [
        (row[0], column.heading)
        for row in rows
        for cell, column in zip(row, table.columns, strict=False)
        if lines_of(cell, column.width) > table.lines
    ]
    assert high == []
