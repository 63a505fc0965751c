"""The module `re` for a process that a clerk waits for: a pattern is compiled when it is first used, and once for all processes.

`from workbook import patterns as re` in every room. A check of one report uses some four hundred patterns; to compile them
took two fifths of the process. Python keeps its compiled modules in `__pycache__`, but no patterns: theirs are kept beside
them, in a file that only this version of Python reads, as far as that folder may be written (`keep`). What is read from there
is checked by `re` as it checks its own; where nothing is kept, or it cannot be used, a pattern is compiled as ever.

May import nothing of ours.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import marshal
import os
import re
import sys
import zlib
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from re import ASCII, DOTALL, Match, Pattern, S, error, escape
from typing import TYPE_CHECKING, Any

__all__ = (
    "ASCII",
    "DOTALL",
    "Match",
    "Pattern",
    "S",
    "compile",
    "error",
    "escape",
    "findall",
    "finditer",
    "fullmatch",
    "keep",
    "match",
    "search",
    "split",
    "sub",
)

if TYPE_CHECKING:
    from re import compile, findall, finditer, fullmatch, match, search, split, sub
else:

    def compile(pattern, flags=0):
        """Return a pattern as `re.compile` does, that is compiled when something is first asked of it."""
        return _Later(pattern, flags)

    def search(pattern, string, flags=0):
        """Return what `re.search` does."""
        return _compiled(pattern, flags).search(string)

    def match(pattern, string, flags=0):
        """Return what `re.match` does."""
        return _compiled(pattern, flags).match(string)

    def fullmatch(pattern, string, flags=0):
        """Return what `re.fullmatch` does."""
        return _compiled(pattern, flags).fullmatch(string)

    def findall(pattern, string, flags=0):
        """Return what `re.findall` does."""
        return _compiled(pattern, flags).findall(string)

    def finditer(pattern, string, flags=0):
        """Return what `re.finditer` does."""
        return _compiled(pattern, flags).finditer(string)

    def split(pattern, string, maxsplit=0, flags=0):
        """Return what `re.split` does."""
        return _compiled(pattern, flags).split(string, maxsplit)

    def sub(pattern, repl, string, count=0, flags=0):
        """Return what `re.sub` does."""
        return _compiled(pattern, flags).sub(repl, string, count)


@lru_cache(maxsize=4096)  # `re` itself keeps 512, and forgets the oldest: a check of many forms uses more
def _compiled(pattern: Any, flags: int) -> Any:
    if not isinstance(pattern, str | bytes):
        return pattern
    flags = int(flags)
    parts = _kept().get((pattern, flags))
    if parts is not None:
        with suppress(RuntimeError, TypeError, ValueError):
            real, code, *groups = parts
            return _sre.compile(pattern, real, memoryview(code).cast("I").tolist(), *groups)
    _new().append((pattern, flags))
    return re.compile(pattern, flags)


class _Later:
    """A pattern before its first use; what was asked of it once is its own from then on."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # a copy asks before anything is there
            raise AttributeError(name)
        found = getattr(_compiled(*self._given), name)
        setattr(self, name, found)
        return found


# --- kept from one process to the next ----------------------------------------------------------------------------------

Parts = tuple[Any, ...]  # what `_sre.compile` is given behind the pattern: flags, code, groups
MOST = 2000  # patterns kept: ours, and some that were put together of words
_WORTH = 8  # new patterns from which the file is written anew
_MADE_BY = f"{sys.implementation.name} {sys.hexversion:x} {_sre.MAGIC} {_sre.CODESIZE}\n".encode()


def place() -> Path | None:
    """Return the file of kept patterns, beside our compiled modules; None where Python keeps none."""
    cached = __spec__.cached if __spec__ else None
    return Path(cached).with_suffix(".sre") if cached else None


@cache
def _new() -> list[tuple[str | bytes, int]]:
    """Return the patterns that this process had to compile."""
    return []


@cache
def _kept() -> dict[tuple[str | bytes, int], Parts]:
    path = place()
    with suppress(OSError, ValueError, EOFError, TypeError):
        content = path.read_bytes() if path else b""
        start = len(_MADE_BY) + 4
        if content.startswith(_MADE_BY) and content[start - 4 : start] == _sum(content[start:]):
            return dict(marshal.loads(content[start:]))
    return {}


def _sum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big")


def keep() -> None:
    """Keep the patterns that this process had to compile for the next one; for the end of a process, never raises.

    Nothing is written where Python was told to write no compiled modules, or may not.
    """
    path, held = place(), _kept()
    if len(_new()) < _WORTH or len(held) >= MOST or sys.dont_write_bytecode or path is None:
        return
    content = marshal.dumps(held | {key: parts for key in _new() if (parts := _taken_apart(*key))})
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        fresh.write_bytes(_MADE_BY + _sum(content) + content)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _taken_apart(pattern: str | bytes, flags: int) -> Parts | None:
    """Return what a pattern is compiled to, None where this Python's `re` is not put together as the ones we know."""
    try:
        parsed = re._parser.parse(pattern, flags)  # type: ignore[attr-defined]
        code = re._compiler._code(parsed, flags)  # type: ignore[attr-defined]
        state = parsed.state
        names = {number: name for name, number in state.groupdict.items()}
        groups = (state.groups - 1, state.groupdict, tuple(names.get(number) for number in range(state.groups)))
        real = flags | state.flags
        same = _sre.compile(pattern, real, code, *groups) == re.compile(pattern, flags)
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return None
    return (real, b"".join(word.to_bytes(_sre.CODESIZE, sys.byteorder) for word in code), *groups) if same else None
