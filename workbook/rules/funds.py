"""Rules on 年度资金总额: the execution rate, its score, and the two sides of the budget."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from workbook import patterns as re
from workbook.derive import Derived, execution_base
from workbook.derive.identities import BUILDERS, broken
from workbook.derive.rates import budget_adjustment_rate, execution_rate
from workbook.derive.rounding import quotient_rounding, sum_holds
from workbook.derive.scores import is_cost
from workbook.model.fields import field_of
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import parse
from workbook.model.scheme import Scheme
from workbook.rules.basis import another, fiscal_only, wider, words
from workbook.rules.culprit import EVIDENT, slip_of
from workbook.rules.registry import EXECUTION_BASE, Hit, rule
from workbook.rules.words import ADJUSTED, LOW_RATE, points_short, says, tier_points

FORM = "附件3 自评表"
IDENTITY = "算术关系"
OTHER_TOTALS = (
    "funds.initial_budget",
    "funds.annual_budget",
    "income.total",
    "outlay.total",
    "income.general_public_budget",
    "expenses.project.budget",
)


@rule(
    "F01",
    "执行率与全年执行数÷全年预算数不符",
    Severity.ERROR,
    Category.WITHIN,
    "项目支出绩效自评表表样：执行率（B/A），B 为全年执行数，A 为全年预算数",
    "执行率填报 {actual}，按{executed}÷{base}＝{expected}{matched}",
    "请把执行率改为 {expected}，得分一并重算",
    (EXECUTION_BASE, "funds.executed", "funds.execution_rate"),
    ("execution.denominator",),
)
def execution_rate_is_quotient(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """执行率等于全年执行数除以方案规定的分母；不等时指出它其实是除以哪个数得来的。"""
    for entry in broken("F01", filing, scheme):
        top, bottom = entry.parts
        printed, executed, base = filing.funds.execution_rate, filing.get(top), filing.get(bottom)
        matched = culprit = ""
        for path in OTHER_TOTALS:
            other = filing.get(path)
            if other and other != base and quotient_rounding(printed or Decimal(0), executed, other):
                matched = f"；填报数正好是全年执行数÷{field_of(path).label}{shown(other)}，分母用错了"
                culprit = f"『执行率』的分母：用了{field_of(path).label}，应用{field_of(bottom).label}"
                break
        slots = {
            "executed": f"全年执行数{shown(executed)}",
            "base": f"{field_of(bottom).label}{shown(base)}",
            "matched": matched,
        }
        expected = _four(entry.expected(entry.values(filing)))
        yield Hit("funds.execution_rate", printed, expected, slots, entry.parts, culprit=culprit)


def _four(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"))


@rule(
    "F02",
    "预算执行率得分与执行率不成比例",
    Severity.WARNING,
    Category.WITHIN,
    "某预算管理一体化绩效模块的算式与地方填报说明：预算执行率得分＝分值×执行率",
    "预算执行率得分填报 {actual}，按分值×执行率应为 {expected}",
    "请改为 {expected}；另有规定的请在出错说明中写明依据",
    (EXECUTION_BASE, "funds.executed", "funds.score"),
    ("execution.method", "execution.steps", "weights.execution"),
)
def execution_score_in_proportion(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """预算执行率得分等于分值乘执行率（或方案的分档）。"""
    for entry in broken("F02", filing, scheme):
        expected = entry.expected(entry.values(filing))
        yield Hit("funds.score", filing.funds.score, expected, related=("funds.execution_rate", "funds.weight"))


@rule(
    "F03",
    "执行率偏低未说明原因",
    Severity.WARNING,
    Category.WITHIN,
    "四川省青神县 2022 年自评表填报说明；他处为实务（可改）",
    "执行率只有 {actual}，低于 {limit}，报告中没有说明原因{points}",
    "请在报告“存在的问题及原因分析”中说明执行率低的原因",
    (EXECUTION_BASE, "funds.executed", "narrative"),
    ("execution.reason_below", "deduction.method", "deduction.rates"),
)
def low_rate_has_reason(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """执行率低于方案规定时，报告或偏差原因里应有说明。"""
    rate, limit = (
        execution_rate(filing.funds.executed, execution_base(filing, scheme)),
        scheme.number("execution.reason_below"),
    )
    if rate is None or rate >= limit:
        return
    if not says(filing, LOW_RATE):
        slots = {"limit": percent(limit), "points": points_short("预算完成率", rate, scheme)}
        yield Hit("funds.execution_rate", _four(rate), slots=slots, kind="rate")


@rule(
    "F04",
    "年初预算与全年预算不同而未说明原因",
    Severity.WARNING,
    Category.WITHIN,
    "四川省青神县 2022 年自评表填报说明；他处为实务（可改）",
    "全年预算数 {actual} 与年初预算数 {initial} 不同（调整率 {rate}），没有说明原因",
    "请在报告中说明预算调整（追加、调减）的原因和依据",
    ("funds.initial_budget", "funds.annual_budget", "narrative"),
)
def budget_change_has_reason(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """年初预算数与全年预算数不同时，报告或偏差原因里应提到调整、追加等。"""
    initial, annual = filing.funds.initial_budget, filing.funds.annual_budget
    if initial is None or annual is None or abs(annual - initial) <= scheme.number("sum.tolerance"):
        return
    if not says(filing, ADJUSTED):
        rate = budget_adjustment_rate(initial, annual)
        slots = {"initial": shown(initial), "rate": "不适用" if rate is None else percent(rate)}
        yield Hit("funds.annual_budget", annual, slots=slots, related=("funds.initial_budget",))


@rule(
    "F15",
    "预算调整过大",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2013〕53号：预算调整率＝预算调整数÷预算数（这里按净额）；上限是实务（可改）",
    "全年预算数 {actual} 比年初预算数 {initial} 净{change} {rate}，超过 {limit}{points}",
    "请核对年初预算数是否漏了项目或上级专款；因政策调整、上级交办而追加的，在出错说明中写明文号，可不计入调整率",
    ("funds.initial_budget", "funds.annual_budget"),
    ("adjustment.warning_above", "deduction.method", "tiers.rates"),
)
def adjustment_is_moderate(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """预算调整率（净额；追加的为预算控制率）不超过方案规定；没有说明原因的另有规则。"""
    initial, annual = filing.funds.initial_budget, filing.funds.annual_budget
    rate, limit = budget_adjustment_rate(initial, annual), scheme.number("adjustment.warning_above")
    if rate is None or initial is None or annual is None or rate <= limit:
        return
    if filing.narrative and not says(filing, ADJUSTED):
        return
    name = "预算控制率" if annual > initial else "预算调整率"
    slots = {"initial": shown(initial), "change": "增加" if annual > initial else "减少", "rate": percent(rate)}
    slots |= {"limit": percent(limit), "points": tier_points(name, rate, scheme)}
    yield Hit("funds.annual_budget", annual, slots=slots, related=("funds.initial_budget",))


def questioned_addition(filing: Filing, scheme: Scheme) -> Decimal:
    """Return how much was added to the budget in the year where F04 or F15 asks about it; 0 where neither does, 万元."""
    initial, annual = filing.funds.initial_budget, filing.funds.annual_budget
    if initial is None or annual is None:
        return Decimal(0)
    asking = {"F15": adjustment_is_moderate} | ({"F04": budget_change_has_reason} if filing.narrative else {})
    asked = any(
        scheme.severity(id, Severity.WARNING) is not None and any(True for _ in check(filing, scheme))
        for id, check in asking.items()
    )
    return annual - initial + scheme.number("sum.tolerance") if asked else Decimal(0)


@rule(
    "F05",
    "全年执行数大于全年预算数",
    Severity.WARNING,
    Category.WITHIN,
    "《预算法》第十三条：支出必须以经批准的预算为依据",
    "全年执行数 {actual} 大于全年预算数 {expected}，多 {difference} 万元{money}",
    "请核对：预算有追加的，全年预算数应含追加数；用上年结转、单位资金支付的，在出错说明中写明",
    ("funds.annual_budget", "funds.executed"),
)
def executed_within_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """全年执行数不大于（调整后的）全年预算数：全是财政拨款的是错误，有单位资金、来源不明的可以说明。"""
    executed, budget = filing.funds.executed, filing.funds.annual_budget
    if executed is not None and budget is not None and executed - budget > scheme.number("sum.tolerance"):
        fiscal = fiscal_only(filing)
        slots = {"money": "，资金全部是财政拨款" if fiscal else ""}
        severity = Severity.ERROR if fiscal else None
        yield Hit("funds.executed", executed, budget, slots, ("funds.annual_budget",), severity=severity)


@rule(
    "F06",
    "按收入性质分与全年预算数不等",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：全年预算数＝按收入性质分",
    "按收入性质分 {actual}，全年预算数 {expected}，相差 {difference}{parts}",
    "请核对两处，改正写错的一处",
    ("funds.annual_budget", "income.total"),
    ("sum.tolerance",),
)
def income_equals_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """按收入性质分的合计等于年度资金总额的全年预算数。"""
    yield from _side("F06", "F08", "outlay.total", filing, scheme)


@rule(
    "F07",
    "按支出性质分与全年预算数不等",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：全年预算数＝按支出性质分",
    "按支出性质分 {actual}，全年预算数 {expected}，相差 {difference}{parts}",
    "请核对两处，改正写错的一处",
    ("funds.annual_budget", "outlay.total"),
    ("sum.tolerance",),
)
def outlay_equals_budget(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """按支出性质分的合计等于年度资金总额的全年预算数。"""
    yield from _side("F07", "F09", "income.total", filing, scheme)


def _side(rule: str, sums: str, other_path: str, filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """Yield where one side of the budget is not 全年预算数; `sums` is the rule on its parts, `other_path` the other side."""
    for entry in broken(rule, filing, scheme):
        path, budget_path = entry.cells
        total, budget, other = filing.get(path), filing.get(budget_path), filing.get(other_path)
        if same := another(filing, budget_path, total, budget_path, entry.slack):
            slots = {"parts": words(filing, same, budget_path)}
            yield Hit(path, total, budget, slots, (budget_path, same), severity=Severity.WARNING)
            continue
        said = ""
        (parts,) = (found for found in BUILDERS[sums](filing, scheme, Derived()) if sums in found.rules)
        if parts.holds(values := parts.values(filing)):
            said = f"；它等于各分项之和 {shown(parts.expected(values) or Decimal(0))}，分项里可能少填"
        if other is not None and abs(other - budget) <= entry.slack:
            said += f"；{field_of(other_path).label}也是 {shown(other)}"
        yield Hit(path, total, budget, {"parts": said}, (budget_path, other_path))


@rule(
    "F08",
    "收入分项之和不等于按收入性质分",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：按收入性质分＝一般公共预算＋政府性基金＋专户非税＋其他资金（表上另印国有资本经营预算的，也在内）",
    "按收入性质分 {actual}，各分项相加为 {expected}，相差 {difference}",
    "请核对各分项，补上漏填的或改正写错的",
    ("income.total",),
    ("sum.tolerance",),
)
def income_parts_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """按收入性质分等于它的各分项之和（各项各自四舍五入造成的尾差不算）。"""
    yield from _adds_up("F08", filing, scheme)


@rule(
    "F09",
    "基本支出加项目支出不等于按支出性质分",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：按支出性质分＝基本支出＋项目支出",
    "按支出性质分 {actual}，基本支出与项目支出相加为 {expected}，相差 {difference}",
    "请核对基本支出与项目支出，改正写错的一处",
    ("outlay.total",),
    ("sum.tolerance",),
)
def outlay_parts_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """按支出性质分等于基本支出加项目支出。"""
    yield from _adds_up("F09", filing, scheme)


def _adds_up(rule: str, filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    for entry in broken(rule, filing, scheme):
        yield Hit(entry.whole, filing.get(entry.whole), entry.expected(entry.values(filing)))


@rule(
    "F10",
    "项目支出决算数大于全年执行数",
    Severity.ERROR,
    Category.BETWEEN,
    IDENTITY + "：全年执行数＝基本支出＋项目支出",
    "附件2 项目支出决算数 {actual} 大于附件3 全年执行数 {expected}",
    "请核对两张表的口径与数字",
    ("funds.executed", "expenses.project.final"),
    ("sum.tolerance",),
)
def project_within_executed(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """附件2 的项目支出决算数是全年执行数的一部分，不会比它大。"""
    project, executed = filing.expenses["project"].final, filing.funds.executed
    if project is not None and executed is not None and project - executed > scheme.number("sum.tolerance"):
        yield Hit("expenses.project.final", project, executed, related=("funds.executed",))


@rule(
    "F11",
    "年初预算数小于附件2 项目支出预算数",
    Severity.WARNING,
    Category.BETWEEN,
    IDENTITY + "：年初预算数＝年初基本支出＋项目支出预算",
    "附件3 年初预算数 {actual} 小于附件2 项目支出本年预算数 {expected}",
    "请核对：年初预算数应含基本支出与项目支出",
    ("funds.initial_budget", "expenses.project.budget"),
    ("sum.tolerance",),
)
def initial_budget_holds_projects(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """年初预算数包含附件2 的项目支出预算数，不会比它小。"""
    initial, project = filing.funds.initial_budget, filing.expenses["project"].budget
    if initial is not None and project is not None and project - initial > scheme.number("sum.tolerance"):
        yield Hit("funds.initial_budget", initial, project, related=("expenses.project.budget",))


@rule(
    "F12",
    "预算执行率分值与方案不符",
    Severity.WARNING,
    Category.FORM,
    "财预〔2020〕10号：预算执行率统一设定为10分（地方另有规定的按方案）",
    "预算执行率分值填报 {actual}，方案规定 {expected}",
    "请改为 {expected}，或在参数里换用本地方案",
    ("funds.weight",),
    ("weights.execution",),
)
def execution_weight_is_schemes(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """预算执行率的分值等于方案规定的分值。"""
    for entry in broken("F12", filing, scheme):
        yield Hit(entry.whole, filing.get(entry.whole), entry.constant)


@rule(
    "F13",
    "年初预算数不等于年初基本支出加项目支出",
    Severity.WARNING,
    Category.BETWEEN,
    IDENTITY + "：年初预算数＝年初基本支出预算＋附件2 项目支出本年预算数",
    "年初预算数填报 {actual}，年初基本支出 {basic} 加项目支出预算 {project} 为 {expected}，相差 {difference}{scope}",
    "请核对三个数；口径不同（财政拨款与全部资金）的在出错说明中写明",
    ("funds.initial_budget", "expenses.basic_budget_adjustment.budget", "expenses.project.budget"),
    ("sum.tolerance",),
)
def initial_budget_adds_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """年初预算数等于年初基本支出预算（调整行的预算数）加附件2 项目支出预算数。"""
    initial, project = filing.funds.initial_budget, filing.expenses["project"].budget
    basic = filing.expenses["basic_budget_adjustment"].budget
    if initial is None or project is None or basic is None:
        return
    tolerance = scheme.number("sum.tolerance")
    if sum_holds(initial, [basic, project], tolerance):
        return
    scope = wider(filing, initial, basic + project, tolerance * 3)
    related = ("expenses.basic_budget_adjustment.budget", "expenses.project.budget")
    slots = {"basic": shown(basic), "project": shown(project), "scope": scope}
    severity = Severity.INFO if scope else None
    yield Hit("funds.initial_budget", initial, basic + project, slots, related, severity=severity)


@rule(
    "F14",
    "全年执行数不等于基本支出加项目支出",
    Severity.WARNING,
    Category.BETWEEN,
    IDENTITY + "：全年执行数＝基本支出决算＋附件2 项目支出本年决算数",
    "全年执行数填报 {actual}，基本支出 {basic} 加附件2 项目支出 {project} 为 {expected}，相差 {difference}{scope}",
    "请核对三个数；口径不同（财政拨款与全部资金）的在出错说明中写明",
    ("funds.executed", "expenses.project.final", "indicators[]"),
    ("sum.tolerance",),
)
def executed_adds_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """全年执行数等于基本支出（成本指标所填，或按支出性质分填的执行数）加附件2 项目支出决算数；正好差其他资金的是口径不同。"""
    executed, project = filing.funds.executed, filing.expenses["project"].final
    tolerance = scheme.number("sum.tolerance")
    basic = _basic_final(filing)
    basic = _basic_of_executed(filing, tolerance) if basic is None else basic
    if executed is None or project is None or basic is None or sum_holds(executed, [basic, project], tolerance):
        return
    scope = wider(filing, executed, basic + project, tolerance * 3)
    said = scope or _half_of_basic(filing, basic, executed - basic - project, tolerance * 3)
    slots = {"basic": shown(basic), "project": shown(project), "scope": said}
    severity = Severity.INFO if scope else None
    yield Hit("funds.executed", executed, basic + project, slots, ("expenses.project.final",), severity=severity)


def _basic_of_executed(filing: Filing, tolerance: Decimal) -> Decimal | None:
    """Return 基本支出 of 按支出性质分 where its two parts make 全年执行数, so that they are outlays and no budgets; else None."""
    executed, basic, project = filing.funds.executed, filing.outlay.basic, filing.outlay.project
    if executed is None or basic is None or project is None:
        return None
    return basic if sum_holds(executed, [basic, project], tolerance) else None


def _half_of_basic(filing: Filing, basic: Decimal, gap: Decimal, tolerance: Decimal) -> str:
    """Return in words that a cost row named 基本支出 holds only 人员经费 or only 公用经费; "" where it does not."""
    operating = filing.expenses["operating"].final
    if not operating:
        return ""
    if abs(gap - operating) <= tolerance:
        return f"；正好差公用经费 {shown(operating)}：成本指标的“基本支出”填的是人员经费"
    if abs(basic - operating) <= tolerance:
        return f"；{shown(basic)} 正是公用经费：成本指标的“基本支出”填的是公用经费"
    return ""


def initial_basic(filing: Filing) -> Decimal | None:
    """Return 年初基本支出 = 年初预算数 − 附件2 项目支出预算数, 万元; None where either is blank (算术关系)."""
    initial, project = filing.funds.initial_budget, filing.expenses["project"].budget
    return None if initial is None or project is None else initial - project


def _basic_final(filing: Filing) -> Decimal | None:
    """Return the actual of the cost indicator that is named 基本支出, 万元."""
    for row in filing.indicators:
        actual = parse(row.actual)
        if (
            is_cost(row)
            and actual is not None
            and re.fullmatch(r"(部门)?基本支出(预算)?(成本|总额|金额)?(（万元）)?", row.level3 or "")
        ):
            return actual.value if actual.is_money or not actual.unit else None
    return None


@rule(
    "F18",
    "基本支出加项目支出与全年执行数、全年预算数都不等",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：部门整体支出＝基本支出＋项目支出",
    "基本支出 {basic} 加项目支出 {project} 为 {sum}，全年执行数是 {actual}{budget}",
    "请核对三个数，改正写错的一个",
    ("outlay.basic", "outlay.project", "funds.executed"),
    ("sum.tolerance",),
)
def basic_and_project_are_the_whole(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """只列基本支出总额、项目支出总额而没有按支出性质分合计的表，两项之和等于全年执行数，或等于全年预算数。"""
    basic, project, executed = filing.outlay.basic, filing.outlay.project, filing.funds.executed
    if filing.outlay.total is not None or filing.asks("outlay.total") or None in (basic, project, executed):
        return
    parts = [basic or Decimal(0), project or Decimal(0)]
    wholes = [value for value in (executed, filing.funds.annual_budget, filing.funds.initial_budget) if value]
    if any(sum_holds(whole, parts, scheme.number("sum.tolerance")) for whole in wholes):
        return
    budget = filing.funds.annual_budget
    slots = {"basic": shown(parts[0]), "project": shown(parts[1]), "sum": shown(sum(parts, Decimal(0)))}
    slots["budget"] = f"，全年预算数是 {shown(budget)}" if budget is not None else ""
    yield Hit("funds.executed", executed, sum(parts, Decimal(0)), slots, ("outlay.basic", "outlay.project"))


@rule(
    "F16",
    "资金来源各项之和不等于年度资金总额",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：年度资金总额＝当年财政拨款＋上年结转资金＋其他资金等各项",
    "{label}填报 {actual}，各资金来源相加为 {expected}，相差 {difference}",
    "请核对各资金来源，补上漏填的或改正写错的",
    ("sources[]",),
    ("sum.tolerance",),
)
def sources_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """年度资金总额的每一栏等于各资金来源之和；来源下再列的明细不重复计算，一笔钱分几种分法各列一遍的，每一种各等于总额。"""
    tolerance = scheme.number("sum.tolerance")
    columns: dict[str, tuple[Decimal, dict[int, Decimal]]] = {}
    for name in ("initial_budget", "annual_budget", "executed"):
        total, rows = getattr(filing.funds, name), enumerate(filing.sources)
        given = {index: part for index, source in rows if (part := getattr(source, name)) is not None}
        if total is not None and given:
            columns[name] = total, given
    ways = {name: _divisions(total, list(given.values()), tolerance) for name, (total, given) in columns.items()}
    whole = (cuts for name, cuts in ways.items() if cuts and len(columns[name][1]) == len(filing.sources))
    known = next(whole, ())
    for name, (total, given) in columns.items():
        if ways[name] is not None:
            continue
        for own in _wrong(total, given, known if len(given) == len(filing.sources) else (), tolerance):
            summed = sum((given[index] for index in own), Decimal(0))
            related = (f"sources[{own[0]}].{name}",)
            yield Hit(
                f"funds.{name}", total, summed, related=related, culprit=_slip_among(filing, name, total - summed)
            )


def _divisions(total: Decimal, parts: list[Decimal], tolerance: Decimal) -> tuple[int, ...] | None:
    """Return where parts are cut so that each piece makes the total: nowhere where they are one sum; None where no cut does it."""
    if _without_detail(total, parts, tolerance):
        return ()
    for cut in range(1, len(parts)):
        if _without_detail(total, parts[:cut], tolerance):
            rest = _divisions(total, parts[cut:], tolerance)
            if rest is not None:
                return (cut, *(cut + place for place in rest))
    return None


def _wrong(total: Decimal, given: dict[int, Decimal], cuts: tuple[int, ...], tolerance: Decimal) -> Iterator[list[int]]:
    """Yield the rows that should make a total and do not: of each division as another column has it, else what a whole one leaves."""
    rows, values = list(given), list(given.values())
    if cuts:
        edges = [0, *cuts, len(rows)]
        pieces = [rows[start:end] for start, end in pairwise(edges)]
    else:
        parted = (([rows[:cut], rows[cut:]], values[:cut], values[cut:]) for cut in range(2, len(rows) - 1))
        whole = (
            pieces for pieces, *halves in parted if any(_without_detail(total, half, tolerance) for half in halves)
        )
        pieces = next(whole, [rows])
    for own in pieces:
        if not _without_detail(total, [given[index] for index in own], tolerance):
            yield own


def _slip_among(filing: Filing, column: str, gap: Decimal) -> str:
    """Return in words which one source would make up a gap, and by which evident slip; "" where none or several would."""
    said = []
    for index, source in enumerate(filing.sources):
        value = getattr(source, column)
        slip = slip_of(value, value + gap) if value and value + gap > 0 else ""
        if slip in EVIDENT:
            said.append(
                f"若『{source.name}』由 {shown(value)}{_as_printed(filing, index, column)} 改为 {shown(value + gap)}，就对得上（{slip}）"
            )
    return said[0] if len(said) == 1 else ""


def _as_printed(filing: Filing, index: int, column: str) -> str:
    """Return the words of a source's cell in brackets where they were brought to 万元, "" where they stand as they are shown."""
    path = f"sources[{index}].{column}"
    words, value = filing.places[path].text if path in filing.places else "", filing.get(path)
    told = re.fullmatch(r"[\d,，.]+", words)
    same = told and value is not None and Decimal(re.sub("[,，]", "", words)) == value
    return f"（原表 {words}）" if words and not same else ""


@rule(
    "F17",
    "主要任务各项之和与金额合计不符",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：金额合计＝各项任务之和；总额＝财政拨款＋其他资金",
    "{label}填报 {actual}，{parts}相加为 {expected}，相差 {difference}",
    "请核对各项任务的金额与合计，补上漏填的或改正写错的",
    (),
    ("sum.tolerance",),
)
def tasks_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每项任务的总额等于财政拨款加其他资金；各项任务之和等于金额合计，总额、财政拨款、其他资金三栏都是。"""
    tolerance = scheme.number("sum.tolerance")
    for index, task in enumerate(filing.tasks):
        for name in ("budget", "executed"):
            whole = getattr(task, name)
            shares = [getattr(task, f"{name}_{share}") for share in ("fiscal", "other")]
            given = [share for share in shares if share is not None]
            if whole is not None and given and not sum_holds(whole, given, tolerance):
                slots = {"parts": "财政拨款、其他资金"}
                yield Hit(f"tasks[{index}].{name}", whole, sum(given, Decimal(0)), slots)
    for path, name in _sums_of_tasks(filing):
        total, parts = filing.get(path), [getattr(task, name) for task in filing.tasks]
        given = [part for part in parts if part is not None]
        if total is not None and given and not sum_holds(total, given, tolerance):
            yield Hit(path, total, sum(given, Decimal(0)), {"parts": "各项任务"}, (f"tasks[0].{name}",))


def _sums_of_tasks(filing: Filing) -> Iterator[tuple[str, str]]:
    """Yield the cells of the row 金额合计 with the column of the tasks that each adds up."""
    yield from (("funds.annual_budget", "budget"), ("funds.executed", "executed"))
    shares = {"财政拨款": "fiscal", "其他资金": "other"}
    for index, source in enumerate(filing.sources):
        if share := shares.get(source.name):
            yield f"sources[{index}].annual_budget", f"budget_{share}"
            yield f"sources[{index}].executed", f"executed_{share}"


def _without_detail(total: Decimal, parts: list[Decimal], tolerance: Decimal) -> bool:
    """Return whether parts make the total, as they stand or without rows that only split the row above them."""
    if sum_holds(total, parts, tolerance):
        return True
    for start in range(len(parts)):
        for end in range(start + 2, len(parts) + 1):
            detail, rest = parts[start + 1 : end], [*parts[: start + 1], *parts[end:]]
            if sum_holds(parts[start], detail, tolerance) and sum_holds(total, rest, tolerance):
                return True
    return False
