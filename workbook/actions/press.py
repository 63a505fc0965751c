"""A button that was pressed, and a verb of the table that has no more to it than its button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from workbook.actions.books import carry_out, open_book, written
from workbook.actions.files import is_book
from workbook.actions.session import beside, with_forms
from workbook.checking.outcome import ActionError, Outcome
from workbook.forms import using
from workbook.model.edits import Edits
from workbook.model.verbs import BY_NAME
from workbook.process import named
from workbook.readers.detect import is_master
from workbook.storage.replacing import locked


class Press(NamedTuple):
    """What a button's function is given: the verb, the saved copy of the open workbook, the paths it works with, the key
    of the finding that was chosen."""

    verb: str
    copy: Path
    files: Sequence[Path] = ()
    key: str = ""


def edits(
    verb: str, copy: Path, files: Sequence[Path | str] = (), book: Path | None = None, key: str = ""
) -> Edits | str:
    """Return what a button changes in a master or a department's own workbook, or what it says where that is nothing.

    `copy` is the saved copy of the open workbook, `book` where that lies itself, with the forms beside it, `key` names a finding.
    Raise ActionError where the workbook has no such button.
    """
    known = BY_NAME.get(verb)
    if known is None or not known.press or (known.bureau and is_book(copy) and not is_master(copy)):
        raise ActionError(f"这本工作簿里没有「{known.caption if known else verb}」这个操作，它是财政局总表里的")
    press: Callable[[Press], Edits | str] = named(known.press)
    with using(beside(book or copy)):
        return press(Press(verb, copy, tuple(map(Path, files)), key))


@with_forms
def carried_out(book: Path, verb: str, files: Sequence[Path] = ()) -> Outcome:
    """Do to a workbook what a button does to an open one."""
    with locked(book, verb) as taken_over:
        held = open_book(book)
        made = edits(verb, book, files)
        if isinstance(made, str):
            return Outcome(made, notes=[taken_over, *held.notes])
        receipt = carry_out(held, made, verb)
    return Outcome(made.message, written=written(book, receipt), receipt=receipt, notes=[taken_over, *held.notes])
