"""部门清单 tracks each department: 已收 → 已退回 → 已改, with the dates and the number of the notice it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from workbook import patterns as re
from workbook.master.layout import AMENDED, NOTICE, PROGRESS, RECEIVED, RETURNED, UNIT
from workbook.master.results import runs
from workbook.model.edits import Block, Cell, Change
from workbook.model.filing import unit_key

CAME, SENT_BACK, CAME_AGAIN = "已收", "已退回", "已改"
_NUMBER = re.compile(r"(.*)〔(\d{4})〕(\d+)号")
Rows = Mapping[str, Mapping[str, Any]]  # unit_key → its row of 部门清单


def rows_of(records: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the rows of 部门清单 by department."""
    return {unit_key(str(record.get(UNIT) or "")): record for record in reversed(list(records))}


def on_import(before: Mapping[str, Any], day: date) -> dict[str, Cell]:
    """Return what a department's row says once it has handed in something new (`before`: its row, empty where it has none)."""
    if before.get(PROGRESS) in (SENT_BACK, CAME_AGAIN):
        return {PROGRESS: CAME_AGAIN, AMENDED: f"{day}"}
    return {PROGRESS: CAME, RECEIVED: f"{day}"}


def on_return(number: str, day: date) -> dict[str, Cell]:
    """Return what a department's row says once its papers have been made for it."""
    return {PROGRESS: SENT_BACK, RETURNED: f"{day}", AMENDED: None, NOTICE: number}


def numbers(
    rows: Rows, units: Iterable[str], year: int, prefix: str | None, others: Iterable[str] = ()
) -> dict[str, str]:
    """Return the number of each department's notice: running within the year; who has not answered yet keeps its own.

    `prefix` stands before the year ("云财绩"), None for that of the highest number given so far; `others` are numbers
    given elsewhere, in the other parts of a master.
    """
    held_now = (*(str(row.get(NOTICE) or "") for row in rows.values()), *others)
    given = [found for words in held_now if (found := _NUMBER.fullmatch(words))]
    this_year = sorted((int(found[3]), found[1]) for found in given if int(found[2]) == year)
    last, used = this_year[-1] if this_year else (0, given[0][1] if given else "")
    out = {}
    for unit in units:
        row = rows.get(unit_key(unit), {})
        held = _NUMBER.fullmatch(str(row.get(NOTICE) or ""))
        if row.get(PROGRESS) == SENT_BACK and held and prefix in (None, held[1]):
            out[unit] = held[0]
        else:
            last += 1
            out[unit] = f"{used if prefix is None else prefix}〔{year}〕{last}号"
    return out


def blocks(
    at: Mapping[str, int], headings: Mapping[str, int], said: Mapping[str, Mapping[str, Cell]]
) -> Iterator[Block]:
    """Yield what writes this into 部门清单; `at` is the row of each department there."""
    columns: dict[str, dict[int, Cell]] = {}
    for unit, cells in said.items():
        for heading, value in cells.items():
            columns.setdefault(heading, {})[at[unit]] = value
    for heading, by_row in columns.items():
        yield from runs("部门清单", headings[heading], by_row)


def changes(rows: Rows, said: Mapping[str, Mapping[str, Cell]]) -> Iterator[Change]:
    """Yield, for the log, whose state becomes another."""
    for unit, cells in said.items():
        before = rows.get(unit_key(unit), {}).get(PROGRESS) or None
        if before != cells[PROGRESS]:
            yield Change(unit, f"units.{PROGRESS}", PROGRESS, before, cells[PROGRESS])
