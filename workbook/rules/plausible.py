"""Rules on figures that cannot be what they say: 元 for 万元, a rate over nothing, points that the spending belies."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workbook.derive import Derived, execution_base
from workbook.derive.rates import execution_rate
from workbook.model.fields import EXPENSE_COLUMNS, EXPENSES
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import answer, parse
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import WITHIN, YUAN, rows, short, unit_slip
from workbook.rules.sheet_figures import outlay_of
from workbook.rules.words import LOW_RATE, says

LEAST_YUAN = Decimal(1000)
DIVISORS = (
    ("area_control_rate", "approved_area", "批复规模"),
    ("investment_control_rate", "budget_investment", "预算投资"),
)


@rule(
    "M01",
    "疑似把元填成万元",
    Severity.ERROR,
    Category.WITHIN,
    "表样所印的单位（万元）；算术：同一项的数不会相差一万倍",
    "{label}填报 {written}，{far}",
    "请核对单位，改为 {right}{else}",
)
def amounts_are_in_wan(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同一项支出、同一笔资金、同一条指标的几个数之间不会相差一万倍左右；只与上年相差的也可能是真的，只作预警。"""
    for group in _same_things(filing):
        positive = {path: value for path in group if (value := filing.get(path)) and value > 0}
        own = {path: value for path, value in positive.items() if not path.endswith(".prior_final")}
        for path, value in positive.items():
            same_year = path in own and _far_below(value, own)
            least = same_year or _far_below(value, positive)
            if least:
                times = shown(round(value / positive[least]))
                expected = (value / YUAN).quantize(Decimal("0.01"))
                far = f"是{filing.label(least)} {shown(positive[least])}的 {times} 倍，应是把元当成了万元"
                slots = {"written": f"{shown(value)} 万元", "far": far}
                slots["right"] = f"{shown(expected)} 万元"
                slots["else"] = "" if same_year else "；确实属实的，在出错说明中写明"
                severity = None if same_year else Severity.WARNING
                yield Hit(path, value, expected, slots, (least,), severity=severity)
    for index, row in rows(filing):
        yield from _unit_of_row(filing, index, row)


def _far_below(value: Decimal, others: Mapping[str, Decimal]) -> str:
    """Return the path of the least of some amounts where a value is about ten thousand times as much; "" where it is not."""
    least = min(others, key=lambda path: others[path])
    near = YUAN / WITHIN <= value / others[least] <= YUAN * WITHIN
    return least if value >= LEAST_YUAN and near else ""


def _unit_of_row(filing: Filing, index: int, row: Indicator) -> Iterator[Hit]:
    """Yield the hit of a row whose target and actual value differ by 元 against 万元; rows held to the sheet have their own rule."""
    target, outlay = parse(row.target), outlay_of(row)
    actual = answer(target, row.actual) if target else None
    if target is None or actual is None or (outlay and outlay.spent and filing.get(outlay.spent) is not None):
        return
    unit = unit_slip(target, actual)
    if unit:
        far = f"年度指标值却是 {short(row.target)}，单位应是写错了"
        right = f"{shown(actual.number)}{unit}"
        slots = {"written": short(row.actual), "far": far, "right": right, "else": ""}
        path = f"indicators[{index}]"
        yield Hit(f"{path}.actual", None, right, slots, (f"{path}.target",))


def _same_things(filing: Filing) -> Iterator[tuple[str, ...]]:
    """Yield the paths of amounts that speak of one thing at several times or from two sides."""
    for name in EXPENSES:
        yield tuple(f"expenses.{name}.{column}" for column in EXPENSE_COLUMNS)
    for index in range(len(filing.project_lines)):
        yield tuple(f"project_lines[{index}].{column}" for column in EXPENSE_COLUMNS)
    funds = ("initial_budget", "annual_budget", "executed")
    yield (*(f"funds.{name}" for name in funds), "income.total", "outlay.total")


@rule(
    "M02",
    "分母为零却填了比率",
    Severity.ERROR,
    Category.WITHIN,
    "算术关系：除数为零时比率不适用，不是 0%，也不是 100%",
    "{label}填报 {actual}，它的分母{divisor}却是 0",
    "请核对{divisor}；确实为 0 的，比率留空",
)
def no_rate_over_nothing(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """执行率、规模控制率、投资概算控制率的分母为零时，比率应留空。"""
    if filing.funds.execution_rate is not None and execution_base(filing, scheme) == 0:
        slots = {"divisor": scheme.text("execution.denominator")}
        yield Hit("funds.execution_rate", filing.funds.execution_rate, slots=slots)
    for index, row in enumerate(filing.buildings):
        for rate, bottom, name in DIVISORS:
            if getattr(row, rate) is not None and getattr(row, bottom) == 0:
                yield Hit(f"buildings[{index}].{rate}", getattr(row, rate), slots={"divisor": name})


@rule(
    "M03",
    "指标得分高而钱没有花出去",
    Severity.WARNING,
    Category.WITHIN,
    "某预算管理一体化绩效模块的参数（省份、厂商不详）：(指标得分率－执行得分率)÷指标得分率",
    "指标得分率 {indicators}，预算执行得分率只有 {spending}，比前者低 {gap}，超过 {limit}",
    "请核对指标得分是否偏高；预算没有执行而任务完成的，在出错说明中写明原因",
    ("funds.executed", "indicators[]"),
    ("score.spending_gap",),
)
def scores_match_spending(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """指标得分率不应比预算执行得分率高出许多：任务都完成了，钱却没有用完，要说明原因。"""
    weight = sum((row.weight for row in filing.indicators if row.weight), Decimal(0))
    scored = [row for row in filing.indicators if row.weight and row.score is not None]
    spent = execution_rate(filing.funds.executed, execution_base(filing, scheme))
    if not weight or spent is None or len(scored) != sum(1 for row in filing.indicators if row.weight):
        return
    share = sum((row.score or Decimal(0) for row in scored), Decimal(0)) / weight
    gap = (share - min(spent, Decimal(1))) / share if share > 0 else Decimal(0)
    limit = scheme.number("score.spending_gap")
    if gap > limit:
        slots = {"indicators": percent(share), "spending": percent(min(spent, Decimal(1)))}
        slots |= {"gap": percent(gap), "limit": percent(limit)}
        yield Hit("total.score", filing.total.score, slots=slots, related=("funds.execution_rate",))


@rule(
    "M05",
    "全年预算为零或大量没有花出去",
    Severity.WARNING,
    Category.WITHIN,
    "某预算管理一体化绩效模块的参数（省份、厂商不详）：全年预算数为0或20%以上没有执行",
    "{what}",
    "请核对全年预算数是否应调减、执行数是否漏填；属实的在出错说明中写明原因和结转去向",
    ("funds.annual_budget", "funds.executed"),
    ("spending.unspent", "execution.reason_below"),
)
def budget_is_spent(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """全年预算数不为零，未用部分不超过方案规定的比例；执行率低又没有说明原因的另有规则。"""
    budget, spent = filing.funds.annual_budget, filing.funds.executed
    limit = scheme.number("spending.unspent")
    if budget is None or spent is None:
        return
    if budget == 0:
        yield Hit("funds.annual_budget", budget, slots={"what": "全年预算数为 0"}, related=("funds.executed",))
        return
    unspent = (budget - spent) / budget
    unexplained = bool(filing.narrative) and not says(filing, LOW_RATE)
    if unspent > limit and not (unexplained and 1 - unspent < scheme.number("execution.reason_below")):
        words = f"全年预算数 {shown(budget)}，执行 {shown(spent)}，{percent(unspent)} 没有花出去，超过 {percent(limit)}"
        yield Hit("funds.annual_budget", budget, slots={"what": words}, related=("funds.executed",))


@rule(
    "M04",
    "总分高于执行率对应的封顶分",
    Severity.ERROR,
    Category.WITHIN,
    "地方做法：总分按执行率封顶（参数里启用）",
    "执行率 {rate}，低于 {limit} 的总分不高于 {expected}，填报 {actual}",
    "请把总分改为不高于 {expected}，或核对执行率",
    ("funds.executed", "indicators[]"),
    ("total.cap_method", "total.caps"),
    derived=True,
)
def total_under_its_cap(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """方案启用封顶时，总分不高于执行率所在一档的封顶分。"""
    rate = execution_rate(filing.funds.executed, execution_base(filing, scheme))
    total = filing.total.score if filing.total.score is not None else derived.at("total.score")
    if scheme.text("total.cap_method") != "启用" or rate is None or total is None:
        return
    for below, cap in scheme.rows("total.caps"):
        if rate < below:
            if total > cap:
                slots = {"rate": percent(rate), "limit": percent(below)}
                yield Hit("total.score", total, cap, slots, ("funds.execution_rate",))
            return
