"""What became of every figure of the running text that was held against something: right, or which finding it bears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook.filing import Filing
from workbook.findings import Finding, Severity
from workbook.narrative import read
from workbook.narrative.meaning import meant, meant_figure, sum_tolerance
from workbook.rules.narrative import degree_fits, is_whole_rate, quotient_fits
from workbook.rules.prose_cells import comparable, fits, known_slips

if TYPE_CHECKING:
    from workbook.narrative.statements import Figure, Narrative, Span

RIGHT = "相符"


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure that was checked: its place, its state (相符, or the caption of its worst finding), and against what.

    `words` say in short what it was held against; `path` is the cell of the sheets, "" where it was held against the
    text itself; `finding` what was found there.
    """

    span: Span
    state: str
    words: str
    path: str = ""
    finding: Finding | None = None


def marks(filing: Filing, findings: Iterable[Finding]) -> list[Mark]:
    """Return a mark for every figure that was checked, in the order of the text, one a figure: the gravest."""
    told = read(filing.narrative)
    out: dict[tuple[int, int], Mark] = {}
    order = [severity.caption for severity in Severity] + [RIGHT]
    for mark in (*_found(filing, findings), *_right(filing, told)):
        place = (mark.span.paragraph, mark.span.start)
        held = out.get(place)
        if held is None or order.index(mark.state) < order.index(held.state):
            out[place] = mark
    return [out[place] for place in sorted(out)]


def _found(filing: Filing, findings: Iterable[Finding]) -> Iterator[Mark]:
    for finding in findings:
        span = span_of(filing, finding)
        if span is not None:
            words = f"{finding.severity.mark} {finding.rule} {finding.title}"
            path = finding.location.path if finding.location.path in filing.places else ""
            yield Mark(span, finding.severity.caption, words, path, finding)


def span_of(filing: Filing, finding: Finding) -> Span | None:
    """Return the place of the words that a finding quotes: their figure, or all of them where they hold none."""
    number, quote = finding.location.paragraph, finding.location.quote
    if number is None or not quote or not 0 < number <= len(filing.narrative):
        return None
    for figure in read(filing.narrative).figures:
        if figure.span.paragraph == number and figure.quote == quote:
            return figure.span
    from workbook.narrative.statements import Span

    start = filing.narrative[number - 1].find(quote)
    return Span(number, start, start + len(quote)) if start >= 0 else None


def _right(filing: Filing, told: Narrative) -> Iterator[Mark]:
    """Yield what was compared and agrees."""
    known = known_slips(filing, told)
    for amount in told.amounts:
        value = meant(amount, known)
        cell = next((entry for entry in comparable(filing, amount) if fits(amount, value, entry.value, known)), None)
        if cell is not None:
            yield Mark(amount.span, RIGHT, filing.label(cell.path), cell.path)
    for total in told.totals:
        parts = sum((meant_figure(part, known) for part in total.parts), total.sum * 0)
        if len(total.parts) > 1 and abs(meant_figure(total.head, known) - parts) <= sum_tolerance(total):
            yield Mark(total.head.span, RIGHT, "分项相加")
    yield from _right_rates(told)
    yield from _right_execution(filing, told)
    for entry in told.headcounts:
        path = {"编制": "staff.authorized", "在职": "staff.actual"}.get(entry.kind, "")
        if path and not entry.part and filing.get(path) == entry.figure.value:
            yield Mark(entry.figure.span, RIGHT, filing.label(path), path)


def _right_execution(filing: Filing, told: Narrative) -> Iterator[Mark]:
    funds, path = filing.funds, "funds.execution_rate"
    if funds.executed is None or not funds.annual_budget:
        return
    for ratio in told.ratios:
        if is_whole_rate(ratio.name) and quotient_fits(ratio.rate, funds.executed, funds.annual_budget, False):
            yield Mark(ratio.rate.span, RIGHT, filing.label(path), path)


def _right_rates(told: Narrative) -> Iterator[Mark]:
    for ratio in told.ratios:
        top = ratio.numerator
        if top and any(_is_quotient(ratio.rate, top, bottom) for bottom in ratio.denominators):
            yield Mark(ratio.rate.span, RIGHT, "分子÷分母")
    for goal in told.goals:
        if goal.degree and goal.actual and goal.target.value and degree_fits(goal, goal.degree, goal.actual):
            yield Mark(goal.degree.span, RIGHT, "完成值÷目标值")


def _is_quotient(rate: Figure, top: Figure, bottom: Figure) -> bool:
    return bool(bottom.value) and quotient_fits(rate, top.value, bottom.value, not top.is_money)
