"""What a cell of the self-evaluation must be by the tables beside it: each identity stated once.

Of them are made the rule that reports a difference, and what is put into a blank cell. A figure is named by its key
(`accounts/tables/*.toml`); figures of another basis that a cell may well hold are named too, so that the difference is said
and not blamed.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from workbook.derive.rounding import AMOUNT_PLACES, places
from workbook.model.figures import round_half_up, shown
from workbook.model.filing import Filing
from workbook.model.given import Figure

LAST_YEAR = -1
# indicators that are a sum of the final accounts → its column
COSTS = {
    "基本支出": "basic",
    "项目支出": "project",
    "总支出": "total",
    "部门整体支出": "total",
    "支出总额": "total",
    "部门总支出": "total",
}


class Way(NamedTuple):
    """A figure, or several that are added up ("-key" is taken off); `basis` says in words of what it speaks where that is not
    what is asked for.

    `year` is 0 for the year of the filing and -1 for the one before it. `only` keys must be at hand for it to count at all
    (blank addends count as nothing).
    """

    keys: tuple[str, ...]
    basis: str = ""
    year: int = 0


class Match(NamedTuple):
    """One identity: the cell, the ways to know it (the first at hand is what must stand there), the ways that are as right,
    and those of another basis, whose difference can be named. With `least` the cell must not be less; where `most` is at hand
    any value from the first way up to it may be right (what was carried over may count or not), `unless` a key says more.
    """

    rule: str
    path: str
    ways: tuple[Way, ...]
    right: tuple[Way, ...] = ()
    others: tuple[Way, ...] = ()
    least: bool = False
    fills: bool = True
    most: Way | None = None
    unless: str = ""


class Known(NamedTuple):
    """A way with its figures: what they come to, and where they stand."""

    way: Way
    value: Decimal
    figures: tuple[Figure, ...]

    @property
    def amount(self) -> Decimal:
        """Return it as a form holds it."""
        return as_filled(self.value)

    @property
    def words(self) -> str:
        """Return where the figures stand, with file, table, row and cell."""
        return "＋".join(figure.spot.words for figure in self.figures)

    @property
    def source(self) -> str:
        """Return where they stand without file and cell: what a note says."""
        return "＋".join(figure.spot.source for figure in self.figures)

    def plus(self, other: "Known") -> "Known":
        """Return both added up."""
        return Known(self.way, self.value + other.value, (*self.figures, *other.figures))


def as_filled(value: Decimal) -> Decimal:
    """Return a figure as a form holds it: tables in 元 give more decimals of 万元 than the two that are filled in."""
    return round_half_up(value, AMOUNT_PLACES) if places(value) > AMOUNT_PLACES else value


def way(*keys: str, basis: str = "", year: int = 0) -> Way:
    """Return a way of these keys."""
    return Way(keys, basis, year)


THREE = {
    "three_public": "total",
    "official_vehicles": "vehicles",
    "vehicle_purchase": "purchase",
    "vehicle_operation": "operation",
    "overseas_travel": "overseas",
    "official_reception": "reception",
}
FISCAL = "只填了财政拨款"
_OTHER_INCOME = ("superior", "business", "operating", "affiliated", "other")
_CAPITAL_PROJECT = ("general.total.project", "fund.total.project", "capital.total.project")


@cache
def matches() -> tuple[Match, ...]:
    """Return every identity between a cell and the tables."""
    return tuple(_funds()) + tuple(_splits()) + tuple(_expenses()) + tuple(_others())


def _funds() -> Iterator[Match]:
    spent = (way("summary.spending_total.final"), way("spending.total.total"))
    fiscal = (way("fiscal.spending_total.final", basis=FISCAL), way("general.total.total", basis=FISCAL))
    yield Match("T03", "funds.executed", spent, others=fiscal)
    planned = (
        way("summary.spending_total.initial"),
        way("budget_spending.total"),
        way("budget.spending_total"),
        way("budget.total_right"),
        way("budget.income_total"),
        way("budget_income.total"),
    )
    # what is carried over from last year is in a budget's total or not, and counts for 年初预算数 or not
    right = (
        way("summary.total_right.initial"),
        *planned[1:],
        *(Way((entry.keys[0], "-budget.brought")) for entry in planned[1:]),
    )
    part = (
        way("budget_fiscal.total_right", basis=FISCAL),
        way("budget_general.total", basis="只填了一般公共预算"),
        way("notes.initial", basis=FISCAL),
    )
    yield Match("T04", "funds.initial_budget", planned, right, part)
    annual = (way("summary.spending_total.annual"), way("summary.total_right.annual"), way("summary.total_left.final"))
    whole = (way("summary.total_right.annual"), way("summary.total_left.annual"), way("summary.total_left.final"))
    without = (
        way("summary.income_total.annual", basis="没有算上年初结转和结余"),
        way("summary.income_total.final", basis="没有算上年初结转和结余"),
        way("fiscal.total_left.final", basis=FISCAL),
    )
    yield Match("T05", "funds.annual_budget", annual, whole, without)
    for name in ("income", "outlay"):  # held against 全年预算数 by rules of their own
        yield Match("", f"{name}.total", annual)


def _splits() -> Iterator[Match]:
    for name, row in (("general_public_budget", "general"), ("government_fund", "fund"), ("state_capital", "capital")):
        annual, brought = f"summary.income_{row}.annual", f"fiscal.brought_{row}.final"
        yield _split(name, (annual,), (way(annual, brought),), brought)
        yield Match("T07", f"income.{name}", (way(f"fiscal.spending_total.{row}"),), least=True, fills=False)
    others = tuple(f"summary.income_{name}.annual" for name in _OTHER_INCOME)
    carried = (way(*others, "summary.brought.annual"), way(*others, "summary.brought.annual", "-fiscal.brought.final"))
    yield _split("other", others, carried, "fiscal.brought.final")
    for name in ("basic", "project"):
        yield Match("T08", f"outlay.{name}", (way(f"summary.{name}.annual"),))
        yield Match("T08", f"outlay.{name}", (way(f"spending.total.{name}"),), least=True, fills=False)


def _split(name: str, income: tuple[str, ...], carried: tuple[Way, ...], unless: str) -> Match:
    """Return the identity of a source of money: what came in, with or without what was carried over.

    Which source that belongs to Z01 does not say; where no other table does, all of it may.
    """
    most = way(*income, "summary.brought.annual", "summary.surplus_used.annual")
    return Match("T07", f"income.{name}", (way(*income),), carried, most=most, unless=unless)


def _expenses() -> Iterator[Match]:
    project = (way("spending.total.project"), way("summary.project.final"))
    fiscal = (way(*_CAPITAL_PROJECT, basis=FISCAL), way("general.total.project", basis=FISCAL))
    yield Match("T09", "expenses.project.final", project, others=fiscal)
    # 302 alone and 302 with 310 are both 公用经费: the difference is 310
    goods = (way("basic.goods"), way("basic.goods", "basic.capital"))
    operating = (way("basic.operating"), way("basic.total", "-basic.wages", "-basic.families"))
    whole = (way("summary.operating.final"), way("basic_all.goods"), way("basic_all.goods", "basic_all.capital"))
    yield Match("T10", "expenses.operating.final", operating, (*goods, *whole))
    for name, item in THREE.items():
        yield Match("T11", f"expenses.{name}.final", (way(f"three_public.{item}.final"),))
        planned = (way(f"three_public.{item}.budget"), way(f"budget_three_public.{item}"))
        yield Match("T12", f"expenses.{name}.budget", planned, (*planned, way(f"three_public.{item}.annual")))
        before = (way(f"three_public.{item}.final", year=LAST_YEAR),)
        yield Match("T13", f"expenses.{name}.prior_final", before)
    yield Match("T13", "expenses.project.prior_final", (way("spending.total.project", year=LAST_YEAR),))
    last = (way("basic.operating", year=LAST_YEAR),)
    yield Match("T13", "expenses.operating.prior_final", last, (way("basic.goods", year=LAST_YEAR),))
    travel = (way("basic.water", "basic.power", "basic.travel"),)
    yield Match("T14", "expenses.utilities_travel.final", travel)
    meetings = (way("basic.meetings", "basic.training"),)
    with_projects = (way("three_public.meetings.final", "three_public.training.final"),)
    yield Match("T14", "expenses.meetings_training.final", meetings, with_projects)


def _others() -> Iterator[Match]:
    yield Match("T15", "expenses.official_reception.final", (way("basic.reception"),), least=True, fills=False)
    yield Match("T15", "expenses.vehicle_operation.final", (way("basic.vehicles"),), least=True, fills=False)
    yield Match("T15", "expenses.office.final", (way("basic.office"),), least=True)
    bought = (way("three_public.procurement.final"), way("notes.procurement"))
    yield Match("T16", "expenses.procurement.final", bought)
    for name in ("authorized", "actual"):
        heads = (way(f"staff.{name}"), way(f"notes.{name}"))
        yield Match("T17", f"staff.{name}", heads, heads)
    general = "只填了一般公共预算"
    before = (way("summary.basic.initial"), way("budget_spending.basic"))
    part = (way("budget_general.basic", basis=general),)
    yield Match("T18", "expenses.basic_budget_adjustment.budget", before, before, part)
    after = (way("summary.basic.annual"),)
    spent = (way("summary.basic.final"), way("spending.total.basic"), way("general.total.basic"))
    yield Match("T18", "expenses.basic_budget_adjustment.final", after, spent)
    yield Match(
        "T24",
        "funds.initial_budget",
        (way("targets.total"), way("targets.task_total")),
        (way("targets.task_total"),),
        (way("targets.fiscal", basis=FISCAL), way("targets.task_fiscal", basis=FISCAL)),
    )
    planned = (way("summary.project.initial"), way("budget_spending.project"))
    part = (way("budget_general.project", basis=general),)
    # 预算数 of 附件2 is the year's first or, where a county wants it so, the one adjusted
    yield Match("T26", "expenses.project.budget", planned, (*planned, way("summary.project.annual")), part)
    yield Match("T27", "total.score", (way("notes.score"),), fills=False)


def known(filing: Filing, ways: Sequence[Way]) -> Iterator[Known]:
    """Yield the ways that are at hand: those of which one figure at least was given for the year."""
    for entry in ways:
        year = filing.year + entry.year if filing.year else None
        if entry.year and year is None:
            continue
        held = ((key, filing.given.get(key.removeprefix("-"), year)) for key in entry.keys)
        found = {key: figure for key, figure in held if figure and (not entry.year or figure.year == year)}
        if found and (len(found) == len(entry.keys) or _may_lack(entry, found)):
            value = sum((-figure.value if key[0] == "-" else figure.value for key, figure in found.items()), Decimal(0))
            yield Known(entry, value, tuple(found.values()))


def _may_lack(entry: Way, found: Mapping[str, Figure]) -> bool:
    """Return whether an addend that stands in no table is nothing: lines that a table leaves out where they are 0."""
    taken = [key for key in entry.keys if key[0] == "-"]
    if taken and (not set(taken) <= found.keys() or len(found) == len(taken)):  # nothing to take it off
        return False
    return len(entry.keys) > 2 or entry.keys[0].startswith("basic.")


class Difference(NamedTuple):
    """A cell that is not what the tables say: what they say, and the basis that explains it ("" where none does)."""

    match: Match
    value: Decimal
    right: Known
    named: Known | None

    @property
    def named_words(self) -> str:
        """Return the basis that explains the difference, as a part of a sentence."""
        if self.named is None:
            return ""
        return f"；它正好是{self.named.words} {shown(self.named.amount)}：{self.named.way.basis}，口径不同"


def differences(filing: Filing, rule: str, tolerance: Decimal) -> Iterator[Difference]:
    """Yield the cells that a rule is to report; `tolerance` is that of one addend (万元)."""
    for match in matches():
        value = filing.get(match.path) if match.rule == rule else None
        right = next(known(filing, match.ways), None) if value is not None else None
        if value is None or right is None:
            continue
        slack = tolerance * (len(right.figures) + 1)
        if value >= right.value - slack if match.least else abs(value - right.value) <= slack:
            continue
        if any(abs(value - entry.value) <= slack for entry in known(filing, match.right)):
            continue
        most = next(known(filing, (match.most,)), None) if match.most and not filing.given.has(match.unless) else None
        if most is not None and right.value - slack <= value <= most.value + slack:
            continue
        named = next((entry for entry in known(filing, match.others) if abs(value - entry.value) <= slack), None)
        yield Difference(match, value, right, named)


def fillings(filing: Filing) -> Iterator[tuple[str, Known]]:
    """Yield the blank cells that the tables determine, each with what belongs there and where it stands."""
    done: set[str] = set()
    for match in matches():
        path = match.path
        if not match.fills or path in done or not filing.asks(path):
            continue
        if filing.get(path) is None and path not in filing.unread:
            right = next(known(filing, match.ways), None)
            most = next(known(filing, (match.most,)), None) if match.most else None
            if right is None or (most is not None and most.value != right.value):
                continue
            if right.value or not path.startswith(_NOT_ZERO):
                done.add(path)
                yield path, right


# a line of money that does not exist is left blank rather than filled with 0
_NOT_ZERO = (
    "income.government_fund",
    "income.state_capital",
    "income.other",
    "expenses.vehicle_purchase",
    "expenses.overseas_travel",
)
