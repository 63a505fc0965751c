"""The verb undo: back to an earlier state of a file."""

from __future__ import annotations

from pathlib import Path

from workbook.checking.outcome import ActionError, Outcome
from workbook.master.read import read_master
from workbook.model.edits import Change
from workbook.model.scheme import SchemeError
from workbook.readers.detect import is_master
from workbook.storage import history, journal, replacing
from workbook.storage.changes import between
from workbook.storage.replacing import KeepError


def undo(path: Path, number: int | None = None) -> Outcome:
    """Take the last change of a file back (or go back to a state by its number in `states_of`); raise ActionError, KeepError."""
    path = replacing.real(path)
    with replacing.locked(path, "undo") as taken_over:
        listed = history.states(path)
        if number is not None and not 1 <= number <= len(listed):
            raise ActionError(
                f"「{path.name}」没有第 {number} 个上一版，现有 {len(listed)} 个；用 jixiao undo --list 查看"
            )
        chosen = listed[number - 1] if number is not None else replacing.previous(path)
        before = journal.digest(path)
        if chosen and before == journal.digest(chosen.path):
            return Outcome(f"「{path.name}」现在就是 {chosen.words}的样子，没有改动", notes=[taken_over])
        can_return = bool(before) and replacing.is_whole(path)
        found = replacing.undo(path, chosen, _undone(path, chosen.path) if chosen else ())
    message = f"「{path.name}」已退回到 {found.words}"
    message += "；退回以前的也留着，再运行一次 jixiao undo 就恢复" if can_return else ""
    return Outcome(message, written=[path], notes=[taken_over])


def _undone(path: Path, earlier: Path) -> list[Change]:
    """Return what taking back changes in a master, nothing where one of the two states is none that can be read."""
    try:
        if is_master(path) and is_master(earlier):
            return list(between(read_master(path).filings, read_master(earlier).filings))
    except (KeepError, SchemeError):
        pass
    return []
