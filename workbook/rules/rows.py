"""What the rules on indicators share: the rows, how far each reached its target, and their names in words."""

from collections.abc import Iterator
from decimal import Decimal

from workbook.derive import Derived
from workbook.derive.scores import is_cost
from workbook.filing import Filing, Indicator
from workbook.quantity import Quantity, answer, parse

ROWS = ("indicators[]",)

Row = tuple[int, Indicator]
Measured = tuple[int, Indicator, Quantity, Quantity, Decimal]


def rows(filing: Filing) -> Iterator[Row]:
    """Yield the indicators with their numbers, from 0."""
    yield from enumerate(filing.indicators)


def measured(filing: Filing, derived: Derived) -> Iterator[Measured]:
    """Yield the indicators whose target and actual are numbers of one kind, with how far the target was reached."""
    for index, row in rows(filing):
        degree, target = derived.indicators[index].degree, parse(row.target)
        actual = answer(target, row.actual) if target else None
        if target is not None and actual is not None and degree is not None:
            yield index, row, target, actual, degree


def points_off(row: Indicator) -> bool:
    """Return whether an indicator got less than its points."""
    return row.weight is not None and row.score is not None and row.score < row.weight


def capped(row: Indicator, target: Quantity) -> bool:
    """Return whether more than the target is no overshoot: costs, ceilings, equalities and ranges."""
    return is_cost(row) or target.comparator in ("≤", "<", "=") or target.upper is not None


def name_of(row: Indicator) -> str:
    """Return an indicator's name on one line."""
    return " ".join((row.level3 or "").split())


def short(words: str | None) -> str:
    """Return words on one line, at most 30 characters."""
    flat = " ".join((words or "").split())
    return flat if len(flat) <= 30 else flat[:29] + "…"
