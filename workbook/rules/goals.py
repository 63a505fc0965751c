"""Rules on 年度总体目标."""

import re
from collections.abc import Iterator

from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
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
