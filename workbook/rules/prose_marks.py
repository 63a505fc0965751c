"""What became of every figure of the running text: right by which relation, doubtful by which finding, or not verifiable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook.filing import Filing
from workbook.findings import Finding, Severity

if TYPE_CHECKING:
    from workbook.narrative.evidence import Case
    from workbook.narrative.statements import Span

RIGHT, OPEN = "相符", "未核对"


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


def marks(filing: Filing, findings: Iterable[Finding]) -> list[Mark]:
    """Return a mark for every figure, in the order of the text, one a figure: the gravest."""
    if not filing.narrative:
        return []
    from workbook.narrative.evidence import judge

    case = judge(filing)
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
        if verdict.accused is None:
            path = next((cell.path for one in verdict.fits for cell in one.cells), "")
            yield Mark(span, RIGHT if verdict.given else OPEN, verdict.words, path)


def _found(filing: Filing, findings: Iterable[Finding], case: Case) -> Iterator[Mark]:
    for finding in findings:
        span = _span(filing, finding, case)
        if span is not None:
            words = f"{finding.severity.mark} {finding.rule} {finding.title}"
            path = finding.location.path if finding.location.path in filing.places else ""
            yield Mark(span, finding.severity.caption, words, path, finding)


def span_of(filing: Filing, finding: Finding) -> Span | None:
    """Return the place of the words that a finding quotes: their figure, or all of them where they hold none."""
    from workbook.narrative.evidence import judge

    return _span(filing, finding, judge(filing))


def _span(filing: Filing, finding: Finding, case: Case) -> Span | None:
    number, quote = finding.location.paragraph, finding.location.quote
    if number is None or not quote or not 0 < number <= len(filing.narrative):
        return None
    for entry in case.ledger.by_paragraph.get(number, ()):
        if entry.figure.quote == quote:
            return entry.figure.span
    from workbook.narrative.statements import Span

    start = filing.narrative[number - 1].find(quote)
    return Span(number, start, start + len(quote)) if start >= 0 else None
