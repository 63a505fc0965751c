"""Rules on 楼堂馆所控制情况."""

from collections.abc import Iterator
from decimal import Decimal

from workbook.derive.identities import broken
from workbook.derive.rates import ratio
from workbook.derive.rounding import quotient_rounding
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.words import points_over

SOURCE = "湖南省部门整体支出绩效评价指标（2017）"
RATES = (
    ("area_control_rate", "actual_area", "approved_area", "规模控制率"),
    ("investment_control_rate", "actual_investment", "budget_investment", "投资概算控制率"),
)


@rule(
    "B01",
    "楼堂馆所控制率与公式不符",
    Severity.ERROR,
    Category.WITHIN,
    SOURCE + "：规模控制率＝实际规模÷批复规模；投资概算控制率＝实际投资÷预算投资",
    "{name}填报 {actual}，{top}÷{bottom}＝{expected}",
    "请把{name}改为 {expected}，或核对两个数",
    ("buildings[]",),
)
def building_rates_are_quotients(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """规模控制率、投资概算控制率等于各自的商。"""
    names = {rate: name for rate, _, _, name in RATES}
    for entry in broken("B01", filing, scheme):
        printed, upper, lower = (filing.get(path) for path in entry.cells)
        name = names[entry.whole.rpartition(".")[2]]
        slots = {"name": name, "top": shown(upper), "bottom": shown(lower)}
        culprit = f"『{name}』的分子分母颠倒" if upper and quotient_rounding(printed, lower, upper) else ""
        yield Hit(entry.whole, printed, (upper / lower).quantize(Decimal("0.0001")), slots, culprit=culprit)


@rule(
    "B02",
    "楼堂馆所超规模或超概算",
    Severity.WARNING,
    Category.WITHIN,
    SOURCE + "：规模控制率、投资概算控制率不超过100%",
    "{name}为 {rate}，实际 {actual} 超过核定 {expected}{points}",
    "请核对；确实超出的，在出错说明中写明批准文件",
    ("buildings[]",),
    ("rate.warning_above", "deduction.method", "deduction.rates"),
)
def buildings_within_approval(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """实际规模、实际投资不超过批复规模、预算投资。"""
    for index, row in enumerate(filing.buildings):
        for _, top, bottom, name in RATES:
            rate = ratio(getattr(row, top), getattr(row, bottom))
            if rate is not None and rate > scheme.number("rate.warning_above"):
                slots = {"name": name, "rate": percent(rate), "points": points_over(name, rate, scheme)}
                yield Hit(f"buildings[{index}].{top}", getattr(row, top), getattr(row, bottom), slots)


@rule(
    "B03",
    "楼堂馆所有率无数或有数无率",
    Severity.WARNING,
    Category.WITHIN,
    SOURCE,
    "{name}与它的两个数没有填全：{missing}",
    "请把{name}和算它的两个数填全；本年没有完工项目的，整行留空",
    ("buildings[]",),
)
def building_rows_are_whole(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """填了控制率就应有算它的两个数，填了两个数就应有控制率。"""
    for index, row in enumerate(filing.buildings):
        for rate, top, bottom, name in RATES:
            both = getattr(row, top) is not None and getattr(row, bottom) is not None
            given = getattr(row, rate) is not None
            if given != both:
                missing = "有两个数，没有率" if both else "有率，缺算它的数"
                yield Hit(f"buildings[{index}].{rate}", getattr(row, rate), slots={"name": name, "missing": missing})
