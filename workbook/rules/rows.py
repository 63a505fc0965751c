"""What the rules on indicators share: the rows, how far each reached its target, and their names in words."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive import Derived
from workbook.derive.scores import is_cost, is_nothing
from workbook.model.figures import brief
from workbook.model.filing import Filing, Indicator
from workbook.model.quantity import Quantity, answer, normal, parse

ROWS = ("indicators[]",)
SCORING = "财预〔2020〕10号：定量指标完成得满分，未完成按完成比例计分"  # the source of rules on points

Row = tuple[int, Indicator]
Measured = tuple[int, Indicator, Quantity, Quantity, Decimal]


def rows(filing: Filing) -> Iterator[Row]:
    """Yield the indicators with their numbers, from 0; rows of 无 and 不涉及 are none."""
    for index, row in enumerate(filing.indicators):
        if not is_nothing(row):
            yield index, row


def measured(filing: Filing, derived: Derived) -> Iterator[Measured]:
    """Yield the indicators whose target and actual are numbers of one kind, with how far the target was reached.

    Where the two are ten thousand times apart by their units alone, the unit is what is wrong: nothing is reckoned with it.
    """
    for index, row in rows(filing):
        degree, target = derived.indicators[index].degree, parse(row.target)
        actual = answer(target, row.actual) if target else None
        if target is not None and actual is not None and degree is not None and not unit_slip(target, actual):
            yield index, row, target, actual, degree


YUAN = Decimal(10_000)
# two figures of one thing differ by less than this; 元 against 万元 by four orders
WITHIN = Decimal("2.5")


def unit_slip(target: Quantity, actual: Quantity) -> str:
    """Return the unit an actual amount should have where it has 万元 for 元 or the reverse; "" where it has not."""
    if {target.unit, actual.unit} != {"元", "万元"} or not target.number or not actual.number:
        return ""
    return target.unit if 1 / WITHIN <= actual.number / target.number <= WITHIN else ""


def points_off(row: Indicator) -> bool:
    """Return whether an indicator got less than its points."""
    return row.weight is not None and row.score is not None and row.score < row.weight


def capped(row: Indicator, target: Quantity) -> bool:
    """Return whether more than the target is no overshoot: costs, ceilings, equalities and ranges."""
    return is_cost(row) or target.comparator in ("≤", "<", "=") or target.upper is not None


def name_of(row: Indicator) -> str:
    """Return an indicator's name on one line."""
    return " ".join((row.level3 or "").split())


def short(words: str | None, most: int = 30) -> str:
    """Return words on one line, at most so many characters."""
    return brief(words or "", most)


def is_empty(filing: Filing, row: Indicator) -> bool:
    """Return whether a row has neither target nor actual value and yet a score (无 in both reads as blank)."""
    return filing.asks("indicators[].target") and row.target is None and row.actual is None and bool(row.score)


_WHOLE_YEAR = re.compile(
    r"(?:(?:20)?\d{2}年度?)?(?:全年度?|一年|1年|12个月|十二个月|本年度?内?|当年内?|年度内|年内|1[月]?[-~—–～至到]12月(?:份|底)?)"
    r"|(?:20\d{2}年)?1月1日[-~—–～至到](?:20\d{2}年)?12月31日|20\d{2}年度?内?"
)
_SIGN = re.compile(r"^[≥≤<>=]+")


def spans_the_year(row: Indicator) -> bool:
    """Return whether a row of 时效 has the whole year for its target and for its result: nothing can be late by it."""
    words = [_SIGN.sub("", normal(text or "")) for text in (row.target, row.actual)]
    return "时效" in (row.level2 or "") and all(_WHOLE_YEAR.fullmatch(text) for text in words)
