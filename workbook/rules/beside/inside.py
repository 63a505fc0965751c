"""The tables beside the self-evaluation by themselves: whether they add up, and whether two of them say the same."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from workbook.derive.beside import as_filled
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.given import Figure
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule


class Inside(NamedTuple):
    """One identity of the tables: `whole` = Σ `parts` − Σ `minus`, all of which must be at hand but those of `may`; `least`: not
    less.
    """

    whole: str
    parts: tuple[str, ...]
    may: tuple[str, ...] = ()
    least: bool = False
    minus: tuple[str, ...] = ()


def _sums(table: str, names: str) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for name in names.split())


_OUTLAYS = "submitted operating subsidies"
_INCOMES = "superior business operating affiliated other"
_COLUMNS = ("initial", "annual", "final")
ACCOUNTS = (
    Inside("summary.total_left.final", _sums("summary", "income_total.final surplus_used.final brought.final")),
    Inside("summary.total_right.final", _sums("summary", "spending_total.final allotted.final carried.final")),
    *(Inside(f"summary.total_left.{column}", (f"summary.total_right.{column}",)) for column in _COLUMNS),
    *(
        Inside(
            f"summary.spending_total.{column}",
            tuple(f"summary.{row}.{column}" for row in ("basic", "project")),
            tuple(f"summary.{row}.{column}" for row in ("submitted", "operations", "subsidies")),
        )
        for column in _COLUMNS
    ),
    *(
        Inside(f"summary.basic.{column}", tuple(f"summary.{row}.{column}" for row in ("personnel", "operating")))
        for column in _COLUMNS
    ),
    Inside("income.total.total", ("summary.income_total.final",)),
    Inside("income.total.total", _sums("income.total", f"fiscal {_INCOMES}")),
    Inside(
        "income.total.fiscal",
        ("summary.income_general.final",),
        _sums("summary", "income_fund.final income_capital.final"),
    ),
    *(Inside(f"income.total.{row}", (f"summary.income_{row}.final",)) for row in _INCOMES.split()),
    Inside("spending.total.total", ("summary.spending_total.final",)),
    *(Inside(f"spending.total.{row}", (f"summary.{row}.final",)) for row in ("basic", "project")),
    Inside(
        "spending.total.total",
        _sums("spending.total", "basic project"),
        _sums("spending.total", "submitted operating subsidies"),
    ),
    Inside("fiscal.income_general.final", ("summary.income_general.final",)),
    Inside("fiscal.income_fund.final", ("summary.income_fund.final",)),
    Inside(
        "fiscal.income_total.final",
        ("fiscal.income_general.final",),
        _sums("fiscal", "income_fund.final income_capital.final"),
    ),
    Inside("fiscal.total_left.final", _sums("fiscal", "income_total.final brought.final")),
    Inside("fiscal.total_right.final", _sums("fiscal", "spending_total.final carried.final")),
    Inside("fiscal.total_left.final", ("fiscal.total_right.final",)),
    Inside(
        "fiscal.spending_total.final",
        _sums("fiscal.spending_total", "general fund"),
        ("fiscal.spending_total.capital",),
    ),
    Inside("general.total.total", ("fiscal.spending_total.general",)),
    Inside("general.total.total", _sums("general.total", "basic project")),
    Inside("general.total.carried", _sums("general.total", "brought income"), minus=("general.total.total",)),
    Inside("general.total.income", ("fiscal.income_general.final",)),
    Inside("basic_all.total", ("spending.total.basic",)),
    Inside("general.total.basic", _sums("basic", "personnel operating")),
    Inside("general.total.basic", ("basic.total",)),
    *(
        Inside(f"three_public.{whole}.{column}", tuple(f"three_public.{part}.{column}" for part in parts.split()))
        for column in ("final", "budget", "annual")
        for whole, parts in (("total", "overseas vehicles reception"), ("vehicles", "purchase operation"))
    ),
    Inside("fund.total.spending", ("fiscal.spending_total.fund",)),
    Inside("fund.total.income", ("fiscal.income_fund.final",)),
    Inside("fund.total.spending", _sums("fund.total", "basic project")),
    Inside("fund.total.carried", _sums("fund.total", "brought income"), minus=("fund.total.spending",)),
    Inside("capital.total.spending", ("fiscal.spending_total.capital",)),
    Inside("capital.total.spending", _sums("capital.total", "basic project")),
    Inside("budget.total_left", ("budget.total_right",)),
    Inside("budget_spending.total", _sums("budget_spending", "basic project"), _sums("budget_spending", _OUTLAYS)),
    Inside("budget_general.total", _sums("budget_general", "basic project")),
    Inside("budget_fund.total", _sums("budget_fund", "basic project")),
    Inside("budget_fiscal.total_left", ("budget_fiscal.total_right",)),
    Inside("budget_basic.total", _sums("budget_basic", "personnel operating")),
    Inside("budget_basic.total", ("budget_general.basic",)),
    *(
        Inside(f"budget_three_public.{whole}", tuple(f"budget_three_public.{part}" for part in parts.split()))
        for whole, parts in (("total", "overseas vehicles reception"), ("vehicles", "purchase operation"))
    ),
)
RUNNING = Inside("basic.operating", ("three_public.running.final",), least=True)
TOLD = Inside("three_public.running.final", ("notes.running",))
TARGETS = (
    Inside("targets.total", _sums("targets", "fiscal other")),
    Inside("targets.task_total", _sums("targets", "task_fiscal task_other")),
    Inside("targets.task_total", ("targets.task_parts",)),
    Inside("targets.total", ("targets.task_total",)),
)


class Breach(NamedTuple):
    """An identity that does not hold: the figure of the whole, its parts, what these come to, and what is taken off them."""

    whole: Figure
    parts: tuple[Figure, ...]
    total: Decimal
    less: tuple[Figure, ...] = ()


def breaches(filing: Filing, entry: Inside, tolerance: Decimal) -> Iterator[Breach]:
    """Yield where an identity does not hold: in each file by itself, across files where no file holds all of it."""
    pools: list[Pool] = [pool for pool in _files(filing).values() if _held(pool, entry)]
    for pool in pools or (_best(filing),):
        parts = _held(pool, entry)
        if parts is None:
            continue
        less = tuple(pool[part] for part in entry.minus)
        whole = pool[entry.whole]
        total = sum((part.value for part in parts), Decimal(0)) - sum((part.value for part in less), Decimal(0))
        slack = tolerance * (len(parts) + len(less) + 1)
        if total > whole.value + slack or (not entry.least and total < whole.value - slack):
            yield Breach(whole, parts, total, less)


Pool = Mapping[str, Figure]


def _files(filing: Filing) -> dict[tuple[str, int | None], dict[str, Figure]]:
    out: dict[tuple[str, int | None], dict[str, Figure]] = {}
    for figure in filing.given.figures:
        out.setdefault((figure.spot.file, figure.year), {}).setdefault(figure.key, figure)
    return out


def _best(filing: Filing) -> Pool:
    given = filing.given
    return {e.key: best for e in given.figures if (best := given.get(e.key, filing.year)) is not None}


def _held(pool: Pool, entry: Inside) -> tuple[Figure, ...] | None:
    if entry.whole not in pool or not all(part in pool for part in (*entry.parts, *entry.minus)):
        return None
    return tuple(pool[part] for part in (*entry.parts, *entry.may) if part in pool)


def _hit(breach: Breach) -> Hit:
    several = len(breach.parts) + len(breach.less) > 1
    parts = "＋".join(f"{part.spot.words} {shown(as_filled(part.value))}" for part in breach.parts)
    parts += "".join(f"－{part.spot.words} {shown(as_filled(part.value))}" for part in breach.less)
    slots = {"place": breach.whole.spot.words, "parts": parts, "sum": "合计" if several else ""}
    # the tables have no cell in the self-evaluation: what is quoted tells one finding from another
    name = f"{breach.whole.spot.file} {breach.whole.key}={'+'.join(part.key for part in breach.parts)}"
    whole, total = as_filled(breach.whole.value), as_filled(breach.total)
    return Hit("", whole, total, slots, quote=name, label=breach.whole.spot.words, kind="amount")


ADVICE = "请核对这两张表，填错的改正后重新附上；不是自评表的错"


@rule(
    "T01",
    "决算、预算表自身不平",
    Severity.ERROR,
    Category.BETWEEN,
    "决算、预算报表的勾稽关系（算术）",
    "{place}是 {actual}，{parts}{sum} {expected}，不相等",
    ADVICE,
    ("given.money",),
    ("sum.tolerance",),
)
def tables_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """决算公开表、财决表、预算表的合计等于各项之和，各表之间同一个数相等。"""
    for entry in ACCOUNTS:
        yield from (_hit(found) for found in breaches(filing, entry, scheme.number("sum.tolerance")))


@rule(
    "T02",
    "两份决算的同一个数不同",
    Severity.WARNING,
    Category.BETWEEN,
    "实务（可改）：公开的决算与批复的决算是同一份",
    "{place}是 {actual}，{other}是 {expected}",
    "请核对哪一份是批复的；另一份改正后重新附上",
    ("given.money",),
    ("sum.tolerance",),
)
def two_files_say_the_same(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同一年度的同一个数，在附来的两张表里相同；机关运行经费不多于公用经费合计。"""
    tolerance = scheme.number("sum.tolerance") * 2
    for key in dict.fromkeys(figure.key for figure in filing.given.figures):
        if key.startswith("notes."):
            continue
        held = list(filing.given.all(key, filing.year))
        for figure in held[1:]:
            first = held[0]
            if key.endswith(".budget") and _is_adjusted(filing, key, first, figure, tolerance):
                continue
            if abs(figure.value - first.value) > tolerance:
                slots = {"place": figure.spot.words, "other": first.spot.words}
                name = f"{figure.spot.file} {key}"
                yield Hit(
                    "",
                    as_filled(figure.value),
                    as_filled(first.value),
                    slots,
                    quote=name,
                    label=figure.spot.words,
                    kind="amount",
                )
    for found in breaches(filing, TOLD, scheme.number("sum.tolerance")):
        slots = {"place": found.parts[0].spot.words, "other": found.whole.spot.words}
        name = f"{found.parts[0].spot.file} {found.parts[0].key}"
        told, whole = as_filled(found.total), as_filled(found.whole.value)
        yield Hit("", told, whole, slots, quote=name, label=found.parts[0].spot.words, kind="amount")
    for breach in breaches(filing, RUNNING, scheme.number("sum.tolerance")):
        slots = {"place": breach.parts[0].spot.words, "other": f"不应多于它的{breach.whole.spot.words}"}
        name = f"{breach.whole.spot.file} {breach.parts[0].key}"
        yield Hit(
            "",
            as_filled(breach.total),
            as_filled(breach.whole.value),
            slots,
            quote=name,
            label=breach.parts[0].spot.words,
            kind="amount",
        )


def _is_adjusted(filing: Filing, key: str, one: Figure, other: Figure, tolerance: Decimal) -> bool:
    """Return whether one of two 预算数 is the year's first and the other the one adjusted: places print either."""
    annual = [entry.value for entry in filing.given.all(f"{key.removesuffix('budget')}annual", filing.year)]
    return any(abs(entry.value - value) <= tolerance for entry in (one, other) for value in annual)


@rule(
    "T25",
    "目标表自身不平",
    Severity.ERROR,
    Category.BETWEEN,
    "目标表的勾稽关系（算术）",
    "{place}是 {actual}，{parts}{sum} {expected}，不相等",
    ADVICE,
    ("given.targets",),
    ("sum.tolerance",),
)
def targets_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """目标表的资金总额等于财政拨款加其他资金，各任务金额之和等于金额合计。"""
    for entry in TARGETS:
        yield from (_hit(found) for found in breaches(filing, entry, scheme.number("sum.tolerance")))
