"""口径: of which point of the budget year, and of which money, a figure speaks; figures of two kinds are no contradiction."""

from decimal import Decimal

from workbook import patterns as re
from workbook.model.fields import field_of
from workbook.model.figures import shown
from workbook.model.filing import Filing

# figures of one subject at several points of the year
SUBJECTS = (
    ("funds.initial_budget", "funds.annual_budget", "funds.executed", "income.general_public_budget"),
    ("expenses.project.prior_final", "expenses.project.budget", "outlay.project", "expenses.project.final"),
    ("expenses.basic_budget_adjustment.budget", "outlay.basic"),
)


def another(filing: Filing, subject: str, value: Decimal, right: str, tolerance: Decimal) -> str:
    """Return the path of a figure of the same subject but another 口径 that a value is equal to; "" where there is none.

    `subject` is any path of the subject, `right` the path of the figure that was to stand there.
    """
    group = next((paths for paths in SUBJECTS if subject in paths), ())
    for path in group:
        figure = filing.get(path)
        differs = field_of(path).calibre != field_of(right).calibre
        if path != right and differs and figure and abs(figure - value) <= tolerance:
            return path
    return ""


def words(filing: Filing, path: str, right: str) -> str:
    """Return in words that a value is the figure at a path and so of another 口径 than the one that was to stand there."""
    one, other = field_of(path), field_of(right)
    owner = f"{other.label} {shown(filing.get(right))}"
    return f"；它正好是{one.label} {shown(filing.get(path))}（{one.calibre}口径），而{owner}是{other.calibre}口径，口径不同"


def wider(filing: Filing, total: Decimal, parts: Decimal, tolerance: Decimal) -> str:
    """Return in words that a total is more than its parts by just 其他资金: all funds against 财政拨款; "" where not."""
    other = filing.income.other
    if not other or abs(total - parts - other) > tolerance:
        return ""
    return f"；正好是其他资金 {shown(other)}：前者为全部资金，后者为财政拨款"


_FISCAL = re.compile(r"财政|一般公共预算|政府性?基金|国有资本|结转|结余")


def fiscal_only(filing: Filing) -> bool:
    """Return whether the form says that all its money is 财政拨款: a source filled, and none of another kind."""
    income = filing.income
    if income.general_public_budget or income.government_fund or income.state_capital:
        return not income.special_account and not income.other
    names = [row.name for row in filing.sources if row.annual_budget or row.executed]
    return bool(names) and all(_FISCAL.search(name) and not re.search("专户|单位", name) for name in names)


def general_only(filing: Filing) -> bool:
    """Return whether the form names no money but 一般公共预算: 基金, 国有资本, 专户 and 其他资金 are blank."""
    income = filing.income
    return not (income.government_fund or income.state_capital or income.special_account or income.other)
