"""The verb fill: the derived cells that are blank."""

from __future__ import annotations

from pathlib import Path

from workbook import master as masters
from workbook import parts, unit_book
from workbook.actions.books import changed, open_book
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.batch import Power
from workbook.derive import derive
from workbook.edits import Edits
from workbook.keep import locked
from workbook.master import Master
from workbook.outcome import Outcome, Progress, silent


@with_forms
def fill(master: Path, progress: Progress = silent, power: Power | None = None) -> Outcome:
    """Fill the derived fields that are blank; what the clerk entered stays, and the difference shows."""
    if parts.has_parts(master):
        with locked(master, "fill"):
            outcome = parts.over(master, parts.Duty("fill", fill), progress, power or Power())
        outcome.message = f"已填充 {len(outcome.parts)} 册"
        return outcome
    return changed(master, "fill", edits)


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    return edits(open_book(pressed.copy))


def edits(book: Master) -> Edits:
    """Return what fills the blank derived cells of a workbook."""
    derived = {filing.unit or "": derive(filing, book.scheme_for(filing)) for filing in book.filings}
    return unit_book.edits_for_fill(book, derived) if book.own else masters.edits_for_fill(book, derived)
