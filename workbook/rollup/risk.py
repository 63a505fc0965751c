"""Signs that a self-evaluation flatters itself, and how much a department wants a second look. All in words, none a verdict.

The points of a risk are practice, not regulation: they rank, they prove nothing. What counts as a sign is set in 参数.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbook.derive import Derived
from workbook.model.bands import LOW_EXECUTION
from workbook.model.figures import percent, plain
from workbook.model.filing import Filing, unit_key
from workbook.model.findings import Report
from workbook.model.scheme import Scheme

FEWEST_AMOUNTS = 5  # below which two departments are not told apart by their figures
# rules that speak of a flattering score: id → the sign
BY_RULE = {
    "I12": "远超目标而未说明原因",
    "I13": "目标定得明显偏低",
    "I20": "满意度与目标分毫不差",
    "I21": "几乎全部满分",
    "Y04": "照抄上年文字",
}
FULL, EXACT, EASILY, TWINS = "全部满分", "结果与目标一点不差", "权重压在易完成的指标", "与别的单位数字相同"
KINDS = (FULL, EXACT, EASILY, *BY_RULE.values(), TWINS)
SPENDING = "M03"  # 指标得分高而钱没有花出去


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a flattering score: which, and the figures behind it."""

    kind: str
    words: str


def signs(filing: Filing, derived: Derived, report: Report, scheme: Scheme) -> Iterator[Sign]:
    """Yield the signs that one filing shows by itself."""
    fewest = scheme.number("signs.fewest")
    scored = [row for row in filing.indicators if row.score is not None and row.weight]
    full = sum(row.score == row.weight for row in scored)
    if len(scored) >= fewest and full == len(scored):
        yield Sign(FULL, f"{full} 项指标全部满分")
    degrees = [entry.degree for entry in derived.indicators if entry.degree is not None]
    exact = sum(degree == 1 for degree in degrees)
    if len(degrees) >= fewest and exact >= scheme.number("signs.exact_share") * len(degrees):
        yield Sign(EXACT, f"可量化的 {len(degrees)} 项指标中，{exact} 项的实际完成值与年度指标值一点不差")
    yield from _easily(filing, derived, scheme)
    counts: dict[str, int] = {}
    for finding in report.findings:
        if finding.rule in BY_RULE and finding.is_open:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
    for rule, count in sorted(counts.items()):
        if not (rule == "I21" and full == len(scored)):
            yield Sign(BY_RULE[rule], f"{BY_RULE[rule]} {count} 处")


def _easily(filing: Filing, derived: Derived, scheme: Scheme) -> Iterator[Sign]:
    enough, most = scheme.number("signs.easy"), scheme.number("signs.easy_share")
    pairs = list(zip(filing.indicators, derived.indicators, strict=False))
    weights = [row.weight or Decimal(0) for row, entry in pairs if entry.degree is not None]
    easy = [row.weight or Decimal(0) for row, entry in pairs if entry.degree is not None and entry.degree >= enough]
    whole = sum(weights, Decimal(0))
    if len(weights) >= scheme.number("signs.fewest") and whole and sum(easy, Decimal(0)) > most * whole:
        share = percent(sum(easy, Decimal(0)) / whole, 0)
        yield Sign(EASILY, f"可量化指标的分值有 {share} 压在超额 {percent(enough - 1, 0)} 以上的 {len(easy)} 项上")


def figures_of(filing: Filing) -> str:
    """Return what names the money figures of a filing, "" where they are too few to tell two departments apart."""
    amounts = [
        f"{name}.{part}={plain(value)}"
        for name, row in filing.expenses.items()
        for part in ("prior_final", "budget", "final")
        if (value := getattr(row, part))
    ]
    amounts += [plain(value) for value in (filing.funds.annual_budget, filing.funds.executed) if value]
    return hashlib.sha256("|".join(amounts).encode()).hexdigest()[:16] if len(amounts) >= FEWEST_AMOUNTS else ""


@dataclass(frozen=True, slots=True)
class Risk:
    """A department's place in the sampling plan: points, and what they are for, in words."""

    unit: str
    points: Decimal
    reasons: tuple[str, ...]
    money: Decimal
    lot: str


def risk(row: Mapping[str, Any], large: Decimal, seed: str) -> Risk:
    """Return how much a department of the roll-up wants a second look; `large` is the sum from which money counts.

    `row` has unit, errors, warnings, execution_rate, executed, gap (self score out of step with spending), signs (words).
    """
    reasons: list[tuple[Decimal, str]] = []
    if row["errors"]:
        reasons.append((min(Decimal(30), 3 * Decimal(row["errors"])), f"错误 {row['errors']} 处未改"))
    if row["warnings"]:
        reasons.append((min(Decimal(15), Decimal(row["warnings"])), f"预警 {row['warnings']} 处未说明"))
    reasons += [(Decimal(8), str(words)) for words in row["signs"]]
    rate = row["execution_rate"]
    if rate is not None and rate < LOW_EXECUTION:
        reasons.append((Decimal(10), f"预算执行率只有 {percent(rate)}"))
    if rate is not None and rate > 1:
        reasons.append((Decimal(6), f"预算执行率 {percent(rate)}，超过全年预算"))
    if row["gap"]:
        reasons.append((Decimal(10), "自评得分与支出进度脱节"))
    money = row["executed"] or Decimal(0)
    if money and money >= large:
        reasons.append((Decimal(6), f"资金量大（全年执行 {plain(money)} 万元，居前十分之一）"))
    words = tuple(f"{text}（{plain(points)}分）" for points, text in sorted(reasons, key=lambda entry: -entry[0]))
    lot = hashlib.sha256(f"{seed}|{unit_key(row['unit'])}".encode()).hexdigest()
    return Risk(row["unit"], sum((points for points, _ in reasons), Decimal(0)), words, money, lot)


def sample(risks: list[Risk], number: int, at_random: int) -> list[tuple[str, Risk]]:
    """Return the departments to look at: first by risk, the last `at_random` of them by lot among the rest.

    The lot is drawn by a hash of the seed and the name, so that anybody draws the same; equal risks go by money, then lot.
    """
    ranked = sorted(risks, key=lambda entry: (-entry.points, -entry.money, entry.lot))
    at_random = min(at_random, max(0, number - 1))
    chosen = [("按风险", entry) for entry in ranked[: number - at_random]]
    rest = sorted(ranked[number - at_random :], key=lambda entry: entry.lot)
    return chosen + [("随机", entry) for entry in rest[:at_random]]
