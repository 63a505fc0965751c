"""The master's sheets as data: which table stands where, with which columns. Built and read from here alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from workbook.model.fields import EXPENSE_COLUMNS, EXPENSES, FIELDS, Field
from workbook.model.findings import UNDER
from workbook.model.scheme import load
from workbook.ooxml import address
from workbook.rollup import measures
from workbook.rollup.risk import KINDS

VERSION, VERSION_PROPERTY = "8", "模板版本"  # of the template: raised whenever a sheet or a column comes or goes
HOME = "首页"
# the status of what asks for nothing, and of what was put right since the check
REMARK, CHANGED = "提示", "已改待审"
FLAG, ARROW = "⚑", "→"
MARK_COLUMN = "校验"
UNIT = "单位"
NUMBER = "序号"
LAST_ROW = 20_000  # marks and validations reach so far down

PARAMETERS = "参数"
VIEW = "单位视图"


class Spot(NamedTuple):
    """Where a single value stands: sheet, 1-based row and column."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Return its A1 address."""
        return address(self.row, self.column)

    @property
    def fixed(self) -> str:
        """Return it as a formula on another sheet takes it."""
        letters = address(1, self.column).rstrip("1")
        return f"{self.sheet}!${letters}${self.row}"


# 首页: the year and the region in the head, and the line in which the last press says what it changed and what comes next
YEAR, REGION, STATUS = Spot(HOME, 2, 9), Spot(HOME, 2, 11), Spot(HOME, 3, 3)
# 参数, above the table: what else is set, what the buttons work with, and what the last check left
_SET = {
    "方案": "scheme_id",
    "标记": "marks",
    "报来的文件夹": "import",
    "上年总表或报告": "compare",
    "导出到": "export",
    "上次全审": "when",
    "结论": "verdict",
    "错误": "errors",
    "预警": "warnings",
    "未执行": "skipped",
    "结果指纹": "hash",
    "参数指纹": "scheme",
    # added behind what masters and departments' own workbooks in the field have: what stands before keeps its place
    "退回到": "return",
    "整改期限": "deadline",
    "联系人": "contact",
    "联系电话": "phone",
    "落款单位": "office",
    "通知文号": "number",
}
SETTINGS = {name: (caption, Spot(PARAMETERS, row, 3)) for row, (caption, name) in enumerate(_SET.items(), start=3)}
SCHEME_ID, MARKS = SETTINGS["scheme_id"][1], SETTINGS["marks"][1]
STATE = {name: SETTINGS[name][1] for name in ("when", "verdict", "errors", "warnings", "hash", "skipped", "scheme")}
# 单位视图: the department and the number of its problem that are shown
VIEW_UNIT, VIEW_CURRENT = Spot(VIEW, 1, 5), Spot(VIEW, 2, 12)
SNAPSHOT_SHEET = "_导入快照"
DIFFERENCES = "导入差异"
GIVEN = "决算和目标"
# the paths that the buttons work with
BUTTON_PATHS = {name: SETTINGS[name][0] for name in ("import", "compare", "export", "return")}
LETTER = ("deadline", "contact", "phone", "office", "number")  # what the notices say besides what was found
ENTERED = ("scheme_id", "marks", *BUTTON_PATHS, *LETTER)  # by the clerk; the rest is what the last check left
BUREAU = ("import", "return", *LETTER)  # of no use in a department's own workbook
BUTTON_CELLS = {"status": STATUS, **{name: SETTINGS[name][1] for name in BUTTON_PATHS}}
LOCAL_RULES = "本地规则"
MANUAL = "说明"
# 部门清单: how far a department is, since when, and the number of the notice it was given
TRACKED = PROGRESS, RECEIVED, RETURNED, AMENDED, NOTICE = ("进度", "收到日期", "退回日期", "改回日期", "通知编号")
TEXTS_SHEET = "_texts"  # very hidden: the words of the macros, which are ASCII only
PYTHON = (1, 2)  # on it: the Python that the buttons start, written by `jixiao new`
# headings of earlier templates, read as what they are called now
ALIASES = {"校验结果": {"部门": UNIT, "位置": "在哪一栏", "说明": "问题", "建议": "怎么办"}}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, the path it holds ("" where it is the table's own), role (填报, 计算, 引用, 审核), width, kind.

    `aside` columns stand behind an outline that the clerk opens: codes, and what only some places' forms have.
    """

    heading: str
    path: str = ""
    role: str = "填报"
    width: int = 12
    kind: str = "text"
    aside: bool = False

    @property
    def bears_marks(self) -> bool:
        """Return whether a finding may point at its cells: what is entered, and what was taken in with the filing."""
        return self.role == "填报" or (bool(self.path) and not self.path.startswith(("derived:", "link:")))


@dataclass(frozen=True, slots=True)
class Table:
    """One Excel table: its ASCII name, sheet, heading row (1-based; its first column is A) and columns."""

    name: str
    sheet: str
    top: int
    columns: tuple[Column, ...]
    rows_of: str = ""  # the list of the filing whose rows it holds ("" : one row a department)
    loose: bool = False  # a row counts where anything stands in it, not only in the column that names it
    blank_rows: int = 1  # for the clerk to write in, in a new workbook
    purpose: str = ""  # what the sheet is for, said above the headings
    lines: int = 0  # as high are its rows, whatever stands in them (0: as high as their text)

    def column(self, heading: str) -> int:
        """Return the 1-based column of a heading."""
        return next(index for index, column in enumerate(self.columns, start=1) if column.heading == heading)


WIDTHS = {
    "project_lines[].name": 40,
    "thrift_measures": 60,
    "indicators[].level1": 10,
    "indicators[].level2": 12,
    "indicators[].level3": 28,
    "indicators[].target": 16,
    "indicators[].actual": 16,
    "indicators[].reason": 32,
    "signature.preparer": 9,
    "signature.date": 14,
    "signature.phone": 14,
    "signature.head": 12,
}


def _own(field: Field) -> Column:
    kinds = {"text": 24, "amount": 13, "count": 9, "rate": 12, "score": 10, "area": 12, "year": 8}
    width = WIDTHS.get(field.path, kinds[field.kind])
    return Column(field.label, field.path, "填报", width, field.kind, field.local)


def _fields(*prefixes: str, local: bool = False) -> tuple[Column, ...]:
    """Return the columns of fields; those that only some places' forms have are asked for apart, to stand behind the rest."""
    return tuple(_own(field) for field in FIELDS if field.path.startswith(prefixes) and field.local == local)


MARK = Column(MARK_COLUMN, "", "引用", 7)
UNIT_COLUMN = Column(UNIT, "", "引用", 34)
NUMBER_COLUMN = Column(NUMBER, "", "引用", 6, "count")
PROSE_LINKS = ("一", "二", "三")  # so many figures of a paragraph are linked; more are rare

TABLES: tuple[Table, ...] = (
    Table(
        "tblUnits",
        "部门清单",
        4,
        (
            MARK,
            Column("代码", "", "填报", 9),
            Column(UNIT, "", "填报", 42),
            Column("报送", "", "引用", 7),
            Column("结论", "", "审核", 13),
            Column("错误", "", "审核", 6, "count"),
            Column("预警", "", "审核", 6, "count"),
            Column("总分", "", "审核", 8, "score"),
            Column("等级", "", "审核", 6),
            Column("执行率", "", "审核", 9, "rate"),
            Column("预算增长", "", "审核", 9, "rate"),
            *(Column(f"到{sheet}", f"link:{sheet}", "引用", 12) for sheet in ("基础数据", "自评表", "绩效指标")),
            *(Column(heading, "", "引用", 12) for heading in TRACKED),
            Column("年度", "year", "填报", 7, "year"),
            Column("来源文件", "source", "引用", 30),
            Column("表样", "form", "引用", 46, "text", True),
            Column("主管部门", "supervisor", "引用", 24, "text", True),
            Column("项目", "subject", "引用", 24, "text", True),
            Column("次序", "", "审核", 10, "count"),
        ),
        purpose="一个单位一行：交没交、结论、得分。导入前可先把应报单位的名称贴在“单位”一栏，没交的就看得出来。“校验”是问题数，连提示在内，点它看问题。",
        lines=1,
    ),
    Table(
        "tblBasics",
        "基础数据",
        4,
        (
            MARK,
            UNIT_COLUMN,
            *_fields("staff."),
            *_fields("expenses."),
            *(
                Column(f"{EXPENSES[name]}控制率（计算）", f"derived:{name}", "计算", 12, "rate")
                for name in measures.CONTROLLED
            ),
            *_fields("thrift_measures", "signature."),
            *_fields("expenses.", local=True),
        ),
        purpose="各单位附件2的数，一个单位一行，单位是万元。导入后自动填好，也可以直接在这里改。",
        lines=2,
    ),
    Table(
        "tblProjects",
        "项目支出",
        4,
        (MARK, UNIT_COLUMN, NUMBER_COLUMN, *_fields("project_lines[]")),
        "project_lines",
        purpose="各单位附件2“项目支出”下自己列的项目，一个项目一行。没有列项目的单位这里就没有行。",
        lines=2,
    ),
    Table(
        "tblBuildings",
        "楼堂馆所",
        4,
        (MARK, UNIT_COLUMN, NUMBER_COLUMN, *_fields("buildings[]")),
        "buildings",
        purpose="各单位附件2的“楼堂馆所控制情况”，一个项目一行。没有建设项目的单位这里就没有行。",
        lines=2,
    ),
    Table(
        "tblSources",
        "资金来源",
        4,
        (
            MARK,
            UNIT_COLUMN,
            NUMBER_COLUMN,
            *(replace(column, aside=False) for column in _fields("sources[]", local=True)),
        ),
        "sources",
        purpose="资金总额按来源（财政拨款、其他资金……）分列的表样才有：一个来源一行。附件3没有这一栏的单位这里就没有行。",
        lines=2,
    ),
    Table(
        "tblTasks",
        "主要任务",
        4,
        (
            MARK,
            UNIT_COLUMN,
            NUMBER_COLUMN,
            *(replace(column, aside=False) for column in _fields("tasks[]", local=True)),
        ),
        "tasks",
        purpose="有“年度主要任务”的表样才有：一项任务一行，单位是万元。附件3没有这一栏的单位这里就没有行。",
        lines=2,
    ),
    Table(
        "tblEvaluation",
        "自评表",
        4,
        (
            MARK,
            UNIT_COLUMN,
            *_fields("funds.", "income.", "outlay.", "total."),
            Column("执行率（计算）", "derived:funds.execution_rate", "计算", 17, "rate"),
            Column("执行率得分（计算）", "derived:funds.score", "计算", 21, "score"),
            Column("总分（计算）", "derived:total.score", "计算", 15, "score"),
            Column("等级（计算）", "derived:grade", "计算", 15),
            *(replace(column, width=60) for column in _fields("goals.")),
            *_fields("funds.", "income.", "goals.", local=True),
            Column("一级指标分值（表头）", "class_weights", "引用", 30, "text", True),
            Column("各处所印年度", "years", "引用", 30, "text", True),
            Column("空白的二级指标", "blank_classes", "引用", 24, "text", True),
            Column("本表样没有的栏目", "absent", "引用", 24, "text", True),
            Column("读入说明", "notes", "引用", 24, "text", True),
            Column("填无的二级指标", "none_classes", "引用", 24, "text", True),
        ),
        purpose="各单位附件3的资金、目标和总分，一个单位一行；各项指标在“绩效指标”。",
        lines=2,
    ),
    Table(
        "tblIndicators",
        "绩效指标",
        4,
        (
            MARK,
            UNIT_COLUMN,
            NUMBER_COLUMN,
            *_fields("indicators[]"),
            Column("得分（计算）", "derived:score", "计算", 15, "score"),
            Column("差异", "derived:difference", "计算", 8, "score"),
            Column("计算依据", "derived:basis", "计算", 36),
            *_fields("indicators[]", local=True),
        ),
        "indicators",
        purpose="各单位附件3的绩效指标，一项指标一行。“得分（计算）”是按计分办法算出的，“差异”是自评得分减它。",
        lines=2,
    ),
    Table(
        "tblProse",
        "正文核对",
        4,
        (
            MARK,
            UNIT_COLUMN,
            Column("段号", "", "引用", 6, "count"),
            Column("正文", "", "填报", 96),
            Column("核对", "", "审核", 30),
            Column("未核对的数", "", "审核", 64),
            *(Column(f"对应{place}", "", "审核", 28) for place in PROSE_LINKS),
            *(Column(f"问题{place}", "", "审核", 28) for place in PROSE_LINKS),
        ),
        purpose="各单位自评报告的正文，一段一行；写到的数与附件2、附件3核对，不符的标红。只交了表、没有报告的单位这里就没有行。",
    ),
    Table(
        "tblFindings",
        "校验结果",
        5,
        (
            Column("状态", "", "审核", 13),
            Column(UNIT, "", "审核", 21),
            Column("在哪一栏", "", "审核", 28, "link"),
            Column("问题", "", "审核", 44),
            Column("怎么办", "", "审核", 25),
            Column("出错说明", "", "填报", 22),
            Column("级别", "", "审核", 15, "text", True),
            Column("填报值", "", "审核", 14, "text", True),
            Column("应为值", "", "审核", 12, "text", True),
            Column("差额", "", "审核", 11, "text", True),
            Column("依据", "", "审核", 30, "text", True),
            Column("可能出错的一处", "", "审核", 32, "text", True),
            Column("单元格", "", "审核", 13, "text", True),
            Column("类别", "", "审核", 7, "text", True),
            Column("规则编号", "", "审核", 9, "text", True),
            Column("标记键", "", "引用", 10),
            Column("行键", "", "引用", 10),
            Column("问题键", "", "引用", 10),
            Column("指纹", "", "引用", 10),
        ),
    ),
    Table(
        "tblDifferences",
        DIFFERENCES,
        4,
        (
            Column(UNIT, "", "引用", 24),
            Column("情形", "", "审核", 8),
            Column("项目", "", "审核", 34),
            Column("总表位置", "", "审核", 16),
            Column("文件位置", "", "审核", 14),
            Column("发出时", "", "审核", 22),
            Column("总表里", "", "审核", 22),
            Column("文件里", "", "审核", 22),
            Column("采用", "", "审核", 8),
            Column("为什么", "", "审核", 36),
            Column("导入时间", "", "引用", 16),
        ),
        purpose="单位再次报来的数与总表里的不一样的，逐处列在这里：发出时是多少、总表里是多少、文件里是多少、采用了哪一个。",
    ),
    Table(
        "tblGiven",
        GIVEN,
        4,
        (
            Column(UNIT, "", "引用", 24),
            NUMBER_COLUMN,
            Column("表", "", "引用", 34),
            Column("行", "", "引用", 30),
            Column("栏", "", "引用", 30),
            Column("数", "", "引用", 16, "amount"),
            Column("分值", "", "引用", 8, "score"),
            Column("年度", "", "引用", 8, "year"),
            Column("项目", "", "引用", 20),
            Column("文件", "", "引用", 40),
            Column("工作表", "", "引用", 34),
            Column("单元格", "", "引用", 12),
            Column("键", "", "引用", 30),
        ),
        purpose="导入时一起收到的决算表、预算表、目标表里的数，一个数一行：与自评表核对、填空白格时用。只看，不用填。",
        lines=1,
    ),
    Table(
        "tblParameters",
        PARAMETERS,
        len(_SET) + 4,
        (
            Column("参数", "", "引用", 40),
            Column("键", "", "引用", 26),
            Column("值", "", "填报", 44),
            Column("单位", "", "引用", 7),
            Column("来源", "", "引用", 40),
            Column("起用日期", "", "引用", 12),
        ),
        purpose="黄色的可以改：上面是按钮和整改通知用的，下面是分值和阈值，改了再按“② 填充并全审”；红色的是上次全审留下的。",
    ),
    Table(
        "tblRules",
        "规则说明",
        4,
        (
            Column("编号", "", "引用", 8),
            Column("级别", "", "引用", 8),
            Column("类别", "", "引用", 8),
            Column("名称", "", "引用", 30),
            Column("审核什么", "", "引用", 50),
            Column("依据", "", "引用", 44),
            Column("参数", "", "引用", 52),
            Column("建议", "", "引用", 40),
            Column("例", "", "引用", 90),
            Column("本地级别", "", "填报", 10),
            Column("问题数", "", "计算", 8, "count"),
            Column("未执行", "", "审核", 30),
            Column("排序", "", "引用", 8, "count"),
        ),
        purpose="全部规则：审核什么、依据哪条规定；要改级别或停用的，在“本地级别”里选。",
        lines=3,
    ),
    Table(
        "tblLocalRules",
        LOCAL_RULES,
        4,
        (
            Column("编号", "", "填报", 10),
            Column("条件", "", "填报", 60),
            Column("级别", "", "填报", 8),
            Column("问题", "", "填报", 46),
            Column("怎么办", "", "填报", 36),
            Column("依据", "", "填报", 30),
            Column("启用", "", "填报", 8),
        ),
        loose=True,
        blank_rows=30,
    ),
)
SHEETS = (
    HOME,
    VIEW,
    "部门清单",
    "基础数据",
    "项目支出",
    "楼堂馆所",
    "资金来源",
    "主要任务",
    "自评表",
    "绩效指标",
    "正文核对",
    "校验结果",
    DIFFERENCES,
    GIVEN,
    "汇总分析",
    "参数",
    "规则说明",
    LOCAL_RULES,
    MANUAL,
)
MARKED = ("部门清单", "基础数据", "项目支出", "楼堂馆所", "资金来源", "主要任务", "自评表", "绩效指标", "正文核对")
# rows are typed here too: Excel lets no table on a protected sheet grow, nor rows be put in, taken out or sorted
TYPED = (*(name for name in MARKED if name != "正文核对"), "校验结果")
HIDDEN = ("键", "标记键", "行键", "问题键", "指纹", "排序", "次序")
LEVELS = ("错误", "预警", "提示", "停用")
TOP_RULES = TOP_UNITS = 10
CHARTED = 1_000  # rows of 部门清单 that a chart of all departments reaches down to
USUAL_REASONS = (
    "政策性增支",
    "上级专项年中下达",
    "项目跨年实施",
    "人员增减变动",
    "口径不同，已核对",
    "调查统计结果如此",
    "填报有误，已改正",
)


@dataclass(frozen=True, slots=True)
class Summary:
    """One small table of 汇总分析 and its chart: title, 1-based row of its heading, chart type, headings of its figures,
    lines (name, a formula a figure), a note under the chart's title.

    Where there may be nothing to show (no overspending, no findings) the type is "": bars in the cells themselves, which
    leave no empty frame.

    Where `named` is set, the names are formulas too; `kind` says how its figures look. "" stands for a
    formula where no cell could work the figure out, and the check writes it. A chart with a `source` (sheet, heading across, heading
    upwards) has no table of its own.
    """

    title: str
    row: int
    chart: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    named: bool = False
    kind: str = "count"
    note: str = ""
    source: tuple[str, str, str] = ("", "", "")


UNITS, COUNT = ("单位数",), ("条数",)
GRADED = 5  # lines of 等级分布: one a grade; where there are more, the last one holds what is left
CELL = "{cell}"  # in a formula: the cell of its line's name
SCORES = "自评得分与执行率"


@cache
def summary() -> tuple[Summary, ...]:
    """Return the small tables of 汇总分析, one under the other."""
    out: list[Summary] = []
    row = 4
    for block in _blocks():
        lines = tuple(
            (name, *(formula.replace(CELL, address(row + down, 1)) for formula in formulas))
            for down, (name, *formulas) in enumerate(block.lines, start=1)
        )
        out.append(replace(block, row=row, lines=lines))
        row += len(block.lines) + 2 if block.lines else 0
    return tuple(out)


def _blocks() -> Iterator[Summary]:
    yield Summary("等级分布", 0, "column", UNITS, _graded())
    yield Summary("预算执行率分布", 0, "column", UNITS, _counts(measures.BY_EXECUTION))
    yield Summary("控制率超过100%的单位数", 0, "", UNITS, _counts(measures.OVER_CONTROL))
    yield Summary("预算增长", 0, "bar", UNITS, _counts(measures.BY_GROWTH), note="全年预算比年初预算，单位数")
    yield Summary("三公经费两年对比", 0, "", THREE_HEADS, _three_public(), kind="amount", note="万元")
    source = ("部门清单", "执行率", "总分")
    yield Summary(SCORES, 0, "scatter", (), (), note="左上角：钱没花完而得分高", source=source)
    yield Summary("问题按级别", 0, "", COUNT, _counts(measures.BY_LEVEL))
    yield Summary("问题最多的规则", 0, "", COUNT, _top_rules(), named=True)
    yield Summary("问题最多的单位", 0, "", ("错误", "预警"), _top_units(), named=True)
    yield Summary("评分虚高的迹象", 0, "", UNITS, tuple((kind, "") for kind in KINDS), note="是线索，不是结论")


THREE_HEADS = tuple(heading for heading, _ in EXPENSE_COLUMNS.values())


def _graded() -> tuple[tuple[str, str], ...]:
    """Return the lines of 等级分布: the names are the scheme's and written by a check; a line beyond them counts nothing."""
    names = (*load().grades, *[""] * GRADED)[:GRADED]
    return tuple((name, f'IF({CELL}="","",COUNTIFS({span("部门清单", "等级")},{CELL}))') for name in names)


def _counts(lines: Sequence[measures.Count]) -> tuple[tuple[str, str], ...]:
    return tuple((line.name, line.formula(span)) for line in lines)


def _three_public() -> tuple[tuple[str, ...], ...]:
    headings = {column.path: column.heading for column in table("基础数据").columns}
    return tuple((line.name, *line.formulas(span, headings.__getitem__)) for line in measures.SPENT)


def _top_rules() -> tuple[tuple[str, ...], ...]:
    """Return the rules with the most findings, each as formulas for its name and its count (rank key: see rule_formulas)."""
    rank, count = span("规则说明", "排序"), span("规则说明", "问题数")
    title = span("规则说明", "名称")
    out = []
    for place in range(1, TOP_RULES + 1):
        at = f"MATCH(LARGE({rank},{place}),{rank},0)"
        none = f"N(LARGE({rank},{place}))<{RANK_STEP}"
        name = f'IF({none},"",INDEX({title},{at}))'
        out.append((name, f"IF({none},0,INDEX({count},{at}))"))
    return tuple(out)


def _top_units() -> tuple[tuple[str, ...], ...]:
    """Return the departments with the most findings: name, errors, warnings (rank key: see unit_rank)."""
    rank, unit = span("部门清单", "次序"), span("部门清单", UNIT)
    out = []
    for place in range(1, TOP_UNITS + 1):
        at, none = f"MATCH(LARGE({rank},{place}),{rank},0)", f"COUNT({rank})<{place}"
        counts = (f"IF({none},0,INDEX({span('部门清单', level)},{at}))" for level in ("错误", "预警"))
        out.append((f'IF({none},"",INDEX({unit},{at}))', *counts))
    return tuple(out)


def unit_rank(errors: int, warnings: int, row: int) -> int | None:
    """Return what orders a department among those with findings: errors, warnings, then its row; None without any."""
    return (errors * 1000 + min(warnings, 999)) * 100_000 + 99_999 - row if errors or warnings else None


RANK_STEP = 1000


def rule_formulas(row: int) -> dict[str, str]:
    """Return the formulas of a row of 规则说明: how many open findings a rule has, and its rank key (count, then order)."""
    rules, results = table("规则说明"), span("校验结果", "规则编号")
    sheet, heading, criterion = measures.OPEN_CELLS
    count = address(row, rules.column("问题数"))
    return {
        "问题数": f'COUNTIFS({results},{address(row, rules.column("编号"))},{span(sheet, heading)},"{criterion}")',
        "排序": f"{count}*{RANK_STEP}+{RANK_STEP - 1}-ROW()",
    }


def unit_formulas(row: int, headings: Mapping[str, int]) -> dict[str, str]:
    """Return the formulas of a row of 部门清单: its findings as a link, and links to its first row on other sheets."""
    unit = f"${address(row, headings[UNIT])}"
    results, top = span("校验结果", UNIT), table("校验结果").top
    level = span("校验结果", "级别")
    count = f'COUNTIFS({results},{unit},{level},"<>{UNDER}*")'
    link = f'HYPERLINK("#校验结果!A"&(MATCH({unit},{results},0)+{top}),"{FLAG} "&{count})'
    out = {MARK_COLUMN: f'IF(COUNTIF({results},{unit})=0,"",{link})'}
    for column in table("部门清单").columns:
        if column.path.startswith("link:"):
            sheet = column.path.removeprefix("link:")
            units, first = span(sheet, UNIT), table(sheet).top
            jump = f'HYPERLINK("#{sheet}!B"&(MATCH({unit},{units},0)+{first}),"{ARROW}")'
            out[column.heading] = f'IF(ISNA(MATCH({unit},{units},0)),"",{jump})'
    return out


def span(sheet: str, heading: str) -> str:
    """Return the cells of a column, as far down as marks reach, as a formula on another sheet takes them."""
    entry = table(sheet)
    letter = address(1, entry.column(heading)).rstrip("1")
    return f"{sheet}!${letter}${entry.top + 1}:${letter}${LAST_ROW}"


def frozen(table: Table) -> int:
    """Return how many columns of a table stay in sight: up to the department, and to the number of its row."""
    if table.name == "tblFindings":
        return table.column("在哪一栏")
    if table.columns[0].heading != MARK_COLUMN:
        return 0
    last = next((name for name in (NUMBER, "段号") if name in [column.heading for column in table.columns]), UNIT)
    return table.column(last)


@cache
def table(sheet: str) -> Table:
    """Return the table of a sheet."""
    return next(entry for entry in TABLES if entry.sheet == sheet)
