"""How wide the columns of a table are given back."""

from collections.abc import Sequence

from workbook.forms.layout import Plan, Spot
from workbook.forms.original.words import FIGURE
from workbook.model.original import Table

ACROSS = 95.0  # characters that a page holds across
_STEP = 2.5


def widths(table: Table, plan: Plan) -> list[float]:
    """Return the widths of the columns: as the file says, else so that the rows stay low."""
    count = max((spot.last for spot in plan.spots), default=0) + 1
    told = len(table.widths) == count and all(width > 0 for width in table.widths)
    if told and (count < 3 or max(table.widths) > 1.05 * min(table.widths)):  # converters make all alike
        return list(table.widths)
    return _fitted(plan, count)


def _fitted(plan: Plan, count: int) -> list[float]:
    """Return widths in characters: what a figure or a short word needs, then step by step where it saves most lines."""
    cells = [(spot, [_length(line) for line in spot.text.split("\n")]) for spot in plan.spots if spot.text.strip()]
    widths = [5.0] * count
    for spot, lengths in cells:
        if spot.first == spot.last and (max(lengths) <= 8 or FIGURE.fullmatch(spot.text.strip())):
            widths[spot.first] = max(widths[spot.first], max(lengths) + 1.5)
    over = sum(widths) / ACROSS
    if over >= 1:
        return [width / over for width in widths]
    holding = [[entry for entry in cells if entry[0].first <= column <= entry[0].last] for column in range(count)]
    heights = [_lines(spot, lengths, widths) for spot, lengths in cells]
    high = {id(spot): lines for (spot, _), lines in zip(cells, heights, strict=True)}
    while sum(widths) + _STEP <= ACROSS:
        best, saved = -1, 0.0
        for column in range(count):
            widths[column] += _STEP
            gain = sum((high[id(s)] - _lines(s, n, widths)) * min(4, high[id(s)]) for s, n in holding[column])
            widths[column] -= _STEP
            if gain > saved:
                best, saved = column, gain
        if best < 0:
            break
        widths[best] += _STEP
        for spot, lengths in holding[best]:
            high[id(spot)] = _lines(spot, lengths, widths)
    rest = (ACROSS - sum(widths)) / count
    return [width + rest for width in widths]


def _length(line: str) -> int:
    return sum(2 if char > "\u2e80" or char in "“”‘’…—≥≤" else 1 for char in line)


def _lines(spot: Spot, lengths: Sequence[int], widths: Sequence[float]) -> float:
    room = max(2, int(sum(widths[spot.first : spot.last + 1])) - 1)
    return sum(max(1, -(-length // room)) for length in lengths)
