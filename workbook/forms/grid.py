"""Tables as readers hand them over: cells with their place and span, whatever file they came from."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from workbook.ooxml import letters

Raw = str | int | float | Decimal | date | datetime | None


@dataclass(slots=True)
class Cell:
    """One cell: its words, its 1-based row and column, how many columns it spans, and its raw value.

    `continued` is a cell that only continues the one above or to the left (a merge).
    """

    text: str
    row: int
    column: int
    span: int = 1
    value: Raw = None
    continued: bool = False

    @property
    def last(self) -> int:
        """Return the last column that the cell covers."""
        return self.column + self.span - 1


@dataclass(slots=True)
class Grid:
    """A table of a Word file, a sheet of a workbook, or a table in text.

    `aligned` says whether columns are true positions; in text a column is only the cell's number in its row. `widths` are
    those of the columns, in any measure, as far as the file says them.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    aligned: bool = True
    is_sheet: bool = False
    widths: list[float] = field(default_factory=list)

    def address(self, cell: Cell) -> str:
        """Return the cell's address as its file names it: "C5" in a sheet, 第5行第3列 elsewhere."""
        if self.is_sheet:
            return f"{letters(cell.column)}{cell.row}"
        return f"第{cell.row}行第{cell.column}列"


@dataclass(slots=True)
class Document:
    """A file taken apart: its blocks (paragraphs and tables) in their order; `notes` say what had to be done to read it.

    `issued` are the cells of the hidden sheet that an export carries along.
    """

    name: str
    blocks: list[str | Grid] = field(default_factory=list)
    issued: list[list[Raw]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def grids(self) -> list[Grid]:
        """Return the tables."""
        return [block for block in self.blocks if isinstance(block, Grid)]

    @property
    def paragraphs(self) -> list[str]:
        """Return the running text."""
        return [block for block in self.blocks if isinstance(block, str)]
