"""The likeliest wrong cell: planted slips are traced back to their cell, and named by their kind."""

from decimal import Decimal

import pytest

from workbook.model.scheme import load
from workbook.rules.culprit import slip_of
from workbook.rules.engine import check
from workbook.rules.examples import changed

D = Decimal


@pytest.mark.parametrize(
    ("written", "right", "kind"),
    [
        ("612.3", "621.3", "相邻数字颠倒"),
        ("62.13", "621.3", "小数点错位"),
        ("6213000", "621.3", "元与万元混用"),
        ("61.3", "621.3", "少写一位数字"),
        ("6621.3", "621.3", "多写一位数字"),
        ("627.3", "621.3", "一个数字写错"),
        ("400", "621.3", ""),
        (None, "621.3", "漏填"),
    ],
)
def test_kinds_of_slips(written, right, kind):
    assert slip_of(None if written is None else D(written), D(right)) == kind


# a slip, the cell that must be named, what it must have been
PLANTED = [
    ({"income.total": 612.3}, "按收入性质分", "621.3", "相邻数字颠倒"),
    ({"outlay.total": 6213}, "按支出性质分", "621.3", "小数点错位"),
    ({"funds.annual_budget": 612.3}, "全年预算数", "621.3", "相邻数字颠倒"),
    ({"outlay.basic": 404.7}, "基本支出", "440.7", "相邻数字颠倒"),
    ({"expenses.official_vehicles.final": 9.72}, "公务用车购置和维护经费本年决算数", "7.92", ""),
    ({"expenses.official_reception.final": 16.4}, "公务接待本年决算数", "1.64", "小数点错位"),
    ({"project_lines[1].final": 38.1}, "「农民田间学校」项目本年决算数", "31.8", "相邻数字颠倒"),
    ({"total.score": 97.49}, "总分", "97.94", "相邻数字颠倒"),
    ({"income.general_public_budget": 6213000}, "一般公共预算", "621.3", "元与万元混用"),
]


@pytest.mark.parametrize(("slip", "cell", "right", "kind"), PLANTED)
def test_a_planted_slip_is_traced_to_its_cell(slip, cell, right, kind):
    findings = [entry for entry in check(changed(slip), load()).findings if entry.culprit]
    assert findings
    first = findings[0].culprit
    if kind or len(findings) > 1:
        assert f"『{cell}』" in first
        assert f"改为 {right}" in first
        assert kind in first


def test_prose_that_agrees_counts_for_a_cell():
    (first, *_) = [
        entry for entry in check(changed({"project_lines[1].final": 38.1}), load()).findings if entry.culprit
    ]
    assert "，则 2 条同时成立（含正文 1 处）" in first.culprit


def test_a_slip_in_the_prose_alone_is_named_there():
    filing = changed({})
    filing.narrative = [text.replace("三公经费支出9.56万元", "三公经费支出9.65万元") for text in filing.narrative]
    (found,) = [entry for entry in check(filing, load()).findings if entry.rule == "N01"]
    assert found.culprit == f"正文第{found.location.paragraph}段的 9.65 若改为 9.56，即与表一致（相邻数字颠倒）"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"staff.control_rate": 1.0588}, "S01"),
        ({"buildings": [{"approved_area": 1260, "actual_area": 1235, "area_control_rate": 1.0202}]}, "B01"),
    ],
)
def test_a_rate_upside_down_is_named(change, rule):
    (found,) = check(changed(change), load(), only=[rule]).findings
    assert "分子分母颠倒" in found.culprit


def test_what_one_slip_explains_is_grouped():
    findings = [entry for entry in check(changed({"income.total": 612.3}), load()).findings if entry.culprit]
    assert {entry.rule for entry in findings} == {"F06", "F08"}
    assert "，则 2 条同时成立" in findings[0].culprit
    leader, follower = findings
    assert follower.group == leader.group == leader.key
    assert follower.culprit.startswith(f"↳ 与『{leader.location.label}』是同一处")


def test_a_single_relation_that_a_change_mends_is_said_plainly():
    (found,) = [entry for entry in check(changed({"staff.control_rate": 0.9744}), load()).findings if entry.culprit]
    assert found.culprit == "若『在职人员控制率』由 97.44% 改为 94.44%，就对得上（一个数字写错）"


def test_a_sum_leads_before_what_a_row_makes_of_the_same_slip():
    findings = [entry for entry in check(changed({"indicators[2].weight": 8}), load()).findings if entry.culprit]
    assert {"I14", "X01", "X02", "X04"} <= {entry.rule for entry in findings}
    assert findings[0].rule.startswith("X")
    assert findings[0].culprit.startswith("若『「采集化验土壤样品」分值』由 8 改为 6，则")
    assert not any(entry.rule in entry.culprit for entry in findings)


def test_what_one_slip_explains_stands_right_behind_its_leader():
    changes = {"income.total": 612.3, "funds.executed": 640, "signature.date": None, "staff.control_rate": 1.0588}
    findings = check(changed(changes), load()).findings
    followers = [place for place, entry in enumerate(findings) if entry.group and entry.group != entry.key]
    assert followers
    assert [findings[place - 1].group for place in followers] == [findings[place].group for place in followers]


def test_a_clean_filing_names_nobody():
    assert [entry for entry in check(changed({}), load()).findings if entry.culprit] == []


def test_a_change_that_breaks_what_holds_is_not_proposed():
    """002's case: income side off, everything else agreeing — the parts are pointed at by no sure single change."""
    findings = check(changed({"income.total": 600, "income.general_public_budget": 600}), load()).findings
    assert [entry.rule for entry in findings if entry.rule.startswith("F0")] == ["F06"]
