"""Filings that hypothesis makes: realistic fields, blanks, zero divisors, many rows, hostile words."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from workbook.demo import synthetic
from workbook.model.fields import EXPENSES
from workbook.model.filing import Building, Filing, Indicator, ProjectLine

amounts = st.none() | st.just(Decimal(0)) | st.decimals(min_value=0, max_value=10**6, places=2)
rates = st.none() | st.decimals(min_value=0, max_value=2, places=4)
points = st.none() | st.decimals(min_value=0, max_value=40, places=1)
_letters = st.sampled_from("全年完成培训次数项目支出保障=+-@'\"0123456789%≥≤，。（）ab<&>")
_lines = (
    st.text(_letters, min_size=1, max_size=24).map(str.strip).filter(lambda text: bool(text.strip("-—/\\…. 0无空")))
)
words = _lines | st.builds("{}\n{}".format, _lines, _lines)
unreadable = st.sampled_from(["约三成", "见附表", "=1+1", "数据待核"])
named = _lines.map(lambda text: f"名{text}称")
level = st.sampled_from(
    [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益指标"),
        ("成本指标", "经济成本指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]
)


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    """Make one indicator."""
    level1, level2 = draw(level)
    target = draw(st.none() | words | st.integers(0, 500).map(lambda number: f"≥{number}次"))
    actual = draw(st.none() | words | st.integers(0, 900).map(lambda number: f"{number}次"))
    return Indicator(level1, level2, draw(named), target, actual, draw(points), draw(points), draw(st.none() | words))


_MAY_BE_WORDS = [
    "staff.authorized",
    "staff.control_rate",
    "expenses.project.final",
    "funds.annual_budget",
    "funds.executed",
    "funds.weight",
    "funds.execution_rate",
    "funds.score",
    "income.total",
    "indicators[0].weight",
    "indicators[0].score",
    "total.score",
]


_OTHER_KINDS = ["时效指标", "经济效益指标", "生态效益指标", "可持续影响指标", "社会成本指标"]  # `level` uses the others
_paragraphs = st.builds("{}、{}。".format, st.sampled_from(["一", "二", "本年度工作情况"]), named)


@st.composite
def filings(draw: st.DrawFn) -> Filing:
    """Make one filing with a unit, a year and at least one indicator."""
    filing = Filing(unit=f"某县{draw(st.integers(1, 999))}局", year=draw(st.integers(2018, 2030)), form="l1")
    rows = draw(st.lists(indicators(), min_size=1, max_size=12))
    filing.indicators = sorted(rows, key=lambda row: (row.level1 or "", row.level2 or ""))
    filing.staff.authorized = draw(st.none() | st.integers(0, 500).map(Decimal))
    filing.staff.actual = draw(st.none() | st.integers(0, 500).map(Decimal))
    for row in map(filing.expenses.get, EXPENSES):  # the rows of this form
        assert row is not None
        row.prior_final, row.budget, row.final = draw(amounts), draw(amounts), draw(amounts)
    filing.project_lines = draw(
        st.lists(st.builds(ProjectLine, prior_final=amounts, budget=amounts, final=amounts, name=named), max_size=4)
    )
    area = st.decimals(min_value=1, max_value=10**5, places=1)
    filing.buildings = draw(
        st.lists(
            st.builds(
                Building,
                approved_area=area,
                actual_area=amounts,
                area_control_rate=rates,
                budget_investment=amounts,
                actual_investment=amounts,
                investment_control_rate=rates,
            ),
            max_size=2,
        )
    )
    for name in ("initial_budget", "annual_budget", "executed", "weight", "score"):
        setattr(filing.funds, name, draw(amounts if name not in ("weight", "score") else points))
    for part in (filing.income, filing.outlay):
        for name in part.__dataclass_fields__:
            setattr(part, name, draw(amounts))
    filing.goals.expected, filing.goals.actual = draw(st.none() | words), draw(st.none() | words)
    filing.thrift_measures = draw(st.none() | words)
    filing.total.score = draw(points)
    filing.staff.control_rate, filing.funds.execution_rate = draw(rates), draw(rates)
    filing.total.weight = draw(points)
    if draw(st.booleans()):
        for path in draw(st.lists(st.sampled_from(_MAY_BE_WORDS), max_size=3)):
            filing.set(path, None)
            filing.unread[path] = draw(unreadable)
    filing.signature.date = draw(st.none() | st.just("2024年3月15日"))
    filing.signature.preparer = draw(st.none() | st.just("某甲"))
    filing.signature.phone = draw(st.none() | st.just("0730-1234567"))
    filing.signature.head = draw(st.none() | st.just("某乙"))
    filing.class_weights = {
        row.level1: draw(st.integers(1, 60).map(Decimal)) for row in filing.indicators if row.level1
    }
    free = draw(st.permutations(_OTHER_KINDS))
    filing.blank_classes, filing.none_classes = free[: draw(st.integers(0, 2))], free[2 : 2 + draw(st.integers(0, 2))]
    filing.narrative = draw(st.lists(_paragraphs, max_size=4))
    return filing


_WORDINGS = st.sampled_from(["{sign}{rest}", "{rest}以上", "不低于{rest}", "≧{rest}", "达到{rest}以上"])


def _reworded(draw: st.DrawFn, row: Indicator) -> None:
    """Say a floor in another usual way."""
    if row.target and row.target.startswith("≥"):
        row.target = draw(_WORDINGS).format(sign="≥", rest=row.target[1:])


def _rounded_rate(draw: st.DrawFn, exact: Decimal) -> Decimal:
    """Print a rate with as many decimals of a percent as clerks use, rounded or cut off."""
    places = draw(st.sampled_from(["0.0001", "0.001", "0.01"]))
    return exact.quantize(Decimal(places), rounding=draw(st.sampled_from([ROUND_HALF_UP, ROUND_DOWN])))


@st.composite
def clean_filings(draw: st.DrawFn) -> Filing:
    """Make a filing in which every identity holds, written as different clerks write: nothing in it is wrong."""
    (filing,) = synthetic(1, seed=draw(st.integers(0, 10**6)), year=draw(st.integers(2018, 2030)))
    for row in filing.indicators:
        _reworded(draw, row)
    staff, funds = filing.staff, filing.funds
    if staff.actual and staff.authorized:
        staff.control_rate = draw(st.none() | st.just(_rounded_rate(draw, staff.actual / staff.authorized)))
    if funds.executed and funds.annual_budget:
        funds.execution_rate = _rounded_rate(draw, funds.executed / funds.annual_budget)
    if draw(st.booleans()):
        filing.none_classes = ["社会成本指标"]
    for name in draw(st.lists(st.sampled_from(["office", "utilities_travel", "meetings_training"]), unique=True)):
        filing.expenses[name].prior_final = filing.expenses[name].budget = filing.expenses[name].final = None
    if draw(st.booleans()):
        filing.narrative = []
    return filing
