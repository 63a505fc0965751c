"""The explanations that a department's workbook brings along: the sheet 问题 as the export wrote it."""

from collections.abc import Iterable

from workbook.forms.grid import Document, Grid
from workbook.model.filing import Explanation, Filing, unit_key

TEXT, KEY, MARK = "出错说明", "问题键", "指纹"
HEAD = 50  # rows within which the headings stand


def take(source: Document, filings: Iterable[Filing]) -> None:
    """Give each filing the explanations written beside its findings, under its own name."""
    found = {key: given for grid in source.grids for key, given in _of_grid(grid)}
    if not found:
        return
    for filing in filings:
        for key, given in found.items():
            rule, unit, place = key.split("|", 2)
            if unit_key(unit) == unit_key(filing.unit):
                filing.explanations[f"{rule}|{filing.unit}|{place}"] = given


def lists_findings(grid: Grid) -> bool:
    """Return whether a sheet lists findings, as our exports do, whatever somebody has called it."""
    return any({TEXT, KEY, MARK} <= {cell.text.strip() for cell in row} for row in grid.rows[:HEAD])


def _of_grid(grid: Grid) -> Iterable[tuple[str, Explanation]]:
    columns: dict[str, int] = {}
    for row in grid.rows:
        words = {cell.column: cell.text.strip() for cell in row}
        if {TEXT, KEY, MARK} <= set(words.values()):
            columns = {text: column for column, text in words.items()}
        elif columns:
            text, key = words.get(columns[TEXT], ""), words.get(columns[KEY], "")
            if text and key.count("|") >= 2:
                yield key, Explanation(text, words.get(columns[MARK], ""))
