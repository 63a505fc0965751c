"""正文核对 in the master: each checked figure in the look of its state, with links to its cell and its finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from workbook.derive import Derived
from workbook.master import layout
from workbook.master.results import number_of, runs, wide_runs
from workbook.model.edits import Block, Cell, Formula, Rich, hyperlink
from workbook.model.figure_lines import OPEN, SIGNS, tally
from workbook.model.filing import Filing
from workbook.model.findings import Finding, Report
from workbook.model.scheme import Scheme
from workbook.ooxml import address
from workbook.process import named
from workbook.writers.package import lines_of

if TYPE_CHECKING:
    from workbook.rules.prose_marks import Mark

Record = dict[str, Any]
WHOLE = 5_000  # paragraphs, up to which columns are written whole: a macro is quick by the range, not by the cell
UNVERIFIED, NAMED, LINES = "未核对的数", 3, 3  # so many figures of one reason are named; so high is the cell


def blocks(
    records: Sequence[Record],
    headings: Mapping[str, int],
    filings: Sequence[Filing],
    reports: Sequence[Report],
    derived: Mapping[str, Derived],
    scheme_for: Callable[[Filing], Scheme],
) -> Iterator[Block]:
    """Yield what 正文核对 shows of a check, column by column, against the rows as they stand.

    `records` are the sheet's rows with their number under "#"; a filing's paragraphs stand in the order of 段号. `derived`
    is what the check derived of each department, and holds its ledger.
    """
    found = {report.unit: report.findings for report in reports}
    rows = _rows(records)
    whole = len(records) <= WHOLE
    cells: dict[str, dict[int, Cell]] = defaultdict(dict)
    for filing in filings:
        own = rows.get(filing.unit or "", [])
        by_paragraph: dict[int, list[Mark]] = defaultdict(list)
        name = filing.unit or ""
        for mark in _marks(filing, found.get(name, ()), scheme_for(filing), derived[name]) if own else ():
            by_paragraph[mark.span.paragraph].append(mark)
        for number, (record, text) in enumerate(zip(own, filing.narrative, strict=False), start=1):
            standing = by_paragraph.get(number, [])
            if whole or standing or record.get("核对"):  # others bear no look, now or before
                dressed = bool(standing or record.get("核对"))
                for heading, cell in _cells(filing, text, standing, dressed).items():
                    cells[heading][record["#"]] = cell
    known = {headings[heading]: by_row for heading, by_row in cells.items() if heading in headings}
    words = headings.get("正文", 0)
    if words in known:
        yield from runs("正文核对", words, known[words])
    for columns in _neighbours(sorted(column for column in known if column != words)):
        rows_held = {row: tuple(known[column][row] for column in columns) for row in known[columns[0]]}
        yield from wide_runs("正文核对", columns[0], rows_held)


def _neighbours(columns: Sequence[int]) -> Iterator[list[int]]:
    """Yield the columns that stand side by side together: a workbook is written range by range."""
    for _, group in groupby(enumerate(columns), key=lambda entry: entry[1] - entry[0]):
        yield [column for _, column in group]


def _rows(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Return the sheet's rows of each department in the order of its paragraphs."""
    out: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(records, key=number_of):
        out[str(record.get(layout.UNIT) or "")].append(record)
    return out


def _marks(filing: Filing, found: Iterable[Finding], scheme: Scheme, derived: Derived) -> list[Mark]:
    # a master whose prose nobody checks now loads nothing of it
    made: list[Mark] = named("workbook.rules.prose_marks:marks")(filing, found, scheme, derived)
    return made


def _cells(filing: Filing, text: str, own: Sequence[Mark], dressed: bool) -> dict[str, Cell]:
    """Return the cells of one paragraph's row by their headings; `dressed` texts have looks now or had them before."""
    out: dict[str, Cell] = {
        "正文": rich(text, own) if dressed else text or None,
        "核对": tally(mark.state for mark in own) or None,
    }
    out[UNVERIFIED] = unverified(text, own) or None
    linked = [mark for mark in _gravest_first(own) if mark.path in filing.places]
    wrong = [mark for mark in _gravest_first(own) if mark.finding is not None]
    for index, name in enumerate(layout.PROSE_LINKS):
        out[f"对应{name}"] = _to_cell(filing, linked[index]) if index < len(linked) else None
        out[f"问题{name}"] = _to_finding(wrong[index]) if index < len(wrong) else None
    return out


def rich(text: str, own: Sequence[Mark]) -> Rich:
    """Return a paragraph with its checked figures in the roles of their states."""
    pieces: list[tuple[str, str]] = []
    position = 0
    for mark in own:
        if mark.span.start < position:
            continue
        pieces += [(text[position : mark.span.start], ""), (text[mark.span.start : mark.span.end], mark.state)]
        position = mark.span.end
    return Rich([*pieces, (text[position:], "")])


def unverified(text: str, own: Sequence[Mark]) -> str:
    """Return which figures of a paragraph are not verified and why, in at most as many lines as the cell is to be high."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for mark in own:
        if mark.state == OPEN:
            reasons[mark.words].append(f"「{text[mark.span.start : mark.span.end]}」")
    left = sum(map(len, reasons.values()))
    said = ""
    for reason, figures in reasons.items():
        several = f"等 {len(figures)} 个数" if len(figures) > NAMED else ""
        more = f"{said}{'；' if said else ''}{''.join(figures[:NAMED])}{several}：{reason}"
        left -= len(figures)
        if lines_of(_with_rest(more, left), _width()) > LINES:
            return _with_rest(said, left + len(figures)) if said else f"共 {left + len(figures)} 个，{SEE_LEDGER}"
        said = more
    return said


SEE_LEDGER = "逐个的原因见整改通知（网页）的“正文逐数核对”"


def _with_rest(said: str, left: int) -> str:
    return f"{said}；另有 {left} 个，{SEE_LEDGER}" if left else said


@cache
def _width() -> float:
    return next(column.width for column in layout.table("正文核对").columns if column.heading == UNVERIFIED)


def _gravest_first(own: Sequence[Mark]) -> list[Mark]:
    order = list(SIGNS)
    return sorted(own, key=lambda mark: order.index(mark.state))


def _to_cell(filing: Filing, mark: Mark) -> Cell:
    place = filing.places[mark.path]
    words = f"{SIGNS[mark.state]} {filing.label(mark.path)}"
    return hyperlink(place.sheet, place.cell, words) if place.sheet and place.cell else words


def _to_finding(mark: Mark) -> Formula | None:
    """Return the link to a finding's row, found by its fingerprint, for 校验结果 may be sorted."""
    if mark.finding is None:
        return None
    table = layout.table("校验结果")
    letter = address(1, table.column("指纹")).rstrip("1")
    key = mark.finding.mark
    at = f'MATCH("{key}",校验结果!${letter}${table.top + 1}:${letter}${layout.LAST_ROW},0)'
    words = mark.words.replace('"', '""')
    return Formula(f'IF(ISNA({at}),"{words}",HYPERLINK("#校验结果!A"&({at}+{table.top}),"{words}"))', mark.words)
