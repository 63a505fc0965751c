"""Cells that only a slip of the hand parts from what the prose says: 11860吨 in the table where the prose has 11680吨.

No claim of the words is needed: a figure of the tables that stands nowhere else, a figure of the prose beside words of the same name
that no other cell bears out, and the one becomes the other by the commonest of slips.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import log2
from typing import NamedTuple

from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.likely import core, shared_with
from workbook.narrative.printed import DIGIT, USUAL, Slip, slip
from workbook.narrative.relations import Given

_TOLD = 4  # digits that an amount has which one wrong digit turns into another
LONG = 4  # characters of a name that the words of a figure have too


class Named(NamedTuple):
    """A figure of the tables: what it is called, the family of its unit, the cell, its row, what that says besides (a target)."""

    name: str
    family: str
    cell: Given
    row: str
    beside: tuple[Decimal, ...] = ()


class Stray(NamedTuple):
    """A cell that differs from an entry by a slip: the slip (`meant` is what the cell would be), and in bits how surely."""

    entry: Entry
    named: Named
    slip: Slip
    bits: float


def strays(told: Ledger, cells: Sequence[Named], families: dict[int, str]) -> Iterator[Stray]:
    """Yield for each cell that the prose does not bear out the entry that it differs from by one slip, the likeliest one.

    `families` tells for each entry (by number) the family of its unit.
    """
    by_family: dict[str, list[Entry]] = {}
    for entry in told.entries:
        by_family.setdefault(families[entry.number], []).append(entry)
    rows: dict[tuple[str, Decimal], set[tuple[str, str]]] = {}
    for one in cells:
        rows.setdefault((one.family, one.cell.print.value), set()).add((core(one.name), one.row))
    for one in cells:
        own = by_family.get(one.family, [])
        if not own or one.cell.print.written < 2 or _borne_out(one.cell, own):
            continue
        found = [stray for entry in own if (stray := _stray(told, one, entry, own, rows)) is not None]
        if found:
            yield max(found, key=lambda stray: stray.bits)


def _borne_out(cell: Given, entries: Sequence[Entry]) -> bool:
    """Return whether the prose says a cell's figure too, be it shorter or longer."""
    value, unit = cell.print.value, cell.print.unit
    return any(abs(entry.print.value - value) < max(unit, entry.print.unit) for entry in entries)


def _stray(
    told: Ledger,
    named: Named,
    entry: Entry,
    own: Sequence[Entry],
    rows: dict[tuple[str, Decimal], set[tuple[str, str]]],
) -> Stray | None:
    print_ = named.cell.print
    right = entry.print.value
    if (
        entry.print.vague
        or entry.figure.comparator
        or entry.prior
        or entry.period
        or entry.per
        or _told_of(named, rows.get((named.family, right), set()))
        or right in named.beside
        or right == print_.value
    ):
        return None
    made = slip(print_, right)
    if made is None or made.name not in USUAL or entry.print.unit > print_.unit:
        return None
    if made.meant * print_.scale != right or (made.name == DIGIT and print_.money and print_.digits < _TOLD):
        return None
    title = f"{entry.block.section}|{entry.block.title}" if len(core(named.name)) >= LONG else ""
    shared = shared_with(named.name, f"{title}|{_words(entry)}") or _within(told, entry, named.name)
    if not shared:
        return None
    alike = sum(one.print.value.adjusted() == right.adjusted() for one in own)
    bits = made.bits - log2(alike + 1) + (3.0 if shared >= LONG else 1.5)
    return Stray(entry, named, made, bits)


def _told_of(named: Named, bearing: set[tuple[str, str]]) -> bool:
    """Return whether a figure of the prose is that of another cell: of another name, or of the same row."""
    return any(name != core(named.name) or row == named.row for name, row in bearing)


def _words(entry: Entry) -> str:
    """Return the words that say what an entry is: those before it, its item, its subject."""
    return "|".join((entry.project, entry.topic, entry.subject, entry.lead))


def _within(told: Ledger, entry: Entry, name: str) -> int:
    """Return how many characters a name has that stands whole in an entry's sentence before it: 物业项目安排88万元，支出87.96万元."""
    whole = core(name)
    flat = told.paragraphs[entry.paragraph - 1].flat[: entry.figure.span.start]
    sentence = flat[max(flat.rfind(sign) for sign in "。；;") + 1 :]
    return len(whole) if len(whole) >= LONG and whole in core(sentence) else 0


def tells(words: str) -> bool:
    """Return whether words name anything besides what is said of every figure (实际完成, 数量)."""
    return len(core(words)) > 1
