"""Rules on 财政供养人员情况."""

from collections.abc import Iterator
from decimal import Decimal

from workbook.derive.identities import broken
from workbook.derive.rates import staff_control_rate
from workbook.derive.rounding import quotient_rounding
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.words import points_off


@rule(
    "S01",
    "在职人员控制率与在职人数÷编制数不符",
    Severity.ERROR,
    Category.WITHIN,
    "财预〔2013〕53号：在职人员控制率＝在职人员数÷编制数",
    "控制率填报 {actual}，在职 {heads} 人÷编制 {posts} 人＝{expected}",
    "请把控制率改为 {expected}，或核对人数",
    ("staff.authorized", "staff.actual", "staff.control_rate"),
)
def control_rate_is_quotient(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """在职人员控制率等于实际在职人数除以编制数。"""
    for entry in broken("S01", filing, scheme):
        printed, heads, posts = (filing.get(path) for path in entry.cells)
        slots = {"heads": heads, "posts": posts}
        upside = heads and quotient_rounding(printed, posts, heads, exact=True)
        culprit = "『在职人员控制率』的分子分母颠倒：用了编制÷在职" if upside else ""
        rate = (heads / posts).quantize(Decimal("0.0001"))
        yield Hit(entry.whole, printed, rate, slots, entry.parts, culprit=culprit)


@rule(
    "S02",
    "在职人数超过编制数",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：在职人数不超过编制数",
    "实际在职 {actual} 人，编制 {expected} 人，超编 {difference} 人{points}",
    "请核对人数；确有超编的，在出错说明中写明原因",
    ("staff.authorized", "staff.actual"),
    ("rate.warning_above", "deduction.method", "deduction.rates"),
)
def staff_within_posts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """实际在职人数不超过编制数。"""
    rate = staff_control_rate(filing.staff.actual, filing.staff.authorized)
    if rate is not None and rate > scheme.number("rate.warning_above"):
        slots = {"points": points_off("在职人员控制率", rate, Decimal(1), scheme)}
        yield Hit("staff.actual", filing.staff.actual, filing.staff.authorized, slots, ("staff.authorized",))


@rule(
    "S03",
    "编制数为零却填了控制率",
    Severity.ERROR,
    Category.WITHIN,
    "算术关系：除数为零时不适用",
    "编制数为 0 或空白，控制率却填了 {actual}",
    "请补填编制数；确无编制的，控制率留空",
    ("staff.control_rate",),
)
def no_rate_without_posts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有编制数时控制率没有意义，应留空。"""
    if filing.staff.control_rate is not None and not filing.staff.authorized:
        yield Hit("staff.control_rate", filing.staff.control_rate)
