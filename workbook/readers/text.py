"""Text files: paragraphs, and tables with one cell a line behind a TAB, tab-separated or comma-separated lines.

Converters from Word write a cell as a TAB and its paragraphs with an empty line between them, and end a row with one more
empty line. So an even number of empty lines before the next TAB stands inside a row (paragraphs of a cell that are empty), an
odd number ends it; before a line without TAB an odd number stands inside a cell, an even one ends the table.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from workbook import patterns as re
from workbook.forms.grid import Cell, Document, Grid
from workbook.process import named
from workbook.readers.limits import LIMITS, ReadError

# converters from Word leave the names of bookmarks in the text
_BOOKMARK = re.compile(r"\[bookmark: [^\]\n]{0,60}\]")
# possessive: what means harm is a line of a million blanks
_AFTER_TABLE = re.compile(
    r"\s*+(?:附件\s*+[\d一二三四五]*+\s*+[:：]?+\s*+$|填表人|填报人|(?:说明|注|备注)[:：])"
    r"|.{0,60}(?:数据表|自评表|评价表)(?:[（(].*)?\s*+$"
)
_SENTENCE = 40


def document(path: Path) -> Document:
    """Return the paragraphs and tables of a text file (UTF-8, UTF-16 or GBK); raise ReadError."""
    text = _BOOKMARK.sub("", decode(path.read_bytes(), path.name)).replace("\0", "")
    out = Document(path.stem)
    separator = _separator(path.suffix.lower(), text)
    if separator:
        out.blocks = [_separated(csv.reader(io.StringIO(text), delimiter=separator), path.stem)]
    else:
        out.blocks = list(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    cells = sum(len(row) for grid in out.grids for row in grid.rows)
    if len(out.blocks) > LIMITS.paragraphs or cells > LIMITS.cells:
        raise ReadError(f"「{path.name}」超过 {LIMITS.paragraphs:,} 段或 {LIMITS.cells:,} 格，没有读")
    return out


def decode(content: bytes, name: str) -> str:
    """Return the text of a file whose encoding is not said; raise ReadError where it is none that can be told."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = named("charset_normalizer").from_bytes(content).best()
    if best is None:
        raise ReadError(f"「{name}」的文字编码认不出，请另存为 UTF-8 文本再报送")
    return str(best)


def _separator(suffix: str, text: str) -> str:
    """Return what separates the columns of a .csv or .tsv, "" for running text with tables in it."""
    if suffix not in (".csv", ".tsv"):
        return ""
    head = text[:10_000]
    return max(",;\t", key=head.count) if any(mark in head for mark in ",;\t") else ","


def _blocks(lines: list[str]) -> Iterator[str | Grid]:
    """Yield paragraphs and tables."""
    position = 0
    while position < len(lines):
        if _opens_table(lines, position):
            end = _table_end(lines, position)
            yield _table(lines[position:end])
            position = end
            continue
        if lines[position].strip():
            yield lines[position].strip()
        position += 1


def _opens_table(lines: list[str], position: int) -> bool:
    """Return whether a table begins: a TAB first, or columns in this line and in the next."""
    return lines[position].startswith("\t") or _has_columns(lines, position)


def _has_columns(lines: list[str], position: int) -> bool:
    """Return whether TABs part this line and the next: one alone is a blank in a sentence."""
    if "\t" not in lines[position].strip():
        return False
    following = next((other for other in lines[position + 1 : position + 3] if other.strip()), "")
    return "\t" in following.strip()


def _table_end(lines: list[str], start: int) -> int:
    """Return the position behind the last line of a table that begins at a line."""
    end, blanks, reached = start + 1, 0, 0
    columns = _has_columns(lines, start)
    for position in range(start + 1, len(lines)):
        line = lines[position]
        if "\t" in line:
            end, blanks = position + 1, 0
        elif columns and line.strip():
            break
        elif not line.strip():
            blanks += 1
        elif (blanks and blanks % 2 == 0) or _AFTER_TABLE.match(line):
            break
        else:
            # a whole sentence after an empty line is part of a cell if the table goes on behind it
            if blanks and _is_sentence(line) and reached < position:
                reached = _next_tab(lines, position)
                if not reached:
                    break
            end, blanks = position + 1, 0
    return end


def _is_sentence(line: str) -> bool:
    return len(line) > _SENTENCE and line.rstrip().endswith(("。", "；"))


def _next_tab(lines: list[str], start: int) -> int:
    """Return the line behind one that begins with a TAB and that a table reaches, 0 where it ends before."""
    blanks = 0
    for position in range(start + 1, len(lines)):
        line = lines[position]
        if line.startswith("\t"):
            return position
        if not line.strip():
            blanks += 1
        elif (blanks and blanks % 2 == 0) or _AFTER_TABLE.match(line):
            return 0
        else:
            blanks = 0
    return 0


def _table(lines: list[str]) -> Grid:
    columns = sum(1 for line in lines if "\t" in line.strip())
    single = sum(1 for line in lines if line.startswith("\t") and "\t" not in line.strip())
    if columns > single:
        return _separated((line.split("\t") for line in lines if line.strip()), "")
    grid = Grid("", aligned=False)
    grid.rows = [_cells(row, index) for index, row in enumerate(_join(_rows(lines)), start=1)]
    return grid


def _rows(lines: list[str]) -> list[list[str]]:
    """Split the lines into rows of cells by the number of empty lines before each TAB."""
    gaps = list(_gaps(lines))
    told_apart = any(gap % 2 for gap in gaps)
    rows: list[list[list[str]]] = []  # of lines
    blanks = 0
    for line in lines:
        if line.startswith("\t"):
            ends = blanks > 0 and (blanks % 2 == 1 or not told_apart)
            if ends or not rows:
                rows.append([])
            rows[-1].append([line[1:]])
            blanks = 0
        elif line.strip():
            if rows:
                rows[-1][-1].append(line)
            else:
                rows.append([[line]])
            blanks = 0
        else:
            blanks += 1
    return [["\n".join(cell) for cell in row] for row in rows]


def _gaps(lines: list[str]) -> Iterator[int]:
    """Yield how many empty lines stand before each line that begins with a TAB."""
    blanks = 0
    for line in lines:
        if line.startswith("\t"):
            yield blanks
        blanks = blanks + 1 if not line.strip() and not line.startswith("\t") else 0


def _join(rows: list[list[str]]) -> list[list[str]]:
    """Join a row of one or two cells with the next where only together they have the width usual from there on.

    A cell that ends in a line break looks like the end of its row.
    """
    out: list[list[str]] = []
    for row, (usual, often) in zip(rows, _usual_widths(rows), strict=True):
        if out and len(out[-1]) < 3 < len(row) and often > 1 and len(out[-1]) + len(row) == usual:
            out[-1] = out[-1] + row
        else:
            out.append(list(row))
    return out


def _usual_widths(rows: list[list[str]]) -> list[tuple[int, int]]:
    """Return for each row which width is the commonest below it and how often it comes; of two as common the nearer one."""
    often: Counter[int] = Counter()
    usual, out = 0, []
    for row in reversed(rows):
        out.append((usual, often[usual]))
        often[len(row)] += 1
        if often[len(row)] >= often[usual]:
            usual = len(row)
    return out[::-1]


def _cells(row: list[str], index: int) -> list[Cell]:
    return [Cell(text, index, column) for column, text in enumerate(row, start=1)]


def _separated(rows: Iterator[list[str]], name: str) -> Grid:
    """Return the table of separated columns: true positions, a merged cell's others stand empty."""
    return Grid(name, [_cells(row, index) for index, row in enumerate(rows, start=1)])
