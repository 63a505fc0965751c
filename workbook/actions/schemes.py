"""Two schemes held against each other: the command `jixiao rules diff`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbook.actions.books import filings_of
from workbook.checking.outcome import Outcome
from workbook.model.scheme import Scheme
from workbook.rules.compare import Changed, changed_verdicts, differences


def compare_schemes(
    before: Scheme, after: Scheme, files: Iterable[Path] = ()
) -> tuple[list[tuple[str, str, str, str]], list[Changed], Outcome]:
    """Return what differs between two schemes, whose verdict over the files would change, and what could not be read."""
    outcome = Outcome()
    filings = filings_of(files, outcome.refused)
    return differences(before, after), changed_verdicts(filings, before, after), outcome
