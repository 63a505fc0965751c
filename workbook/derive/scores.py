"""得分: of 预算执行率, of an indicator by its direction, and what an indicator is measured by."""

from decimal import Decimal
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.figures import percent, plain, round_half_up
from workbook.model.filing import Indicator
from workbook.model.quantity import Quantity, answer, does_not_apply, is_blank, normal, parse, says_nothing
from workbook.model.scheme import Scheme

PLACES = 2
BLANK_WEIGHT = "分值空白"
NOT_APPLICABLE = "不适用"


class IndicatorScore(NamedTuple):
    """What the rules give an indicator.

    `score` in points (None where no rule can compute one), `basis` the rule in words, `degree` how far the target was
    reached (a fraction, uncapped, 1 = just reached; None where it is no matter of numbers), `direction` one of
    越高越好, 越低越好, 等于, 区间, 定性, 不适用 or "".
    """

    score: Decimal | None
    basis: str
    degree: Decimal | None = None
    direction: str = ""


def execution_score(weight: Decimal | None, rate: Decimal | None, scheme: Scheme) -> Decimal | None:
    """Return 得分 of 预算执行率: 分值 × 执行率, at most 分值; or by steps where the scheme says 分档 (地方填报说明)."""
    if weight is None or rate is None:
        return None
    if scheme.text("execution.method") == "分档":
        steps = sorted(scheme.rows("execution.steps"), key=lambda row: row[0], reverse=True)
        share = next((row[1] for row in steps if rate >= row[0]), Decimal(0))
    else:
        share = min(Decimal(1), max(Decimal(0), rate))
    return round_half_up(weight * share, PLACES)


def direction(indicator: Indicator, target: Quantity) -> str:
    """Return by which direction an indicator is scored.

    A range is an interval; else a written sign decides; a bare number is 越低越好 for cost indicators and where it is 0
    (nothing can be less, so it is a ceiling); any other bare number is 越高越好.
    """
    if target.upper is not None:
        return "区间"
    if target.comparator in ("≥", ">"):
        return "越高越好"
    if target.comparator in ("≤", "<"):
        return "越低越好"
    if target.comparator == "=":
        return "等于"
    return "越低越好" if is_cost(indicator) or (target.number == 0 and not target.change) else "越高越好"


def is_cost(indicator: Indicator) -> bool:
    """Return whether an indicator stands under 成本指标 (first or second level); in a list without classes its name says so."""
    if not indicator.level1 and not indicator.level2:
        return "成本" in (indicator.level3 or "")
    return "成本" in (indicator.level1 or "") or "成本" in (indicator.level2 or "")


def is_satisfaction(indicator: Indicator) -> bool:
    """Return whether an indicator is one of 满意度 (by its classes or its own name)."""
    return "满意度" in "".join((indicator.level1 or "", indicator.level2 or "", indicator.level3 or ""))


def attainment(indicator: Indicator, target: Quantity, actual: Quantity) -> tuple[Decimal | None, str]:
    """Return how far a target was reached (uncapped fraction) and the direction; None where units differ in kind."""
    way = direction(indicator, target)
    pair = aligned(indicator, target, actual)
    if pair is None:
        return None, way
    goal, done = pair
    if way == "区间":
        scale = goal / target.number if target.number else target.factor
        return _interval(goal, (target.upper or target.number) * scale, done), way
    if way == "越低越好":
        return (Decimal(1) if done <= 0 else goal / done), way
    if goal == 0:
        return (Decimal(1) if done == 0 or (done > 0 and way == "越高越好") else None), way
    if way == "等于":
        return min(done / goal, goal / done) if done else Decimal(0), way
    return done / goal, way


# a bare target and a percentage are of one kind only where they come near each other: "95" and "96%", not "3" and "100%"
NEAR = Decimal(3)


def aligned(indicator: Indicator, target: Quantity, actual: Quantity) -> tuple[Decimal, Decimal] | None:
    """Return target and actual in one unit, None where they cannot be divided.

    A number without a unit speaks in the unit of the other one or in the form's (万元, a fraction), whichever brings
    the two nearer; 万 and 亿 beside money are 万元 and 亿元; a unit of money in brackets after the indicator's name holds
    for its bare numbers.
    """
    if _speak_of_different_things(target, actual):
        return None
    target, actual = in_named_unit(indicator, target), in_named_unit(indicator, actual)
    target, actual = _as_money(target, actual), _as_money(actual, target)
    one, other = target.base_unit, actual.base_unit
    if one == other or _nested(one, other):
        return target.value, actual.value
    if one and not other:
        return target.value, _nearest(actual.number, target)
    if other and not one:
        above_one = actual.is_rate and target.number > 1
        goal = target.number * actual.factor if above_one else _nearest(target.number, actual)
        far = actual.is_rate and goal and actual.value and not 1 / NEAR <= actual.value / goal <= NEAR
        return None if far else (goal, actual.value)
    return None


_DISTINCT = frozenset({"%", "万元", "个月", "个工作日", "个小时"})


def _nested(one: str, other: str) -> bool:
    # "个" and "个镇", "人" and "人次", "项" and "项目"
    return bool(one and other) and not {one, other} & _DISTINCT and (one.startswith(other) or other.startswith(one))


def _speak_of_different_things(target: Quantity, actual: Quantity) -> bool:
    if target.change and actual.change:
        return target.change != actual.change
    # "增长3%" answered by "100%" says that it was done, not by how much it grew
    return bool(
        target.change and target.is_rate and actual.is_rate and target.value < Decimal("0.5") and actual.value >= 1
    )


def in_named_unit(indicator: Indicator, quantity: Quantity) -> Quantity:
    """Return a bare quantity with the unit of money in brackets after the indicator's name: 总支出（元）."""
    found = re.search(r"[(](?:单位:)?((?:亿|百万|万|千|百)?元)[)]", normal(indicator.level3 or ""))
    return quantity._replace(unit=found[1]) if found and not quantity.unit else quantity


def _as_money(quantity: Quantity, other: Quantity) -> Quantity:
    return (
        quantity._replace(unit=f"{quantity.unit}元") if quantity.unit in ("万", "亿") and other.is_money else quantity
    )


def _nearest(number: Decimal, like: Quantity) -> Decimal:
    """Return a bare number as it stands or in the unit of `like`, whichever comes nearer to `like`."""
    scaled = number * like.factor
    if number <= 0 or like.value <= 0:
        return scaled
    return min(scaled, number, key=lambda value: max(value / like.value, like.value / value))


def _interval(low: Decimal, high: Decimal, done: Decimal) -> Decimal:
    if low <= done <= high:
        return Decimal(1)
    if done < low:
        return done / low if low else Decimal(0)
    return high / done


def indicator_score(indicator: Indicator, scheme: Scheme) -> IndicatorScore:
    """Return the score of one indicator by 财预〔2020〕10号: reached → 分值, not reached → in proportion.

    越高越好 W × min(1, B/A); 越低越好 W × min(1, A/B); equal and interval in proportion to the nearer bound; a goal in
    words answered by the same words → W; 满意度 by steps where the scheme says 分档 (the example of 财预〔2021〕101号). Two decimals, half
    away from zero, between 0 and W.
    """
    weight = indicator.weight
    if not_applicable(indicator):
        return IndicatorScore(None, "不适用：不计分，其余指标按比例折算", None, NOT_APPLICABLE)
    if is_blank(indicator.target):
        return IndicatorScore(None, "年度指标值空白")
    if is_blank(indicator.actual):
        return IndicatorScore(None, "实际完成值空白")
    target = parse(indicator.target)
    actual = answer(target, indicator.actual) if target else parse(indicator.actual)
    if target is None or actual is None:
        return IndicatorScore(None, BLANK_WEIGHT) if weight is None else _in_words(indicator, weight, scheme, target)
    degree, way = attainment(indicator, target, actual)
    if degree is None:
        return IndicatorScore(None, "目标值与完成值单位不同，无法计算", None, way)
    if weight is None:
        return IndicatorScore(None, BLANK_WEIGHT, degree, way)
    if is_graded(indicator, scheme) and actual.is_rate:
        return _graded(weight, actual.value, degree, scheme)
    if way == "越高越好" and degree >= overshoot_limit(scheme):
        return _overshot(weight, degree, way, scheme)
    score = round_half_up(weight * max(Decimal(0), min(Decimal(1), degree)), PLACES)
    return IndicatorScore(score, _basis(way, degree, weight), degree, way)


def not_applicable(indicator: Indicator) -> bool:
    """Return whether an indicator's target or actual says 不适用: it is left out and the rest rescaled (填报说明)."""
    return does_not_apply(indicator.actual) or does_not_apply(indicator.target)


def is_nothing(row: Indicator) -> bool:
    """Return whether a row says 无 or 不涉及 for its name, or for both its target and its actual value.

    不适用 is no such word: an indicator that does not apply is left out of the points and the others are rescaled.
    """
    if row.level3 is not None and says_nothing(row.level3):
        return True
    if row.target is None or row.actual is None or not says_nothing(row.target) or not says_nothing(row.actual):
        return False
    return not does_not_apply(row.target) and not does_not_apply(row.actual)


def is_graded(indicator: Indicator, scheme: Scheme) -> bool:
    """Return whether an indicator is scored by the steps of 满意度 (the example of 财预〔2021〕101号), where the scheme says 分档."""
    return scheme.text("satisfaction.method") == "分档" and is_satisfaction(indicator)


def overshoot_limit(scheme: Scheme) -> Decimal:
    """Return from which degree on points are taken off for a target overshot; infinite where the scheme does not."""
    return 1 + scheme.number("overshoot.limit") if scheme.text("overshoot.method") == "启用" else Decimal("Infinity")


def _overshot(weight: Decimal, degree: Decimal, way: str, scheme: Scheme) -> IndicatorScore:
    points = scheme.number("overshoot.points")
    over = percent(degree - 1)
    words = f"{way}：超过目标 {over}，偏离达到 {percent(scheme.number('overshoot.limit'))}，扣 {plain(points)} 分"
    return IndicatorScore(max(Decimal(0), weight - points), words, degree, way)


def _graded(weight: Decimal, rate: Decimal, degree: Decimal, scheme: Scheme) -> IndicatorScore:
    steps = sorted(scheme.rows("satisfaction.steps"), key=lambda row: row[0], reverse=True)
    least, share = next(((row[0], row[1]) for row in steps if rate >= row[0]), (Decimal(0), Decimal(0)))
    words = f"满意度分档：{percent(rate)} 不低于 {percent(least)}，得分值 {plain(weight)} 的 {percent(share)}"
    return IndicatorScore(round_half_up(weight * share, PLACES), words, degree, "越高越好")


def _basis(way: str, degree: Decimal, weight: Decimal) -> str:
    if degree >= 1:
        return f"{way}：达到目标，得满分 {plain(weight)}"
    formula = {"越高越好": "完成值÷目标值", "越低越好": "目标值÷完成值"}.get(way, "与目标的接近程度")
    return f"{way}：分值 {plain(weight)} × {formula} {plain(round_half_up(degree * 100, 2))}%"


def _in_words(indicator: Indicator, weight: Decimal, scheme: Scheme, target: Quantity | None) -> IndicatorScore:
    goal, done = normal(indicator.target or ""), normal(indicator.actual or "")
    if goal == done:
        return IndicatorScore(weight, "定性：实际完成值与目标一致，得满分", None, "定性")
    if target is None and named_tier(done) == "达成":
        return IndicatorScore(weight, "定性：已达成，得满分", None, "定性")
    if target is not None:
        return IndicatorScore(None, "目标值是数字，完成值不是，无法计算", None, direction(indicator, target))
    band = tier_band(done, weight, scheme)
    if band is not None:
        tier, most, least = band
        return IndicatorScore(None, f"定性：{tier}，得分应在 {plain(least)} 至 {plain(most)} 之间", None, "定性")
    return IndicatorScore(None, "定性指标，由单位按档次自评", None, "定性")


def tier_band(words: str, weight: Decimal, scheme: Scheme) -> tuple[str, Decimal, Decimal] | None:
    """Return the tier that the words name with its most and least points; None where they name none (财预〔2020〕10号)."""
    tier = named_tier(words)
    rows = {str(row[0]): row for row in scheme.rows("indicator.qualitative_tiers")}
    if tier is None or tier not in rows:
        return None
    return tier, round_half_up(weight * rows[tier][1], PLACES), round_half_up(weight * rows[tier][2], PLACES)


def named_tier(words: str) -> str | None:
    """Return the tier that the words of a qualitative result name (达成, 部分达成, 未达成), None where none."""
    if re.search(r"正在|力争|争取|预计|计划(?!完成|实现)|拟", words):
        return None
    if any(word in words for word in ("未完成", "未达成", "未达到", "没有完成", "未实现", "效果较差", "未开展")):
        return "未达成"
    if any(word in words for word in ("部分", "基本", "一定程度", "较好", "稍有", "有所")):
        return "部分达成"
    reached = ("完成", "达成", "已达到", "达标", "实现", "已落实", "良好", "显著", "明显")
    return "达成" if any(word in words for word in reached) else None


def rescaled(scores: list[tuple[Decimal, Decimal]], total: Decimal) -> Decimal | None:
    """Return Σ得分 over Σ分值 of the indicators that apply, rescaled to `total` points (项目支出绩效自评表填报说明).

    `scores` are (得分, 分值) of the indicators that apply; None where none does.
    """
    weight = sum((weight for _, weight in scores), Decimal(0))
    if weight == 0:
        return None
    return round_half_up(sum((score for score, _ in scores), Decimal(0)) * total / weight, PLACES)
