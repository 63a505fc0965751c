"""The sheet 说明: the pages of the manual, with a list of them on top."""

from collections.abc import Sequence
from typing import Any

from workbook import manual
from workbook.master.looks import Styles
from workbook.writers.charts import DEEP
from workbook.writers.package import lines_of

WIDTHS = (26, 62, 52)  # of B, C and D; paragraphs span them
LOOKS: dict[manual.Kind, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": DEEP, "bottom": 2, "bottom_color": DEEP},
    "heading": {"bold": True, "font_size": 12, "font_color": DEEP},
    "text": {"text_wrap": True},
    "item": {"text_wrap": True, "indent": 1},
    "code": {"bg_color": "#F1F3F5", "indent": 1},
    "head": {"bold": True, "bg_color": "#EAEFF6", "border": 1, "border_color": "#CFD6DF", "text_wrap": True},
    "row": {"border": 1, "border_color": "#CFD6DF", "text_wrap": True, "valign": "top"},
}
HEIGHTS = {"title": 34, "heading": 26}


def write(sheet: Any, styles: Styles, pages: Sequence[str]) -> None:
    """Lay out the sheet; its rows are as high as their text."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    for column, width in enumerate(WIDTHS, start=1):
        sheet.set_column(column, column, width, styles.get())
    lines = list(manual.lines(pages))
    titles = [place for place, line in enumerate(lines) if line.kind == "title"]
    top = len(titles) + 2
    sheet.write(0, 1, "说明", styles.get(bold=True, font_size=16, font_color=DEEP))
    sheet.set_row(0, 26)
    for row, place in enumerate(titles, start=1):
        link = styles.get(font_color="#1F4E78", underline=1)
        sheet.write_url(row, 1, f"internal:'{sheet.name}'!B{top + place + 1}", link, lines[place].cells[0])
    for row, line in enumerate(lines, start=top):
        _line(sheet, styles, row, line)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.protect("", {"objects": True, "format_columns": True, "format_rows": True})


def _line(sheet: Any, styles: Styles, row: int, line: manual.Line) -> None:
    style = styles.get(**LOOKS[line.kind])
    spans = list(_spans(line.cells))
    for (first, last), words in spans:
        if first == last:
            sheet.write_string(row, first, words, style)
        else:
            sheet.merge_range(row, first, row, last, "", style)
            sheet.write_string(row, first, words, style)
    high = max(lines_of(words, sum(WIDTHS[first - 1 : last]) * 0.95) for (first, last), words in spans)
    sheet.set_row(row, HEIGHTS.get(line.kind, min(400, 15 * high + 3)))


def _spans(cells: Sequence[str]) -> list[tuple[tuple[int, int], str]]:
    """Return which columns each cell takes: the last one all that are left; what is more than three is joined to the third."""
    shown = (*cells[:2], "；".join(filter(None, cells[2:]))) if len(cells) > len(WIDTHS) else tuple(cells)
    last = len(shown) - 1
    return [((place + 1, len(WIDTHS) if place == last else place + 1), words) for place, words in enumerate(shown)]
