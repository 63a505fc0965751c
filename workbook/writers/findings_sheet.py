"""The sheet 问题: what a check found, each finding linked to its cell, with a place for the clerk's explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbook.model.findings import UNDER, Finding, Report
from workbook.writers.package import text_of
from workbook.writers.styles import FANG, HEI, INPUT, MARKS, SONG, Styles, height, lines

COLUMNS = (
    ("级别", 8),
    ("位置", 40),
    ("说明", 46),
    ("建议", 28),
    ("出错说明", 22),
    ("填报值", 12),
    ("应为值", 12),
    ("差额", 10),
    ("依据", 44),
    ("规则编号", 8),
    ("问题键", 10),
    ("指纹", 10),
)
# by them the explanation finds its finding again when the workbook comes back
HIDDEN = ("问题键", "指纹")
UNIT = ("单位", 22)
LITERAL = 255  # characters that Excel takes in one text of a formula, its quotes doubled
FIRST, PRINTED = 3, "出错说明"  # the last column that is printed


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and where its cell stands in this workbook ("'附件3'!F12", "" where it stands nowhere)."""

    finding: Finding
    target: str = ""


def link(places: Mapping[str, tuple[str, str]], path: str) -> str:
    """Return the internal link to a path's cell (path → sheet, cell), "" where it is not in the workbook."""
    if path not in places:
        return ""
    sheet, cell = places[path]
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!{cell}"


def write(styles: Styles, name: str, found: Sequence[Found], with_unit: bool = False) -> None:
    """Write the sheet: the verdict, then a row for each finding, causes before what follows; 出错说明 is unlocked."""
    sheet = styles.book.add_worksheet(name)
    sheet.write_string(0, 0, _verdict(found), styles.plain(font_name=HEI, font_size=14, bold=True))
    columns = [UNIT, *COLUMNS] if with_unit else list(COLUMNS)
    head = {"font_name": SONG, "bold": True, "border": 1, "align": "center"}
    for column, (text, width) in enumerate(columns):
        sheet.set_column(column, column, width, None, {"hidden": text in HIDDEN})
        sheet.write_string(FIRST - 1, column, text, styles.plain(**head, bg_color="#2F5773", font_color="#FFFFFF"))
    for row, entry in enumerate(found, start=FIRST):
        _row(styles, sheet, row, entry, columns)
    shown = [name for name, _ in columns].index(PRINTED) + 1
    sheet.freeze_panes(FIRST, shown - 3)
    sheet.print_area(0, 0, FIRST - 1 + len(found), shown - 1)  # values and sources stay on the screen
    sheet.autofilter(FIRST - 1, 0, FIRST - 1 + len(found), len(columns) - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.protect("", dict.fromkeys(("autofilter", "sort", "format_columns", "format_rows"), True))


def _verdict(found: Sequence[Found]) -> str:
    return Report("", [entry.finding for entry in found]).headline


def _row(styles: Styles, sheet: Any, row: int, entry: Found, columns: Sequence[tuple[str, int]]) -> None:
    values = _values(entry.finding) | {UNIT[0]: entry.finding.unit}
    shown = columns[: [name for name, _ in columns].index(PRINTED) + 1]
    count = max(lines(str(values[name]), width) for name, width in shown)
    sheet.set_row(row, height(count))
    cell: dict[str, Any] = {"font_name": FANG, "border": 1, "text_wrap": True, "valign": "vcenter"}
    back, front = MARKS[entry.finding.severity]
    special: dict[str, dict[str, Any]] = {
        "级别": {"bg_color": back, "font_color": front} if entry.finding.leads else {},
        "出错说明": {"bg_color": INPUT, "locked": False},
        "位置": {"font_color": "#0563C1", "underline": 1} if entry.target else {},
    }
    for column, (name, _) in enumerate(columns):
        text, style = text_of(values[name]), styles.plain(**cell, **special.get(name, {}))
        if name == "位置" and entry.target:
            _link(sheet, row, column, entry.target, style, text)
        else:
            sheet.write_string(row, column, text, style)


def _link(sheet: Any, row: int, column: int, target: str, style: Any, text: str) -> None:
    """Write a link to a cell as a formula: LibreOffice wraps no other kind, and cuts what is longer than the column."""
    place = target.removeprefix("internal:")
    words = [part.replace('"', '""') for part in (place, text)]
    if max(map(len, words)) > LITERAL:
        sheet.write_url(row, column, target, style, text)
    else:
        sheet.write_formula(row, column, f'=HYPERLINK("#{words[0]}","{words[1]}")', style, text)


def _values(finding: Finding) -> dict[str, str]:
    place = finding.location
    return {
        "级别": f"{finding.severity.mark}{finding.severity.caption}" if finding.leads else f"{UNDER} 牵出",
        "位置": place.shown if finding.leads else f"{UNDER} {place.shown}",
        "说明": finding.message,
        "建议": finding.suggestion,
        "填报值": finding.actual,
        "应为值": finding.expected,
        "差额": finding.difference,
        "出错说明": finding.explanation,
        "依据": finding.source,
        "规则编号": finding.rule,
        "问题键": finding.key,
        "指纹": finding.mark,
    }
