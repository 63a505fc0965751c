"""The tables beside a sample department's self-evaluation: final accounts, budget and approved targets that agree with it.

In two layouts of the nine published tables (with 行次 and 栏次, and without), the bureau's own export in 元, a budget and a
table of targets. Built from published headings; every figure is invented with the department.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import docx
import xlsxwriter

from workbook.model.filing import Filing

Value = str | Decimal | None
ZERO = Decimal(0)


@dataclass(slots=True)
class Sheet:
    """One table as it is printed: title, code, unit of money, rows; `wide` are cells that reach over others (row, column,
    rows, columns), 0-based within the rows.
    """

    title: str
    code: str
    rows: list[list[Value]]
    wide: list[tuple[int, int, int, int]] = field(default_factory=list)
    money: str = "万元"
    head: str = ""


def facts(filing: Filing) -> dict[str, Decimal]:
    """Return what the tables of a department say, so that each agrees with its self-evaluation and with the others (万元)."""
    rows, funds = filing.expenses, filing.funds
    other, operating = filing.income.other or ZERO, rows["operating"].final or ZERO
    spent, project = funds.executed or ZERO, rows["project"].final or ZERO
    basic = spent - project
    carried = (funds.annual_budget or ZERO) - spent
    out = {
        "other": other,
        "general": (funds.annual_budget or ZERO) - other,
        "spent": spent,
        "basic": basic,
        "project": project,
        "carried": carried,
        "whole": funds.annual_budget or ZERO,
        "fiscal_spent": spent - other,
        "fiscal_project": project - other,
        "personnel": basic - operating,
        "operating": operating,
        "initial": funds.initial_budget or ZERO,
        "initial_basic": rows["basic_budget_adjustment"].budget or ZERO,
        "initial_project": rows["project"].budget or ZERO,
        "annual_basic": filing.outlay.basic or ZERO,
        "annual_project": filing.outlay.project or ZERO,
        "annual_general": filing.income.general_public_budget or ZERO,
    }
    return out | _goods(filing, operating)


def _goods(filing: Filing, operating: Decimal) -> dict[str, Decimal]:
    """Return 商品和服务支出 by its lines; what 公务接待 and 公务用车 have beyond the rest was paid from projects."""
    rows = filing.expenses
    office, utilities = rows["office"].final or ZERO, rows["utilities_travel"].final or ZERO
    meetings = rows["meetings_training"].final or ZERO
    water, power = (utilities / 5).quantize(Decimal("0.01")), (utilities / 3).quantize(Decimal("0.01"))
    left = operating - office - utilities - meetings
    reception = min(rows["official_reception"].final or ZERO, left)
    vehicles = min(rows["vehicle_operation"].final or ZERO, left - reception)
    half = (meetings / 2).quantize(Decimal("0.01"))
    return {
        "office": office,
        "water": water,
        "power": power,
        "travel": utilities - water - power,
        "meetings": half,
        "training": meetings - half,
        "reception": reception,
        "vehicles": vehicles,
        "rest": left - reception - vehicles,
    }


def more_spent(filing: Filing, amount: Decimal) -> dict[str, Decimal]:
    """Return the figures of tables that agree with each other but hold so much more spent on projects than the self-evaluation."""
    held = facts(filing)
    up = {name: held[name] + amount for name in ("spent", "project", "fiscal_spent", "fiscal_project")}
    return {**up, "carried": held["carried"] - amount}


def published(filing: Filing, lines: bool = True, change: Mapping[str, Decimal] | None = None) -> list[Sheet]:
    """Return the nine published tables; with `lines` as most provinces print them (行次, 栏次), else without.

    `change` lays other figures over those of `facts`, to show what a slip in a table leads to.
    """
    held = facts(filing) | dict(change or {})
    make = (_summary, _income, _spending, _fiscal, _general, _basic, _three_public, _fund, _capital)
    return [build(filing, held, lines) for build in make]


Facts = Mapping[str, Decimal]


def _two_sides(
    left: Sequence[tuple[str, Value]], right: Sequence[tuple[str, Sequence[Value]]], heads: Sequence[str], lines: bool
) -> tuple[list[list[Value]], list[tuple[int, int, int, int]]]:
    width = 3 if lines else 2
    number: list[Value] = ["行次"] if lines else []
    top: list[Value] = ["项目", *number, "决算数", "项目", *number, *heads]
    span = len(top) - width
    rows: list[list[Value]] = [["收入", *[None] * (width - 1), "支出", *[None] * (span - 1)], top]
    if lines:
        rows.append(["栏次", None, "1", "栏次", None, *(str(n) for n in range(2, 2 + len(heads)))])
    for at in range(max(len(left), len(right))):
        name, value = left[at] if at < len(left) else ("", None)
        other, values = right[at] if at < len(right) else ("", [None] * len(heads))
        own: list[Value] = [str(at + 1)] if lines else []
        theirs: list[Value] = [str(at + 1 + len(left))] if lines else []
        rows.append([name, *own, value, other, *theirs, *values])
    return rows, [(0, 0, 1, width), (0, width, 1, span)]


def _summary(filing: Filing, held: Facts, lines: bool) -> Sheet:
    left: list[tuple[str, Value]] = [
        ("一、一般公共预算财政拨款收入", held["general"]),
        ("二、政府性基金预算财政拨款收入", ZERO),
        ("三、国有资本经营预算财政拨款收入", ZERO),
        ("四、上级补助收入", ZERO),
        ("五、事业收入", ZERO),
        ("六、经营收入", ZERO),
        ("七、附属单位上缴收入", ZERO),
        ("八、其他收入", held["other"]),
        ("", None),
        ("本年收入合计", held["general"] + held["other"]),
        ("使用非财政拨款结余", ZERO),
        ("年初结转和结余", ZERO),
        ("", None),
        ("总计", held["whole"]),
    ]
    right: list[tuple[str, Sequence[Value]]] = [
        ("一、一般公共服务支出", [held["spent"]]),
        *(("", [None]) for _ in range(8)),
        ("本年支出合计", [held["spent"]]),
        ("结余分配", [ZERO]),
        ("年末结转和结余", [held["carried"]]),
        ("", [None]),
        ("总计", [held["whole"]]),
    ]
    rows, wide = _two_sides(left, right, ["决算数"], lines)
    return Sheet("收入支出决算总表", "公开01表", rows, wide)


def _lines_of(heads: Sequence[str], values: Sequence[Value], lines: bool, last: bool = False) -> list[list[Value]]:
    """Return a table with a line a subject: codes and names, one subject that holds everything, and 合计."""
    detail: list[Value] = ["2010301", "行政运行", *values]
    total: list[Value] = ["合计", None, *values]
    numbers: list[list[Value]] = [["栏次", None, *(str(n) for n in range(1, len(values) + 1))]] if lines else []
    body = [detail, total] if last else [total, detail]
    return [["功能分类科目编码", "科目名称", *heads], *numbers, *body]


def _income(filing: Filing, held: Facts, lines: bool) -> Sheet:
    heads = ["本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
    values = [held["general"] + held["other"], held["general"], ZERO, ZERO, ZERO, ZERO, held["other"]]
    return Sheet("收入决算表", "公开02表", _lines_of(heads, values, lines))


def _spending(filing: Filing, held: Facts, lines: bool) -> Sheet:
    heads = ["本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
    values = [held["spent"], held["basic"], held["project"], ZERO, ZERO, ZERO]
    return Sheet("支出决算表", "公开03表", _lines_of(heads, values, lines))


def _fiscal(filing: Filing, held: Facts, lines: bool) -> Sheet:
    left: list[tuple[str, Value]] = [
        ("一、一般公共预算财政拨款", held["general"]),
        ("二、政府性基金预算财政拨款", ZERO),
        ("三、国有资本经营预算财政拨款", ZERO),
        ("本年收入合计", held["general"]),
        ("年初财政拨款结转和结余", ZERO),
        ("总计", held["general"]),
    ]
    spent = held["fiscal_spent"]
    right: list[tuple[str, Sequence[Value]]] = [
        ("一、一般公共服务支出", [spent, spent, ZERO, ZERO]),
        ("", [None] * 4),
        ("", [None] * 4),
        ("本年支出合计", [spent, spent, ZERO, ZERO]),
        ("年末财政拨款结转和结余", [held["carried"], held["carried"], ZERO, ZERO]),
        ("总计", [held["general"], held["general"], ZERO, ZERO]),
    ]
    heads = ["合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
    rows, wide = _two_sides(left, right, heads, lines)
    return Sheet("财政拨款收入支出决算总表", "公开04表", rows, wide)


def _general(filing: Filing, held: Facts, lines: bool) -> Sheet:
    values = [held["fiscal_spent"], held["basic"], held["fiscal_project"]]
    rows = _lines_of(["本年支出合计" if lines else "合计", "基本支出", "项目支出"], values, lines, last=not lines)
    return Sheet("一般公共预算财政拨款支出决算表", "公开05表", rows)


def _basic(filing: Filing, held: Facts, lines: bool) -> Sheet:
    people: list[tuple[str, str, Value]] = [
        ("301", "工资福利支出", held["personnel"]),
        ("30101", "基本工资", held["personnel"]),
        ("", "", None),
    ]
    goods: list[tuple[str, str, Value]] = [
        ("302", "商品和服务支出", held["operating"]),
        ("30201", "办公费", held["office"]),
        ("30205", "水费", held["water"]),
        ("30206", "电费", held["power"]),
        ("30211", "差旅费", held["travel"]),
        ("30215", "会议费", held["meetings"]),
        ("30216", "培训费", held["training"]),
        ("30217", "公务接待费", held["reception"]),
        ("30231", "公务用车运行维护费", held["vehicles"]),
        ("30299", "其他商品和服务支出", held["rest"]),
    ]
    head = ["经济分类科目编码", "科目名称", "决算数"]
    rows: list[list[Value]] = [["人员经费", None, None, "公用经费", None, None], [*head, *head]]
    for at, (code, name, value) in enumerate(goods):
        own = people[at] if at < len(people) else ("", "", None)
        rows.append([*own, code, name, value])
    rows.append(["人员经费合计", None, held["personnel"], "公用经费合计", None, held["operating"]])
    title = "一般公共预算财政拨款基本支出决算明细表" if lines else "一般公共预算财政拨款基本支出决算表"
    last = len(rows) - 1
    return Sheet(title, "公开06表", rows, [(0, 0, 1, 3), (0, 3, 1, 3), (last, 0, 1, 2), (last, 3, 1, 2)])


THREE = (
    "three_public",
    "overseas_travel",
    "official_vehicles",
    "vehicle_purchase",
    "vehicle_operation",
    "official_reception",
)


def _three_public(filing: Filing, held: Facts, lines: bool) -> Sheet:
    budget = [held.get(f"{name}.budget", filing.expenses[name].budget or ZERO) for name in THREE]
    final = [held.get(f"{name}.final", filing.expenses[name].final or ZERO) for name in THREE]
    vehicles: list[Value] = ["小计", "公务用车购置费", "公务用车运行费"]
    title = "财政拨款“三公”经费支出决算表"
    if lines:
        rows: list[list[Value]] = [
            ["预算数", *[None] * 5, "决算数", *[None] * 5],
            ["合计", "因公出国（境）费", "公务用车购置及运行费", None, None, "公务接待费"] * 2,
            [None, None, *vehicles, None] * 2,
            [str(n) for n in range(1, 13)],
            [*budget, *final],
        ]
        wide = [(0, 0, 1, 6), (0, 6, 1, 6)]
        for start in (0, 6):
            wide += [(1, start, 2, 1), (1, start + 1, 2, 1), (1, start + 2, 1, 3), (1, start + 5, 2, 1)]
        return Sheet(title, "公开07表", rows, wide)
    heads: list[Value] = []
    for name in ("合计", "因公出国（境）费", "公务用车购置及运行费", None, None, "公务接待费"):
        heads += [name, None]
    under: list[Value] = [None] * 4 + [cell for name in vehicles for cell in (name, None)] + [None] * 2
    rows = [
        heads,
        under,
        ["预算数", "决算数"] * 6,
        [value for pair in zip(budget, final, strict=True) for value in pair],
    ]
    wide = [(0, 0, 2, 2), (0, 2, 2, 2), (0, 4, 1, 6), (0, 10, 2, 2), (1, 4, 1, 2), (1, 6, 1, 2), (1, 8, 1, 2)]
    return Sheet(title, "公开07表", rows, wide)


def _fund(filing: Filing, held: Facts, lines: bool) -> Sheet:
    heads: list[Value] = ["项目", None, "年初结转和结余", "本年收入", "本年支出", None, None, "年末结转和结余"]
    under: list[Value] = ["科目编码", "科目名称", None, None, "小计", "基本支出", "项目支出", None]
    nothing: list[Value] = ["注：本部门没有政府性基金预算财政拨款收入和支出，故本表无数据。", *[None] * 7]
    total: list[Value] = ["合计", None, *[held.get("fund")] * 6]
    wide = [(0, 0, 1, 2), (0, 2, 2, 1), (0, 3, 2, 1), (0, 4, 1, 3), (0, 7, 2, 1), (3, 0, 1, 8)]
    return Sheet("政府性基金预算财政拨款收入支出决算表", "公开08表", [heads, under, total, nothing], wide)


def _capital(filing: Filing, held: Facts, lines: bool) -> Sheet:
    heads: list[Value] = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
    rows: list[list[Value]] = [heads, ["合计", None, None, None, None], ["本表无数据", *[None] * 4]]
    return Sheet("国有资本经营预算财政拨款支出决算表", "公开09表", rows)


def _in_yuan(name: str, number: int, *values: Value) -> list[Value]:
    """Return a row of the programme's export: name, 行次, amounts in 元."""
    return [name, str(number), *(value * 10_000 if isinstance(value, Decimal) else value for value in values)]


def bureaus(filing: Filing, change: Mapping[str, Decimal] | None = None) -> list[Sheet]:
    """Return the export of the final accounts' programme, in 元: Z01 with its three blocks and three amounts, F03."""
    held = facts(filing) | dict(change or {})
    blocks: list[Value] = ["项目", "行次", "年初预算数", "全年预算数", "决算数"]

    income = held["general"] + held["other"]
    spent = (held["initial"], held["whole"], held["spent"])
    left = [
        _in_yuan(
            "一、一般公共预算财政拨款收入", 1, held["initial"] - held["other"], held["annual_general"], held["general"]
        ),
        _in_yuan("二、政府性基金预算财政拨款收入", 2, ZERO, ZERO, ZERO),
        _in_yuan("八、其他收入", 8, held["other"], held["other"], held["other"]),
        _in_yuan("本年收入合计", 27, held["initial"], held["whole"], income),
        _in_yuan("使用非财政拨款结余", 28, ZERO, ZERO, ZERO),
        _in_yuan("年初结转和结余", 29, ZERO, ZERO, ZERO),
        _in_yuan("总计", 31, held["initial"], held["whole"], held["whole"]),
    ]
    middle = [
        _in_yuan("一、一般公共服务支出", 32, *spent),
        _in_yuan("", 33, None, None, None),
        _in_yuan("", 34, None, None, None),
        _in_yuan("本年支出合计", 58, *spent),
        _in_yuan("结余分配", 59, ZERO, ZERO, ZERO),
        _in_yuan("年末结转和结余", 60, ZERO, ZERO, held["carried"]),
        _in_yuan("总计", 62, held["initial"], held["whole"], held["whole"]),
    ]
    right = [
        _in_yuan("一、基本支出", 63, held["initial_basic"], held["annual_basic"], held["basic"]),
        _in_yuan("人员经费", 64, None, None, held["personnel"]),
        _in_yuan("公用经费", 65, None, None, held["operating"]),
        _in_yuan("二、项目支出", 66, held["initial_project"], held["annual_project"], held["project"]),
        _in_yuan("本年支出合计", 93, *spent),
        _in_yuan("", 94, None, None, None),
        _in_yuan("", 95, None, None, None),
    ]
    rows: list[list[Value]] = [
        ["收入", *[None] * 4, "支出（按功能分类）", *[None] * 4, "支出（按支出性质和经济分类）", *[None] * 4],
        blocks * 3,
        ["栏次", None, "1", "2", "3", "栏次", None, "4", "5", "6", "栏次", None, "7", "8", "9"],
        *([*one, *two, *three] for one, two, three in zip(left, middle, right, strict=True)),
    ]
    wide = [(0, 0, 1, 5), (0, 5, 1, 5), (0, 10, 1, 5)]
    return [Sheet("收入支出决算总表", "财决01表", rows, wide, "元", "Z01 "), _running(filing, held)]


def _running(filing: Filing, held: Facts) -> Sheet:
    names = (
        "（一）支出合计",
        "1．因公出国（境）费",
        "2．公务用车购置及运行维护费",
        "（1）公务用车购置费",
        "（2）公务用车运行维护费",
        "3．公务接待费",
    )
    rows: list[list[Value]] = [["项目", "行次", "预算数", "全年预算数", "统计数"], ["栏次", None, "1", "2", "3"]]
    rows.append(["一、“三公”经费支出", "1", None, None, None])
    for at, (label, name) in enumerate(zip(names, THREE, strict=True), start=2):
        own = filing.expenses[name]
        budget, final = own.budget or ZERO, held.get(f"{name}.final", own.final or ZERO)
        rows.append(_in_yuan(label, at, budget, budget, final))
    rows.append(_in_yuan("二、机关运行经费", 20, None, None, held["operating"]))
    rows.append(_in_yuan("（一）政府采购支出合计", 36, None, None, filing.expenses["procurement"].final))
    return Sheet("机构运行信息表", "财决附03表", rows, [], "元", "F03 ")


def budget(filing: Filing, change: Mapping[str, Decimal] | None = None) -> list[Sheet]:
    """Return the department's published budget: its spending, and 三公 down the page."""
    held = facts(filing) | dict(change or {})
    spending: list[list[Value]] = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["合计", None, held["initial"], held["initial_basic"], held["initial_project"]],
        ["2010301", "行政运行", held["initial"], held["initial_basic"], held["initial_project"]],
    ]
    names = (
        "合计",
        "1.因公出国（境）费用",
        "3.公务用车费",
        "（2）公务用车购置",
        "其中：（1）公务用车运行维护费",
        "2.公务接待费",
    )
    three: list[list[Value]] = [["项目", "本年预算数", "其中：公共预算财政拨款"]]
    for label, name in zip(names, THREE, strict=True):
        value = held.get(f"budget.{name}", filing.expenses[name].budget or ZERO)
        three.append([label, value, value])
    return [
        Sheet("部门支出总体情况表", "预算03表", spending),
        Sheet("一般公共预算“三公”经费支出情况表", "预算07表", three),
    ]


def targets(filing: Filing, edit: Callable[[list[list[str]]], None] | None = None) -> Sheet:
    """Return the approved targets: the money asked for, the goal, and the indicators with targets and points.

    `edit` may change the rows of indicators before they are set (一级, 二级, 三级, 指标值, 分值).
    """
    total = filing.funds.initial_budget or ZERO
    other = filing.income.other or ZERO
    lines = [
        [row.level1 or "", row.level2 or "", row.level3 or "", row.target or "", f"{row.weight or ''}"]
        for row in filing.indicators
    ]
    if edit:
        edit(lines)
    rows: list[list[Value]] = [
        ["部门（单位）名称", filing.unit, None, None, None],
        ["年度资金总额", total, "其中：财政拨款", total - other, None],
        ["其他资金", other, None, None, None],
        ["年度总体目标", filing.goals.expected, None, None, None],
        ["一级指标", "二级指标", "三级指标", "指标值", "分值"],
        *(list[Value](line) for line in lines),
    ]
    return Sheet("部门整体支出绩效目标表", "", rows, [(0, 1, 1, 4), (3, 1, 1, 4)])


def make(folder: Path, filings: Sequence[Filing]) -> list[Path]:
    """Write the tables of three departments into a folder of each: two that agree with their self-evaluation, and one whose
    self-evaluation is in order by itself and wrong by its tables.
    """
    agreeing, spoilt, other = filings
    out = []
    for filing, lines in ((agreeing, True), (other, False)):
        place = _place(folder, filing)
        out += _write(place, filing, published(filing, lines), bureaus(filing), targets(filing))
    year = spoilt.year or 0
    reception = (spoilt.expenses["official_reception"].final or ZERO) + Decimal("0.36")
    change = more_spent(spoilt, Decimal("1.80")) | {
        "official_reception.final": reception,
        "three_public.final": (spoilt.expenses["three_public"].final or ZERO) + Decimal("0.36"),
    }
    place = _place(folder, spoilt)
    out += _write(place, spoilt, published(spoilt, True, change), bureaus(spoilt, change), targets(spoilt, _lowered))
    out.append(
        write_xlsx(budget(agreeing), agreeing.unit or "", year, _place(folder, agreeing) / "部门预算公开表.xlsx")
    )
    return out


def _lowered(lines: list[list[str]]) -> None:
    """Have approved more than the self-evaluation names: a higher target, and an indicator that it left out."""
    lines[0][3] = lines[0][3].replace("≥", "≥1")
    lines.insert(2, ["产出指标", "数量指标", "开展业务培训场次", "≥4场", "2"])


def _place(folder: Path, filing: Filing) -> Path:
    place = folder / (filing.unit or "")
    place.mkdir(parents=True, exist_ok=True)
    return place


def _write(place: Path, filing: Filing, nine: Sequence[Sheet], own: Sequence[Sheet], approved: Sheet) -> list[Path]:
    unit, year = filing.unit or "", filing.year or 0
    return [
        write_docx(nine, unit, year, place / "部门决算公开表.docx", accounts_words(filing)),
        write_xlsx(own, unit, year, place / "财决报表.xlsx"),
        write_xlsx([approved], unit, year, place / "绩效目标表.xlsx"),
    ]


# --- files ------------------------------------------------------------------------------------------------------------


def write_xlsx(sheets: Sequence[Sheet], unit: str, year: int, path: Path) -> Path:
    """Write tables as a workbook, a sheet a table, titles and units above as they are printed."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    for sheet in sheets:
        code = f"({sheet.code})" if sheet.head else ""
        page = book.add_worksheet(f"{sheet.head}{sheet.title}{code}"[:31].replace("“", "").replace("”", ""))
        page.write_string(0, 0, f"{'' if sheet.head else f'{year}年度'}{sheet.title}")
        page.write_string(1, 0, sheet.code)
        page.write_string(2, 0, f"部门：{unit}　　　　{year}年度　　　　金额单位：{sheet.money}")
        held = {(row, column): (down, across) for row, column, down, across in sheet.wide}
        for at, row in enumerate(sheet.rows):
            for column, value in enumerate(row):
                if span := held.get((at, column)):
                    page.merge_range(at + 3, column, at + 2 + span[0], column + span[1] - 1, "")
                if isinstance(value, Decimal):
                    page.write_number(at + 3, column, float(value))
                elif value is not None:
                    page.write_string(at + 3, column, str(value))
    book.close()
    return path


def write_docx(sheets: Sequence[Sheet], unit: str, year: int, path: Path, words: Sequence[str] = ()) -> Path:
    """Write tables as a Word file, each under its title, behind the words of the 决算说明."""
    document = docx.Document()
    for text in words:
        document.add_paragraph(text)
    for sheet in sheets:
        document.add_paragraph(f"{sheet.title}")
        document.add_paragraph(f"{sheet.code}")
        document.add_paragraph(f"部门：{unit}　　{year}年度　　单位：{sheet.money}")
        table = document.add_table(len(sheet.rows), max(map(len, sheet.rows)), "Table Grid")
        for top, left, down, across in sheet.wide:
            table.cell(top, left).merge(table.cell(top + down - 1, left + across - 1))
        for at, row in enumerate(sheet.rows):
            cells = table.rows[at].cells
            for column, value in enumerate(row):
                if value is not None:
                    cells[column].text = f"{value:,.2f}" if isinstance(value, Decimal) else str(value)
    document.save(str(path))
    return path


def accounts_words(filing: Filing) -> list[str]:
    """Return the fixed sentences of the 决算说明 that agree with a department's self-evaluation."""
    held, year = facts(filing), filing.year
    return [
        f"{filing.unit}{year}年度部门决算",
        f"{year}年度收入支出总计{held['whole']}万元。本年支出合计{held['spent']}万元，其中：基本支出{held['basic']}万元，"
        f"项目支出{held['project']}万元。",
        f"{year}年度政府采购支出总额{filing.expenses['procurement'].final}万元。",
    ]
