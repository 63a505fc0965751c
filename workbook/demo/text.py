"""A filing as plain text, the way converters from Word leave it: one cell a line behind a TAB, rows parted by blank lines."""

from decimal import Decimal
from typing import Any

from workbook.fields import EXPENSE_COLUMNS
from workbook.figures import percent, plain
from workbook.filing import Filing
from workbook.forms import FIRST
from workbook.writers.department import layout
from workbook.writers.plan import printed_sides


def as_text(filing: Filing) -> str:
    """Return the report with its two tables as text."""
    years = {"year": filing.year or "", "prior": (filing.year or 0) - 1}
    blocks = ["\n".join(filing.narrative)]
    for part, rows_of in (("basics", _basics), ("evaluation", _evaluation)):
        data = _printed(layout(FIRST)[part], years)
        rows = rows_of(filing, data)
        table = "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
        blocks.append(f"{data['mark']}\n{data['title']}\n{table}\n\n{_signature(filing)}")
    return "\n".join(blocks) + "\n"


def _printed(data: Any, years: dict[str, Any]) -> Any:
    """Return a layout with the years in its texts; what a filing says never passes here."""
    if isinstance(data, str):
        return data.format(**years)
    if isinstance(data, dict):
        return {name: _printed(value, years) for name, value in data.items()}
    return [_printed(value, years) for value in data] if isinstance(data, list) else data


def _shown(value: Any, rate: bool = False) -> str:
    if isinstance(value, Decimal):
        return percent(value) if rate else plain(value)
    return value or ""


def _basics(filing: Filing, data: dict[str, Any]) -> list[list[str]]:
    staff = filing.staff
    rows = [list(data["staff"]), ["", _shown(staff.authorized), _shown(staff.actual), _shown(staff.control_rate, True)]]
    rows.append(list(data["columns"]))
    for name, label in data["rows"]:
        rows.append([label, *(_shown(getattr(filing.expenses[name], column)) for column in EXPENSE_COLUMNS)])
        if name == "project_municipal":
            for line in filing.project_lines:
                rows.append([line.name, *(_shown(getattr(line, column)) for column in EXPENSE_COLUMNS)])
    rows += [list(data["building"]), [""] * 7, [data["thrift"], filing.thrift_measures or ""]]
    return rows


def _evaluation(filing: Filing, data: dict[str, Any]) -> list[list[str]]:
    funds = filing.funds
    amounts = [_shown(getattr(funds, name)) for name in ("initial_budget", "annual_budget", "executed", "weight")]
    label, *headings = data["funds"]
    rows = [[data["unit"], filing.unit or ""], [label, "", *headings]]
    rows.append(["", data["total_row"], *amounts, _shown(funds.execution_rate, True), _shown(funds.score)])
    for left, left_label, right, right_label in printed_sides(filing, data["sides"]):
        other = f"{right_label}{_shown(filing.get(right))}" if right else ""
        rows.append(["", f"{left_label}{_shown(filing.get(left))}", other])
    rows += [list(data["goals"]), ["", filing.goals.expected or "", filing.goals.actual or ""]]
    rows.append(list(data["indicators"]))
    before: tuple[str | None, str | None] = (None, None)
    for row in filing.indicators:
        points = filing.class_weights.get(row.level1 or "")
        first = f"{row.level1}（{plain(points)}分）" if points is not None else row.level1 or ""
        levels = [
            "" if row.level1 == before[0] else first,
            "" if (row.level1, row.level2) == before else row.level2 or "",
        ]
        before = (row.level1, row.level2)
        words = [row.level3, row.target, row.actual, _shown(row.weight), _shown(row.score), row.reason]
        rows.append(["", *levels, *(word or "" for word in words)])
    rows.append([data["total"], _shown(filing.total.weight), _shown(filing.total.score), ""])
    return rows


def _signature(filing: Filing) -> str:
    signed = filing.signature
    words: str = layout(FIRST)["signature"]["words"]
    return words.format(
        preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
    )
