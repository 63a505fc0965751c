"""The blank master, built by XlsxWriter into the shipped template. `jixiao new` copies it; everything later is patching."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbook.findings import MEANING, UNDER
from workbook.manual import IN_MASTER
from workbook.verbs import VERBS, Verb
from workbook.writers import manual_sheet
from workbook.writers import master_layout as layout
from workbook.writers.charts import DEEP, FONT, GRID, Series, bars, dots, dress
from workbook.writers.master_layout import Column, Table
from workbook.writers.package import WRAPPED_FROM, address, lines_of

ROLE_COLOURS = {"填报": "#FFF9E5", "计算": "#EAF3E6", "引用": "#EEF1F5", "审核": "#FDEFEA"}
MARK_COLOURS = {"E": ("#F8CBAD", "#9C0006"), "W": ("#FFE699", "#7F6000"), "N": ("#BDD7EE", "#1F4E78")}
MARK_SIGNS = {"E": "✗", "W": "△", "N": "○"}
FORMATS = {"amount": "0.00", "rate": "0.00%", "score": "0.00", "area": "0.00", "count": "0", "year": "0"}
LONG_TEXT = 100  # columns wider than this hold paragraphs
WIDE = 330  # characters; a wider table is not squeezed onto one page
CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 — a fixed date keeps the build reproducible
HOW_TO = (
    "一、把各单位报来的 Word、Excel 放进一个文件夹，按“导入”。",
    "二、按“填充”：空着的执行率、控制率、得分、总分、等级由系统算出，您填的不动。",
    "三、按“全审”：问题列在“校验结果”，按“定位下一处”逐处查看；单元格变红、黄、蓝。",
    "四、预警属实的，在“出错说明”一栏写明原因，再按“全审”；错误必须改正。",
    "五、按“导出”：得到各单位的附件2、附件3，可直接打印上报。",
)


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
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
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
    entries = [("年度", layout.YEAR, ""), ("地区", layout.REGION, ""), ("方案", layout.SCHEME_ID, "luosong")]
    how_to = HOW_TO if vba else (*HOW_TO, WITHOUT_BUTTONS)
    verbs = [verb for verb in VERBS if verb.sub and vba]
    front = Front("部门整体支出绩效自评总表", [*entries, ("标记", layout.MARKS, "开")], how_to, verbs)
    home(book, sheets[layout.HOME], styles, front)
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


WITHOUT_BUTTONS = "这本总表还没有按钮：请用同名命令 jixiao import、fill、check、export（见说明书）。"


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

    def cell(self, column: Column) -> Any:
        """Return the format of a column's cells: colour by role, unlocked where the clerk fills it."""
        wide = column.kind == "text" and column.width > 20
        narrow = column.kind in ("count", "year") or (column.kind == "text" and column.width <= 11)
        return self.get(
            bg_color=ROLE_COLOURS[column.role],
            border=1,
            border_color="#D0D0D0",
            locked=column.role != "填报",
            num_format=FORMATS.get(column.kind, "General"),
            text_wrap=wide,
            align="center" if narrow else "general",
        )

    def heading(self) -> Any:
        """Return the format of table headings."""
        return self.get(bold=True, font_color="#FFFFFF", bg_color=DEEP, border=1, text_wrap=True, align="center")


@dataclass(frozen=True, slots=True)
class Front:
    """What 首页 says: title, entries (caption, place, value), how to use it in five lines, the verbs with buttons."""

    title: str
    entries: Sequence[tuple[str, tuple[int, int], Any]]
    how_to: Sequence[str]
    verbs: Sequence[Verb] = ()


STATE_CAPTIONS = {
    "when": "时间",
    "verdict": "结论",
    "errors": "错误",
    "warnings": "预警",
    "hash": "结果指纹",
    "skipped": "未执行",
    "scheme": "参数指纹",
}


def home(book: Any, sheet: Any, styles: Styles, front: Front) -> None:
    """Lay out 首页: what is set, the state of the last check, legend, how to use it, and the buttons."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 1, 16, styles.get())
    sheet.set_column(2, 2, 34, styles.get())
    sheet.set_column(3, 8, 15, styles.get())
    sheet.set_row(1, 36)
    sheet.merge_range(1, 1, 1, 7, front.title, styles.get(bold=True, font_size=20, font_color=DEEP))
    entry = styles.get(bg_color=ROLE_COLOURS["填报"], border=1, border_color="#D0D0D0", locked=False, align="left")
    fixed = styles.get(bg_color=ROLE_COLOURS["审核"], border=1, border_color="#D0D0D0", align="left", text_wrap=True)
    for caption, (row, column), words in front.entries:
        sheet.write(row - 1, 1, caption, styles.get(bold=True))
        sheet.write(row - 1, column - 1, words, entry)
    sheet.data_validation(layout.MARKS[0] - 1, 2, layout.MARKS[0] - 1, 2, {"validate": "list", "source": ["开", "关"]})
    book.define_name("MarkSwitch", f"='{layout.HOME}'!$C${layout.MARKS[0]}")
    keys = layout.table("校验结果")
    letters = _letters(keys.column("标记键"))
    book.define_name("FindingKeys", f"='{keys.sheet}'!${letters}${keys.top + 1}:${letters}${layout.LAST_ROW}")
    sheet.write(8, 1, "上次全审", styles.get(bold=True, font_size=12, font_color=DEEP))
    for name, (row, column) in layout.STATE.items():
        sheet.write(row - 1, 1, STATE_CAPTIONS[name], styles.get())
        sheet.write_blank(row - 1, column - 1, None, fixed)
    _legend(sheet, styles)
    sheet.write(21, 1, "怎么用", styles.get(bold=True, font_size=12, font_color=DEEP))
    for row, words in enumerate(front.how_to, start=22):
        sheet.merge_range(row, 1, row, 7, words, styles.get())
    if front.verbs:
        _buttons(sheet, styles, front.verbs, entry, fixed)
    sheet.protect("", {"objects": False, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _buttons(sheet: Any, styles: Styles, verbs: Sequence[Verb], entry: Any, fixed: Any) -> None:
    """Place the buttons, the cell where they say how it went, and the cells of the paths they work with."""
    for place, verb in enumerate(verbs):
        down, across = divmod(place, 2)
        look = {"macro": verb.sub, "caption": verb.caption, "width": 130, "height": 34, "x_offset": 12, "y_offset": 2}
        sheet.insert_button(3 + down * 2, 3 + across * 2, {**look, "description": verb.help})
    row, column = layout.BUTTON_CELLS["status"]
    sheet.set_row(row - 1, 34)
    sheet.write(row - 1, 1, "按钮消息", styles.get(bold=True))
    sheet.merge_range(row - 1, column - 1, row - 1, 7, "", fixed)
    row, _ = layout.BUTTON_CELLS["import"]
    sheet.write(row - 2, 1, "按钮用的路径", styles.get(bold=True, font_size=12, font_color=DEEP))
    for verb in verbs:
        if verb.name in layout.BUTTON_PATHS:
            row, column = layout.BUTTON_CELLS[verb.name]
            sheet.write(row - 1, 1, layout.BUTTON_PATHS[verb.name], styles.get())
            sheet.merge_range(row - 1, column - 1, row - 1, 7, "", entry)


def _legend(sheet: Any, styles: Styles) -> None:
    sheet.write(17, 1, "图例", styles.get(bold=True, font_size=12, font_color=DEEP))
    for column, (role, colour) in enumerate(ROLE_COLOURS.items(), start=1):
        sheet.write(18, column, role, styles.get(bg_color=colour, border=1, border_color="#D0D0D0", align="center"))
    words = {"E": "错误：必须改正", "W": "预警：可以说明", "N": "提示"}
    for column, (letter, caption) in enumerate(words.items(), start=1):
        back, front = MARK_COLOURS[letter]
        style = styles.get(bg_color=back, font_color=front, bold=True, border=1, border_color="#D0D0D0", align="center")
        sheet.write(19, column, f"{MARK_SIGNS[letter]} {caption}", style)
    sheet.set_row(20, 30)
    sheet.merge_range(20, 1, 20, 7, MEANING, styles.get(text_wrap=True))


def table_sheet(book: Any, sheet: Any, table: Table, styles: Styles, rows: Sequence[Sequence[Any]]) -> None:
    """Lay out the sheet of a table with these rows: headings, widths, marks, validations, print set-up, protection."""
    sheet.write(0, 0, table.sheet, styles.get(bold=True, font_size=16, font_color=DEEP))
    count = max(table.blank_rows, len(rows))
    for index, column in enumerate(table.columns):
        hidden = {"hidden": True} if column.heading in layout.HIDDEN else {}
        sheet.set_column(index, index, column.width, styles.cell(column), hidden)
    for row in range(table.top - 1):
        sheet.set_row(row, 24 if row == 0 else 18, styles.get())
    sheet.set_row(table.top - 1, 34)
    headings = [{"header": column.heading, "header_format": styles.heading()} for column in table.columns]
    bottom = table.top - 1 + count
    options = {"name": table.name, "columns": headings, "style": "Table Style Light 1", "banded_rows": False}
    sheet.add_table(table.top - 1, 0, bottom, len(table.columns) - 1, options)
    for down in range(count):
        values = rows[down] if down < len(rows) else ()
        lines = _lines(table, values)
        if lines > 1:
            sheet.set_row(table.top + down, min(400, 15 * lines + 3))  # Excel has no higher row than 409.5
        for across, column in enumerate(table.columns):
            _write(
                sheet, table.top + down, across, values[across] if across < len(values) else None, styles.cell(column)
            )
    if table.name == "tblRules":
        _rule_columns(sheet, table, styles, count)
    if table.sheet == layout.LOCAL_RULES:
        _local_rules(sheet, table, styles)
    frozen = 3 if any(column.heading == layout.NUMBER for column in table.columns) else 2
    sheet.freeze_panes(table.top, frozen if table.columns[0].heading == layout.MARK_COLUMN else 0)
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
    if table.sheet in layout.REMADE:
        # Excel sorts a protected sheet only where every cell may be edited
        sheet.unprotect_range(f"A{table.top + 1}:{_letters(len(table.columns))}{layout.LAST_ROW}", "sort")


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
    if sum(column.width for column in table.columns if column.heading not in layout.HIDDEN) > WIDE:
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
        name = _letters(number)
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


def _letters(column: int) -> str:
    return address(1, column).rstrip("1")


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
    sheet.write(
        2,
        0,
        f"一处问题一行，“{UNDER}”是它牵出的；点“单元格”跳过去；预警属实的，写明“出错说明”再全审。",
        styles.get(font_color="#666666"),
    )
    reasons = table.column("出错说明") - 1
    options = {
        "validate": "list",
        "source": list(layout.USUAL_REASONS),
        "error_type": "information",
        "ignore_blank": True,
    }
    sheet.data_validation(table.top, reasons, layout.LAST_ROW, reasons, {**options, "show_error": False})
    for letter, caption in (("E", "错误"), ("W", "预警"), ("N", "提示")):
        back, front = MARK_COLOURS[letter]
        style = styles.book.add_format({"bg_color": back, "font_color": front, "bold": True})
        criteria = {"type": "text", "criteria": "containing", "value": caption, "format": style}
        level = table.column("级别") - 1
        sheet.conditional_format(table.top, level, layout.LAST_ROW, level, criteria)


def _summary(book: Any, sheet: Any, styles: Styles) -> None:
    """Lay the roll-up: small tables of classic formulas over the data, and native charts over them."""
    sheet.write(0, 0, "汇总分析", styles.get(bold=True, font_size=16, font_color=DEEP))
    sheet.set_column(0, 0, 30, styles.get())
    sheet.set_column(1, 3, 11, styles.get())
    sheet.set_column(4, 20, 9, styles.get())
    for place, block in enumerate(layout.summary()):
        _summary_table(sheet, styles, block)
        chart = _scatter(book, block) if block.source[0] else _bars(book, sheet, block)
        dress(chart, block.title, block.note, (520, 290))
        sheet.insert_chart(2 + (place // 2) * 15, 4 + (place % 2) * 8, chart, {"x_offset": 20})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", {"objects": True})


def _summary_table(sheet: Any, styles: Styles, block: layout.Summary) -> None:
    if not block.lines:
        return
    head = styles.get(bold=True, bg_color=DEEP, font_color="#FFFFFF")
    shown = "#,##0.00" if block.kind == "amount" else "0;-0;" if block.named else "0"
    cell = styles.get(border=1, border_color="#D0D0D0", num_format=shown)
    top = block.row - 1
    sheet.write_row(top, 0, (block.title, *block.heads), head)
    for down, (name, *formulas) in enumerate(block.lines, start=top + 1):
        if block.named:
            sheet.write_formula(down, 0, f"={name}", cell, "")
        else:
            sheet.write(down, 0, name, cell)
        for across, formula in enumerate(formulas, start=1):
            if formula:
                sheet.write_formula(down, across, f"={formula}", cell, 0)
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
