"""What the roll-up measures, each stated once: of one statement are made the cell formula in the master, the SQL over the
records of any number of departments, and the value that Python writes beside the formula.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from workbook.derive import Derived
from workbook.derive.rates import budget_growth_rate
from workbook.model import bands
from workbook.model.bands import Band, Limits
from workbook.model.fields import EXPENSE_COLUMNS, EXPENSE_LINES, EXPENSES, parts_of
from workbook.model.figures import round_half_up
from workbook.model.filing import Filing
from workbook.model.findings import EXPLAINED, Finding, Severity
from workbook.model.scheme import Scheme

Number = Decimal | None
Span = Callable[[str, str], str]  # sheet and heading of a column → its range

CONTROLLED = tuple(line.name for line in EXPENSE_LINES if line.controlled)  # whose 控制率 is to be within 100%
THREE_PUBLIC = ("three_public", *(line.name for line in parts_of("three_public")))
OPEN_SQL = f"status IS DISTINCT FROM '{EXPLAINED}'"
OPEN_CELLS = ("校验结果", "状态", f"<>{EXPLAINED}")
# an average is of the departments that have the figure; how many have it not is said beside it
MEAN_TOTAL_SQL = "round(sum(total) / count(total), 2)"
UNSCORED_SQL = "count(*) FILTER (total IS NULL)"


class Unit(NamedTuple):
    """What is measured of one department: grade, rates as fractions, 控制率 by expense, the expenses' amounts (万元)."""

    grade: str | None
    execution_rate: Number
    growth: Number
    rates: dict[str, Decimal]
    filing: Filing


def unit_of(filing: Filing, derived: Derived) -> Unit:
    """Return what is measured of a filing."""
    return Unit(derived.grade, derived.at("funds.execution_rate"), growth(filing), derived.control_rates, filing)


def growth(filing: Filing) -> Number:
    """Return 预算增长 as a fraction of six decimals; None where it is 不适用."""
    grown = budget_growth_rate(filing.funds.initial_budget, filing.funds.annual_budget)
    return None if grown is None else round_half_up(grown, 6)


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a measure: of how many departments (or findings) something holds.

    `cells` are the conditions in the master (sheet, heading, criterion of COUNTIFS), `table` and `where` those of SQL, `holds`
    that of Python.
    """

    name: str
    cells: tuple[tuple[str, str, str], ...]
    table: str
    where: str
    holds: Callable[..., bool]

    def formula(self, span: Span) -> str:
        """Return the count as a cell formula, without its "="."""
        pairs = (f'{span(sheet, heading)},"{criterion}"' for sheet, heading, criterion in self.cells)
        return f"COUNTIFS({','.join(pairs)})"

    def sql(self, amount: str = "") -> str:
        """Return the line as SQL: name, count, and the sum of an amount where one is named."""
        total = f", coalesce(sum({amount}), 0)" if amount else ""
        return f"SELECT {text_sql(self.name)} AS name, count(*) AS n{total} FROM {self.table} WHERE {self.where}"

    def value(self, entries: Iterable[Unit] | Iterable[Finding]) -> int:
        """Return the count over departments (or findings)."""
        return sum(map(self.holds, entries))


def _banded(of: Sequence[Band], heading: str, column: str) -> tuple[Count, ...]:
    """Return the lines of a rate's bands; `column` is its name in SQL and of the member of a unit."""

    def line(name: str, limits: Limits) -> Count:
        cells = tuple(("部门清单", heading, f"{sign}{limit}") for sign, limit in limits)
        where = bands.sql(limits, column)
        return Count(name, cells, "units", where, lambda unit: bands.within(limits, getattr(unit, column)))

    return tuple(line(name, limits) for name, limits in of)


def grade_names(schemes: Iterable[Scheme], given: Iterable[str | None] = ()) -> tuple[str, ...]:
    """Return the names of the grades of some schemes, the best first, and behind them other grades that were given."""
    names = [name for scheme in schemes for name in scheme.grades]
    return tuple(dict.fromkeys([*names, *filter(None, given)]))


def by_grade(names: Sequence[str]) -> tuple[Count, ...]:
    """Return the lines of 等级分布 for grades of these names."""
    return tuple(map(_grade, names))


def _grade(name: str) -> Count:
    cells = (("部门清单", "等级", name),)
    return Count(name, cells, "units", f"grade = {text_sql(name)}", lambda unit: bool(unit.grade == name))


def text_sql(words: str) -> str:
    """Return words as SQL writes them."""
    return "'" + words.replace("'", "''") + "'"


def _control(name: str) -> Count:
    label = EXPENSES[name]
    cells = (("基础数据", f"{label}控制率（计算）", ">1"),)
    where = f"name = '{label}' AND rate > 1"
    return Count(label, cells, "expenses", where, lambda unit: bool(unit.rates.get(name, 0) > 1))


def _level(severity: Severity) -> Count:
    cells = (("校验结果", "级别", f"*{severity.caption}*"), OPEN_CELLS)
    where = f"severity = '{severity.caption}' AND leads AND {OPEN_SQL}"
    # what follows from a finding bears no level in 校验结果
    holds = lambda found: found.severity is severity and found.leads and found.is_open  # noqa: E731
    return Count(severity.caption, cells, "findings", where, holds)


BY_EXECUTION = _banded(bands.EXECUTION, "执行率", "execution_rate")
BY_GROWTH = _banded(bands.GROWTH, "预算增长", "growth")
OVER_CONTROL = tuple(map(_control, CONTROLLED))
BY_LEVEL = tuple(map(_level, Severity))


@dataclass(frozen=True, slots=True)
class Spent:
    """One line of 三公经费两年对比: what all departments spent on an expense last year, planned and spent this year (万元)."""

    expense: str

    @property
    def name(self) -> str:
        """Return the expense's label."""
        return EXPENSES[self.expense]

    def formulas(self, span: Span, headings: Callable[[str], str]) -> tuple[str, ...]:
        """Return the sums as cell formulas; `headings` gives the heading in 基础数据 of a path."""
        paths = (f"expenses.{self.expense}.{part}" for part in EXPENSE_COLUMNS)
        return tuple(f"SUM({span('基础数据', headings(path))})" for path in paths)

    def sql(self) -> str:
        """Return the line as SQL: name and sums."""
        sums = ", ".join(f"coalesce(sum({part}), 0)" for part in EXPENSE_COLUMNS)
        return f"SELECT '{self.name}' AS name, {sums} FROM expenses WHERE name = '{self.name}'"

    def values(self, units: Iterable[Unit]) -> tuple[Decimal, ...]:
        """Return the sums."""
        rows = [unit.filing.expenses[self.expense] for unit in units]
        return tuple(sum((getattr(row, part) or Decimal(0) for row in rows), Decimal(0)) for part in EXPENSE_COLUMNS)


SPENT = tuple(map(Spent, THREE_PUBLIC))


def table_sql(lines: Sequence[str], order: str = "place") -> str:
    """Return the lines (SQL each) as one table, in their order or another."""
    parts = (f"SELECT {place} AS place, * FROM ({line})" for place, line in enumerate(lines))
    return f"SELECT * EXCLUDE place FROM ({' UNION ALL '.join(parts)}) ORDER BY {order}"
