"""The states a file had before: copies in the folder 历史版本 beside it, named so that a clerk sees what each one is."""

import contextlib
import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbook import patterns as re
from workbook.storage import FOLDER, temporary
from workbook.storage.settings import overlaid

_LONG = 160
_REST = re.compile(
    r"(?:第(?P<number>\d+)版\.)?(?P<when>\d{8}-\d{6}-\d{6})\.(?P<what>[^.]*)前(?P<suffix>\.[^.]*|)", re.DOTALL
)
_LONGEST_PATH = 259  # of Windows, without a word more
_ADDED = 60  # what a state's name has beyond the title, and a temporary one's beyond that


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept: states of a workbook that verbs change, megabytes they may take in all, and whether an output
    that is written anew leaves a copy of the one before (0: none); `wait` is how many seconds a verb waits for another one.
    """

    states: int = 10
    copies: int = 1
    megabytes: int = 500
    wait: int = 120


KEPT = overlaid("keep", Kept(), least=0)


@dataclass(frozen=True, slots=True)
class State:
    """A state of a file before a verb changed it: where it lies, when it was put there, before what (Chinese).

    `number` counts the states of a file: their order, for clocks are set back. (Those of earlier programs have 0.)
    """

    path: Path
    when: datetime
    what: str
    number: int = 0

    @property
    def words(self) -> str:
        """Return the state as a clerk calls it: "2026-11-21 08:30:05 导入前"."""
        return f"{self.when:%Y-%m-%d %H:%M:%S} {self.what}前"


def folder_of(path: Path) -> Path:
    """Return the folder that keeps a file's earlier states, called so that Windows finds what lies in it."""
    folder = path.parent / FOLDER
    long = len(str(folder.absolute())) + len(title(path)) + _ADDED > _LONGEST_PATH
    return Path(extended(str(folder.absolute()))) if os.name == "nt" and long else folder


def extended(path: str) -> str:
    r"""Return an absolute path of Windows as it may be longer than 260 characters (`\\?\`, `\\?\UNC\` on a share)."""
    if path.startswith("\\\\?\\"):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


def states(path: Path) -> list[State]:
    """Return the kept states of a file, the newest first."""
    return sorted(_found(path), key=lambda state: (state.number, state.when), reverse=True)


def _found(path: Path) -> Iterator[State]:
    folder, start = folder_of(path), f"{title(path)}."
    with contextlib.suppress(OSError):
        single = _copy_of(path)
        put = datetime.fromtimestamp(single.stat().st_ctime)  # noqa: DTZ006 — the clerk's own clock
        yield State(single, put, "重写")
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _REST.fullmatch(entry.name[len(start) :]) if entry.name.startswith(start) else None
            if match and match["suffix"] == path.suffix:
                when = datetime.strptime(match["when"], "%Y%m%d-%H%M%S-%f")  # noqa: DTZ007
                yield State(folder / entry.name, when, match["what"], int(match["number"] or 0))


def keep(path: Path, what: str, source: Path | None = None) -> Path:
    """Put a copy of a file (or of `source`, which stands for it) among its earlier states and return it; raise OSError."""
    now = datetime.now()  # noqa: DTZ005 — the clerk's own clock
    number = 1 + max((state.number for state in _found(path)), default=0)
    target = folder_of(path) / f"{title(path)}.第{number}版.{now:%Y%m%d-%H%M%S-%f}.{what}前{path.suffix}"
    _copy(source or path, target)
    return target


def keep_copy(path: Path) -> None:
    """Keep what an output was before it is written anew: one copy of a fixed name, so thousands cost no look around."""
    _copy(path, _copy_of(path))


def _copy_of(path: Path) -> Path:
    return folder_of(path) / f"{title(path)}.上一份{path.suffix}"


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    copy = temporary.create(target)
    try:
        shutil.copy2(path, copy)
        temporary.settle(copy)
        os.replace(copy, target)  # noqa: PTH105 — the one call that is atomic everywhere
    finally:
        copy.unlink(missing_ok=True)


def thin(path: Path, limit: int) -> None:
    """Delete the oldest states beyond the number and the size allowed; the newest always stays."""
    room = KEPT.megabytes * 1_000_000
    for position, state in enumerate(states(path)):
        # one that another program holds open goes next time
        with contextlib.suppress(OSError):
            room -= state.path.stat().st_size
            if position and (position >= limit or room < 0):
                state.path.unlink()


def title(path: Path) -> str:
    """Return a file's name in those of its states: a long one shortened, for a name has at most 255 bytes."""
    stem = path.stem
    content = stem.encode("utf-8", "replace")
    return stem if len(content) <= _LONG else f"{stem[: _LONG // 4]}~{zlib.crc32(content):08x}"
