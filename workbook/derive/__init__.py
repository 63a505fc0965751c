"""What the system computes of a filing: rates, scores, sums and the grade. Pure formulas; nothing here knows a file.

May import the filing, the fields and the scheme. A new rate goes into `rates`, a way to score into `scores`, a relation between
cells into `identities`, once.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbook.derive import rates
from workbook.derive.grades import grade
from workbook.derive.scores import NOT_APPLICABLE, IndicatorScore, execution_score, indicator_score, rescaled
from workbook.model.figures import json_number, round_half_up
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme

Number = Decimal | None
RATE_PLACES = 4


@dataclass(slots=True)
class Derived:
    """All that is computed of one filing.

    `values` holds the computed value of every derived field by its path (rates as fractions at four decimals, points at
    two; None is 不适用 or not computable); `control_rates` the 控制率 of each expense that has a budget and a final
    figure; `indicators` the scores with their bases; `class_weights` and `class_scores` the sums of each first-level
    class; `computed_total` Σ of the computed scores (as entered where none can be computed). Where indicators do not
    apply (`left_out`, by number), the scores of the others are rescaled to the points of all. `memo` keeps what rules work
    out together in one check.
    """

    values: dict[str, Number] = field(default_factory=dict)
    control_rates: dict[str, Decimal] = field(default_factory=dict)
    indicators: list[IndicatorScore] = field(default_factory=list)
    class_weights: dict[str, Decimal] = field(default_factory=dict)
    class_scores: dict[str, Decimal] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()
    computed_total: Number = None
    grade: str | None = None
    memo: dict[str, Any] = field(default_factory=dict)

    def at(self, path: str) -> Number:
        """Return the computed value of a derived field ("funds.score"), None where there is none."""
        return self.values.get(path)


def derive(filing: Filing, scheme: Scheme) -> Derived:
    """Return what the system computes of a filing under a scheme."""
    out = Derived()
    out.values["staff.control_rate"] = _rate(rates.staff_control_rate(filing.staff.actual, filing.staff.authorized))
    _derive_expenses(filing, out)
    _derive_buildings(filing, out)
    _derive_funds(filing, scheme, out)
    _derive_indicators(filing, scheme, out)
    _derive_totals(filing, scheme, out)
    return out


def in_force(entered: Number, computed: Number) -> Number:
    """Return the score that counts: the one entered, where it is blank the computed one."""
    return computed if entered is None else entered


def _rate(value: Number) -> Number:
    return None if value is None else round_half_up(value, RATE_PLACES)


def _derive_expenses(filing: Filing, out: Derived) -> None:
    for name, expense in filing.expenses.items():
        rate = _rate(rates.expense_control_rate(expense.final, expense.budget))
        if rate is not None:
            out.control_rates[name] = rate


def _derive_buildings(filing: Filing, out: Derived) -> None:
    for index, row in enumerate(filing.buildings):
        area = rates.area_control_rate(row.actual_area, row.approved_area)
        investment = rates.investment_control_rate(row.actual_investment, row.budget_investment)
        out.values[f"buildings[{index}].area_control_rate"] = _rate(area)
        out.values[f"buildings[{index}].investment_control_rate"] = _rate(investment)


def execution_base_path(scheme: Scheme) -> str:
    """Return the path of the total that 执行率 is taken over: 全年预算数 unless the scheme says 年初预算数."""
    initial = scheme.text("execution.denominator") == "年初预算数"
    return "funds.initial_budget" if initial else "funds.annual_budget"


def execution_base(filing: Filing, scheme: Scheme) -> Number:
    """Return the total that 执行率 is taken over."""
    base: Number = filing.get(execution_base_path(scheme))
    return base


def _derive_funds(filing: Filing, scheme: Scheme, out: Derived) -> None:
    exact = rates.execution_rate(filing.funds.executed, execution_base(filing, scheme))
    weight = filing.funds.weight if filing.funds.weight is not None else scheme.number("weights.execution")
    out.values["funds.execution_rate"] = _rate(exact)
    out.values["funds.score"] = execution_score(weight, exact, scheme) if filing.asks("funds.score") else None


def _derive_indicators(filing: Filing, scheme: Scheme, out: Derived) -> None:
    for index, indicator in enumerate(filing.indicators):
        result = indicator_score(indicator, scheme)
        out.indicators.append(result)
        out.values[f"indicators[{index}].score"] = result.score
        name = indicator.level1 or ""
        score = in_force(indicator.score, result.score)
        out.class_weights[name] = out.class_weights.get(name, Decimal(0)) + (indicator.weight or Decimal(0))
        out.class_scores[name] = out.class_scores.get(name, Decimal(0)) + (score or Decimal(0))


SCORED = ("indicators[].score", "funds.score", "total.score")
UNSCORED = "未附自评表"


def grade_words(filing: Filing, derived: Derived) -> str | None:
    """Return the grade; where there is none for want of a self-evaluation, that; None where it is merely not scored yet."""
    return derived.grade or (None if any(map(filing.asks, SCORED)) else UNSCORED)


def _derive_totals(filing: Filing, scheme: Scheme, out: Derived) -> None:
    weight = filing.funds.weight
    if weight is None and (filing.indicators or filing.funds.annual_budget is not None):
        weight = scheme.number("weights.execution")
    computed_execution = out.values["funds.score"]
    execution = in_force(filing.funds.score, computed_execution)
    scores = [in_force(row.score, result.score) for row, result in zip(filing.indicators, out.indicators, strict=True)]
    asked = any(map(filing.asks, SCORED))  # what a form does not ask for stays blank: no points, no total, no grade
    if not asked or (not filing.indicators and execution is None):
        out.values["total.weight"] = out.values["total.score"] = None
        return
    zero = Decimal(0)
    out.values["total.weight"] = (weight or zero) + sum(out.class_weights.values(), zero)
    out.left_out = tuple(n for n, row in enumerate(out.indicators) if row.direction == NOT_APPLICABLE)
    if execution is None and all(score is None for score in scores):
        out.values["total.score"] = None
        return
    total = (execution or zero) + _rescaled(filing, out, [row.score for row in filing.indicators])
    out.values["total.score"] = total
    pairs = zip(filing.indicators, out.indicators, strict=True)
    computed = [in_force(result.score, entered.score) for entered, result in pairs]
    out.computed_total = (in_force(computed_execution, filing.funds.score) or zero) + _rescaled(filing, out, computed)
    out.grade = grade(total, scheme)


def _rescaled(filing: Filing, out: Derived, scores: list[Number]) -> Decimal:
    """Return Σ of the scores; where indicators do not apply, that of the others rescaled to the points of all."""
    zero = Decimal(0)
    points = [in_force(score, result.score) or zero for score, result in zip(scores, out.indicators, strict=True)]
    if not out.left_out:
        return sum(points, zero)
    weights = [row.weight or zero for row in filing.indicators]
    kept = [(points[n], weights[n]) for n in range(len(points)) if n not in out.left_out]
    return rescaled(kept, sum(weights, zero)) or zero


def to_json(derived: Derived) -> dict[str, Any]:
    """Return the member `derived` of the contract's JSON."""
    number = {path: None if value is None else json_number(value) for path, value in derived.values.items()}
    buildings: dict[str, dict[str, Any]] = {}
    for path, value in number.items():
        if path.startswith("buildings["):
            row, _, name = path.partition(".")
            buildings.setdefault(row, {})[name] = value
    return {
        "staff": {"control_rate": number["staff.control_rate"]},
        "funds": {"execution_rate": number["funds.execution_rate"], "score": number["funds.score"]},
        "expenses": {name: {"control_rate": json_number(rate)} for name, rate in derived.control_rates.items()},
        "buildings": list(buildings.values()),
        "indicators": [
            {
                "score": None if entry.score is None else json_number(entry.score),
                "basis": entry.basis,
                "degree": None if entry.degree is None else json_number(round_half_up(entry.degree, RATE_PLACES)),
            }
            for entry in derived.indicators
        ],
        "total": {"weight": number["total.weight"], "score": number["total.score"]},
        "computed_total": None if derived.computed_total is None else json_number(derived.computed_total),
        "grade": derived.grade,
    }


__all__ = ["Derived", "derive", "execution_base", "execution_base_path", "grade_words", "in_force", "to_json"]
