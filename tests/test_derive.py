"""Rates, scores, sums and grades."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.derive import derive, to_json
from workbook.derive import rates as r
from workbook.derive.grades import grade
from workbook.derive.rounding import quotient_rounding, score_holds, sum_holds
from workbook.derive.scores import execution_score, indicator_score, rescaled
from workbook.model.filing import Building, Filing, Indicator
from workbook.model.scheme import load

D = Decimal
MONEY = st.decimals(min_value=0, max_value=10**6, places=2)


@pytest.mark.parametrize(
    ("function", "arguments", "value"),
    [
        (r.staff_control_rate, (83, 100), "0.83"),
        (r.execution_rate, ("857.71", "866.48"), "0.9899"),
        (r.execution_rate, ("2627.30", "2628.42"), "0.9996"),
        (r.expense_control_rate, ("280.4", "202.52"), "1.3846"),
        (r.procurement_rate, ("88.26", "2.2"), "40.1182"),
        (r.three_public_change_rate, (9, 10), "-0.1"),
        (r.budget_adjustment_rate, (100, 80), "0.2"),
        (r.budget_control_rate, (20, 100), "0.2"),
        (r.budget_completion_rate, (10, 80, 10, 5), "0.95"),
        (r.key_spending_rate, (90, 100), "0.9"),
        (r.payment_progress_rate, (45, 50), "0.9"),
        (r.carry_over_rate, (5, 100), "0.05"),
        (r.carry_over_change_rate, (5, 10), "-0.5"),
        (r.expense_control_rate, ("26.1", "30"), "0.87"),
        (r.completion_rate, (2532, 2753), "0.9197"),
        (r.area_control_rate, (1235, 1260), "0.9802"),
        (r.investment_control_rate, ("309.6", 318), "0.9736"),
    ],
)
def test_rates(function, arguments, value):
    assert function(*map(D, arguments)).quantize(D("0.0001")) == D(value)


@pytest.mark.parametrize("pair", [(None, D(1)), (D(1), None), (D(1), D(0)), (D(0), D(0)), (None, None)])
def test_blank_or_zero_divisor_is_not_applicable(pair):
    assert r.ratio(*pair) is None


def test_deductions():
    assert r.deduction(D("1.03"), D(1), D("0.01"), D("0.5"), D(5)) == D("1.5")
    assert r.deduction(D("1.5"), D(1), D("0.01"), D("0.5"), D(5)) == D(5)
    assert r.deduction(D("0.99"), D(1), D("0.01"), D("0.5"), D(5)) == 0


@pytest.mark.parametrize(
    ("target", "actual", "weight", "level1", "score"),
    [
        ("3次", "2次", 2, "产出指标", "1.33"),
        ("40", "33", 10, "产出指标", "8.25"),
        ("到达90%以上", "85%", 5, "效益指标", "4.72"),
        ("≥260次", "260次", 1, "产出指标", "1"),
        ("≥500次", "500余次", 2.5, "产出指标", "2.5"),
        ("90%", "98%", 10, "满意度指标", "10"),
        ("9.33亿元", "10.09亿元", 20, "效益指标", "20"),
        ("9亿元", "45000万元", 20, "效益指标", "10"),
        ("438.44", "547.4", 20, "成本指标", "16.02"),
        ("262.07", "200", 20, "成本指标", "20"),
        ("≤2起", "0起", 5, "效益指标", "5"),
        ("≤10天", "20天", 5, "产出指标", "2.5"),
        ("80%-90%", "85%", 5, "产出指标", "5"),
        ("80%-90%", "40%", 5, "产出指标", "2.5"),
        ("=100%", "50%", 4, "产出指标", "2"),
        ("≥95%", "96", 8, "产出指标", "8"),
        ("持续做好", "持续做好", 5, "产出指标", "5"),
        ("全年", "全年", 4, "产出指标", "4"),
        ("增长10%", "稍有增长", 5, "效益指标", None),
        ("95%以上", None, 8, "产出指标", None),
        (None, "3次", 8, "产出指标", None),
        ("≥3次", "80%", 8, "产出指标", None),
        ("增长5%", "下降5%", 5, "效益指标", None),
        # a number without a unit speaks in the other one's
        ("90", "96%", 10, "满意度指标", "10"),
        ("0.9", "81%", 10, "满意度指标", "9"),
        ("≥95%", "0.76", 10, "产出指标", "8"),
        ("9.33", "4.665亿元", 10, "效益指标", "5"),
        ("100万", "50万元", 10, "效益指标", "5"),
        ("≥1.2万人次", "0.6", 10, "产出指标", "5"),
        ("≥1.2万人次", "6000", 10, "产出指标", "5"),
        ("3", "100%", 10, "产出指标", None),
        ("增长3%", "100%", 10, "效益指标", None),
        ("2个月", "15个", 10, "产出指标", None),
        ("5公里", "3公顷", 10, "产出指标", None),
        ("5km", "4公里", 10, "产出指标", "8"),
        # a bare zero is a ceiling
        ("0起", "0起", 5, "效益指标", "5"),
        ("0起", "2起", 5, "效益指标", "0"),
        # several numbers: the one in the target's unit
        ("≥300人", "12次，参训240人", 10, "产出指标", "8"),
        ("0-5%", "4%", 10, "产出指标", "10"),
        ("0-5%", "10%", 10, "产出指标", "5"),
        ("不低于90%且不高于95%", "100%", 10, "产出指标", "9.5"),
        ("提升服务水平", "效果显著", 5, "效益指标", "5"),
        ("提升服务水平", "部分达成", 5, "效益指标", None),
        ("提升服务水平", "正在完成", 5, "效益指标", None),
    ],
)
def test_indicator_scores(target, actual, weight, level1, score):
    row = Indicator(level1, "", "x", target, actual, D(str(weight)))
    result = indicator_score(row, load())
    assert result.basis
    assert result.score == (None if score is None else D(score))


@pytest.mark.parametrize(
    ("rate", "score"), [("90%", 10), ("89.99%", 8), ("80%", 8), ("60%", 5), ("59%", 0), ("95", 10)]
)
def test_satisfaction_by_steps(rate, score):
    scheme = load().with_values({"satisfaction.method": "分档"})
    row = Indicator("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", rate, D(10))
    assert indicator_score(row, scheme).score == score
    assert indicator_score(Indicator("产出指标", "", "合格率", "≥90%", "81%", D(10)), scheme).score == 9


def test_the_basis_of_words_names_the_band():
    basis = indicator_score(Indicator("效益指标", "", "x", "提升", "部分达成", D(5)), load()).basis
    assert basis == "定性：部分达成，得分应在 3 至 4 之间"


def test_a_unit_in_the_name_holds_for_bare_numbers():
    row = Indicator("成本指标", "", "总支出（元）", "1000000", "125万元", D(10))
    assert indicator_score(row, load()).score == 8


def test_buildings_are_derived_row_by_row():
    filing = Filing()
    filing.buildings = [Building(D(100), D(90)), Building(D(200), D(200), None, D(50), D(60))]
    assert to_json(derive(filing, load()))["buildings"] == [
        {"area_control_rate": 0.9, "investment_control_rate": None},
        {"area_control_rate": 1, "investment_control_rate": 1.2},
    ]


def test_execution_score_by_proportion_and_by_steps():
    scheme = load()
    assert execution_score(D(10), D("857.71") / D("866.48"), scheme) == D("9.90")
    assert execution_score(D(10), D("1.2"), scheme) == D(10)
    assert execution_score(D(10), None, scheme) is None
    assert execution_score(D(10), D("0.96"), scheme.with_values({"execution.method": "分档"})) == D(9)


@pytest.mark.parametrize(
    ("score", "name"), [("100", "优"), ("90", "优"), ("89.5", "良"), ("80", "良"), ("60", "中"), ("59.99", "差")]
)
def test_grades(score, name):
    assert grade(D(score), load()) == name
    assert grade(None, load()) is None


def test_rescaling_leaves_out_what_does_not_apply():
    assert rescaled([(D(8), D(10)), (D(10), D(10))], D(30)) == D(27)
    assert rescaled([], D(30)) is None


def test_totals_are_of_the_scores_in_force():
    filing = Filing()
    filing.funds.annual_budget, filing.funds.executed, filing.funds.weight = D(100), D(90), D(10)
    filing.indicators = [
        Indicator("产出指标", "数量指标", "a", "≥4次", "4次", D(50), None),
        Indicator("效益指标", "", "b", "推进", "推进", D(40), D(35)),
    ]
    result = derive(filing, load())
    assert result.at("total.score") == D(9) + D(50) + D(35)
    assert result.computed_total == D(9) + D(50) + D(40)
    assert result.class_weights == {"产出指标": D(50), "效益指标": D(40)}
    data = to_json(result)
    assert data["funds"] == {"execution_rate": 0.9, "score": 9}
    assert [row["score"] for row in data["indicators"]] == [50, 40]
    assert data["grade"] == "优"


def test_an_empty_filing_derives_nothing():
    data = to_json(derive(Filing(), load()))
    assert data["total"] == {"weight": None, "score": None}
    assert data["grade"] is None
    assert data["expenses"] == {}


@given(
    MONEY,
    MONEY,
    st.decimals(min_value=0, max_value=100, places=1),
    st.sampled_from(["≥{}次", "≤{}次", "{}次", "={}次"]),
)
def test_scores_stay_between_zero_and_weight(goal, done, weight, form):
    row = Indicator("产出指标", "", "x", form.format(goal), f"{done}次", weight)
    score = indicator_score(row, load()).score
    assert score is None or 0 <= score <= weight


@given(MONEY.filter(bool), MONEY, MONEY)
def test_doing_more_never_scores_less(goal, one, other):
    low, high = sorted((one, other))
    scores = [
        indicator_score(Indicator("产出指标", "", "x", f"≥{goal}次", f"{done}次", D(10)), load()).score
        for done in (low, high)
    ]
    assert scores[0] <= scores[1]


@given(MONEY.filter(bool), MONEY, MONEY)
def test_spending_more_never_scores_more(goal, one, other):
    low, high = sorted((one, other))
    scores = [
        indicator_score(Indicator("成本指标", "", "x", f"{goal}万元", f"{spent}万元", D(10)), load()).score
        for spent in (low, high)
    ]
    assert scores[0] >= scores[1]


@given(
    MONEY,
    MONEY,
    st.sampled_from(["", "%", "万元", "亿元", "元", "万人次", "个", "个月"]),
    st.sampled_from(["", "%", "元", "个"]),
)
def test_any_two_units_give_a_score_or_none(goal, done, one, other):
    for words in (f"≥{goal}{one}", f"≤{goal}{one}", f"{goal}{one}"):
        score = indicator_score(Indicator("产出指标", "", "x", words, f"{done}{other}", D(10)), load()).score
        assert score is None or 0 <= score <= 10


@given(MONEY, MONEY.filter(bool))
def test_a_rounded_quotient_always_holds(top, bottom):
    printed = (top / bottom).quantize(D("0.0001"), rounding="ROUND_HALF_UP")
    assert quotient_rounding(printed, top, bottom)


@pytest.mark.parametrize(
    ("printed", "top", "bottom", "holds"),
    [
        ("0.9062", "8.7", "9.6", True),
        ("0.92", "45", "49", True),
        ("0.9917", "2627.30", "2628.42", False),
        ("0.93", "2532", "2753", False),
    ],
)
def test_published_quotients(printed, top, bottom, holds):
    assert bool(quotient_rounding(D(printed), D(top), D(bottom))) is holds


def test_published_sums_hold_within_their_rounding():
    tolerance = load().number("sum.tolerance")
    assert sum_holds(D("857.71"), [D("546.48"), D("311.22")], tolerance)
    assert sum_holds(D("311.22"), [D("289.91"), D("21.32")], tolerance)
    assert not sum_holds(D("543.52"), [D("541.71")], tolerance)


def test_a_whole_number_is_no_rounding_of_a_score():
    assert not score_holds(D(8), D("8.25"), D("0.01"))
    assert score_holds(D("8.3"), D("8.25"), D("0.01"))
