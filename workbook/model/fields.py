"""The table of fields: every path of a filing with its label, kind, unit and basis. Nothing else lists them."""

from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["text", "amount", "count", "rate", "score", "area", "year"]
Basis = Literal["", "上年决算", "年初预算", "全年预算", "决算"]
Scope = Literal["", "财政拨款", "全部资金"]


class Field(NamedTuple):
    """One field of a filing.

    `path` as in the JSON (`[]` stands for any row), `label` as the form prints it, `kind` what the value is,
    `unit` its unit of measure (万元, 人, ㎡, 分, or "" for text and for rates, which are fractions),
    `basis` the point of the budget year that an amount speaks of, `scope` of which money ("" where the form does not
    say), `derived` whether the system computes it, `local` whether only some places' forms have it (the JSON names it
    only where it is filled).
    """

    path: str
    label: str
    kind: Kind
    unit: str = ""
    basis: Basis = ""
    derived: bool = False
    scope: Scope = ""
    local: bool = False

    @property
    def calibre(self) -> str:
        """Return 口径: basis and scope in words ("全年预算·全部资金"), "" where the form says neither."""
        return "·".join(filter(None, (self.basis, self.scope)))

    @property
    def is_number(self) -> bool:
        """Return whether the value is a number (`text` is not)."""
        return self.kind != "text"


class ExpenseLine(NamedTuple):
    """One line of 经费控制情况 in 附件2; sums, prose, roll-up and the master's columns are made of this table alone.

    `name` and `label` as in the JSON and in the form; `of` is the line it is a part of. `sum_rule` is the rule that holds a
    line against the sum of its parts ("" where they are only some of it: 其中). `told` is how prose names it (a regular
    expression, "" where it does not). `controlled` says who looks at its 控制率: the rules and the roll-up (规则), or the
    roll-up alone (汇总). `printed` is what the usual 附件2 prints for it, where that is not the label. `local` lines are those that
    only some places' forms have.
    """

    name: str
    label: str
    of: str = ""
    sum_rule: str = ""
    told: str = ""
    printed: str = ""
    controlled: Literal["", "规则", "汇总"] = ""
    local: bool = False


_CAR = r"(?:公务用车|公车)"

EXPENSE_LINES: tuple[ExpenseLine, ...] = (
    ExpenseLine("three_public", "三公经费", sum_rule="E01", told=r"三公(?:经费|费用|支出)?", controlled="规则"),
    ExpenseLine(
        "official_vehicles",
        "公务用车购置和维护经费",
        printed="   1、公务用车购置和维护经费",
        of="three_public",
        sum_rule="E02",
        told=_CAR + r"购置[及和与、‧]?(?:运行维护|运行|维护)(?:经费|费用|费)?",
    ),
    ExpenseLine(
        "vehicle_purchase",
        "公车购置",
        printed="       其中：公车购置",
        of="official_vehicles",
        told=_CAR + r"购置(?:费|经费|费用)?",
    ),
    ExpenseLine(
        "vehicle_operation",
        "公车运行维护",
        printed="             公车运行维护",
        of="official_vehicles",
        told=r"(?:公务用车|公车|车辆)(?:运行维护|运行|运维|维护)(?:费|经费|费用)?",
    ),
    ExpenseLine(
        "overseas_travel",
        "出国经费",
        printed="   2、出国经费",
        of="three_public",
        told=r"因公出国(?:‹境›|境)?(?:费|经费|费用)?|出国(?:‹境›|境)?(?:费用?|经费)",
    ),
    ExpenseLine(
        "official_reception",
        "公务接待",
        printed="   3、公务接待",
        of="three_public",
        told=r"公务接待(?:费|经费|费用)?|(?<![^\W])接待费用?",
    ),
    ExpenseLine(
        "project",
        "项目支出",
        printed="项目支出：",
        sum_rule="E03",
        told=r"项目支出|项目(?:经费|资金)(?:支出)?|专项(?:资金|经费|支出)",
        controlled="规则",
    ),
    ExpenseLine("project_business", "业务工作经费", printed="    1、业务工作经费", of="project"),
    ExpenseLine("project_maintenance", "运行维护经费", printed="    2、运行维护经费", of="project"),
    ExpenseLine("project_municipal", "市级专项资金", printed="    3、市级专项资金（一个专项一行）", of="project"),
    ExpenseLine("operating", "公用经费", told=r"(?:日常)?公用(?:经费|支出)", controlled="规则"),
    ExpenseLine("office", "办公经费", printed="    其中：办公经费", of="operating", told=r"办公(?:经费|费)"),
    ExpenseLine(
        "utilities_travel",
        "水费、电费、差旅费",
        printed="          水费、电费、差旅费",
        of="operating",
        told=r"水费[‧]电费[‧和及]?差旅费",
    ),
    ExpenseLine(
        "meetings_training",
        "会议费、培训费",
        printed="          会议费、培训费",
        of="operating",
        told=r"会议费[‧和及](?:培训费)",
    ),
    ExpenseLine("procurement", "政府采购金额", told=r"政府采购|(?<=实际)采购(?=$|金额|支出)", controlled="汇总"),
    ExpenseLine("basic_budget_adjustment", "部门基本支出预算调整"),
    ExpenseLine("budget_adjustment", "部门整体支出预算调整", local=True),
)

# what the parts of the form hold, by the beginnings of the paths
PARTS = {
    "附件2": ("staff", "expenses", "project_lines", "buildings", "thrift_measures"),
    "附件3": ("funds", "income", "outlay", "goals", "indicators", "total"),
}
EXPENSES: dict[str, str] = {line.name: line.label for line in EXPENSE_LINES if not line.local}
LOCAL_EXPENSES: dict[str, str] = {line.name: line.label for line in EXPENSE_LINES if line.local}
ALL_EXPENSES: dict[str, str] = EXPENSES | LOCAL_EXPENSES  # those that a filing of any form may hold


OWN_ROWS = "    ……"  # what the usual 附件2 prints where a department adds rows of its own projects


def printed_lines() -> list[tuple[str, str]]:
    """Return the lines of the usual 附件2 as it prints them: name and words; `project_lines` are the department's own rows."""
    out: list[tuple[str, str]] = []
    for line in EXPENSE_LINES:
        out += [] if line.local else [(line.name, line.printed or line.label)]
        if parts_of("project")[-1] == line:
            out.append(("project_lines", OWN_ROWS))
    return out


def parts_of(name: str) -> tuple[ExpenseLine, ...]:
    """Return the lines that a line is made of, in their order; none of a line without parts."""
    return tuple(line for line in EXPENSE_LINES if line.of == name)


def below(name: str) -> tuple[ExpenseLine, ...]:
    """Return all lines below a line, each before its own parts."""
    return tuple(found for line in parts_of(name) for found in (line, *below(line.name)))


def single(name: str) -> tuple[ExpenseLine, ...]:
    """Return the lines below a line that have no parts themselves."""
    return tuple(line for line in below(name) if not parts_of(line.name))


EXPENSE_COLUMNS: dict[str, tuple[str, Basis]] = {
    "prior_final": ("上年决算数", "上年决算"),
    "budget": ("本年预算数", "年初预算"),
    "final": ("本年决算数", "决算"),
}


def _expense_fields(prefix: str, label: str, local: bool = False) -> list[Field]:
    return [
        Field(f"{prefix}.{column}", f"{label}{heading}", "amount", "万元", basis, local=local)
        for column, (heading, basis) in EXPENSE_COLUMNS.items()
    ]


FIELDS: tuple[Field, ...] = (
    Field("unit", "单位名称", "text"),
    Field("year", "年度", "year"),
    Field("subject", "项目", "text", local=True),
    Field("supervisor", "主管部门", "text", local=True),
    Field("staff.authorized", "编制数", "count", "人"),
    Field("staff.actual", "实际在职人数", "count", "人"),
    Field("staff.control_rate", "在职人员控制率", "rate", derived=True),
    *(field for name, label in EXPENSES.items() for field in _expense_fields(f"expenses.{name}", label)),
    *(field for name, label in LOCAL_EXPENSES.items() for field in _expense_fields(f"expenses.{name}", label, True)),
    Field("project_lines[].name", "项目名称", "text"),
    *_expense_fields("project_lines[]", "项目"),
    Field("buildings[].approved_area", "批复规模", "area", "㎡"),
    Field("buildings[].actual_area", "实际规模", "area", "㎡"),
    Field("buildings[].area_control_rate", "规模控制率", "rate", derived=True),
    Field("buildings[].budget_investment", "预算投资", "amount", "万元"),
    Field("buildings[].actual_investment", "实际投资", "amount", "万元"),
    Field("buildings[].investment_control_rate", "投资概算控制率", "rate", derived=True),
    Field("thrift_measures", "厉行节约保障措施", "text"),
    Field("funds.initial_budget", "年初预算数", "amount", "万元", "年初预算", scope="全部资金"),
    Field("funds.annual_budget", "全年预算数", "amount", "万元", "全年预算", scope="全部资金"),
    Field("funds.executed", "全年执行数", "amount", "万元", "决算", scope="全部资金"),
    Field("funds.weight", "预算执行率分值", "score", "分"),
    Field("funds.execution_rate", "执行率", "rate", derived=True),
    Field("funds.score", "预算执行率得分", "score", "分", derived=True),
    Field("funds.reason", "执行偏差原因", "text", local=True),
    Field("sources[].name", "资金来源", "text", local=True),
    Field("sources[].initial_budget", "资金来源年初预算数", "amount", "万元", "年初预算", local=True),
    Field("sources[].annual_budget", "资金来源全年预算数", "amount", "万元", "全年预算", local=True),
    Field("sources[].executed", "资金来源全年执行数", "amount", "万元", "决算", local=True),
    Field("tasks[].name", "任务名称", "text", local=True),
    Field("tasks[].content", "主要内容", "text", local=True),
    Field("tasks[].done", "任务完成情况", "text", local=True),
    Field("tasks[].budget", "任务预算数", "amount", "万元", "全年预算", local=True),
    Field("tasks[].budget_fiscal", "任务预算数财政拨款", "amount", "万元", "全年预算", scope="财政拨款", local=True),
    Field("tasks[].budget_other", "任务预算数其他资金", "amount", "万元", "全年预算", local=True),
    Field("tasks[].executed", "任务执行数", "amount", "万元", "决算", local=True),
    Field("tasks[].executed_fiscal", "任务执行数财政拨款", "amount", "万元", "决算", scope="财政拨款", local=True),
    Field("tasks[].executed_other", "任务执行数其他资金", "amount", "万元", "决算", local=True),
    Field("income.total", "按收入性质分", "amount", "万元", "全年预算", scope="全部资金"),
    Field("income.general_public_budget", "一般公共预算", "amount", "万元", "全年预算", scope="财政拨款"),
    Field("income.government_fund", "政府性基金拨款", "amount", "万元", "全年预算", scope="财政拨款"),
    Field("income.state_capital", "国有资本经营预算拨款", "amount", "万元", "全年预算", scope="财政拨款", local=True),
    Field("income.special_account", "纳入专户管理的非税收入拨款", "amount", "万元", "全年预算"),
    Field("income.other", "其他资金", "amount", "万元", "全年预算"),
    Field("outlay.total", "按支出性质分", "amount", "万元", "全年预算", scope="全部资金"),
    Field("outlay.basic", "基本支出", "amount", "万元", "全年预算", scope="全部资金"),
    Field("outlay.project", "项目支出", "amount", "万元", "全年预算", scope="全部资金"),
    Field("goals.expected", "预期目标", "text"),
    Field("goals.actual", "实际完成情况", "text"),
    Field("goals.reason", "目标偏差原因分析", "text", local=True),
    Field("goals.measures", "改进措施及结果应用方案", "text", local=True),
    Field("indicators[].level1", "一级指标", "text"),
    Field("indicators[].level2", "二级指标", "text"),
    Field("indicators[].level3", "三级指标", "text"),
    Field("indicators[].target", "年度指标值", "text"),
    Field("indicators[].actual", "实际完成值", "text"),
    Field("indicators[].weight", "分值", "score", "分"),
    Field("indicators[].score", "得分", "score", "分", derived=True),
    Field("indicators[].reason", "偏差原因分析及改进措施", "text"),
    Field("indicators[].nature", "指标性质", "text", local=True),
    Field("indicators[].measure", "度量单位", "text", local=True),
    Field("indicators[].standard", "评价标准", "text", local=True),
    Field("indicators[].initial_target", "年初指标值", "text", local=True),
    Field("indicators[].completion", "完成率", "text", local=True),
    Field("indicators[].coefficient", "得分系数", "text", local=True),
    Field("indicators[].deducted", "扣分", "text", local=True),
    Field("total.weight", "总分分值", "score", "分", derived=True),
    Field("total.score", "总分", "score", "分", derived=True),
    Field("total.grade", "自评等级", "text", local=True),
    Field("signature.preparer", "填表人", "text"),
    Field("signature.date", "填报日期", "text"),
    Field("signature.phone", "联系电话", "text"),
    Field("signature.head", "单位负责人签字", "text"),
)

BY_PATH: dict[str, Field] = {field.path: field for field in FIELDS}


@cache
def pattern_of(path: str) -> str:
    """Return the path with its row numbers taken out: `indicators[3].score` → `indicators[].score`."""
    out, inside = [], False
    for char in path:
        if char == "]":
            inside = False
        if not inside:
            out.append(char)
        if char == "[":
            inside = True
    return "".join(out)


def field_of(path: str) -> Field:
    """Return the field that a path (with or without row numbers) names; raise KeyError where there is none."""
    return BY_PATH[pattern_of(path)]
