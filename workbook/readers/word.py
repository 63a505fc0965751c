"""Word files (.docx, .docm and their templates), taken apart at their XML.

Not through python-docx: it refuses those with macros and templates, takes longer to load than a report to read, and its
row.cells repeats merged cells.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.word_text import FALLBACK, W, text_of
from workbook.readers.detect import WORD_PART
from workbook.readers.limits import LIMITS, ReadError
from workbook.readers.parts import main_part, opened, sound

_STRICT = "{http://purl.oclc.org/ooxml/"
_DEPTH = 5


def document(path: Path) -> Document:
    """Return the paragraphs and tables of a .docx in their order; raise ReadError where it is broken."""
    # as bytes that a declaration of types cannot blow up; `sound` refuses those it can see
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with opened(path) as archive:
            sound(archive, path.name)
            root = etree.fromstring(archive.read(main_part(archive, WORD_PART)), parser)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise ReadError(f"「{path.name}」已损坏，Word 内容读不出来，请单位重新报送") from error
    if root.tag.startswith(_STRICT):
        raise ReadError(f"「{path.name}」存成了“Strict Open XML 文档”，请用 Word 另存为普通的 .docx 再导入")
    body = root.find(f"{W}body")
    if body is None:
        raise ReadError(f"「{path.name}」已损坏，里面没有正文，请单位重新报送")
    out = Document(path.stem)
    out.blocks = list(_blocks(body, 0))
    cells = sum(len(row) for grid in out.grids for row in grid.rows)
    if len(out.blocks) > LIMITS.paragraphs or cells > LIMITS.cells:
        raise ReadError(f"「{path.name}」超过 {LIMITS.paragraphs:,} 段或 {LIMITS.cells:,} 格，没有读")
    return out


def _blocks(parent: Any, depth: int) -> Iterator[str | Grid]:
    for child in parent:
        if child.tag == f"{W}p":
            yield text_of(child)
            if depth < _DEPTH:
                yield from _boxes(child, depth + 1)
        elif child.tag == f"{W}tbl":
            yield _grid(child, depth)
            if depth < _DEPTH:
                yield from _nested(child, depth + 1)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _blocks(child, depth)


def _boxes(paragraph: Any, depth: int) -> Iterator[str | Grid]:
    """Yield what stands in the text boxes of a paragraph, each once (Word keeps a second copy for old programs)."""
    for box in paragraph.iter(f"{W}txbxContent"):
        outer = {
            above.tag for above in box.iterancestors(f"{W}txbxContent", FALLBACK, f"{W}p") if above is not paragraph
        }
        if not outer & {f"{W}txbxContent", FALLBACK}:
            yield from (block for block in _blocks(box, depth) if isinstance(block, Grid) or block.strip())


def _nested(table: Any, depth: int) -> Iterator[Grid]:
    for cell in table.iter(f"{W}tc"):
        for inner in cell.findall(f"{W}tbl"):
            if next(inner.iterancestors(f"{W}tbl")) is table:
                yield _grid(inner, depth)
                if depth < _DEPTH:
                    yield from _nested(inner, depth + 1)


def _grid(table: Any, depth: int) -> Grid:
    grid = Grid("", widths=[_width(column) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")])
    for index, row in enumerate(_children(table, "tr"), start=1):
        cells: list[Cell] = []
        column = 1 + _grid_before(row)
        for cell in _children(row, "tc"):
            span, continued = _shape(cell)
            words = "" if continued else "\n".join(text_of(paragraph) for paragraph in _paragraphs(cell))
            cells.append(Cell(words, index, column, span, None, continued))
            column += span
        grid.rows.append(cells)
    return grid


def _width(column: Any) -> float:
    words = column.get(f"{W}w", "")
    return float(words) if words.isdigit() else 0.0


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Yield the children of a name, looking through content controls and insertions."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _children(child, name)


def _paragraphs(cell: Any) -> Iterator[Any]:
    return _children(cell, "p")


def _grid_before(row: Any) -> int:
    found = row.find(f"{W}trPr/{W}gridBefore")
    return int(found.get(f"{W}val", 0)) if found is not None else 0


def _shape(cell: Any) -> tuple[int, bool]:
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return 1, False
    span = properties.find(f"{W}gridSpan")
    merge = properties.find(f"{W}vMerge")
    columns = int(span.get(f"{W}val", 1)) if span is not None else 1
    return max(1, min(columns, 200)), merge is not None and merge.get(f"{W}val", "continue") == "continue"
