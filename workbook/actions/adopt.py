"""The verb adopt (照此改): the value that a check worked out, put into the cell of a finding."""

from __future__ import annotations

from pathlib import Path

from workbook.actions.books import carry_out, open_master, written
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.checking.outcome import ActionError, Outcome
from workbook.master.adopt import edits_for_adopt
from workbook.model.edits import Edits
from workbook.storage.replacing import locked


@with_forms
def adopt(master: Path, wanted: str) -> Outcome:
    """Put the value that the last check worked out into the cell of a finding (its address, or the finding's key)."""
    with locked(master, "adopt") as taken_over:
        book = open_master(master)
        made = edits_for_adopt(book, wanted)
        receipt = carry_out(book, made, "adopt")
    return Outcome(made.message, written=written(master, receipt), receipt=receipt, notes=[taken_over, *book.notes])


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook; raise ActionError where no finding was chosen."""
    if not pressed.key:
        raise ActionError("请先选中一处问题（在「单位视图」里，或「校验结果」的那一行），再按“照此改”")
    return edits_for_adopt(open_master(pressed.copy), pressed.key)
