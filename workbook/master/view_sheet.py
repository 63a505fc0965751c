"""单位视图: one department as it filed, its marks in place and numbered, and its problems as cards beside. Formulas alone.

The clerk chooses the department in one cell and the problem in another; buttons only write into these two. Hidden columns
at the right hold where the department's rows are, its findings one a row, and the number of the finding of every cell shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from workbook.master import layout
from workbook.master.looks import FORMATS, MARK_COLOURS, MARK_SIGNS, Styles
from workbook.model.fields import EXPENSE_COLUMNS, EXPENSES
from workbook.model.findings import EXPLAINED
from workbook.ooxml import address
from workbook.writers.charts import DEEP
from workbook.writers.styles import ROLE_COLOURS

# characters: number of the problem, three levels of labels, five figures, a gap, and the cards
WIDTHS = (4, 7, 8, 15, 10, 10, 9, 8, 10, 1, 4, 14, 32, 20)
HEAD_HEIGHTS = (26, 20, 50)  # points; they stay in sight
ROW_HEIGHT, CARD_ROWS = 25, 3
FIRST, LAST_SHOWN = 4, 14  # 1-based: first row below the head; last column in sight
LEFT = 2  # the first column in which values stand
INDICATORS, PROJECTS, BUILDINGS, FINDINGS, CARDS = 60, 20, 4, 80, 40  # so many of a department are shown
UNIT_CELL, CURRENT = layout.VIEW_UNIT, layout.VIEW_CURRENT
# hidden columns: rows of the data sheets; of each finding its row in 校验结果, cell, letter; numbers of the cells shown
ROWS, FOUND, CELL, LETTER, NUMBERS = 16, 17, 18, 19, 20
NAME, BASICS, EVALUATION, COUNT, THIS_ROW, THIS_CELL = (layout.Spot(layout.VIEW, row, ROWS) for row in range(1, 7))


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in the view: its column there (1-based), the sheet it comes from and the heading there, the cell with its row."""

    column: int
    sheet: str
    heading: str
    pointer: str
    last: int = 0  # where it is merged up to that column


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the view: words by column, values, whether it is a head, how high it is (in rows)."""

    words: tuple[tuple[int, str, int], ...] = ()  # column, words, last column
    values: tuple[Shown, ...] = ()
    head: bool = False
    high: int = 1
    pointer: str = ""  # formula of the row that its values stand in, where the row has one of its own


def _heading(sheet: str, path: str) -> str:
    return next(column.heading for column in layout.table(sheet).columns if column.path == path)


@cache
def lines() -> tuple[Line, ...]:
    """Return the rows of the view from the first one on."""
    return (*_annex2(), *_annex3(), *_rest())


def _annex2() -> Iterator[Line]:
    def basics(column: int, path: str) -> Shown:
        return Shown(column, "基础数据", _heading("基础数据", path), _fixed(BASICS))

    yield Line(((1, "附件2　基础数据（万元）", 9),), head=True)
    yield Line(((2, "人员", 4), (5, "编制数", 5), (6, "实际在职", 6), (8, "控制率", 8)), head=True)
    staff = (basics(5, "staff.authorized"), basics(6, "staff.actual"), basics(8, "staff.control_rate"))
    yield Line(((2, "人数", 4),), staff)
    heads = [(5 + place, heading, 5 + place) for place, (heading, _) in enumerate(EXPENSE_COLUMNS.values())]
    yield Line(((2, "经费", 4), *heads, (8, "控制率", 8)), head=True)
    for name, label in EXPENSES.items():
        values = [basics(5 + place, f"expenses.{name}.{column}") for place, column in enumerate(EXPENSE_COLUMNS)]
        rate = [column.heading for column in layout.table("基础数据").columns if column.path == f"derived:{name}"]
        values += [Shown(8, "基础数据", heading, _fixed(BASICS)) for heading in rate]
        yield Line(((2, label, 4),), tuple(values))
    text = Shown(5, "基础数据", _heading("基础数据", "thrift_measures"), _fixed(BASICS), 9)
    yield Line(((2, "厉行节约保障措施", 4),), (text,), high=2)


def _annex3() -> Iterator[Line]:
    def of(column: int, path: str, last: int = 0) -> Shown:
        return Shown(column, "自评表", _heading("自评表", path), _fixed(EVALUATION), last)

    yield Line(((1, "附件3　自评表（万元）", 9),), head=True)
    heads = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率")
    paths = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate")
    places = range(5, 10)
    yield Line(((2, "年度资金总额", 4), *((at, words, at) for at, words in zip(places, heads, strict=True))), head=True)
    yield Line(((2, "全年", 4),), tuple(of(at, f"funds.{path}") for at, path in zip(places, paths, strict=True)))
    yield Line(((2, "预算执行率得分", 4), (6, "总分", 8)), (of(5, "funds.score"), of(9, "total.score")))
    yield Line(((2, "各项分值合计", 4),), (of(5, "total.weight"),))
    income = ("total", "general_public_budget", "government_fund", "special_account", "other")
    outlay = ("total", "basic", "project")
    for place, name in enumerate(income):
        words: list[tuple[int, str, int]] = [(2, _heading("自评表", f"income.{name}"), 4)]
        values = [of(5, f"income.{name}")]
        if place < len(outlay):
            words.append((6, _heading("自评表", f"outlay.{outlay[place]}"), 8))
            values.append(of(9, f"outlay.{outlay[place]}"))
        yield Line(tuple(words), tuple(values))
    for path in ("goals.expected", "goals.actual"):
        yield Line(((2, _heading("自评表", path), 3),), (of(4, path, 9),), high=2)
    names = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")
    titles = ("一级", "二级", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因")
    yield Line(tuple((at, words, at) for at, words in enumerate(titles, start=2)), head=True)
    yield from _listed("绩效指标", [f"indicators[].{name}" for name in names], INDICATORS)


def _rest() -> Iterator[Line]:
    yield Line(((1, "附件2续　项目支出下自己列的项目（万元）", 9),), head=True)
    heads = [(5 + place, heading, 5 + place) for place, (heading, _) in enumerate(EXPENSE_COLUMNS.values())]
    yield Line(((2, "项目名称", 4), *heads), head=True)
    yield from _listed("项目支出", ("", *(f"project_lines[].{name}" for name in EXPENSE_COLUMNS)), PROJECTS, 4)
    yield Line(((1, "附件2续　楼堂馆所（㎡、万元）", 9),), head=True)
    titles = ("批复规模", "实际规模", "规模控制率", "预算投资", "实际投资", "投资控制率")
    yield Line(tuple((at, words, at) for at, words in enumerate(titles, start=4)), head=True)
    names = ("approved_area", "actual_area", "area_control_rate", "budget_investment", "actual_investment")
    paths = tuple(f"buildings[].{name}" for name in (*names, "investment_control_rate"))
    yield from _listed("楼堂馆所", paths, BUILDINGS, 4)


def _listed(sheet: str, paths: Sequence[str], count: int, first: int = 2) -> Iterator[Line]:
    """Yield the rows for a list of a department: each finds its row behind that of the one above."""
    units = layout.span(sheet, layout.UNIT)
    end = units.rpartition(":")[2]
    for place in range(count):
        values = [Shown(first + at, sheet, _heading(sheet, path), "") for at, path in enumerate(paths) if path]
        if "" in paths:
            values.insert(0, Shown(2, sheet, _heading(sheet, "project_lines[].name"), "", 4))
        found = f"MATCH({_fixed(NAME)},{units},0)"
        if place:
            rest = f"INDEX({units},{{above}}+1):{sheet}!{end}"
            found = f'IF({{above}}="","",{{above}}+MATCH({_fixed(NAME)},{rest},0))'
        yield Line((), tuple(values), pointer=f'IFERROR({found},"")')


def _fixed(spot: layout.Spot) -> str:
    return spot.fixed.partition("!")[2]


def rows() -> list[tuple[int, Line]]:
    """Return every line with its first row on the sheet."""
    out, row = [], FIRST
    for line in lines():
        out.append((row, line))
        row += line.high
    return out


def last_row() -> int:
    """Return the last row of the view."""
    row, line = rows()[-1]
    return max(row + line.high - 1, FIRST + CARD_ROWS * CARDS)


def numbers() -> str:
    """Return the range that holds, for each cell shown, the number of its finding (0 where it has none)."""
    return f"{address(FIRST, NUMBERS)}:{address(last_row(), NUMBERS + 7)}"


def write(book: Any, sheet: Any, styles: Styles, buttons: bool) -> None:
    """Lay out the view."""
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, styles.get())
    sheet.set_column(ROWS - 1, NUMBERS + 8, 9, styles.get(), {"hidden": True})
    for row in range(FIRST - 1, last_row()):
        sheet.set_row(row, ROW_HEIGHT)
    units = layout.span("部门清单", layout.UNIT)
    begin = units.partition(":")[0]
    book.define_name("UnitNames", f"={begin}:INDEX({units},MAX(1,COUNTA({units})))")
    _pointers(sheet)
    _head(sheet, styles, buttons)
    for row, line in rows():
        _line(sheet, styles, row, line)
    _cards(sheet, styles)
    _dress(book, sheet)
    sheet.freeze_panes(len(HEAD_HEIGHTS), 0)
    sheet.protect("", {"objects": False, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.print_area(0, 0, last_row() - 1, LAST_SHOWN - 1)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, len(HEAD_HEIGHTS) - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _put(sheet: Any, spot: layout.Spot, formula: str) -> None:
    sheet.write_formula(spot.row - 1, spot.column - 1, f"={formula}", None, "")


def _pointers(sheet: Any) -> None:
    """Write where the department's rows are, and its findings one below the other."""
    units, rank = layout.span("部门清单", layout.UNIT), layout.span("部门清单", "次序")
    worst = f"INDEX({units},IF(COUNT({rank})=0,1,MATCH(MAX({rank}),{rank},0)))"
    _put(sheet, NAME, f'IF({_fixed(UNIT_CELL)}="",{worst}&"",{_fixed(UNIT_CELL)})')
    for spot, name in ((BASICS, "基础数据"), (EVALUATION, "自评表")):
        _put(sheet, spot, f'IFERROR(MATCH({_fixed(NAME)},{layout.span(name, layout.UNIT)},0),"")')
    of, top = layout.span("校验结果", layout.UNIT), layout.table("校验结果").top
    end = of.rpartition(":")[2]
    _put(sheet, COUNT, f'IF({_fixed(NAME)}="",0,COUNTIF({of},{_fixed(NAME)}))')
    chosen = f"INDEX({_column(FOUND)},MAX(1,MIN({_fixed(CURRENT)},{FINDINGS})))"
    _put(sheet, THIS_ROW, f'IF({chosen}="","",{chosen}+{top})')
    _put(sheet, THIS_CELL, f'IF({chosen}="","",INDEX({_column(CELL)},MAX(1,MIN({_fixed(CURRENT)},{FINDINGS}))))')
    keys, states = layout.span("校验结果", "标记键"), layout.span("校验结果", "状态")
    for place in range(FINDINGS):
        row, above = FIRST + place, address(FIRST + place - 1, FOUND)
        found = f"MATCH({_fixed(NAME)},{of},0)"
        if place:
            found = f'IF({above}="","",{above}+MATCH({_fixed(NAME)},INDEX({of},{above}+1):校验结果!{end},0))'
        here = address(row, FOUND)
        key = f"INDEX({keys},{here})"
        _put(sheet, layout.Spot("", row, FOUND), f'IFERROR({found},"")')
        _put(sheet, layout.Spot("", row, CELL), f'IF({here}="","",IF({key}="","",LEFT({key},LEN({key})-2)))')
        done = f'IF(INDEX({states},{here})="{EXPLAINED}","D",RIGHT({key},1))'
        _put(sheet, layout.Spot("", row, LETTER), f'IF({here}="","",{done})')


def _column(column: int) -> str:
    letters = address(1, column).rstrip("1")
    return f"${letters}${FIRST}:${letters}${FIRST + FINDINGS - 1}"


def _of_finding(heading: str, row: str) -> str:
    return f"INDEX({layout.span('校验结果', heading)},{row})"


BUTTONS = (("ButtonPrev", "上一处"), ("ButtonNext", "下一处"), ("ButtonAdopt", "照此改"), ("ButtonExplain", "写原因"))


def _head(sheet: Any, styles: Styles, buttons: bool) -> None:
    for row, height in enumerate(HEAD_HEIGHTS):
        sheet.set_row(row, height)
    entry = {"bg_color": ROLE_COLOURS["填报"], "border": 1, "border_color": "#D0D0D0", "locked": False, "bold": True}
    sheet.merge_range(0, 0, 0, 2, "单位视图", styles.get(bold=True, font_size=16, font_color=DEEP))
    sheet.write(0, 3, "选一个单位", styles.get(align="right"))
    _, row, column = UNIT_CELL
    sheet.merge_range(row - 1, column - 1, row - 1, 8, "", styles.get(**entry))
    options = {"validate": "list", "source": "=UnitNames", "ignore_blank": True, "error_title": "请核对"}
    sheet.data_validation(
        row - 1, column - 1, row - 1, column - 1, {**options, "error_message": "请从列表中选一个单位"}
    )
    if buttons:
        for place, (macro, caption) in enumerate(BUTTONS):
            look = {"macro": macro, "caption": caption, "width": 100, "height": 28, "y_offset": 3}
            sheet.insert_button(0, 10, {**look, "x_offset": 4 + 108 * place})
    unit, units = _fixed(NAME), layout.span("部门清单", layout.UNIT)
    of = {name: f"INDEX({layout.span('部门清单', name)},MATCH({unit},{units},0))" for name in ("结论", "总分", "等级")}
    said = f'{unit}&"　"&IF({of["结论"]}="","还没有审过",{of["结论"]}&"　总分 "&{of["总分"]}&"　"&{of["等级"]})'
    sheet.merge_range(1, 0, 1, 8, "", styles.get(bold=True))
    sheet.write_formula(1, 0, f'=IFERROR({said},"还没有单位：请先在首页导入")', styles.get(bold=True), "")
    _, row, column = CURRENT
    sheet.write(row - 1, column - 2, "第", styles.get(align="right"))
    sheet.write(row - 1, column - 1, 1, styles.get(**entry, align="center"))
    whole = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 999, "error_message": "请填第几处"}
    sheet.data_validation(row - 1, column - 1, row - 1, column - 1, whole)
    sheet.write_formula(row - 1, column, f'="处，共 "&{_fixed(COUNT)}&" 处"', styles.get(), "")
    link = {"font_color": "#0563C1", "underline": 1, "align": "right"}
    reason = layout.table("校验结果").column("出错说明")
    target = f'"#校验结果!{address(1, reason).rstrip("1")}"&{_fixed(THIS_ROW)}'
    words = f'IF({_fixed(THIS_ROW)}="","",HYPERLINK({target},"写原因 →"))'
    sheet.write_formula(row - 1, column + 1, f"={words}", styles.get(**link), "")
    _problem(sheet, styles)


def _problem(sheet: Any, styles: Styles) -> None:
    """Say the problem at hand in full: where, what, what to do, both figures, and what was explained."""
    at = f"({_fixed(THIS_ROW)}-{layout.table('校验结果').top})"
    where, problem, advice, entered, wanted, reason = (
        _of_finding(name, at) for name in ("在哪一栏", "问题", "怎么办", "填报值", "应为值", "出错说明")
    )
    figures = f'IF({wanted}="","","　"&IF({entered}="","","填报 "&{entered}&"，")&"应为 "&{wanted})'
    said = f'IF({reason}="","","　已写原因："&{reason})'
    words = f'{where}&"："&{problem}&CHAR(10)&"怎么办："&{advice}&{figures}&{said}'
    none = f'IF({_fixed(COUNT)}=0,"这个单位没有问题，或者还没有审过。","没有这一处。")'
    look = styles.get(text_wrap=True, bg_color=ROLE_COLOURS["审核"], border=1, border_color="#D0D0D0", valign="top")
    sheet.merge_range(2, 0, 2, LAST_SHOWN - 1, "", look)
    sheet.write_formula(2, 0, f'=IF({_fixed(THIS_ROW)}="",{none},{words})', look, "")


def _line(sheet: Any, styles: Styles, row: int, line: Line) -> None:
    frame = {"border": 1, "border_color": "#D0D0D0", "text_wrap": True, "font_size": 9}
    head = styles.get(**frame, bold=True, bg_color=ROLE_COLOURS["引用"], align="center")
    section = styles.get(bold=True, font_color="#FFFFFF", bg_color=DEEP)
    label = styles.get(**frame, bg_color=ROLE_COLOURS["引用"])
    for column, words, last in line.words:
        look = section if column == 1 else head if line.head else label
        _span(sheet, row, column, row + line.high - 1, last, words, look)
    if line.pointer:
        above = address(row - 1, ROWS)
        _put(sheet, layout.Spot("", row, ROWS), line.pointer.format(above=above))
    for value in line.values:
        _value(sheet, styles, row, line, value)
    if line.values:
        held = f"{address(row, NUMBERS)}:{address(row, NUMBERS + 7)}"
        first = f'IF(SUM({held})=0,"",SMALL({held},COUNTIF({held},0)+1))'
        _span(sheet, row, 1, row + line.high - 1, 1, "", styles.get(align="center", bold=True))
        sheet.write_formula(row - 1, 0, f"={first}", styles.get(align="center", bold=True), "")


def _value(sheet: Any, styles: Styles, row: int, line: Line, value: Shown) -> None:
    pointer = f"${address(row, ROWS)}" if line.pointer else value.pointer
    table = layout.table(value.sheet)
    column = table.columns[table.column(value.heading) - 1]
    cells = layout.span(value.sheet, value.heading)
    text = column.kind == "text"
    frame = {"border": 1, "border_color": "#D0D0D0", "font_size": 9, "text_wrap": text, "shrink": not text}
    look = styles.get(**frame, num_format=FORMATS.get(column.kind, "General"), align="left" if text else "right")
    _span(sheet, row, value.column, row + line.high - 1, value.last or value.column, "", look)
    held = f"INDEX({cells},{pointer})"
    sheet.write_formula(row - 1, value.column - 1, f'=IF({pointer}="","",IF({held}="","",{held}))', look, "")
    letters = cells.partition("!")[2].split("$")[1]
    key = f'"{value.sheet}!{letters}"&({pointer}+{table.top})'
    number = f'IF({pointer}="",0,IFERROR(MATCH({key},{_column(CELL)},0),0))'
    _put(sheet, layout.Spot("", row, NUMBERS + value.column - LEFT), number)


def _span(sheet: Any, row: int, column: int, bottom: int, last: int, words: str, look: Any) -> None:
    if (row, column) == (bottom, last):
        sheet.write(row - 1, column - 1, words, look)
    else:
        sheet.merge_range(row - 1, column - 1, bottom - 1, last - 1, words, look)


def _cards(sheet: Any, styles: Styles) -> None:
    head = styles.get(bold=True, font_color="#FFFFFF", bg_color=DEEP, align="center")
    for column, words in enumerate(("号", "在哪一栏", "问题", "怎么办"), start=11):
        sheet.write(FIRST - 1, column - 1, words, head)
    frame = {"border": 1, "border_color": "#D0D0D0", "text_wrap": True, "font_size": 9, "valign": "top"}
    top = layout.table("校验结果").top
    for place in range(CARDS):
        row, at = FIRST + 1 + CARD_ROWS * place, f"${address(FIRST + place, FOUND)}"
        cell = f"${address(FIRST + place, CELL)}"
        target = f'IF({cell}="","#校验结果!A"&({at}+{top}),"#"&{cell})'
        entries = (
            (f"{place + 1}", styles.get(**frame, align="center", bold=True)),
            (
                f"HYPERLINK({target},{_of_finding('在哪一栏', at)})",
                styles.get(**frame, font_color="#0563C1", underline=1),
            ),
            (_of_finding("问题", at), styles.get(**frame)),
            (_of_finding("怎么办", at), styles.get(**frame)),
        )
        for column, (formula, look) in enumerate(entries, start=11):
            _span(sheet, row, column, row + CARD_ROWS - 1, column, "", look)
            sheet.write_formula(row - 1, column - 1, f'=IF({at}="","",{formula})', look, "")


def _dress(book: Any, sheet: Any) -> None:
    """Colour the marked cells, the number at their row and the cards; the problem at hand is framed."""
    bottom = last_row()
    number, letters = f"{address(FIRST, NUMBERS)}", _column(LETTER)
    spans = (
        (FIRST - 1, 1, bottom - 1, 8, number),
        (FIRST - 1, 0, bottom - 1, 0, f"N(${address(FIRST, 1)})"),
        (FIRST, 10, bottom - 1, 10, f"N(${address(FIRST + 1, 11)})"),
    )
    for top, left, down, right, held in spans:
        for letter, (back, front) in {**MARK_COLOURS, "D": ("#E2EFDA", "#375623")}.items():
            look: dict[str, Any] = {"bg_color": back, "font_color": front}
            if letter in MARK_SIGNS and left in (0, 10):
                look["num_format"] = f'"{MARK_SIGNS[letter]}"0'
            criteria = f'{held}>0,INDEX({letters},MAX(1,{held}))="{letter}"'
            # LibreOffice takes the first that fits and no more: the problem at hand has one of its own
            hand = {**look, "bg_color": front, "font_color": "#FFFFFF", "bold": True}
            for more, dress in ((f",{held}={CURRENT_CELL}", hand), ("", look)):
                options = {"type": "formula", "criteria": f"=AND({criteria}{more})", "format": book.add_format(dress)}
                sheet.conditional_format(top, left, down, right, {**options, "stop_if_true": True})


CURRENT_CELL = CURRENT.fixed.partition("!")[2]
