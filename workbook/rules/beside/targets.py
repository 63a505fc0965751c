"""The indicators against the approved targets: left out, lowered, weighted otherwise, new."""

from collections.abc import Iterator
from typing import NamedTuple

from workbook.derive.scores import is_cost
from workbook.model.figures import shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.given import Target
from workbook.model.quantity import Quantity, normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import rows
from workbook.rules.words import alike

SOURCE = "实务（可改）：自评的指标、目标值、分值应是预算批复时定下的"
READS = ("given.targets", "indicators[]")
WARNING, INFO = Severity.WARNING, Severity.INFO


class Pair(NamedTuple):
    """An approved indicator and the row of the self-evaluation that answers it (None: none does)."""

    target: Target
    row: int | None


def pairs(filing: Filing) -> tuple[list[Pair], list[int]]:
    """Return each approved indicator with its row, and the rows that none was approved for; names equal first, then alike."""
    own = normal(filing.subject or "")
    targets = [
        entry
        for entry in filing.given.targets
        if (filing.subject is None) == (entry.subject is None)
        and (entry.subject is None or normal(entry.subject) == own)
        and (filing.year is None or entry.year in (None, filing.year))
    ]
    free = {index: normal(row.level3 or "") for index, row in rows(filing)}
    found: dict[int, int] = {}
    for fits in (lambda one, other: one == other, alike):
        for number, entry in enumerate(targets):
            name = normal(entry.level3)
            near = next((i for i, held in free.items() if number not in found and name and fits(name, held)), None)
            if near is not None:
                found[number] = near
                del free[near]
    return [Pair(entry, found.get(number)) for number, entry in enumerate(targets)], list(free) if targets else []


def _matched(filing: Filing) -> Iterator[tuple[Target, int, Indicator]]:
    for entry, index in pairs(filing)[0]:
        if index is not None:
            yield entry, index, filing.indicators[index]


@rule(
    "T28",
    "批复的指标自评里没有",
    WARNING,
    Category.BETWEEN,
    SOURCE,
    "{place}（{target}{points}）在自评表里没有",
    "请补回这一项，或在出错说明中写明调整的批复文号",
    READS,
)
def approved_indicators_are_kept(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """目标表的每一条三级指标在自评表里都有。"""
    for entry, index in pairs(filing)[0]:
        if index is None:
            name = " ".join(entry.level3.split())
            points = "" if entry.weight is None else f"，{shown(entry.weight)}分"
            slots = {"place": entry.spot.words, "target": entry.target or "没有写目标值", "points": points}
            yield Hit("indicators[0].level3", slots=slots, label=f"缺「{name}」", quote=name)


@rule(
    "T29",
    "目标值与批复的不同",
    WARNING,
    Category.BETWEEN,
    SOURCE,
    "「{name}」目标值 {own}，{how}{place}的 {target}",
    "请改回批复的目标值，或在出错说明中写明调整的批复文号",
    READS,
)
def targets_are_the_approved(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同名指标的年度指标值与目标表相同；低于批复的是预警，高于的是提示。"""
    for entry, index, row in _matched(filing):
        own, approved = parse(row.target), parse(entry.target)
        if not entry.target or not row.target or normal(row.target) == normal(entry.target):
            continue
        how = "不同于"
        # a sheet that leaves the unit to the name of the indicator says the same: 14 and 14个
        if own is not None and approved is not None and _same_number(own, approved):
            continue
        if own is not None and approved is not None and own.base_unit == approved.base_unit:
            if own.value == approved.value and own.upper_value == approved.upper_value:
                continue
            lower = _is_easier(row, own, approved)
            how = "松于" if lower else "严于"
        slots = {"name": row.level3, "own": row.target, "how": how, "place": entry.spot.words, "target": entry.target}
        yield Hit(f"indicators[{index}].target", slots=slots, severity=INFO if how == "严于" else None)


def _same_number(own: Quantity, approved: Quantity) -> bool:
    """Return whether two are the same number and range, one of which names no unit."""
    units = own.unit, approved.unit
    return (own.number, own.upper) == (approved.number, approved.upper) and "" in units and units != ("", "")


def _is_easier(row: Indicator, own: Quantity, approved: Quantity) -> bool:
    """Return whether a target is easier to reach than the approved one: lower, or a higher ceiling."""
    if approved.comparator in ("≤", "<") or is_cost(row):
        return own.value > approved.value
    return own.value < approved.value


@rule(
    "T30",
    "分值与批复的不同",
    WARNING,
    Category.BETWEEN,
    SOURCE,
    "「{name}」分值 {actual}，{place}的分值是 {expected}",
    "请改回批复的分值，或在出错说明中写明调整的理由",
    READS,
)
def weights_are_the_approved(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同名指标的分值与目标表相同。"""
    for entry, index, row in _matched(filing):
        if entry.weight is not None and row.weight is not None and entry.weight != row.weight:
            slots = {"name": row.level3, "place": entry.spot.words}
            yield Hit(f"indicators[{index}].weight", row.weight, entry.weight, slots)


@rule(
    "T31",
    "自评的指标批复里没有",
    INFO,
    Category.BETWEEN,
    SOURCE,
    "「{name}」在附来的目标表（「{file}」）里没有",
    "请核对；是年中增加的，写明批复",
    READS,
)
def indicators_are_approved(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """自评表的每一条指标在目标表里都有。"""
    found, free = pairs(filing)
    for index in free:
        row = filing.indicators[index]
        yield Hit(f"indicators[{index}].level3", slots={"name": row.level3, "file": found[0].target.spot.file})
