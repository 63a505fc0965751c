"""Rules on 经费控制情况 of 附件2: sums, control rates, procurement."""

from collections.abc import Iterator
from decimal import Decimal

from workbook.derive.identities import broken
from workbook.derive.rates import expense_control_rate, procurement_rate, three_public_change_rate
from workbook.fields import EXPENSE_COLUMNS, EXPENSES
from workbook.figures import percent, shown
from workbook.filing import Filing
from workbook.findings import Category, Severity
from workbook.quantity import parse
from workbook.rules.registry import Hit, rule
from workbook.rules.words import points_off, points_over, points_short
from workbook.scheme import Scheme

CONTROLLED = ("three_public", "project", "operating")
IDENTITY = "算术关系"


def _sum_hits(rule: str, filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    for entry in broken(rule, filing, scheme):
        addends = entry.addends(values := entry.values(filing))
        words = "＋".join(f"{EXPENSES[path.split('.')[1]]}{shown(value)}" for path, value in addends.items())
        yield Hit(entry.whole, values[entry.whole], entry.expected(values), {"parts": words}, tuple(addends))


@rule(
    "E01",
    "三公经费不等于三项之和",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：三公经费＝公务用车＋出国＋公务接待",
    "{label}填报 {actual}，{parts}＝{expected}，相差 {difference}",
    "请核对三项与合计，改正写错的一处",
    (),
    ("sum.tolerance",),
    asks=("expenses.official_vehicles.final",),
)
def three_public_adds_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每一列的三公经费等于公务用车、出国、公务接待三项之和。"""
    yield from _sum_hits("E01", filing, scheme)


@rule(
    "E02",
    "公务用车经费不等于购置加运行维护",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：公务用车购置和维护经费＝公车购置＋公车运行维护",
    "{label}填报 {actual}，{parts}＝{expected}，相差 {difference}",
    "请核对购置、运行维护与合计，改正写错的一处",
    (),
    ("sum.tolerance",),
)
def vehicles_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每一列的公务用车经费等于公车购置加公车运行维护。"""
    yield from _sum_hits("E02", filing, scheme)


@rule(
    "E03",
    "项目支出不等于各行之和",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：项目支出＝其下各行之和",
    "{label}填报 {actual}，其下 {count} 行相加为 {expected}，相差 {difference}",
    "请核对各项目与合计：可能漏了一行，或有一个数写错",
    (),
    ("sum.tolerance",),
)
def project_lines_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每一列的项目支出等于其下各行之和；专项明细已含在印好的行里的，也算对。"""
    for entry in broken("E03", filing, scheme):
        values = entry.values(filing)
        yield Hit(entry.whole, values[entry.whole], entry.expected(values), {"count": len(entry.addends(values))})


@rule(
    "E04",
    "公用经费小于其中各项之和",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：公用经费≥办公经费＋水电差旅费＋会议培训费",
    "{label}填报 {actual}，其中三项相加已有 {expected}",
    "请核对：其中各项只是公用经费的一部分，合计不能小于它们",
    (),
    ("sum.tolerance",),
)
def operating_holds_its_parts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每一列的公用经费不小于其中三项之和。"""
    names = ("office", "utilities_travel", "meetings_training")
    for column in EXPENSE_COLUMNS:
        whole = getattr(filing.expenses["operating"], column)
        parts = [v for name in names if (v := getattr(filing.expenses[name], column)) is not None]
        total = sum(parts, Decimal(0))
        if whole is not None and total - whole > scheme.number("sum.tolerance") * max(1, len(parts)):
            yield Hit(f"expenses.operating.{column}", whole, total)


@rule(
    "E05",
    "决算数超过预算数",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2013〕53号：三公经费、公用经费控制率以100%为标准",
    "{name}决算数 {actual} 是预算数 {budget} 的 {rate}{points}",
    "请核对预算数是否漏了追加；确实超支的，在出错说明中写明原因",
    (),
    ("rate.warning_above", "deduction.rates"),
)
def finals_within_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三公经费、项目支出、公用经费的决算数不超过预算数。"""
    for name in CONTROLLED:
        expense = filing.expenses[name]
        rate = expense_control_rate(expense.final, expense.budget)
        if rate is not None and rate > scheme.number("rate.warning_above"):
            slots = {"name": EXPENSES[name], "budget": shown(expense.budget or Decimal(0)), "rate": percent(rate)}
            slots["points"] = points_off(f"{EXPENSES[name]}控制率", rate, Decimal(1), scheme)
            yield Hit(f"expenses.{name}.final", expense.final, None, slots, (f"expenses.{name}.budget",))


@rule(
    "E06",
    "各行决算数与预算数分毫不差",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：预算与决算全部相同，多为照抄",
    "附件2 的 {count} 行决算数全部等于预算数",
    "请核对决算数是否照抄了预算数",
)
def finals_not_copied(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三行以上有数时，不会每一行的决算数都与预算数相同。"""
    rows = [row for row in filing.expenses.values() if row.budget and row.final]
    distinct = {row.budget for row in rows}
    if len(distinct) >= 3 and all(row.budget == row.final for row in rows):
        yield Hit("expenses.three_public.final", filing.expenses["three_public"].final, slots={"count": len(rows)})


@rule(
    "E07",
    "公用经费与预算相差过大",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2013〕53号：公用经费控制率",
    "公用经费决算数 {actual} 只有预算数 {budget} 的 {rate}，低于 {limit}",
    "请核对公用经费的口径（只含基本支出中的一般商品和服务支出）与数字",
    ("expenses.operating.budget", "expenses.operating.final"),
    ("operating.far_below",),
)
def operating_near_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """公用经费决算数不低于预算数的一定比例。"""
    row = filing.expenses["operating"]
    rate = expense_control_rate(row.final, row.budget)
    limit = scheme.number("operating.far_below")
    if rate is not None and rate < limit:
        slots = {"budget": shown(row.budget or Decimal(0)), "rate": percent(rate), "limit": percent(limit)}
        yield Hit("expenses.operating.final", row.final, None, slots, ("expenses.operating.budget",))


@rule(
    "E08",
    "政府采购金额与采购预算相差过大",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2013〕53号：政府采购执行率＝实际采购金额÷政府采购预算数",
    "政府采购决算数 {actual}，{compared}",
    "请核对采购预算是否漏报、单位是否为万元；属实的在出错说明中写明",
    ("expenses.procurement.final",),
    ("procurement.low", "procurement.high", "deduction.rates"),
)
def procurement_near_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """政府采购执行率在方案规定的范围内；没有采购预算就没有采购。"""
    row = filing.expenses["procurement"]
    related = ("expenses.procurement.budget",)
    rate = procurement_rate(row.final, row.budget)
    if rate is None:
        if row.final:
            yield Hit("expenses.procurement.final", row.final, None, {"compared": "却没有采购预算数"}, related)
        return
    low, high = scheme.number("procurement.low"), scheme.number("procurement.high")
    if not low <= rate <= high:
        limits = f"不在 {percent(low)}—{percent(high)} 之内"
        off = points_short if rate < 1 else points_over
        words = f"是采购预算数 {shown(row.budget or Decimal(0))} 的 {percent(rate)}，{limits}"
        words += off("政府采购执行率", rate, scheme)
        yield Hit("expenses.procurement.final", row.final, None, {"compared": words}, related)


@rule(
    "E09",
    "基本支出预算有调整而调整行空白",
    Severity.WARNING,
    Category.BETWEEN,
    "基础数据表：部门基本支出预算调整",
    "基本支出年初目标 {target}、全年预算 {basic} 不同，“部门基本支出预算调整”一行却空着",
    "请填写部门基本支出预算调整的预算数与决算数",
    ("outlay.basic", "indicators[]"),
    ("sum.tolerance",),
)
def adjustment_is_filled(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """成本指标里的基本支出目标与全年基本支出预算不同，就应填基本支出预算调整。"""
    row, basic = filing.expenses["basic_budget_adjustment"], filing.outlay.basic
    if row.budget is not None or row.final is not None or basic is None:
        return
    for indicator in filing.indicators:
        target = parse(indicator.target) if "基本支出" in (indicator.level3 or "") else None
        if target is None or target.is_rate or target.unit not in ("", "万元"):
            continue
        if abs(target.value - basic) > scheme.number("sum.tolerance"):
            slots = {"target": shown(target.value), "basic": shown(basic)}
            yield Hit("expenses.basic_budget_adjustment.final", None, None, slots, ("outlay.basic",))
            return


@rule(
    "E10",
    "三公经费比上年增长",
    Severity.WARNING,
    Category.YEARS,
    "财预〔2013〕53号：三公经费变动率以不增长为标准",
    "三公经费决算数 {actual} 比上年 {prior} 增长 {rate}{points}",
    "请核对；确有增长的，在出错说明中写明原因",
    ("expenses.three_public.prior_final", "expenses.three_public.final"),
    ("deduction.rates",),
)
def three_public_does_not_grow(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三公经费决算数不高于上年决算数。"""
    row = filing.expenses["three_public"]
    rate = three_public_change_rate(row.final, row.prior_final)
    if rate is not None and rate > 0:
        slots = {"prior": shown(row.prior_final or Decimal(0)), "rate": percent(rate)}
        slots["points"] = points_off("三公经费变动率", rate, Decimal(0), scheme)
        yield Hit("expenses.three_public.final", row.final, None, slots, ("expenses.three_public.prior_final",))
