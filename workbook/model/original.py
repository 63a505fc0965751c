"""What is kept of a form as it was handed in: lines and tables word for word, and what was read in each cell."""

import binascii
import json
import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbook import patterns as re
from workbook.model.fields import BY_PATH, pattern_of
from workbook.model.figures import plain
from workbook.model.filing import Filing, unit_key

ABOVE, BELOW = "above", "below"
MARK = re.compile(r"\s*附\s*[件表]\s*[\d一二三四]*\s*[:：]?\s*")
TITLE = re.compile(r"(?:表|报告|手册)\s*(?:[（(].*[）)])?\s*$")
PROSE = "narrative:"  # before first paragraph and count, for a cell that holds running text
LEVEL = (".level1", ".level2")
WIDEST = 16_384  # columns of a sheet
_SOME_PROSE = re.compile(r"narrative:\d{1,6}:\d{1,6}")
MOST = 20_000_000  # characters that an original may have: what a hand put there may blow up


@dataclass(slots=True)
class Printed:
    """A cell as printed: first column (from 0), how many it spans, its words, whether it goes on with the one above, and
    the paths of the fields in it.
    """

    column: int
    span: int
    text: str
    goes_on: bool = False
    paths: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A line over (`side` above) or under a table, with the paths of the fields in it."""

    text: str
    side: str
    paths: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Prose:
    """A paragraph of the running text: its number in the filing, from 0."""

    index: int


@dataclass(slots=True)
class Table:
    """A table: the sheet's name ("" in Word), the widths of its columns as far as the file says them, and its rows."""

    name: str
    widths: list[float]
    rows: list[list[Printed]]


@dataclass(slots=True)
class Original:
    """All that was printed, in its order, and what was read from it (path → value as text)."""

    blocks: list[Line | Prose | Table]
    read: dict[str, str]


def pack(original: Original) -> str:
    """Return it as one short text of letters and digits."""
    blocks = [_packed(block) for block in original.blocks]
    text = json.dumps([blocks, original.read], ensure_ascii=False, separators=(",", ":"))
    return binascii.b2a_base64(zlib.compress(text.encode("utf-8", "surrogatepass"), 6), newline=False).decode("ascii")


def unpack(text: str) -> Original | None:
    """Return what `pack` wrote; None where the text is no such thing."""
    try:
        held = zlib.decompressobj().decompress(binascii.a2b_base64(text, strict_mode=True), MOST)
        blocks, read = json.loads(held)
        return Original([_unpacked(block) for block in blocks], {str(path): str(value) for path, value in read.items()})
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, zlib.error):
        return None


def _packed(block: Line | Prose | Table) -> list[Any]:
    if isinstance(block, Line):
        return ["line", block.text, block.side, block.paths]
    if isinstance(block, Prose):
        return ["prose", block.index]
    rows = [[[c.column, c.span, c.text, int(c.goes_on), *c.paths] for c in row] for row in block.rows]
    return ["table", block.name, block.widths, rows]


def _unpacked(data: list[Any]) -> Line | Prose | Table:
    kind, *rest = data
    if kind == "line":
        return Line(str(rest[0]), str(rest[1]), _known(rest[2]))
    if kind == "prose":
        return Prose(int(rest[0]))
    rows = [[_unpacked_cell(cell) for cell in row] for row in rest[2]]
    return Table(str(rest[0]), [float(width) for width in rest[1]], rows)


def _unpacked_cell(data: list[Any]) -> Printed:
    column, span, text, goes_on, *paths = data
    if not (0 <= int(column) < WIDEST and 0 < int(span) <= WIDEST):
        raise ValueError(column)
    return Printed(int(column), int(span), str(text), bool(goes_on), _known(paths))


def _known(paths: list[Any]) -> list[str]:
    """Return the paths among what a hand may have changed."""
    return [path for path in map(str, paths) if pattern_of(path) in BY_PATH or _SOME_PROSE.fullmatch(path)]


def said(filing: Filing, path: str) -> str:
    """Return what a filing says in a field, as text: what tells whether it was changed."""
    if path.startswith(PROSE):
        return "\n".join(paragraphs(filing, path))
    if path == "unit":
        return unit_key(filing.owner)
    try:
        value = filing.get(path)
    except KeyError:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    words = filing.unread.get(path, "") if value is None else str(value)
    if path.endswith(".level1") and words in filing.class_weights:
        words += f"={plain(filing.class_weights[words])}"
    return words


def paragraphs(filing: Filing, path: str) -> list[str]:
    """Return the paragraphs of the running text that a stretch of a form holds (its path says from where and how many)."""
    first, _, count = path.removeprefix(PROSE).partition(":")
    return filing.narrative[int(first) : int(first) + int(count)]
