"""The blank master, built by XlsxWriter into the shipped template. `jixiao new` copies it; everything later is patching."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from workbook.manual import IN_MASTER
from workbook.master import home_sheet, layout, manual_sheet, view_sheet
from workbook.master.layout import Column, Table
from workbook.master.looks import FORMATS, MARK_COLOURS, MARK_SIGNS, Styles
from workbook.model.findings import EXPLAINED, UNDER
from workbook.model.scheme import DEFAULT, titles
from workbook.ooxml import letters
from workbook.writers.charts import DEEP, GRID, Series, bars, dots, dress
from workbook.writers.package import WRAPPED_FROM, lines_of
from workbook.writers.styles import ROLE_COLOURS, base

LONG_TEXT = 100  # columns wider than this hold paragraphs
WIDE = 330  # characters; a wider table is not squeezed onto one page
CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 — a fixed date keeps the build reproducible


def build(
    path: Path,
    parameters: Sequence[Sequence[Any]],
    rules: Sequence[Sequence[str]],
    vba: Path | None = None,
    texts: Sequence[Sequence[str]] = (),
    properties: Mapping[str, str] | None = None,
    local: Sequence[Sequence[str]] = (),
) -> None:
    """Build the blank master at a path.

    `parameters`, `rules` and `local` fill 参数, 规则说明 and 本地规则; `vba` is a compiled vbaProject.bin whose document modules are named
    ThisWorkbook and Sheet1…; `texts` are rows (key, words) for the hidden sheet from which the macros take Chinese;
    `properties` go into the document's own properties.
    """
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, **base()})
    book.set_properties({"title": "绩效自评总表", "comments": f"template {layout.VERSION}", "created": CREATED})
    for name, value in {layout.VERSION_PROPERTY: layout.VERSION, **(properties or {})}.items():
        book.set_custom_property(name, value, "text")
    styles = Styles(book)
    names = [*layout.SHEETS, layout.SNAPSHOT_SHEET, *([layout.TEXTS_SHEET] if texts else [])]
    sheets = {name: book.add_worksheet(name) for name in names}
    if vba:
        book.add_vba_project(str(vba))
        book.set_vba_name("ThisWorkbook")
        for number, sheet in enumerate(sheets.values(), start=1):
            sheet.set_vba_name(f"Sheet{number}")
    home_sheet.write(book, sheets[layout.HOME], styles, home_sheet.of_master(bool(vba)))
    names_for_marks(book)
    view_sheet.write(book, sheets[layout.VIEW], styles, bool(vba))
    for table in layout.TABLES:
        rows: Sequence[Sequence[Any]] = {"tblParameters": parameters, "tblRules": rules, "tblLocalRules": local}.get(
            table.name, ()
        )
        table_sheet(book, sheets[table.sheet], table, styles, rows)
    _summary(book, sheets["汇总分析"], styles)
    manual_sheet.write(sheets[layout.MANUAL], styles, IN_MASTER)
    sheets[layout.SNAPSHOT_SHEET].very_hidden()
    for row, entry in enumerate(texts):
        for column, words in enumerate(entry):
            sheets[layout.TEXTS_SHEET].write_string(row, column, words)
    if texts:
        sheets[layout.TEXTS_SHEET].very_hidden()
    sheets[layout.HOME].activate()
    book.close()


def names_for_marks(book: Any) -> None:
    """Name what the marks go by: Excel 2007 and WPS drop a conditional format that looks at another sheet itself."""
    switch, keys = layout.MARKS.fixed, layout.span("校验结果", "标记键")
    for name, cells in (("MarkSwitch", switch), ("FindingKeys", keys)):
        sheet, _, span = cells.partition("!")
        book.define_name(name, f"='{sheet}'!{span}")


def table_sheet(book: Any, sheet: Any, table: Table, styles: Styles, rows: Sequence[Sequence[Any]]) -> None:
    """Lay out the sheet of a table with these rows: headings, widths, marks, validations, print set-up, protection."""
    sheet.write(0, 0, table.sheet, styles.get(bold=True, font_size=16, font_color=DEEP))
    if table.purpose:
        sheet.write(1, 0, table.purpose, styles.get(font_color="#666666"))
    count = max(table.blank_rows, len(rows))
    if any(column.aside for column in table.columns):
        sheet.outline_settings(True, True, False)  # the sign to open it stands left of what it opens
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width, styles.cell(column, table.lines), _column_options(table, index))
    for row in range(table.top - 1):
        sheet.set_row(row, 24 if row == 0 else 18, styles.get())
    sheet.set_row(table.top - 1, 4 + 15 * max(lines_of(column.heading, column.width - 2) for column in table.columns))
    headings = [{"header": column.heading, "header_format": styles.heading()} for column in table.columns]
    bottom = table.top - 1 + count
    options = {"name": table.name, "columns": headings, "style": "Table Style Light 1", "banded_rows": False}
    sheet.add_table(table.top - 1, 0, bottom, len(table.columns) - 1, options)
    for down in range(count):
        values = rows[down] if down < len(rows) else ()
        lines = table.lines or _lines(table, values)
        if lines > 1 or table.lines:
            sheet.set_row(table.top + down, min(400, 15 * lines + 3))  # Excel has no higher row than 409.5
        for across, column in enumerate(table.columns):
            value = values[across] if across < len(values) else None
            _write(sheet, table.top + down, across, value, styles.cell(column, table.lines))
    if table.name == "tblRules":
        _rule_columns(sheet, table, styles, count)
    if table.sheet == layout.LOCAL_RULES:
        _local_rules(sheet, table, styles)
    if table.sheet == layout.PARAMETERS:
        _settings(sheet, styles)
    frozen = layout.frozen(table)
    sheet.freeze_panes(table.top if table.sheet != layout.PARAMETERS else 0, frozen)
    _print_setup(sheet, table, frozen)
    if table.sheet in layout.MARKED:
        _marks(book, sheet, table)
        _validations(sheet, table)
    if table.name == "tblFindings":
        _results(sheet, table, styles)
    if table.sheet in layout.TYPED:
        _headings_stay(sheet, table)
        return
    allowed = {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True, "format_cells": True}
    sheet.protect("", {**allowed, "insert_rows": True, "delete_rows": True, "objects": True})


def _column_options(table: Table, index: int) -> dict[str, Any]:
    """Return whether a column is hidden, or stands behind the outline."""
    if table.columns[index].heading in layout.HIDDEN:
        return {"hidden": True}
    if table.columns[index].aside:
        return {"hidden": True, "level": 1}
    follows = index + 1 < len(table.columns) and table.columns[index + 1].aside
    return {"collapsed": True} if follows else {}


def _settings(sheet: Any, styles: Styles) -> None:
    """Lay out what is set above the parameters, and what the last check left there."""
    entry = {"border": 1, "border_color": "#D0D0D0", "align": "left"}
    first = {"scheme_id": titles()[DEFAULT], "marks": "开"}
    for name, (caption, (_, row, column)) in layout.SETTINGS.items():
        sheet.write(row - 1, 0, caption, styles.get(bold=True))
        role = "填报" if name in layout.ENTERED else "审核"
        shown = {"num_format": "yyyy-mm-dd"} if name == "deadline" else {"num_format": "@"} if name == "phone" else {}
        look = styles.get(**entry, **shown, bg_color=ROLE_COLOURS[role], locked=role != "填报")
        if name == "skipped":
            # the longest: what was not checked, and for want of what
            words = styles.get(**entry, bg_color=ROLE_COLOURS[role], text_wrap=True, valign="top")
            sheet.merge_range(row - 1, column - 1, row - 1, column + 2, "", words)
            sheet.set_row(row - 1, 48)
            continue
        # not merged: the columns beside are free, and a long path runs on over them
        sheet.write(row - 1, column - 1, first.get(name), look)
        if name in HINTS:
            sheet.write(row - 1, column, HINTS[name], styles.get(font_color="#666666"))
    for place, choices in ((layout.SCHEME_ID, list(titles().values())), (layout.MARKS, ["开", "关"])):
        options = {"validate": "list", "source": choices, "error_title": "请核对", "error_message": "请从列表中选一个"}
        sheet.data_validation(place.row - 1, place.column - 1, place.row - 1, place.column - 1, options)


HINTS = {
    "scheme_id": "　按哪一套分值和办法计分，从列表中选",
    "marks": "　单元格上的红、黄、蓝：开或关",
    "import": "　按“① 导入”时从这个文件夹读",
    "compare": "　按“与上年核对”时用",
    "export": "　按“④ 导出”时放到这个文件夹",
    "return": "　按“退回”时把各单位的整改通知、批注的 Word、工作簿放到这个文件夹",
    "deadline": "　写进整改通知，如 2026-12-05；空着就是十天以后",
    "contact": "　写进整改通知；空着就留空待填",
    "phone": "　写进整改通知",
    "office": "　整改通知由谁发；空着就是地区加“财政局”",
    "number": "　通知编号的字头，如 云财绩，印成 云财绩〔2026〕1号；空着就沿用上次的",
    "hash": "　两次审核的指纹相同，结果就一字不差",
    "scheme": "　分值、阈值、规则级别变了，它就变",
}


def _lines(table: Table, values: Sequence[Any]) -> int:
    pairs = [(str(value), column.width) for value, column in zip(values, table.columns, strict=False)]
    return max((lines_of(text, width) for text, width in pairs if width > WRAPPED_FROM), default=1)


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def _rule_columns(sheet: Any, table: Table, styles: Styles, count: int) -> None:
    """Count each rule's findings beside it, and let 本地级别 be chosen."""
    for row in range(table.top + 1, table.top + 1 + count):
        for heading, formula in layout.rule_formulas(row).items():
            column = table.column(heading)
            shown = layout.RANK_STEP - 1 - row if heading == "排序" else 0
            sheet.write_formula(row - 1, column - 1, f"={formula}", styles.cell(table.columns[column - 1]), shown)
    levels = table.column("本地级别") - 1
    rule = {
        "validate": "list",
        "source": list(layout.LEVELS),
        "error_title": "请核对",
        "error_message": "请从列表中选一个；空着就是规则原来的级别",
    }
    sheet.data_validation(table.top, levels, table.top + count - 1, levels, rule)


LOCAL_HOW = (
    "本地自己的规则，不用编程：条件用表头上的栏目名称写，成立就报。可用 + - * / > < >= <= = ≠、且 或 非、95%；"
    "合计(得分)、条数(得分 < 分值)、最大 最小 平均、数值(年度指标值)、包含(正文,“采购”)、空白(填表人)、字数、如果；也认 Excel 的 AND、OR、SUM 等。",
    "条件里写了按行填的栏目（得分、分值、项目本年决算数…）的，逐行看。问题和怎么办里可写 {栏目}，查出来时换成数。写错的，全审时指出是哪一格。",
)


def _local_rules(sheet: Any, table: Table, styles: Styles) -> None:
    """Say how a rule of one's own is written, and let its level and its use be chosen."""
    for row, words in enumerate(LOCAL_HOW, start=1):
        sheet.merge_range(row, 0, row, len(table.columns) - 1, words, styles.get(font_color="#666666", text_wrap=True))
        sheet.set_row(row, 30)
    for heading, choices in (("级别", layout.LEVELS[:3]), ("启用", ("是", "否"))):
        column = table.column(heading) - 1
        options = {
            "validate": "list",
            "source": list(choices),
            "error_title": "请核对",
            "error_message": "请从列表中选一个",
        }
        sheet.data_validation(table.top, column, layout.LAST_ROW, column, options)


def _print_setup(sheet: Any, table: Table, frozen: int) -> None:
    sheet.set_landscape()
    shown = [column for column in table.columns if column.heading not in layout.HIDDEN and not column.aside]
    if any(column.aside for column in table.columns):
        sheet.print_area(0, 0, 1_048_575, len(shown) - 1)  # opened outlines stay on the screen
    if frozen and sum(column.width for column in shown) > WIDE:
        sheet.set_paper(8)  # A3
        sheet.set_print_scale(60)
        sheet.repeat_columns(0, frozen - 1)
    else:
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(table.top - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _marks(book: Any, sheet: Any, table: Table) -> None:
    by_kind: dict[str, list[str]] = {}
    for number, entry in enumerate(table.columns, start=1):
        if not entry.bears_marks:
            continue
        name = letters(number)
        by_kind.setdefault(_shown_as(entry), []).append(f"{name}{table.top + 1}:{name}{layout.LAST_ROW}")
    mark(book, sheet, [(shown, " ".join(spans)) for shown, spans in by_kind.items()], f"$A{table.top + 1}")


def mark(book: Any, sheet: Any, spans: Sequence[tuple[str, str]], row_mark: str = "") -> None:
    """Lay the marks over cells as conditional formats: the clerk's own fills stay beneath.

    `spans` are number formats ("" for words, which are underlined instead of signed) with the ranges they are for;
    `row_mark` is the cell, in the first row of them, that is empty where no cell of the row has a mark: looking there
    first spares a count over the results for nearly every cell (saving from LibreOffice takes half the time). The results
    go by a defined name: Excel 2007 and WPS drop a rule that looks at another sheet itself.
    """
    for letter, (back, front) in MARK_COLOURS.items():
        counted = f'COUNTIF(FindingKeys,"{sheet.name}!"&ADDRESS(ROW(),COLUMN(),4)&"|{letter}")>0'
        wanted = f'IF(MarkSwitch="开",{counted},FALSE)'
        formula = f'=IF({row_mark}="",FALSE,{wanted})' if row_mark else f"={wanted}"
        for shown, span in spans:
            look = {"bg_color": back, "font_color": front, "bold": True, **_sign(MARK_SIGNS[letter], shown)}
            options = {"type": "formula", "criteria": formula, "format": book.add_format(look), "stop_if_true": True}
            sheet.conditional_format(span.partition(" ")[0], {**options, "multi_range": span})


def _shown_as(column: Column) -> str:
    return "" if column.width > LONG_TEXT else FORMATS.get(column.kind, "General")


def _sign(sign: str, shown: str) -> dict[str, Any]:
    """Return what shows a mark without colour: the sign before the value; long text, which takes none, is underlined."""
    if not shown:
        return {"underline": 1}
    return {"num_format": f'"{sign} "{shown};"{sign} "-{shown};"{sign} "{shown};"{sign} "@'}


def _validations(sheet: Any, table: Table) -> None:
    for index, column in enumerate(table.columns):
        if column.role == "填报" and column.kind in ("amount", "count", "score", "area"):
            rule = {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_type": "warning",
                "error_title": "请核对",
                "error_message": "这里应填不小于零的数字",
            }
            sheet.data_validation(table.top, index, layout.LAST_ROW, index, rule)


def _headings_stay(sheet: Any, table: Table) -> None:
    """Refuse what is typed over a heading; where it was pasted over, reading the master says so."""
    rule = {
        "validate": "custom",
        "value": "=FALSE",
        "error_title": "列名不能改",
        "error_message": "程序按列名找格子。请按 Esc 恢复原来的列名；新的一行请填在表的下面一行。",
    }
    sheet.data_validation(table.top - 1, 0, table.top - 1, len(table.columns) - 1, rule)


def _results(sheet: Any, table: Table, styles: Styles) -> None:
    sheet.write(1, 0, "结论", styles.get(bold=True))
    sheet.write_blank(1, 1, None, styles.get(bold=True, font_size=14, font_color="#9C0006"))
    note = styles.get(font_color="#666666")
    sheet.write(
        2,
        0,
        f"一处问题一行，“{UNDER}”是它牵出的。点“在哪一栏”跳过去改；预警属实的，在“出错说明”写明原因（可从列表选），再全审。",
        note,
    )
    sheet.write(
        3,
        0,
        "只看还没处理的：点“状态”的筛选箭头选“待处理”，或按上面的按钮。填报值、应为值、依据在右边：点列标上方的“＋”展开。",
        note,
    )
    for place, (macro, caption) in enumerate((("ShowOpen", "只看还没处理的"), ("ShowAll", "全部显示"))):
        if styles.book.vba_project:
            look = {"macro": macro, "caption": caption, "width": 130, "height": 26}
            sheet.insert_button(0, 3, {**look, "x_offset": 140 * place, "y_offset": 3})
    reasons = table.column("出错说明") - 1
    options = {
        "validate": "list",
        "source": list(layout.USUAL_REASONS),
        "error_type": "information",
        "ignore_blank": True,
    }
    sheet.data_validation(table.top, reasons, layout.LAST_ROW, reasons, {**options, "show_error": False})
    states, levels = (letters(table.column(heading)) for heading in ("状态", "级别"))
    first = table.top + 1
    span = (table.top, 0, layout.LAST_ROW, 0)
    done = styles.book.add_format({"bg_color": "#E2EFDA", "font_color": "#375623", "num_format": '"✓ "@'})
    criteria = f'=${states}{first}="{EXPLAINED}"'
    sheet.conditional_format(*span, {"type": "formula", "criteria": criteria, "format": done, "stop_if_true": True})
    follows = styles.book.add_format({"font_color": "#595959", "num_format": f'"　{UNDER} "@'})
    criteria = f'=LEFT(${levels}{first},1)="{UNDER}"'
    sheet.conditional_format(*span, {"type": "formula", "criteria": criteria, "format": follows, "stop_if_true": True})
    for letter, caption, more in (("E", "错误", "错误 "), ("W", "预警", "预警 "), ("N", "提示", "")):
        back, front = MARK_COLOURS[letter]
        sign = f'"{MARK_SIGNS[letter]} {more}"@'
        style = styles.book.add_format({"bg_color": back, "font_color": front, "bold": True, "num_format": sign})
        found = f'=ISNUMBER(SEARCH("{caption}",${levels}{first}))'
        sheet.conditional_format(*span, {"type": "formula", "criteria": found, "format": style})


def _summary(book: Any, sheet: Any, styles: Styles) -> None:
    """Lay the roll-up: small tables of classic formulas over the data, and native charts over them."""
    sheet.write(0, 0, "汇总分析", styles.get(bold=True, font_size=16, font_color=DEEP))
    words = "全县各单位合在一起看。导入、全审之后，这里的数和图自动更新；只看，不用填。"
    sheet.write(1, 0, words, styles.get(font_color="#666666"))
    sheet.set_row(0, 24)
    sheet.set_column(0, 0, 30, styles.get())
    sheet.set_column(1, 3, 10, styles.get())
    sheet.set_column(4, 20, 9, styles.get())
    for block in layout.summary():
        _summary_table(sheet, styles, block)
    for place, block in enumerate(entry for entry in layout.summary() if entry.chart):
        chart = _scatter(book, block) if block.source[0] else _bars(book, sheet, block)
        dress(chart, block.title, block.note, (340, 270))
        sheet.insert_chart(3 + (place // 2) * 14, 4 + (place % 2) * 5, chart, {"x_offset": 12})
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", {"objects": True})


def _summary_table(sheet: Any, styles: Styles, block: layout.Summary) -> None:
    if not block.lines:
        return
    head = styles.get(bold=True, bg_color=DEEP, font_color="#FFFFFF")
    shown = "#,##0.00" if block.kind == "amount" else "0;-0;" if block.named else "0"
    cell = styles.get(border=1, border_color="#D0D0D0", num_format=shown)
    named = styles.get(border=1, border_color="#D0D0D0", shrink=True)
    top = block.row - 1
    sheet.write_row(top, 0, (block.title, *block.heads), head)
    if not block.chart:
        for across in range(1, len(block.heads) + 1):
            span = (top + 1, across, top + len(block.lines), across)
            # a bar of Excel 2007 has a length even for nothing
            none = {"type": "cell", "criteria": "==", "value": 0, "format": None, "stop_if_true": True}
            sheet.conditional_format(*span, none)
            bar = {"type": "data_bar", "bar_color": "#9CB8CC", "min_type": "num", "min_value": 0}
            sheet.conditional_format(*span, bar)
    for down, (name, *formulas) in enumerate(block.lines, start=top + 1):
        if block.named:
            sheet.write_formula(down, 0, f"={name}", named, "")
        else:
            sheet.write(down, 0, name, named)
        for across, formula in enumerate(formulas, start=1):
            if formula:
                sheet.write_formula(down, across, f"={formula}", cell, 0 if name else "")
            else:
                sheet.write_number(down, across, 0, cell)


def _bars(book: Any, sheet: Any, block: layout.Summary) -> Any:
    first, last = block.row, block.row + len(block.lines) - 1
    names = [sheet.name, first, 0, last, 0]
    places = enumerate(block.heads, start=1)
    series = [Series(name, names, [sheet.name, first, place, last, place]) for place, name in places]
    return bars(book, block.chart, series, "#,##0;-#,##0;")


def _scatter(book: Any, block: layout.Summary) -> Any:
    """Lay one figure of the departments against another, straight from their table."""
    chart = book.add_chart({"type": "scatter"})
    name, *headings = block.source
    table = layout.table(name)
    places = [table.column(heading) - 1 for heading in headings]
    across, upwards = ([name, table.top, place, layout.CHARTED, place] for place in places)
    chart.add_series(dots(block.title, across, upwards, DEEP))
    chart.set_x_axis({**GRID, "name": headings[0], "num_format": "0%"})
    chart.set_y_axis({**GRID, "name": headings[1], "num_format": "0", "max": 100})
    chart.set_legend({"none": True})
    return chart
