"""Rounding proved, not tolerated: a printed figure stands for an interval, and a relation fails only if no values within
the intervals satisfy it under any usual rounding (四舍五入, 四舍六入五成双, 截尾)."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

ROUNDINGS = {"四舍五入": ROUND_HALF_UP, "四舍六入五成双": ROUND_HALF_EVEN, "截去尾数": ROUND_DOWN}
AMOUNT_PLACES = 2


def places(value: Decimal) -> int:
    """Return how many decimals a figure is printed with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(value: Decimal) -> Decimal:
    """Return half a unit of the last printed digit; amounts in 万元 have at least two decimals."""
    return Decimal(5).scaleb(-max(AMOUNT_PLACES, places(value)) - 1)


def sum_holds(total: Decimal, parts: Iterable[Decimal], tolerance: Decimal) -> bool:
    """Return whether a total can be the sum of its parts, each rounded by itself (`tolerance` an addend, 万元)."""
    addends = list(parts)
    return abs(total - sum(addends, Decimal(0))) <= tolerance * max(1, len(addends))


def quotient_rounding(printed: Decimal, numerator: Decimal, denominator: Decimal, exact: bool = False) -> str | None:
    """Return by which rounding a printed rate (a fraction) is numerator ÷ denominator; None where by none.

    The rate's precision is that of its percent ("99.17%" → two decimals). Unless `exact` (head counts), numerator and
    denominator stand for the intervals of their last digits.
    """
    if denominator == 0:
        return None
    digits = max(2, min(12, places(printed)))
    quotient = numerator / denominator
    for name, mode in ROUNDINGS.items():
        if quotient.quantize(Decimal(1).scaleb(-digits), rounding=mode) == printed:
            return name
    unit = Decimal(1).scaleb(-digits)
    slack = Decimal(0) if exact else _quotient_slack(numerator, denominator)
    return "数据本身的尾数" if slack and abs(quotient - printed) <= slack + unit / 2 else None


def _quotient_slack(numerator: Decimal, denominator: Decimal) -> Decimal:
    top, bottom = half_unit(numerator), half_unit(denominator)
    if abs(denominator) <= bottom:
        return Decimal(0)
    widest = (abs(numerator) + top) / (abs(denominator) - bottom)
    return widest - abs(numerator) / abs(denominator)


def score_holds(entered: Decimal, computed: Decimal, tolerance: Decimal) -> bool:
    """Return whether an entered score is the computed one, at two decimals or rounded to the one it is printed with.

    A whole number is no rounding of a fraction of a point: 8 for 8.25 does not hold.
    """
    if abs(entered - computed) <= tolerance:
        return True
    digits = places(entered)
    if digits == 0:
        return False
    return any(computed.quantize(Decimal(1).scaleb(-digits), rounding=mode) == entered for mode in ROUNDINGS.values())
