"""The sample departments: composed so that every identity holds, then spoilt where the sample says so, and handed in.

May import the filing, `derive`, the schemes and the writers. A new sample department: an entry in `departments`; what whole
regions are made of stands in `regions` and `province`.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook.demo import tables
from workbook.demo.departments import DEPARTMENTS, Department, Project
from workbook.demo.regions import departments
from workbook.demo.text import as_text
from workbook.derive import derive
from workbook.derive.scores import indicator_score
from workbook.model.figures import percent, plain
from workbook.model.filing import Expense, Filing, Indicator, ProjectLine
from workbook.model.scheme import load
from workbook.writers import department as sheets
from workbook.writers import word

YEAR = 2024
CLASSES = {"数量": "产出指标", "质量": "产出指标", "时效": "产出指标", "服务": "满意度指标"}
CLASS_WEIGHTS = {"产出指标": 40, "效益指标": 20, "满意度指标": 10, "成本指标": 20}


def make(folder: Path) -> list[Path]:
    """Write what the eight departments hand in (Word, Excel, text) into a folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_hand_in(department, folder) for department in DEPARTMENTS]


def make_tables(folder: Path) -> list[Path]:
    """Write the final accounts, budgets and approved targets of three departments into a folder of each; return the files.

    The self-evaluation of the second, in order by itself, has slips that only these tables show.
    """
    return tables.make(folder, [compose(DEPARTMENTS[0]), compose(DEPARTMENTS[2]), compose(DEPARTMENTS[1])])


def synthetic(number: int, seed: int = 1, year: int = YEAR) -> Iterator[Filing]:
    """Yield so many clean filings of invented regions, the same ones for the same seed; every identity holds."""
    for department in departments(number, seed):
        yield compose(department, year)


def _hand_in(department: Department, folder: Path) -> Path:
    filing = as_handed_in(department)
    path = folder / f"{department.unit}.{department.format}"
    if department.format == "docx":
        word.write(filing, load(), path)
    elif department.format == "xlsx":
        sheets.write(filing, load(), path)
    else:
        path.write_bytes(as_text(filing).encode("gb18030"))
    return path


def as_handed_in(department: Department) -> Filing:
    """Return a department's filing with its faults and slips in it."""
    filing = compose(department)
    _spoil(filing, department.faults)
    filing.narrative = _slip(filing.narrative, department.slips)
    return filing


def compose(department: Department, year: int = YEAR) -> Filing:
    """Return a department's filing in which every identity of the form holds to the cent."""
    filing = Filing(unit=department.unit, year=year, form="l1")
    _staff_and_expenses(filing, department)
    _funds(filing, department)
    _indicators(filing, department)
    filing.goals.expected, filing.goals.actual = department.expected, department.actual
    filing.thrift_measures = "严格执行公务接待、公车使用和会议审批制度，办公用品集中采购"
    signed = filing.signature
    signed.preparer, signed.date, signed.phone, signed.head = "示例甲", f"{year + 1}.03.18", "0000-0000000", "示例乙"
    _settle_scores(filing)
    filing.narrative = _prose(filing, department)
    return filing


def _triple(values: tuple[str, str, str]) -> Expense:
    return Expense(*(Decimal(value) for value in values))


def _sum(*rows: Expense) -> Expense:
    zero = Decimal(0)
    return Expense(
        *(sum((getattr(row, name) or zero for row in rows), zero) for name in ("prior_final", "budget", "final"))
    )


def _staff_and_expenses(filing: Filing, department: Department) -> None:
    filing.staff.authorized, filing.staff.actual = map(Decimal, department.staff)
    rows = filing.expenses
    rows["vehicle_operation"], rows["official_vehicles"] = _triple(department.vehicles), _triple(department.vehicles)
    rows["official_reception"] = _triple(department.reception)
    rows["three_public"] = _sum(rows["official_vehicles"], rows["official_reception"])
    rows["operating"], rows["office"] = _triple(department.operating), _triple(department.office)
    rows["utilities_travel"], rows["meetings_training"] = _triple(department.utilities), _triple(department.meetings)
    rows["procurement"].budget, rows["procurement"].final = map(Decimal, department.procurement)
    for project in department.projects:
        line = ProjectLine(Decimal(project.prior), Decimal(project.budget), Decimal(project.final), name=project.name)
        filing.project_lines.append(line)
    rows["project"] = _sum(*filing.project_lines)
    if department.building:
        filing.set("buildings[0].approved_area", Decimal(department.building[0]))
        filing.set("buildings[0].actual_area", Decimal(department.building[1]))
        filing.set("buildings[0].budget_investment", Decimal(department.building[2]))
        filing.set("buildings[0].actual_investment", Decimal(department.building[3]))


def _funds(filing: Filing, department: Department) -> None:
    rows, other = filing.expenses, Decimal(department.other_income)
    planned, change, paid = map(Decimal, department.personnel)
    operating = rows["operating"]
    basic = planned + (operating.budget or Decimal(0))
    changes = sum((Decimal(project.change) for project in department.projects), Decimal(0))
    projects = rows["project"].budget or Decimal(0)
    adjustment = rows["basic_budget_adjustment"]
    adjustment.budget, adjustment.final = basic, basic + change
    filing.outlay.basic, filing.outlay.project = basic + change, projects + changes
    filing.outlay.total = filing.outlay.basic + filing.outlay.project
    filing.income.total = filing.outlay.total
    filing.income.general_public_budget = filing.income.total - other
    filing.income.other = other or None
    filing.funds.initial_budget = basic + projects
    filing.funds.annual_budget = filing.outlay.total
    filing.funds.executed = paid + (operating.final or Decimal(0)) + (rows["project"].final or Decimal(0))
    filing.funds.weight = Decimal(10)


def _indicators(filing: Filing, department: Department) -> None:
    for line in department.indicators:
        level2, name, target, actual, weight, reason = line.split("|")
        level1 = CLASSES.get(level2[:2], "效益指标")
        row = Indicator(level1, level2, name, target, actual, Decimal(weight), None, reason or None)
        filing.indicators.append(row)
    paid = (filing.funds.executed or Decimal(0)) - (filing.expenses["project"].final or Decimal(0))
    costs = (
        ("基本支出", filing.outlay.basic, paid),
        ("项目支出", filing.outlay.project, filing.expenses["project"].final),
    )
    for name, planned, spent in costs:
        words = [f"{plain(value or Decimal(0))}万元" for value in (planned, spent)]
        row = Indicator("成本指标", "经济成本指标", name, f"≤{words[0]}", words[1], Decimal(10))
        filing.indicators.append(row)
    filing.class_weights = {name: Decimal(points) for name, points in CLASS_WEIGHTS.items()}


def _settle_scores(filing: Filing) -> None:
    scheme = load()
    for row in filing.indicators:
        row.score = indicator_score(row, scheme).score
    result = derive(filing, scheme)
    for path, value in result.values.items():
        if value is not None:
            filing.set(path, value)


def _prose(filing: Filing, department: Department) -> list[str]:
    return [
        f"{filing.year}年度{filing.unit}整体支出绩效自评报告",
        "一、部门（单位）基本情况",
        f"（一）主要职能。{filing.unit}{department.duty}。",
        f"（二）机构情况。内设{department.offices}。",
        f"（三）人员情况。核定编制{department.staff[0]}人，年末在职{department.staff[1]}人，退休{department.retired}人。",
        "二、一般公共预算支出情况",
        *_budget_words(filing),
        f"（二）项目支出情况。全年项目支出{_said(filing, 'expenses.project.final')}万元，共{len(department.projects)}个项目。",
        *(_project_words(entry, number) for number, entry in enumerate(department.projects, start=1)),
        "三、政府性基金预算支出情况",
        "无。",
        "四、国有资本经营预算支出情况",
        "无。",
        "五、社会保险基金预算支出情况",
        "无。",
        "六、资金使用及绩效情况",
        f"（一）整体绩效情况。{department.actual}",
        *department.work,
        *_thrift_words(filing),
        _survey_words(filing),
        "七、存在的问题及原因分析",
        department.problems,
        "八、下一步改进措施",
        "一是细化项目计划和指标，把年度目标分解到季度，按季度跟踪执行进度。二是对没有达到目标的指标逐项制定补救措施，"
        "纳入下年预算安排。三是加强部门之间的衔接，年中确需调整的，及时按程序调整预算和绩效目标。",
        "九、绩效自评结果拟应用和公开情况",
        "自评结果作为下年预算编制的依据，随部门决算一并公开。",
    ]


def _said(filing: Filing, path: str) -> str:
    return plain(filing.get(path) or Decimal(0))


def _budget_words(filing: Filing) -> list[str]:
    year, funds, rows = filing.year, filing.funds, filing.expenses
    paid = (funds.executed or Decimal(0)) - (rows["project"].final or Decimal(0))
    personnel = paid - (rows["operating"].final or Decimal(0))
    sources = f"一般公共预算拨款{_said(filing, 'income.general_public_budget')}万元"
    if filing.income.other:
        sources += f"，其他资金{plain(filing.income.other)}万元"
    return [
        f"（一）基本支出情况。{year}年年初预算{_said(filing, 'funds.initial_budget')}万元，年中追加和调整后全年预算"
        f"{_said(filing, 'funds.annual_budget')}万元（{sources}），全年执行{_said(filing, 'funds.executed')}万元，预算执行率"
        f"{percent(funds.execution_rate or Decimal(0))}。其中：基本支出{plain(paid)}万元（人员经费{plain(personnel)}万元，"
        f"公用经费{_said(filing, 'expenses.operating.final')}万元），项目支出{_said(filing, 'expenses.project.final')}万元。",
        _change_words(filing),
    ]


def _change_words(filing: Filing) -> str:
    adjustment, planned = filing.expenses["basic_budget_adjustment"], filing.expenses["project"].budget or Decimal(0)
    more = (adjustment.final or Decimal(0)) - (adjustment.budget or Decimal(0))
    change = (filing.outlay.project or Decimal(0)) - planned
    words = f"预算调整的原因：年中按工资政策追加人员经费{plain(more)}万元"
    return f"{words}，部分项目按实际进度调减{plain(-change)}万元。" if change < 0 else f"{words}，项目预算没有调整。"


def _thrift_words(filing: Filing) -> list[str]:
    parts = "、".join(
        f"{label}{_said(filing, f'expenses.{name}.final')}万元"
        for name, label in (("vehicle_operation", "公务用车运行维护费"), ("official_reception", "公务接待费"))
    )
    words = [
        f"（二）厉行节约情况。全年三公经费支出{_said(filing, 'expenses.three_public.final')}万元，其中{parts}，没有因公出国和购置"
        f"公务用车，控制在预算{_said(filing, 'expenses.three_public.budget')}万元以内。政府采购预算"
        f"{_said(filing, 'expenses.procurement.budget')}万元，实际采购{_said(filing, 'expenses.procurement.final')}万元。"
    ]
    if filing.buildings:
        words.append(
            f"（三）楼堂馆所情况。当年完工项目1个，批复规模{_said(filing, 'buildings[0].approved_area')}平方米，实际规模"
            f"{_said(filing, 'buildings[0].actual_area')}平方米；预算投资{_said(filing, 'buildings[0].budget_investment')}万元，"
            f"实际投资{_said(filing, 'buildings[0].actual_investment')}万元。"
        )
    return words


def _survey_words(filing: Filing) -> str:
    """Return where the satisfaction comes from: a thousand valid answers give it to a tenth of a percent."""
    row = next(row for row in filing.indicators if row.level1 == "满意度指标")
    pleased = Decimal((row.actual or "").rstrip("%")) * 10
    words = f"收回有效问卷1000份，满意{plain(pleased)}份，{row.level3}{row.actual}。"
    return f"满意度由第三方入户和现场问卷统计，发放问卷1050份，{words}"


def _project_words(project: Project, number: int) -> str:
    change = Decimal(project.change)
    adjusted = f"年中调减{plain(-change)}万元" if change < 0 else f"年中调增{plain(change)}万元"
    left = Decimal(project.budget) + change - Decimal(project.final)
    return (
        f"{number}.{project.name}：年初预算{plain(Decimal(project.budget))}万元，{adjusted}，实际支出"
        f"{plain(Decimal(project.final))}万元，结余结转{plain(left)}万元，用于{project.purpose}。"
    )


def _slip(narrative: list[str], slips: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the prose with each slip put in at its first place; raise ValueError where the right words do not stand."""
    out = list(narrative)
    for right, wrong in slips:
        found = next((index for index, text in enumerate(out) if right in text), None)
        if found is None:
            raise ValueError(f"示例正文里没有「{right}」")
        out[found] = out[found].replace(right, wrong, 1)
    return out


def _spoil(filing: Filing, faults: dict[str, Any]) -> None:
    for path, slip in faults.items():
        value = filing.get(path)
        if slip == "over:initial_budget" and filing.funds.executed and filing.funds.initial_budget:
            value = (filing.funds.executed / filing.funds.initial_budget).quantize(Decimal("0.0001"))
        elif slip == "transposed":
            value = _transposed(value)
        elif slip == "copy":
            value = filing.goals.expected
        elif isinstance(slip, str) and slip[0] in "+-":
            value += Decimal(slip)
        else:
            value = None if slip is None else Decimal(str(slip))
        filing.set(path, value)


def _transposed(value: Decimal) -> Decimal:
    """Return an amount with its first two different neighbouring digits swapped."""
    digits = plain(value)
    for index in range(1, len(digits) - 1):
        one, other = digits[index], digits[index + 1]
        if one.isdigit() and other.isdigit() and one != other:
            return Decimal(digits[:index] + other + one + digits[index + 2 :])
    return value


__all__ = ["DEPARTMENTS", "YEAR", "as_handed_in", "compose", "make", "make_tables", "synthetic"]
