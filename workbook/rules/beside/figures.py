"""Cells of the self-evaluation against the figures of the final accounts, the budget and the approved targets."""

from collections.abc import Iterator
from decimal import Decimal

from workbook.derive.beside import COSTS, THREE, differences, known, way
from workbook.derive.identities import own_projects
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import rows

ACCOUNTS, BUDGET, TARGETS = ("given.accounts",), ("given.budget",), ("given.targets",)
SAME = "算术关系：自评与已批复（公开）的决算是同一个数"
BASIS = "实务（可改）：自评与决算、预算的口径可能不同，不同的要能说清"
MEND = "请核对：以批复的为准改正；口径不同的，在出错说明中写明"
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def _identity(id: str, title: str, severity: Severity, reads: tuple[str, ...], what: str) -> None:
    """Declare the rule that reports the identities of an id (`derive.beside`)."""

    def check(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
        for found in differences(filing, id, scheme.number("sum.tolerance")):
            than, verb = ("少于", "的") if found.match.least else ("", "是")
            slots = {"than": than, "verb": verb, "source": found.right.words, "named": found.named_words}
            own = INFO if found.named else None
            yield Hit(found.match.path, found.value, found.right.amount, slots, severity=own)

    check.__doc__ = what
    check.__module__ = __name__
    source = SAME if severity is ERROR else BASIS
    message = "{label}填报 {actual}，{than}{source}{verb} {expected}{named}"
    rule(id, title, severity, Category.BETWEEN, source, message, MEND, reads, ("sum.tolerance",))(check)


_identity(
    "T03", "全年执行数与决算不符", ERROR, ACCOUNTS, "附件3 全年执行数等于决算的本年支出合计；只填了财政拨款的作提示。"
)
_identity(
    "T04",
    "年初预算数与预算、决算不符",
    WARNING,
    BUDGET,
    "附件3 年初预算数等于财决01表的年初预算数，或预算公开的支出合计。",
)
_identity(
    "T05",
    "全年预算数与决算不符",
    WARNING,
    ACCOUNTS,
    "附件3 全年预算数等于财决01表的全年预算数；没有时等于收支总表的总计。",
)
_identity(
    "T07",
    "按收入性质分与决算不符",
    WARNING,
    ACCOUNTS,
    "按收入性质分各项等于财决01表的全年预算数，不少于财政拨款支出各栏。",
)
_identity(
    "T08",
    "按支出性质分与决算不符",
    WARNING,
    ACCOUNTS,
    "按支出性质分的基本、项目支出等于财决01表的全年预算数，不少于支出决算表的数。",
)
_identity(
    "T09",
    "项目支出决算数与决算不符",
    ERROR,
    ACCOUNTS,
    "附件2 项目支出决算数等于支出决算表的项目支出；只填了财政拨款的作提示。",
)
_identity(
    "T10",
    "公用经费决算数与决算不符",
    ERROR,
    ACCOUNTS,
    "附件2 公用经费决算数等于基本支出决算表的公用经费合计，或商品和服务支出。",
)
_identity(
    "T11", "三公经费决算数与决算不符", ERROR, ACCOUNTS, "附件2 三公经费各行的决算数等于三公经费支出决算表的决算数。"
)
_identity(
    "T12",
    "三公经费预算数与预算、决算不符",
    WARNING,
    ("given.money",),
    "附件2 三公经费各行的预算数等于预算公开或三公经费支出决算表的预算数。",
)


@rule(
    "T32",
    "三公经费预算数：预算公开与决算公开不同",
    INFO,
    Category.BETWEEN,
    BASIS,
    "{label}填报 {actual}，与{source}相同；{budget}是 {expected}",
    "年中没有调整预算的，请核对写错的一处；调整过的不必改",
    ("given.money",),
    ("sum.tolerance",),
)
def budgets_of_three_are_one(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """附件2 三公经费的预算数照三公经费支出决算表填，而预算公开表是另一个数的：可能是年中调整，也可能有一处写错。"""
    slack = scheme.number("sum.tolerance")
    for name, item in THREE.items():
        value = filing.expenses[name].budget
        held = next(known(filing, (way(f"three_public.{item}.budget"), way(f"three_public.{item}.annual"))), None)
        public = next(known(filing, (way(f"budget_three_public.{item}"),)), None)
        if value is None or held is None or public is None or abs(public.value - value) <= slack:
            continue
        if abs(held.value - value) <= slack:
            slots = {"source": held.words, "budget": public.words}
            yield Hit(f"expenses.{name}.budget", value, public.amount, slots)


_identity("T13", "上年决算数与上年决算不符", WARNING, ACCOUNTS, "附件2 的上年决算数等于上年的决算公开表。")
_identity(
    "T14",
    "水电差旅、会议培训费与决算不符",
    WARNING,
    ACCOUNTS,
    "附件2 水费、电费、差旅费和会议费、培训费等于基本支出决算表各科目之和。",
)
_identity(
    "T15",
    "公用支出少于决算的科目",
    WARNING,
    ACCOUNTS,
    "附件2 公务接待、公车运行维护、办公经费不少于基本支出决算表的同名科目。",
)
_identity(
    "T16",
    "政府采购决算数与决算不符",
    WARNING,
    ACCOUNTS,
    "附件2 政府采购决算数等于机构运行信息表或决算说明的政府采购支出（合同额与支付额可能不同）。",
)
_identity("T17", "人数与决算不符", WARNING, ACCOUNTS, "附件2 编制数、在职人数等于决算的基本数字表或决算说明的人数。")
_identity(
    "T18",
    "基本支出预算调整与决算不符",
    WARNING,
    ACCOUNTS,
    "附件2 基本支出预算调整的两个数等于财决01表基本支出的年初、全年预算数。",
)
_identity("T24", "年初预算数与目标表不符", WARNING, TARGETS, "附件3 年初预算数等于目标表的年度资金总额。")
_identity("T26", "项目预算数与预算不符", WARNING, BUDGET, "附件2 项目支出预算数等于财决01表或预算公开的项目支出。")
_identity("T27", "自评得分与决算说明不符", WARNING, ACCOUNTS, "附件3 总分等于决算说明里写的自评得分。")


@rule(
    "T06",
    "结转结余与决算不符",
    WARNING,
    Category.BETWEEN,
    BASIS,
    "全年预算数减全年执行数是 {actual}，{source}是 {expected}",
    MEND,
    (*ACCOUNTS, "funds.annual_budget", "funds.executed"),
    ("sum.tolerance",),
)
def left_is_carried(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """全年预算数取了决算总计的，减去全年执行数等于结余分配（事业单位）与年末结转和结余之和。"""
    tolerance, funds = scheme.number("sum.tolerance"), filing.funds
    whole = next(known(filing, (way("summary.total_left.final"), way("summary.total_right.final"))), None)
    carried = next(known(filing, (way("summary.carried.final"),)), None)
    allotted = next(known(filing, (way("summary.allotted.final"),)), None)
    if carried is not None and allotted is not None and allotted.value:
        carried = carried.plus(allotted)
    if whole is None or carried is None or funds.annual_budget is None or funds.executed is None:
        return
    left = funds.annual_budget - funds.executed
    if abs(funds.annual_budget - whole.value) <= tolerance and abs(left - carried.value) > 3 * tolerance:
        slots = {"source": carried.words}
        yield Hit("funds.executed", left, carried.amount, slots, ("funds.annual_budget",), kind="amount")


@rule(
    "T22",
    "各项目支出之和与决算不符",
    WARNING,
    Category.BETWEEN,
    BASIS,
    "各项目决算数合计 {actual}，{source}是 {expected}{named}",
    "请核对漏填、多填了哪个项目，或在出错说明中写明口径",
    (*ACCOUNTS, "project_lines[]"),
    ("sum.tolerance",),
)
def projects_sum_to_the_accounts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """附件2 项目支出自身与决算相符时，各项目决算数之和也等于它。"""
    lines = (filing.project_lines[index] for index in own_projects(filing))
    finals = [row.final for row in lines if row.final is not None]
    slack = scheme.number("sum.tolerance") * (len(finals) + 1)
    right = next(known(filing, (way("spending.total.project"), way("summary.project.final"))), None)
    whole = filing.expenses["project"].final
    if right is None or len(finals) < 2 or (whole is not None and abs(whole - right.value) > slack):
        return
    total = sum(finals, Decimal(0))
    fiscal = next((k for k in known(filing, (way("general.total.project"),)) if abs(k.value - total) <= slack), None)
    if abs(total - right.value) > slack:
        named = f"；它正好是{fiscal.words}：只列了财政拨款" if fiscal else ""
        slots = {"source": right.words, "named": named}
        yield Hit(
            "project_lines[0].final",
            total,
            right.amount,
            slots,
            label="各项目决算数",
            severity=INFO if fiscal else None,
        )


@rule(
    "T23",
    "成本指标的支出与决算不符",
    WARNING,
    Category.BETWEEN,
    BASIS,
    "「{name}」完成值 {done}，{source}是 {right}{named}",
    MEND,
    (*ACCOUNTS, "indicators[]"),
    ("sum.tolerance",),
)
def costs_are_the_accounts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """名为基本支出、项目支出、总支出的指标，完成值的金额等于支出决算表的数。"""
    for index, row in rows(filing):
        item = COSTS.get(normal(row.level3 or ""))
        done = parse(row.actual)
        right = next(known(filing, (way(f"spending.total.{item}"),)), None) if item else None
        if right is None or done is None or not done.is_money:
            continue
        slack = scheme.number("sum.tolerance") * 2
        if abs(done.value - right.value) > slack:
            fiscal = known(filing, (way(f"general.total.{item}"),))
            named = next((entry for entry in fiscal if abs(entry.value - done.value) <= slack), None)
            words = f"；它正好是{named.words}：只填了财政拨款" if named else ""
            slots = {
                "name": row.level3,
                "done": row.actual,
                "source": right.words,
                "right": shown(right.amount),
                "named": words,
            }
            yield Hit(f"indicators[{index}].actual", slots=slots, severity=INFO if named else None)
