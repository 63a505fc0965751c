"""The verb remove: departments out of a master."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbook.actions.books import carry_out, open_master, written
from workbook.actions.session import with_forms
from workbook.checking.outcome import Outcome
from workbook.master.write import edits_for_remove
from workbook.storage.replacing import locked


@with_forms
def remove(master: Path, units: Sequence[str]) -> Outcome:
    """Take departments out of a master, with all their rows; the state before is kept."""
    with locked(master, "remove") as taken_over:
        book = open_master(master)
        made = edits_for_remove(book, units)
        receipt = carry_out(book, made, "remove")
    return Outcome(made.message, written=written(master, receipt), receipt=receipt, notes=[taken_over])
