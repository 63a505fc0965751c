"""The looks of the official sheets: fonts, colours by role, and how high a row of Chinese text must be."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from workbook.model.findings import Severity
from workbook.writers.package import lines_of

SONG, HEI, FANG = "宋体", "黑体", "仿宋"
SIZE = 10.5  # 五号
LINE = 15.5  # points a line at that size, in the tallest of the fonts that stand in for 仿宋
HIGHEST = 405.0  # Excel's rows end at 409 points
LEAST = 20.0
ROLE_COLOURS = {
    "填报": "#FFF9E5",
    "计算": "#EAF3E6",
    "引用": "#EEF1F5",
    "审核": "#FDEFEA",
}  # of every workbook we write
INPUT, COMPUTED, REVIEW = (ROLE_COLOURS[role] for role in ("填报", "计算", "审核"))
MARKS = {
    Severity.ERROR: ("#F8CBAD", "#9C0006"),
    Severity.WARNING: ("#FFE699", "#7F6000"),
    Severity.INFO: ("#BDD7EE", "#1F4E78"),
}
ROLES: dict[str, dict[str, Any]] = {
    "": {},
    "填报": {"bg_color": INPUT, "locked": False},
    "计算": {"bg_color": COMPUTED},
    "审核": {"bg_color": REVIEW, "font_size": 9, "align": "center"},
}


def base() -> dict[str, Any]:
    """Return what a workbook is opened with, new each time: XlsxWriter keeps what it is given, and writes into it.

    The font is the one by which column widths are counted: seven pixels a digit with its own or LibreOffice's metrics, which
    Calibri, not being there, is not.
    """
    return {"default_format_properties": {"font_name": "Arial", "font_size": 10}}


class Styles:
    """The formats of one workbook, each made once; `white` ones are without the colours of roles, as for print."""

    def __init__(self, book: Any, white: bool = False) -> None:
        self.book = book
        self.white = white
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def plain(self, **properties: Any) -> Any:
        """Return a format of these properties and no others."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    def cell(self, role: str = "", **more: Any) -> Any:
        """Return a cell's format: 填报 (unlocked), 计算 (locked), 审核 (beside the sheet), or a printed label."""
        base = {"font_name": FANG, "font_size": SIZE, "valign": "vcenter", "border": 1, "text_wrap": True}
        own = {name: value for name, value in ROLES[role].items() if not self.white or name != "bg_color"}
        return self.plain(**{**base, **own, **more})


def lines(text: str, width: float, size: float = SIZE) -> int:
    """Return how many lines a text takes in so many column widths."""
    return lines_of(text, width * SIZE / size)


def height(count: int) -> float:
    """Return the height in points of a row of so many lines."""
    return min(HIGHEST, max(LEAST, LINE * count + 5))


def row_heights(count: int, own: Mapping[int, int], tall: Iterable[tuple[int, int, int]]) -> list[float]:
    """Return the heights in points of so many rows.

    `own` are lines that a row has at least; `tall` are cells (first row, last row, lines): what a merged one lacks, its
    rows take up alike.
    """
    cells, lines_in = list(tall), dict(own)
    for row, end, many in cells:
        if row == end:
            lines_in[row] = max(lines_in.get(row, 1), many)
    heights = [height(lines_in.get(row, 1)) for row in range(count)]
    for row, end, many in cells:
        lacking = many * LINE + 5 - sum(heights[row : end + 1])
        for each in range(end, row - 1, -1):
            if lacking > 0:
                added = min(lacking / (each - row + 1), HIGHEST - heights[each])
                heights[each] += added
                lacking -= added
    return heights


def number_format(value: Any, kind: str) -> str:
    """Return a number format that hides no decimals of a value."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    decimals = -exponent if isinstance(exponent, int) else 0
    if "%" in kind:
        return "0.00%" if decimals <= 4 else f"0.{'0' * min(10, decimals - 2)}%"
    return kind if decimals <= 2 else f"0.{'0' * min(10, decimals)}"
