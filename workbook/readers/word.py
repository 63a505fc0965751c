"""Word files (.docx, .docm and their templates), taken apart at their XML.

Not through python-docx: it refuses those with macros and templates, takes longer to load than a report to read, and its
row.cells repeats merged cells.
"""

import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.word_text import W, is_table, nodes, rows, text_of
from workbook.readers.detect import WORD_PART
from workbook.readers.limits import LIMITS, ReadError
from workbook.readers.parts import main_part, opened, sound

_STRICT = "{http://purl.oclc.org/ooxml/"


def document(path: Path) -> Document:
    """Return the paragraphs and tables of a .docx in their order; raise ReadError where it is broken."""
    try:
        with opened(path) as archive:
            sound(archive, path.name)
            root = parsed(archive.read(main_part(archive, WORD_PART)))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise ReadError(f"「{path.name}」已损坏，Word 内容读不出来，请单位重新报送") from error
    if root.tag.startswith(_STRICT):
        raise ReadError(f"「{path.name}」存成了“Strict Open XML 文档”，请用 Word 另存为普通的 .docx 再导入")
    body = root.find(f"{W}body")
    if body is None:
        raise ReadError(f"「{path.name}」已损坏，里面没有正文，请单位重新报送")
    out = Document(path.stem)
    out.blocks = [_grid(node) if is_table(node) else text_of(node) for node in nodes(body)]
    cells = sum(len(row) for grid in out.grids for row in grid.rows)
    if len(out.blocks) > LIMITS.paragraphs or cells > LIMITS.cells:
        raise ReadError(f"「{path.name}」超过 {LIMITS.paragraphs:,} 段或 {LIMITS.cells:,} 格，没有读")
    return out


def parsed(content: bytes) -> Any:
    """Return a part as XML; as bytes that a declaration of types cannot blow up: `sound` refuses those it can see."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _grid(table: Any) -> Grid:
    grid = Grid("", widths=[_width(column) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")])
    for row in rows(table):
        grid.rows.append([Cell(cell.words, cell.row, cell.column, cell.span, None, cell.continued) for cell in row])
    return grid


def _width(column: Any) -> float:
    words = column.get(f"{W}w", "")
    return float(words) if words.isdigit() else 0.0
