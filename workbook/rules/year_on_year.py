"""Rules that hold this year's filing against last year's."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive.rates import carry_over_rate, three_public_change_rate
from workbook.derive.scores import is_cost
from workbook.model.fields import ALL_EXPENSES
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.expenses import CONTROLLED
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import name_of, points_off, rows
from workbook.rules.words import alike
from workbook.rules.words import points_off as deduction_words

PRIOR = ("prior",)


@rule(
    "Y01",
    "上年决算数与上年自评不一致",
    Severity.WARNING,
    Category.YEARS,
    "算术关系：本年表的上年决算数＝上年表的本年决算数",
    "{name}上年决算数填报 {actual}，上年自评的决算数是 {expected}",
    "请以上年批复的决算为准改正；上年自评写在决算批复之前的，在出错说明中写明",
    PRIOR,
    ("sum.tolerance",),
)
def prior_final_is_last_years(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每一行的上年决算数等于上年自评的本年决算数。"""
    prior = filing.prior
    for name, row in filing.expenses.items() if prior else ():
        last = prior.expenses[name].final if prior else None
        if row.prior_final is None or last is None:
            continue
        if abs(row.prior_final - last) > scheme.number("sum.tolerance"):
            yield Hit(f"expenses.{name}.prior_final", row.prior_final, last, {"name": ALL_EXPENSES[name]})


@rule(
    "Y02",
    "比上年变动过大",
    Severity.WARNING,
    Category.YEARS,
    "实务（可改）：与上年核对",
    "{name}本年 {actual}，上年 {prior}，变动 {rate}，超过 {limit}",
    "请核对单位（元、万元）与口径；属实的在出错说明中写明原因",
    PRIOR,
    ("year.jump",),
)
def no_jump(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """全年执行数和各项支出与上年相比没有过大的变动。"""
    prior = filing.prior
    if prior is None:
        return
    pairs = [("funds.executed", "全年执行数", filing.funds.executed, prior.funds.executed)]
    pairs += [
        (f"expenses.{name}.final", ALL_EXPENSES[name], filing.expenses[name].final, prior.expenses[name].final)
        for name in CONTROLLED
    ]
    for path, name, now, last in pairs:
        if now is None or not last:
            continue
        change = (now - last) / last
        limit = scheme.number("year.jump")
        if abs(change) > limit:
            slots = {"name": name, "prior": shown(last), "rate": percent(change), "limit": percent(limit)}
            yield Hit(path, now, None, slots)


@rule(
    "Y03",
    "目标低于上年完成值",
    Severity.WARNING,
    Category.YEARS,
    "实务（可改）：定目标要看历年完成的数",
    "「{name}」本年目标 {target}，低于上年完成值 {last}",
    "请说明降低目标的原因，或提高目标",
    PRIOR,
)
def targets_do_not_fall(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同名指标的本年目标不低于上年的完成值（成本指标除外）。"""
    prior = filing.prior
    known = {normal(row.level3 or ""): row for row in prior.indicators} if prior else {}
    for index, row in enumerate(filing.indicators):
        last = known.get(normal(row.level3 or ""))
        target, done = parse(row.target), parse(last.actual) if last else None
        if last is None or target is None or done is None or is_cost(row) or target.comparator in ("≤", "<"):
            continue
        if target.base_unit == done.base_unit and target.value < done.value * Decimal("0.9"):
            slots = {"name": " ".join((row.level3 or "").split()), "target": row.target, "last": last.actual}
            yield Hit(f"indicators[{index}].target", slots=slots)


@rule(
    "Y04",
    "完成情况照抄上年",
    Severity.WARNING,
    Category.YEARS,
    "实务（可改）：每年的完成情况应是当年的",
    "实际完成情况与上年自评一字不差（{count} 字）",
    "请改写为本年的完成情况",
    PRIOR,
)
def text_is_not_last_years(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """本年的实际完成情况不是上年原文。"""
    now, last = filing.goals.actual, filing.prior.goals.actual if filing.prior else None
    if now and last and normal(now) == normal(last) and len(normal(now)) >= 10:
        yield Hit("goals.actual", slots={"count": len(normal(now))})


@rule(
    "Y05",
    "结转结余率高于上年",
    Severity.WARNING,
    Category.YEARS,
    "财预〔2013〕53号：结转结余率＝结转结余÷支出预算数；与上年比的上限是实务（可改）",
    "结转结余率 {now}（全年预算数－全年执行数，再除以全年预算数），上年 {last}，结转结余由 {before} 变为 {actual}",
    "请说明结转结余增加的原因，下年压减",
    PRIOR,
    ("year.carry_over",),
)
def carry_over_does_not_grow(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """结转结余率不比上年高出许多。"""
    now, last = _carried(filing), _carried(filing.prior) if filing.prior else None
    if now is None or last is None:
        return
    if now[1] - last[1] > scheme.number("year.carry_over"):
        slots = {"now": percent(now[1]), "last": percent(last[1]), "before": shown(last[0])}
        yield Hit("funds.executed", now[0], None, slots, ("funds.annual_budget",), kind="amount")


def _carried(filing: Filing) -> tuple[Decimal, Decimal] | None:
    """Return what was left of a year's budget (万元) and its share of the budget."""
    budget, spent = filing.funds.annual_budget, filing.funds.executed
    if not budget or spent is None:
        return None
    left = budget - spent
    rate = carry_over_rate(left, budget)
    return None if rate is None else (left, rate)


@rule(
    "Y06",
    "三公经费预算比上年增长",
    Severity.WARNING,
    Category.YEARS,
    "财预〔2013〕53号：三公经费变动率；湖南省部门整体支出绩效评价指标（2017）以两年的预算数相比",
    "三公经费预算数 {actual} 比上年预算数 {prior} 增长 {rate}{points}",
    "请核对；确有增长的，在出错说明中写明批准依据",
    PRIOR,
    ("deduction.method", "deduction.rates"),
)
def three_public_budget_does_not_grow(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """三公经费本年预算数不高于上年自评的预算数。"""
    last = filing.prior.expenses["three_public"].budget if filing.prior else None
    now = filing.expenses["three_public"].budget
    rate = three_public_change_rate(now, last)
    if rate is not None and rate > 0 and last is not None:
        slots = {"prior": shown(last), "rate": percent(rate)}
        slots["points"] = deduction_words("三公经费变动率", rate, Decimal(0), scheme)
        yield Hit("expenses.three_public.budget", now, None, slots)


@rule(
    "Y07",
    "上年扣分的指标今年不见了",
    Severity.WARNING,
    Category.YEARS,
    "实务（可改）：上年没有完成的，本年应继续考核",
    "上年扣了分的指标今年没有了：{names}",
    "请补回这几项，或在出错说明中写明为什么不再考核（任务已完成、职能划转等）",
    ("prior", "indicators[]"),
    asks=("indicators[].score",),
)
def cut_indicators_are_kept(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """上年得分低于分值的指标，本年仍有同名或名称相近的指标。"""
    now = [normal(row.level3 or "") for _, row in rows(filing)]
    last = rows(filing.prior) if filing.prior else ()
    gone = [
        row for _, row in last if points_off(row) and not any(alike(normal(row.level3 or ""), name) for name in now)
    ]
    if gone:
        names = "、".join(
            f"「{name_of(row)}」（{shown(row.score or Decimal(0))}/{shown(row.weight or Decimal(0))}）" for row in gone
        )
        yield Hit("indicators[0].level3", slots={"names": names}, label="绩效指标")


@rule(
    "Y08",
    "改进措施照抄上年",
    Severity.WARNING,
    Category.YEARS,
    "实务（可改）：上年的措施本年应已落实，没有落实的要说明",
    "“下一步改进措施”里这一段与上年报告一字不差（{count} 字）",
    "请写明上年措施落实得怎样，再写本年新的措施",
    ("prior", "narrative"),
)
def measures_are_not_last_years(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """报告改进措施一节的各段不是上年原文。"""
    last = {normal(text) for text in filing.prior.narrative} if filing.prior else set()
    inside = False
    for number, text in enumerate(filing.narrative, start=1):
        flat = normal(text)
        if len(flat) <= HEADING and ("改进措施" in flat or re.match("[一二三四五六七八九十]+、", flat)):
            inside = "改进措施" in flat
        elif inside and len(flat) >= WORTH_A_LOOK and flat in last:
            yield Hit("", None, None, {"count": len(flat)}, paragraph=number, quote=text[:30])


HEADING, WORTH_A_LOOK = 30, 20  # characters: a heading has at most, a paragraph worth a look at least so many
