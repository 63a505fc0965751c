"""The ledger of a report's figures for people: each with its facets, what gives it, what it was held against, its state."""

from __future__ import annotations

from collections.abc import Iterable

from workbook import patterns as re
from workbook.derive import Derived
from workbook.model.figure_lines import FACETS, RIGHT, FigureLine, Known
from workbook.model.filing import Filing
from workbook.model.findings import Finding
from workbook.model.scheme import Scheme
from workbook.narrative.ledger import Entry
from workbook.narrative.relations import Equal, Relation, shown
from workbook.narrative.verdicts import Case, Verdict
from workbook.rules.prose.accusations import case_of
from workbook.rules.prose_marks import Mark, fault_elsewhere, marks

_AS_WRITTEN = str.maketrans("‹›‧", "（）、")  # the reader's own signs for brackets and commas that part nothing
DESPITE = "有一处对照不符，但别的关系得出它，不作为问题"
_OPENING = re.compile(r"[^，。;:\n]{0,40}")


def ledger_lines(filing: Filing, findings: Iterable[Finding], scheme: Scheme, derived: Derived) -> list[FigureLine]:
    """Return every figure of a filing's prose in the order of the text; none where it has no prose."""
    if not filing.narrative:
        return []
    case = case_of(filing, scheme, derived)
    known = {(mark.span.paragraph, mark.span.start): mark for mark in marks(filing, findings, scheme, derived)}
    out = []
    for verdict in case.verdicts:
        span = verdict.entry.figure.span
        out.append(_line(filing, case, verdict, known[span.paragraph, span.start]))
    return out


def _line(filing: Filing, case: Case, verdict: Verdict, mark: Mark) -> FigureLine:
    figure = verdict.entry.figure
    span = figure.span
    return FigureLine(
        span.paragraph,
        span.start,
        span.end,
        figure.quote.translate(_AS_WRITTEN),
        filing.narrative[span.paragraph - 1][span.start : span.end],
        figure.value,
        figure.unit,
        tuple(_facets(case, verdict.entry)),
        tuple(_explained(verdict)),
        tuple(_failed(verdict)),
        mark.state,
        _reason(case, mark, verdict),
        verdict.accused.bits if verdict.accused and mark.finding else None,
        mark.finding,
    )


def _facets(case: Case, entry: Entry) -> Iterable[Known]:
    """Yield all facets in their order, the unknown ones too; the subject that was spoken of before is a hint."""
    known = {facet.name: facet for facet in entry.facets}
    for name in FACETS:
        facet = known.get(name)
        if facet is not None:
            words = _opening(case, entry) if name == "项目" else facet.words
            yield Known(name, facet.value, words.translate(_AS_WRITTEN))
        else:
            hint = f"前文讲的是{entry.topic}" if name == "对象" and entry.topic else ""
            asked = name not in ("单位数", "比率") or (name == "比率") == entry.figure.is_rate
            yield Known(name, "", hint, asked)


def _opening(case: Case, entry: Entry) -> str:
    """Return the words that a list item opens with: they name its project."""
    block = entry.block
    flat = case.ledger.paragraphs[block.paragraph - 1].flat[block.start : block.end].lstrip()
    found = _OPENING.match(flat)
    return found[0].strip() if found else ""


def _explained(verdict: Verdict) -> Iterable[str]:
    if verdict.fits:
        return dict.fromkeys(_signs(verdict.entry, one) for one in verdict.fits)
    return [verdict.words] if verdict.given else []


def _failed(verdict: Verdict) -> Iterable[str]:
    """Return the relations that fail in signs: what the figure was held against, the accuser first."""
    accuser = [verdict.accused.relation] if verdict.accused else []
    return dict.fromkeys(_claim(verdict.entry, one) for one in (*accuser, *verdict.fails))


def _signs(entry: Entry, relation: Relation) -> str:
    """Return a relation in signs; of two that are to be one and the same, the other one."""
    if isinstance(relation, Equal):
        return f"{relation.kind}：{shown(relation.terms[0] if relation.terms[1] is entry else relation.terms[1])}"
    return f"{relation.kind}：{relation.formula()}"


def _claim(entry: Entry, relation: Relation) -> str:
    written = "" if isinstance(relation, Equal) else f"，正文写 {shown(relation.terms[0])}"
    return _signs(entry, relation) + written


def _reason(case: Case, mark: Mark, verdict: Verdict) -> str:
    if mark.state == RIGHT:
        return fault_elsewhere(case, verdict) or (DESPITE if verdict.fails else "")
    if mark.finding is None:
        return mark.words
    said = f"{mark.finding.title}：{mark.finding.message}"
    explained = f"（已说明：{mark.finding.explanation}）" if mark.finding.status == "已说明" else ""
    return said + explained
