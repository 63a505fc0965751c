"""Rules on the columns that some forms print beside target, result and score: 完成率, 得分系数, 扣分."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from workbook import patterns as re
from workbook.derive import Derived
from workbook.derive.scores import aligned
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, measured, name_of, rows, short

_SHARE = re.compile(r"(-?\d+(?:\.\d+)?)(%?)")
_POINTS = re.compile(r"(?:扣|-)?(\d+(?:\.\d+)?)分?")
_CENT = Decimal("0.01")


class Share(NamedTuple):
    """A share as printed, and one unit of its last digit: both fractions, never coarser than a percent."""

    value: Decimal
    unit: Decimal

    def fits(self, value: Decimal) -> bool:
        """Return whether the print can stand for a value, rounded or cut off."""
        return -self.unit / 2 <= value - self.value < self.unit


def _shares(words: str | None) -> list[Share]:
    """Return what a cell may mean as a share: 95% by the word; a bare 95 percent, a bare 0.95 (or 1) a fraction or percent."""
    found = _SHARE.fullmatch(normal(words or ""))
    if not found:
        return []
    number = Decimal(found[1])
    exponent = number.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    scales = (_CENT,) if found[2] or number > 10 else (Decimal(1), _CENT)
    return [Share(number * scale, min(unit * scale, _CENT)) for scale in scales]


@rule(
    "I38",
    "完成率不等于完成值÷目标值",
    Severity.ERROR,
    Category.WITHIN,
    "算术关系：完成率＝实际完成值÷年度指标值，封顶 100% 也算对；越低越好的反过来除",
    "「{name}」完成率填报 {said}，目标 {target}、完成 {words}，应为 {degree}",
    "请核对目标值、完成值和完成率；超额完成的写实际比例，或封顶写 100%",
    ROWS,
    derived=True,
    asks=("indicators[].completion",),
)
def completion_is_the_quotient(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """表里印的完成率（完成程度）等于实际完成值除以年度指标值。"""
    for index, row, target, actual, degree in measured(filing, derived):
        pair = aligned(row, target, actual)
        said = _shares(row.completion)
        if not said or pair is None or not pair[0] or target.upper is not None:
            continue
        right = [pair[1] / pair[0], degree, min(degree, Decimal(1))]
        if not any(share.fits(value) for share in said for value in right):
            slots = {
                "name": name_of(row),
                "said": row.completion,
                "target": short(row.target),
                "words": short(row.actual),
                "degree": percent(degree),
            }
            yield Hit(f"indicators[{index}].completion", slots=slots, related=_cells(index, "target", "actual"))


@rule(
    "I39",
    "得分不等于分值×得分系数",
    Severity.ERROR,
    Category.WITHIN,
    "算术关系：得分＝分值×得分系数",
    "「{name}」得分填报 {actual}，分值 {weight} × 得分系数 {said} 应为 {expected}",
    "请核对得分系数与得分，改正写错的一处",
    ROWS,
    ("score.tolerance",),
    asks=("indicators[].coefficient",),
)
def scores_follow_the_coefficient(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表里印了得分系数的，得分就是分值乘它。"""
    for index, row in rows(filing):
        said = _shares(row.coefficient)
        if not said or row.weight is None or row.score is None:
            continue
        # the print is short of digits by half of its last one
        room = scheme.number("score.tolerance")
        if all(abs(row.weight * share.value - row.score) > room + row.weight * share.unit / 2 for share in said):
            slots = {"name": name_of(row), "weight": shown(row.weight), "said": row.coefficient}
            expected = min(
                (row.weight * share.value for share in said), key=lambda score: abs(score - (row.score or 0))
            )
            related = _cells(index, "coefficient", "weight")
            yield Hit(f"indicators[{index}].score", row.score, expected, slots, related)


@rule(
    "I40",
    "得分不等于分值减扣分",
    Severity.ERROR,
    Category.WITHIN,
    "算术关系：得分＝分值－扣分",
    "「{name}」得分填报 {actual}，分值 {weight} － 扣分 {said} 应为 {expected}",
    "请核对扣分与得分，改正写错的一处",
    ROWS,
    ("score.tolerance",),
    asks=("indicators[].deducted",),
)
def scores_follow_the_points_off(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表里有扣分一栏的，得分就是分值减它。"""
    for index, row in rows(filing):
        found = _POINTS.fullmatch(normal(row.deducted or ""))
        if not found or row.weight is None or row.score is None:
            continue
        expected = row.weight - Decimal(found[1])
        if abs(expected - row.score) > scheme.number("score.tolerance"):
            slots = {"name": name_of(row), "weight": shown(row.weight), "said": row.deducted}
            related = _cells(index, "deducted", "weight")
            yield Hit(f"indicators[{index}].score", row.score, expected, slots, related)


def _cells(index: int, *names: str) -> tuple[str, ...]:
    return tuple(f"indicators[{index}].{name}" for name in names)
