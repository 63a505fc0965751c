"""What stands in a Word file as it will print: its paragraphs and tables in their order, and the words of each with their elements."""

from collections.abc import Iterator
from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SILENT = {f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tbl", "txbxContent")} | {FALLBACK}
_DEPTH = 5
_HOLDERS = tuple(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml"))
_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def pieces(node: Any) -> Iterator[tuple[Any, str]]:
    """Yield the elements that print something, with their words: insertions count, deletions and fallbacks do not."""
    for child in node:
        if child.tag == f"{W}t":
            yield child, child.text or ""
        elif child.tag in _SIGNS:
            yield child, _SIGNS[child.tag]
        elif child.tag not in _SILENT:
            yield from pieces(child)


def text_of(paragraph: Any) -> str:
    """Return the words of a paragraph as it will print."""
    return "".join(words for _, words in pieces(paragraph))


def is_table(node: Any) -> bool:
    """Return whether an element of `nodes` is a table; else it is a paragraph."""
    return bool(node.tag == f"{W}tbl")


def nodes(parent: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the paragraphs and tables of a body in their order; those of text boxes and of cells come behind what holds them."""
    for child in parent:
        if child.tag == f"{W}p":
            yield child
            if depth < _DEPTH:
                yield from _boxes(child, depth + 1)
        elif child.tag == f"{W}tbl":
            yield child
            if depth < _DEPTH:
                yield from _nested(child, depth + 1)
        elif child.tag in _HOLDERS:
            yield from nodes(child, depth)


def _boxes(paragraph: Any, depth: int) -> Iterator[Any]:
    """Yield what stands in the text boxes of a paragraph, each once (Word keeps a second copy for old programs)."""
    for box in paragraph.iter(f"{W}txbxContent"):
        above = (f"{W}txbxContent", FALLBACK, f"{W}p")
        outer = {entry.tag for entry in box.iterancestors(*above) if entry is not paragraph}
        if not outer & {f"{W}txbxContent", FALLBACK}:
            yield from (node for node in nodes(box, depth) if is_table(node) or text_of(node).strip())


def _nested(table: Any, depth: int) -> Iterator[Any]:
    for cell in table.iter(f"{W}tc"):
        for inner in cell.findall(f"{W}tbl"):
            if next(inner.iterancestors(f"{W}tbl")) is table:
                yield inner
                if depth < _DEPTH:
                    yield from _nested(inner, depth + 1)


class CellNode(NamedTuple):
    """One cell of a Word table: 1-based row and first column, how many columns it spans, whether it only continues the one above."""

    row: int
    column: int
    span: int
    continued: bool
    node: Any

    @property
    def paragraphs(self) -> list[Any]:
        """Return the paragraphs of the cell itself."""
        return list(_children(self.node, "p"))

    @property
    def words(self) -> str:
        """Return the words of the cell, a line for each paragraph; none where it only continues another."""
        return "" if self.continued else "\n".join(map(text_of, self.paragraphs))


def rows(table: Any) -> Iterator[list[CellNode]]:
    """Yield the rows of a table as their cells."""
    for index, row in enumerate(_children(table, "tr"), start=1):
        cells: list[CellNode] = []
        column = 1 + _grid_before(row)
        for cell in _children(row, "tc"):
            span, continued = _shape(cell)
            cells.append(CellNode(index, column, span, continued, cell))
            column += span
        yield cells


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Yield the children of a name, looking through content controls and insertions."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in _HOLDERS:
            yield from _children(child, name)


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
