"""得分: of 预算执行率, of an indicator by its direction, and what an indicator is measured by."""

from dataclasses import dataclass
from decimal import Decimal

from workbook.figures import plain, round_half_up
from workbook.filing import Indicator
from workbook.quantity import Quantity, is_blank, normal, parse
from workbook.scheme import Scheme

PLACES = 2


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """What the rules give an indicator.

    `score` in points (None where no rule can compute one), `basis` the rule in words, `degree` how far the target was
    reached (a fraction, uncapped, 1 = just reached; None where it is no matter of numbers), `direction` one of
    越高越好, 越低越好, 等于, 区间, 定性 or "".
    """

    score: Decimal | None
    basis: str
    degree: Decimal | None = None
    direction: str = ""


def execution_score(weight: Decimal | None, rate: Decimal | None, scheme: Scheme) -> Decimal | None:
    """Return 得分 of 预算执行率: 分值 × 执行率, at most 分值; or by steps where the scheme says 分档 (财预〔2020〕10号)."""
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

    A written sign decides; a range is an interval; a bare number is 越低越好 for cost indicators and for 下降 of
    something unwanted is left at its word; any other bare number is 越高越好.
    """
    if target.upper is not None:
        return "区间"
    if target.comparator in ("≥", ">"):
        return "越高越好"
    if target.comparator in ("≤", "<"):
        return "越低越好"
    if target.comparator == "=":
        return "等于"
    return "越低越好" if is_cost(indicator) else "越高越好"


def is_cost(indicator: Indicator) -> bool:
    """Return whether an indicator stands under 成本指标 (first or second level)."""
    return "成本" in (indicator.level1 or "") or "成本" in (indicator.level2 or "")


def attainment(indicator: Indicator, target: Quantity, actual: Quantity) -> tuple[Decimal | None, str]:
    """Return how far a target was reached (uncapped fraction) and the direction; None where units differ in kind."""
    way = direction(indicator, target)
    if not comparable(target, actual):
        return None, way
    goal, done = target.value, actual.value
    if _unit_left_out(target, actual):
        done = actual.number * target.factor
    if way == "区间":
        return _interval(goal, target.upper_value or goal, done), way
    if way == "越低越好":
        return (Decimal(1) if done <= 0 else goal / done), way
    if goal == 0:
        return (Decimal(1) if done >= 0 else None), way
    if way == "等于":
        return min(done / goal, goal / done) if done else Decimal(0), way
    return done / goal, way


def comparable(target: Quantity, actual: Quantity) -> bool:
    """Return whether two quantities can be divided: the same base unit, or one of them without a unit."""
    if target.change and actual.change and target.change != actual.change:
        return False
    one, other = target.base_unit, actual.base_unit
    return (
        one == other
        or not one
        or not other
        or (one[:1] == other[:1] and "%" not in (one, other) and "万元" not in (one, other))
    )


def _unit_left_out(target: Quantity, actual: Quantity) -> bool:
    # "≥95%" answered by "96", or "100万元" by "98": the bare number speaks in the target's unit
    return (
        bool(target.unit)
        and not actual.unit
        and (target.is_rate or target.is_money)
        and not (target.is_rate and actual.number <= 1 < target.number)
    )


def _interval(low: Decimal, high: Decimal, done: Decimal) -> Decimal:
    if low <= done <= high:
        return Decimal(1)
    if done < low:
        return done / low if low else Decimal(0)
    return high / done


def indicator_score(indicator: Indicator, scheme: Scheme) -> IndicatorScore:
    """Return the score of one indicator by 财预〔2020〕10号: reached → 分值, not reached → in proportion.

    越高越好 W × min(1, B/A); 越低越好 W × min(1, A/B); equal and interval in proportion to the nearer bound; a goal in
    words answered by the same words → W. Two decimals, half away from zero, between 0 and W.
    """
    weight = indicator.weight
    if is_blank(indicator.target):
        return IndicatorScore(None, "年度指标值空白")
    if is_blank(indicator.actual):
        return IndicatorScore(None, "实际完成值空白")
    if weight is None:
        return IndicatorScore(None, "分值空白")
    target, actual = parse(indicator.target), parse(indicator.actual)
    if target is None or actual is None:
        return _in_words(indicator, weight, scheme, target)
    degree, way = attainment(indicator, target, actual)
    if degree is None:
        return IndicatorScore(None, "目标值与完成值单位不同，无法计算", None, way)
    score = round_half_up(weight * max(Decimal(0), min(Decimal(1), degree)), PLACES)
    return IndicatorScore(score, _basis(way, degree, weight), degree, way)


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
    return IndicatorScore(None, "定性指标，由单位按档次自评", None, "定性")


def named_tier(words: str) -> str | None:
    """Return the tier that the words of a qualitative result name (达成, 部分达成, 未达成), None where none."""
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
