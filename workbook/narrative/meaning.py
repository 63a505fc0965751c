"""What statements mean taken together: 元 written for 万元, figures alike within their print, balances, one project twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from workbook.narrative.names import likeness

if TYPE_CHECKING:
    from workbook.narrative.statements import Amount, Figure, Narrative, Span, Total

BUDGET_KINDS = ("年初预算", "全年预算", "预算", "支出", "收入", "调增", "调减", "结余结转", "上年结转")
LARGEST_SLIP = Decimal(10_000)
SURE = Decimal("0.85")


def unit_of_last_digit(figure: Figure) -> Decimal:
    """Return how much one unit of a figure's last printed digit is, in its base unit (万元, heads, a fraction)."""
    exponent = figure.number.as_tuple().exponent
    digit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    scale = figure.value / figure.number if figure.number else Decimal(1)
    return digit * abs(scale)


def same(figure: Figure, value: Decimal, meant: Decimal | None = None) -> bool:
    """Return whether a figure can be a value, rounded or cut to the digits it is printed with.

    A vague one (约, 余) need only be near: within a twentieth.
    """
    mine = figure.value if meant is None else meant
    if figure.vague:
        return abs(mine - value) <= abs(value) / 20
    unit = unit_of_last_digit(figure) if meant is None else min(Decimal(1), unit_of_last_digit(figure) * LARGEST_SLIP)
    return abs(mine - value) < max(unit, Decimal("0.01")) or abs(mine - value) <= Decimal("0.01")


class Slip(NamedTuple):
    """An amount that says 元 where 万元 is meant: `why` in words, `sure` whether a second place shows it."""

    amount: Amount
    why: str
    sure: bool


def slips(told: Narrative, table: Mapping[str, Decimal]) -> dict[Span, Slip]:
    """Return the amounts that say 元 where 万元 is meant, by place; `table` are the amounts of the sheets, by label."""
    out = {}
    for amount in told.amounts:
        if amount.figure.unit != "元" or not 0 < amount.figure.number < LARGEST_SLIP:
            continue
        slip = _slip(amount, told, table)
        if slip:
            out[amount.span] = slip
    return out


def _slip(amount: Amount, told: Narrative, table: Mapping[str, Decimal]) -> Slip | None:
    number = amount.figure.number
    if amount.kind not in BUDGET_KINDS:
        return None
    for other in told.amounts:
        if other.figure.unit == "万元" and other.figure.number == number and other.span != amount.span:
            return Slip(amount, f"第{other.span.paragraph}段同一数字写作{other.figure.number}万元", True)
    for label, value in table.items():
        if value == number:
            return Slip(amount, f"表中{label}为{value}万元", True)
    beside = [entry for entry in told.amounts if entry.span.paragraph == amount.span.paragraph]
    if any(entry.figure.unit == "万元" for entry in beside) and number < 1000:
        return Slip(
            amount, "同一段的其他金额都以万元计，按元计与所在的预算收支不成比例", number != number.to_integral_value()
        )
    return None


def meant(amount: Amount, known: Mapping[Span, Slip]) -> Decimal:
    """Return an amount in 万元 as it is meant."""
    return amount.figure.number if amount.span in known else amount.value


def meant_figure(figure: Figure, known: Mapping[Span, Slip]) -> Decimal:
    """Return a figure in its base unit as it is meant."""
    return figure.number if figure.span in known else figure.value


class Balance(NamedTuple):
    """预算 + 上年结转 + 调增 − 调减 − 支出 = 结余 of one project or of the department, as far as the text gives it."""

    subject: str
    budget: Amount
    spent: Amount
    ups: tuple[Amount, ...]
    downs: tuple[Amount, ...]
    carried: tuple[Amount, ...]
    left: Amount | None

    @property
    def terms(self) -> int:
        """Return how many figures take part."""
        return 2 + len(self.ups) + len(self.downs) + len(self.carried) + (self.left is not None)

    def rest(self, known: Mapping[Span, Slip]) -> Decimal:
        """Return what should be left, in 万元."""
        plus = sum((meant(entry, known) for entry in (self.budget, *self.ups, *self.carried)), Decimal(0))
        return plus - sum((meant(entry, known) for entry in (self.spent, *self.downs)), Decimal(0))


def balances(told: Narrative) -> list[Balance]:
    """Return the balances that the text gives: one a project item, one a paragraph for the whole."""
    groups: dict[tuple[int, str], list[Amount]] = defaultdict(list)
    for amount in told.amounts:
        if amount.project and not amount.part:
            groups[amount.block, amount.subject].append(amount)
    out = [_balance(subject, entries, entries) for (_, subject), entries in groups.items()]
    whole: dict[int, list[Amount]] = defaultdict(list)
    for amount in told.amounts:
        if not amount.project:
            whole[amount.span.paragraph].append(amount)
    for entries in whole.values():
        for subject in dict.fromkeys(
            entry.subject for entry in entries if entry.subject in ("总", "基本支出", "项目支出")
        ):
            own = [entry for entry in entries if entry.subject == subject]
            out.append(_balance(subject, own, entries))
    return [entry for entry in out if entry is not None]


def _balance(subject: str, own: Sequence[Amount], around: Sequence[Amount]) -> Balance | None:
    budget = _first(own, ("年初预算", "预算"))
    spent = _first(own, ("支出",))
    if budget is None or spent is None or not (budget.explicit and spent.explicit):
        return None
    if _first(own, ("全年预算",)) is not None or any(entry.kind == "调整" and entry.value for entry in own):
        return None  # what the text calls adjusted is no second term, or its sign is not told
    known = {entry.subject for entry in own}
    moves = [entry for entry in around if entry.subject in known or entry.kind in ("调增", "调减")]
    ups = tuple(entry for entry in moves if entry.kind == "调增")
    downs = tuple(entry for entry in moves if entry.kind == "调减")
    carried = tuple(entry for entry in own if entry.kind == "上年结转")
    left = _first(own, ("结余结转",))
    if not (ups or downs or left or _first(own, ("调整",))):
        return None
    return Balance(subject, budget, spent, ups, downs, carried, left)


def _first(amounts: Iterable[Amount], kinds: tuple[str, ...]) -> Amount | None:
    return next((entry for entry in amounts if entry.kind in kinds), None)


def sum_tolerance(total: Total) -> Decimal:
    """Return how far a total may stand from its printed parts: 0.01 万元 an addend, nothing for counted things."""
    if not total.head.is_money:
        return Decimal(0)
    figures = (total.head, *total.parts)
    unit = (
        min(unit_of_last_digit(figure) for figure in figures if figure.number) if any(f.number for f in figures) else 0
    )
    whole = all(figure.number == figure.number.to_integral_value() for figure in figures)
    return Decimal(0) if whole else max(Decimal("0.01"), Decimal(unit)) * len(total.parts)


def match(name: str, names: Sequence[str]) -> tuple[int, float] | None:
    """Return which of the names means the same project, and how alike; None where none or more than one does."""
    scored = sorted(((likeness(name, other), index) for index, other in enumerate(names)), reverse=True)
    if not scored or scored[0][0] < 0.6:
        return None
    if len(scored) > 1 and scored[1][0] == scored[0][0]:
        return None
    return scored[0][1], scored[0][0]
