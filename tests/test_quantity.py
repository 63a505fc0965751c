"""Quantities in the words of official forms: a table, and what holds for all of them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.model.quantity import Unreadable, answer, is_blank, number, parse, parse_all

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
    # several numbers: a sign decides, then what stands outside brackets, then the first
    ("共20项，完成率≥95%", "≥", "95", None, "%", False, "", "0.95"),
    ("（共20项）完成19项", "", "19", None, "项", False, "", "19"),
    ("40个项目中33个", "", "33", None, "个", False, "", "33"),
    ("完成12次，其中培训3次", "", "12", None, "次", False, "", "12"),
    # digits that are part of a name
    ("PM2.5≤35微克/立方米", "≤", "35", None, "微克", False, "", "35"),
    ("5G基站20座", "", "20", None, "座", False, "", "20"),
    ("12345热线办结率≥95%", "≥", "95", None, "%", False, "", "0.95"),
    # ranges in words, and bounds that are included
    ("80%以上90%以下", "", "80", "90", "%", False, "", "0.8"),
    ("不低于90%且不高于95%", "", "90", "95", "%", False, "", "0.9"),
    ("90%（含）-100%", "", "90", "100", "%", False, "", "0.9"),
    ("90%（含）以上", "≥", "90", None, "%", False, "", "0.9"),
    ("2000-3000户", "", "2000", "3000", "户", False, "", "2000"),
    ("10至15天", "", "10", "15", "天", False, "", "10"),
    ("±5%", "≤", "5", None, "%", False, "", "0.05"),
    ("−3%", "", "-3", None, "%", False, "", "-0.03"),
    # one number in two pieces
    ("12万3千元", "", "123000", None, "元", False, "", "12.3"),
    ("3亿5000万元", "", "350000000", None, "元", False, "", "35000"),
    ("1000m³", "", "1000", None, "立方米", False, "", "1000"),
    ("2次/年", "", "2", None, "次", False, "", "2"),
    ("24小时内", "≤", "24", None, "小时", False, "", "24"),
    ("降低5个百分点", "", "5", None, "%", False, "下降", "0.05"),
    ("＜5‰", "<", "5", None, "‰", False, "", "0.005"),
    ("2023年完成12次", "", "12", None, "次", False, "", "12"),
    ("十余次", "", "10", None, "次", True, "", "10"),
    ("大于等于3年", "≥", "3", None, "年", False, "", "3"),
    ("压减至20万元以下", "≤", "20", None, "万元", False, "", "20"),
]
SAYS_NOTHING = [
    "", "——", "无", "　", "持续做好", "稍有增长", "推进", "2023年", "2023年12月31日前", "2023.12.31", "12月底前", "全年", "第三季度",
    "逐步提升", "一件事一次办", "/", None, "1-12月", "2021-2023年", "2023/12/31前", "5月至10月", "9:00-17:00", "几十次", "数百人次", "1:1",
    "3+2", "1+N", "1/3", "三分之一", "GB3095-2012二级标准", "一期工程", "第3批", "“123工程”", "国家4A级",
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
        ("3.5万平方米", "area", "35000"),
        ("1260㎡", "area", "1260"),
        ("2023年度", "year", "2023"),
        ("￥547.40", "amount", "547.4"),
        ("547.4、", "amount", "547.4"),
        ("0.5‰", "rate", "0.0005"),
        (1.25, "rate", "1.25"),
        (2, "rate", "2"),
    ],
)
def test_numeric_cells(raw, kind, value):
    assert number(raw, kind=kind) == Decimal(value)


@pytest.mark.parametrize("raw", ["", "——", "无", "　", "……", "/", None, "不适用"])
def test_blank_cells(raw):
    assert number(raw, kind="amount") is None


@pytest.mark.parametrize(
    "raw", ["见附表", "12..5", "3次", "约5", "１２3a", "#REF!", "50%", "12人", "1,23", "1234,567", "5㎡", "12-3"]
)
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


@pytest.mark.parametrize("raw", [True, False, float("nan"), float("inf"), Decimal("NaN"), date(2023, 1, 1)])
def test_what_a_cell_holds_beside_numbers_and_words(raw):
    with pytest.raises(Unreadable):
        number(raw, kind="amount")


@pytest.mark.parametrize(
    ("target", "words", "value"),
    [
        ("≥15项", "应办20项，完成19项", "19"),
        ("≥90%", "完成19项，完成率95%", "0.95"),
        ("≥10次", "12次，参训300人", "12"),
        ("≥300人", "12次，参训300人", "300"),
        ("≥90%", "12次", "12"),
    ],
)
def test_the_answer_is_in_the_unit_of_the_target(target, words, value):
    assert answer(parse(target), words).value == Decimal(value)


@pytest.mark.parametrize(
    ("one", "other"), [("5km", "5千米"), ("3㎡", "3平方米"), ("2日", "2天"), ("2件", "2起"), ("1.2万人次", "12000人次")]
)
def test_words_for_one_unit(one, other):
    assert (parse(one).value, parse(one).base_unit) == (parse(other).value, parse(other).base_unit)


@given(
    st.lists(st.sampled_from("0123456789.,%-~至到≥≤()（）万亿元次个以上内不超过完成年月日第百分之几余"), max_size=24)
)
def test_pieces_of_quantities_in_any_order(pieces):
    words = "".join(pieces)
    for found in parse_all(words):
        assert found.number.is_finite()
        assert found.upper is None or found.upper > found.number
