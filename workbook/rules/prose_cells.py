"""Which cell of the sheets an amount in the running text speaks of, and which marks every checked figure bears."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from workbook.fields import EXPENSES, FIELDS
from workbook.narrative.meaning import match, same, slips
from workbook.narrative.names import core, sureness
from workbook.quantity import parse

if TYPE_CHECKING:
    from workbook.filing import Filing
    from workbook.narrative.meaning import Slip
    from workbook.narrative.statements import Amount, Narrative, Span

SURE = 0.85
NAMED_EXPENSES = {label: name for name, label in EXPENSES.items()}


class Cell(NamedTuple):
    """A cell that a statement may speak of: its path, its value (万元), how sure, and whether others would do as well."""

    path: str
    value: Decimal
    sure: str
    certain: bool = True


def known_slips(filing: Filing, told: Narrative) -> dict[Span, Slip]:
    table: dict[str, Decimal] = {}
    for path in filing.paths() if any(amount.figure.unit == "元" for amount in told.amounts) else ():
        value = filing.get(path)
        if isinstance(value, Decimal) and value > 0 and _is_amount(path):
            table[filing.label(path)] = value
    return slips(told, table)


_AMOUNTS = frozenset(entry.path for entry in FIELDS if entry.kind == "amount")


def _is_amount(path: str) -> bool:
    return re.sub(r"\[\d+\]", "[]", path) in _AMOUNTS


def is_current(filing: Filing, amount: Amount) -> bool:
    """Return whether an amount speaks of the filing's year, and of all of it."""
    return amount.year in (None, filing.year) and not amount.period


def is_prior(filing: Filing, amount: Amount) -> bool:
    return amount.year == -1 or (filing.year is not None and amount.year == filing.year - 1)


def fits(amount: Amount, value: Decimal, other: Decimal, known: dict[Span, Slip]) -> bool:
    return same(amount.figure, other, value if amount.span in known else None)


def comparable(filing: Filing, amount: Amount) -> list[Cell]:
    """Return the cells that must hold an amount: those it may speak of, without those of another scope."""
    return [cell for cell in cells_of(filing, amount) if not other_scope(filing, amount, cell.path)]


def cells_of(filing: Filing, amount: Amount) -> list[Cell]:
    """Return the cells that may hold an amount, the likeliest first; none where year or period is another."""
    if amount.scope not in ("", "财政拨款") or amount.figure.comparator:
        return []
    if amount.project:
        return _project_cells(filing, amount)
    if is_prior(filing, amount) and amount.subject in NAMED_EXPENSES and amount.kind in ("支出", ""):
        return _filled(filing, [(f"expenses.{NAMED_EXPENSES[amount.subject]}.prior_final", "科目、年度相同")])
    if not is_current(filing, amount):
        return []
    if amount.subject == "总":
        return _whole_cells(filing, amount)
    if amount.subject == "基本支出":
        return _basic_cells(filing, amount)
    if amount.subject in NAMED_EXPENSES:
        name = NAMED_EXPENSES[amount.subject]
        if amount.kind == "支出":
            sure = "科目相同" if amount.explicit or amount.part else "科目相同，按支出理解"
            return _filled(filing, [(f"expenses.{name}.final", sure)])
        if amount.kind in ("年初预算", "预算"):
            paths = [(f"expenses.{name}.budget", "科目相同")]
            paths += [("outlay.project", "")] if name == "project" else []
            return _filled(filing, paths[: 2 if amount.kind == "预算" else 1], amount.kind == "年初预算")
    return []


def _filled(filing: Filing, paths: Iterable[tuple[str, str]], certain: bool = True) -> list[Cell]:
    cells = [(path, filing.get(path), sure) for path, sure in paths]
    return [Cell(path, value, sure, certain) for path, value, sure in cells if isinstance(value, Decimal)]


def _whole_cells(filing: Filing, amount: Amount) -> list[Cell]:
    if amount.kind == "年初预算":
        return _filled(filing, [("funds.initial_budget", "口径相同")], amount.explicit)
    if amount.kind == "全年预算":
        return _filled(filing, [("funds.annual_budget", "口径相同")], amount.explicit)
    if amount.kind == "预算":
        sure = "正文没有写明是年初还是全年预算"
        return _filled(filing, [("funds.initial_budget", sure), ("funds.annual_budget", sure)], False)
    if amount.kind == "支出" and amount.explicit:
        return _filled(filing, [("funds.executed", "口径相同")], not amount.scope)
    if amount.kind == "收入" and amount.explicit:
        paths = ["income.general_public_budget"] if amount.scope else ["income.total"]
        paths += ["income.total", "funds.annual_budget", "funds.executed"]
        sure = "正文为决算收入，表中按全年预算分列"
        return _filled(filing, [(path, sure) for path in dict.fromkeys(paths)], False)
    return []


def _basic_cells(filing: Filing, amount: Amount) -> list[Cell]:
    if amount.kind == "年初预算":
        return _filled(filing, [("expenses.basic_budget_adjustment.budget", "科目相同")])
    if amount.kind != "支出":
        return []
    for index, row in enumerate(filing.indicators):
        quantity = parse(row.actual)
        if core(row.level3 or "") in ("基本支出", "基本") and quantity is not None and quantity.comparator == "":
            if quantity.is_money:
                return [Cell(f"indicators[{index}].actual", quantity.value, "成本指标同名")]
            if not quantity.unit and not quantity.vague:
                return [Cell(f"indicators[{index}].actual", quantity.number, "成本指标同名")]
    return []


def _project_cells(filing: Filing, amount: Amount) -> list[Cell]:
    found = match(amount.subject, [row.name for row in filing.project_lines])
    if found is None or not is_current(filing, amount) or found[1] < SURE or (amount.part and not amount.kind):
        return []
    row = filing.project_lines[found[0]]
    sure = f"与表中「{' '.join(row.name.split())}」{sureness(found[1])}"
    column = {"支出": "final", "年初预算": "budget"}.get(amount.kind)
    return _filled(filing, [(f"project_lines[{found[0]}].{column}", sure)]) if column else []


def other_scope(filing: Filing, amount: Amount, path: str) -> bool:
    """Return whether the text speaks of 财政拨款 alone and the cell of all funds, which are more."""
    if amount.scope != "财政拨款" or path not in ("funds.executed", "funds.annual_budget", "income.total"):
        return False
    others = (filing.income.other, filing.income.government_fund, filing.income.special_account)
    return amount.subject == "总" and amount.kind in ("支出", "收入") and any(others)
