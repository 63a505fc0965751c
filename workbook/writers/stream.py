"""Rows in a stream into a workbook that XlsxWriter has laid out: text of XML, row by row, in flat memory.

XlsxWriter makes the sheets with their heads and one blank row in the styles of the columns; here that row is replaced by any
number of rows. Three times as fast as writing cell by cell, which counts where there are two hundred thousand rows.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook import patterns as re
from workbook.ooxml import address, letters, markup

LONGEST = 32_000  # characters; a cell holds 32,767, and some characters count as two
ROWS = 500  # that are written at once
_MODEL = re.compile(rb'<row r="2"[^>]*>(.*?)</row>', re.DOTALL)
_STYLE = re.compile(rb'<c r="[A-Z]+2" s="(\d+)"')


@dataclass(frozen=True, slots=True)
class Stream:
    """The rows of one sheet: which columns are text (the others are numbers), how many rows come, and the rows."""

    is_text: Sequence[bool]
    count: int
    rows: Iterable[Sequence[Any]]


def pour(draft: Path, target: Path, streams: dict[int, Stream]) -> None:
    """Write a copy of a draft workbook with rows poured into its sheets (by their number, from 1), beneath their heads."""
    parts = {f"xl/worksheets/sheet{number}.xml": stream for number, stream in streams.items()}
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            content = source.read(entry)
            stream = parts.get(entry.filename)
            if stream is None:
                out.writestr(entry, content)
                continue
            with out.open(entry, "w", force_zip64=True) as sink:
                for chunk in _sheet(content, stream):
                    sink.write(chunk)


def _sheet(content: bytes, stream: Stream) -> Iterator[bytes]:
    model = _MODEL.search(content)
    if model is None:
        raise ValueError("a draft sheet without its blank row")
    styles = [int(style) for style in _STYLE.findall(model[1])]
    head, tail = content[: model.start()], content[model.end() :]
    yield re.sub(rb'<dimension ref="[^"]*"/>', b"", head)
    yield from _rows(stream, styles)
    end = b"</sheetData>"
    shown = f"A1:{address(1 + max(1, stream.count), len(styles))}"
    yield tail.replace(end, end + f'<autoFilter ref="{shown}"/>'.encode(), 1)


def _rows(stream: Stream, styles: Sequence[int]) -> Iterator[bytes]:
    columns = [
        (letters(number), style, is_text)
        for number, (style, is_text) in enumerate(zip(styles, stream.is_text, strict=True), start=1)
    ]
    pending: list[str] = []
    for row, values in enumerate(stream.rows, start=2):
        pending.append(_row(row, values, columns))
        if len(pending) == ROWS:
            yield "".join(pending).encode()
            pending.clear()
    yield "".join(pending).encode()


def _row(row: int, values: Sequence[Any], columns: Sequence[tuple[str, int, bool]]) -> str:
    cells = [f'<row r="{row}">']
    for value, (letter, style, is_text) in zip(values, columns, strict=True):
        if value is None or value == "":
            continue
        if is_text:
            words = markup(str(value)[:LONGEST])
            cells.append(
                f'<c r="{letter}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
            )
        else:
            cells.append(f'<c r="{letter}{row}" s="{style}"><v>{value}</v></c>')
    cells.append("</row>")
    return "".join(cells)
