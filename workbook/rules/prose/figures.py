"""Rules on the figures of the prose: what `narrative.evidence` accuses, each under the rule of its kind.

The figures are weighed once a check (`accusations.case_of`); a rule takes the accusations of its kind and says them. An accusation is
an error where a slip of the hand mends it and the evidence reaches `prose.error`, else a warning from `prose.warning` on.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from workbook.derive import Derived
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.process import named
from workbook.rules.registry import EXECUTION_BASE, Hit, rule

if TYPE_CHECKING:
    from workbook.narrative.ledger import Entry
    from workbook.narrative.verdicts import Case

PROSE = ("narrative",)
LIMITS = ("prose.warning", "prose.error")
ARITHMETIC = "算术关系（按印出的位数，四舍五入、截尾都算对）"
TABLES = "文表一致：同一口径的数字在正文与表格中应相同"

# most checks are of workbooks, which hold no prose: their rules are known, what they need is not loaded
WEIGHED = "workbook.rules.prose.accusations"


def _hits(id: str, filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    yield from named(f"{WEIGHED}:hits")(id, filing, scheme, derived)


def _case(filing: Filing, scheme: Scheme, derived: Derived) -> Case:
    case: Case = named(f"{WEIGHED}:case_of")(filing, scheme, derived)
    return case


@rule(
    "N01",
    "正文金额与表格不一致",
    Severity.ERROR,
    Category.PROSE,
    TABLES,
    "正文第{paragraph}段{about}「{quote}」，表中是 {formula}{mend}{also}",
    "请核对正文与表格，以决算批复为准改正其中一处",
    PROSE,
    LIMITS,
    derived=True,
)
def amounts_are_the_tables(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文里的金额与附件2、附件3 里同一个科目、项目、口径的格子一致。"""
    yield from _hits("N01", filing, scheme, derived)


@rule(
    "N02",
    "正文前后数字不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：同一数字在正文各处应相同",
    "正文第{paragraph}段{about}「{quote}」，别处是 {formula}{mend}{also}",
    "请以决算为准，把两处改为同一个数",
    PROSE,
    LIMITS,
    derived=True,
)
def prose_agrees_with_itself(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """同一科目或项目、同一口径的数在正文各处相同。"""
    yield from _hits("N02", filing, scheme, derived)


@rule(
    "N03",
    "正文分项之和不等于合计",
    Severity.ERROR,
    Category.PROSE,
    ARITHMETIC,
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请核对合计和各分项",
    PROSE,
    LIMITS,
    derived=True,
)
def parts_add_up(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """“其中”之后、括号里、逐条列出的分项加起来等于合计。"""
    yield from _hits("N03", filing, scheme, derived)


@rule(
    "N04",
    "预算、调整、支出与结余不平衡",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：年初预算 ± 年中调整 ＝ 全年预算，减实际支出 ＝ 结余结转",
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请核对年初预算、调整数、支出和结余四个数",
    PROSE,
    LIMITS,
    derived=True,
)
def accounts_balance(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """一个项目（或一句话）里的预算、调整、支出、结余相平，写“无结余”的没有结余。"""
    yield from _hits("N04", filing, scheme, derived)


@rule(
    "N05",
    "元与万元混用",
    Severity.ERROR,
    Category.PROSE,
    "金额单位：报告与表格以万元为单位",
    "正文第{paragraph}段{about}「{quote}」的单位不对：{formula}{mend}{also}",
    "请改正单位",
    PROSE,
    LIMITS,
    derived=True,
)
def units_are_right(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """元、万元、亿元没有写错。"""
    yield from _hits("N05", filing, scheme, derived)


@rule(
    "N06",
    "正文的比率不等于其商",
    Severity.ERROR,
    Category.PROSE,
    ARITHMETIC,
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请核对比率，或核对分子分母",
    PROSE,
    LIMITS,
    derived=True,
)
def rates_are_quotients(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """占比、执行率、办结率等于正文自己写的两个数之商。"""
    yield from _hits("N06", filing, scheme, derived)


@rule(
    "N07",
    "完成率不等于完成值÷目标值",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：完成率＝实际完成值÷目标值，封顶 100% 也算对",
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请核对完成率；超额完成的写实际比例，或封顶写 100%",
    PROSE,
    LIMITS,
    derived=True,
)
def degrees_are_right(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """目标、完成、完成率三个数相符。"""
    yield from _hits("N07", filing, scheme, derived)


@rule(
    "N13",
    "正文执行率与表格不同",
    Severity.ERROR,
    Category.PROSE,
    "表样：执行率＝全年执行数÷全年预算数（方案另定分母的，照方案）",
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请统一用附件3 执行率的分母，或在正文写明分母",
    ("narrative", "funds.executed", EXECUTION_BASE),
    (*LIMITS, "execution.denominator"),
    derived=True,
)
def execution_rate_is_the_tables(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文写的整体预算执行率等于表中的全年执行数÷全年预算数（方案以年初预算数为分母的，÷年初预算数）。"""
    yield from _hits("N13", filing, scheme, derived)


@rule(
    "N16",
    "正文人数与基础数据表不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：编制数、在职人数应与基础数据表相同",
    "正文第{paragraph}段{about}「{quote}」，表中是 {formula}{mend}{also}",
    "请核对年末人数，改正其中一处",
    PROSE,
    LIMITS,
    derived=True,
)
def heads_are_the_tables(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文的编制数和在职人数与基础数据表相同。"""
    yield from _hits("N16", filing, scheme, derived)


@rule(
    "N17",
    "正文与绩效指标的完成数不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：同一事项在正文与指标中的完成数应相同",
    "正文第{paragraph}段{about}「{quote}」，表中是 {formula}{mend}{also}",
    "如是同一事项请统一数字；统计口径不同的请写明",
    ("narrative", "indicators[]"),
    LIMITS,
    derived=True,
)
def results_are_the_indicators(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文里与绩效指标同名的完成数与指标的实际完成值相同。"""
    yield from _hits("N17", filing, scheme, derived)


@rule(
    "N18",
    "增减额、增减幅度与两个数不符",
    Severity.ERROR,
    Category.PROSE,
    ARITHMETIC,
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请核对两年的数、增减额、幅度和方向",
    PROSE,
    LIMITS,
    derived=True,
)
def changes_are_right(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """“由A到B，增加C，增长D%”的增减额、幅度和方向都对得上。"""
    yield from _hits("N18", filing, scheme, derived)


@rule(
    "N19",
    "单价乘数量不等于金额",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：金额＝单价×数量",
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请核对单价、数量和金额",
    PROSE,
    LIMITS,
    derived=True,
)
def prices_times_counts(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """“每户X元，共Y户，合计Z元”的三个数相符。"""
    yield from _hits("N19", filing, scheme, derived)


@rule(
    "N08",
    "0÷0 报为 100%",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：分母为零时比率没有意义",
    "正文第{paragraph}段「{quote}」的预算与支出都是 0，比率没有意义，不能写 {actual}",
    "请改写为“不适用”",
    PROSE,
    derived=True,
)
def zero_over_zero_is_no_rate(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """分母为 0 的比率不写成 100%。"""
    for rate in _case(filing, scheme, derived).empty_rates:
        figure = rate.figure
        slots = {"paragraph": figure.span.paragraph, "quote": figure.quote}
        yield Hit("", figure.value, None, slots, (), "rate", figure.span.paragraph, figure.quote)


@rule(
    "N20",
    "执行率超过100%",
    Severity.WARNING,
    Category.PROSE,
    "财预〔2013〕53号、表样：预算执行率＝全年执行数÷全年预算数；全年预算数含追加和结转，支出不超过它",
    "正文第{paragraph}段{about}「{quote}」，执行率超过了 100%：以含追加、结转的全年预算为分母不会超过，是不是用了年初预算或不含结转的数",
    "请以全年预算数（含追加和结转）为分母重算；确以年初预算为分母的，请写明",
    PROSE,
    derived=True,
)
def execution_rates_stay_below_one(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """执行率不超过 100%；写明以年初预算为分母的除外。"""
    case = _case(filing, scheme, derived)
    for verdict in case.verdicts:
        entry = verdict.entry
        if verdict.accused is None and case.ledger.is_over(entry):
            yield _said_of(entry)


@rule(
    "N21",
    "比率超过100%",
    Severity.WARNING,
    Category.PROSE,
    "部分不大于整体：占比、满意度、合格率、覆盖率等不超过 100%",
    "正文第{paragraph}段{about}「{quote}」超过了 100%，这样的比率不会超过",
    "请核对分子、分母和小数点",
    PROSE,
    derived=True,
)
def shares_stay_below_one(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """占比、满意度、合格率、覆盖率等部分与整体之比不超过 100%；对上年、目标、预算的比可以超过。"""
    case = _case(filing, scheme, derived)
    for verdict in case.verdicts:
        if verdict.accused is None and case.ledger.is_beyond(verdict.entry):
            yield _said_of(verdict.entry)


def _said_of(entry: Entry) -> Hit:
    """Return what is said of a rate by itself: where it stands, what it is about, its words."""
    figure = entry.figure
    about = entry.project or entry.subject or entry.topic
    slots = {
        "paragraph": figure.span.paragraph,
        "quote": figure.quote,
        "about": f"（{about}）" if about and about not in figure.quote else "",
    }
    return Hit("", figure.value, None, slots, (), "rate", figure.span.paragraph, figure.quote)


@rule(
    "N12",
    "目标没有写完成值",
    Severity.WARNING,
    Category.PROSE,
    "财预〔2020〕10号：逐项填列目标值与实际完成值",
    "正文第{paragraph}段目标「{quote}」给了完成率，没有写实际完成值",
    "请补上实际完成值",
    PROSE,
    derived=True,
)
def targets_have_actuals(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """写了完成率的目标都有实际完成值。"""
    for goal in _case(filing, scheme, derived).goals:
        if goal.actual is None and goal.degree is not None:
            figure = goal.target
            slots = {"paragraph": figure.span.paragraph, "quote": figure.quote}
            yield Hit(slots=slots, paragraph=figure.span.paragraph, quote=figure.quote)


@rule(
    "N14",
    "正文写没有调整，预算与决算却不同",
    Severity.WARNING,
    Category.PROSE,
    "算术关系：年初预算 ± 年中调整 − 实际支出 ＝ 结余结转",
    "正文第{paragraph}段「{subject}」年中调整 0 万元、结余 {left}万元，表中预算 {budget}万元、决算 {actual}万元，相差 {difference}万元",
    "请写明年中调整数，或核对表中的预算数",
    ("narrative", "project_lines[]"),
    derived=True,
)
def unmoved_projects_are_so_in_the_table(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文写年中调整为 0、有结余数的项目，附件2 的预算减决算就是结余。"""
    for entry, row, left in _case(filing, scheme, derived).unmoved:
        line = filing.project_lines[row]
        if line.budget is None or line.final is None or abs(line.budget - line.final - left) <= Decimal("0.03"):
            continue
        path = f"project_lines[{row}]"
        slots = {"subject": line.name, "left": left, "budget": line.budget}
        slots |= {"paragraph": entry.paragraph, "quote": entry.figure.quote}
        yield Hit(
            f"{path}.final",
            line.final,
            line.budget - left,
            slots,
            (f"{path}.budget",),
            "amount",
            entry.paragraph,
            entry.figure.quote,
        )
