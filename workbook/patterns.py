"""The module `re` for a process that a clerk waits for: a pattern is compiled when it is first used, not when its module is loaded.

`from workbook import patterns as re` in every room: a check knows some five hundred patterns, of which a report uses a part, and
compiling them all took a third of the time. May import nothing of ours.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
    return re.compile(pattern, flags) if isinstance(pattern, str | bytes) else pattern


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
