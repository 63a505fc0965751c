"""A department's own workbook with buttons, checked."""

from collections.abc import Iterable
from pathlib import Path

from workbook import spill, unit_book
from workbook.checking import check_filing
from workbook.filing import Explanation, Filing
from workbook.findings import Finding
from workbook.outcome import Checked
from workbook.rules.catalogue import table_rows
from workbook.scheme import Scheme
from workbook.templates import PARTS
from workbook.writers.package import apply


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the workbook into a folder; return the file."""
    target = to / f"{name}.xlsm"
    write_own(entry.filing, entry.scheme, target, entry.report.findings)
    return target


def write_own(filing: Filing, scheme: Scheme, target: Path, explained: Iterable[Finding] = ()) -> None:
    """Write a department's own workbook, checked, into its place."""
    _, *rules = table_rows(scheme)
    with spill.folder() as folder:
        raw = folder / target.name
        unit_book.write(filing, scheme, raw, rules, PARTS)
        _check_into(raw, target, explained)


def _check_into(raw: Path, target: Path, explained: Iterable[Finding]) -> None:
    """Check a department's own workbook just written, with the explanations that these findings had, into its place."""
    book = unit_book.read_unit_book(raw)
    filing = book.filings[0]
    filing.explanations = {
        entry.key: Explanation(entry.explanation, entry.mark) for entry in explained if entry.explanation
    }
    checked = check_filing(filing, book.scheme_for(filing), target)
    apply(raw, unit_book.edits_for_check(book, [checked.report]), target)
