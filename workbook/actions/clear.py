"""The verb clear: the marks off the cells; the list of findings stays."""

from pathlib import Path

from workbook.actions.books import changed, open_book
from workbook.actions.press import Press
from workbook.checking.outcome import Outcome
from workbook.master.write import edits_for_clear
from workbook.model.edits import Edits


def clear(master: Path) -> Outcome:
    """Take the marks off the cells; the list of findings stays."""
    return changed(master, "clear", edits_for_clear)


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    return edits_for_clear(open_book(pressed.copy))
