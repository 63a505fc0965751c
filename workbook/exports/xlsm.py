"""A department's own workbook with buttons, checked."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from workbook import spill, unit_book
from workbook.checking import check_filing
from workbook.derive import derive
from workbook.filing import Explanation, Filing
from workbook.findings import Finding
from workbook.master import local_cells
from workbook.outcome import Checked
from workbook.rules.catalogue import table_rows
from workbook.scheme import Scheme, to_rows
from workbook.templates import PARTS
from workbook.writers import unit_template
from workbook.writers.macro_book import finish
from workbook.writers.official import Case
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
        write_unchecked(filing, scheme, raw, rules, PARTS)
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


def write_unchecked(filing: Filing, scheme: Scheme, path: Path, rules: Sequence[Sequence[str]], parts: Path) -> None:
    """Write the workbook of one department at a path, not yet checked; `parts` is the folder of what the macros need.

    The Python of this machine is not written into it: the department has one of its own.
    """
    texts = json.loads((parts / "texts.json").read_text(encoding="utf-8"))
    raw = path.with_name(f"raw-{path.name}")
    try:
        case = Case(filing, derive(filing, scheme), scheme)
        unit_template.write(
            case, raw, to_rows(scheme), rules, parts / "unit-vbaProject.bin", texts, local_cells(scheme)
        )
        finish(raw, path, (parts / "unit-customUI14.xml").read_bytes())
    finally:
        raw.unlink(missing_ok=True)
