"""The roll-up as a workbook: a page of charts for the director, the tables behind them, long tables for pivots.

The long tables are poured in as a stream, so that two hundred thousand rows cost no more memory than two hundred.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from workbook.storage import spill
from workbook.storage.replacing import replacing
from workbook.writers.charts import DEEP, FONT, GRID, LIGHT, WARM, Series, bars, dots, dress
from workbook.writers.stream import LONGEST, Stream, pour

LAST = 1_048_576  # rows of an Excel sheet
CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 — a fixed date keeps the file the same to the byte
FORMATS = {"link": "@", "amount": "#,##0.00", "rate": "0.00%", "score": "0.00", "count": "#,##0", "text": "@"}
WIDTHS = {"link": 30, "amount": 16, "rate": 11, "score": 10, "count": 10, "text": 18}
WIDE = {"说明", "依据", "理由", "年度指标值", "实际完成值", "三级指标", "偏差原因", "位置", "名称"}
CHARTED = 12  # lines that a chart of many shows
ACROSS, DOWN = 2, 19  # charts a row of the page; sheet rows a chart takes


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: title, headings, what its columns are (text, count, amount, rate, score), and its rows in a stream."""

    title: str
    headings: Sequence[str]
    kinds: Sequence[str]
    rows: Iterable[Sequence[Any]]
    count: int = -1  # of the rows, where they are many and come in a stream; else they are counted


@dataclass(frozen=True, slots=True)
class Chart:
    """One native chart over a table: its title there, kind (column, bar, scatter), the columns it shows (1-based)."""

    title: str
    kind: str
    columns: tuple[int, ...]
    note: str = ""


CHARTS: tuple[Chart, ...] = (
    Chart("等级分布", "column", (2,)),
    Chart("预算执行率分布", "column", (2,)),
    Chart("控制率超过100%", "bar", (2,), "超过100%的单位数"),
    Chart("预算增长", "bar", (2,), "全年预算比年初预算，单位数"),
    Chart("三公经费两年对比", "column", (2, 3, 4), "万元"),
    Chart("自评得分与执行率", "scatter", (2, 3), "每点一个单位；左上角：钱没花完而得分高"),
    Chart("问题按规则", "bar", (3,), "条数，最多的 12 条规则"),
    Chart("问题按单位", "bar", (2, 3), "错误与预警，最多的 12 个单位"),
    Chart("评分虚高的迹象", "bar", (2,), "单位数"),
    Chart("按地区", "bar", (3,), "平均总分，前 12 个地区"),
)


@dataclass(slots=True)
class _Made:
    """What was written where: sheet, first and last data row (0-based), first column, headings."""

    sheet: str
    first: int
    last: int
    column: int
    headings: Sequence[str]
    values: list[Sequence[Any]] = field(default_factory=list)


def write(
    path: Path, title: str, facts: Sequence[tuple[str, Any]], tables: Iterable[Grid], long: Iterable[Grid]
) -> None:
    """Write the roll-up workbook: charts and facts first, then the tables behind the charts, then the long ones."""
    with _book(path, title) as (book, streams):
        styles = _styles(book)
        front = book.add_worksheet("汇总分析")
        _facts(front, styles, title, facts)
        made = {grid.title: _sheet(book, styles, grid) for grid in tables}
        _charts(book, front, made)
        for grid in long:
            streams.update(_streamed(book, styles, grid))
        front.activate()


def write_table(path: Path, grid: Grid) -> None:
    """Write one table as a workbook."""
    with _book(path, grid.title) as (book, streams):
        if grid.count < 0:
            _sheet(book, _styles(book), grid)
        else:
            streams.update(_streamed(book, _styles(book), grid))


@contextmanager
def _book(path: Path, title: str) -> Iterator[tuple[Any, dict[int, Stream]]]:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    streams: dict[int, Stream] = {}
    with replacing(path) as temporary, spill.folder() as folder:
        draft = folder / "draft.xlsx"
        book = xlsxwriter.Workbook(str(draft), options)
        book.set_properties({"title": title, "created": CREATED})
        yield book, streams
        book.close()
        pour(draft, temporary, streams)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    out = {kind: book.add_format({**base, "num_format": shown}) for kind, shown in FORMATS.items()}
    out["head"] = book.add_format({**base, "bold": True, "font_color": "#FFFFFF", "bg_color": DEEP, "text_wrap": True})
    out["title"] = book.add_format({**base, "bold": True, "font_size": 18, "font_color": DEEP})
    out["name"] = book.add_format({**base, "font_color": "#666666", "align": "center"})
    out["fact"] = book.add_format({**base, "bold": True, "font_size": 15, "font_color": DEEP, "align": "center"})
    return out


def _facts(sheet: Any, styles: Mapping[str, Any], title: str, facts: Sequence[tuple[str, Any]]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 19, 11)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, title, styles["title"])
    for place, (name, _) in enumerate(facts):
        sheet.write_string(1, place * 2, name, styles["name"])
    sheet.set_row(2, 26)
    for place, (_, value) in enumerate(facts):
        sheet.write_string(2, place * 2, str(value), styles["fact"])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)


def _laid(book: Any, styles: Mapping[str, Any], grid: Grid, name: str) -> Any:
    """Return a new sheet with the table's head, its columns' widths and styles, set up for print."""
    sheet = book.add_worksheet(name)
    for column, (heading, kind) in enumerate(zip(grid.headings, grid.kinds, strict=True)):
        width = 42 if heading in WIDE else 30 if heading == "单位" else WIDTHS[kind]
        sheet.set_column(column, column, width, styles[kind])
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 24)
    sheet.write_row(0, 0, grid.headings, styles["head"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    return sheet


def _sheet(book: Any, styles: Mapping[str, Any], grid: Grid) -> _Made:
    """Write a table that charts are made of."""
    sheet = _laid(book, styles, grid, grid.title)
    values = list(grid.rows)[: LAST - 1]
    for row, line in enumerate(values, start=1):
        for column, (value, kind) in enumerate(zip(line, grid.kinds, strict=True)):
            _write(sheet, row, column, value, kind, styles[kind])
    last = max(1, len(values))
    sheet.autofilter(0, 0, last, len(grid.headings) - 1)
    return _Made(grid.title, 1, last, 0, grid.headings, values)


def _write(sheet: Any, row: int, column: int, value: Any, kind: str, style: Any) -> None:
    if value is None or value == "":
        return
    if kind == "link":
        sheet.write_url(row, column, value, None, value.rpartition("/")[2])
    elif kind == "text":
        sheet.write_string(row, column, str(value)[:LONGEST], style)
    else:
        sheet.write_number(row, column, value, style)


def _streamed(book: Any, styles: Mapping[str, Any], grid: Grid) -> dict[int, Stream]:
    """Lay out a long table, over several sheets where it is longer than Excel's; return its rows by the sheets' numbers."""
    rows = iter(grid.rows)
    out: dict[int, Stream] = {}
    whole = LAST - 1
    for number, start in enumerate(range(0, max(1, grid.count), whole), start=1):
        sheet = _laid(book, styles, grid, grid.title if number == 1 else f"{grid.title}{number}")
        for column, kind in enumerate(grid.kinds):
            sheet.write_blank(1, column, None, styles[kind])
        count = min(whole, grid.count - start)
        out[sheet.index + 1] = Stream([kind == "text" for kind in grid.kinds], count, islice(rows, count))
    return out


def _charts(book: Any, front: Any, made: Mapping[str, _Made]) -> None:
    place = 0
    for entry in CHARTS:
        table = made.get(entry.title)
        if table is None or not table.values:
            continue
        chart = _scatter(book, entry, table) if entry.kind == "scatter" else _bars(book, entry, table)
        dress(chart, entry.title, entry.note, (700, 350))
        down, across = divmod(place, ACROSS)
        front.insert_chart(4 + down * DOWN, across * 9, chart, {"x_offset": 4, "y_offset": 4})
        place += 1


def _bars(book: Any, entry: Chart, table: _Made) -> Any:
    last = min(table.last, table.first + CHARTED - 1) if entry.kind == "bar" else table.last
    names = [table.sheet, table.first, 0, last, 0]
    places = ((column - 1, table.headings[column - 1]) for column in entry.columns)
    series = [Series(name, names, [table.sheet, table.first, place, last, place]) for place, name in places]
    return bars(book, entry.kind, series)


def _scatter(book: Any, entry: Chart, table: _Made) -> Any:
    """Lay score against spending; the departments whose spending lags stand first in the table, and in another colour."""
    chart = book.add_chart({"type": "scatter"})
    lagging = sum(1 for row in table.values if row[3])
    spans = (
        ("执行偏低而得分高", WARM, table.first, table.first + lagging - 1),
        ("其他单位", LIGHT, table.first + lagging, table.last),
    )
    x, y = entry.columns
    for name, colour, first, last in spans:
        if first <= last:
            across, upwards = ([table.sheet, first, column - 1, last, column - 1] for column in (x, y))
            chart.add_series(dots(name, across, upwards, colour))
    rates = [float(row[x - 1]) for row in table.values]
    scores = [float(row[y - 1]) for row in table.values]
    low, high = min(rates), max(rates)
    chart.set_x_axis(
        {
            **GRID,
            "name": "执行率",
            "num_format": "0%",
            "min": max(0, int(low * 10) / 10),
            "max": max(1, -int(-high * 10 // 1) / 10),
        }
    )
    chart.set_y_axis({**GRID, "name": "总分", "num_format": "0", "min": max(0, int(min(scores) / 10) * 10), "max": 100})
    chart.set_legend({"position": "bottom"})
    return chart


def plain(value: Any) -> Any:
    """Return a figure for a sentence: a Decimal with thousands, anything else as it is."""
    return f"{value:,.2f}" if isinstance(value, Decimal) else value
