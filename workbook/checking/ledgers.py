"""The figures of the prose one by one, as a check leaves them: for the screen, for a pipe and for a page."""

from collections.abc import Iterable, Iterator

from workbook.checking.lines import name_of
from workbook.checking.outcome import Checked
from workbook.model.figure_lines import COLUMNS, FigureLine
from workbook.rules.prose_ledger import ledger_lines


def ledger_of(entry: Checked) -> list[FigureLine]:
    """Return what a check says of every figure of the prose."""
    return ledger_lines(entry.filing, entry.report.findings, entry.scheme, entry.derived)


def lines_of(checked: Iterable[Checked]) -> Iterator[str]:
    """Yield a line a figure of the prose of all departments, under one row of headings; cells are parted by tabs."""
    yield "\t".join(COLUMNS)
    for entry in checked:
        for line in ledger_of(entry):
            yield "\t".join(" ".join(cell.split()) for cell in line.columns(name_of(entry)))
