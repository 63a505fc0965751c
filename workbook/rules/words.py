"""Words that several rules share."""

from decimal import Decimal

from workbook import patterns as re
from workbook.derive.rates import deduction
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme

MANY = Decimal(10)  # no rate of the common framework bears so many points
ADJUSTED = r"调整|追加|调增|调减|追减|上级(专款|专项|转移)|增人增资|压减|结转"
LOW_RATE = (
    r"(执行率|进度|结转|结余|未支付|未使用|未执行).{0,60}(原因|因|由于|受|导致|所致)|"
    r"(因|由于|受).{0,60}(执行率|进度|结转|结余|未支付)"
)


ALIKE = Decimal("0.7")  # one thing is named by most of the same words, seldom by all


def alike(name: str, text: str) -> bool:
    """Return whether a text names what a name names: it holds the name, or most of its pairs of characters."""
    pairs = {name[n : n + 2] for n in range(len(name) - 1)} or {name}
    return name in text or sum(pair in text for pair in pairs) >= ALIKE * len(pairs)


def says(filing: Filing, pattern: str) -> bool:
    """Return whether the report, a reason or the results of the year hold words of a pattern."""
    words = [
        *filing.narrative,
        *(row.reason or "" for row in filing.indicators),
        filing.goals.actual or "",
        filing.goals.reason or "",
        filing.goals.measures or "",
        filing.funds.reason or "",
    ]
    return any(re.search(pattern, text) for text in words)


def points_off(name: str, rate: Decimal, standard: Decimal, scheme: Scheme) -> str:
    """Return what a re-check takes off for a rate above its standard, in words; "" where the scheme scores by no rates.

    Only the scored tables of some provinces take points off for rates (`deduction.method`). The entries of
    `deduction.rates` are (rate's name, step as a fraction, points a begun step, full points; full
    points of 0 are not known).
    """
    if not _scores_rates(scheme):
        return ""
    for known, step, points, full in scheme.rows("deduction.rates"):
        lost = deduction(rate, standard, step, points, full or Decimal(100)) if known == name and step else Decimal(0)
        if lost:
            every = f"每偏离 {percent(step)} 扣 {shown(points)} 分"
            most = f"，满分 {shown(full)} 分，应扣 {shown(lost)} 分" if full else f"，应扣 {shown(lost)} 分或扣完为止"
            return f"；整体支出评价按{name}{every}{most if full or lost < MANY else '，应扣完'}"
    return ""


def _scores_rates(scheme: Scheme) -> bool:
    return scheme.text("deduction.method") == "启用"


def points_over(name: str, rate: Decimal, scheme: Scheme) -> str:
    """Return what a re-check takes off for a rate above 100%, in words."""
    return points_off(name, rate, Decimal(1), scheme)


def points_short(name: str, rate: Decimal, scheme: Scheme) -> str:
    """Return what a re-check takes off for a rate that is to be 100% and lies below, in words."""
    return points_off(name, 2 - rate, Decimal(1), scheme) if rate < 1 else ""


def tier_points(name: str, rate: Decimal, scheme: Scheme) -> str:
    """Return the points a rate gets by the steps of `tiers.rates`, in words; "" where the scheme scores by no such steps."""
    if not _scores_rates(scheme):
        return ""
    steps = [(most, points) for known, most, points in scheme.rows("tiers.rates") if known == name]
    if not steps:
        return ""
    full = max(points for _, points in steps)
    got = next((points for most, points in sorted(steps) if rate <= most), Decimal(0))
    return f"；整体支出评价按{name}分档得 {shown(got)} 分（满分 {shown(full)} 分）"
