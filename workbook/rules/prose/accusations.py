"""The figures of the prose weighed, and what is accused of them said as hits, for the rules of `figures`.

Loaded where there is prose: most checks are of workbooks, which hold none.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.derive import Derived, execution_base_path, tables
from workbook.model.figures import plain
from workbook.model.filing import Filing
from workbook.model.findings import Severity
from workbook.model.scheme import Scheme
from workbook.narrative import evidence, printed, relations
from workbook.narrative.ledger import Entry
from workbook.narrative.strays import Named
from workbook.narrative.verdicts import Accusation, Case, Limits
from workbook.rules.registry import Hit


def case_of(filing: Filing, scheme: Scheme, derived: Derived) -> Case:
    """Return what speaks for and against each figure of a filing's prose, worked out once a check."""
    if "prose" not in derived.memo:
        warning, error = (float(scheme.number(key)) for key in ("prose.warning", "prose.error"))
        limits = Limits(warning, error, execution_base_path(scheme))
        derived.memo["prose"] = evidence.judge(filing, limits, list(_unread(filing)))
    return derived.memo["prose"]  # type: ignore[no-any-return]


def _unread(filing: Filing) -> Iterator[Named]:
    """Yield the amounts of the tables that the form has no field for, as terms."""
    for cell, scale in tables.unread_amounts(filing):
        if cell.value and not (filing.year and f"{filing.year - 1}年" in cell.head):
            print_ = printed.Print(cell.value * scale, cell.unit * scale, cell.value, scale)
            label = f"{plain(cell.value)}（附表{cell.name}）"
            yield Named(cell.label, "万元", relations.Given(print_, label), cell.label)


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
    turned = one.slip is not None and one.slip.name == printed.TURNED
    named = one.slip is not None and not one.slip.name.startswith((printed.BASE, printed.TOP, printed.LAST_YEAR))
    weak = one.cell and one.slip is not None and one.slip.name == printed.DIGIT  # a cell may be another figure near by
    sure = named and not weak and one.bits >= float(scheme.number("prose.error"))
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
    if one.cell:
        return f"；表中若改为 {number} 即相符，疑为{one.slip.name}"
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
