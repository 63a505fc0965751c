"""What is given along with a self-evaluation: files of final accounts, budgets and approved targets, each to its department."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from workbook.actions.files import expand
from workbook.checking.outcome import Refused
from workbook.model.filing import Filing
from workbook.readers import ReadError, read_tables
from workbook.readers.collect import Beside, hand_out, not_given, sorted_out


def read_beside(paths: Iterable[Path], refused: list[Refused]) -> list[Beside]:
    """Return what files of other tables give (folders stand for what is in them); what could not be read goes to `refused`."""
    out = []
    for path in expand(paths):
        try:
            out.append(Beside(path.name, path.parent.name, read_tables(path)))
        except ReadError as error:
            refused.append(Refused(path, str(error)))
    return out


def given_out(filings: Sequence[Filing], tables: Sequence[Beside]) -> list[str]:
    """Give filings the tables of their departments and return what the clerk must know of it."""
    if not tables:
        return []
    owners = list(dict.fromkeys(filing.owner for filing in filings))
    given = sorted_out(tables, owners)
    said = list(dict.fromkeys(hand_out(filings, given)))
    return [*said, *(f"{entry.name}：{entry.reason}" for entry in not_given(given, owners))]
