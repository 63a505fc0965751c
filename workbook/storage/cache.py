"""Where results are kept so that they need not be worked out twice: the user's own cache folder, nobody else's.

Never beside the data: a folder of results that came along with the files would be believed. What is in it is named by its
content and by the program's version, so that it can be deleted at any time, and is when it has not been used for long.
"""

import atexit
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from workbook.model.records import digest
from workbook.process import ClerkError, home, named

SETTING = "JIXIAO_CACHE"  # an environment variable: another place for it
UNUSED = 60 * 24 * 3600  # seconds after which results that nobody asked for are deleted


class CacheError(ClerkError):
    """A cache that cannot be trusted; the message is a Chinese sentence with the remedy."""


def store_of(path: Path) -> Path:
    """Return the folder for the results on what lies at a path; its name says nothing of the path. Raise CacheError."""
    place = root() / digest(str(path.resolve()))[:24]
    _make(place)
    with suppress(OSError):
        os.utime(place)
    return place


@cache
def root() -> Path:
    """Return the cache folder, made and looked at once a run; without a home folder one for this run alone. Raise CacheError."""
    told = os.environ.get(SETTING)
    if told:
        place = Path(told)
    elif home() is None:
        return _for_this_run()
    else:
        place = Path(named("platformdirs").user_cache_dir("jixiao", appauthor=False))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _make(place)
    except OSError:
        return _for_this_run()
    _clean(place)
    return place


def _for_this_run() -> Path:
    place = Path(tempfile.mkdtemp(prefix="jixiao-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _make(place: Path) -> None:
    """Make a folder for this user alone; raise CacheError where something else lies there, or others can write into it."""
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    seen = place.lstat()
    own = not hasattr(os, "getuid") or (seen.st_uid == os.getuid() and not seen.st_mode & 0o022)
    if not stat.S_ISDIR(seen.st_mode) or not own:
        raise CacheError(f"存放中间结果的「{place}」是链接，或者别人也能写，没有使用；请删掉它再试一次")


def _clean(place: Path) -> None:
    """Delete results that have not been used for long; never raises."""
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False) and time.time() - entry.stat().st_mtime > UNUSED:
                    shutil.rmtree(entry.path, ignore_errors=True)
