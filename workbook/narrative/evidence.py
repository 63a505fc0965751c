"""What speaks for and against each figure of the prose, in bits: explained first, accused only by what words claim.

A figure that some relation over its own neighbourhood gives is explained, and nothing is said of it. A figure that no
relation gives, while a claim of the words would give another one, is accused; how strongly, says the sum of: how sure the
words are, how surprising the slip would be as an accident (`printed.slip`), less what explains the figure as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import log2
from typing import NamedTuple

from workbook.filing import Filing
from workbook.narrative.accounts import accounts, balances
from workbook.narrative.cells import amounts, equalities, repetitions
from workbook.narrative.ledger import Entry, Ledger, ledger
from workbook.narrative.printed import Slip, slip, slips, values
from workbook.narrative.rates import gaps, prices, rates, shared_out
from workbook.narrative.relations import Equal, Given, Ratio, Relation, Sum, entries_of
from workbook.narrative.sums import sums

NEVER = 99.0
CHANCE = 3.0  # bits that no words speak for it
ALONE = 2.5  # bits for a claim that fails, where no slip mends it


class Limits(NamedTuple):
    """From how many bits on a figure is called explained, a finding is a warning, an error."""

    explained: float = 4.0
    warning: float = 6.0
    error: float = 11.0


@dataclass(slots=True)
class Accusation:
    """A figure that a claim says should be another: the entry, the claim, what it should be, by which slip, how sure."""

    entry: Entry
    relation: Relation
    right: Decimal
    slip: Slip | None
    bits: float
    witnesses: list[Relation] = field(default_factory=list)
    strength: float = 0.0


@dataclass(slots=True)
class Verdict:
    """What became of one entry: the relations that give it, the ones that do not, and the accusation if there is one."""

    entry: Entry
    fits: list[Relation] = field(default_factory=list)
    fails: list[Relation] = field(default_factory=list)
    accused: Accusation | None = None


@dataclass(slots=True)
class Case:
    """A report's ledger with the verdict of each entry, and the accusations, the surest first."""

    ledger: Ledger
    verdicts: list[Verdict]
    accusations: list[Accusation] = field(default_factory=list)


def judge(filing: Filing, limits: Limits = Limits()) -> Case:
    """Return what speaks for and against every figure of a filing's prose."""
    told = ledger(filing.narrative, [" ".join(row.name.split()) for row in filing.project_lines if row.name])
    case = Case(told, [Verdict(entry) for entry in told.entries])
    claims = list(_claims(filing, told))
    for group in claims:
        _file(case, group)
    wide = _Wide(filing, told)
    found = [one for group in claims for one in _accusations(case, group, wide, limits)]
    found += [one for verdict in case.verdicts if not verdict.fits for one in wide.mends(verdict.entry)]
    case.accusations = _chosen(case, found, limits)
    return case


def _claims(filing: Filing, told: Ledger) -> Iterable[Sequence[Relation]]:
    """Yield the claims of the words, those that are readings of one statement together."""
    made = accounts(told)
    totals = list(sums(told))
    yield from ([one] for one in totals)
    yield from ([one] for one in balances(made))
    yield from rates(told, made, totals)
    yield from ([one] for one in gaps(told))
    yield from shared_out(told, totals)
    yield from prices(told)
    yield from equalities(filing, told)
    yield from repetitions(filing, told)


def _file(case: Case, group: Sequence[Relation]) -> None:
    """Put down for each entry which claims give it; of several readings of one statement one that holds is enough."""
    holding = [one for one in group if one.holds]
    for one in holding[:1] if holding else group[:1]:
        for entry in entries_of(one.terms):
            verdict = case.verdicts[entry.number]
            (verdict.fits if holding else verdict.fails).append(one)


def _accusations(case: Case, group: Sequence[Relation], wide: _Wide, limits: Limits) -> Iterable[Accusation]:
    if any(one.holds for one in group):
        return
    for relation in group:
        for index, term in enumerate(relation.terms):
            if not isinstance(term, Entry) or term.print.vague or term.figure.comparator:
                continue
            expected = relation.expected(index)
            if expected is None:
                continue
            found = slip(term.print, expected.value, expected.slack)
            bits = relation.trust + ALONE if index == 0 or _open(case, relation, index) else -NEVER
            if found is not None:
                bits = max(bits, relation.trust + found.bits - log2(max(1, relation.tries) * len(relation.terms)))
            bits -= _explained(case, term, relation, wide) * (1.0 if found is None else 0.5)
            if bits > 0:
                right = found.meant * term.print.scale if found else expected.value
                yield Accusation(term, relation, right, found, bits)


def _open(case: Case, relation: Relation, index: int) -> bool:
    """Return whether a term is the only one of a claim that nothing else gives."""
    for n, term in enumerate(relation.terms):
        if n != index and any(not case.verdicts[entry.number].fits for entry in entries_of((term,))):
            return False
    return True


def _explained(case: Case, entry: Entry, accuser: Relation, wide: _Wide) -> float:
    """Return in bits what explains an entry as it stands, besides the claim that accuses it."""
    best = 0.0
    for one in case.verdicts[entry.number].fits:
        if one is not accuser:
            best = max(best, values(entry.print) - log2(one.tries * 2) + min(0.0, one.trust))
    return max(best, wide.explains(entry))


_TOTALS = ("funds.", "outlay.", "income.", "expenses.project.", "expenses.operating.")


class _Wide:
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

    def explains(self, entry: Entry) -> float:
        """Return in bits how surely something gives the entry as it stands."""
        if entry.number not in self.known:
            self.known[entry.number] = self._explains(entry)
        return self.known[entry.number]

    def mends(self, entry: Entry) -> Iterator[Accusation]:
        """Yield the slips of a figure that nothing gives which would make it one that its neighbours give.

        No words are needed: of six digits that add up once two of them are swapped, none does so by accident. How many
        relations were tried is counted against it.
        """
        if entry.print.vague or entry.figure.comparator or entry.figure.spelled or entry.print.digits < 3 or entry.base == "分":
            return
        if self.explains(entry):
            return
        scale = entry.print.scale
        options = [(one, one.meant * scale) for one in slips(entry.print)]
        for level in (self._near(entry), self._everywhere(entry)):
            reach = log2(len(level) + 1)
            found = [(one, level[value]) for one, value in options if value in level]
            if not found:
                continue
            best, relation = max(found, key=lambda one: one[0].bits)
            if best.bits - reach > CHANCE:
                relation.tries = len(level)
                yield Accusation(entry, relation, best.meant * scale, best, best.bits - reach - CHANCE)

    def _near(self, entry: Entry) -> dict[Decimal, Relation]:
        """Return what sums and differences of the figures around an entry give, with the relation that gives it."""
        own = [one for one in self.told.by_paragraph[entry.paragraph] if one.base == entry.base and not one.per]
        at = next((n for n, one in enumerate(own) if one is entry), None)
        if at is None or entry.figure.is_rate:
            return {}
        around = [one for one in own[max(0, at - 5) : at + 6] if one is not entry]
        out: dict[Decimal, Relation] = {}
        for n, a in enumerate(around):
            for b in around[n + 1 :]:
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
        close = [one for one in around if one.segment == entry.segment][:6]
        for n, a in enumerate(close):
            for b in close[n + 1 :]:
                for c in close:
                    if c is not a and c is not b:
                        value = a.print.value + b.print.value - c.print.value
                        if value > 0:
                            out.setdefault(value, Sum("算术", (entry, a, b, c), signs=(1, -1, -1, 1)))
        return out

    def _everywhere(self, entry: Entry) -> dict[Decimal, Relation]:
        out: dict[Decimal, Relation] = {}
        for one in self.by_base[entry.base]:
            if one is not entry and one.print.written >= 3:
                out.setdefault(one.print.value, Equal("同数", (entry, one)))
        return out

    def _explains(self, entry: Entry) -> float:
        total = values(entry.print)
        same = [one for one in self.by_base[entry.base] if one is not entry]
        if any(one.print.value == entry.print.value for one in same):
            return max(0.0, total - log2(len(same) + 1))
        near = [one for one in self.told.by_paragraph[entry.paragraph] if one is not entry]
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


def _chosen(case: Case, found: list[Accusation], limits: Limits) -> list[Accusation]:
    """Return one accusation a cause: the surest first; what it mends needs no other."""
    by_entry: dict[int, list[Accusation]] = defaultdict(list)
    for one in found:
        by_entry[one.entry.number].append(one)
    for own in by_entry.values():
        for one in own:
            agreeing = [other for other in own if other.relation is not one.relation and _same(one, other)]
            one.witnesses = list({id(other.relation): other.relation for other in agreeing}.values())
        for one in own:
            others = [other.bits for other in own if any(other.relation is witness for witness in one.witnesses)]
            one.strength = one.bits + min(5.0, max(others, default=0.0))
    for one in found:
        one.bits = one.strength
    found = [one for one in found if one.bits >= limits.warning]
    out: list[Accusation] = []
    settled: set[int] = set()
    for one in sorted(found, key=lambda entry: -entry.bits):
        if id(one.relation) in settled or case.verdicts[one.entry.number].accused is not None:
            continue
        case.verdicts[one.entry.number].accused = one
        out.append(one)
        settled |= {id(relation) for relation in case.verdicts[one.entry.number].fails}
        settled |= {id(other.relation) for other in by_entry[one.entry.number]}
    return out


def _same(one: Accusation, other: Accusation) -> bool:
    """Return whether two claims of one entry want the same figure of it."""
    return abs(other.right - one.right) <= one.entry.print.unit
