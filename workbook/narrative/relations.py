"""What the words of a report claim of its figures: sums, balances, rates, prices, and that two of them are one.

Each claim is a relation over terms (entries of the ledger, cells of the tables, a zero that is said in words). It knows
whether it holds within what its terms are printed with, and what each term would have to be if the others were right.
Whether a relation that fails is the clerk's slip or our misreading is weighed in `evidence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from workbook.narrative.ledger import Entry
from workbook.narrative.printed import Print

ZERO = Decimal(0)


class Given(NamedTuple):
    """A term that is no entry: a cell (its path and label), a zero said in words, or several figures taken together.

    `entries` are the entries it is made of, where it is made of some; `rate` says that its value is a fraction.
    """

    print: Print
    label: str
    path: str = ""
    entries: tuple[Entry, ...] = ()
    rate: bool = False


Term = Entry | Given


class Expected(NamedTuple):
    """What a term would have to be: its value in the base unit, and how far that is uncertain."""

    value: Decimal
    slack: Decimal


@dataclass(slots=True)
class Relation:
    """One claim. `kind` names it (分项之和, 预算结余 …), `terms` take part, `trust` is in bits how sure the words are.

    `tries` says how many ways of reading the words were open (the claim is the best of them); `complete` that the words
    leave no room for more terms, so that the claim fails where it does not hold.
    """

    kind: str
    terms: tuple[Term, ...]
    trust: float = 0.0
    tries: int = 1
    complete: bool = False
    note: str = ""
    made: dict[int, Expected | None] = field(default_factory=dict)

    def expected(self, index: int) -> Expected | None:
        """Return what a term would have to be if the others were right; None where they do not tell."""
        if index not in self.made:
            self.made[index] = self._solve(index)
        return self.made[index]

    def _solve(self, index: int) -> Expected | None:
        raise NotImplementedError

    def formula(self) -> str:
        """Return the claim in signs, with the figures as they are printed."""
        raise NotImplementedError

    @property
    def cells(self) -> list[Given]:
        """Return the terms that are cells of the tables."""
        return [term for term in self.terms if isinstance(term, Given) and term.path]

    @property
    def holds(self) -> bool:
        """Return whether the claim holds within what is printed."""
        for index in range(len(self.terms)):
            expected = self.expected(index)
            if expected is not None:
                return self.terms[index].print.fits(expected.value, expected.slack)
        return True


@dataclass(slots=True)
class Sum(Relation):
    """Σ sign × term = 0: a total and its parts (+1, −1 …), a budget with what changed it, was spent and is left."""

    signs: tuple[int, ...] = ()

    def _solve(self, index: int) -> Expected | None:
        value = slack = ZERO
        for n, (term, sign) in enumerate(zip(self.terms, self.signs, strict=True)):
            if n != index:
                value -= sign * term.print.value
                slack += term.print.unit / 2
        whole = all(term.print.unit >= 1 for term in self.terms)
        return Expected(value * self.signs[index], ZERO if whole and not self._money else slack)

    @property
    def _money(self) -> bool:
        return all(term.print.unit < 1 for term in self.terms)

    def formula(self) -> str:
        """Return the sum in signs: 12＝4＋8."""
        others = zip(self.terms[1:], self.signs[1:], strict=True)
        left = [(-sign * self.signs[0], term) for term, sign in others]
        total = sum((sign * term.print.value for sign, term in left), ZERO)
        if total < 0 and self.kind == "增减额":  # a difference has no sign, its words say which way it went
            left, total = [(-sign, term) for sign, term in left], -total
        left.sort(key=lambda one: -one[0])
        words = "".join(f"{'＋' if sign > 0 else '－'}{shown(term)}" for sign, term in left).removeprefix("＋")
        return f"{words}＝{told(total, self.terms)}"


@dataclass(slots=True)
class Equal(Relation):
    """Two terms are one and the same figure."""

    def _solve(self, index: int) -> Expected | None:
        other = self.terms[1 - index].print
        return Expected(other.value, other.unit / 2 if other.unit > self.terms[index].print.unit else ZERO)

    def formula(self) -> str:
        """Return what the figure is held against, with where that stands."""
        return shown(self.terms[1], self.terms[0])


@dataclass(slots=True)
class Ratio(Relation):
    """rate = top ÷ bottom, or where `change` is +1 or −1 the growth (fall) from bottom to top. Terms: rate, top, bottom.

    `other` is the term that is often taken for the bottom by mistake, `said` what it is called; `capped` says that the rate
    may stop at 100%; `exact` that the rate is a price that was set, not one that was worked out: top ＝ rate × bottom.
    """

    change: int = 0
    other: Term | None = None
    said: str = ""
    capped: bool = False
    exact: bool = False

    @property
    def mistaken(self) -> bool:
        """Return whether the rate comes out with the other term as bottom."""
        if self.other is None or not self.other.print.value:
            return False
        rate, top, bottom = (term.print for term in self.terms)
        part = abs(top.value - bottom.value) if self.change else top.value
        return rate.fits(part / self.other.print.value)

    def _solve(self, index: int) -> Expected | None:
        rate, top, bottom = (term.print for term in self.terms)
        above, below = half(top), half(bottom)
        if index == 0:
            if not bottom.value:
                return None
            value = self._of(top.value, bottom.value)
            low = self._of(top.value - above, bottom.value + below)
            edge = bottom.value - below
            high = self._of(top.value + above, edge) if edge > 0 else value
            return Expected(value, max(abs(high - value), abs(value - low)))
        factor = (1 + self.change * rate.value) if self.change else rate.value
        if index == 1 and self.exact:
            return Expected(bottom.value * factor, ZERO)
        if index == 1:
            return Expected(bottom.value * factor, abs(bottom.value) * rate.unit / 2 + abs(factor) * below)
        if factor <= 0:
            return None
        value = top.value / factor
        return Expected(value, above / factor + abs(value) * rate.unit / 2 / factor)

    @property
    def holds(self) -> bool:
        """Return whether the rate comes out; a degree of completion may stop at 100% where the target was passed."""
        rate, top, bottom = (term.print for term in self.terms)
        aim = self.terms[2]
        lower = isinstance(aim, Entry) and aim.figure.comparator in ("≤", "<")
        if self.exact:
            return top.fits(rate.value * bottom.value)
        if self.capped and rate.value == 1 and (top.value <= bottom.value if lower else top.value >= bottom.value):
            return True
        return Relation.holds.fget(self)  # type: ignore[attr-defined,no-any-return]

    def _of(self, top: Decimal, bottom: Decimal) -> Decimal:
        return (top - bottom) / bottom * self.change if self.change else top / bottom

    def formula(self) -> str:
        """Return the quotient in signs: 580÷621.3＝93.35%."""
        rate, top, bottom = self.terms
        if self.exact:
            return f"{shown(rate)}×{shown(bottom)}＝{told(rate.print.value * bottom.print.value, (top,))}"
        expected = self.expected(0)
        value = plain_rate(abs(expected.value), self.terms[0].print) if expected else "不适用"
        if self.change:
            up = expected is not None and expected.value * self.change > 0
            return f"由 {shown(bottom)} 到 {shown(top)}，{'增长' if up else '下降'} {value}"
        if isinstance(self.terms[0], Entry) and not self.terms[0].figure.is_rate:
            return f"{shown(top)}÷{shown(bottom)}＝{told(expected.value if expected else ZERO, self.terms[:1])}"
        return f"{shown(top)}÷{shown(bottom)}＝{value}"


class Product(NamedTuple):
    """A price with the counts it is paid for, and how many times (12 of a monthly one)."""

    price: Entry
    counts: tuple[Entry, ...]
    times: Decimal = Decimal(1)

    @property
    def many(self) -> Decimal:
        """Return what the price is taken times."""
        return sum((one.print.value for one in self.counts), ZERO) * self.times


@dataclass(slots=True)
class Products(Relation):
    """amount = Σ price × counts × times. Terms: the amount, then each price with its counts."""

    made_of: tuple[Product, ...] = ()

    def __post_init__(self) -> None:
        """Take the prices and counts in as terms."""
        self.terms = (*self.terms[:1], *(term for one in self.made_of for term in (one.price, *one.counts)))

    @property
    def holds(self) -> bool:
        """Return whether the amount comes out as it is printed."""
        return self.terms[0].print.fits(self._total)

    @property
    def _total(self) -> Decimal:
        return sum((one.price.print.value * one.many for one in self.made_of), ZERO)

    def _solve(self, index: int) -> Expected | None:
        amount, term = self.terms[0].print, self.terms[index]
        if index == 0:
            return Expected(self._total, ZERO)
        own = next(one for one in self.made_of if term is one.price or term in one.counts)
        left = amount.value - self._total + own.price.print.value * own.many
        each = own.many if term is own.price else own.price.print.value * own.times
        if left <= 0 or each <= 0:
            return None
        others = ZERO if term is own.price else own.many / own.times - term.print.value
        return Expected(left / each - others, half(amount) / each)

    def formula(self) -> str:
        """Return the products in signs: 2台×386万元＋4套×137.62万元＝1322.48万元."""
        words = []
        for one in self.made_of:
            counts = "＋".join(shown(count) for count in one.counts)
            counts = f"（{counts}）" if len(one.counts) > 1 else counts
            words.append(f"{shown(one.price)}×{counts}" + (f"×{one.times:f}" if one.times != 1 else ""))
        return f"{'＋'.join(words)}＝{told(self._total, self.terms[:1])}"


def half(print_: Print) -> Decimal:
    """Return half a unit of a print's last digit: nothing for what is counted one by one."""
    return ZERO if print_.unit == 1 and not print_.money else print_.unit / 2


def shown(term: Term, beside: Term | None = None) -> str:
    """Return a term as a clerk reads it: the figure with its unit, a cell with its name, in 元 where that stands beside it."""
    if isinstance(term, Entry):
        return f"{term.figure.number}{term.figure.unit}"
    if not term.path:
        return term.label
    if term.rate:
        return f"{plain_rate(term.print.value, term.print)}（{term.label}）"
    in_yuan = isinstance(beside, Entry) and beside.figure.unit == "元" and term.print.money
    return (
        f"{told(term.print.value, (beside,)) if in_yuan and beside else plain_value(term.print.value)}（{term.label}）"
    )


def told(value: Decimal, terms: Sequence[Term]) -> str:
    """Return a value of the base unit in the unit that terms are told in, those behind the first before it: 6780元."""
    entries = entries_of((*terms[1:], *terms[:1]))
    if not entries:
        return plain_value(value)
    figure, print_ = entries[0].figure, entries[0].print
    if figure.is_rate:
        points = all(entry.figure.quote.endswith("百分点") for entry in entries_of(terms[:1]))
        return f"{plain_value(value * 100)}个百分点" if points else plain_rate(value, print_)
    return f"{plain_value(value / print_.scale if print_.scale else value)}{figure.unit}"


def plain_value(value: Decimal) -> str:
    """Return a value of the base unit at two decimals at most."""
    text = f"{value.quantize(Decimal('0.01')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_rate(value: Decimal, print_: Print) -> str:
    """Return a rate in percent with the decimals that the printed one has, at least two where it does not come out."""
    places = max(2, -(print_.unit * 100).adjusted()) if print_.unit else 2
    return f"{(value * 100).quantize(Decimal(1).scaleb(-places)):f}%"


def entries_of(terms: Sequence[Term]) -> list[Entry]:
    """Return the entries that take part in terms, those inside a term that is made of several too."""
    out: list[Entry] = []
    for term in terms:
        out += [term] if isinstance(term, Entry) else term.entries
    return out
