"""What speaks for and against each figure of the prose, in bits: explained first, accused only by what words claim.

A figure that some relation over its own neighbourhood gives is explained, and nothing is said of it. A figure that no
relation gives, while a claim of the words would give another one, is accused; how strongly, says the sum of: how sure the
words are, how surprising the slip would be as an accident (`printed.slip`), less what explains the figure as it stands.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import log2
from typing import NamedTuple

from workbook.model.filing import Filing
from workbook.narrative.accounts import NONE_LEFT, Account, accounts, balances, bracketed, funds_told, units
from workbook.narrative.cells import amounts, best_row, carry_projects, equalities, family, named_cells, repetitions
from workbook.narrative.goals import degree_fits, goals
from workbook.narrative.ledger import Entry, Ledger, ledger
from workbook.narrative.printed import BASE, LAST_YEAR, TOP, TURNED, UNIT, Print, Slip, significant, slip, slips, values
from workbook.narrative.rates import conversions, gaps, is_old, per_head, prices, rates, shared_out
from workbook.narrative.relations import Equal, Expected, Given, Ratio, Relation, Sum, entries_of, shown
from workbook.narrative.statements import Goal
from workbook.narrative.strays import Named, strays
from workbook.narrative.sums import sums
from workbook.narrative.totals import Totals, named_rates, parted

EXPLAINED = 4.0  # bits from which an accident is no likely explanation
WINDOW = 40  # figures before and after that are a figure's neighbourhood
NEAR = 6  # figures before and after that a unit is held against
_ODD_UNIT = 1.5  # bits that a unit is the wrong one which no other amount of the sentence has
CHANCE = 1.0  # bits that no words speak for it
SPOKEN = 1.5  # bits that the figure is wrong which the words give as the result
SURE = 4.0  # bits of a sum whose parts are by their names all that there is
ALONE = 3.0  # bits for a claim that fails, where no slip mends it


class Limits(NamedTuple):
    """What a scheme says of prose: from how many bits on an accusation is a warning, an error (`prose.warning`, `prose.error`),
    and the path of the total that 执行率 is taken over.
    """

    warning: float = 6.0
    error: float = 11.0
    base: str = "funds.annual_budget"


@dataclass(slots=True)
class Accusation:
    """A figure that a claim says should be another: the entry, the claim, what it should be, by which slip, how sure.

    `cell` says that the figure of the table is the likelier one to be wrong: the slip is its own.
    """

    entry: Entry
    relation: Relation
    right: Decimal
    slip: Slip | None
    bits: float
    cell: bool = False
    witnesses: list[Relation] = field(default_factory=list)
    strength: float = 0.0
    group: int = 0


@dataclass(slots=True)
class Verdict:
    """What became of one entry: the relations that give it, the ones that do not, and the accusation if there is one."""

    entry: Entry
    fits: list[Relation] = field(default_factory=list)
    fails: list[Relation] = field(default_factory=list)
    accused: Accusation | None = None
    wide: float = 0.0

    @property
    def given(self) -> bool:
        """Return whether something gives the figure as it stands."""
        return bool(self.fits) or self.wide >= EXPLAINED

    @property
    def words(self) -> str:
        """Return in words what gives it, or why it was held against nothing."""
        if self.fits:
            return "；".join(dict.fromkeys(f"{one.kind}：{one.formula()}" for one in self.fits[:3]))
        if self.wide >= EXPLAINED:
            return "与邻近的数或表中的数有算术关系"
        if self.fails:
            return f"与{self.fails[0].kind}（{self.fails[0].formula()}）不合，但不能断定说的是同一件事"
        if self.entry.print.vague:
            return "是约数，不核对"
        return "正文和表格里没有能与它对照的数"


@dataclass(slots=True)
class Case:
    """A report's ledger with the verdict of each entry, and the accusations, the surest first."""

    ledger: Ledger
    verdicts: list[Verdict]
    accusations: list[Accusation] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    @property
    def empty_rates(self) -> list[Entry]:
        """Return the rates that are printed of an account without budget and spending: 0 ÷ 0."""
        out = []
        for account in self.accounts:
            budget = account.budget
            if account.spent is None or budget is None or budget.print.value or account.spent.print.value:
                continue
            own = self.ledger.by_paragraph[account.spent.paragraph]
            near = [one for one in own if one.figure.is_rate and one.rate in ("name", "degree") and one.print.value]
            out += [
                one
                for one in near
                if one.segment == account.spent.segment or one.figure.sentence - account.spent.figure.sentence in (0, 1)
            ]
        return list({one.number: one for one in out}.values())

    @property
    def unmoved(self) -> list[tuple[Entry, int, Decimal]]:
        """Return the projects of which the prose says that nothing was moved: an entry, the table's row, what is left."""
        out = []
        for account in self.accounts:
            moves = [*account.ups, *account.downs]
            if not moves or any(one.print.value for one in moves) or account.left is None or not account.project:
                continue
            row = best_row(account.project, self.rows)
            if row is not None:
                out.append((moves[0], row, account.left.print.value))
        return out


def judge(filing: Filing, limits: Limits | None = None, own: Sequence[Named] = ()) -> Case:
    """Return what speaks for and against every figure of a filing's prose; `own` are the figures of its tables that no form has."""
    rows = [" ".join(row.name.split()) for row in filing.project_lines]
    told = ledger(filing.narrative, [name for name in rows if name], filing.year)
    carry_projects(told, rows)
    limits = limits or Limits()
    case = Case(told, [Verdict(entry) for entry in told.entries], accounts=accounts(told), rows=rows)
    case.goals = [goal for made in told.paragraphs for goal in goals(made)]
    claims = list(_claims(filing, case, limits.base))
    for group in claims:
        _file(case, group)
    wide = _Wide(filing, told)
    found = []
    for number, group in enumerate(claims):
        for one in _accusations(case, group, wide):
            one.group = number
            found.append(one)
    found += [one for verdict in case.verdicts if not verdict.fits for one in wide.mends(verdict.entry)]
    found += _strays(filing, case, wide, own)
    case.accusations = _chosen(case, found, limits)
    for verdict in case.verdicts:
        verdict.wide = 0.0 if verdict.fits else wide.explains(verdict.entry)
    return case


def _claims(filing: Filing, case: Case, base: str) -> Iterable[Sequence[Relation]]:
    """Yield the claims of the words, those that are readings of one statement together."""
    told, totals = case.ledger, list(sums(case.ledger))
    yield from ([one] for one in totals)
    yield from ([one] for one in (*balances(case.accounts, _silent(told)), *bracketed(told)))
    yield from ([one] for one in (*units(case.accounts), *funds_told(told)))
    named = Totals(filing, told, case.accounts)
    yield from rates(told, case.accounts, totals, named)
    yield from named_rates(told, named)
    yield from ([one] for one in parted(told, named, totals))
    yield from ([one] for one in (*gaps(told), *conversions(told)))
    yield from shared_out(told, totals, named)
    yield from prices(told)
    yield from per_head(filing, told, named)
    yield from equalities(filing, told, base)
    yield from repetitions(filing, told)
    yield from _degrees(case)


def _silent(told: Ledger) -> bool:
    """Return whether a report nowhere speaks of what is left over."""
    return not any(entry.kind == "结余结转" for entry in told.entries) and not any(
        NONE_LEFT.search(made.flat) for made in told.paragraphs
    )


def _degrees(case: Case) -> Iterator[Sequence[Relation]]:
    """Yield 目标、完成、完成率 as the words give all three."""
    at = {(entry.paragraph, entry.figure.span.start): entry for entry in case.ledger.entries}
    for goal in case.goals:
        if goal.degree is None or goal.actual is None or goal.actual.vague or not goal.target.value:
            continue
        rate, done, target = (
            at.get((one.span.paragraph, one.span.start)) for one in (goal.degree, goal.actual, goal.target)
        )
        if (
            rate
            and done
            and target
            and len({rate.period, done.period, target.period}) == 1
            and not degree_fits(goal, goal.degree, goal.actual)
        ):
            yield [Ratio("完成率", (rate, done, target), 4.0, 1)]


def _file(case: Case, group: Sequence[Relation]) -> None:
    """Put down for each entry which claims give it; of several readings of one statement one that holds is enough."""
    holding = [one for one in group if one.holds]
    for one in holding[:1] or [one for n, one in enumerate(group) if n == 0 or one.kind == "文表"]:
        for entry in entries_of(one.terms):
            verdict = case.verdicts[entry.number]
            (verdict.fits if holding else verdict.fails).append(one)


def _accusations(case: Case, group: Sequence[Relation], wide: _Wide) -> Iterable[Accusation]:
    if any(one.holds for one in group):
        yield from _beside(group, wide)
        return
    for relation in group:
        alone = _unexplained(case, relation, wide) if relation.trust + ALONE > 0 else None
        for index, term in enumerate(relation.terms):
            vague = isinstance(term, Entry) and (term.print.vague or bool(term.figure.comparator))
            if not isinstance(term, Entry) or (vague and relation.kind != "换算"):
                continue
            expected = relation.expected(index)
            if expected is None:
                continue
            other = _based(relation, index, expected, wide) or _last_years(relation, index, expected, wide)
            found = other or _turned(relation, index, expected) or slip(term.print, expected.value, expected.slack)
            if found is not None:
                bits = relation.trust + found.bits - log2(max(1, relation.tries) * len(relation.terms))
                bits += SPOKEN if index == _spoken(relation) else 0.0
                bits += _roundness(relation, index, expected)
                bits -= _explained(case, term, relation, None if other else wide) / 2
                if bits > 0:
                    yield Accusation(term, relation, found.meant * term.print.scale, found, bits)
            if index == alone:
                told = 0.0 if _closed(relation) else _explained(case, term, relation, wide)
                bits = relation.trust + ALONE - told - log2(max(2, relation.tries) / 2) / 2
                if bits > 0:
                    yield Accusation(term, relation, expected.value, None, bits)


def _roundness(relation: Relation, index: int, expected: Expected) -> float:
    """Return, in bits, what it says for a price or a count that it comes out round: 4.81万元÷185辆＝260元.

    A quotient of figures that have nothing to do with each other is no round number; that of round figures may well be one,
    so it counts no more than the digits that go in have over the ones that come out.
    """
    if relation.kind != "单价" or expected.value <= 0:
        return 0.0
    print_ = relation.terms[index].print
    exact, room = expected.value / print_.scale, max(expected.slack / print_.scale, Decimal("0.001"))
    power = exact.adjusted() + 1
    while power > -3 and abs(exact.quantize(Decimal(1).scaleb(power)) - exact) > room:
        power -= 1
    round_ = exact.quantize(Decimal(1).scaleb(power))
    if not round_ or abs(round_ - exact) > room:
        return 0.0
    others = [term.print for n, term in enumerate(relation.terms) if n != index]
    surplus = sum(one.digits for one in others) - significant(round_) - 1
    return max(0.0, min(_ROUND, log2(float(Decimal(1).scaleb(power) / (2 * room))), surplus * log2(10) / 2))


_ROUND = 6.0  # bits at most that a round price speaks for a claim


def _strays(filing: Filing, case: Case, wide: _Wide, own: Sequence[Named]) -> Iterator[Accusation]:
    """Yield the cells that differ by a slip from what the prose says; surer where the prose bears its own figure out."""
    families = {entry.number: family(entry.base) for entry in case.ledger.entries}
    for entry, named, found, bits in strays(case.ledger, named_cells(filing, own), families):
        given = _explained(case, entry, Equal("", ()), wide) >= EXPLAINED
        kind = "文表指标" if named.cell.path.startswith("indicators") else "文表"
        relation = Equal(kind, (entry, named.cell))
        yield Accusation(
            entry, relation, named.cell.print.value, found, bits + (2.0 if given else 0.0), cell=True, group=-2
        )


def _unexplained(case: Case, relation: Relation, wide: _Wide) -> int | None:
    """Return which term of a claim that fails is given least by anything else; of several the one the words give."""
    spoken = _spoken(relation)
    entries = [
        (n, term)
        for n, term in enumerate(relation.terms)
        if isinstance(term, Entry) and (n == spoken or _possible(relation.expected(n)))
    ]
    held = {n: _explained(case, term, relation, wide) for n, term in entries}
    return min(held, key=lambda n: (held[n], n != spoken, -n), default=None)


def _possible(expected: Expected | None) -> bool:
    """Return whether a figure can be what a claim makes it: no part of a total is less than nothing."""
    return expected is None or expected.value >= 0


def _closed(relation: Relation) -> bool:
    """Return whether a claim leaves nothing open though each of its figures stands elsewhere too: an account of a year, heads."""
    if relation.kind == "分项之和" and relation.trust >= SURE:  # few heads are figures that stand anywhere
        return all(isinstance(term, Entry) and term.base in _COUNTED for term in relation.terms)
    return relation.complete and relation.kind in ("预算结余", "占比")


_COUNTED = ("人", "个", "项", "户", "件")


def _turned(relation: Relation, index: int, expected: Expected) -> Slip | None:
    """Return the slip of a change told in the wrong direction: 增长 for 下降."""
    if index or relation.kind not in ("增减幅度", "增减额"):
        return None
    print_ = relation.terms[0].print
    if expected.value >= 0 or not print_.fits(-expected.value, expected.slack):
        return None
    return Slip(TURNED, print_.number, values(print_) + 2)


_FARTHEST = 5  # times that a rate over a wrong base is too large at most
CLEAR = 2.5  # bits from which words say for sure what a rate is of


def _based(relation: Relation, index: int, expected: Expected, wide: _Wide) -> Slip | None:
    """Return the slip of a rate that was worked out of another pair: over 年初预算 for 全年预算, of last year's figure."""
    if index or not isinstance(relation, Ratio):
        return None
    print_, top, bottom = (term.print for term in relation.terms)
    meant = abs(expected.value) / print_.scale
    if relation.mistaken:
        return Slip(f"{BASE}（用了{relation.said}）", meant, values(print_))
    if relation.kind == "占比" and re.search("占(?:比|的?比[重例])?(?:为|达)?$", _lead(relation)):
        return None  # of what is not said
    clear = relation.kind in _OF_TWO or bool(
        relation.kind == "比率"
        and re.search("执行率|支出率|支付率|使用率", _lead(relation))
        and _side_by_side(relation)
    )
    if not clear or relation.change or relation.trust < CLEAR or not print_.value / _FARTHEST < expected.value <= 1:
        return None
    others = wide.beside(relation)
    reach = log2(2 * len(others) + 1)
    for other in others:
        if isinstance(other, Entry) and _akin(_lead(relation), other.lead):
            continue  # 占项目结转的: what it came out of may be what the words mean
        value = other.print.value
        if print_.fits(top.value / value):
            return Slip(f"{BASE}（用了 {shown(other)}）", meant, values(print_) - reach)
        if relation.kind != "占比" and bottom.value and print_.fits(value / bottom.value):
            return Slip(f"{TOP}（用了 {shown(other)}）", meant, values(print_) - reach)
    return None


_OF_TWO = ("占比", "预算执行率", "完成率", "文表执行率")


def _side_by_side(relation: Ratio) -> bool:
    """Return whether a rate follows right behind its two figures: 可用3070万元，支出2882万元，执行率."""
    numbers = [term.number for term in relation.terms if isinstance(term, Entry)]
    return len(numbers) == 3 and max(numbers) - min(numbers) <= 3


def _akin(words: str, lead: str) -> bool:
    """Return whether the words of a rate and of a figure have a pair of characters in common that says something."""
    pairs = {lead[n : n + 2] for n in range(len(lead) - 1)} - _SAYING_NOTHING
    return any(pair in words for pair in pairs)


_SAYING_NOTHING = frozenset(("支出", "预算", "全年", "其中", "资金", "收入", "执行", "行率", "总支"))


def _lead(relation: Relation) -> str:
    """Return the words before the figure that the words give as a claim's result."""
    first = relation.terms[0]
    return first.lead if isinstance(first, Entry) else ""


def _beside(group: Sequence[Relation], wide: _Wide) -> Iterator[Accusation]:
    """Yield the rate that the words clearly say to be of one pair, while it comes out only of one that they do not name."""
    best = max(group, key=lambda one: one.trust)
    rate = best.terms[0]
    held = max(one.trust for one in group if one.holds)
    if best.holds or best.trust - held < CLEAR or held >= SPOKEN or not isinstance(rate, Entry) or rate.print.vague:
        return
    expected = best.expected(0)
    found = _based(best, 0, expected, wide) if expected else None
    if found is not None and expected is not None:
        bits = best.trust + found.bits - log2(max(1, best.tries) * len(best.terms)) + SPOKEN
        yield Accusation(rate, best, found.meant * rate.print.scale, found, bits)


def _last_years(relation: Relation, index: int, expected: Expected, wide: _Wide) -> Slip | None:
    """Return the slip of a figure that is last year's while another, known elsewhere, would do."""
    term = relation.terms[index]
    least = -CHANCE if isinstance(relation, Sum) else 1.0
    if not isinstance(term, Entry) or term.prior or relation.kind.startswith("增减") or relation.trust < least:
        return None
    if term.print.digits < 3 or term.print.value not in wide.last_years or is_old(wide.told, term):
        return None
    if not any(
        abs(value - expected.value) <= unit for value, unit in wide.prints_of(term.base) if value != term.print.value
    ):
        return None
    bits = values(term.print) - log2(len(wide.last_years) + 1)
    return Slip(LAST_YEAR, expected.value / term.print.scale, bits)


def _spoken(relation: Relation) -> int:
    """Return which term the words give as a claim's result: the first, or where that is said without a number the last."""
    if isinstance(relation, Ratio) and relation.exact:
        return 1  # 每吨 180 元，计 65.7 万元
    return 0 if isinstance(relation.terms[0], Entry) else len(relation.terms) - 1


def _explained(case: Case, entry: Entry, accuser: Relation, wide: _Wide | None) -> float:
    """Return in bits what explains an entry as it stands, besides the claim that accuses it; `wide` None: by words alone."""
    best = 0.0
    for one in case.verdicts[entry.number].fits:
        if one is not accuser:
            at = next((n for n, term in enumerate(one.terms) if term is entry), None)
            expected = one.expected(at) if at is not None else None
            loose = log2(1 + 2 * float(expected.slack / entry.print.unit)) if expected and entry.print.unit else 0.0
            best = max(best, values(entry.print) - log2(one.tries * 2) + min(0.0, one.trust) - loose)
    return max(best, wide.explains(entry)) if wide else best


_TOTALS = ("funds.", "outlay.", "income.", "expenses.project.", "expenses.operating.")


def _scattered(*entries: Entry) -> bool:
    """Return whether figures stand in sentences too far apart for words to add them up."""
    ordered = sorted({entry.figure.sentence for entry in entries})
    return any(two - one > 1 for one, two in pairwise(ordered))


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
        if prints[entry.print.value, entry.print.unit] > 1 or any(
            value == entry.print.value and unit != entry.print.unit for value, unit in prints
        ):
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
    return entry.figure.is_money and (entry.per or bool(re.fullmatch(r"[^每]{0,8}每月[^\W\d]{0,4}", entry.lead)))


def _is_count(entry: Entry) -> bool:
    return not (entry.figure.is_money or entry.figure.is_rate or entry.figure.spelled) and entry.print.value > 1


def _months(count: Entry) -> Given:
    """Return a count taken twelve times."""
    print_ = count.print._replace(value=count.print.value * 12, number=count.print.number * 12)
    return Given(print_, f"（{count.figure.number}×12个月）", "", (count,))


def _chosen(case: Case, found: list[Accusation], limits: Limits) -> list[Accusation]:
    """Return one accusation a cause: the surest first; what it mends needs no other."""
    by_entry: dict[int, list[Accusation]] = defaultdict(list)
    for one in found:
        by_entry[one.entry.number].append(one)
    for own in by_entry.values():
        for one in own:
            agreeing = [o for o in own if o.group != one.group and o.cell == one.cell and _same(one, o)]
            one.witnesses = list({other.group: other.relation for other in agreeing}.values())
        for one in own:
            others = [other.bits for other in own if any(other.relation is witness for witness in one.witnesses)]
            one.strength = one.bits + min(5.0, max(others, default=0.0))
    for one in found:
        one.bits = one.strength
    found = [one for one in found if one.bits >= limits.warning]
    out: list[Accusation] = []
    settled: set[int] = set()
    wrong: set[int] = set()
    for one in sorted(found, key=lambda entry: -entry.bits):
        if id(one.relation) in settled or case.verdicts[one.entry.number].accused is not None:
            continue
        if wrong.intersection(term.number for term in one.relation.terms if isinstance(term, Entry)):
            continue  # it fails for a figure that is accused already
        wrong.add(one.entry.number)
        case.verdicts[one.entry.number].accused = one
        out.append(one)
        fails = case.verdicts[one.entry.number].fails
        settled |= {id(relation) for relation in fails if any(term is one.entry for term in relation.terms)}
        settled |= {id(other.relation) for other in by_entry[one.entry.number]}
    return out


def _at(value: Decimal, entry: Entry) -> Decimal:
    """Return a value at the decimals that an entry is printed with."""
    return value.quantize(entry.print.unit, ROUND_HALF_UP)


def _size(value: Decimal) -> int:
    return value.adjusted()


def _same(one: Accusation, other: Accusation) -> bool:
    """Return whether two claims of one entry want the same figure of it."""
    return abs(other.right - one.right) <= one.entry.print.unit
