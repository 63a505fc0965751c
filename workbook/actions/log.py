"""The verb log, and the earlier states of a file: what was changed when and by which verb."""

from __future__ import annotations

from pathlib import Path

from workbook import keep
from workbook.filing import unit_key
from workbook.keep import State
from workbook.keep.journal import Entry
from workbook.outcome import ActionError


def states_of(path: Path) -> list[State]:
    """Return the earlier states of a file that `undo` can go back to, the newest first."""
    return keep.states.states(keep.real(path))


def log(path: Path, unit: str = "") -> list[Entry]:
    """Return what was changed in a file, the newest first; with `unit` only what concerns that department.

    Raise ActionError where there is no log.
    """
    path = keep.real(path)
    if not keep.journal.log_of(path).is_file():
        raise ActionError(f"「{path.name}」还没有修改记录（记录在同一文件夹的“{keep.FOLDER}”里）；请检查路径")
    found = keep.journal.entries(path)[::-1]
    if not unit:
        return found
    for entry in found:
        entry.changes = [change for change in entry.changes if unit_key(change.unit) == unit_key(unit)]
    return [entry for entry in found if entry.changes]
