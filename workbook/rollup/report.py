"""The roll-up as a report in Word: facts in sentences, the charts as pictures (matplotlib, where it is there), short tables."""

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from workbook.model.issued import REPORT
from workbook.rollup.book import CHARTED, CHARTS, Chart, Grid, plain
from workbook.storage import cache
from workbook.storage.replacing import replacing
from workbook.writers import paper
from workbook.writers.charts import DEEP, GREY, LIGHT, WARM

FONTS = (
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "Songti SC",
)
BODY, HEAD = "仿宋", "黑体"
WITHOUT = "（没有画图：请安装 pip install 'jixiao[report]'，再做一次汇总。）"
COLUMNS = 6  # of a table in the report
WIDTH = 15.8  # cm
# how wide a column is beside the others: by its heading, else by its kind
SHARES = {"理由": 9.0, "单位": 4.0, "规则": 5.0, "次序": 1.4, "方式": 1.7, "风险分": 2.0, "text": 2.4, "amount": 2.6}
SHARES |= {"count": 1.4, "score": 1.4, "rate": 1.6}
FEWEST = 5  # lying bars that the picture has room for, so that one alone does not fill it


def write(path: Path, title: str, sections: Sequence[tuple[str, Sequence[str], Grid | None]], note: str = "") -> None:
    """Write the report: sections of a heading, paragraphs, and a table whose chart, where it has one, stands above it."""
    document = Document()
    document.core_properties.category = REPORT
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    _fonts(document)
    _title(document, title)
    drawn = can_draw()
    if note:
        document.add_paragraph(note)
    for heading, paragraphs, grid in sections:
        document.add_heading(heading, 1)
        for text in paragraphs:
            look = document.add_paragraph(text).paragraph_format
            look.first_line_indent, look.keep_with_next = Cm(0.85), True
        if grid is not None:
            _illustrated(document, grid, drawn)
    with replacing(path) as temporary:
        document.save(str(temporary))


def _illustrated(document: Any, grid: Grid, drawn: bool) -> None:
    rows = [list(row) for row in grid.rows]
    if not rows:
        document.add_paragraph("没有。")
        return
    chart = next((entry for entry in CHARTS if entry.title == grid.title), None)
    if chart and drawn:
        document.add_picture(picture(chart, grid.headings, rows), width=Cm(15.6))
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    elif chart:
        document.add_paragraph(WITHOUT)
    if not chart or chart.kind != "scatter":
        _table(document, grid, rows[:CHARTED])


def _fonts(document: Any) -> None:
    for name, size, font in (("Normal", 12, BODY), ("Heading 1", 15, HEAD)):
        style = document.styles[name]
        style.font.name, style.font.size = font, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        style.font.color.rgb = RGBColor(0, 0, 0)


def _title(document: Any, title: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(title)
    run.font.name, run.font.size, run.bold = HEAD, Pt(20), True
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEAD)


def _table(document: Any, grid: Grid, rows: Sequence[Sequence[Any]]) -> None:
    count = min(COLUMNS, len(grid.headings))
    table = document.add_table(1 + len(rows), count, style="Table Grid")
    table.autofit = False
    widths = [SHARES.get(heading, SHARES[kind]) for heading, kind in zip(grid.headings, grid.kinds, strict=True)][
        :count
    ]
    for column, share in enumerate(widths):
        # the grid too: LibreOffice goes by it, Word by the cells
        table.columns[column].width = Cm(WIDTH * share / sum(widths))
        for cell in table.columns[column].cells:
            cell.width = Cm(WIDTH * share / sum(widths))
    lines = [
        grid.headings,
        *([_shown(value, kind) for value, kind in zip(row, grid.kinds, strict=True)] for row in rows),
    ]
    paper.repeat(table.rows[0])
    for number, line in enumerate(lines):
        paper.whole(table.rows[number])
        for column, words in enumerate(line[:count]):
            paragraph = table.cell(number, column).paragraphs[0]
            run = paragraph.add_run(str(words))
            run.font.size, run.bold = Pt(10), number == 0
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            if grid.kinds[column] != "text":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _shown(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "rate":
        return f"{float(value):.2%}"
    return plain(value) if kind == "amount" else f"{value:.2f}" if kind == "score" else str(value)


# --- pictures ---------------------------------------------------------------------------------------------------------


def can_draw() -> bool:
    """Return whether charts can be drawn here."""
    # it keeps a list of the machine's fonts: with our own results, not in a folder of settings
    os.environ.setdefault("MPLCONFIGDIR", str(cache.root() / "matplotlib"))
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def picture(
    chart: Chart, headings: Sequence[str], rows: Sequence[Sequence[Any]], size: tuple[float, float] = (7.4, 3.5)
) -> BytesIO:
    """Return a chart as a PNG of a size in inches: the same columns and colours as the native one."""
    import matplotlib

    with matplotlib.rc_context(_look()):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, dpi=160, layout="constrained")
        FigureCanvasAgg(figure)
        axes: Any = figure.add_subplot()
        axes.set_title(
            f"{chart.title}（{chart.note}）" if chart.note else chart.title, fontsize=11, color="#333333", pad=12
        )
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        {"bar": _lying, "column": _standing, "scatter": _points}[chart.kind](axes, chart, headings, rows)
        out = BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    out.seek(0)
    return out


def _look() -> Any:
    from matplotlib import font_manager

    known = {entry.name for entry in font_manager.fontManager.ttflist}
    fonts = [name for name in FONTS if name in known]
    fonts += sorted(name for name in known if "CJK" in name and name not in fonts)
    return {"font.family": [*fonts, "DejaVu Sans"], "axes.unicode_minus": False, "font.size": 9, "axes.edgecolor": GREY}


def _values(rows: Sequence[Sequence[Any]], column: int) -> list[float]:
    return [float(row[column - 1] or 0) for row in rows]


def _said(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _standing(axes: Any, chart: Chart, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    width = 0.62 / len(chart.columns)
    colours = (LIGHT, GREY, DEEP) if len(chart.columns) > 1 else (DEEP,)
    for number, (column, colour) in enumerate(zip(chart.columns, colours, strict=False)):
        places = [place + (number - (len(chart.columns) - 1) / 2) * width for place in range(len(rows))]
        bars = axes.bar(places, _values(rows, column), width * 0.94, color=colour, label=headings[column - 1])
        axes.bar_label(bars, labels=[_said(value) for value in _values(rows, column)], padding=2, fontsize=8)
    axes.set_xticks(range(len(rows)), [str(row[0]) for row in rows])
    _bare(axes.yaxis, axes, "left")
    if len(chart.columns) > 1:
        axes.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.1))


def _lying(axes: Any, chart: Chart, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    rows = rows[:CHARTED]
    height = 0.7 / len(chart.columns)
    colours = (DEEP, WARM) if len(chart.columns) > 1 else (DEEP,)
    for number, (column, colour) in enumerate(zip(chart.columns, colours, strict=False)):
        places = [place + (number - (len(chart.columns) - 1) / 2) * height for place in range(len(rows))]
        bars = axes.barh(places, _values(rows, column), height * 0.9, color=colour, label=headings[column - 1])
        axes.bar_label(bars, labels=[_said(value) for value in _values(rows, column)], padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [str(row[0])[:22] for row in rows])
    axes.set_ylim(max(len(rows), FEWEST) - 0.5, -0.5)
    _bare(axes.xaxis, axes, "bottom")
    if len(chart.columns) > 1:
        axes.legend(frameon=False, loc="lower right")


def _bare(axis: Any, axes: Any, side: str) -> None:
    """Leave an axis out: every bar bears its number."""
    axis.set_visible(False)
    axes.spines[side].set_visible(False)


def _points(axes: Any, chart: Chart, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from matplotlib.ticker import PercentFormatter

    x, y = chart.columns
    for lagging, colour, name in ((False, LIGHT, "其他单位"), (True, WARM, headings[3])):
        some = [row for row in rows if bool(row[3]) == lagging]
        if some:
            axes.scatter(_values(some, x), _values(some, y), s=16, color=colour, label=name)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel(headings[x - 1])
    axes.set_ylabel(headings[y - 1])
    axes.grid(color="#E8EBEE")
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="best")
