"""The verb review: fill what is blank, then check, as one step."""

from __future__ import annotations

from pathlib import Path

from workbook.actions import fill as filling
from workbook.actions.books import carry_out, last_year_of, open_book, written
from workbook.actions.checks import check_edits, check_master, checked_in, warm
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.bulk import volumes
from workbook.bulk.engine import Power
from workbook.checking.outcome import Checked, Outcome, Progress, silent
from workbook.master.read import Master
from workbook.model.edits import Edits
from workbook.storage.replacing import locked

__all__ = ["press", "review", "warm"]


@with_forms
def review(master: Path, progress: Progress = silent, power: Power | None = None) -> Outcome:
    """Fill what is blank, then check every department, as one step."""
    if volumes.has_parts(master):
        filling.fill(master, progress, power)
        return check_master(master, last_year_of(master), progress=progress, power=power)
    with locked(master, "review") as taken_over:
        book = open_book(master)
        notes = [taken_over, *book.notes]
        made, checked = _reviewed(book, master, notes, progress, power)
        receipt = carry_out(book, made, "review")
    return Outcome(made.message, checked=checked, written=written(master, receipt), receipt=receipt, notes=notes)


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    book = open_book(pressed.copy)
    notes = list(book.notes)
    made, _ = _reviewed(book, pressed.copy, notes)
    made.message += "".join(f"\n{words}" for words in notes)
    return made


def _reviewed(
    book: Master, path: Path, notes: list[str], progress: Progress = silent, power: Power | None = None
) -> tuple[Edits, list[Checked]]:
    """Return what fills a book and then writes the findings of what it holds then, and these."""
    filled = filling.edits(book)
    checked = checked_in(book, path, last_year_of(path), progress=progress, power=power, notes=notes)
    made = check_edits(book, checked)
    made.blocks = [*filled.blocks, *made.blocks]
    made.changes = [*filled.changes, *made.changes]
    count = len(filled.changes)
    made.message = f"{f'补上 {count} 格；' if count else ''}{made.message}"
    return made, checked
