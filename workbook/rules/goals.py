"""Rules on 年度总体目标."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal, parse
from workbook.model.scheme import Scheme
from workbook.process import named
from workbook.rules.registry import Hit, rule


def _letters(text: str | None) -> str:
    return re.sub(r"[\W_]+", "", text or "")


@rule(
    "G01",
    "实际完成情况照抄预期目标",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：完成情况写实际做到的，不照抄目标",
    "实际完成情况与预期目标一字不差（{count} 字）",
    "请写明每项目标实际完成了什么、完成到什么程度",
    ("goals.expected", "goals.actual"),
)
def result_is_not_a_copy(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """实际完成情况不是预期目标的原样照抄。"""
    expected, actual = _letters(filing.goals.expected), _letters(filing.goals.actual)
    if expected == actual and len(actual) >= 4:
        yield Hit("goals.actual", None, slots={"count": len(actual)}, related=("goals.expected",))


@rule(
    "G02",
    "年度总体目标没有填全",
    Severity.ERROR,
    Category.FORM,
    "表样的栏目：年度总体目标的预期目标、实际完成情况",
    "{label}空白",
    "请补填{label}",
    ("indicators[]",),
    asks=("goals.expected",),
)
def goals_are_filled(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """预期目标与实际完成情况都要填。"""
    for name in ("expected", "actual"):
        if not getattr(filing.goals, name):
            yield Hit(f"goals.{name}")


@rule(
    "G03",
    "完成情况的文字与指标的实际完成值不符",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：完成情况写的数，就是绩效指标的实际完成值",
    "{label}写“{quote}”，指标「{name}」实际完成值是 {result}{how}",
    "请核对两处，改正写错的一处；说的不是同一件事的，在出错说明中写明",
    ("indicators[]",),
)
def words_tell_the_results(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """目标、任务完成情况和自评分析里与指标同名、同单位的数，不是它的实际完成值，却正是它的目标值，或只差一处笔误的。"""
    paths = ["goals.actual", "goals.reason", *(f"tasks[{index}].done" for index in range(len(filing.tasks)))]
    for path in paths:
        text = filing.get(path) or ""
        if path == "goals.actual" and _letters(text) == _letters(filing.goals.expected):
            continue  # copied: G01 says so
        if not any(_left_out(row, text) for row in filing.indicators):
            continue
        for found in named("workbook.narrative.retold:retold")(filing, text):
            row = filing.get(found.named.row)
            how = f"，相差一处笔误（{found.slip}）" if found.slip else f"，写的正是年度指标值 {row.target}"
            slots = {"quote": found.entry.figure.quote, "name": row.level3, "result": row.actual, "how": how}
            # at the indicator: a text may tell of several
            yield Hit(f"{found.named.row}.actual", slots=slots, related=(path,), label=filing.label(path))


def _left_out(row: Indicator, text: str) -> bool:
    """Return whether a text may speak of an indicator and does not have its result: only then is it worth taking apart."""
    result = parse(row.actual)
    told = {Decimal(words) for words in re.findall(r"(?<![\d.])\d+(?:\.\d+)?", normal(text).replace(",", ""))}
    if (
        result is None
        or result.number in told
        or not named("workbook.narrative.likely:named_half")(row.level3 or "", text)
    ):
        return False
    target = parse(row.target)
    return (target is not None and target.number in told) or any(_one_slip(one, result.number) for one in told)


def _one_slip(one: Decimal, other: Decimal) -> bool:
    """Return whether a number may stand for another by a slip of the hand: not for a number of so few digits that any does."""
    printed = named("workbook.narrative.printed")
    made = printed.slip(printed.of_cell(one, "count"), other) if one.adjusted() > 0 else None
    return bool(made is not None and made.name in printed.USUAL and made.meant == other)
