"""Export into a bureau's own template."""

from __future__ import annotations

from pathlib import Path

from workbook.actions.books import open_book
from workbook.actions.files import expand, is_book, read_files
from workbook.actions.session import with_forms
from workbook.checking.outcome import Outcome, Refused
from workbook.derive import derive
from workbook.exports.names import free_name
from workbook.forms import form, scheme_of
from workbook.model.scheme import Scheme
from workbook.writers.template import TemplateError, fill, survey


@with_forms
def export_into(source: Path, template: Path, to: Path, scheme: Scheme | None = None) -> Outcome:
    """Fill each department's figures into a copy of a bureau's own template; everything else in it stays as it is.

    `source` is a master, a department's own workbook, a report or a folder of them. A report is scored by the scheme, without
    one by that of its form. A department that does not fit is named in `refused`; the others are written. The message holds
    a receipt for each file: parts unchanged, parts changed.
    """
    found = survey(template)
    book = open_book(source) if is_book(source) else None
    filings, outcome = (book.filings, Outcome()) if book else read_files(expand([source]))
    to.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    lines = []
    for filing in filings:
        target = to / f"{free_name(filing.unit or source.stem, taken)}{template.suffix.lower()}"
        try:
            by = book.scheme_for(filing) if book else scheme or scheme_of(form(filing.form))
            filled = fill(found, filing, derive(filing, by), target)
        except TemplateError as error:
            outcome.refused.append(Refused(Path(filing.unit or source.name), str(error)))
            continue
        outcome.written.append(target)
        lines += [f"{target.name}　{filled.receipt}", *(f"　　{words}" for words in filled.kept_formulas)]
    outcome.message = "\n".join([f"已填入模板 {len(outcome.written)} 个单位，放在 {to}", *lines])
    return outcome
