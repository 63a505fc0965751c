"""Folders for what is in between: named after the process they belong to, and taken away after one that was killed."""

import os
import shutil
import stat
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "jixiao-spill-"
STALE = 24 * 3600  # seconds after which what another machine left is nobody's
NODE = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
HERE = f"{zlib.crc32(NODE.encode('utf-8', 'replace')):08x}"
_CLEANED: set[Path] = set()


@contextmanager
def folder(within: Path | None = None) -> Iterator[Path]:
    """Give a folder that only this user can look into, gone afterwards; `within` a folder, or the machine's temporary one."""
    place = within or Path(tempfile.gettempdir())
    _clean(place)
    prefix = f"{PREFIX}{HERE}-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True) as name:
        yield Path(name)


def is_left(name: str, seen: os.stat_result) -> bool:
    """Return whether nobody uses a thing any more that is named MACHINE-PROCESS-…: its process is gone, or it is a day old."""
    machine, _, rest = name.partition("-")
    process = rest.partition("-")[0]
    if os.name == "posix" and machine == HERE and process.isdigit():
        return not runs(int(process))
    return time.time() - seen.st_mtime > STALE


def _clean(place: Path) -> None:
    """Take away what killed runs of this user left in a place, once a process; never raises."""
    if place in _CLEANED:
        return
    _CLEANED.add(place)
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and _is_own(entry):
                with suppress(OSError):
                    if is_left(entry.name.removeprefix(PREFIX), entry.stat(follow_symlinks=False)):
                        shutil.rmtree(entry.path, ignore_errors=True)


def _is_own(entry: "os.DirEntry[str]") -> bool:
    """Return whether an entry is a true folder of this user: anybody may put things into the machine's temporary one."""
    try:
        seen = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISDIR(seen.st_mode) and (not hasattr(os, "getuid") or seen.st_uid == os.getuid())


def runs(process: int) -> bool:
    """Return whether a process of this machine runs (not on Windows, where asking would end it)."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    with suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        return state.split()[0] != "Z"  # killed, and its parent has not asked after it yet
    return True
