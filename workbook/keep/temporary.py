"""Temporary files beside what they are to become: whose they are is told by their names, so that leftovers can be cleaned."""

import contextlib
import os
import shutil
import time
import zlib
from pathlib import Path

PREFIX = ".jixiao-"
_STALE = 24 * 3600  # seconds after which a temporary file of another machine is nobody's
_CLEANED: set[Path] = set()
NODE = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
_HERE = f"{zlib.crc32(NODE.encode('utf-8', 'replace')):08x}"


def create(target: Path) -> Path:
    """Make an empty file beside `target`, with its suffix and its rights, and return it; raise OSError."""
    path = target.with_name(f"{PREFIX}{_HERE}-{os.getpid()}-{os.urandom(4).hex()}{target.suffix[:12]}")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    with contextlib.suppress(OSError):
        shutil.copymode(target, path)
    return path


def settle(path: Path) -> None:
    """Have a file's content on the disk before it takes its name: a power cut leaves no empty file. Raise OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def clean(folder: Path) -> None:
    """Delete the temporary files that killed runs left in a folder, once a run and folder; never raises."""
    if folder in _CLEANED:
        return
    _CLEANED.add(folder)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        left = [Path(entry.path) for entry in entries if entry.name.startswith(PREFIX)]
        for path in left:
            if _is_left(path):
                with contextlib.suppress(OSError):
                    path.unlink()


def _is_left(path: Path) -> bool:
    """Return whether nobody is writing a temporary file any more: its process is gone, or it is a day old."""
    machine, _, rest = path.name.removeprefix(PREFIX).partition("-")
    process = rest.partition("-")[0]
    if os.name == "posix" and machine == _HERE and process.isdigit():
        return not runs(int(process))
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime > _STALE
    return False


def runs(process: int) -> bool:
    """Return whether a process of this machine runs (not on Windows, where asking would end it)."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        return state.split()[0] != "Z"  # killed, and its parent has not asked after it yet
    return True
