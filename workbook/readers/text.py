"""Text files: paragraphs, and tables with one cell a line behind a TAB, tab-separated or comma-separated lines."""

import csv
import io
import re
from pathlib import Path

from workbook.forms.grid import Cell, Document, Grid
from workbook.readers.limits import LIMITS, ReadError

# converters from Word leave the names of bookmarks in the text
_BOOKMARK = re.compile(r"\[bookmark: [^\]\n]{0,60}\]")


def document(path: Path) -> Document:
    """Return the paragraphs and tables of a text file (UTF-8, UTF-16 or GBK); raise ReadError."""
    text = _BOOKMARK.sub("", decode(path.read_bytes(), path.name))
    out = Document(path.stem)
    if path.suffix.lower() == ".csv":
        rows = csv.reader(io.StringIO(text))
        out.blocks = [_numbered([list(row) for row in rows], path.stem, sheet=False)]
        return out
    out.blocks = list(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    if len(out.blocks) > LIMITS.paragraphs:
        raise ReadError(f"「{path.name}」超过 {LIMITS.paragraphs} 段，没有读")
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
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    if best is None:
        raise ReadError(f"「{name}」的文字编码认不出，请另存为 UTF-8 文本再报送")
    return str(best)


def _blocks(lines: list[str]) -> list[str | Grid]:
    """Return paragraphs and tables. A table runs from a line with a TAB to the last line before running text."""
    out: list[str | Grid] = []
    table: list[str] = []
    for line in lines:
        if "\t" in line or (table and _belongs(line, table)):
            table.append(line)
            continue
        if table:
            out.append(_table(table))
            table = []
        if line.strip():
            out.append(line.strip())
    if table:
        out.append(_table(table))
    return out


def _belongs(line: str, table: list[str]) -> bool:
    """Return whether a line without a TAB goes on with a table: a blank line, or more words of its last cell."""
    if not line.strip():
        return True
    blanks = 0
    for before in reversed(table):
        if before.strip():
            break
        blanks += 1
    ends = re.match(r"\s*(?:附件|填表人|填报人|说明[:：]|注[:：])|.*年度.*表\s*$", line)
    return blanks <= 1 and not ends and not (blanks and re.search(r"[。；]\s*$", line) and len(line) > 40)


def _table(lines: list[str]) -> Grid:
    while lines and not lines[-1].strip("\n"):
        lines.pop()
    if any(line.count("\t") > 1 and line.strip("\t ") for line in lines):
        return _numbered([line.split("\t") for line in lines if line.strip()], "")
    return _numbered(_join(_rows(lines)), "")


def _rows(lines: list[str]) -> list[list[str]]:
    """Split the lines where a blank line is followed by a TAB; a line without one goes on with the cell before it."""
    rows: list[list[str]] = [[]]
    blank = False
    for line in lines:
        if line.startswith("\t"):
            if blank and rows[-1]:
                rows.append([])
            rows[-1].append(line[1:])
        elif line.strip("\n ") and rows[-1]:
            rows[-1][-1] += "\n" + line
        blank = not line.strip(" ")
        if line.startswith("\t"):
            blank = False
    return [row for row in rows if row]


def _join(rows: list[list[str]]) -> list[list[str]]:
    """Join a short row with the next one where only together they are as wide as the row after them.

    A cell that ends in an empty line looks like the end of its row.
    """
    out: list[list[str]] = []
    for index, row in enumerate(rows):
        after = len(rows[index + 1]) if index + 1 < len(rows) else 0
        if out and len(out[-1]) < 3 < len(row) and len(out[-1]) + len(row) == after:
            out[-1] = out[-1] + row
        else:
            out.append(list(row))
    return out


def _numbered(rows: list[list[str]], name: str, sheet: bool = False) -> Grid:
    grid = Grid(name, aligned=False, is_sheet=sheet)
    for index, row in enumerate(rows, start=1):
        grid.rows.append([Cell(text, index, column) for column, text in enumerate(row, start=1)])
    return grid
