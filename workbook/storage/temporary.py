"""Temporary files beside what they are to become: whose they are is told by their names, so that leftovers can be cleaned."""

import contextlib
import os
import shutil
from pathlib import Path

from workbook.storage.spill import HERE, is_left

PREFIX = ".jixiao-"
_CLEANED: set[Path] = set()


def create(target: Path) -> Path:
    """Make an empty file beside `target`, with its suffix and its rights, and return it; raise OSError."""
    path = target.with_name(f"{PREFIX}{HERE}-{os.getpid()}-{os.urandom(4).hex()}{target.suffix[:12]}")
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
            with contextlib.suppress(OSError):
                if is_left(path.name.removeprefix(PREFIX), path.stat()):
                    path.unlink()
