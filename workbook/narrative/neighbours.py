"""Relations that figures of a neighbourhood happen to be in, named by the words or not: they explain, and mend a figure nothing gives."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import log2

from workbook.model.filing import Filing
from workbook.narrative.cells import amounts
from workbook.narrative.hints import is_monthly
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.printed import UNIT, Print, slips, values
from workbook.narrative.relations import Equal, Given, Ratio, Relation, Sum, entries_of
from workbook.narrative.verdicts import EXPLAINED, Accusation

WINDOW = 40  # figures before and after that are a figure's neighbourhood
NEAR = 6  # figures before and after that a unit is held against
_ODD_UNIT = 1.5  # bits that a unit is the wrong one which no other amount of the sentence has
CHANCE = 1.0  # bits that no words speak for it
_TOTALS = ("funds.", "outlay.", "income.", "expenses.project.", "expenses.operating.")


def _scattered(*entries: Entry) -> bool:
    """Return whether figures stand in sentences too far apart for words to add them up."""
    ordered = sorted({entry.figure.sentence for entry in entries})
    return any(two - one > 1 for one, two in pairwise(ordered))


class Neighbours:
    """All relations that figures of the neighbourhood happen to be in, named by the words or not: they may explain."""

    def __init__(self, filing: Filing, told: Ledger) -> None:
        self.told = told
        self.cells = amounts(filing)
        self.by_base: dict[str, list[Entry | Given]] = defaultdict(list)
        for entry in told.entries:
            self.by_base[entry.base].append(entry)
        for cell in self.cells:
            rate = abs(cell.print.value) <= 20 and cell.path.endswith("rate")
            self.by_base["%" if rate else "人" if cell.path.startswith("staff") else "万元"].append(cell)
        self.known: dict[int, float] = {}
        self.made: dict[int, dict[Decimal, Relation]] = {}
        self.first: dict[str, dict[Decimal, Entry | Given]] = {}
        self.counted: dict[str, Counter[tuple[Decimal, Decimal]]] = {}
        self.last_years = {one.print.value for one in told.entries if one.prior and not one.figure.is_rate}
        self.last_years |= {cell.print.value for cell in self.cells if cell.path.endswith("prior_final")}

    def explains(self, entry: Entry) -> float:
        """Return in bits how surely something gives the entry as it stands."""
        if entry.number not in self.known:
            self.known[entry.number] = self._explains(entry)
        return self.known[entry.number]

    def beside(self, ratio: Ratio) -> list[Entry | Given]:
        """Return the figures and totals that may have been taken for one of a rate's two: of their unit, and near."""
        rate, top, bottom = ratio.terms
        assert isinstance(rate, Entry)
        base = next((one.base for one in entries_of((top, bottom))), "万元")
        taken = {top.print.value, bottom.print.value}
        near: list[Entry | Given] = [one for one in self.told.around(rate, 12) if one.base == base and not one.per]
        totals = [cell for cell in self.cells if cell.path.startswith(_TOTALS)] if base == "万元" else []
        return [one for one in near + totals if one.print.value > 0 and one.print.value not in taken]

    def prints_of(self, base: str) -> Counter[tuple[Decimal, Decimal]]:
        """Return how often each value of a unit stands in the report and its tables, by value and last digit."""
        if base not in self.counted:
            self.counted[base] = Counter((one.print.value, one.print.unit) for one in self.by_base[base])
        return self.counted[base]

    def mends(self, entry: Entry) -> Iterator[Accusation]:
        """Yield the slips of a figure that nothing gives which would make it one that its neighbours give.

        No words are needed: of six digits that add up once two of them are swapped, none does so by accident. How many
        relations were tried is counted against it.
        """
        if (
            entry.print.vague
            or entry.figure.comparator
            or entry.figure.spelled
            or entry.print.digits < 3
            or entry.base in ("分", "")
        ):
            return
        if self.explains(entry):
            return
        scale = entry.print.scale
        options = [(one, one.meant * scale) for one in slips(entry.print)]
        for level in (self._near(entry), self._everywhere(entry)):
            sizes = Counter(_size(value) for value in level)
            found = [(one, level[value]) for one, value in options if value in level]
            if not found:
                continue
            best, relation = max(found, key=lambda one: one[0].bits)
            reach = log2(sizes[_size(best.meant * scale)] + 1)  # a slip keeps to numbers of its own size
            bits = best.bits - reach - CHANCE + (_ODD_UNIT if best.name == UNIT and self._is_odd(entry) else 0.0)
            if bits > 0:
                relation.tries = len(level)
                yield Accusation(entry, relation, best.meant * scale, best, bits, group=-1)

    def _is_odd(self, entry: Entry) -> bool:
        """Return whether all other amounts of a sentence are told in another unit: 元 among 万元."""
        near = [one for one in self.told.around(entry, NEAR) if one.sentence == entry.sentence and one is not entry]
        money = [one for one in near if one.figure.is_money and not one.per]
        return len(money) > 1 and all(one.figure.unit != entry.figure.unit for one in money)

    def _near(self, entry: Entry) -> dict[Decimal, Relation]:
        """Return what sums and differences of the figures around an entry give, with the relation that gives it."""
        own = [one for one in self.told.around(entry, WINDOW) if one.base == entry.base and not one.per]
        at = next((n for n, one in enumerate(own) if one is entry), None)
        if entry.figure.is_rate:
            return self._quotients(entry)
        if at is None:
            return self._products(entry)
        around = [one for one in own[max(0, at - 5) : at + 6] if one is not entry]
        out: dict[Decimal, Relation] = {}
        for n, a in enumerate(around):
            for b in around[n + 1 :]:
                if _scattered(entry, a, b):
                    continue
                high, low = (a, b) if a.print.value >= b.print.value else (b, a)
                out.setdefault(a.print.value + b.print.value, Sum("算术", (entry, a, b), signs=(1, -1, -1)))
                out.setdefault(high.print.value - low.print.value, Sum("算术", (entry, high, low), signs=(1, -1, 1)))
        for step in (1, -1):
            run: list[Entry] = []
            for one in own[at + step :: step] if at + step >= 0 else []:
                run.append(one)
                if len(run) > 2:
                    total = sum((term.print.value for term in run), Decimal(0))
                    out.setdefault(total, Sum("算术", (entry, *run), signs=(1, *(-1 for _ in run))))
        for start in range(max(0, at - 6), at):  # a part of a total told before: the rest of it
            rest = own[start].print.value
            for end in range(start + 1, min(len(own), at + 6)):
                rest -= own[end].print.value if end != at else 0
                parts = own[start + 1 : end + 1]
                if end > at - 1 and len(parts) > 2 and rest > 0:
                    out.setdefault(rest, Sum("算术", (own[start], *parts), signs=(1, *(-1 for _ in parts))))
        close = [one for one in around if one.segment == entry.segment][:6]
        for n, a in enumerate(close):
            for b in close[n + 1 :]:
                for c in close:
                    if c is not a and c is not b:
                        value = a.print.value + b.print.value - c.print.value
                        if value > 0:
                            out.setdefault(value, Sum("算术", (entry, a, b, c), signs=(1, -1, -1, 1)))
        return self._products(entry) | out

    def _products(self, entry: Entry) -> dict[Decimal, Relation]:
        """Return what prices and counts beside it make of an amount, and an amount and a count (a price) of a price (a count)."""
        if entry.number not in self.made:
            near = [one for one in self.told.around(entry, 8) if not one.prior and not one.period]
            near = [one for one in near if abs(one.figure.sentence - entry.figure.sentence) <= 1]
            self.made[entry.number] = dict(_products(entry, near)) if any(map(_is_price, near)) else {}
        return self.made[entry.number]

    def _as_last_year(self, entry: Entry) -> int:
        """Return how often a paragraph gives the value of this year's figure as last year's: that bears it out no more."""
        near = self.told.by_paragraph[entry.paragraph] if not entry.prior and not entry.figure.is_rate else ()
        value = entry.print.value
        told = sum(one.prior and one.print.value == value and one.base == entry.base for one in near)
        return (
            told + sum(one.print.value == value for one in self.cells if one.path.endswith("prior_final"))
            if told
            else 0
        )

    def _quotients(self, entry: Entry) -> dict[Decimal, Relation]:
        """Return the quotients and changes that the figures around a rate give, at the rate's own decimals."""
        own = self.told.around(entry, WINDOW)
        near = [one for one in own if not one.figure.is_rate and one.figure.unit and one.print.value > 0]
        near = sorted(near, key=lambda one: abs(one.number - entry.number))[:6]
        out: dict[Decimal, Relation] = {}
        for a in near:
            for b in near:
                if a is b or a.base != b.base or a.per != b.per:
                    continue
                quotient = a.print.value / b.print.value
                out.setdefault(_at(quotient, entry), Ratio("比率", (entry, a, b)))
                if abs(quotient - 1) < 2:
                    up = quotient > 1
                    out.setdefault(
                        _at(abs(quotient - 1), entry), Ratio("增减幅度", (entry, a, b), change=1 if up else -1)
                    )
        return out

    def _everywhere(self, entry: Entry) -> dict[Decimal, Relation]:
        """Return the figures and cells of the unit, each value once."""
        known = self.first.get(entry.base)
        if known is None:
            known = self.first[entry.base] = {}
            for one in reversed(self.by_base[entry.base]):
                if one.print.written >= 3:
                    known[one.print.value] = one
        return {value: Equal("同数", (entry, one)) for value, one in known.items() if one is not entry}

    def _explains(self, entry: Entry) -> float:
        total = values(entry.print)
        prints = self.prints_of(entry.base)
        again = prints[entry.print.value, entry.print.unit] - self._as_last_year(entry)
        if again > 1 or any(value == entry.print.value and unit != entry.print.unit for value, unit in prints):
            return max(0.0, total - log2(len(prints) + 1))
        if any(unit > entry.print.unit and -unit / 2 <= entry.print.value - value < unit for value, unit in prints):
            return EXPLAINED  # the same, printed shorter elsewhere: 386,420 and 38.64 万
        made = self._products(entry)
        if any(entry.print.fits(value) for value in made):
            return max(0.0, total - log2(len(made) + 1))
        near = [one for one in self.told.around(entry, WINDOW) if one is not entry]
        if entry.figure.is_rate:
            return self._rate(entry, near, total)
        return self._amount(entry, [one for one in near if one.base == entry.base], total)

    def _amount(self, entry: Entry, near: Sequence[Entry], total: float) -> float:
        value, unit = entry.print.value, entry.print.unit
        pool = list(dict.fromkeys(one.print.value for one in near[:24]))
        known = set(pool)
        tried = len(pool) * len(pool)
        for a in pool:
            if value - a in known or value + a in known or (a - value in known and a != value):
                return max(0.0, total - log2(tried + 1))
        if entry.figure.is_money:
            cells = {cell.print.value for cell in self.cells if cell.path.startswith(_TOTALS)}
            if any(abs(cell - value) in known or value - cell in cells or value + cell in cells for cell in cells):
                return max(0.0, total - log2((len(cells) + len(pool)) * len(cells) * 2 + 1))
        run = Decimal(0)
        for one in [*reversed([n for n in near if n.number < entry.number])]:
            run += one.print.value
            if abs(run - value) < unit:
                return max(0.0, total - log2(len(near) + 1))
        run = Decimal(0)
        for one in [n for n in near if n.number > entry.number]:
            run += one.print.value
            if abs(run - value) < unit:
                return max(0.0, total - log2(len(near) + 1))
        return 0.0

    def _rate(self, entry: Entry, near: Sequence[Entry], bits: float) -> float:
        value = entry.print.value
        counted = [one for one in near if not one.figure.is_rate and one.print.value > 0][:24]
        rates = [one for one in near if one.figure.is_rate]
        if any(abs(1 - one.print.value - value) < entry.print.unit for one in rates):
            return max(0.0, bits - log2(len(rates) + 1))
        tries, hit = 0, False
        for a in counted:
            for b in counted:
                if a is b or a.base != b.base:
                    continue
                tries += 2
                quotient = a.print.value / b.print.value
                hit = hit or entry.print.fits(quotient) or entry.print.fits(abs(quotient - 1))
        if not hit and counted:
            totals = [cell.print.value for cell in self.cells if cell.path.startswith(_TOTALS) and cell.print.value > 0]
            tops = [one.print.value for one in counted if one.figure.is_money]
            tries += len(tops) * len(totals)
            hit = any(entry.print.fits(top / total) for top in tops for total in totals)
        return max(0.0, bits - log2(tries + 1)) if hit else 0.0


def _products(entry: Entry, near: Sequence[Entry]) -> Iterator[tuple[Decimal, Relation]]:
    """Yield what an entry would be as an amount, a price or a count of a product over its neighbours, with the product."""
    prices = [one for one in near if _is_price(one) and one.print.value > 0]
    counts = [one for one in near if _is_count(one)]
    amounts = [one for one in near if one.figure.is_money and not _is_price(one) and one.print.value > 0]
    for price in [entry] if entry in prices else prices:
        for amount in [entry] if entry in amounts else amounts:
            if price.lead.count("每") > 1:
                yield from _twice_counted(entry, price, amount, counts)
            own: list[Entry | Given] = [entry] if entry in counts else [*counts]
            for count in [*own, *([_YEAR] if "月" in price.lead else [])]:
                if entry is price or entry is amount or entry is count:
                    yield from _product(entry, price, amount, count, amounts)


def _twice_counted(
    entry: Entry, price: Entry, amount: Entry, counts: Sequence[Entry]
) -> Iterator[tuple[Decimal, Relation]]:
    """Yield what a price of two things makes: 2 辆，每辆每天 600 元，190 天，计 228000 元."""
    near = [one for one in counts if abs(one.number - price.number) <= 3]
    for n, one in enumerate(near):
        for other in near[n + 1 :]:
            many = one.print.value * other.print.value
            print_ = one.print._replace(value=many, number=many)
            both = Given(print_, f"（{one.figure.number}×{other.figure.number}）", "", (one, other))
            relation = Ratio("单价", (price, amount, both), exact=True)
            if entry is amount:
                yield price.print.value * many, relation
            elif entry in (one, other):
                rest = price.print.value * (other if entry is one else one).print.value
                value = (amount.print.value / rest).to_integral_value() if rest else Decimal(0)
                if value and amount.print.fits(rest * value):
                    yield value, relation


def _product(
    entry: Entry, price: Entry, amount: Entry, count: Entry | Given, amounts: Sequence[Entry]
) -> Iterator[tuple[Decimal, Relation]]:
    far = abs(price.number - count.number) > 5 if isinstance(count, Entry) else price.number > amount.number
    if far:
        return
    yearly = isinstance(count, Entry) and "月" in price.lead and entry is not count
    for term in (count, _months(count)) if yearly and isinstance(count, Entry) else (count,):
        relation = Ratio("单价", (price, amount, term), exact=True)
        many = term.print.value
        if entry is amount:
            if many and price.print.fits(amount.print.value / many):
                yield amount.print.value, relation  # 支出 1077.45 万元，每公里 70.42 万元
            yield price.print.value * many, relation
            yield (price.print.value * many).quantize(_CENT, ROUND_HALF_UP), relation
        elif entry is price and many:
            value = (amount.print.value / many).quantize(_WHOLE_YUAN)
            if value and amount.print.fits(value * many):
                yield value, relation
            for other in amounts:  # 3 座（每座 128.50 万元），1 辆（230 万元），共 615.50 万元
                rest = amount.print.value - other.print.value
                value = _at(rest / many, price)
                if other is not amount and rest > 0 and amount.print.fits(value * many + other.print.value):
                    terms = (amount, other, Given(price.print._replace(value=value * many), "", entries=(price,)))
                    yield value, Sum("算术", terms, signs=(1, -1, -1))
        elif entry is term:
            value = (amount.print.value / price.print.value).to_integral_value()
            if amount.print.fits(price.print.value * value):
                yield value, relation


_CENT = Decimal("0.01")
_WHOLE_YUAN = Decimal("0.0001")
_YEAR = Given(Print(Decimal(12), Decimal(1), Decimal(12), Decimal(1), money=False), "12个月")


def _is_price(entry: Entry) -> bool:
    """Return whether an amount is one of a unit's: 每户 300 元, 每月 50 元."""
    return entry.figure.is_money and (entry.per or is_monthly(entry))


def _is_count(entry: Entry) -> bool:
    return not (entry.figure.is_money or entry.figure.is_rate or entry.figure.spelled) and entry.print.value > 1


def _months(count: Entry) -> Given:
    """Return a count taken twelve times."""
    print_ = count.print._replace(value=count.print.value * 12, number=count.print.number * 12)
    return Given(print_, f"（{count.figure.number}×12个月）", "", (count,))


def _at(value: Decimal, entry: Entry) -> Decimal:
    """Return a value at the decimals that an entry is printed with."""
    return value.quantize(entry.print.unit, ROUND_HALF_UP)


def _size(value: Decimal) -> int:
    return value.adjusted()
