"""The tables of a PDF (.pdf with text in it) through pdfplumber: final accounts are often published only so.

A page's lines make its cells; what stands between the tables is text. Loaded in a worker alone, for PDFs come from outside.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workbook.forms.grid import Cell, Document, Grid
from workbook.readers.limits import LIMITS, ReadError

PAGES = 300
_NEAR = 3.0  # points: edges closer than that are one


def document(path: Path) -> Document:
    """Return the lines and tables of a PDF in their order; raise ReadError where it is broken, locked or has no text."""
    try:
        import pdfplumber
    except ImportError as error:
        raise ReadError(
            f"读「{path.name}」（PDF）里的表要另装一个程序包：pip install 'jixiao[pdf]'；或请给 Word、Excel 原件"
        ) from error
    out = Document(path.stem)
    try:
        with pdfplumber.open(str(path)) as book:
            if len(book.pages) > PAGES:
                raise ReadError(f"「{path.name}」有 {len(book.pages)} 页，超过 {PAGES} 页，没有读")
            for page in book.pages:
                out.blocks += _blocks(page)
                if sum(len(row) for grid in out.grids for row in grid.rows) > LIMITS.cells:
                    raise ReadError(f"「{path.name}」超过 {LIMITS.cells:,} 格，没有读")
    except ReadError:
        raise
    except Exception as error:  # whatever a broken file makes the library raise
        raise ReadError(f"「{path.name}」已损坏或加了密码，PDF 内容读不出来，请给 Word、Excel 原件") from error
    if not any(text.strip() for text in out.paragraphs) and not out.grids:
        raise ReadError(f"「{path.name}」里没有文字，是扫描件，读不出（不等于没有这几张表）；请给 Word、Excel 原件")
    return out


def _blocks(page: Any) -> Iterator[str | Grid]:
    """Yield the tables of a page from above down, with the lines of text between them."""
    tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
    lines = page.extract_text_lines(return_chars=False) if page.chars else []
    free = [line for line in lines if not any(_within(line, table.bbox) for table in tables)]
    for table in tables:
        above = [line for line in free if line["top"] < table.bbox[1]]
        free = free[len(above) :]
        yield from (line["text"] for line in above)
        yield _grid(table)
    yield from (line["text"] for line in free)


def _within(line: dict[str, Any], box: Sequence[float]) -> bool:
    middle = (line["top"] + line["bottom"]) / 2
    return bool(box[1] <= middle <= box[3])


def _grid(table: Any) -> Grid:
    edges = _edges(cell[side] for row in table.rows for cell in row.cells if cell for side in (0, 2))
    grid = Grid("")
    for number, (row, words) in enumerate(zip(table.rows, table.extract(), strict=True), start=1):
        cells = []
        for box, text in zip(row.cells, words, strict=True):
            if box:
                left, right = _at(edges, box[0]), _at(edges, box[2])
                cells.append(Cell((text or "").strip(), number, left + 1, max(1, right - left)))
        grid.rows.append(cells)
    return grid


def _edges(places: Iterator[float]) -> list[float]:
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > _NEAR:
            out.append(place)
    return out


def _at(edges: Sequence[float], place: float) -> int:
    return bisect_left(edges, place - _NEAR)
