"""The figures of the prose weighed, and what is accused of them said as hits, for the rules of `figures`.

Loaded where there is prose: most checks are of workbooks, which hold none.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.derive import Derived
from workbook.filing import Filing
from workbook.findings import Severity
from workbook.narrative import evidence, printed, relations
from workbook.narrative.evidence import Accusation, Case
from workbook.rules.registry import Hit
from workbook.scheme import Scheme


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


def hits(id: str, filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """Yield what is accused of the figures of the prose that falls under a rule."""
    case = case_of(filing, scheme, derived)
    for one in case.accusations:
        if _kind(one) == id:
            yield _hit(one, filing, scheme, case)


def _hit(one: Accusation, filing: Filing, scheme: Scheme, case: Case) -> Hit:
    figure = one.entry.figure
    cells = [term.path for term in _cells(one) if term.path]
    direct = one.relation.kind in ("文表", "文表指标") and bool(cells)
    rate = figure.is_rate and not one.relation.kind.startswith("增减额")
    sure = one.slip is not None and one.bits >= float(scheme.number("prose.error"))
    slots = {
        "quote": figure.quote,
        "paragraph": figure.span.paragraph,
        "formula": _formula(one),
        "mend": _mend(one),
        "also": _also(one) + _gap_of(one, case),
    }
    return Hit(
        cells[0] if direct else "",
        figure.value,
        one.right if one.slip is not None or one.relation.kind != "算术" else None,
        slots,
        tuple(cells if not direct else cells[1:]),
        "rate" if rate else "amount",
        figure.span.paragraph,
        figure.quote,
        Severity.ERROR if sure else Severity.WARNING,
    )


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
    if one.slip.name.startswith((printed.TURNED, printed.BASE)):
        return f"，{one.slip.name}"
    return f"；若改为 {number}{unit} 即相符，疑为{one.slip.name}"


def _also(one: Accusation) -> str:
    """Return what else the right figure agrees with."""
    kinds = {one.relation.kind, "单位"}
    said = list(dict.fromkeys(witness.formula() for witness in one.witnesses if witness.kind not in kinds))
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
