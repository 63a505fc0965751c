"""Rules on the report's running text: figures twice, sums, balances, units, rates, and text against tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from workbook.derive import execution_base, execution_base_path
from workbook.derive.rounding import ROUNDINGS, places, quotient_rounding
from workbook.fields import field_of
from workbook.figures import percent, shown
from workbook.findings import Category, Severity
from workbook.narrative import read
from workbook.process import later
from workbook.quantity import normal, parse
from workbook.rules.registry import EXECUTION_BASE, Hit, rule

if TYPE_CHECKING:
    from workbook.filing import Filing
    from workbook.narrative import meaning
    from workbook.narrative import names as wording
    from workbook.narrative.meaning import Balance, Slip
    from workbook.narrative.statements import Amount, Figure, Goal, Narrative, Ratio, Span, Total
    from workbook.rules import prose_cells
    from workbook.rules.prose_cells import Cell
    from workbook.scheme import Scheme
else:  # most checks are of workbooks, which hold no prose: their rules are known, what they need is not loaded
    meaning, wording = later("workbook.narrative.meaning"), later("workbook.narrative.names")
    prose_cells = later("workbook.rules.prose_cells")

PROSE = ("narrative",)
ARITHMETIC = "算术关系"
HALVES = ({"基本支出", "项目支出"}, {"人员经费", "公用经费"})


def _place(figure: Figure) -> dict[str, int | str]:
    return {"paragraph": figure.span.paragraph, "quote": figure.quote}


def _hit(figure: Figure, **more: object) -> Hit:
    slots = {"quote": figure.quote, "paragraph": figure.span.paragraph, **more.pop("slots", {})}  # type: ignore[dict-item]
    return Hit(paragraph=figure.span.paragraph, quote=figure.quote, slots=slots, **more)  # type: ignore[arg-type]


# ---------------------------------------------------------------- prose against the sheets


@rule(
    "N01",
    "正文金额与表格不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：同一口径的数字在正文与表格中应相同",
    "正文第{paragraph}段「{quote}」，{where} {expected}万元，相差 {difference}（{sure}）{also}",
    "请核对正文与表格，以决算批复为准改正其中一处",
    PROSE,
)
def amounts_are_the_tables(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文里的预算、收入、支出金额与附件2、附件3 同一口径的格子一致。"""
    told = read(filing.narrative)
    known = prose_cells.known_slips(filing, told)
    seen: set[tuple[str, Decimal]] = set()
    for amount in told.amounts:
        value = meaning.meant(amount, known)
        cells = prose_cells.comparable(filing, amount)
        if not cells or any(prose_cells.fits(amount, value, cell.value, known) for cell in cells):
            continue
        cell = cells[0]
        if (cell.path, value) in seen:
            continue
        seen.add((cell.path, value))
        yield _differs(filing, told, amount, value, cells)


def _differs(filing: Filing, told: Narrative, amount: Amount, value: Decimal, cells: Sequence[Cell]) -> Hit:
    cell = cells[0]
    where = "、".join(f"表中{filing.label(entry.path)}" for entry in cells)
    if len(cells) > 1:
        where += "都不是这个数，前者"
    again = [entry for entry in told.amounts if entry.value == value and entry.span != amount.span]
    near = [entry for entry in told.amounts if entry.kind != amount.kind and _one_digit_off(entry, amount)]
    also = f"；第{'、'.join(dict.fromkeys(str(entry.span.paragraph) for entry in again))}段同" if again else ""
    if near:
        also += f"；与第{near[0].span.paragraph}段「{near[0].quote}」只差一位数字，疑为笔误"
    return Hit(
        cell.path,
        value,
        cell.value,
        {"paragraph": amount.span.paragraph, "quote": amount.quote, "where": where, "sure": cell.sure, "also": also},
        related=tuple(entry.path for entry in cells[1:]),
        kind="amount",
        paragraph=amount.span.paragraph,
        quote=amount.quote,
        severity=None if cell.certain else Severity.WARNING,
    )


def _one_digit_off(one: Amount, other: Amount) -> bool:
    a, b = str(one.figure.number), str(other.figure.number)
    return len(a) == len(b) >= 4 and sum(x != y for x, y in zip(a, b, strict=True)) == 1


@rule(
    "N15",
    "正文与表格口径不同",
    Severity.INFO,
    Category.PROSE,
    "文表一致：口径不同的数字不能直接比较",
    "正文第{paragraph}段「{quote}」是财政拨款口径，{label} {expected}万元含其他资金，相差 {difference}，不作为矛盾",
    "如需可在正文补充全部资金的数字，或说明口径",
    PROSE,
)
def other_scopes_are_named(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """财政拨款口径与全部资金口径的总支出不同，只作提示。"""
    told = read(filing.narrative)
    for amount in told.amounts:
        executed = filing.funds.executed
        if amount.kind != "支出" or not amount.explicit or amount.subject != "总" or executed is None:
            continue
        if not prose_cells.is_current(filing, amount) or not prose_cells.other_scope(filing, amount, "funds.executed"):
            continue
        if not meaning.same(amount.figure, executed):
            slots = {"paragraph": amount.span.paragraph, "quote": amount.quote}
            yield Hit(
                "funds.executed", amount.value, executed, slots, (), "amount", amount.span.paragraph, amount.quote
            )
            return


# ---------------------------------------------------------------- the prose twice


@rule(
    "N02",
    "正文前后数字不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：同一数字在正文各处应相同",
    "「{subject}」的{kind}，第{paragraph}段「{quote}」，第{other_paragraph}段「{other}」，相差 {difference} 万元（{sure}）",
    "请以决算为准，把两处改为同一个数",
    PROSE,
)
def prose_agrees_with_itself(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同一科目或项目、同一口径的金额在正文各处相同。"""
    told = read(filing.narrative)
    known = prose_cells.known_slips(filing, told)
    for group in _same_things(filing, told):
        first = group[0]
        for other in group[1:]:
            a, b = meaning.meant(first, known), meaning.meant(other, known)
            if _agree(first, other, a, b, known):
                continue
            score = wording.likeness(first.subject, other.subject) if first.project else 1.0
            slots = {
                "subject": first.subject if first.subject != "总" else "部门整体",
                "kind": first.kind,
                "other": other.quote,
                "other_paragraph": other.span.paragraph,
                "sure": wording.sureness(score) if first.project else "科目、口径相同",
            }
            yield _hit(first.figure, actual=a, expected=b, kind="amount", slots=slots)
            break


def _agree(one: Amount, other: Amount, a: Decimal, b: Decimal, known: dict[Span, Slip]) -> bool:
    return prose_cells.fits(one, a, b, known) or prose_cells.fits(other, b, a, known)


def _same_things(filing: Filing, told: Narrative) -> list[list[Amount]]:
    """Return the amounts that speak of one thing, grouped."""
    groups: dict[tuple[object, ...], list[Amount]] = defaultdict(list)
    names: list[str] = []
    for amount in told.amounts:
        kind = "预算" if amount.project and amount.kind == "年初预算" else amount.kind
        if kind not in ("年初预算", "全年预算", "预算", "支出", "收入", "结余结转") or amount.figure.comparator:
            continue
        if not prose_cells.is_current(filing, amount) or not _is_known(amount):
            continue
        scope = amount.scope if amount.subject == "总" else ""
        groups[_cluster(amount, names), kind, scope].append(amount)
    return [entries for entries in groups.values() if len(entries) > 1]


def _is_known(amount: Amount) -> bool:
    if amount.project:
        return True
    named = amount.subject in prose_cells.NAMED_EXPENSES or amount.subject in ("基本支出", "人员经费")
    return named or (amount.subject == "总" and amount.explicit and not amount.part)


def _cluster(amount: Amount, names: list[str]) -> str:
    """Return the name under which a subject is known: the first that means the same project."""
    if not amount.project:
        return amount.subject
    found = meaning.match(amount.subject, names)
    if found and found[1] >= prose_cells.SURE:
        return names[found[0]]
    names.append(amount.subject)
    return amount.subject


# ---------------------------------------------------------------- sums and balances


@rule(
    "N03",
    "正文分项之和不等于合计",
    Severity.ERROR,
    Category.PROSE,
    "算术关系（各数四舍五入的尾差不计）",
    "正文第{paragraph}段「{quote}」，其后分项 {sum} 合计 {expected}{unit}，相差 {difference}{unit}（{sure}）",
    "请核对合计和各分项",
    PROSE,
)
def parts_add_up(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """“其中”之后、括号里、逐条列出的分项加起来等于合计。"""
    told = read(filing.narrative)
    known = prose_cells.known_slips(filing, told)
    for total in told.totals:
        figures = (total.head, *total.parts)
        if len(total.parts) < 2 or any(figure.vague or figure.comparator for figure in figures):
            continue
        values = [meaning.meant_figure(part, known) for part in total.parts]
        head, summed = meaning.meant_figure(total.head, known), sum(values, Decimal(0))
        if abs(head - summed) <= meaning.sum_tolerance(total):
            continue
        judged = _judge_sum(total, head, summed)
        if judged:
            severity, sure = judged
            words = " + ".join(shown(value) for value in values)
            slots = {"sum": words, "unit": total.head.base, "sure": sure}
            yield _hit(total.head, actual=head, expected=summed, kind="amount", severity=severity, slots=slots)


def _judge_sum(total: Total, head: Decimal, summed: Decimal) -> tuple[Severity | None, str] | None:
    """Return severity and sureness of a sum that does not hold, None where the parts may be only some."""
    names = {
        name for name in ("基本支出", "项目支出", "人员经费", "公用经费") for part in total.parts if name in part.label
    }
    if total.complete:
        return None, "正文写明的分项齐全"
    if names in HALVES:
        return None, "基本支出与项目支出、人员经费与公用经费即为全部"
    near = head and abs(head - summed) <= abs(head) / 20
    if near and len(total.parts) >= 2:
        return None, "分项与合计十分接近，应是全部分项"
    if summed > head and total.head.is_money:
        return None, "分项之和大于合计"
    return (Severity.INFO, "分项之和大于合计，如各项互有重叠则无误") if summed > head else None


@rule(
    "N04",
    "预算、调整、支出与结余不平衡",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：年初预算 ± 年中调整 − 实际支出 ＝ 结余结转",
    "正文第{paragraph}段「{subject}」：{formula}，{said}",
    "请核对年初预算、调整数、支出和结余四个数",
    PROSE,
)
def balances_hold(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每个项目（及部门整体）的年初预算 ± 年中调整 − 实际支出等于结余结转。"""
    told = read(filing.narrative)
    known = prose_cells.known_slips(filing, told)
    nothing_left = any(re.search(r"(?:没有|无)[^，。；]{0,12}(?:结余|结转)", text) for text in filing.narrative)
    for balance in meaning.balances(told):
        rest = balance.rest(known)
        left = meaning.meant(balance.left, known) if balance.left else Decimal(0)
        if abs(rest - left) <= Decimal("0.01") * balance.terms or any(e.figure.vague for e in _terms(balance)):
            continue
        certain = balance.left is not None or nothing_left or rest < 0
        yield _unbalanced(balance, rest, left, known, None if certain else Severity.WARNING)


def _terms(balance: Balance) -> list[Amount]:
    return [balance.budget, balance.spent, *balance.ups, *balance.downs, *balance.carried]


def _unbalanced(
    balance: Balance, rest: Decimal, left: Decimal, known: dict[Span, Slip], severity: Severity | None
) -> Hit:
    def show(entries: Iterable[Amount], sign: str) -> str:
        return "".join(f"{sign}{shown(meaning.meant(entry, known))}" for entry in entries)

    start = (
        shown(meaning.meant(balance.budget, known))
        + show((*balance.carried, *balance.ups), "＋")
        + show(balance.downs, "－")
    )
    spent = meaning.meant(balance.spent, known)
    if balance.left is not None:
        formula = f"{start}－{shown(spent)}＝{shown(rest)}"
        figure, actual, expected, said = balance.left.figure, left, rest, f"正文写结余结转 {shown(left)}万元"
    else:
        formula = f"{start}＝{shown(rest + spent)}"
        figure, actual, expected = balance.spent.figure, spent, rest + spent
        said = f"正文写支出 {shown(spent)}万元，差 {shown(abs(rest))}万元没有交代"
    subject = "部门整体" if balance.subject == "总" else balance.subject
    slots = {"subject": subject, "formula": formula, "said": said}
    return _hit(figure, actual=actual, expected=expected, kind="amount", severity=severity, slots=slots)


@rule(
    "N14",
    "正文写没有调整，预算与决算却不同",
    Severity.WARNING,
    Category.PROSE,
    "算术关系：年初预算 ± 年中调整 − 实际支出 ＝ 结余结转",
    "正文第{paragraph}段「{subject}」年中调整 0 万元、结余 {left}万元，表中预算 {budget}万元、决算 {actual}万元，相差 {difference}万元",
    "请写明年中调整数，或核对表中的预算数",
    ("narrative", "project_lines[]"),
)
def no_change_means_none(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写“调增0”的项目，表中预算等于决算加结余。"""
    told = read(filing.narrative)
    by_block: dict[tuple[int, str], list[Amount]] = defaultdict(list)
    for amount in told.amounts:
        if amount.project:
            by_block[amount.block, amount.subject].append(amount)
    for (_, subject), entries in by_block.items():
        moves = [entry for entry in entries if entry.kind in ("调增", "调减", "调整")]
        if not moves or any(entry.value for entry in moves) or any(e.kind in ("年初预算", "预算") for e in entries):
            continue
        found = meaning.match(subject, [row.name for row in filing.project_lines])
        row = filing.project_lines[found[0]] if found and found[1] >= prose_cells.SURE else None
        if found is None or row is None or row.budget is None or row.final is None:
            continue
        left = sum((entry.value for entry in entries if entry.kind == "结余结转"), Decimal(0))
        if abs(row.budget - row.final - left) > scheme.number("sum.tolerance") * 3:
            slots = {"subject": subject, "left": left, "budget": row.budget, **_place(moves[0].figure)}
            yield Hit(
                f"project_lines[{found[0]}].final",
                row.final,
                row.budget - left,
                slots,
                (f"project_lines[{found[0]}].budget",),
                "amount",
                moves[0].span.paragraph,
                moves[0].quote,
            )


@rule(
    "N05",
    "元与万元混用",
    Severity.ERROR,
    Category.PROSE,
    "金额单位：报告与表格以万元为单位",
    "正文第{paragraph}段「{quote}」应为 {meant}万元：{why}",
    "请把单位改为万元",
    PROSE,
)
def yuan_is_not_ten_thousand(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """以元写出的金额不是漏了“万”字。"""
    told = read(filing.narrative)
    for slip in prose_cells.known_slips(filing, told).values():
        slots = {"meant": shown(slip.amount.figure.number), "why": slip.why}
        yield _hit(slip.amount.figure, severity=None if slip.sure else Severity.WARNING, slots=slots)


# ---------------------------------------------------------------- rates


@rule(
    "N06",
    "正文的比率不等于其商",
    Severity.ERROR,
    Category.PROSE,
    "算术关系（按正文自己的位数，四舍五入、截尾都算对）",
    "正文第{paragraph}段「{quote}」，{top} ÷ {bottom} ＝ {expected}（{sure}）",
    "请核对比率，或核对分子分母",
    PROSE,
)
def rates_are_quotients(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """“A，其中 B，率 C”的 C 等于 B÷A。"""
    told = read(filing.narrative)
    known = prose_cells.known_slips(filing, told)
    for ratio in told.ratios:
        if ratio.numerator is not None:
            yield from _wrong_rate(ratio, known)
            continue
        tops, bottoms = _budget_rate(told, ratio)
        if tops and bottoms:
            yield from _wrong_budget_rate(filing, ratio, tops, bottoms, known)


def _wrong_rate(ratio: Ratio, known: dict[Span, Slip]) -> Iterator[Hit]:
    top = ratio.numerator
    bottoms = [figure for figure in ratio.denominators if figure.value]
    if top is None or not bottoms or top.vague or any(figure.vague for figure in bottoms):
        return
    value = meaning.meant_figure(top, known)
    below = [meaning.meant_figure(figure, known) for figure in bottoms]
    if any(quotient_fits(ratio.rate, value, bottom, not top.is_money) for bottom in below):
        return
    severity = None if len(bottoms) == 1 else Severity.WARNING
    sure = "分子分母紧邻" if len(bottoms) == 1 else "分母取最近的同类数字，不能完全确定"
    slots = {"top": shown(value), "bottom": shown(below[0]), "sure": sure}
    yield _hit(
        ratio.rate, actual=ratio.rate.value, expected=value / below[0], kind="rate", severity=severity, slots=slots
    )


def quotient_fits(rate: Figure, top: Decimal, bottom: Decimal, exact: bool) -> bool:
    """Return whether a printed rate is a quotient, rounded or cut to its digits; `exact`: of numbers that are not rounded."""
    if bottom == 0:
        return top == 0
    quotient = top / bottom
    if rate.comparator in ("≥", ">") or rate.vague in ("以上", "逾", "超", "超过", "突破"):
        return quotient >= rate.value
    if rate.vague:
        return abs(quotient - rate.value) <= Decimal("0.01")
    digits = places(rate.number) + 2
    unit = Decimal(1).scaleb(-digits)
    if any(quotient.quantize(unit, rounding=mode) == rate.value for mode in ROUNDINGS.values()):
        return True
    return not exact and quotient_rounding(rate.value, top, bottom) is not None and digits >= 4


def _budget_rate(told: Narrative, ratio: Ratio) -> tuple[list[Amount], list[Amount]]:
    """Return what a 执行率 or 控制率 in a paragraph may be the quotient of: outlays, and budgets of the same subject."""
    if not re.search(r"执行率|控制率", ratio.name) or re.search(r"变动|规模|投资|在职|人员控制", ratio.name):
        return [], []
    near = [entry for entry in told.amounts if entry.span.paragraph == ratio.rate.span.paragraph and not entry.period]
    subjects = [entry.subject for entry in near if entry.subject != "总" and wording.core(entry.subject) in ratio.name]
    subject = subjects[0] if subjects else ("三公经费" if "三公" in ratio.name else "总")
    own = [entry for entry in near if entry.subject == subject]
    tops = [entry for entry in own if entry.kind == "支出"]
    bottoms = [entry for entry in own if entry.kind in ("全年预算", "预算", "年初预算")]
    return tops, sorted(bottoms, key=lambda entry: ("全年预算", "预算", "年初预算").index(entry.kind))


def _wrong_budget_rate(
    filing: Filing, ratio: Ratio, tops: Sequence[Amount], bottoms: Sequence[Amount], known: dict[Span, Slip]
) -> Iterator[Hit]:
    pairs = [(meaning.meant(top, known), meaning.meant(bottom, known)) for top in tops for bottom in bottoms]
    if any(bottom == 0 or quotient_fits(ratio.rate, top, bottom, False) for top, bottom in pairs):
        return
    top, bottom = pairs[0]
    if _table_rate_fits(filing, ratio.rate):
        return
    slots = {"top": shown(top), "bottom": shown(bottom), "sure": "同一段的支出与预算"}
    yield _hit(ratio.rate, actual=ratio.rate.value, expected=top / bottom, kind="rate", slots=slots)


def _table_rate_fits(filing: Filing, rate: Figure) -> bool:
    funds = filing.funds
    if funds.executed is None:
        return False
    bottoms = [value for value in (funds.annual_budget, funds.initial_budget) if value]
    return any(quotient_fits(rate, funds.executed, bottom, False) for bottom in bottoms)


def is_whole_rate(name: str) -> bool:
    """Return whether a rate's name is the 预算执行率 of the whole department."""
    whole = re.search(r"(?:^|整体|部门|支出)?预算执行率$|^执行率$", name)
    return bool(whole) and not re.search(r"项目|三公|采购|公用|基本", name)


@rule(
    "N13",
    "正文执行率的分母与表格不同",
    Severity.WARNING,
    Category.PROSE,
    "财预〔2020〕10号：预算执行率＝全年执行数÷全年预算数",
    "正文第{paragraph}段「{quote}」{said}，表中执行率 {expected}（{sure}）",
    "请统一以全年预算数为分母，或在正文写明分母",
    ("narrative", "funds.executed", EXECUTION_BASE),
)
def rate_has_the_tables_denominator(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文的预算执行率与表中的一样，以全年预算数为分母。"""
    funds, base = filing.funds, execution_base(filing, scheme)
    other = {"funds.annual_budget": "funds.initial_budget"}.get(execution_base_path(scheme), "funds.annual_budget")
    label, another_base = field_of(execution_base_path(scheme)).label, filing.get(other)
    if not base or funds.executed is None:
        return
    for ratio in read(filing.narrative).ratios:
        if not is_whole_rate(ratio.name):
            continue
        rate = ratio.rate
        if quotient_fits(rate, funds.executed, base, False) or rate.value == funds.execution_rate:
            continue
        wrong = bool(another_base) and quotient_fits(rate, funds.executed, another_base, False)
        said = f"以{field_of(other).label}为分母" if wrong else f"与全年执行数÷{label}不符"
        sure = "分母可以认出" if wrong else "分母认不出"
        slots = {"said": said, "sure": sure, **_place(rate)}
        expected = funds.execution_rate or funds.executed / base
        yield Hit("funds.execution_rate", rate.value, expected, slots, (), "rate", rate.span.paragraph, rate.quote)


@rule(
    "N07",
    "完成率不等于完成值÷目标值",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：完成率＝实际完成值÷目标值，封顶 100% 也算对",
    "正文第{paragraph}段目标「{target}」、完成「{done}」，完成率应为 {expected}，正文写 {actual}",
    "请核对完成率；超额完成的写实际比例，或封顶写 100%",
    PROSE,
)
def degrees_are_right(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """目标、完成、完成率三个数相符。"""
    for goal in read(filing.narrative).goals:
        degree, done = goal.degree, goal.actual
        if degree is None or done is None or not goal.target.value or done.vague or degree_fits(goal, degree, done):
            continue
        expected = done.value / goal.target.value
        slots = {"target": goal.target.quote, "done": done.quote}
        yield _hit(degree, actual=degree.value, expected=expected, kind="rate", slots=slots)


def degree_fits(goal: Goal, degree: Figure, done: Figure) -> bool:
    """Return whether a degree of completion is done ÷ target (capped at 100%, or turned where lower is better)."""
    target = goal.target
    quotient = done.value / target.value
    if quotient_fits(degree, done.value, target.value, True):
        return True
    lower = target.comparator in ("≤", "<")
    reached = done.value <= target.value if lower else done.value >= target.value
    if reached and degree.value == 1:
        return True
    if lower and done.value and quotient_fits(degree, target.value, done.value, True):
        return True
    # "至少达到": 达到率以比例写出、分母是目标的百分点时，只在位数内比较
    return bool(degree.vague) and abs(quotient - degree.value) <= Decimal("0.01")


@rule(
    "N08",
    "0÷0 报为 100%",
    Severity.ERROR,
    Category.PROSE,
    "财预〔2013〕53号：分母为零时比率不适用",
    "正文第{paragraph}段「{quote}」的预算与支出都是 0，比率没有意义，不能写 {actual}",
    "请改写为“不适用”",
    PROSE,
)
def zero_over_zero_is_no_rate(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """分母为 0 的比率不写成 100%。"""
    told = read(filing.narrative)
    seen: set[tuple[int, str]] = set()
    for ratio in told.ratios:
        tops, bottoms = _budget_rate(told, ratio)
        place = (ratio.rate.span.paragraph, wording.core(ratio.name))
        counted = ratio.numerator is not None and ratio.numerator.value == 0 and bool(ratio.denominators)
        empty = counted and ratio.denominators[0].value == 0
        if tops and bottoms:
            empty = empty or (all(not entry.value for entry in bottoms) and all(not entry.value for entry in tops))
        if empty and place not in seen:
            seen.add(place)
            yield _hit(ratio.rate, actual=ratio.rate.value, kind="rate")


# ---------------------------------------------------------------- years, projects, scores, goals, heads


@rule(
    "N09",
    "正文年度与自评年度不一致",
    Severity.ERROR,
    Category.PROSE,
    "填报要求：正文、表头、列头为同一年度",
    "正文第{paragraph}段「{quote}」写的是 {said} 年，自评年度是 {year} 年（{sure}）",
    "请核对年度，沿用上年报告的须逐处改过",
    ("narrative", "year"),
)
def years_are_the_filings(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """标题和收支数字的年度是自评年度。"""
    told = read(filing.narrative)
    for year, span in told.years:
        if year != filing.year:
            quote = filing.narrative[span.paragraph - 1].strip()[:40]
            slots = {"paragraph": span.paragraph, "quote": quote, "said": year, "year": filing.year, "sure": "标题"}
            yield Hit(paragraph=span.paragraph, quote=quote, slots=slots)
    for amount in told.amounts:
        if _wrong_year(filing, amount):
            now = [cell for cell in _cells_this_year(filing, amount) if meaning.same(amount.figure, cell.value)]
            sure = f"数字与本年{filing.label(now[0].path)}相同" if now else "如确是往年数字请写明"
            slots = {"said": amount.year, "year": filing.year, "sure": sure}
            yield _hit(amount.figure, severity=None if now else Severity.WARNING, slots=slots)


def _cells_this_year(filing: Filing, amount: Amount) -> list[Cell]:
    return prose_cells.cells_of(filing, replace(amount, year=None, period="", part=False, block=0))


def _wrong_year(filing: Filing, amount: Amount) -> bool:
    if amount.year in (None, -1, filing.year) or filing.year is None or amount.year is None or amount.project:
        return False
    if amount.subject != "总" and amount.subject not in prose_cells.NAMED_EXPENSES and amount.subject != "基本支出":
        return False
    if amount.kind not in ("年初预算", "全年预算", "预算", "支出", "收入"):
        return False
    if not amount.explicit and not amount.subject.endswith("支出"):  # the name itself says that it is spent
        return False
    if amount.year != filing.year - 1:
        return amount.year < filing.year - 1 or amount.year > filing.year + 1
    words = filing.narrative[amount.span.paragraph - 1]
    compared = re.search(rf"较|比|同比|上年|{filing.year}\s?年", words)
    last = (
        filing.get(f"expenses.{prose_cells.NAMED_EXPENSES[amount.subject]}.prior_final")
        if amount.subject in prose_cells.NAMED_EXPENSES
        else None
    )
    return not compared and not (isinstance(last, Decimal) and meaning.same(amount.figure, last))


@rule(
    "N10",
    "项目在一处有、另一处没有",
    Severity.WARNING,
    Category.PROSE,
    "文表一致：项目支出情况、项目绩效情况与基础数据表的项目相同",
    "{here}有「{name}」，{there}没有找到（按名称和金额比对，名称写法不同的请统一）",
    "请补上漏写的项目，或统一项目名称",
    PROSE,
)
def projects_are_everywhere(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文各处和基础数据表列出的项目相同。"""
    lists = _project_lists(filing)
    for one in lists:
        for other in lists:
            if one is other or len(other.rows) < 2:
                continue
            missing = [row for row in one.rows if not _has(other, row)]
            if len(missing) * 2 > len(one.rows):
                continue
            for row in missing:
                slots = {"here": one.title, "there": other.title, "name": row.name}
                yield Hit(row.path, slots=slots, paragraph=row.paragraph, quote=row.quote)


class _Row(NamedTuple):
    """One project of a list: its name, what was spent (万元), and where it stands."""

    name: str
    spent: frozenset[Decimal]
    path: str = ""
    paragraph: int | None = None
    quote: str = ""


class _List(NamedTuple):
    """A list of projects and what it is called."""

    title: str
    rows: tuple[_Row, ...]


def _project_lists(filing: Filing) -> list[_List]:
    told = read(filing.narrative)
    known = prose_cells.known_slips(filing, told)
    groups: dict[int, list[_Row]] = defaultdict(list)
    for project in told.projects:
        spent = frozenset(
            meaning.meant(entry, known)
            for entry in told.amounts
            if entry.kind == "支出" and wording.core(entry.subject) == wording.core(project.name)
        )
        if spent:
            span = project.span
            groups[project.group].append(_Row(project.name, spent, "", span.paragraph, project.name))
    out = [_List(f"正文第{rows[0].paragraph}段起的项目", tuple(rows)) for rows in groups.values() if len(rows) >= 2]
    table = [
        _Row(" ".join(row.name.split()), frozenset({row.final}), f"project_lines[{index}].name")
        for index, row in enumerate(filing.project_lines)
        if row.name and row.final
    ]
    return [*out, _List("附件2 的项目行", tuple(table))] if len(table) >= 2 else out


def _has(known: _List, row: _Row) -> bool:
    return any(wording.likeness(row.name, other.name) >= 0.6 or row.spent & other.spent for other in known.rows)


@rule(
    "N11",
    "正文自评得分与自评表不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：正文的自评得分应与自评表总分相同",
    "正文第{paragraph}段「{quote}」，{said}",
    "请附上自评表，或改成与自评表总分相同的数",
    PROSE,
)
def score_is_the_tables(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写的自评得分就是自评表的总分。"""
    for score in read(filing.narrative).scores:
        figure, total = score.figure, filing.total.score
        if total is None:
            yield _hit(figure, severity=Severity.INFO, slots={"said": "没有随附自评表，得分无从核对"})
        elif figure.value != total:
            said = f"自评表总分 {shown(total)} 分"
            yield Hit(
                "total.score",
                figure.value,
                total,
                {"said": said, **_place(figure)},
                (),
                "score",
                figure.span.paragraph,
                figure.quote,
            )


@rule(
    "N12",
    "目标没有写完成值",
    Severity.WARNING,
    Category.PROSE,
    "财预〔2020〕10号：逐项填列目标值与实际完成值",
    "正文第{paragraph}段目标「{quote}」给了完成率 {degree}，没有写实际完成值",
    "请补上实际完成值",
    PROSE,
)
def targets_have_actuals(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写了完成率的目标都有实际完成值。"""
    for goal in read(filing.narrative).goals:
        if goal.actual is None and goal.degree is not None:
            yield _hit(goal.target, slots={"degree": percent(goal.degree.value)})


@rule(
    "N16",
    "正文人数与基础数据表不一致",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：编制数、在职人数应与基础数据表相同",
    "正文第{paragraph}段「{quote}」，表中{label} {expected} 人，相差 {difference} 人{sure}",
    "请核对年末人数，改正其中一处",
    PROSE,
)
def heads_are_the_tables(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文的编制数和在职人数与基础数据表相同。"""
    told = read(filing.narrative)
    for kind, path in (("编制", "staff.authorized"), ("在职", "staff.actual")):
        value = filing.get(path)
        own = [entry.figure for entry in told.headcounts if entry.kind == kind and not entry.part]
        if value is None or not own or any(figure.value == value for figure in own):
            continue
        if sum(figure.value for figure in own) == value or _summed_beside(told, own, value):
            continue
        figure = own[0]
        sure = "" if len(own) == 1 else "（正文有几处，取第一处）"
        slots = {"sure": sure, **_place(figure)}
        severity = None if len(own) == 1 else Severity.WARNING
        yield Hit(path, figure.value, value, slots, (), "count", figure.span.paragraph, figure.quote, severity=severity)


def _summed_beside(told: Narrative, own: Sequence[Figure], value: Decimal) -> bool:
    """Return whether a head count of the same sentence has the value: 机关编制8名，下属中心编制7名，合计15名."""
    places = {(figure.span.paragraph, figure.sentence) for figure in own}
    return any(
        figure.value == value
        and figure.unit in ("人", "名", "个")
        and (figure.span.paragraph, figure.sentence) in places
        for figure in told.figures
        if not any(entry.figure is figure for entry in told.headcounts)
    )


@rule(
    "N17",
    "正文与绩效指标的完成数不一致",
    Severity.INFO,
    Category.PROSE,
    "文表一致：同一事项在正文与指标中的完成数应相同",
    "正文第{paragraph}段「{quote}」，指标「{name}」实际完成值 {done}（名称相近，不能确定是同一事项）",
    "如是同一事项请统一数字；统计口径不同的请写明",
    ("narrative", "indicators[]"),
)
def counts_are_the_indicators(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文里与数量指标同名的完成数与指标的实际完成值相同。"""
    told = read(filing.narrative)
    targets = {goal.target.span for goal in told.goals}
    labels = [
        (figure, normal(figure.label))
        for figure in told.figures
        if not figure.is_money and figure.unit and not figure.comparator and figure.span not in targets
    ]
    for index, row in enumerate(filing.indicators):
        done, name = parse(row.actual), _bare_indicator(row.level3 or "")
        if done is None or len(name) < 4 or not done.unit:
            continue
        near = [figure for figure, label in labels if name in label and figure.base == done.base_unit]
        if not near or any(figure.value == done.value for figure in near) or any(f.vague for f in near):
            continue
        figure = near[0]
        slots = {"name": " ".join((row.level3 or "").split()), "done": row.actual, **_place(figure)}
        yield Hit(f"indicators[{index}].actual", slots=slots, paragraph=figure.span.paragraph, quote=figure.quote)


def _bare_indicator(name: str) -> str:
    flat = re.sub(r"\(.*?\)", "", normal(name))
    return re.sub(
        r"(?:次数|数量|人数|户数|个数|面积|数|率)$", "", re.sub(r"^(?:全年|年度|开展|组织|举办|完成)+", "", flat)
    )
