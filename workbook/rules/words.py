"""Words that several rules share."""

from decimal import Decimal

from workbook.derive.rates import deduction
from workbook.figures import percent, plain
from workbook.scheme import Scheme


def points_off(name: str, rate: Decimal, standard: Decimal, scheme: Scheme) -> str:
    """Return what a re-check takes off for a rate above its standard, in words; "" where the scheme has no such entry.

    The entries of `deduction.rates` are (rate's name, step as a fraction, points a begun step, full points).
    """
    for known, step, points, full in scheme.rows("deduction.rates"):
        lost = deduction(rate, standard, step, points, full) if known == name and step else Decimal(0)
        if lost:
            every = f"每超 {percent(step)} 扣 {plain(points)} 分，满分 {plain(full)} 分"
            return f"；整体支出评价按{name}{every}，应扣 {plain(lost)} 分"
    return ""
