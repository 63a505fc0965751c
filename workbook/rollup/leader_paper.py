"""领导摘要 as a Word file of exactly one A4 page: sentences, two charts, whom to look at, and where each figure stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt, RGBColor

from workbook.model.issued import REPORT
from workbook.rollup.book import CHARTS
from workbook.rollup.report import WITHOUT, can_draw, picture
from workbook.writers import paper

HEADINGS = ("先看谁", "风险分", "为什么")
WIDTHS = (46.0, 16.0, 108.0)
CHART = (4.1, 2.3)  # inches: two stand side by side
TRACE = "〔　〕里是汇总工作簿中载有这些数的表；两处用的是同一算法。"
NUMERALS = "一二三四五六七八九"
SIZE, LINE = 11, 18  # of the text, in points


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page: title, day, paragraphs (head, words, table of the roll-up), whom to look at, charts
    (title, headings, rows)."""

    title: str
    day: date
    lines: Sequence[tuple[str, str, str]]
    looked_at: Sequence[tuple[str, str, str]]
    charts: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]


def write(page: Page, path: Path) -> None:
    """Write the page."""
    document = paper.start(margin=20)
    document.core_properties.category = REPORT
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Mm(15)
    section.footer_distance = Mm(8)
    paper.line(document, page.title, paper.HEI, 16, center=True)
    day = f"领导摘要　　{page.day.year}年{page.day.month}月{page.day.day}日"
    paper.line(document, day, paper.FANG, 11, center=True).paragraph_format.space_after = Pt(4)
    for number, (head, words, source) in enumerate(page.lines):
        paragraph = document.add_paragraph()
        paper.run(paragraph, f"{NUMERALS[number]}、{head}：", paper.HEI, SIZE)
        paper.run(paragraph, words, paper.FANG, SIZE)
        _grey(paper.run(paragraph, f"〔{source}〕", paper.FANG, 8))
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
        form.space_after = Pt(3)
    _charts(document, page)
    _table(document, page, NUMERALS[len(page.lines)])
    _grey(paper.run(document.add_paragraph(), TRACE, paper.FANG, 8))
    paper.save(document, path)


def _charts(document: Any, page: Page) -> None:
    if not can_draw():
        paper.line(document, WITHOUT, paper.FANG, SIZE)
        return
    frame = document.add_table(1, len(page.charts))
    for cell, (title, headings, rows) in zip(frame.rows[0].cells, page.charts, strict=True):
        chart = replace(next(entry for entry in CHARTS if entry.title == title), note="")
        cell.paragraphs[0].add_run().add_picture(picture(chart, headings, rows, CHART), width=Mm(80))
    gap = document.add_paragraph().paragraph_format
    gap.line_spacing = Pt(4)


def _table(document: Any, page: Page, number: str) -> None:
    head = document.add_paragraph()
    paper.run(head, f"{number}、先看谁：", paper.HEI, SIZE)
    if not page.looked_at:
        paper.run(head, "没有单位。", paper.FANG, SIZE)
        return
    _grey(paper.run(head, "〔抽查计划〕按风险分从高到低", paper.FANG, 8))
    table = paper.table(document, WIDTHS)
    for place, words in enumerate([HEADINGS, *page.looked_at]):
        for column, (cell, text) in enumerate(zip(paper.row(table, WIDTHS, 5).cells, words, strict=True)):
            paper.fill(cell, text, 9.5, center=place == 0 or column == 1, bold=place == 0)


def _grey(run: Any) -> None:
    run.font.color.rgb = RGBColor(0x77, 0x77, 0x77)
