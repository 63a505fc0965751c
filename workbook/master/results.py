"""校验结果 as cells: the rows of findings, the verdict over them and the state on 首页, in the master and in a department's book."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from workbook.master import layout
from workbook.model.edits import Block, Cell, Resize, hyperlink
from workbook.model.findings import NOTHING, UNDER, Card, Finding, Report, Severity, headline, idle_words, verdict
from workbook.model.scheme import Scheme
from workbook.ooxml import bounds

SHOWN = 14  # characters of a long text in 填报值; the link leads to the rest
LETTERS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "N"}
NATURE = {Severity.ERROR: "错误（基本性）", Severity.WARNING: "预警（核实性）", Severity.INFO: "提示"}


def in_order(reports: Sequence[Report]) -> list[Card]:
    """Return all findings as cards: department by department, in each the errors first, then as the form goes."""
    return [card for report in reports for card in sorted(report.cards, key=_where)]


def _where(card: Card) -> tuple[int, int, int, int]:
    """Return what orders a department's cards: how grave, then sheet, row and column; running text comes last."""
    place = card.leader.location
    grave = list(Severity).index(card.severity)
    if place.sheet not in _FORM or not place.address:
        return grave, len(_FORM), place.paragraph or 0, 0
    return grave, _FORM.index(place.sheet), *spot(place.cell)


_FORM = (*layout.SHEETS, "附件2", "附件3")


def said(reports: Sequence[Report]) -> str:
    """Return the counts and the verdict, as a sentence for the clerk."""
    return headline(*_open(reports)) if reports else NOTHING


def records(found: Sequence[Card], prose: Mapping[Any, int]) -> list[dict[str, Cell]]:
    """Return the rows of 校验结果, card by card; `prose` gives the row of (department, paragraph)."""
    return [finding_cells(entry, prose, under=entry is not card.leader) for card in found for entry in card.all]


def blocks(
    reports: Sequence[Report], records: Sequence[Mapping[str, Cell]], headings: Mapping[str, int]
) -> tuple[list[Block], Resize]:
    """Return what writes 校验结果: the verdict above, a row for each record, and the size of the table.

    `headings` say where the workbook has its columns: an earlier template has them in another order.
    """
    table = layout.table("校验结果")
    order = sorted(headings, key=lambda name: headings[name])
    rows = tuple(tuple(record.get(name) for name in order) for record in records)
    of_each = f"　（{_per_unit(reports)}）" if len(reports) > 1 else ""
    out = [Block(table.sheet, 2, 2, ((said(reports) + of_each,),))]
    if rows:
        out.append(Block(table.sheet, table.top + 1, 1, rows))
    return out, Resize(table.name, len(rows))


def state(reports: Sequence[Report], scheme: Scheme) -> Iterator[Block]:
    """Yield the state of the last check on 首页, and the switch that shows the marks."""
    errors, warnings, _ = _open(reports)
    values: dict[str, Cell] = {
        "when": datetime.now().strftime("%Y-%m-%d %H:%M"),  # noqa: DTZ005 — the clerk's own clock
        "verdict": verdict(errors, warnings) if reports else NOTHING,
        "errors": errors,
        "warnings": warnings,
        "hash": result_hash(entry for report in reports for entry in report.findings),
        "skipped": idle_words(reports) or ("全部规则均已执行" if reports else None),
        "scheme": scheme.hash,
    }
    for name, value in values.items():
        yield single(layout.STATE[name], value, passing=name == "when")
    yield single(layout.MARKS, "开")


def idle(reports: Sequence[Report], rows: Sequence[Mapping[str, Any]], headings: Mapping[str, int]) -> Iterator[Block]:
    """Yield what 规则说明 says of each rule that did not run: why, and in how many departments (`rows` by heading)."""
    reasons: dict[str, Counter[str]] = {}
    for report in reports:
        for entry in report.skipped:
            reasons.setdefault(entry.rule, Counter())[entry.words] += 1
    many = len(reports) > 1
    by_row: dict[int, Cell] = {}
    for row in rows:
        counted = reasons.get(str(row["编号"]), Counter()).most_common(3)
        by_row[row["#"]] = "；".join(f"{why}（{count} 个单位）" if many else why for why, count in counted) or None
    yield from runs("规则说明", headings["未执行"], by_row)


def single(place: layout.Spot, value: Cell, *, passing: bool = False) -> Block:
    """Return the block of a single value; `passing` says that it is no change by itself."""
    return Block(*place, ((value,),), passing)


def spot(cell: str) -> tuple[int, int]:
    """Return row and column (1-based) of an address."""
    row, column, _, _ = bounds(cell)
    return row, column


def number_of(record: Mapping[str, Any]) -> int:
    """Return the number that a row of a department's list bears (序号, 段号), 0 where it bears none yet."""
    words = str(record.get(layout.NUMBER) or record.get("段号") or 0)
    try:
        return int(float(words))
    except ValueError:
        return 0  # a clerk's own row, not numbered yet


def runs(sheet: str, column: int, by_row: Mapping[int, Cell]) -> Iterator[Block]:
    """Yield whole blocks of one column for rows that follow each other."""
    return wide_runs(sheet, column, {row: (cell,) for row, cell in by_row.items()})


def wide_runs(sheet: str, column: int, by_row: Mapping[int, tuple[Cell, ...]]) -> Iterator[Block]:
    """Yield whole blocks, from a column on, for rows that follow each other."""
    start, last = 0, 0
    values: list[tuple[Cell, ...]] = []
    for row in sorted(by_row):
        if values and row != last + 1:
            yield Block(sheet, start, column, tuple(values))
            values = []
        if not values:
            start = row
        values.append(by_row[row])
        last = row
    if values:
        yield Block(sheet, start, column, tuple(values))


def _open(reports: Sequence[Report]) -> tuple[int, int, int]:
    """Return the open errors and warnings of all departments and what else these cards hold."""
    errors, warnings, more = (
        sum(column) for column in zip((0, 0, 0), *(report.counts for report in reports), strict=True)
    )
    return errors, warnings, more


def _per_unit(reports: Sequence[Report]) -> str:
    verdicts = [report.verdict.split()[0] for report in reports]
    kinds = ("不可报送", "需说明", "可报送")
    return "，".join(f"{kind} {verdicts.count(kind)} 个" for kind in kinds if kind in verdicts) or "没有单位"


def result_hash(findings: Iterable[Finding]) -> str:
    """Return twelve hex digits of all findings, whatever their order: the same by button, command and launcher."""
    lines = sorted(
        f"{entry.key}|{entry.actual}|{entry.expected}|{entry.message}|{entry.explanation}" for entry in findings
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def finding_cells(finding: Finding, prose: Mapping[Any, int], *, under: bool = False) -> dict[str, Cell]:
    """Return the cells of a finding's row by their headings.

    `prose` gives the row of (department, paragraph); `under` says that the finding follows from the one above it.
    """
    place = finding.location
    words = f"{UNDER} {place.shown}" if under else place.shown
    link: Cell = None
    row_key = mark = ""
    if place.sheet and place.cell:
        link = hyperlink(place.sheet, place.cell, words)
        row_key = f"{place.sheet}|{spot(place.cell)[0]}"
        mark = f"{place.sheet}!{place.cell}|{LETTERS[finding.severity]}"
    elif place.paragraph is not None:
        row = prose.get((finding.unit, place.paragraph))
        link = hyperlink("正文核对", f"D{row}", words) if row else None
        row_key = f"正文核对|{row}" if row else ""
        mark = f"正文核对!D{row}|{LETTERS[finding.severity]}" if row else ""
    return {
        "规则编号": finding.rule,
        "级别": f"{UNDER} 牵出" if under else f"{finding.severity.mark} {NATURE[finding.severity]}",
        "类别": finding.category.value,
        layout.UNIT: finding.unit,
        "在哪一栏": link or words or None,
        "单元格": place.address or (f"正文第{place.paragraph}段" if place.paragraph is not None else None),
        "填报值": _cut(finding.actual) or None,
        "应为值": finding.expected or None,
        "差额": finding.difference or None,
        "问题": finding.message,
        "依据": finding.source,
        "可能出错的一处": finding.culprit or None,
        "怎么办": finding.suggestion,
        "出错说明": finding.explanation or None,
        "状态": finding.status or (layout.REMARK if finding.severity is Severity.INFO else None),
        "标记键": mark or None,
        "行键": row_key or None,
        "问题键": finding.key,
        "指纹": finding.mark,
    }


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
