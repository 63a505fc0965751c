"""Rules on 经费控制情况 of 附件2: sums, control rates, procurement."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive.identities import broken
from workbook.derive.rates import expense_control_rate, procurement_rate, three_public_change_rate
from workbook.model.fields import EXPENSE_COLUMNS, EXPENSE_LINES, EXPENSES, parts_of, single
from workbook.model.figures import percent, shown
from workbook.model.filing import Expense, Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.funds import initial_basic, questioned_addition
from workbook.rules.registry import Hit, rule
from workbook.rules.words import ADJUSTED, alike, points_off, points_over, points_short, says

CONTROLLED = tuple(line.name for line in EXPENSE_LINES if line.controlled == "规则")
IDENTITY = "算术关系"
PRACTICE = "实务（可改）"


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
    "财预〔2013〕53号：三公经费、公用经费控制率＝决算数÷预算数；以100%为限是实务（可改）",
    "{name}决算数 {actual} 是{basis} {budget} 的 {rate}{within}{points}",
    "请核对预算数；确实超支或年中追加的，在出错说明中写明原因和文号",
    (),
    ("rate.warning_above", "adjustment.warning_above", "deduction.method", "deduction.rates"),
)
def finals_within_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三公经费、项目支出、公用经费的决算数不超过预算数；项目支出没有超过全年预算、追加不多的只作提示，报告写了调整、追加的和另有规则问到这笔追加的不提。"""
    for name in CONTROLLED:
        expense = filing.expenses[name]
        rate = expense_control_rate(expense.final, expense.budget)
        if rate is None or rate <= scheme.number("rate.warning_above"):
            continue
        over = (expense.final or Decimal(0)) - (expense.budget or Decimal(0))
        if name == "project" and over <= questioned_addition(filing, scheme):
            continue
        slots = {"name": EXPENSES[name], "budget": shown(expense.budget or Decimal(0)), "rate": percent(rate)}
        added = _within_the_year(filing, expense.final, scheme) if name == "project" else ""
        slots |= {"basis": "年初预算数" if name == "project" else "预算数", "within": added}
        slots["points"] = points_off(f"{EXPENSES[name]}控制率", rate, Decimal(1), scheme)
        moderate = bool(added) and rate <= 1 + scheme.number("adjustment.warning_above")
        if moderate and says(filing, ADJUSTED):
            continue
        severity = Severity.INFO if moderate else None
        path = f"expenses.{name}"
        yield Hit(f"{path}.final", expense.final, None, slots, (f"{path}.budget",), severity=severity)


def _within_the_year(filing: Filing, spent: Decimal | None, scheme: Scheme) -> str:
    """Return in words that projects kept within 全年预算, so that what is above 年初预算 was added in the year."""
    annual = filing.outlay.project
    if spent is None or annual is None or spent - annual > scheme.number("sum.tolerance"):
        return ""
    return f"，没有超过全年预算的项目支出 {shown(annual)}，多出的是年中追加"


@rule(
    "E06",
    "各行决算数与预算数分毫不差",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：预算与决算全部相同，多为照抄",
    "附件2 {blocks}的决算数都与预算数分毫不差",
    "请核对决算数是否照抄了预算数；确实一致的，在出错说明中写明",
)
def finals_not_copied(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三公经费、项目支出、公用经费各成一块：一块里有两个以上不同的数，就不会每一行的决算数都与预算数相同。"""
    copied = {name: rows for name, rows in _blocks(filing).items() if _is_copied(rows)}
    if copied:
        first = next(iter(copied))
        blocks = "、".join(f"{EXPENSES[name]} {len(rows)} 行" for name, rows in copied.items())
        yield Hit(f"expenses.{first}.final", filing.expenses[first].final, slots={"blocks": blocks})


def _blocks(filing: Filing) -> dict[str, list[Expense]]:
    """Return the filled rows of each block: the single outlays, without their subtotals."""
    tops = [line.name for line in EXPENSE_LINES if not line.of and parts_of(line.name)]
    out = {top: [filing.expenses[line.name] for line in single(top)] for top in tops}
    out["project"] += filing.project_lines
    return {total: [row for row in rows if row.budget or row.final] for total, rows in out.items()}


def _is_copied(rows: list[Expense]) -> bool:
    return len({row.budget for row in rows}) > 1 and all(row.budget == row.final for row in rows)


@rule(
    "E07",
    "公用经费与预算相差过大",
    Severity.WARNING,
    Category.WITHIN,
    PRACTICE + "：公用经费远低于预算的，多为口径或数字有误",
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
    ("procurement.low", "procurement.high", "deduction.method", "deduction.rates"),
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
    "基本支出年初 {initial}（{how}）、全年预算 {basic}，“部门基本支出预算调整”一行却空着",
    "请填写部门基本支出预算调整的预算数（年初）与决算数（调整后）",
    ("outlay.basic",),
    ("sum.tolerance",),
    asks=("expenses.basic_budget_adjustment.final",),
)
def adjustment_is_filled(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """年初基本支出（年初预算数减附件2 项目支出预算数，或成本指标的目标）与全年基本支出预算不同，就应填基本支出预算调整。"""
    row, basic = filing.expenses["basic_budget_adjustment"], filing.outlay.basic
    if row.budget is not None or row.final is not None or basic is None:
        return
    tolerance = scheme.number("sum.tolerance")
    for initial, how in ((_basic_target(filing), "成本指标的目标"), (initial_basic(filing), DERIVED)):
        if initial is not None and initial >= 0 and abs(initial - basic) > tolerance * 2:
            # worked out of two tables alone it is a question; the department's own figure makes it a slip
            severity = Severity.INFO if how == DERIVED else None
            slots = {"initial": shown(initial), "how": how, "basic": shown(basic)}
            cell = "expenses.basic_budget_adjustment.final"
            yield Hit(cell, None, None, slots, ("outlay.basic",), severity=severity)
            return


DERIVED = "年初预算数减附件2 项目支出预算数"


def _basic_target(filing: Filing) -> Decimal | None:
    """Return the target of the first indicator that names 基本支出 in 万元."""
    for indicator in filing.indicators:
        target = parse(indicator.target) if "基本支出" in (indicator.level3 or "") else None
        if target is not None and not target.is_rate and target.unit in ("", "万元"):
            return target.value
    return None


@rule(
    "E10",
    "三公经费比上年增长",
    Severity.WARNING,
    Category.YEARS,
    PRACTICE + "：厉行节约，三公经费只减不增",
    "三公经费决算数 {actual} 比上年 {prior} 增长 {rate}{points}",
    "请核对；确有增长的，在出错说明中写明原因",
    ("expenses.three_public.prior_final", "expenses.three_public.final"),
    ("deduction.method", "deduction.rates"),
)
def three_public_does_not_grow(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三公经费决算数不高于上年决算数。"""
    row = filing.expenses["three_public"]
    rate = three_public_change_rate(row.final, row.prior_final)
    if rate is not None and rate > 0:
        slots = {"prior": shown(row.prior_final or Decimal(0)), "rate": percent(rate)}
        slots["points"] = points_off("三公经费变动率", rate, Decimal(0), scheme)
        yield Hit("expenses.three_public.final", row.final, None, slots, ("expenses.three_public.prior_final",))


@rule(
    "E11",
    "单个项目超支或执行过低没有说明",
    Severity.WARNING,
    Category.WITHIN,
    PRACTICE + "：项目支出偏离年初预算较多的，应有说明",
    "项目「{name}」支出 {actual}，是年初预算数 {budget} 的 {rate}，{said}",
    "请在报告的项目支出部分写明追加、结转或没有执行的原因",
    ("project_lines[]", "narrative"),
    ("project.low", "project.high"),
)
def projects_far_from_their_budget_are_explained(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """附件2 的项目，支出不到预算的一定比例或超出一定比例的，报告里提到这个项目的一段要有调整、结转或原因；写了追加后的预算的只作提示。"""
    low, high = scheme.number("project.low"), scheme.number("project.high")
    for index, line in enumerate(filing.project_lines):
        rate = expense_control_rate(line.final, line.budget)
        if rate is None or low <= rate <= high:
            continue
        told = [text for text in map(normal, filing.narrative) if alike(normal(line.name), text)]
        if any(CHANGED.search(NOTHING_CHANGED.sub("", text)) for text in told):
            continue
        slots = {"name": line.name, "budget": shown(line.budget or Decimal(0)), "rate": percent(rate)}
        within = any(_budget_told(line.name, text) >= (line.final or Decimal(0)) for text in told)
        slots["said"] = "报告写了追加后的预算，没有说为什么追加" if within and rate > 1 else "报告里没有说明"
        path = f"project_lines[{index}]"
        severity = Severity.INFO if within and rate > 1 else None
        yield Hit(f"{path}.final", line.final, None, slots, (f"{path}.budget",), severity=severity)


_BUDGET_IN_FORCE = re.compile(r"(?:全年|调整后)?预算(?:数|为)*(\d[\d,]*(?:\.\d+)?)(万?)元")


def _budget_told(name: str, text: str) -> Decimal:
    """Return the largest budget that a text tells right behind a project's name, 万元; 0 where it tells none."""
    behind = text[max(text.find(normal(name)[:4]), 0) :][:_BESIDE]
    found = (
        Decimal(each[1].replace(",", "")) * (1 if each[2] else Decimal("0.0001"))
        for each in _BUDGET_IN_FORCE.finditer(behind)
    )
    return max(found, default=Decimal(0))


_BESIDE = 80  # characters behind a project's name that speak of it


# what denies a change is no word for one
NOTHING_CHANGED = re.compile(
    r"(?:调[增减整]|追加|追减|收回|结余|结转)+(?:资金|数|额)?(?:为|了)?0(?:\.0+)?(?:万元|元)|(?:未|没有|无需?)(?:作|做|进行|发生)?(?:任何)?"
    r"(?:调[增减整]|追加|结余|结转)|无(?:结余|结转)+|没有(?:结余|结转)+"
)
CHANGED = re.compile(
    r"调[增减整]|追加|追减|压减|收回|上级|专款|下达|结余|结转|原因|因|由于|受|未完成|未支付|尾款|质保金|推迟|滞后|跨年"
)
