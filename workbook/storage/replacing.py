"""Nothing lost: the one way by which every verb writes a file.

A file is written whole under a temporary name in its own folder, put on the disk, and takes its name in one step. What stood
there before is kept in 历史版本 (`history`), and what was changed is written into the log there (`journal`). So whatever
happens, a kill -9 and a power cut too, the old or the new state is there, whole.

Whoever writes a file uses `replacing`, whoever changes a workbook `locked`; a new
kind of record goes into `journal`.
"""

import contextlib
import os
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbook.model.edits import Change
from workbook.model.verbs import BY_NAME
from workbook.storage import FOLDER, history, journal, temporary
from workbook.storage.history import KEPT, State
from workbook.storage.lock import locked, refuse_open
from workbook.storage.trouble import KeepError, words_of

_PATIENCE = (0.05, 0.2, 0.5, 1.0) if os.name == "nt" else ()  # a virus scanner holds a new file for a moment

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Note:
    """What the log is told of a change: the verb, its words to the clerk, the values that change."""

    verb: str
    message: str = ""
    changes: Sequence[Change] = field(default_factory=tuple)


def real(path: Path) -> Path:
    """Return the file itself where a path is a link to it: the link stays a link."""
    return path.resolve() if path.is_symlink() else path


def stamp(path: Path) -> Stamp:
    """Return what tells one state of a file from the next without reading it; raise OSError."""
    seen = path.stat()
    return seen.st_size, seen.st_mtime_ns, seen.st_ino


@contextlib.contextmanager
def replacing(
    target: Path, note: Note | None = None, *, limit: int | None = None, expected: Stamp | None = None
) -> Iterator[Path]:
    """Give the path of a temporary file beside `target`, which becomes `target` when the block ends well.

    With a `note` (a workbook that a verb changes) the log is told and `limit` earlier states stay (0: none is kept); without one, one copy does.
    `expected`: the stamp the file must still have. Raise KeepError where the file is open in Excel, has been changed since,
    or cannot be written; it is then what it was.
    """
    with locked(real(target), note.verb) if note else contextlib.nullcontext():
        yield from _replacing(target, note, limit, expected)


def _replacing(target: Path, note: Note | None, limit: int | None, expected: Stamp | None) -> Iterator[Path]:
    refuse_open(target)
    target = real(target)
    if target.exists() and not os.access(target, os.W_OK):
        raise KeepError(f"「{target.name}」是只读文件，没有改动；请在文件属性里去掉“只读”，或另存一份再试一次")
    made: Path | None = None
    try:
        for folder in (target.parent, history.folder_of(target)):
            temporary.clean(folder)
        made = temporary.create(target)
        yield made
        if note is not None:  # an output can be written anew after a power cut, and there may be thousands
            temporary.settle(made)
        refuse_open(target)
        if expected is not None and stamp(target) != expected:
            raise KeepError(f"「{target.name}」在处理期间被别人改过，为免覆盖别人的改动，没有写入；请再试一次")
        _take_place(made, target, note, (KEPT.states if note else KEPT.copies) if limit is None else limit)
    except Exception as error:
        if (cause := _beneath(error)) is None:
            raise
        raise KeepError(words_of(cause, target)) from error
    finally:
        if made is not None:
            with contextlib.suppress(OSError):
                made.unlink(missing_ok=True)


def _beneath(error: Exception) -> OSError | None:
    """Return the file system's own error under one of a library (XlsxWriter wraps a full disk in its own class)."""
    inner = error.args[0] if error.args else None
    return next((found for found in (error, inner) if isinstance(found, OSError)), None)


def _take_place(made: Path, target: Path, note: Note | None, limit: int) -> None:
    if note is None:
        if limit and target.exists():
            history.keep_copy(target)
        _replace(made, target)
        return
    put = history.keep(target, BY_NAME[note.verb].caption) if limit and target.exists() else None
    try:
        after = journal.digest(made)
        journal.opened(target, note.verb, note.message, after, note.changes)
        _replace(made, target)
    except BaseException:
        if put is not None:  # nothing came about, so nothing is to be taken back
            with contextlib.suppress(OSError):
                put.unlink()
        raise
    _settle(target.parent)
    journal.confirmed(target, after)
    if put is not None:
        history.thin(target, limit)


def _replace(made: Path, target: Path) -> None:
    for pause in _PATIENCE:
        try:
            os.replace(made, target)  # noqa: PTH105 — the one call that is atomic everywhere
            break
        except PermissionError:
            time.sleep(pause)
    else:
        os.replace(made, target)  # noqa: PTH105


def _settle(folder: Path) -> None:
    """Have the folder's new entry written to the disk, where the system can."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def pressed(book: Path, copy: Path, note: Note) -> None:
    """Keep what an open workbook was before a button changes it (`copy`), and tell the log; nothing stops the press."""
    with contextlib.suppress(OSError):
        if KEPT.states:
            history.keep(book, BY_NAME[note.verb].caption, copy)
            history.thin(book, KEPT.states)
        journal.pressed(book, note.verb, note.message, note.changes)


def undo(path: Path, chosen: State | None = None, changes: Sequence[Change] = ()) -> State:
    """Bring a file back to an earlier state (the last one that differs); what it is now is kept, so this too can be undone.

    Raise KeepError where there is no state to go back to.
    """
    path = real(path)
    found = chosen or previous(path)
    if found is None:
        raise KeepError(f"「{path.name}」没有可以退回的上一版（{FOLDER}里没有与现在不同的一版）")
    # what it is now is kept, whatever is set: taking back is the last thing that may lose anything
    with replacing(path, Note("undo", f"退回到 {found.words}", changes), limit=max(1, KEPT.states)) as made:
        shutil.copyfile(found.path, made)
    return found


def previous(path: Path) -> State | None:
    """Return the newest kept state that is whole and differs from what the file is now, None where there is none."""
    now = journal.digest(path)
    return next(
        (state for state in history.states(path) if journal.digest(state.path) != now and is_whole(state.path)), None
    )


def is_whole(path: Path) -> bool:
    """Return whether a package of Office is whole: a broken file is kept, but nobody wants to go back to it."""
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".docx"):
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except Exception:  # whatever zipfile makes of a broken file
        return False


__all__ = [
    "FOLDER",
    "KEPT",
    "KeepError",
    "Note",
    "Stamp",
    "State",
    "locked",
    "pressed",
    "previous",
    "real",
    "refuse_open",
    "replacing",
    "stamp",
    "undo",
    "words_of",
]
