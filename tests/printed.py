"""A department's ledger, and its tables as places print them: orders, names, heads, units of money, blanks and notes vary.

Every printed figure is asked for by its key (`accounts/tables`), so that one can be bent in one table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from workbook.forms.grid import Cell, Document, Grid
from workbook.model.filing import Filing

D = Decimal
Text = str | Decimal | None
YEAR = 2024
UNIT = "青岩县水利局"
SOURCES = ("general", "fund", "capital", "other")
LONG = {"general": "一般公共预算财政拨款", "fund": "政府性基金预算财政拨款", "capital": "国有资本经营预算财政拨款"}


def ledger(seed: int) -> dict[str, Decimal]:
    """Return the figures of a department whose tables all agree, by key (万元)."""
    pick = Random(seed)

    cents = 1_000_000 if seed % 3 == 0 else 100  # in 元 with 分, or in 万元 with two decimals

    def some(low: int, high: int) -> Decimal:
        return D(pick.randint(low * cents, high * cents)) / cents

    out: dict[str, Decimal] = {}
    has = {"general": True, "fund": pick.random() < 0.6, "capital": pick.random() < 0.2, "other": pick.random() < 0.7}
    part: dict[str, dict[str, Decimal]] = {}
    for name in SOURCES:
        size = {"general": 1500, "fund": 120, "capital": 30, "other": 60}[name] if has[name] else 0
        basic = some(size // 3, size // 2) if name == "general" else some(1, 9) if name == "other" and size else D(0)
        project = some(size // 4, size // 2) if size else D(0)
        brought = some(0, size // 20 + 1) if size and pick.random() < 0.7 else D(0)
        carried = some(0, size // 15 + 1) if size and pick.random() < 0.8 else D(0)
        carried = max(carried, brought - basic - project)
        income = basic + project + carried - brought
        part[name] = {"basic": basic, "project": project, "brought": brought, "carried": carried, "income": income}

    def over(column: str, *names: str) -> Decimal:
        return sum((part[name][column] for name in names or SOURCES), D(0))

    fiscal = SOURCES[:3]
    for name in fiscal:
        own = part[name]
        out[f"summary.income_{name}.final"] = out[f"fiscal.income_{name}.final"] = own["income"]
        out[f"fiscal.spending_total.{name}"] = own["basic"] + own["project"]
        for column in own:
            out[f"{name}.{column}"] = own[column]
            out[f"{name}.total.{column}"] = own[column]
        out[f"{name}.total.spending"] = out[f"{name}.total.total"] = own["basic"] + own["project"]
    for row in ("superior", "business", "operating", "affiliated"):
        out[f"summary.income_{row}.final"] = out[f"income.total.{row}"] = D(0)
    out["summary.income_other.final"] = out["income.total.other"] = part["other"]["income"]
    out["summary.income_total.final"] = out["income.total.total"] = over("income")
    out["income.total.fiscal"] = out["fiscal.income_total.final"] = over("income", *fiscal)
    out["summary.surplus_used.final"] = out["summary.allotted.final"] = D(0)
    out["summary.brought.final"], out["summary.carried.final"] = over("brought"), over("carried")
    spent = over("basic") + over("project")
    whole = over("income") + over("brought")
    out["summary.spending_total.final"] = out["spending.total.total"] = spent
    out["summary.total_left.final"] = out["summary.total_right.final"] = whole
    out["spending.total.basic"], out["spending.total.project"] = over("basic"), over("project")
    out["fiscal.brought.final"], out["fiscal.carried.final"] = over("brought", *fiscal), over("carried", *fiscal)
    out["fiscal.spending_total.final"] = over("basic", *fiscal) + over("project", *fiscal)
    out["fiscal.total_left.final"] = out["fiscal.total_right.final"] = over("income", *fiscal) + over(
        "brought", *fiscal
    )
    basic = part["general"]["basic"]
    operating = (basic / 5).quantize(D("0.01"))
    lines = ("office", "water", "power", "travel", "meetings", "training", "reception", "vehicles")
    for name in lines:
        out[f"basic.{name}"] = some(0, int(operating) // 20 + 1)
    out["basic.capital"] = some(0, 4)
    out["basic.goods"] = operating - out["basic.capital"]
    out["basic.rest"] = out["basic.goods"] - sum((out[f"basic.{name}"] for name in lines), D(0))
    out["basic.families"] = some(1, 20)
    out["basic.operating"], out["basic.personnel"] = operating, basic - operating
    out["basic.wages"] = out["basic.personnel"] - out["basic.families"]
    out["basic.total"] = basic
    three = {"overseas": some(0, 5), "purchase": D(0) if seed % 2 else some(10, 20)}
    three |= {"operation": out["basic.vehicles"] + some(0, 3), "reception": out["basic.reception"] + some(0, 1)}
    for name, value in three.items():
        out[f"three_public.{name}.final"] = value
        out[f"three_public.{name}.budget"] = value + some(0, 2)
    for column in ("final", "budget"):
        car = out[f"three_public.purchase.{column}"] + out[f"three_public.operation.{column}"]
        out[f"three_public.vehicles.{column}"] = car
        ends = (out[f"three_public.{name}.{column}"] for name in ("overseas", "reception"))
        out[f"three_public.total.{column}"] = car + sum(ends, D(0))
    out["three_public.running.final"] = (operating * D("0.7")).quantize(D("0.01"))
    out["three_public.procurement.final"] = some(50, 300)
    first = {name: (part[name]["income"] * D("0.96")).quantize(D("0.01")) for name in SOURCES}
    initial_basic = (basic * D("0.98")).quantize(D("0.01"))
    for name in SOURCES:
        own = initial_basic if name == "general" else D(0)
        own = min(own, first[name])
        out[f"budget.{name}.basic"], out[f"budget.{name}.project"] = own, first[name] - own
        out[f"budget.{name}"] = first[name]
    out["initial"] = sum(first.values(), D(0))
    out["initial.basic"] = sum((out[f"budget.{name}.basic"] for name in SOURCES), D(0))
    out["initial.project"] = out["initial"] - out["initial.basic"]
    out["initial.fiscal"] = out["initial"] - first["other"]
    out["initial.operating"] = (initial_basic / 5).quantize(D("0.01"))
    out["annual"] = whole
    out["annual.basic"], out["annual.project"] = over("basic"), whole - over("basic")
    out["staff.authorized"], out["staff.actual"] = D(60 + seed % 9), D(52 + seed % 7)
    return out


def filing_of(held: Mapping[str, Decimal], words: bool = True) -> Filing:
    """Return the self-evaluation that agrees with a ledger."""
    filing = Filing(unit=UNIT, year=YEAR, form="l1")
    put = {
        "funds.initial_budget": held["initial"],
        "funds.annual_budget": held["annual"],
        "funds.executed": held["summary.spending_total.final"],
        "income.total": held["annual"],
        "income.general_public_budget": held["general.income"] + held["general.brought"],
        "income.government_fund": held["fund.income"] + held["fund.brought"],
        "income.state_capital": held["capital.income"] + held["capital.brought"],
        "outlay.total": held["annual"],
        "outlay.basic": held["annual.basic"],
        "outlay.project": held["annual.project"],
        "expenses.project.budget": held["initial.project"],
        "expenses.project.final": held["spending.total.project"],
        "expenses.operating.final": held["basic.operating"],
        "expenses.office.final": held["basic.office"],
        "expenses.utilities_travel.final": held["basic.water"] + held["basic.power"] + held["basic.travel"],
        "expenses.meetings_training.final": held["basic.meetings"] + held["basic.training"],
        "expenses.procurement.final": held["three_public.procurement.final"],
        "expenses.basic_budget_adjustment.budget": held["initial.basic"],
        "expenses.basic_budget_adjustment.final": held["annual.basic"],
        "staff.authorized": held["staff.authorized"],
        "staff.actual": held["staff.actual"],
    }
    fiscal = sum(
        (put[f"income.{name}"] for name in ("general_public_budget", "government_fund", "state_capital")), D(0)
    )
    put["income.other"] = held["annual"] - fiscal
    for name, row in THREE.items():
        for column in ("budget", "final"):
            put[f"expenses.{row}.{column}"] = held[f"three_public.{name}.{column}"]
    for path, value in put.items():
        filing.set(path, value.quantize(D("0.01"), ROUND_HALF_UP) if path.split(".")[0] != "staff" else value)
    half = (held["spending.total.project"] / 2).quantize(D("0.01"))
    for at, value in enumerate((half, held["spending.total.project"] - half)):
        filing.set(f"project_lines[{at}].name", f"{'河道治理' if at else '水库除险'}专项")
        filing.set(f"project_lines[{at}].final", value.quantize(D("0.01"), ROUND_HALF_UP))
    for at, (name, target, weight) in enumerate(TARGETS):
        filing.set(f"indicators[{at}].level3", name)
        filing.set(f"indicators[{at}].target", target)
        filing.set(f"indicators[{at}].weight", D(weight))
    filing.narrative = list(prose(held)) if words else []
    return filing


THREE = {
    "total": "three_public",
    "overseas": "overseas_travel",
    "vehicles": "official_vehicles",
    "purchase": "vehicle_purchase",
    "operation": "vehicle_operation",
    "reception": "official_reception",
}
TARGETS = (("除险加固水库", "≥3座", "10"), ("治理河道长度", "≥12公里", "20"), ("受益群众满意度", "≥90%", "10"))


def prose(held: Mapping[str, Decimal]) -> Sequence[str]:
    """Return the words of a report that agree with a ledger, with parts, other years and the budget told besides."""
    held = {name: value.quantize(D("0.01"), ROUND_HALF_UP) for name, value in held.items()}
    income = [f"{LONG[name]}收入{held[f'{name}.income']}万元" for name in SOURCES[:3] if held[f"{name}.income"]]
    fund = held["fund.total.spending"]
    own = f"本年政府性基金预算财政拨款收入{held['fund.income']}万元，支出{fund}万元，年末结转{held['fund.carried']}万元，比上年增加3.21万元。"
    return (
        f"{YEAR}年度{UNIT}部门整体支出绩效自评报告",
        "一、部门（单位）基本情况",
        f"{YEAR}年年初部门预算收入{held['initial']}万元，其中一般公共预算拨款收入{held['budget.general']}万元、其他收入{held['budget.other']}万元。",
        f"本年财政拨款收入{held['fiscal.income_total.final']}万元，其中{'、'.join(income)}；{YEAR - 1}年财政拨款收入1234.56万元。",
        "二、一般公共预算支出情况",
        f"全年支出{held['summary.spending_total.final']}万元。财政拨款支出{held['fiscal.spending_total.final']}万元，其中一般公共预算财政拨款支出"
        f"{held['general.total.total']}万元，包括基本支出{held['general.basic']}万元、项目支出{held['general.project']}万元。",
        f"基本支出中，人员经费{held['basic.personnel']}万元，公用经费{held['basic.operating']}万元，其中局机关公用经费1.11万元。",
        "三、政府性基金预算支出情况",
        own if fund else "本年度无政府性基金预算支出，上年为12.00万元。",
        "四、国有资本经营预算支出情况",
        f"国有资本经营预算支出{held['capital.total.spending']}万元。" if held["capital.total.spending"] else "无。",
        "五、社会保险基金预算支出情况",
        "无。",
    )


# --- how it is printed ------------------------------------------------------------------------------------------------


@dataclass
class Print:
    """How a place prints: 行次 and 栏次, 合计 last, money, what stands for nothing, names, blank rows, Word or Excel."""

    lines: bool = False
    last: bool = False
    money: str = "万元"
    nothing: str = ""
    as_text: bool = False
    blank_rows: bool = False
    word: bool = False
    names: int = 0
    three: int = 0
    basic: int = 0
    codes: int = 1
    bent: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def drawn(cls, seed: int) -> "Print":
        """Return one of the many ways."""
        pick = Random(seed * 7 + 1)
        return cls(
            lines=pick.random() < 0.5,
            last=pick.random() < 0.4,
            money=pick.choice(("万元", "万元", "元", "千元")),
            nothing=pick.choice(("", "—", "0.00", "-", "0")),
            as_text=pick.random() < 0.5,
            blank_rows=pick.random() < 0.4,
            word=pick.random() < 0.4,
            names=pick.randrange(4),
            three=pick.randrange(6),
            basic=pick.randrange(4),
            codes=pick.choice((1, 1, 3)),
        )


@dataclass
class Sheet:
    """A table: its title, its rows, and the cells that reach over others (row, column, rows, columns)."""

    title: str
    rows: list[list[Text]]
    wide: list[tuple[int, int, int, int]] = field(default_factory=list)
    money: str = ""
    name: str = ""
    unit: str = UNIT


Figures = Callable[[str], Text]


def figures_of(held: Mapping[str, Decimal], how: Print, table: str, money: str = "") -> Figures:
    """Return what gives a printed figure of a table: bent where it is to be, nothing in place of nothing."""
    scale = {"万元": D(1), "元": D(10_000), "千元": D(10)}[money or how.money]

    def figure(key: str) -> Text:
        value = how.bent.get(f"{table}:{key}", held.get(key, D(0))) * scale
        if value == 0:
            return how.nothing or None
        value = value.quantize(D("0.01"), ROUND_HALF_UP)
        return f"{value:,.2f}" if how.as_text else value

    return figure


def two_sides(
    left: Sequence[tuple[str, Text]], right: Sequence[tuple[str, Sequence[Text]]], heads: Sequence[str], how: Print
) -> tuple[list[list[Text]], list[tuple[int, int, int, int]]]:
    """Return the rows of a table of two sides."""
    number: list[Text] = ["行次"] if how.lines else []
    own = ["项    目", *number, "决算数" if how.names % 2 else "金额"]
    theirs = ["项    目", *number, *heads]
    width = len(own)
    rows: list[list[Text]] = [
        ["收     入", *[None] * (width - 1), "支     出", *[None] * (len(theirs) - 1)],
        own + theirs,
    ]
    if how.lines:
        rows.append(["栏次", None, "1", "栏次", None, *(str(n) for n in range(2, 2 + len(heads)))])
    for at in range(max(len(left), len(right))):
        name, value = left[at] if at < len(left) else (None, None)
        other, values = right[at] if at < len(right) else (None, [None] * len(heads))
        one: list[Text] = [str(at + 1)] if how.lines else []
        two: list[Text] = [str(at + 31)] if how.lines else []
        rows.append([name, *one, value, other, *two, *values])
    return rows, [(0, 0, 1, width), (0, width, 1, len(theirs))]


FUNCTIONS = (
    "一、一般公共服务支出",
    "八、社会保障和就业支出",
    "十二、农林水支出",
    "十九、住房保障支出",
    "二十三、其他支出",
)


def summary(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T1."""
    v = figures_of(held, how, "summary")
    carry = ("年初结转和结余", "年末结转和结余") if how.names < 3 else ("    年初结转和结余", "    年末结转和结余")
    left = [
        *(
            (f"{'一二三'[n]}、{LONG[name]}收入", v(f"summary.income_{name}.final"))
            for n, name in enumerate(SOURCES[:3])
        ),
        ("四、上级补助收入", v("summary.income_superior.final")),
        ("五、事业收入", v("summary.income_business.final")),
        ("六、经营收入", v("summary.income_operating.final")),
        ("七、附属单位上缴收入", v("summary.income_affiliated.final")),
        ("八、其他收入", v("summary.income_other.final")),
        ("本年收入合计", v("summary.income_total.final")),
        (
            "使用非财政拨款结余（含专用结余）" if how.names else "用事业基金弥补收支差额",
            v("summary.surplus_used.final"),
        ),
        (carry[0], v("summary.brought.final")),
        ("收入总计" if how.names == 2 else "总计", v("summary.total_left.final")),
    ]
    spent = v("summary.spending_total.final")
    right: list[tuple[str, Sequence[Text]]] = [(FUNCTIONS[0], [None]), (FUNCTIONS[2], [spent])]
    right += [(name, [None]) for name in FUNCTIONS[3:]]
    right += [(None, [None])] * (len(left) - len(right) - 4)  # type: ignore[list-item]
    right += [
        ("本年支出合计", [spent]),
        ("结余分配", [v("summary.allotted.final")]),
        (carry[1], [v("summary.carried.final")]),
        ("支出总计" if how.names == 2 else "总计", [v("summary.total_right.final")]),
    ]
    rows, wide = two_sides(left, right, ["决算数" if how.names % 2 else "金额"], how)
    return Sheet("收入支出决算总表", rows, wide)


def by_subject(
    heads: Sequence[str], values: Sequence[Text], how: Print, under: Sequence[str | None] = ()
) -> tuple[list[list[Text]], list[tuple[int, int, int, int]]]:
    """Return the rows of a table with a line a subject of the functions."""
    codes = how.codes
    names = ["功能分类科目编码", "科目名称"] if how.names % 2 else ["支出功能分类科目编码", "科目名称"]
    width = codes + 1
    rows: list[list[Text]] = []
    wide: list[tuple[int, int, int, int]] = []
    if how.lines or under:
        rows.append(["项    目", *[None] * (width - 1), *heads])
        rows.append([names[0], *[None] * (codes - 1), names[1], *(under or [None] * len(heads))])
        wide += [(0, 0, 1, width), (1, 0, 1, codes)]
        if under:
            at = heads.index("本年支出") if "本年支出" in heads else -1
            wide += [(0, width + at, 1, 3)] if at >= 0 else []
        wide += [(0, width + n, 2, 1) for n, head in enumerate(heads) if head and not (under and under[n])]
    else:
        rows.append([names[0], *[None] * (codes - 1), names[1], *heads])
        wide.append((0, 0, 1, codes))
    if codes == 3:
        rows.append(["类", "款", "项", None, *[None] * len(heads)])
    if how.lines:
        rows.append(["栏次", *[None] * (width - 1), *(str(n) for n in range(1, len(heads) + 1))])
        wide.append((len(rows) - 1, 0, 1, width))
    code: list[Text] = ["213", "03", "06"] if codes == 3 else ["2130306"]
    upper: list[Text] = ["213", None, None] if codes == 3 else ["213"]
    body: list[list[Text]] = [[*upper, "农林水支出", *values], [*code, "水利工程运行与维护", *values]]
    total: list[Text] = ["合    计" if how.names else "合计", *[None] * (width - 1), *values]
    at = len(rows) + (len(body) if how.last else 0)
    wide.append((at, 0, 1, width))
    return [*rows, *([*body, total] if how.last else [total, *body])], wide


def income(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T2."""
    v = figures_of(held, how, "income")
    heads = ["本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
    names = ("total", "fiscal", "superior", "business", "operating", "affiliated", "other")
    return Sheet("收入决算表", *by_subject(heads, [v(f"income.total.{name}") for name in names], how))


def spending(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T3."""
    v = figures_of(held, how, "spending")
    heads = ["本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
    values = [
        v(f"spending.total.{name}") for name in ("total", "basic", "project", "submitted", "operating", "subsidies")
    ]
    return Sheet("支出决算表", *by_subject(heads, values, how))


def fiscal(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T4."""
    v = figures_of(held, how, "fiscal")
    tail = "收入" if how.names == 1 else ""
    left = [
        (f"{'一二三'[n]}、{LONG[name]}{tail}", v(f"fiscal.income_{name}.final")) for n, name in enumerate(SOURCES[:3])
    ]
    left += [("本年收入合计", v("fiscal.income_total.final")), ("年初财政拨款结转和结余", v("fiscal.brought.final"))]
    left += [(f"{'一二三'[n]}、{LONG[name]}", v(f"{name}.brought")) for n, name in enumerate(SOURCES[:3])]
    left.append(("总计", v("fiscal.total_left.final")))
    spent = [v(f"fiscal.spending_total.{name}") for name in ("final", *SOURCES[:3])]
    ends = [v("fiscal.carried.final"), *(v(f"{name}.carried") for name in SOURCES[:3])]
    whole = [v("fiscal.total_right.final"), None, None, None]
    right: list[tuple[str, Sequence[Text]]] = [
        (FUNCTIONS[0], [None] * 4),
        (FUNCTIONS[2], spent),
        (FUNCTIONS[3], [None] * 4),
    ]
    right += [("本年支出合计", spent), ("年末财政拨款结转和结余", ends), *([(None, [None] * 4)] * 3), ("总计", whole)]  # type: ignore[list-item]
    heads = ["合计" if how.names % 2 else "小计", *(LONG[name] for name in SOURCES[:3])]
    rows, wide = two_sides(left, right, heads, how)
    return Sheet("财政拨款收入支出决算总表", rows, wide)


def general(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T5."""
    v = figures_of(held, how, "general")
    heads = ["本年支出合计" if how.lines else "合计", "基本支出", "项目支出"]
    values = [v(f"general.total.{name}") for name in ("total", "basic", "project")]
    if how.names == 2:
        rows, wide = by_subject(["本年支出", None, None], values, how, ["小计", "基本支出", "项目支出"])  # type: ignore[list-item]
        return Sheet("一般公共预算财政拨款支出决算表", rows, wide)
    return Sheet("一般公共预算财政拨款支出决算表", *by_subject(heads, values, how))


PEOPLE = (("301", "工资福利支出", "wages"), ("303", "对个人和家庭的补助", "families"))
GOODS = (
    ("302", "商品和服务支出", "goods"),
    ("30201", "办公费", "office"),
    ("30205", "水费", "water"),
    ("30206", "电费", "power"),
    ("30211", "差旅费", "travel"),
    ("30215", "会议费", "meetings"),
    ("30216", "培训费", "training"),
    ("30217", "公务接待费", "reception"),
    ("30231", "公务用车运行维护费", "vehicles"),
    ("30299", "其他商品和服务支出", "rest"),
    ("310", "资本性支出", "capital"),
)


def basic(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T6: two or three pairs beside each other, a list with 人员经费 and 公用经费 as columns, or a list down the page."""
    v = figures_of(held, how, "basic")
    title = "一般公共预算财政拨款基本支出决算" + ("明细表" if how.names % 2 else "表")
    if how.basic == 2:
        rows: list[list[Text]] = [["经济分类科目编码", "科目名称", "合计", "人员经费", "公用经费"]]
        body: list[list[Text]] = [[c, n, v(f"basic.{k}"), v(f"basic.{k}"), None] for c, n, k in PEOPLE]
        body += [[c, n, v(f"basic.{k}"), None, v(f"basic.{k}")] for c, n, k in GOODS]
        total: list[Text] = ["合计", None, v("basic.total"), v("basic.personnel"), v("basic.operating")]
        return Sheet(title, [*rows, *([*body, total] if how.last else [total, *body])])
    if how.basic == 3:
        rows = [["科目编码", "科目名称", "决算数"]]
        rows += [[c, n, v(f"basic.{k}")] for c, n, k in PEOPLE]
        rows.append([None, "人员经费合计", v("basic.personnel")])
        rows += [[c, n, v(f"basic.{k}")] for c, n, k in GOODS]
        rows.append([None, "公用经费合计", v("basic.operating")])
        return Sheet(title, rows)
    pairs = 3 if how.basic else 2
    head = ["科目编码" if how.names else "经济分类科目编码", "科目名称", "决算数" if how.lines else "金额"]
    rows = [["人员经费", None, None, "公用经费", *[None] * (pairs * 3 - 4)], head * pairs]
    cut = len(GOODS) if pairs == 2 else 6
    for at in range(max(cut, len(PEOPLE))):
        row: list[Text] = []
        for column in (PEOPLE, GOODS[:cut], GOODS[cut:])[:pairs]:
            code, name, key = column[at] if at < len(column) else (None, None, "")
            row += [code, name, v(f"basic.{key}") if key else None]
        rows.append(row)
    end: list[Text] = [
        "人员经费合计",
        None,
        v("basic.personnel"),
        "公用经费合计",
        *[None] * (pairs * 3 - 5),
        v("basic.operating"),
    ]
    wide = [(0, 0, 1, 3), (0, 3, 1, pairs * 3 - 3), (len(rows), 0, 1, 2), (len(rows), 3, 1, pairs * 3 - 4)]
    return Sheet(title, [*rows, end], wide)


NAMES = ("total", "overseas", "vehicles", "purchase", "operation", "reception")


def three_public(held: Mapping[str, Decimal], how: Print) -> Sheet:
    """T7: both amounts under each head, six and six, six with the three amounts, or down the page."""
    v = figures_of(held, how, "three_public")
    budget = [v(f"three_public.{name}.budget") for name in NAMES]
    final = [v(f"three_public.{name}.final") for name in NAMES]
    title = ("", "一般公共预算")[how.names % 2] + "财政拨款“三公”经费支出决算表"
    car = "公务用车购置及运行" + ("维护费" if how.names % 2 else "费")
    under: list[Text] = ["小计", "公务用车购置费", "公务用车运行费" if how.names % 2 else "公务用车运行维护费"]
    top: list[Text] = ["合计", "因公出国（境）费", car, None, None, "公务接待费"]
    if how.three == 0:
        heads: list[Text] = [cell for name in top for cell in (name, None)]
        below: list[Text] = [*[None] * 4, *(cell for name in under for cell in (name, None)), None, None]
        values = [value for pair in zip(budget, final, strict=True) for value in pair]
        rows = [heads, below, ["预算数", "决算数"] * 6, values]
        wide = [(0, 0, 2, 2), (0, 2, 2, 2), (0, 4, 1, 6), (0, 10, 2, 2), (1, 4, 1, 2), (1, 6, 1, 2), (1, 8, 1, 2)]
        return Sheet(title, rows, wide)
    if how.three in (1, 2):
        groups = [("预算数", budget), ("决算数", final)]
        if how.three == 2:
            groups.insert(1, ("全年预算数", budget))
        rows = [
            [cell for name, _ in groups for cell in (name, *[None] * 5)],
            [cell for _ in groups for cell in top],
            [cell for _ in groups for cell in (None, None, *under, None)],
            [value for _, values in groups for value in values],
        ]
        wide = []
        for n in range(len(groups)):
            left = n * 6
            wide += [(0, left, 1, 6), (1, left, 2, 1), (1, left + 1, 2, 1), (1, left + 2, 1, 3), (1, left + 5, 2, 1)]
        if how.lines:
            rows.insert(3, [str(n) for n in range(1, len(groups) * 6 + 1)])
        return Sheet(title, rows, wide)
    if how.three == 3:  # with 会议费、培训费 behind
        rows = [
            [*(cell for name in top for cell in (name, None)), "会议费", None, "培训费", None],
            [*[None] * 4, *(cell for name in under for cell in (name, None)), *[None] * 6],
            ["预算数", "决算数"] * 8,
            [*(value for pair in zip(budget, final, strict=True) for value in pair), None, None, None, None],
        ]
        wide = [(0, 0, 2, 2), (0, 2, 2, 2), (0, 4, 1, 6), (0, 10, 2, 2), (0, 12, 2, 2), (0, 14, 2, 2)]
        return Sheet(
            "一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表",
            rows,
            [*wide, (1, 4, 1, 2), (1, 6, 1, 2), (1, 8, 1, 2)],
        )
    labels = (
        "“三公”经费合计",
        "1.因公出国（境）费",
        "2.公务用车购置及运行维护费",
        "其中：（1）公务用车购置费",
        "（2）公务用车运行维护费",
        "3.公务接待费",
    )
    rows = [["项目", "预算数", "决算数"]]
    rows += [[label, *pair] for label, *pair in zip(labels, budget, final, strict=True)]
    if how.three == 5:
        rows = [[row[0], "行次" if n == 0 else str(n), *row[1:]] for n, row in enumerate(rows)]
        rows.append(["二、机关运行经费", "9", "—", v("three_public.running.final")])
        return Sheet("“三公”经费、行政参公单位机关运行经费情况表", rows)
    return Sheet(title, rows)


def fund(held: Mapping[str, Decimal], how: Print, which: str = "fund") -> Sheet:
    """T8, T9."""
    name = {"fund": "政府性基金", "capital": "国有资本经营"}[which]
    v = figures_of(held, how, which)
    if which == "capital" and how.names % 2:
        values = [v(f"capital.total.{column}") for column in ("spending", "basic", "project")]
        rows, wide = by_subject(["合计", "基本支出", "项目支出"], values, how)
        sheet = Sheet("国有资本经营预算财政拨款支出决算表", rows, wide)
    else:
        columns = ("brought", "income", "spending", "basic", "project", "carried")
        heads = ["年初结转和结余", "本年收入", "本年支出", None, None, "年末结转和结余"]
        under = [None, None, "小计" if how.names else "合计", "基本支出", "项目支出", None]
        rows, wide = by_subject(heads, [v(f"{which}.total.{column}") for column in columns], how, under)  # type: ignore[arg-type]
        sheet = Sheet(f"{name}预算财政拨款收入支出决算表", rows, wide)
    if not held[f"{which}.total.spending"] and not held[f"{which}.income"] and not held[f"{which}.brought"]:
        sheet.rows.append([f"注：本部门没有{name}预算财政拨款收入和支出，故本表无数据。"])
    return sheet


def published(held: Mapping[str, Decimal], how: Print) -> list[Sheet]:
    """Return the nine published tables in some order, with titles as places write them."""
    sheets = [make(held, how) for make in (summary, income, spending, fiscal, general, basic, three_public)]
    sheets += [fund(held, how), fund(held, how, "capital")]
    if how.names == 1:
        sheets = [*sheets[:6], *sheets[7:], sheets[6]]
    for number, sheet in enumerate(sheets, start=1):
        form = (
            "{0}",
            f"{YEAR}年度{{0}}",
            f"{'一二三四五六七八九'[number - 1]}、{{0}}（公开{number:02d}表）",
            f"附件2-{number}：{UNIT}{YEAR}年度{{0}}",
        )
        sheet.title = form[how.names].format(sheet.title)
        sheet.name = (
            (sheet.title, f"Sheet{number}", f"GK{number:02d}", f"表{number}")[how.names]
            .replace("“", "")
            .replace("”", "")[:31]
        )
    return sheets


def bureaus(held: Mapping[str, Decimal], how: Print) -> list[Sheet]:
    """Return the export of the programme, in 元: Z01 with three blocks and three amounts, F02 and F03 of two sides."""
    v = figures_of(held, how, "Z01", "元")
    three = ("年初预算数", "全年预算数", "决算数")

    def row(label: str, *keys: str) -> list[Text]:
        return [label, "1" if label else None, *(v(key) if key else None for key in keys)]

    left = [
        *(
            row(
                f"{'一二三'[n]}、{LONG[s]}收入", f"budget.{s}", f"summary.income_{s}.final", f"summary.income_{s}.final"
            )
            for n, s in enumerate(SOURCES[:3])
        ),
        row("八、其他收入", "budget.other", "summary.income_other.final", "summary.income_other.final"),
        row("本年收入合计", "initial", "summary.income_total.final", "summary.income_total.final"),
        row("使用非财政拨款结余（含专用结余）", "", "", ""),
        row("年初结转和结余", "", "summary.brought.final", "summary.brought.final"),
        row("总计", "initial", "annual", "summary.total_left.final"),
    ]
    spent = ("initial", "annual", "summary.spending_total.final")
    middle = [
        row("十二、农林水支出", *spent),
        *([row("", "", "", "")] * 3),
        row("本年支出合计", *spent),
        row("结余分配", "", "", ""),
        row("年末结转和结余", "", "", "summary.carried.final"),
        row("总计", "initial", "annual", "summary.total_right.final"),
    ]
    right = [
        row("一、基本支出", "initial.basic", "annual.basic", "spending.total.basic"),
        row("    人员经费", "", "", ""),
        row("    公用经费", "", "", ""),
        row("二、项目支出", "initial.project", "annual.project", "spending.total.project"),
        row("三、上缴上级支出", "", "", ""),
        row("四、经营支出", "", "", ""),
        row("五、对附属单位补助支出", "", "", ""),
        row("", "", "", ""),
    ]
    rows: list[list[Text]] = [
        ["收入", *[None] * 4, "支出", *[None] * 9],
        ["项目", "行次", *three, "项目（按功能分类）", "行次", *three, "项目（按支出性质和经济分类）", "行次", *three],
        ["栏次", None, "1", "2", "3", "栏次", None, "4", "5", "6", "栏次", None, "7", "8", "9"],
        *([*a, *b, *c] for a, b, c in zip(left, middle, right, strict=True)),
    ]
    first = Sheet("收入支出决算总表", rows, [(0, 0, 1, 5), (0, 5, 1, 10)], "元", "Z01 收入支出决算总表(财决01表)")
    people: list[list[Text]] = [
        ["项目", "行次", "年末机构数", "编制人数", "年末在职人数"],
        ["栏次", None, "1", "2", "3"],
    ]
    people.append(["合计", "1", "3", str(held["staff.authorized"]), str(held["staff.actual"])])
    people.append(["  行政单位", "2", "1", "20", "18"])
    w = figures_of(held, how, "F03", "元")
    labels = (
        "（一）支出合计",
        "1．因公出国（境）费",
        "2．公务用车购置及运行维护费",
        "（1）公务用车购置费",
        "（2）公务用车运行维护费",
        "3．公务接待费",
    )
    body: list[list[Text]] = [["项目", "行次", "预算数", "全年预算数", "统计数", "项目", "行次", "统计数"]]
    body.append(["栏次", None, "1", "2", "3", "栏次", None, "4"])
    side = [("四、机关运行经费", w("three_public.running.final")), ("（一）行政单位", w("three_public.running.final"))]
    side += [
        ("五、国有资产占用情况", "—"),
        ("（一）车辆数合计（辆）", "7"),
        ("六、政府采购支出信息", "—"),
        ("（一）政府采购支出合计", w("three_public.procurement.final")),
    ]
    for label, name, (other, value) in zip(labels, NAMES, side, strict=True):
        planned = w(f"three_public.{name}.budget")
        body.append([label, "1", planned, planned, w(f"three_public.{name}.final"), other, "20", value])
    return [
        first,
        Sheet("基本数字表", people, [], "个、人", "F02 基本数字表(财决附02表)"),
        Sheet("机构运行信息表", body, [], "元", "F03 机构运行信息表(财决附03表)"),
    ]


BUDGET_NAMES = (
    (
        "部门收支总表",
        "部门收入总表",
        "部门支出总表",
        "财政拨款收支总表",
        "一般公共预算支出表",
        "一般公共预算基本支出表",
        "一般公共预算“三公”经费支出表",
        "政府性基金预算支出表",
    ),
    (
        "部门收支总体情况表",
        "部门收入总体情况表",
        "部门支出总体情况表",
        "财政拨款收支总体情况表",
        "一般公共预算支出情况表",
        "一般公共预算基本支出情况表",
        "一般公共预算“三公”经费支出情况表",
        "政府性基金预算支出情况表",
    ),
    (
        "2024年部门财务收支预算总表",
        "2024年部门收入预算总表",
        "2024年部门支出预算总表",
        "2024年部门财政拨款收支预算总表",
        "2024年部门一般公共预算支出功能分类预算表",
        "2024年部门一般公共预算基本支出经济分类预算表",
        "2024年部门“三公”经费和机关运行经费预算表",
        "2024年部门政府性基金预算支出功能分类预算表",
    ),
    (
        "收支预算总表",
        "收入预算总表",
        "支出预算总表",
        "财政拨款收支预算总表",
        "一般公共预算财政拨款支出预算表",
        "一般公共预算财政拨款基本支出预算表",
        "财政拨款“三公”经费预算表",
        "政府性基金预算财政拨款支出预算表",
    ),
)


def budget(held: Mapping[str, Decimal], how: Print) -> list[Sheet]:
    """Return the published budget."""
    titles = BUDGET_NAMES[how.names]
    v = figures_of(held, how, "budget")
    small = Print(**{**how.__dict__, "lines": False})
    left = [
        (f"{'一二三四五六'[n]}、{label}", v(f"budget.{s}"))
        for n, (label, s) in enumerate(
            (
                ("一般公共预算拨款收入", "general"),
                ("政府性基金预算拨款收入", "fund"),
                ("国有资本经营预算拨款收入", "capital"),
                ("其他收入", "other"),
            )
        )
    ]
    left += [("本年收入合计", v("initial")), ("上年结转结余", None), ("收入总计", v("initial"))]
    right: list[tuple[str, Sequence[Text]]] = [(FUNCTIONS[2], [v("initial")]), *([(None, [None])] * 3)]  # type: ignore[list-item]
    right += [("本年支出合计", [v("initial")]), ("年终结转结余", [None]), ("支出总计", [v("initial")])]
    small.names = 1
    rows, wide = two_sides(left, right, ["预算数"], small)
    rows[1][1] = "预算数"
    sheets = [Sheet(titles[0], rows, wide)]
    small.names = how.names
    heads = ["合计", "一般公共预算", "政府性基金预算", "国有资本经营预算", "其他收入"]
    sheets.append(Sheet(titles[1], *by_subject(heads, [v("initial"), *(v(f"budget.{s}") for s in SOURCES)], small)))
    values = [v("initial"), v("initial.basic"), v("initial.project")]
    sheets.append(Sheet(titles[2], *by_subject(["合计", "基本支出", "项目支出"], values, small)))
    rows = [
        ["收入", None, "支出", None, None, None],
        ["项目", "预算数", "项目", "合计", "一般公共预算", "政府性基金预算"],
    ]
    rows.append(
        [
            "一、一般公共预算拨款",
            v("budget.general"),
            FUNCTIONS[2],
            v("initial.fiscal"),
            v("budget.general"),
            v("budget.fund"),
        ]
    )
    rows.append(["二、政府性基金预算拨款", v("budget.fund"), None, None, None, None])
    rows.append(
        ["收入总计", v("initial.fiscal"), "支出总计", v("initial.fiscal"), v("budget.general"), v("budget.fund")]
    )
    sheets.append(Sheet(titles[3], rows, [(0, 0, 1, 2), (0, 2, 1, 4)]))
    own = [v("budget.general"), v("budget.general.basic"), v("budget.general.project")]
    sheets.append(Sheet(titles[4], *by_subject(["合计", "基本支出", "项目支出"], own, small)))
    people = held["budget.general.basic"] - held["initial.operating"]
    more = {**held, "people": people}
    w = figures_of(more, how, "budget")
    rows = [["科目编码", "科目名称", "合计", "人员经费", "公用经费"]]
    body: list[list[Text]] = [
        ["301", "工资福利支出", w("people"), w("people"), None],
        ["302", "商品和服务支出", w("initial.operating"), None, w("initial.operating")],
    ]
    total: list[Text] = ["合计", None, w("budget.general.basic"), w("people"), w("initial.operating")]
    sheets.append(Sheet(titles[5], [*rows, *([*body, total] if how.last else [total, *body])]))
    x = figures_of(held, how, "budget_three_public")
    planned = {name: x(f"three_public.{name}.budget") for name in NAMES}
    if how.three % 3 == 0:
        rows = [["项目", "本年预算数", "其中：一般公共预算财政拨款"]]
        labels = (
            ("合计", "total"),
            ("1.因公出国（境）费用", "overseas"),
            ("2.公务接待费", "reception"),
            ("3.公务用车费", "vehicles"),
            ("其中：（1）公务用车运行维护费", "operation"),
            ("（2）公务用车购置", "purchase"),
        )
        rows += [[label, planned[name], planned[name]] for label, name in labels]
        sheets.append(Sheet(titles[6], rows))
    else:
        rows = [
            ["单位名称", "“三公”经费合计", "因公出国（境）费", "公务用车购置及运行费", None, None, "公务接待费"],
            [None, None, None, "小计", "公务用车购置费", "公务用车运行费", None],
        ]
        amounts = [planned[name] for name in NAMES]
        parts: list[list[Text]] = [[UNIT, *amounts]]
        sums: list[Text] = ["合计", *amounts]
        wide = [(0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 2, 1), (0, 3, 1, 3), (0, 6, 2, 1)]
        sheets.append(Sheet(titles[6], [*rows, *([*parts, sums] if how.last else [sums, *parts])], wide))
    values = [v("budget.fund"), v("budget.fund.basic"), v("budget.fund.project")]
    sheets.append(Sheet(titles[7], *by_subject(["合计", "基本支出", "项目支出"], values, small)))
    for number, sheet in enumerate(sheets, start=1):
        sheet.name = sheet.title if how.names % 2 else f"Sheet{number}"
    return sheets


def targets(held: Mapping[str, Decimal], how: Print) -> list[Sheet]:
    """Return the department's targets, and those of its projects in a list or a form each."""
    held = {name: value.quantize(D("0.01"), ROUND_HALF_UP) for name, value in held.items()}
    total, fiscal = held["initial"], held["initial.fiscal"]
    rows: list[list[Text]]
    if how.names % 2:
        rows = [
            ["部门（单位）名称", UNIT, None, None, None, None],
            ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）", None, None],
            [None, None, None, "总额", "财政拨款", "其他资金"],
            [None, "运转保障", "人员和公用", held["initial.basic"], held["initial.basic"], D(0)],
            [None, "水利工程", "除险、治理", held["initial.project"], fiscal - held["initial.basic"], total - fiscal],
            [None, "金额合计", None, total, fiscal, total - fiscal],
            ["年度总体目标", "完成年度除险加固和河道治理任务，保障供水安全。", None, None, None, None],
        ]
        wide = [(0, 1, 1, 5), (1, 0, 5, 1), (1, 3, 1, 3), (6, 1, 1, 5)]
    else:
        rows = [
            ["年度预算申请", "资金总额", total, None, None, None],
            [None, "其中：财政拨款", fiscal, "其他资金", total - fiscal, None],
            ["整体绩效目标", "完成年度除险加固和河道治理任务，保障供水安全。", None, None, None, None],
        ]
        wide = [(0, 0, 2, 1), (2, 1, 1, 5)]
    rows.append(["年度绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "分值"])
    rows += [[None, "产出指标", "数量指标", name, target, weight] for name, target, weight in TARGETS]
    own = Sheet("部门整体支出绩效目标" + ("申报表" if how.names % 2 else "表"), rows, wide, "万元")
    if how.names == 1:
        form: list[list[Text]] = [
            ["项目名称", "水库除险专项", None, None],
            ["项目资金（万元）", "年度资金总额", "120", None],
            ["一级指标", "二级指标", "三级指标", "指标值"],
            ["产出指标", "时效指标", "任务按期完成率", "100%"],
        ]
        return [own, Sheet("项目支出绩效目标申报表", form, [(0, 1, 1, 3)], "万元")]
    listed: list[list[Text]] = [["序号", "项目名称", "资金总额", "一级指标", "三级指标", "指标值"]]
    listed += [
        [str(n), name, "60", "产出指标", "任务按期完成率", "100%"]
        for n, name in enumerate(("水库除险专项", "河道治理专项"), 1)
    ]
    title = "项目支出绩效目标表" if how.names else "绩效目标表"
    return [own, Sheet(title, listed, [], "万元")]


def document(sheets: Sequence[Sheet], how: Print, title: bool = True) -> Document:
    """Return tables as a reader hands them over: of a workbook a sheet each, of a Word file with lines of text between."""
    out = Document("表")
    for sheet in sheets:
        head: list[list[Text]] = [[sheet.title]] if title else []
        head.append([f"编制单位：{sheet.unit}", None, f"{YEAR}年度", f"金额单位：{sheet.money or how.money}"])
        body, down = list(sheet.rows), list(sheet.wide)
        if how.blank_rows:
            body += [[None] * 3, ["注：本表反映部门本年度的收支情况。"]]
        if how.word:
            out.blocks += [" ".join(str(cell) for cell in row if cell) for row in head]
            out.blocks.append(Grid("", _cells(body, down, True), True))
        else:
            shift = len(head)
            down = [(row + shift, *rest) for row, *rest in down]  # type: ignore[misc]
            out.blocks.append(Grid(sheet.name or sheet.title, _cells([*head, *body], down, False), True, True))
    return out


def _cells(rows: Sequence[Sequence[Text]], wide: Sequence[tuple[int, int, int, int]], word: bool) -> list[list[Cell]]:
    breadth = max(map(len, rows))
    spans = {(top, left): across for top, left, _, across in wide}
    covered = {
        (top + down, left + right): right == 0
        for top, left, high, across in wide
        for down in range(high)
        for right in range(across)
        if (down, right) != (0, 0)
    }
    out: list[list[Cell]] = []
    for at, row in enumerate(rows):
        line = []
        for column in range(breadth):
            value = row[column] if column < len(row) else None
            if (at, column) in covered:
                below = covered[at, column]
                if word and below:  # a cell merged downwards goes on in Word
                    top = next(t for t, left, high, _ in wide if left == column and t < at < t + high)
                    line.append(Cell("", at + 1, column + 1, spans.get((top, column), 1), None, True))
                continue
            held = None if word or isinstance(value, str) else value
            line.append(Cell("" if value is None else str(value), at + 1, column + 1, spans.get((at, column), 1), held))
        out.append(line)
    return out
