"""A form's sheet drawn with lines and words, for a terminal: what a printed form looks like before there is a file of it."""

import unicodedata

from workbook.forms.grid import Cell, Grid

MOST = 14  # columns of a terminal that one column of the form may take


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def draw(grid: Grid) -> str:
    """Return a table as lines and words; a cell's words are one line, cut where they do not fit."""
    rows = [row for row in grid.rows if any(cell.text.strip() for cell in row)]
    columns = max((cell.last for row in rows for cell in row if cell.text), default=0)
    if not columns:
        return ""
    widths = _widths(rows, columns)
    lines: list[str] = []
    for row in rows:
        if len(row) == 1 or row[0].last >= columns:
            lines += [*_closed(lines, widths), _centred(_words(row[0]), sum(widths) + columns + 1)]
            continue
        lines += [_rule(row, widths), _line(row, widths)]
    return "\n".join([*lines, *_closed(lines, widths)])


def _words(cell: Cell) -> str:
    return "".join(cell.text.split())


def _widths(rows: list[list[Cell]], columns: int) -> list[int]:
    out = [4] * columns
    for row in rows:
        for cell in row:
            if cell.span == 1 and cell.column <= columns:
                out[cell.column - 1] = max(out[cell.column - 1], min(MOST, width(_words(cell))))
    return out


def _places(row: list[Cell], widths: list[int]) -> list[tuple[Cell | None, int]]:
    """Return the cells of a row with their widths; None is what belongs to a cell above."""
    by_column = {cell.column: cell for cell in row}
    out: list[tuple[Cell | None, int]] = []
    column = 1
    while column <= len(widths):
        cell = by_column.get(column)
        last = min(cell.last, len(widths)) if cell else column
        out.append((cell, sum(widths[column - 1 : last]) + last - column))
        column = last + 1
    return out


def _rule(row: list[Cell], widths: list[int]) -> str:
    return "+" + "+".join((" " if cell is None else "-") * size for cell, size in _places(row, widths)) + "+"


def _line(row: list[Cell], widths: list[int]) -> str:
    return "|" + "|".join(_centred(_words(cell) if cell else "", size) for cell, size in _places(row, widths)) + "|"


def _closed(lines: list[str], widths: list[int]) -> list[str]:
    """Return the line under a table that has rows above."""
    if not lines or not lines[-1].startswith("|"):
        return []
    return ["+" + "-" * (sum(widths) + len(widths) - 1) + "+"]


def _centred(text: str, size: int) -> str:
    words = text
    while width(words) > size:
        words = words[:-1]
    if words != text and words:
        words = words[:-1] + "…"
    space = max(0, size - width(words))
    return " " * (space // 2) + words + " " * (space - space // 2)
