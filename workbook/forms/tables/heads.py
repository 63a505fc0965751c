"""The heads of columns: a row of them, or two rows where several heads share one above them."""

from collections.abc import Sequence
from typing import NamedTuple

from workbook import patterns as re
from workbook.forms.grid import Cell
from workbook.forms.labels import squeeze

_LONGEST = 16  # characters of a head that shares one above it; what is longer is a sentence
_FIGURE = re.compile(r"[-+]?[\d,]*\d(?:\.\d+)?%?")


class Head(NamedTuple):
    """The head of a column: its cell, and the words of the head above it that it shares with others ("" : none)."""

    cell: Cell
    over: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return by what words it may be known, its own first: 年初 under 指标值 is 年初指标值 too."""
        words = self.cell.text
        return (words, f"{words}{self.over}", f"{self.over}{words}") if self.over else (words,)


def in_one_row(cells: Sequence[Cell]) -> list[Head]:
    """Return the cells of a row as heads."""
    return [Head(cell) for cell in cells if cell.text.strip()]


def in_two_rows(cells: Sequence[Cell], below: Sequence[Cell], broad: int) -> list[Head]:
    """Return the heads of two rows, the lower ones in place of what they share; none where the lower row is no row of heads.

    `broad` is how many columns the table has: without merges a head reaches as far as the next one.
    """
    above = [cell for cell in cells if cell.text.strip()]
    under = [cell for cell in below if cell.text.strip()]
    if len(above) < 2 or not under or not all(map(_is_head, under)):
        return []
    reach = {id(cell): _reach(cell, above[number + 1 :], broad) for number, cell in enumerate(above)}
    shared: dict[int, list[Cell]] = {}
    for cell in under:
        head = next((one for one in reversed(above) if one.column <= cell.column <= reach[id(one)]), None)
        if head is None or reach[id(head)] == head.column:
            return []
        shared.setdefault(id(head), []).append(cell)
    out: list[Head] = []
    for head in above:
        lower = shared.get(id(head), [])
        out += [Head(cell, head.text) for cell in lower] or [Head(head)]
    return out


def _reach(cell: Cell, after: Sequence[Cell], broad: int) -> int:
    if cell.span > 1:
        return cell.last
    return after[0].column - 1 if after else max(broad, cell.last)


def _is_head(cell: Cell) -> bool:
    words = squeeze(cell.text)
    return len(words) <= _LONGEST and not _FIGURE.fullmatch(words)


def is_figure(cell: Cell) -> bool:
    """Return whether a cell holds a number and nothing else: a row with one is no row of heads."""
    return bool(_FIGURE.fullmatch(squeeze(cell.text)))
