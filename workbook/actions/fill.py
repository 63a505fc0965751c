"""The verb fill: the blank cells that the department's other tables determine, and the derived cells that are blank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbook.actions.beside import given_out, read_beside
from workbook.actions.books import changed, open_book
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.bulk import volumes
from workbook.bulk.engine import Power
from workbook.checking.outcome import ActionError, Outcome, Progress, Refused, silent
from workbook.derive import derive
from workbook.master import takeover, unit_book
from workbook.master import write as masters
from workbook.master.read import Master
from workbook.model.edits import Edits
from workbook.storage.replacing import locked


@with_forms
def fill(master: Path, progress: Progress = silent, power: Power | None = None, beside: Sequence[Path] = ()) -> Outcome:
    """Fill the blank cells: those that the department's other tables determine, and the derived ones.

    `beside` are files of such tables; in a master they stay. What the clerk entered stays, and the difference shows.
    """
    if volumes.has_parts(master):
        if beside:
            raise ActionError("这本总表分了册，--with 请对单位所在的那一册用")
        with locked(master, "fill"):
            outcome = volumes.over(master, volumes.Duty("fill", fill), progress, power or Power())
        outcome.message = f"已填充 {len(outcome.parts)} 册"
        return outcome
    refused: list[Refused] = []
    tables = read_beside(beside, refused)
    notes: list[str] = []

    def work(book: Master) -> Edits:
        notes.extend(given_out(book.filings, tables))
        return edits(book, fresh=bool(tables))

    outcome = changed(master, "fill", work)
    outcome.notes += notes
    outcome.refused += refused
    return outcome


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    return edits(open_book(pressed.copy))


def edits(book: Master, *, fresh: bool = False) -> Edits:
    """Return what fills a workbook; `fresh`: other tables were given along that it does not hold yet."""
    if fresh or any(filing.given for filing in book.filings):
        taken = takeover.edits_for_fill(book, fresh=fresh)
        if taken is not None:
            return taken
    derived = {filing.unit or "": derive(filing, book.scheme_for(filing)) for filing in book.filings}
    return unit_book.edits_for_fill(book, derived) if book.own else masters.edits_for_fill(book, derived)
