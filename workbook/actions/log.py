"""The verb log, and the earlier states of a file: what was changed when and by which verb."""

from __future__ import annotations

from pathlib import Path

from workbook.checking.outcome import ActionError
from workbook.model.filing import unit_key
from workbook.storage import history, journal, replacing
from workbook.storage.journal import Entry
from workbook.storage.replacing import State


def states_of(path: Path) -> list[State]:
    """Return the earlier states of a file that `undo` can go back to, the newest first."""
    return history.states(replacing.real(path))


def log(path: Path, unit: str = "") -> list[Entry]:
    """Return what was changed in a file, the newest first; with `unit` only what concerns that department.

    Raise ActionError where there is no log.
    """
    path = replacing.real(path)
    if not journal.log_of(path).is_file():
        raise ActionError(f"「{path.name}」还没有修改记录（记录在同一文件夹的“{replacing.FOLDER}”里）；请检查路径")
    found = journal.entries(path)[::-1]
    if not unit:
        return found
    for entry in found:
        entry.changes = [change for change in entry.changes if unit_key(change.unit) == unit_key(unit)]
    return [entry for entry in found if entry.changes]
