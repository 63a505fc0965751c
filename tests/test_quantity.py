"""Quantities in the words of official forms: a table, and what holds for all of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.quantity import Unreadable, is_blank, number, parse

READ = [
    # words, comparator, number, upper, unit, vague, change, value in the base unit
    ("≥260次", "≥", "260", None, "次", False, "", "260"),
    ("200起以上", "≥", "200", None, "起", False, "", "200"),
    ("到达90%以上", "≥", "90", None, "%", False, "", "0.9"),
    ("500余次", "", "500", None, "次", True, "", "500"),
    ("9.33亿元", "", "9.33", None, "亿元", False, "", "93300"),
    ("1307.04万元", "", "1307.04", None, "万元", False, "", "1307.04"),
    ("≤2023.6万元", "≤", "2023.6", None, "万元", False, "", "2023.6"),
    ("38000平方米", "", "38000", None, "平方米", False, "", "38000"),
    ("2,701.57", "", "2701.57", None, "", False, "", "2701.57"),
    ("≦９５％", "≤", "95", None, "%", False, "", "0.95"),
    ("≧ 3　次", "≥", "3", None, "次", False, "", "3"),
    (">=85%", "≥", "85", None, "%", False, "", "0.85"),
    ("三次", "", "3", None, "次", False, "", "3"),
    ("百分之九十五", "", "95", None, "%", False, "", "0.95"),
    ("两千余人", "", "2000", None, "人", True, "", "2000"),
    ("80%-90%", "", "80", "90", "%", False, "", "0.8"),
    ("3～5个", "", "3", "5", "个", False, "", "3"),
    ("不超过50万元", "≤", "50", None, "万元", False, "", "50"),
    ("不低于85%", "≥", "85", None, "%", False, "", "0.85"),
    ("不少于12场", "≥", "12", None, "场", False, "", "12"),
    ("控制在262.07万元以内", "≤", "262.07", None, "万元", False, "", "262.07"),
    ("8个工作日内", "≤", "8", None, "个工作日", False, "", "8"),
    ("增长10%", "", "10", None, "%", False, "增长", "0.1"),
    ("较上年下降3%", "", "3", None, "%", False, "下降", "0.03"),
    ("1.2万人次", "", "1.2", None, "万人次", False, "", "12000"),
    ("10万余份", "", "10", None, "万份", True, "", "100000"),
    ("1年", "", "1", None, "年", False, "", "1"),
    ("30天", "", "30", None, "天", False, "", "30"),
    ("完成率≥95%（共20项）", "≥", "95", None, "%", False, "", "0.95"),
    ("全年开展4次", "", "4", None, "次", False, "", "4"),
    ("100", "", "100", None, "", False, "", "100"),
]
SAYS_NOTHING = [
    "", "——", "无", "　", "持续做好", "稍有增长", "推进", "2023年", "2023年12月31日前", "2023.12.31", "12月底前", "全年", "第三季度",
    "逐步提升", "一件事一次办", "/", None,
]  # fmt: skip


@pytest.mark.parametrize("case", READ, ids=lambda case: case[0])
def test_reads(case):
    words, comparator, value, upper, unit, vague, change, base = case
    found = parse(words)
    assert found is not None
    assert found.text == words
    assert (found.comparator, found.number, found.unit) == (comparator, Decimal(value), unit)
    assert found.upper == (None if upper is None else Decimal(upper))
    assert (found.vague, found.change, found.value) == (vague, change, Decimal(base))


@pytest.mark.parametrize("words", SAYS_NOTHING)
def test_guesses_nothing(words):
    assert parse(words) is None


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("99.17%", "rate", "0.9917"),
        (0.9917, "rate", "0.9917"),
        (1, "rate", "1"),
        ("100%", "rate", "1"),
        (99.17, "rate", "0.9917"),
        ("83％", "rate", "0.83"),
        ("547.4万元", "amount", "547.4"),
        ("9.33亿元", "amount", "93300"),
        ("720400元", "amount", "72.04"),
        ("５４７．４", "amount", "547.4"),
        ("2 701.57", "amount", "2701.57"),
        ("2,701.57", "amount", "2701.57"),
        (0.1 + 0.2, "amount", "0.3"),
        (" 9.5  ", "score", "9.5"),
        ("-3.2", "amount", "-3.2"),
        ("11人", "count", "11"),
    ],
)
def test_numeric_cells(raw, kind, value):
    assert number(raw, kind=kind) == Decimal(value)


@pytest.mark.parametrize("raw", ["", "——", "无", "　", "……", "/", None, "不适用"])
def test_blank_cells(raw):
    assert number(raw, kind="amount") is None


@pytest.mark.parametrize("raw", ["见附表", "12..5", "3次", "约5", "１２3a", "#REF!", "50%"])
def test_unreadable_cells_keep_their_words(raw):
    with pytest.raises(Unreadable) as error:
        number(raw, kind="amount")
    assert error.value.text == raw


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(words):
    found = parse(words)
    assert found is None or found.text == words
    try:
        value = number(words, kind="amount")
    except Unreadable:
        return
    assert value is None or value.is_finite()


@given(
    st.decimals(min_value=0, max_value=10**7, places=2),
    st.sampled_from(["次", "万元", "%", "户", "平方米", "人次"]),
    st.sampled_from(
        [("≥", "≥{}"), ("≤", "≤{}"), ("≥", "不低于{}"), ("≤", "不超过{}"), ("≥", "{}以上"), ("≤", "{}以内"), ("", "{}")]
    ),
)
def test_what_is_written_is_read_back(value, unit, form):
    sign, words = form
    found = parse(words.format(f"{value}{unit}"))
    assert found is not None
    assert (found.number, found.unit, found.comparator) == (value, unit, sign)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_separators_and_width_do_not_matter(value):
    wide = str(value).translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    assert number(f"{value:,}", kind="amount") == number(wide, kind="amount") == value


def test_blank_is_blank():
    assert is_blank("　——　")
    assert not is_blank("0")
