"""The result file of a button: edits as lines that VBA carries out without looking at a single cell of its own.

UTF-16 without a mark, lines end with CR LF: VBA makes a string of such bytes in one go, whatever the machine's code page.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from workbook.model.edits import URGENT, Block, Cell, Edits, Formula, Rich
from workbook.model.figures import plain
from workbook.writers.package import RUN_LOOKS

NAME = "result.txt"
LONG = 8_000  # characters; older Excel refuses an array with a longer text, so such a cell goes alone
_LIMIT = 32_000
# Excel takes a text for what it looks like ("1-2", "95%", "=A1", "TRUE", "上午9点", "二〇二四年一月"); an apostrophe stops it
_SURE = re.compile(r"(?!上午|下午)[\u4e00-\u9fff]")
_CHINESE_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})


def lines(state: str, message: str, edits: Edits | None = None) -> Iterator[str]:
    """Yield the lines of a result: state ("ok", "done" where all is written already, "failed"), words, tables, blocks."""
    yield "jixiao 1"
    yield f"state\t{state}"
    yield f"message\t{escaped(message)}"
    if edits is not None:
        for resize in edits.resizes:
            yield f"table\t{resize.table}\t{resize.rows}"
        for block in edits.blocks:
            yield from _block(block)
    yield "end"


@dataclass(frozen=True, slots=True)
class Dressed:
    """A piece of a text that stands out: first character (from 1) and length; colour (BGR), bold, kind of underline."""

    place: tuple[int, int]
    look: tuple[int, int, int]


# the roles that want something done; what agrees is left as it is, for Excel dresses a text piece by piece
SINGLE, DOUBLE = 2, -4119  # Excel's kinds of underline


def look_of(role: str) -> tuple[int, int, int]:
    """Return colour (as Excel counts it, blue first), bold and kind of underline of a role, as files have them too."""
    given = dict(RUN_LOOKS[role])
    red, green, blue = bytes.fromhex(given["color"]["rgb"][2:])
    underline = DOUBLE if given["u"].get("val") == "double" else SINGLE
    return red | green << 8 | blue << 16, int("b" in given), underline


def dressed(text: Rich) -> list[Dressed]:
    """Return the pieces of a text that are to stand out in the open workbook."""
    out, start = [], 1
    for words, role in text.runs:
        length = len(words.encode("utf-16-le")) // 2  # Excel counts in UTF-16
        if role in URGENT:
            out.append(Dressed((start, length), look_of(role)))
        start += length
    return out


def write(folder: Path, content: Iterable[str]) -> None:
    """Write a result into a job folder; it is there whole or not at all."""
    temporary = folder / "result.new"
    temporary.write_bytes("".join(f"{line}\r\n" for line in content).encode("utf-16-le", "replace"))
    os.replace(temporary, folder / NAME)  # noqa: PTH105 — the one call that is atomic everywhere


def escaped(text: str) -> str:
    """Return a text without tabs and line ends, as the macro takes it apart again."""
    return text.translate(_ESCAPES)


def text_cell(text: str) -> str:
    """Return a text as Excel keeps it a text: with an apostrophe before it where it might take it for something else."""
    cut = text[:_LIMIT]
    sure = _SURE.match(cut) and cut[0] not in _CHINESE_NUMERALS
    return cut if sure else f"'{cut}"


def _block(block: Block) -> Iterator[str]:
    """Yield the block of values, then its formulas as runs of one column, then texts too long for an array."""
    width = max((len(row) for row in block.values), default=0)
    if not width:
        return
    if not _all_formulas(block.values):
        yield f"values\t{_place(block, 0, 0)}\t{len(block.values)}\t{width}"
        for row in block.values:
            yield "\t".join(_value(cell) for cell in row)
    yield from _formulas(block, width)
    yield from _looks(block)
    for down, row in enumerate(block.values):
        for across, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > LONG:
                yield f"values\t{_place(block, down, across)}\t1\t1"
                yield f"t{escaped(text_cell(cell))}"


def _looks(block: Block) -> Iterator[str]:
    for down, row in enumerate(block.values):
        for across, cell in enumerate(row):
            if isinstance(cell, Rich) and (found := dressed(cell)):
                pieces = ";".join(",".join(map(str, (*piece.place, *piece.look))) for piece in found)
                yield f"look\t{_place(block, down, across)}\t{pieces}"


def _all_formulas(rows: Sequence[Sequence[Cell]]) -> bool:
    return all(isinstance(cell, Formula) for row in rows for cell in row)


def _place(block: Block, down: int, across: int) -> str:
    return f"{escaped(block.sheet)}\t{block.row + down}\t{block.column + across}"


def _formulas(block: Block, width: int) -> Iterator[str]:
    columns = [[row[across] if across < len(row) else None for row in block.values] for across in range(width)]
    spans = [list(_spans(column)) for column in columns]
    across = 0
    while across < width:
        # neighbours with one span each, and nothing but formulas and blanks between, go in one go
        together, start, end = 1, *(spans[across][0] if len(spans[across]) == 1 else (0, 0))
        while end and across + together < width and len(spans[across + together]) == 1:
            first, last = spans[across + together][0]
            wanted = (min(start, first), max(end, last))
            if not all(_is_open(column, *wanted) for column in columns[across : across + together + 1]):
                break
            (start, end), together = wanted, together + 1
        for top, bottom in [(start, end)] if end else spans[across]:
            yield f"formulas\t{_place(block, top, across)}\t{bottom - top}\t{together}"
            for row in range(top, bottom):
                yield "\t".join(_formula(column[row]) for column in columns[across : across + together])
        across += together


def _formula(cell: Cell) -> str:
    return f"f={escaped(cell.text)}" if isinstance(cell, Formula) else ""


def _is_open(column: Sequence[Cell], start: int, end: int) -> bool:
    """Return whether a span holds nothing but formulas and blanks."""
    return all(cell is None or cell == "" or isinstance(cell, Formula) for cell in column[start:end])


def _spans(column: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the spans of a column that begin and end with a formula and hold nothing but formulas and blanks."""
    first = last = None
    for place, cell in enumerate(column):
        if isinstance(cell, Formula):
            first, last = place if first is None else first, place
        elif cell is not None and cell != "" and first is not None and last is not None:
            yield first, last + 1
            first = last = None
    if first is not None and last is not None:
        yield first, last + 1


def _value(cell: Cell) -> str:
    if isinstance(cell, Decimal | int):
        return f"n{plain(cell) if isinstance(cell, Decimal) else cell}"
    if isinstance(cell, str) and cell and len(cell) <= LONG:
        return f"t{escaped(text_cell(cell))}"
    return ""  # blank, or written by itself
