"""A department's own workbook with buttons, checked."""

import json
from collections.abc import Sequence
from pathlib import Path

from workbook.checking.check import check_filing
from workbook.checking.outcome import Checked
from workbook.derive import derive
from workbook.exports import xlsx
from workbook.forms import FIRST, form
from workbook.master import unit_book, unit_template
from workbook.master.read import local_cells
from workbook.model.filing import Filing
from workbook.model.findings import Report
from workbook.model.scheme import Scheme, to_rows
from workbook.rules.catalogue import table_rows
from workbook.storage import spill
from workbook.templates import PARTS
from workbook.writers.macro_book import finish
from workbook.writers.official import Case
from workbook.writers.package import apply


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the workbook into a folder; of another form than 附件2 and 附件3 the official one. Return the file.

    Such a form has no workbook with buttons, and its figures belong into no other form.
    """
    if form(entry.filing.form).layout.get("sheets") != form(FIRST).layout["sheets"]:
        return xlsx.write(entry, to, name)
    target = to / f"{name}.xlsm"
    write_own(entry.filing, entry.scheme, target, entry.report)
    return target


def write_own(filing: Filing, scheme: Scheme, target: Path, report: Report | None = None) -> None:
    """Write a department's own workbook into its place, with what a check found (`report`), else checked by itself."""
    _, *rules = table_rows(scheme)
    with spill.folder() as folder:
        raw = folder / target.name
        write_unchecked(filing, scheme, raw, rules, PARTS)
        book = unit_book.read_unit_book(raw)
        own = book.filings[0]
        here = check_filing(own, book.scheme_for(own), target).report
        edits = unit_book.edits_for_check(book, [unit_book.at_home(report, own) if report else here])
        if report:
            edits.blocks.append(unit_book.left_block(report, here))
        apply(raw, edits, target)


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
