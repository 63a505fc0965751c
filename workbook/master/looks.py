"""How the master looks: the colours of roles and marks, and its formats, each made once."""

from typing import Any

from workbook.master.layout import Column
from workbook.model.findings import Severity
from workbook.writers.charts import DEEP, FONT
from workbook.writers.package import WRAPPED_FROM
from workbook.writers.styles import MARKS, ROLE_COLOURS

_LETTERS = {"E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.INFO}
MARK_COLOURS = {letter: MARKS[severity] for letter, severity in _LETTERS.items()}
MARK_SIGNS = {letter: severity.mark for letter, severity in _LETTERS.items()}
FORMATS = {"amount": "#,##0.00", "rate": "0.00%", "score": "0.00", "area": "#,##0.00", "count": "0", "year": "0"}


class Styles:
    """The formats of the roles, made once each."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """Return a format with these properties over the house's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(
                {"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties}
            )
        return self._made[key]

    def cell(self, column: Column, lines: int = 0) -> Any:
        """Return the format of a column's cells: colour by role, unlocked where the clerk fills it.

        Where rows are of a fixed height of so many `lines`, narrower texts are wrapped too, and in a single line set smaller:
        no row grows by them, and none is cut across.
        """
        text = column.kind in ("text", "link")
        wide, single = text and column.width > (11 if lines else WRAPPED_FROM), lines == 1
        narrow = column.kind in ("count", "year") or (text and column.width <= 11)
        link = {"font_color": "#0563C1", "underline": 1} if column.kind == "link" else {}
        return self.get(
            **link,
            bg_color=ROLE_COLOURS[column.role],
            border=1,
            border_color="#D0D0D0",
            locked=column.role != "填报",
            num_format=FORMATS.get(column.kind, "General"),
            text_wrap=wide and not single,
            shrink=wide and single,
            align="center" if narrow else "general",
        )

    def heading(self) -> Any:
        """Return the format of table headings."""
        return self.get(bold=True, font_color="#FFFFFF", bg_color=DEEP, border=1, text_wrap=True, align="center")
