"""What a verb gives back: what it dealt with, refused, wrote, and a sentence for the clerk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.model.findings import NOTHING, Report, headline, verdict
from workbook.model.scheme import Scheme, load
from workbook.process import ClerkError

if TYPE_CHECKING:
    from workbook.derive import Derived
    from workbook.master.merge import Difference
    from workbook.model.filing import Filing
    from workbook.readers.collect import Collected
    from workbook.writers.package import Receipt


Tick = Callable[[int], None]


Progress = Callable[[str, int], AbstractContextManager[Tick]]


def silent(caption: str, total: int) -> AbstractContextManager[Tick]:
    """Give a tick that says nothing: what a progress bar is where there is none."""
    return nullcontext(lambda _: None)


class ActionError(ClerkError):
    """A verb that cannot be carried out; the message is a Chinese sentence with the remedy."""


@dataclass(slots=True)
class Checked:
    """One filing after a check: the file it came from, what was derived and what was found."""

    path: Path
    filing: Filing
    derived: Derived
    report: Report
    scheme: Scheme = field(default_factory=load)


@dataclass(slots=True)
class Refused:
    """A file that could not be taken in, and why (Chinese)."""

    path: Path
    reason: str


@dataclass
class Outcome:
    """What a verb did: filings it dealt with, files it refused, files it wrote, and a sentence for the clerk.

    `differences` are those of an import from what the master held; `notes` what the clerk must know besides ("" is none).
    """

    message: str = ""
    checked: Sequence[Checked] = ()
    refused: list[Refused] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    receipt: Receipt | None = None
    collected: Collected | None = None
    parts: Sequence[Mapping[str, Any]] = ()  # a row a part, where a master has parts
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Return the number of errors that stand open."""
        return self.counted[0]

    @property
    def warnings(self) -> int:
        """Return the number of warnings that stand open."""
        return self.counted[1]

    @cached_property
    def counted(self) -> tuple[int, int, int]:
        """Return the open errors and warnings and what else these hold; gone through once: there may be many."""
        errors = warnings = more = 0
        for entry in self.checked:
            counts = entry.report.counts
            errors, warnings, more = errors + counts[0], warnings + counts[1], more + counts[2]
        return errors, warnings, more

    @property
    def verdict(self) -> str:
        """Return the verdict over all that was checked."""
        return verdict(self.errors, self.warnings)

    @property
    def headline(self) -> str:
        """Return the counts, errors and warnings first, and the verdict they come to."""
        return headline(*self.counted) if self.checked else NOTHING

    @property
    def status(self) -> int:
        """Return the exit status of the contract: 0 nothing wrong, 1 an open error, 2 something could not be read."""
        return 2 if self.refused else int(self.errors > 0)
