"""Keeping a form while it is read: what a walk over a document passes goes to the filing whose table it is."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from workbook.forms.grid import Cell, Grid
from workbook.model.fields import field_of
from workbook.model.figures import percent
from workbook.model.filing import Filing, Place
from workbook.model.original import ABOVE, LEVEL, PROSE, Line, Original, Printed, Prose, Table, said


@dataclass(slots=True)
class _Entry:
    """Something printed, in the order of the file: a line, a paragraph of the running text, or a row of a table."""

    order: int
    text: str = ""
    side: str = ""
    grid: Grid | None = None
    row: list[Cell] = field(default_factory=list)


class Recorder:
    """What a walk over a document has passed, by filing; titles wait for the table that they stand over."""

    def __init__(self) -> None:
        self.entries: dict[int, list[_Entry]] = defaultdict(list)
        self.waiting: list[_Entry] = []
        self.cells: dict[int, Cell] = {}
        self.proses: dict[int, str] = {}
        self.count = 0

    def place(self, place: Place, cell: Cell) -> Place:
        """Note in which cell a place lies, and return the place."""
        self.cells[id(place)] = cell
        return place

    def line(self, filing: Filing, text: str, side: str) -> None:
        """Keep a line; one that stands above a table waits for whose table that is."""
        self._keep(filing, _Entry(self.count, text, side), waits=side == ABOVE)

    def prose(self, filing: Filing, text: str) -> None:
        """Keep a paragraph of the running text."""
        self.give(filing)
        self._keep(filing, _Entry(self.count, text))

    def row(self, filing: Filing, grid: Grid, row: list[Cell], side: str = "") -> None:
        """Keep a row of a table; in a sheet one that is a line (`side`) stands above or below the table."""
        text = "  ".join(cell.text for cell in row if cell.text.strip())
        entry = _Entry(self.count, text, side if grid.is_sheet else "", grid, row)
        self._keep(filing, entry, waits=side == ABOVE or bool(self.waiting))

    def _keep(self, filing: Filing, entry: _Entry, waits: bool = False) -> None:
        self.count += 1
        (self.waiting if waits else self.entries[id(filing)]).append(entry)

    def said(self, cell: Cell, first: int, count: int) -> None:
        """Note that a cell holds so many paragraphs of the running text from a number (from 0) on."""
        self.proses[id(cell)] = f"{PROSE}{first}:{count}"

    def give(self, filing: Filing) -> None:
        """Hand what waits to a filing: its table begins."""
        self.entries[id(filing)] += self.waiting
        self.waiting = []

    def unite(self, filing: Filing, other: Filing) -> None:
        """Hand what was kept of one filing to another."""
        self.entries[id(filing)] += self.entries.pop(id(other), [])

    def original(self, filing: Filing) -> Original | None:
        """Return what was kept of a filing; None where a table's columns are no true positions."""
        entries = sorted(self.entries[id(filing)], key=lambda entry: entry.order)
        if any(entry.grid is not None and not entry.grid.aligned for entry in entries):
            return None
        held = _paths_by_cell(filing, self.cells) | {cell: [path] for cell, path in self.proses.items()}
        numbers: dict[str, deque[int]] = defaultdict(deque)
        for index, text in enumerate(filing.narrative):
            numbers[text].append(index)
        blocks: list[Line | Prose | Table] = []
        before: Grid | None = None
        for entry in entries:
            if entry.side:
                paths = [path for cell in entry.row for path in held.get(id(cell), ())]
                blocks.append(Line(entry.text, entry.side, paths or _signed(filing, entry.text)))
                before = None
            elif entry.grid is None:
                queue = numbers[entry.text]
                if queue:
                    blocks.append(Prose(queue.popleft()))
                before = None
            else:
                if entry.grid is not before:
                    blocks.append(Table(entry.grid.name if entry.grid.is_sheet else "", list(entry.grid.widths), []))
                    before = entry.grid
                table = blocks[-1]
                assert isinstance(table, Table)
                table.rows.append(_printed_row(entry.row, table, held, entry.grid))
        for block in blocks:
            if isinstance(block, Table):
                _trim(block)
        blocks = [block for block in blocks if not isinstance(block, Table) or block.rows]
        return Original(blocks, _read(filing, blocks))


def _paths_by_cell(filing: Filing, cells: Mapping[int, Cell]) -> dict[int, list[str]]:
    out: dict[int, list[str]] = defaultdict(list)
    for path, place in filing.places.items():
        cell = cells.get(id(place))
        if cell is not None and not (path.endswith(LEVEL) and any(p.endswith(LEVEL) for p in out[id(cell)])):
            out[id(cell)].append(path)
    return out


def _signed(filing: Filing, text: str) -> list[str]:
    """Return the fields of a line that is none of a table: they were read from these very words."""
    words = text.strip()
    return [path for path, place in filing.places.items() if not place.cell and place.text == words]


def _printed_row(row: Sequence[Cell], table: Table, held: Mapping[int, list[str]], grid: Grid) -> list[Printed]:
    out = [Printed(c.column - 1, c.span, _text_of(c, held), c.continued, held.get(id(c), [])) for c in row]
    if grid.is_sheet and table.rows:  # the cells that a merge covers are left out of a sheet's rows
        covered = {column for cell in out for column in range(cell.column, cell.column + cell.span)}
        for above in table.rows[-1]:
            if not covered & set(range(above.column, above.column + above.span)):
                out.append(Printed(above.column, above.span, "", True))
        out.sort(key=lambda cell: cell.column)
    return out


def _text_of(cell: Cell, held: Mapping[int, list[str]]) -> str:
    """Return the words of a cell; a rate that a sheet holds as a fraction shows as percent there."""
    path = next(iter(held.get(id(cell), ())), "")
    if not isinstance(cell.value, Decimal) or not path or path.startswith(PROSE) or field_of(path).kind != "rate":
        return cell.text
    return percent(cell.value, 4) if abs(cell.value) <= 2 else cell.text


def _trim(table: Table) -> None:
    """Take off the blank rows and columns at the edges of a table that stands in a sheet."""
    if not table.name:
        return
    while table.rows and not any(cell.text.strip() for cell in table.rows[0]):
        del table.rows[0]
    while table.rows and not any(cell.text.strip() or cell.goes_on for cell in table.rows[-1]):
        del table.rows[-1]
    used = {
        column
        for row in table.rows
        for cell in row
        if cell.text.strip() or cell.paths
        for column in range(cell.column, cell.column + cell.span)
    }
    first, last = min(used, default=0), max(used, default=0)
    for row in table.rows:
        row[:] = [
            replace(cell, column=cell.column - first) for cell in row if first <= cell.column and cell.column <= last
        ]


def _read(filing: Filing, blocks: Iterable[Line | Prose | Table]) -> dict[str, str]:
    out: dict[str, str] = {}
    for block in blocks:
        paths = block.paths if isinstance(block, Line) else ()
        if isinstance(block, Table):
            paths = [path for row in block.rows for cell in row for path in cell.paths]
        out |= {path: said(filing, path) for path in paths}
    return out
