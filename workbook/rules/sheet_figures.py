"""Rules that hold indicators against the figures of the sheets: the same outlay and the same rate everywhere."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from workbook import patterns as re
from workbook.derive import execution_base_path, rates
from workbook.derive.rounding import quotient_rounding
from workbook.derive.scores import in_named_unit, is_cost
from workbook.model.fields import field_of
from workbook.model.figures import shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import Quantity, normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.basis import another, general_only, wider, words
from workbook.rules.funds import initial_basic
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, name_of, rows, short


class Outlay(NamedTuple):
    """An outlay that cost rows name: its names, the cell of what was spent with its caption, and of 全年预算."""

    names: str
    spent: str
    caption: str
    annual: str

    def initial(self, filing: Filing) -> Decimal | None:
        """Return 年初预算 of the outlay, 万元; None where the form does not hold it."""
        if not self.spent:
            return initial_basic(filing)
        cell = "expenses.project.budget" if self.annual == "outlay.project" else "funds.initial_budget"
        value: Decimal | None = filing.get(cell)
        return value


# 基本支出 stands in no cell of its own: the rule on 全年执行数 holds it against the sheets
OUTLAYS = (
    Outlay("项目支出", "expenses.project.final", "附件2 项目支出决算数", "outlay.project"),
    Outlay(
        "总支出|总经费|经费总支出|整体支出|(?:部门|单位|全年|年度)支出总额",
        "funds.executed",
        "全年执行数",
        "funds.annual_budget",
    ),
    Outlay("基本支出", "", "", "outlay.basic"),
)
NO_OUTLAY = re.compile("控制|率|压减|节约|三公|接待|公车|公用经费")


def outlay_of(row: Indicator) -> Outlay | None:
    """Return the outlay that a cost row names; None where it names none, or a rate of one."""
    name = row.level3 or ""
    if not is_cost(row) or NO_OUTLAY.search(name):
        return None
    return next((entry for entry in OUTLAYS if re.search(entry.names, name)), None)


def annual_of_initial(
    filing: Filing, row: Indicator, target: Quantity, actual: Quantity, tolerance: Decimal
) -> Decimal | None:
    """Return 全年预算 of a cost row's outlay where its target is 年初预算 and the actual keeps within 全年预算; else None."""
    entry = outlay_of(row)
    if entry is None:
        return None
    goal, spent = in_named_unit(row, target).value, in_named_unit(row, actual).value
    initial, annual = entry.initial(filing), filing.get(entry.annual)
    if initial is None or annual is None or abs(goal - initial) > tolerance * 2 or annual <= goal:
        return None
    return annual if spent - annual <= tolerance else None


YUAN = Decimal(10_000)
WHOLE_PERCENT = Decimal("0.005")  # changes are mostly given in whole percent


@rule(
    "I22",
    "成本指标与表内支出不一致",
    Severity.ERROR,
    Category.BETWEEN,
    "算术关系：同一支出在各处为同一个数",
    "「{name}」实际完成值 {words}，{where}是 {expected}，相差 {gap} 万元{slip}",
    "请核对两处口径（财政拨款还是全部资金）与数字，改为一致",
    ROWS,
    ("sum.tolerance",),
    asks=("indicators[].level1",),
)
def cost_rows_repeat_the_sheet(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """名为项目支出、总支出的成本指标，完成值等于表内的项目支出决算数、全年执行数；另有基金、专户、其他资金的只作预警。"""
    for index, row in rows(filing):
        found = parse(row.actual)
        actual = in_named_unit(row, found) if found else None
        entry = outlay_of(row)
        figure = filing.get(entry.spent) if entry and entry.spent else None
        if entry is None or figure is None or actual is None or not (actual.is_money or not actual.unit):
            continue
        gap = actual.value - figure
        if abs(gap) > scheme.number("sum.tolerance"):
            slots = {"name": name_of(row), "words": short(row.actual), "where": entry.caption, "gap": abs(gap)}
            note = _other_calibre(filing, actual.value, entry.spent, scheme.number("sum.tolerance"))
            slots["slip"] = note or _unit_slip(actual, figure)
            severity = Severity.INFO if note else None if general_only(filing) else Severity.WARNING
            cell = f"indicators[{index}].actual"
            yield Hit(cell, actual.value, figure, slots, (entry.spent,), kind="amount", severity=severity)


def _other_calibre(filing: Filing, value: Decimal, right: str, tolerance: Decimal) -> str:
    """Return in words that a value is of another 口径 than the figure it was to repeat; "" where it is not."""
    path = another(filing, right, value, right, tolerance)
    return words(filing, path, right) if path else wider(filing, value, filing.get(right), tolerance)


def _unit_slip(actual: Quantity, figure: Decimal) -> str:
    """Return in words that only the unit is wrong: the same figure with 元 for 万元 or the reverse; "" where not so."""
    if actual.unit == "元" and actual.number == figure:
        return "；数字相同而单位写成了元，应为万元"
    return "；正好差一万倍，应是把元当成了万元" if figure and actual.value == figure * YUAN else ""


class SheetRate(NamedTuple):
    """A rate that indicators repeat: its names, its formula in words, its two figures and how it is worked out."""

    names: str
    formula: str
    top: str
    bottom: str
    of: Callable[[Decimal | None, Decimal | None], Decimal | None] = rates.ratio

    def value(self, filing: Filing) -> Decimal | None:
        """Return the rate of the sheets, None where it is 不适用."""
        return self.of(filing.get(self.top), filing.get(self.bottom))

    @property
    def is_change(self) -> bool:
        """Return whether it is the change between two figures and no plain quotient."""
        return self.of is not rates.ratio


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return rates.three_public_change_rate(now, before)


def _adjustment(annual: Decimal | None, initial: Decimal | None) -> Decimal | None:
    return rates.budget_adjustment_rate(initial, annual)


def _expense(name: str, words: str, formula: str) -> SheetRate:
    return SheetRate(words, formula, f"expenses.{name}.final", f"expenses.{name}.budget")


SHEET_RATES = (
    _expense("three_public", r"(?:“?三公”?)经费(?:预算)?控制率", "三公经费决算数÷预算数"),
    _expense("operating", r"(?:日常)?公用经费(?:预算)?控制率", "公用经费决算数÷预算数"),
    _expense("project", r"项目支出(?:预算)?控制率", "项目支出决算数÷预算数"),
    _expense("procurement", r"政府采购(?:预算)?(?:执行|完成)率", "政府采购决算数÷预算数"),
    SheetRate(r"(?:财政供养|在职)人员控制率", "在职人数÷编制数", "staff.actual", "staff.authorized"),
    SheetRate(
        r"(?:“?三公”?)经费变动率",
        "（本年决算数－上年决算数）÷上年决算数",
        "expenses.three_public.final",
        "expenses.three_public.prior_final",
        _change,
    ),
    SheetRate(
        r"预算调整率",
        "（全年预算数与年初预算数之差）÷年初预算数",
        "funds.annual_budget",
        "funds.initial_budget",
        _adjustment,
    ),
)
EXECUTION = re.compile(r"(?:部门|单位)?(?:整体)?(?:支出)?预算(?:执行|完成)率")
_TAIL = r"(?:[(（][^()（）]*[)）])?"


@rule(
    "I26",
    "指标里的比率与表内数不符",
    Severity.WARNING,
    Category.BETWEEN,
    "财预〔2013〕53号：部门整体支出绩效评价共性指标的计算公式",
    "「{name}」实际完成值 {words}，按表内数 {formula}（{figures}）＝{expected}",
    "请按表内数改为 {expected}，或核对两个数；口径不同的在出错说明中写明",
    ROWS,
    ("execution.denominator",),
)
def rates_repeat_the_sheet(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """名为三公经费控制率、公用经费控制率、政府采购执行率、预算执行率等的指标，完成值等于按表内数算得的比率。"""
    for index, row in rows(filing):
        entry, actual = _rate_of(row.level3, scheme), parse(row.actual)
        if entry is None or actual is None or actual.upper is not None or not (actual.is_rate or not actual.unit):
            continue
        top, bottom, expected = filing.get(entry.top), filing.get(entry.bottom), entry.value(filing)
        if expected is None or _agrees(actual, expected, top, bottom, entry.is_change):
            continue
        figures = f"{field_of(entry.top).label}{shown(top)}，{field_of(entry.bottom).label}{shown(bottom)}"
        slots = {"name": name_of(row), "words": short(row.actual), "formula": entry.formula, "figures": figures}
        rounded = expected.quantize(Decimal("0.0001"))
        yield Hit(f"indicators[{index}].actual", None, rounded, slots, (entry.top, entry.bottom), kind="rate")


def _rate_of(name: str | None, scheme: Scheme) -> SheetRate | None:
    words = normal(name or "")
    if EXECUTION.fullmatch(re.sub(_TAIL + "$", "", words)):
        bottom = execution_base_path(scheme)
        return SheetRate("", f"全年执行数÷{field_of(bottom).label}", "funds.executed", bottom)
    return next((entry for entry in SHEET_RATES if re.fullmatch(entry.names + _TAIL, words)), None)


def _agrees(actual: Quantity, expected: Decimal, top: Decimal, bottom: Decimal, is_change: bool) -> bool:
    """Return whether the words of an actual value fit a rate: the figure itself, or a bound that holds ("≤100%")."""
    given = actual.value if actual.is_rate else min(actual.number, actual.number / 100, key=lambda v: abs(v - expected))
    if actual.comparator in ("≤", "<"):
        return expected <= given
    if actual.comparator in ("≥", ">"):
        return expected >= given
    if not is_change:
        return quotient_rounding(given, top, bottom) is not None
    signed = -given if actual.change == "下降" and given > 0 else given
    return abs(signed - expected) <= WHOLE_PERCENT


@rule(
    "I30",
    "分母为零的比率指标填了数",
    Severity.ERROR,
    Category.BETWEEN,
    "算术关系：除数为零时比率不适用，不是 0%，也不是 100%",
    "「{name}」实际完成值 {words}，它的分母{divisor}却是 0，比率不适用",
    "请核对{divisor}；确实为 0 的，实际完成值填“不适用”，分值按比例分给其他指标",
    ROWS,
    ("execution.denominator",),
)
def no_rate_row_over_nothing(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表内的分母为零时，同名的比率指标不适用，不能填 100% 得分。"""
    for index, row in rows(filing):
        entry, actual = _rate_of(row.level3, scheme), parse(row.actual)
        if entry is not None and actual is not None and filing.get(entry.bottom) == 0:
            slots = {"name": name_of(row), "words": short(row.actual), "divisor": field_of(entry.bottom).label}
            yield Hit(f"indicators[{index}].actual", None, None, slots, (entry.bottom,))
