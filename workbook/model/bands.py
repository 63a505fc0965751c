"""Bands of rates, as charts and tables show them: once for SQL and Python, and for what the master counts (`measures`)."""

import operator
from collections.abc import Callable
from decimal import Decimal

Limits = tuple[tuple[str, Decimal], ...]  # every one must hold: sign and fraction
Band = tuple[str, Limits]

_SIGNS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def _band(name: str, *limits: str) -> Band:
    parts = (limit.partition(" ") for limit in limits)
    return name, tuple((sign, Decimal(number)) for sign, _, number in parts)


EXECUTION: tuple[Band, ...] = (
    _band("低于60%", "< 0.6"),
    _band("60%–80%", ">= 0.6", "< 0.8"),
    _band("80%–90%", ">= 0.8", "< 0.9"),
    _band("90%–100%", ">= 0.9", "< 1"),
    _band("100%", "= 1"),
    _band("超过100%", "> 1"),
)
GROWTH: tuple[Band, ...] = (
    _band("减少10%以上", "< -0.1"),
    _band("减少10%以内", ">= -0.1", "< 0"),
    _band("没有变动", "= 0"),
    _band("增加10%以内", "> 0", "<= 0.1"),
    _band("增加10%–30%", "> 0.1", "<= 0.3"),
    _band("增加30%以上", "> 0.3"),
)


LOW_EXECUTION = Decimal("0.8")  # below which a department is said to lag behind


def within(limits: Limits, rate: Decimal | None) -> bool:
    """Return whether a rate (a fraction) lies within the limits; a rate that is 不适用 lies in none."""
    return rate is not None and all(_SIGNS[sign](rate, limit) for sign, limit in limits)


def sql(limits: Limits, column: str) -> str:
    """Return the limits as a condition of SQL."""
    return " AND ".join(f"{column} {sign} {limit}" for sign, limit in limits)
