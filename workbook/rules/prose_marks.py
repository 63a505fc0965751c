"""What became of every figure of the running text: right by which relation, doubtful by which finding, or not verifiable.

The figures are weighed once a check (`prose.accusations.case_of`): whoever shows what became of them hands along what the
check derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbook.derive import Derived
from workbook.model.figure_lines import OPEN, RIGHT
from workbook.model.filing import Filing
from workbook.model.findings import Finding, Severity
from workbook.model.scheme import Scheme
from workbook.narrative.relations import entries_of
from workbook.narrative.statements import Span
from workbook.narrative.verdicts import Case, Verdict
from workbook.rules.prose.accusations import case_of


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure: its place, its state (相符, 未核对, or the caption of its worst finding), and in words why.

    `words` say in short what it was held against, or why it could be held against nothing; `path` is the cell of the
    sheets, "" where it was held against the text itself; `finding` what was found there.
    """

    span: Span
    state: str
    words: str
    path: str = ""
    finding: Finding | None = None


def marks(filing: Filing, findings: Iterable[Finding], scheme: Scheme, derived: Derived) -> list[Mark]:
    """Return a mark for every figure, in the order of the text, one a figure: the gravest."""
    if not filing.narrative:
        return []
    case = case_of(filing, scheme, derived)
    out: dict[tuple[int, int], Mark] = {}
    order = [*(severity.caption for severity in Severity), RIGHT, OPEN]
    for mark in (*_found(filing, findings, case), *_verdicts(case)):
        place = (mark.span.paragraph, mark.span.start)
        held = out.get(place)
        if held is None or order.index(mark.state) < order.index(held.state):
            out[place] = mark
    return [out[place] for place in sorted(out)]


def _verdicts(case: Case) -> Iterator[Mark]:
    for verdict in case.verdicts:
        span = verdict.entry.figure.span
        if verdict.accused is None and verdict.given:
            path = next((cell.path for one in verdict.fits for cell in one.cells), "")
            yield Mark(span, RIGHT, verdict.words, path)
        else:
            yield Mark(span, OPEN, why_open(case, verdict))


def why_open(case: Case, verdict: Verdict) -> str:
    """Return in words why a figure was held against nothing, or why what it was held against proves nothing of it."""
    entry = verdict.entry
    if verdict.accused is not None:
        return "有疑问，但管它的规则没有执行（停用，或本次不用）"
    if there := fault_elsewhere(case, verdict):
        return there
    if verdict.fails or entry.print.vague:
        return verdict.words
    if verdict.wide > 0:
        return "有别的数凑得出它，但可能是巧合，不算核对过"
    if entry.figure.comparator:
        return "是界限或目标，没有能与它对照的数"
    if entry.prior or entry.period:
        return f"是{'上年' if entry.prior else entry.period}的数，没有同期的数能与它对照"
    named = entry.subject or entry.project or entry.topic or entry.kind or entry.label.name
    if entry.figure.is_money and not named:
        return "字面上看不出是哪一项的数，不拿它与别的数对照"
    return verdict.words


def fault_elsewhere(case: Case, verdict: Verdict) -> str:
    """Return in words which other figure is at fault where a relation of this one fails, "" where none is accused."""
    for relation in verdict.fails:
        for other in entries_of(relation.terms):
            if other is not verdict.entry and case.verdicts[other.number].accused is not None:
                return f"与{relation.kind}不合，疑错在「{other.figure.quote}」那一处"
    return ""


def _found(filing: Filing, findings: Iterable[Finding], case: Case) -> Iterator[Mark]:
    for finding in findings:
        span = _span(filing, finding, case)
        if span is not None:
            words = f"{finding.severity.mark} {finding.rule} {finding.title}"
            path = finding.location.path if finding.location.path in filing.places else ""
            yield Mark(span, finding.severity.caption, words, path, finding)


def span_of(filing: Filing, finding: Finding, scheme: Scheme, derived: Derived) -> Span | None:
    """Return the place of the words that a finding quotes: their figure, or all of them where they hold none."""
    return _span(filing, finding, case_of(filing, scheme, derived))


def _span(filing: Filing, finding: Finding, case: Case) -> Span | None:
    number, quote = finding.location.paragraph, finding.location.quote
    if number is None or not quote or not 0 < number <= len(filing.narrative):
        return None
    quoted = [entry for entry in case.ledger.by_paragraph.get(number, ()) if entry.figure.quote == quote]
    if quoted:  # of figures told in the same words it is the one that is accused
        return next((one for one in quoted if case.verdicts[one.number].accused is not None), quoted[0]).figure.span
    start = filing.narrative[number - 1].find(quote)
    return Span(number, start, start + len(quote)) if start >= 0 else None
