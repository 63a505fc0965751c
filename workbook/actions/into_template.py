"""Export into a bureau's own template."""

from __future__ import annotations

from pathlib import Path

from workbook.actions.books import open_master
from workbook.actions.files import read_files
from workbook.actions.session import with_forms
from workbook.checking.outcome import Outcome, Refused
from workbook.derive import derive
from workbook.exports.names import free_name
from workbook.model.scheme import Scheme
from workbook.readers.detect import is_master
from workbook.writers.template import TemplateError, fill, survey


@with_forms
def export_into(source: Path, template: Path, to: Path, scheme: Scheme) -> Outcome:
    """Fill each department's figures into a copy of a bureau's own template; everything else in it stays as it is.

    `source` is a master or a report. A department that does not fit is named in `refused`; the others are written. The
    message holds a receipt for each file: parts unchanged, parts changed.
    """
    found = survey(template)
    book = open_master(source) if is_master(source) else None
    filings, outcome = (book.filings, Outcome()) if book else read_files([source])
    to.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    lines = []
    for filing in filings:
        target = to / f"{free_name(filing.unit or source.stem, taken)}{template.suffix.lower()}"
        try:
            filled = fill(found, filing, derive(filing, book.scheme if book else scheme), target)
        except TemplateError as error:
            outcome.refused.append(Refused(Path(filing.unit or source.name), str(error)))
            continue
        outcome.written.append(target)
        lines += [f"{target.name}　{filled.receipt}", *(f"　　{words}" for words in filled.kept_formulas)]
    outcome.message = "\n".join([f"已填入模板 {len(outcome.written)} 个单位，放在 {to}", *lines])
    return outcome
