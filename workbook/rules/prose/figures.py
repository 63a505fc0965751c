"""Rules on the figures of the prose: what `narrative.evidence` accuses, each under the rule of its kind.

The figures are weighed once a check (`case_of`); a rule takes the accusations of its kind and says them. An accusation is
an error where a slip of the hand mends it and the evidence reaches `prose.error`, else a warning from `prose.warning` on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from workbook.derive import Derived
from workbook.filing import Filing
from workbook.findings import Category, Severity
from workbook.process import later
from workbook.rules.registry import Hit, rule
from workbook.scheme import Scheme

if TYPE_CHECKING:
    from workbook.narrative import evidence, printed, relations
    from workbook.narrative.evidence import Accusation, Case
    from workbook.narrative.ledger import Entry
else:  # most checks are of workbooks, which hold no prose: their rules are known, what they need is not loaded
    evidence, printed = later("workbook.narrative.evidence"), later("workbook.narrative.printed")
    relations = later("workbook.narrative.relations")

PROSE = ("narrative",)
LIMITS = ("prose.warning", "prose.error")
ARITHMETIC = "算术关系（按印出的位数，四舍五入、截尾都算对）"
TABLES = "文表一致：同一口径的数字在正文与表格中应相同"


def case_of(filing: Filing, scheme: Scheme, derived: Derived) -> Case:
    """Return what speaks for and against each figure of a filing's prose, worked out once a check."""
    if "prose" not in derived.memo:
        limits = evidence.Limits(float(scheme.number("prose.warning")), float(scheme.number("prose.error")))
        derived.memo["prose"] = evidence.judge(filing, limits)
    return derived.memo["prose"]  # type: ignore[no-any-return]


def _kind(one: Accusation) -> str:
    """Return the rule that an accusation falls under."""
    if one.slip is not None and one.slip.name == printed.UNIT:
        return "N05"
    if one.relation.kind == "文表" and any(term.path.startswith("staff") for term in _cells(one)):
        return "N16"
    return _RULE_OF[one.relation.kind]


_RULE_OF = {
    "文表": "N01",
    "文表指标": "N17",
    "文表执行率": "N13",
    "前后": "N02",
    "同数": "N02",
    "换算": "N05",
    "分项之和": "N03",
    "算术": "N03",
    "预算结余": "N04",
    "预算调整": "N04",
    "占比": "N06",
    "比率": "N06",
    "预算执行率": "N06",
    "完成率": "N07",
    "增减幅度": "N18",
    "增减额": "N18",
    "单价": "N19",
    "单位": "N05",
}


def _cells(one: Accusation) -> list[relations.Given]:
    return [term for term in one.relation.terms if not hasattr(term, "figure")]


def _hits(id: str, filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    case = case_of(filing, scheme, derived)
    for one in case.accusations:
        if _kind(one) == id:
            yield _hit(one, filing, scheme, case)


def _hit(one: Accusation, filing: Filing, scheme: Scheme, case: Case) -> Hit:
    figure = one.entry.figure
    cells = [term.path for term in _cells(one) if term.path]
    direct = one.relation.kind in ("文表", "文表指标") and bool(cells)
    turned = one.slip is not None and one.slip.name == printed.TURNED
    named = one.slip is not None and not one.slip.name.startswith((printed.BASE, printed.TOP, printed.LAST_YEAR))
    sure = named and one.bits >= float(scheme.number("prose.error"))
    slots = {
        "quote": figure.quote,
        "paragraph": figure.span.paragraph,
        "about": _about(one.entry),
        "formula": _formula(one),
        "mend": _mend(one),
        "also": _also(one) + _gap_of(one, case),
    }
    return Hit(
        cells[0] if direct else "",
        figure.value,
        None if turned or (one.slip is None and one.relation.kind == "算术") else one.right,
        slots,
        tuple(cells if not direct else cells[1:]),
        "rate" if figure.is_rate else "amount",
        figure.span.paragraph,
        figure.quote,
        Severity.ERROR if sure else Severity.WARNING,
    )


def _about(entry: Entry) -> str:
    """Return what a figure is of where its own words do not say so: the project of its item, the subject spoken of."""
    subject = entry.project or entry.subject or entry.topic
    return "" if subject in entry.figure.quote else f"（{subject}）"


def _formula(one: Accusation) -> str:
    """Return the claim in signs, with what the words give as its result where another figure of it is accused."""
    if one.relation.kind == "单位":
        return "同一笔账的其他数都以万元计"
    spoken = one.relation.terms[0]
    written = "" if spoken is one.entry or one.relation.kind in _NAMES else f"，正文写 {relations.shown(spoken)}"
    return one.relation.formula() + written


_NAMES = ("文表", "文表指标", "前后", "同数", "换算")


def _mend(one: Accusation) -> str:
    """Return which slip would explain it, as the end of a sentence."""
    if one.slip is None:
        return ""
    number = f"{one.slip.meant.normalize():f}"
    unit = one.entry.figure.unit
    if one.slip.name == printed.UNIT:
        other = relations.plain_value(one.right)
        return f"；金额应为 {other}万元，疑为{one.slip.name}"
    if one.slip.name == printed.TURNED:
        return f"，{one.slip.name}，应写“{_other_way(one)}”"
    if one.slip.name.startswith((printed.BASE, printed.TOP)):
        return f"，{one.slip.name}"
    if one.slip.name == printed.LAST_YEAR:
        return f"；{one.entry.figure.number}{unit} 是上年的数，{one.slip.name}"
    return f"；若改为 {number}{unit} 即相符，疑为{one.slip.name}"


def _other_way(one: Accusation) -> str:
    """Return the word for the change that the two figures show: 减少 where the prose says 增加, 下降 for 增长."""
    up = one.entry.rate == "up" if one.entry.rate else any(sign in one.entry.lead for sign in ("增", "多", "升", "高"))
    words = ("增长", "下降") if one.entry.figure.is_rate else ("增加", "减少")
    return words[up]


def _also(one: Accusation) -> str:
    """Return what else the right figure agrees with: other figures than those of the claim, and not made of it itself."""
    kinds = {one.relation.kind, "单位"}
    own = one.relation.formula()
    said = [
        witness.formula()
        for witness in one.witnesses
        if witness.kind not in kinds and not any(term is one.entry for term in relations.entries_of(witness.terms[1:]))
    ]
    said = [words for words in dict.fromkeys(said) if words != own]
    return f"；另有印证：{'，'.join(said[:2])}" if said else ""


def _gap_of(one: Accusation, case: Case) -> str:
    """Return which other difference from the tables is made up of this one: 差 3.88，正是这一处."""
    if one.relation.kind != "文表" or (one.slip is not None and one.slip.name == printed.UNIT):
        return ""
    gap = one.entry.print.value - one.right
    said = []
    for verdict in case.verdicts:
        for other in verdict.fails:
            expected = other.expected(0) if other.kind == "文表" else None
            if verdict.entry is one.entry or expected is None or other.terms[0] is not verdict.entry:
                continue
            if gap and verdict.entry.print.value - expected.value == gap:
                words = f"「{verdict.entry.figure.quote}」与{relations.shown(other.terms[1])}"
                said.append(f"；{words}也相差 {relations.plain_value(abs(gap))}，正是这一处")
    return "".join(said[:2])


Check = Callable[[Filing, Scheme, Derived], Iterator[Hit]]


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
    "表样：执行率＝全年执行数÷全年预算数",
    "正文第{paragraph}段{about}「{quote}」，{formula}{mend}{also}",
    "请统一以全年预算数为分母，或在正文写明分母",
    ("narrative", "funds.executed", "funds.annual_budget"),
    LIMITS,
    derived=True,
)
def execution_rate_is_the_tables(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文写的整体预算执行率等于表中的全年执行数÷全年预算数。"""
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
    for rate in case_of(filing, scheme, derived).empty_rates:
        figure = rate.figure
        slots = {"paragraph": figure.span.paragraph, "quote": figure.quote}
        yield Hit("", figure.value, None, slots, (), "rate", figure.span.paragraph, figure.quote)


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
    for goal in case_of(filing, scheme, derived).goals:
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
    for entry, row, left in case_of(filing, scheme, derived).unmoved:
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
