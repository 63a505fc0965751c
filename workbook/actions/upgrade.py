"""The verb upgrade: a master of an earlier template, brought up to the present one."""

from __future__ import annotations

from pathlib import Path

from workbook.actions.books import refuse_none, written
from workbook.actions.new import python_for_buttons
from workbook.actions.session import with_forms
from workbook.checking.outcome import Outcome
from workbook.master.upgrade import upgrade as bring_up
from workbook.storage.replacing import locked


@with_forms
def upgrade(master: Path) -> Outcome:
    """Bring a master that an earlier template made up to the present one; the state before is kept."""
    with locked(master, "upgrade") as taken_over:
        refuse_none(master)
        message, receipt = bring_up(master, master, python_for_buttons())
    return Outcome(message, written=written(master, receipt), receipt=receipt, notes=[taken_over])
