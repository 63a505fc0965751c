"""The document as it was filed: its paragraphs and tables in their order, with the places that findings speak of.

Files from outside are taken apart here once more. A small, plain one in this process; any other only under the limits of a
worker (`readers.worker`), and where the system has none, the page shows the fields instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbook.checking.outcome import Checked
from workbook.forms.grid import Document, Grid
from workbook.model.filing import Filing, Place, squeezed
from workbook.model.findings import Finding
from workbook.readers import document, handed_in, is_small
from workbook.readers.detect import Kind, detect
from workbook.readers.limits import LIMITS, DoubtError, OfficeError, ReadError
from workbook.readers.worker import bound
from workbook.rules.prose_marks import span_of
from workbook.serve.corrected import cell_key

MOST_CELLS = 20_000  # cells and paragraphs that a page draws
LONGEST = 20_000  # characters of one cell or paragraph
Block = dict[str, Any]


Cells = dict[str, tuple[str, str]]  # of one table: address → anchor, words


@dataclass(slots=True)
class Anchors:
    """Where on the page things stand: the cells of each table by address, the paragraphs of each filing."""

    drawn: bool = False
    sheets: dict[str, Cells] = field(default_factory=dict)
    tables: list[Cells] = field(default_factory=list)
    paragraphs: set[tuple[int, int]] = field(default_factory=set)
    ranked: dict[tuple[int, str], list[Cells]] = field(default_factory=dict)

    def of(self, number: int, entry: Checked, found: Finding) -> str:
        """Return the anchor of what a finding of a filing (its number) is about, "" where that is not on the page."""
        if not self.drawn:
            return f"v{number}-{found.location.path}" if found.location.path else ""
        paragraph = found.location.paragraph
        if paragraph is not None and (number, paragraph) in self.paragraphs:
            span = span_of(entry.filing, found, entry.scheme, entry.derived)
            return f"f{number}-{paragraph}-{span.start}" if span else f"p{number}-{paragraph}"
        places = (entry.filing.places.get(path) for path in _spots(found.location.path))
        anchors = (self.cell(number, entry.filing, place) for place in places if place is not None)
        return next(filter(None, anchors), "")

    def cell(self, number: int, filing: Filing, place: Place) -> str:
        """Return the anchor of a cell: in a workbook by sheet and address, in Word by address and words in the likeliest table."""
        if place.sheet in self.sheets:
            return self.sheets[place.sheet].get(place.cell, ("", ""))[0]
        words = squeezed(place.text)
        for table in self._likeliest(number, filing, place.sheet):
            anchor, held = table.get(place.cell, ("", ""))
            if anchor and held == words:
                return anchor
        return ""

    def _likeliest(self, number: int, filing: Filing, sheet: str) -> list[Cells]:
        """Return the tables of a document, first the one where most of what stands on a sheet of the form is found."""
        if (number, sheet) not in self.ranked:
            places = [place for place in filing.places.values() if place.sheet == sheet and place.text]

            def hits(table: Cells) -> int:
                return sum(table.get(place.cell, ("", ""))[1] == squeezed(place.text) for place in places)

            self.ranked[number, sheet] = sorted(self.tables, key=hits, reverse=True)
        return self.ranked[number, sheet]


@dataclass(slots=True)
class Picture:
    """Blocks for the page, and where what stands there."""

    blocks: list[Block] = field(default_factory=list)
    anchors: Anchors = field(default_factory=Anchors)


def taken_apart(path: Path) -> Document | None:
    """Return the paragraphs and tables of a file as it is shown; None where it cannot be within the limits."""
    try:
        held = _document(path, detect(path))
    except (ReadError, OfficeError, DoubtError, MemoryError, OSError):
        return None
    if held is None or sum(map(_size, held.blocks)) > MOST_CELLS:
        return None
    return handed_in(held)


def of(path: Path, filings: Sequence[Filing]) -> Picture:
    """Return a file as a page shows it; an empty picture where it cannot be drawn within the limits."""
    held = taken_apart(path)
    return Picture() if held is None else _drawn(held, filings)


def of_book(path: Path, filing: Filing) -> Picture:
    """Return a department's own workbook as a page shows it: the official sheets, not those of the buttons beside them."""
    sheets = {place.sheet for place in filing.places.values()}
    drawn = of(path, [filing])
    drawn.blocks = [block for block in drawn.blocks if block.get("t", "") in sheets or "u" in block]
    return drawn


def _document(path: Path, kind: Kind) -> Document | None:
    if is_small(path, kind):
        try:
            return document(path, kind, here=True)
        except DoubtError:
            pass
    if os.name != "posix":
        return None
    with bounded():
        return document(path, kind)


@contextmanager
def bounded() -> Iterator[None]:
    """Hold this process to a worker's limits; they are soft ones, and are taken off again. Off POSIX there are none to take off."""
    if os.name != "posix":
        yield
        return
    import resource

    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU)
    before = [resource.getrlimit(kind) for kind in kinds]
    bound(LIMITS.memory, LIMITS.seconds)
    try:
        yield
    finally:
        for kind, values in zip(kinds, before, strict=True):
            resource.setrlimit(kind, values)


def _size(block: str | Grid) -> int:
    return 1 if isinstance(block, str) else sum(len(row) for row in block.rows)


def _drawn(held: Document, filings: Sequence[Filing]) -> Picture:
    out = Picture(anchors=Anchors(drawn=True))
    told, number = _Told(filings), -1
    for block in held.blocks:
        if isinstance(block, str):
            number += 1
            if words := block.strip():
                place = {"b": number, "o": len(block) - len(block.lstrip())}
                out.blocks.append({"p": words[:LONGEST], **place, **told.place(words)})
        else:
            out.blocks.append(_table(block, out.anchors))
    # what a form keeps in the cells of a table is shown once more, figure by figure
    if rest := list(told.rest()):
        out.blocks += [{"h": "表格里的正文"}, *rest]
    out.anchors.paragraphs = {(block["u"], block["n"]) for block in out.blocks if "n" in block}
    return out


class _Told:
    """Which paragraph of which filing a paragraph of the document is: in their order, each once."""

    def __init__(self, filings: Sequence[Filing]) -> None:
        self._texts = [filing.narrative for filing in filings]
        self._next = [0] * len(filings)
        self._seen: set[tuple[int, int]] = set()

    def place(self, words: str) -> Block:
        for unit, texts in enumerate(self._texts):
            starts = (range(self._next[unit], len(texts)), range(self._next[unit]))
            for number in (number for part in starts for number in part):
                if texts[number] == words and (unit, number) not in self._seen:
                    self._seen.add((unit, number))
                    self._next[unit] = number + 1
                    return {"u": unit, "n": number + 1}
        return {}

    def rest(self) -> Iterator[Block]:
        for unit, texts in enumerate(self._texts):
            for number, words in enumerate(texts):
                if (unit, number) not in self._seen:
                    yield {"p": words[:LONGEST], "u": unit, "n": number + 1}


def _table(grid: Grid, anchors: Anchors) -> Block:
    held: Cells = {}
    number = len(anchors.tables)
    anchors.tables.append(held)
    if grid.is_sheet:
        anchors.sheets[grid.name] = held
    rows = []
    for row in grid.rows:
        cells = []
        for cell in row:
            words, anchor = cell.text.strip(), cell_key(number, cell)
            held[grid.address(cell)] = (anchor, squeezed(words))
            cells.append([words[:LONGEST], cell.column, cell.span, int(cell.continued), anchor])
        rows.append(cells)
    return {"t": grid.name if grid.is_sheet else "", "rows": rows}


def _spots(path: str) -> Iterator[str]:
    """Yield a field's path, and where it stands in a row, that of the row's name: a blank cell has no place of its own."""
    yield path
    for rows, name in (("indicators", "level3"), ("project_lines", "name"), ("sources", "name"), ("tasks", "name")):
        if path.startswith(f"{rows}["):
            yield f"{path.partition('.')[0]}.{name}"
