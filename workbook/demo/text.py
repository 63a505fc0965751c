"""A filing as plain text, the way converters from Word leave it: one cell a line behind a TAB, rows parted by blank lines."""

from collections.abc import Mapping
from typing import Any

from workbook.forms import FIRST
from workbook.forms.layout import plan
from workbook.model.filing import Filing
from workbook.writers.official import layout


def as_text(filing: Filing) -> str:
    """Return the report with its two tables as text."""
    data = layout(FIRST)
    years = {"year": filing.year or "", "prior": (filing.year or 0) - 1}
    blocks = ["\n".join(filing.narrative)]
    for part in data["sheets"]:
        own = data[part]
        table = "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in _rows(filing, own))
        note = f"{own['note']}\n" if "note" in own else ""
        blocks.append(f"{own['mark']}\n{own['title'].format(**years)}\n{table}\n\n{note}{_signature(filing, data)}")
    return "\n".join(blocks) + "\n"


def _rows(filing: Filing, data: Mapping[str, Any]) -> list[list[str]]:
    """Return the cells of each row; one that goes on with the cell above is empty."""
    made = plan(data, filing)
    rows: list[dict[int, str]] = [{} for _ in range(made.height)]
    for spots in made.printed():
        first = spots[0]
        words = "".join(made.shown(filing, spot, filing.get) for spot in spots)
        for row in range(first.row, first.bottom + 1):
            rows[row][first.first] = words if row == first.row else ""
    return [[row[column] for column in sorted(row)] for row in rows]


def _signature(filing: Filing, data: Mapping[str, Any]) -> str:
    signed = filing.signature
    words: str = data["signature"]["words"]
    return words.format(
        preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
    )
