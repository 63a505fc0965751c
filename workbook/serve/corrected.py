"""The corrected copy: what the clerk enters on the page, put into a copy of her file; all else in it stays as it was.

A change is told by where it stands in what she filed: a cell of a table ("c3-5-2": the fourth table, row 5, column 2) or
characters of a paragraph ("b12-5-9": the thirteenth paragraph, from the sixth character on). They are put into the file as it
was filed, all together, so that each can be taken back by itself.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from copy import copy, deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from workbook import patterns as re
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.word_text import CellNode, W, is_table, nodes, pieces, rows, text_of
from workbook.model.edits import Block, Edits
from workbook.ooxml import legal
from workbook.process import ClerkError
from workbook.readers.detect import WORD_PART
from workbook.readers.parts import main_part, opened
from workbook.readers.word import parsed
from workbook.writers.package import apply

LONGEST = 5_000  # characters of what is entered
MOST = 2_000  # changes of one file
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CELL = re.compile(r"c(\d{1,6})-(\d{1,7})-(\d{1,5})")
_SPAN = re.compile(r"b(\d{1,6})-(\d{1,6})-(\d{1,6})")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?")

Changes = dict[str, dict[str, str]]  # where → {"was": words as filed, "now": words of the clerk}


class CorrectionError(ClerkError):
    """A change that cannot be made; the message is a Chinese sentence with the remedy."""


class Span(NamedTuple):
    """Characters of a paragraph: its number (from 0), the first and the one behind the last."""

    paragraph: int
    start: int
    end: int

    @property
    def key(self) -> str:
        """Return how the characters are named."""
        return f"b{self.paragraph}-{self.start}-{self.end}"


def cell_key(table: int, cell: Cell) -> str:
    """Return how a cell of a table (its number, from 0) is named."""
    return f"c{table}-{cell.row}-{cell.column}"


def entered(changes: Changes, filed: Document, at: str, words: str) -> Changes:
    """Return the changes with one more: `words` at a cell, or at characters of a paragraph as it stands with the changes.

    Raise CorrectionError where nothing stands there, or it cannot be changed.
    """
    words = legal(words.strip())[:LONGEST]
    if _CELL.fullmatch(at):
        was = _cell_at(filed, at).text.strip()
    else:
        span, words = _as_filed(changes, filed, at, words)
        changes = {key: entry for key, entry in changes.items() if not _within(key, span)}
        at, was = span.key, filed.paragraphs[span.paragraph][span.start : span.end]
    rest = {key: entry for key, entry in changes.items() if key != at}
    if len(rest) >= MOST:
        raise CorrectionError(f"一份文件最多改 {MOST} 处；请下载改好的文件，在里面继续改")
    return rest if words == was else {**rest, at: {"was": was, "now": words}}


def withdrawn(changes: Changes, at: str) -> Changes:
    """Return the changes without one: there stands again what was filed."""
    return {key: entry for key, entry in changes.items() if key != at}


def _cell_at(filed: Document, at: str) -> Cell:
    match = _CELL.fullmatch(at)
    table, row, column = map(int, match.groups()) if match else (-1, 0, 0)
    if 0 <= table < len(filed.grids):
        for cells in filed.grids[table].rows:
            for cell in cells:
                if (cell.row, cell.column) == (row, column) and not cell.continued:
                    return cell
    raise CorrectionError("原文里没有这一格，请刷新后再改")


def _as_filed(changes: Changes, filed: Document, at: str, words: str) -> tuple[Span, str]:
    """Return characters of a paragraph as it stands now by those of what was filed, with all that comes to stand there.

    A change that reaches beyond them goes in whole: its other words stay.
    """
    match = _SPAN.fullmatch(at)
    number, start, end = map(int, match.groups()) if match else (-1, 0, 0)
    if not 0 <= number < len(filed.paragraphs) or end <= start:
        raise CorrectionError("原文里没有这一处，请刷新后再改")
    text, position = filed.paragraphs[number], 0
    first, last, before, behind = None, 0, "", ""
    for begin, stop, now in _segments(changes, number, len(text)):
        length = stop - begin if now is None else len(now)
        left, right = start - position, end - position
        if left < length and right > 0:
            if now is None:
                begin, stop = begin + max(0, left), begin + min(length, right)
            else:
                before, behind = before or now[: max(0, left)], now[min(length, right) :]
            first, last = begin if first is None else first, stop
        position += length
    if first is None or end > position:
        raise CorrectionError("原文里没有这一处，请刷新后再改")
    if not (text[:first] + before + words + behind + text[last:]).strip():
        raise CorrectionError("不能把整段删空；请写上应有的话")
    return Span(number, first, last), before + words + behind


def _segments(changes: Changes, number: int, length: int) -> Iterator[tuple[int, int, str | None]]:
    """Yield a paragraph piece by piece: first character and the one behind the last as filed, what stands there now (None: that)."""
    position = 0
    for span, now in sorted(_spans(changes, number)):
        if span.start > position:
            yield position, span.start, None
        yield span.start, span.end, now
        position = span.end
    if position < length:
        yield position, length, None


def _spans(changes: Changes, number: int) -> Iterator[tuple[Span, str]]:
    for key, entry in changes.items():
        if (match := _SPAN.fullmatch(key)) and int(match[1]) == number:
            yield Span(*map(int, match.groups())), entry["now"]


def _within(key: str, span: Span) -> bool:
    match = _SPAN.fullmatch(key)
    other = Span(*map(int, match.groups())) if match else None
    return other is not None and other.paragraph == span.paragraph and span.start <= other.start < max(span.end, 1)


# --- written ----------------------------------------------------------------------------------------------------------


def write(filed: Path, document: Document, changes: Changes, target: Path) -> None:
    """Write a copy of a Word or Excel file with the changes in it; raise CorrectionError where it is neither, KeepError, OSError."""
    found = ((_CELL.fullmatch(key), entry["now"]) for key, entry in changes.items())
    cells = {(int(match[1]), int(match[2]), int(match[3])): words for match, words in found if match}
    if filed.suffix.lower() in (".xlsx", ".xlsm"):
        edits = [_block(document.grids[table], row, column, words) for (table, row, column), words in cells.items()]
        apply(filed, Edits(edits), target, keep=False)
    elif filed.suffix.lower() in (".docx", ".docm"):
        _write_word(filed, cells, changes, target)
    else:
        raise CorrectionError("这种文件不能在网页上改；请在原来的程序里改好，再拖进来")


def _block(grid: Grid, row: int, column: int, words: str) -> Block:
    held = next(cell for cells in grid.rows for cell in cells if (cell.row, cell.column) == (row, column))
    return Block(grid.name, row, column, ((_typed(held, words),),))


def _typed(held: Cell, words: str) -> str | Decimal | None:
    """Return what words come to in a cell, as Excel takes them: a number where one stood or none, of a percentage its fraction."""
    if not words:
        return None
    percent = words.endswith(("%", "％"))
    number = words.rstrip("%％ ")
    if (isinstance(held.value, str) and held.value.strip()) or not _NUMBER.fullmatch(number):
        return words
    value = Decimal(re.sub("[,，]", "", number))
    return value / 100 if percent or held.text.strip().endswith("%") else value


def _write_word(filed: Path, cells: Mapping[tuple[int, int, int], str], changes: Changes, target: Path) -> None:
    with opened(filed) as archive:
        name = main_part(archive, WORD_PART)
        root = parsed(archive.read(name))
        held = list(nodes(root.find(f"{W}body")))
        tables = [node for node in held if is_table(node)]
        places = {
            (n, cell.row, cell.column): cell
            for n in {key[0] for key in cells}
            for row in rows(tables[n])
            for cell in row
        }
        paragraphs = [node for node in held if not is_table(node)]
        for place, words in cells.items():
            _fill(places[place], words)
        for number, node in enumerate(paragraphs):
            for span, words in sorted(_spans(changes, number), reverse=True):
                _replace(node, span.start, span.end, words)
        content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for entry in archive.infolist():
                out.writestr(copy(entry), content if entry.filename == name else archive.read(entry))


def _fill(cell: CellNode, words: str) -> None:
    """Put words into a cell: where its first words stood, in their looks; its other paragraphs are left without any."""
    held = cell.paragraphs
    first = next((node for node in held if text_of(node).strip()), held[0])
    for node in held:
        _replace(node, 0, len(text_of(node)), words if node is first else "")


def _replace(paragraph: Any, start: int, end: int, words: str) -> None:
    """Put words in the place of characters of a paragraph; they look as the first of those did."""
    position, put = 0, False
    for node, held in list(pieces(paragraph)):
        left, right = max(0, start - position), min(len(held), end - position)
        position += len(held)
        if right <= left:
            continue
        if node.tag == f"{W}t":
            node.text = held[:left] + ("" if put else words) + held[right:]
            node.set(_SPACE, "preserve")
            put = True
        else:
            node.getparent().remove(node)
    if not put and words:
        paragraph.append(_run(paragraph, words))


def _run(paragraph: Any, words: str) -> Any:
    """Return a run for a paragraph that had no words, in the looks of its mark."""
    run = paragraph.makeelement(f"{W}r")
    look = paragraph.find(f"{W}pPr/{W}rPr")
    if look is not None:
        run.append(deepcopy(look))
    text = etree.SubElement(run, f"{W}t")
    text.text = words
    return run
