"""What a verb changes in a workbook, as plain data: whole blocks of cells and the new size of tables.

The same edits are carried out by patching the file, by the macro from a result file, or live through xlwings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell formula, without its "=", and the value it has now."""

    text: str
    value: "Plain" = None


class Rich(str):
    """A text parts of which stand out: `runs` are its pieces with their role (错误, 预警, 提示, 相符, 未核对, or "" for none).

    Where a way of writing knows no pieces it is the text and nothing more.
    """

    __slots__ = ("runs",)
    runs: tuple[tuple[str, str], ...]

    def __new__(cls, runs: Iterable[tuple[str, str]]) -> "Rich":
        """Return the text of the pieces put together."""
        pieces = tuple((words, role) for words, role in runs if words)
        out = super().__new__(cls, "".join(words for words, _ in pieces))
        out.runs = pieces
        return out

    def __reduce__(self) -> tuple[type["Rich"], tuple[tuple[tuple[str, str], ...]]]:
        """Return what makes it anew in another process."""
        return Rich, (self.runs,)


URGENT = ("错误", "预警", "提示")  # roles of pieces of a text that want mending
Plain = str | Decimal | int | None
Cell = Plain | Formula


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells to write: sheet name, 1-based row and column of its first cell, rows of equal length.

    `passing` cells (the time of day) are no change by themselves.
    """

    sheet: str
    row: int
    column: int
    values: tuple[tuple[Cell, ...], ...]
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Resize:
    """The number of data rows that an Excel table has from now on; rows beyond are blanked.

    `added` are the headings of columns that it gains at its right end (a clerk's own, carried into a newer template).
    """

    table: str
    rows: int
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changes, for the log: department, path of the field, its label (Chinese), what it was and becomes.

    Values are those of the JSON contract: numbers, rates as fractions, texts, None for a blank.
    """

    unit: str
    path: str
    label: str
    before: Any = None
    after: Any = None


@dataclass(slots=True)
class Edits:
    """All that one verb changes in one workbook, what to tell the clerk (Chinese), and which values the log is to name.

    `if_same` is told besides where the workbook has all of it already, `then` is what to do next where that is not what the
    table of verbs says.
    """

    blocks: list[Block] = field(default_factory=list)
    resizes: list[Resize] = field(default_factory=list)
    message: str = ""
    changes: list[Change] = field(default_factory=list)
    if_same: str = ""
    then: str | None = None


_LONGEST = 120  # characters of a link's words: Excel takes no formula with a text of more than 255, and quotes double


def hyperlink(sheet: str, cell: str, text: str) -> Formula:
    """Return a formula that jumps to a cell of the same workbook and shows the text, cut where it is very long."""
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    target = f"#'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}".replace('"', '""')
    return Formula(f'HYPERLINK("{target}","{text.replace(chr(34), chr(34) * 2)}")', text)
