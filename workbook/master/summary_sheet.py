"""汇总分析 in the master: the figures behind its charts, as formulas with their present values, for viewers that do not recalculate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbook.master import layout
from workbook.master.results import runs
from workbook.model.edits import Block, Cell, Formula, Plain
from workbook.rollup import measures
from workbook.rollup.risk import KINDS, TWINS, figures_of, signs

if TYPE_CHECKING:
    from workbook.derive import Derived
    from workbook.model.filing import Filing
    from workbook.model.findings import Finding, Report
    from workbook.model.scheme import Scheme

Record = Mapping[str, Any]
Lines = list[tuple[Cell, ...]]
Figures = list[tuple[Plain, ...]]
SHEET = "汇总分析"


def stands(rows: Sequence[Sequence[Any]] | None) -> bool:
    """Return whether a sheet holds the tables where they are now: that of an earlier template is left as it is.

    One that is not there (None) is taken to: writing into it says what is missing.
    """
    if rows is None:
        return True
    firsts = [row[0] if row else "" for row in rows]
    return all(
        len(firsts) >= block.row and firsts[block.row - 1] == block.title for block in layout.summary() if block.lines
    )


def of_data(filings: Sequence[Filing], derived: Mapping[str, Derived]) -> Iterator[Block]:
    """Yield the figures of the tables over what was handed in, which change with every import."""
    units = _units(filings, derived)
    sums: Figures = [line.values(units) for line in measures.SPENT]
    return _blocks({"控制率超过100%的单位数": _counted(measures.OVER_CONTROL, units), "三公经费两年对比": sums})


def of_check(
    filings: Sequence[Filing],
    reports: Sequence[Report],
    derived: Mapping[str, Derived],
    findings: Sequence[Finding],
    scheme: Scheme,
) -> Iterator[Block]:
    """Yield the figures of the tables over what a check wrote, but for those of `grades`, `top_units` and `rule_counts`."""
    units = _units(filings, derived)
    return _blocks(
        {
            "预算执行率分布": _counted(measures.BY_EXECUTION, units),
            "预算增长": _counted(measures.BY_GROWTH, units),
            "问题按级别": _counted(measures.BY_LEVEL, findings),
            "评分虚高的迹象": [(count,) for count in _flattering(filings, derived, reports, scheme)],
        }
    )


def grades(schemes: Sequence[Scheme], given: Sequence[str | None]) -> Iterator[Block]:
    """Yield 等级分布: the grades of the schemes in force by their names, and how many departments were `given` each.

    Where there are more grades than lines, the last line is all that is left.
    """
    block = next(entry for entry in layout.summary() if entry.title == "等级分布")
    names = measures.grade_names(schemes, given)
    counts = Counter(given)
    more = names[len(block.lines) - 1 :] if len(names) > len(block.lines) else ()
    shown = [*names[: len(names) - len(more)], *[""] * len(block.lines)]
    lines: Lines = [
        (name, Formula(formula, counts[name] if name else ""))
        for name, (_, formula) in zip(shown, block.lines, strict=False)
    ]
    if more:
        lines[-1] = ("其他等级", sum(counts[name] for name in more))
    yield Block(SHEET, block.row + 1, 1, tuple(lines))


def _units(filings: Sequence[Filing], derived: Mapping[str, Derived]) -> list[measures.Unit]:
    return [measures.unit_of(filing, derived[filing.unit or ""]) for filing in filings]


def _counted(lines: Sequence[measures.Count], entries: Sequence[Any]) -> Figures:
    return [(line.value(entries),) for line in lines]


def _blocks(counted: Mapping[str, Figures]) -> Iterator[Block]:
    for block in layout.summary():
        if block.title in counted:
            yield Block(SHEET, block.row + 1, 2, tuple(_lines(block, counted[block.title])))


def _lines(block: layout.Summary, values: Figures) -> Iterator[tuple[Cell, ...]]:
    for (_, *formulas), figures in zip(block.lines, values, strict=True):
        pairs = zip(formulas, figures, strict=True)
        yield tuple(Formula(text, figure) if text else figure for text, figure in pairs)


def _flattering(
    filings: Sequence[Filing], derived: Mapping[str, Derived], reports: Sequence[Report], scheme: Scheme
) -> list[int]:
    """Return how many departments show each sign of a score that flatters."""
    by_unit = {report.unit: report for report in reports}
    same = Counter(name for filing in filings if (name := figures_of(filing)))
    found: Counter[str] = Counter()
    for filing in filings:
        unit = filing.unit or ""
        if unit in by_unit and unit in derived:
            found.update({sign.kind for sign in signs(filing, derived[unit], by_unit[unit], scheme)})
    found[TWINS] = sum(count for count in same.values() if count > 1)
    return [found[kind] for kind in KINDS]


def top_units(rows: Sequence[tuple[int, str, int, int]]) -> Iterator[Block]:
    """Yield the departments with the most findings; `rows` are rank key, name, errors, warnings of those that have any."""
    block = next(entry for entry in layout.summary() if entry.title == "问题最多的单位")
    first: list[tuple[str, int, int]] = [row[1:] for row in sorted(rows, reverse=True)[: len(block.lines)]]
    first += [("", 0, 0)] * (len(block.lines) - len(first))
    lines: Lines = []
    for (name, *counts), (unit, *values) in zip(block.lines, first, strict=True):
        pairs = zip(counts, values, strict=True)
        lines.append((Formula(name, unit), *(Formula(text, count) for text, count in pairs)))
    yield Block(SHEET, block.row + 1, 1, tuple(lines))


def rule_counts(
    records: Sequence[Record], headings: Mapping[str, int], findings: Sequence[Finding], shown: bool
) -> Iterator[Block]:
    """Yield how many open findings each rule has, and (where `shown`) the rules that have the most, with their present values."""
    counts = Counter(entry.rule for entry in findings if entry.is_open)
    ranked = sorted(records, key=lambda row: (-counts[str(row["编号"])], row["#"]))
    for name in ("问题数", "排序"):
        by_row: dict[int, Cell] = {}
        for record in records:
            count, row = counts[str(record["编号"])], record["#"]
            value = count if name == "问题数" else count * layout.RANK_STEP + layout.RANK_STEP - 1 - row
            by_row[row] = Formula(layout.rule_formulas(row)[name], value)
        yield from runs("规则说明", headings[name], by_row)
    if not shown:
        return
    block = next(entry for entry in layout.summary() if entry.title == "问题最多的规则")
    lines: Lines = []
    for (name, formula), record in zip(block.lines, ranked, strict=False):
        count = counts[str(record["编号"])]
        lines.append((Formula(name, record["名称"] if count else ""), Formula(formula, count)))
    yield Block(SHEET, block.row + 1, 1, tuple(lines))
