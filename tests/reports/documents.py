"""Reports by other hands as data: the clean report as blocks, the slips of its faulty twin as edits, both as .docx."""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.table import _Cell

FOLDER = Path(__file__).parent / "sets"
LONG = 60  # characters from which a cell holds prose: its lines are paragraphs

Cell = tuple[str | None, int]  # text (None: goes on from the cell above) and how many columns it spans
Row = list[Cell]
Block = str | list[Row]  # a paragraph or a table


@dataclass(frozen=True)
class Slip:
    """A mistake that a clerk makes: its kind, where, what a careful reader says of it, and the edits that make it.

    `expect` are alternatives: of one of them every pattern stands in what a finding says that has found the slip.
    """

    kind: str
    place: str
    good: str
    expect: list[list[str]]
    edits: list[list[Any]]


@dataclass(frozen=True)
class Report:
    """A report as its writer handed it in: clean, with the slips that make its faulty twin."""

    id: str
    unit: str
    year: int
    blocks: list[Block]
    slips: list[Slip]

    @property
    def faulty(self) -> list[Block]:
        """Return the blocks of the faulty twin."""
        out = self.blocks
        for slip in self.slips:
            for edit in slip.edits:
                out = edited(out, edit)
        return out


@cache
def reports() -> dict[str, list[Report]]:
    """Return the reports of each set, by the set's letter."""
    out: dict[str, list[Report]] = {}
    for path in sorted(FOLDER.glob("*.json")):
        out.setdefault(path.stem[0], []).append(load(path))
    return out


def load(path: Path) -> Report:
    """Return the report of a file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Report(
        data["id"],
        data["unit"],
        data["year"],
        [block if isinstance(block, str) else [_row(row) for row in block] for block in data["blocks"]],
        [Slip(**slip) for slip in data["slips"]],
    )


def _row(cells: list[Any]) -> Row:
    return [(cell[0], cell[1]) if isinstance(cell, list) else (cell, 1) for cell in cells]


def edited(blocks: list[Block], edit: list[Any]) -> list[Block]:
    """Return blocks with one edit made; ValueError where what it names is not there just once.

    p old new: words of a paragraph; p- words: drop the paragraph; p+ words text: a paragraph after it;
    c old new: words of a cell; t n key old new: a cell of table n in the row that a cell opens with key
    (a sixth word, last: the last such cell); t- n key: drop that row.
    """
    out = deepcopy(blocks)
    verb, *rest = edit
    if verb == "c":
        old, new = rest
        at = [(t, r, c) for t, r, c, text in cells_of(out) if old in text]
        _once(at, edit)
        table, row, column = at[0]
        text, span = out[table][row][column]  # type: ignore[misc]
        out[table][row][column] = (str(text).replace(old, new), span)  # type: ignore[index, call-overload]
    elif verb.startswith("p"):
        found = [n for n, block in enumerate(out) if isinstance(block, str) and rest[0] in block]
        _once(found, edit)
        if verb == "p":
            out[found[0]] = str(out[found[0]]).replace(*rest)
        else:
            out[found[0] : found[0] + 1] = [] if verb == "p-" else [out[found[0]], rest[1]]
    else:
        table = [block for block in out if not isinstance(block, str)][rest[0]]
        row_ = next((row for row in table if any((text or "").strip().startswith(rest[1]) for text, _ in row)), None)
        if row_ is None:
            raise ValueError(edit)
        if verb == "t-":
            table.remove(row_)
            return out
        cells = [n for n, (text, _) in enumerate(row_) if text is not None and text.strip() == rest[2]]
        if not cells:
            raise ValueError(edit)
        at_ = cells[-1] if rest[4:] == ["last"] else cells[0]
        row_[at_] = (rest[3], row_[at_][1])
    return out


def _once(found: list[Any], edit: list[Any]) -> None:
    if len(found) != 1:
        raise ValueError(edit)


def cells_of(blocks: list[Block]) -> list[tuple[int, int, int, str]]:
    """Return every cell with words: block, row, column, text."""
    return [
        (n, r, c, text)
        for n, block in enumerate(blocks)
        if not isinstance(block, str)
        for r, row in enumerate(block)
        for c, (text, _) in enumerate(row)
        if text
    ]


def docx(blocks: list[Block], path: Path) -> Path:
    """Write blocks as a Word document with really merged cells."""
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        else:
            _table(document, block)
    document.save(str(path))
    return path


def _table(document: Any, rows: list[Row]) -> None:
    """Add a table; its cells are made as Word does, for merging them one by one takes python-docx seconds."""
    table = document.add_table(0, sum(span for _, span in rows[0]))
    going_on = {(0, 0)}
    for number, row in enumerate(rows):
        line = OxmlElement("w:tr")
        column = 0
        for text, span in row:
            cell = OxmlElement("w:tc")
            properties = cell.get_or_add_tcPr()
            cell.grid_span = span
            below = number + 1 < len(rows) and (column, span) in _open(rows[number + 1])
            if text is None and number and (column, span) in going_on:
                cell.vMerge = "continue"
            elif below:
                cell.vMerge = "restart"
            assert properties is cell.tcPr
            first, *more = (text or "").split("\n") if len(text or "") > LONG else [text or ""]
            cell.add_p()
            _Cell(cell, table).paragraphs[0].add_run(first)
            for words in more:
                _Cell(cell, table).add_paragraph(words)
            line.append(cell)
            column += span
        going_on = {(at, span) for at, span in _places(row)}
        table._tbl.append(line)


def _places(row: Row) -> list[tuple[int, int]]:
    out, column = [], 0
    for _, span in row:
        out.append((column, span))
        column += span
    return out


def _open(row: Row) -> set[tuple[int, int]]:
    """Return the places of a row's cells that go on from above."""
    return {place for place, (text, _) in zip(_places(row), row, strict=True) if text is None}
