"""What a file may be before it is opened at all: the defaults, and what this machine sets instead (`[limits]`)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbook.process import ClerkError
from workbook.storage.settings import overlaid


@dataclass(slots=True)
class Limits:
    """Bounds on files from outside.

    Bytes of the file, of all that is in it once unpacked and of one XML part; how much smaller packing may have made it;
    cells of the sheets in use, characters of their texts, cells that one merge may cover, tables, paragraphs; seconds
    that reading one file may take, and LibreOffice; bytes of memory for it; bytes of unpacked XML up to which a file that
    proves harmless is read in the very process, without a worker (`apart`); files in an archive of filings, their bytes,
    and archives within archives; parts of one Word or Excel file; cells of a master.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 400_000_000
    part_bytes: int = 120_000_000
    ratio: int = 300
    cells: int = 2_000_000
    characters: int = 50_000_000
    merge_cells: int = 100_000
    paragraphs: int = 50_000
    seconds: int = 90
    memory: int = 1_500_000_000
    here_bytes: int = 4_000_000
    archive_members: int = 20_000
    archive_bytes: int = 4_000_000_000
    archive_depth: int = 2
    members: int = 5_000
    master_cells: int = 50_000_000


LIMITS = overlaid("limits", Limits())


@contextmanager
def within(**most: int) -> Iterator[None]:
    """Hold this process to narrower limits for as long as the block runs; one that is narrower already stays."""
    before = {name: getattr(LIMITS, name) for name in most}
    try:
        for name, value in most.items():
            setattr(LIMITS, name, min(before[name], value))
        yield
    finally:
        for name, value in before.items():
            setattr(LIMITS, name, value)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what a library of Rust prints when it panics from the clerk: it goes to file descriptor 2, past Python."""
    try:
        sys.stderr.flush()
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except (OSError, ValueError, AttributeError):  # no such descriptor: behind a button, there is no console
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class ReadError(ClerkError):
    """A file that could not be read; the message is one Chinese sentence with the reason and the remedy."""


class FellError(ReadError):
    """A file that ended the worker it was read in, or took more time or memory than it may: the next run tries it again."""


class DoubtError(Exception):
    """A file that is not plain enough to be read in this very process: a worker is to read it."""


class OfficeError(Exception):
    """A file that only LibreOffice can turn into what we read; `into` is the format to ask it for, the message why."""

    def __init__(self, into: str, reason: str = "") -> None:
        super().__init__(reason)
        self.into = into
