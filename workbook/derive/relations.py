"""The identities between the cells of a filing, as data: what must equal what, and what each cell would have to be."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from workbook.derive import Derived, derive
from workbook.derive.rounding import quotient_rounding, score_holds, sum_holds
from workbook.fields import EXPENSE_COLUMNS
from workbook.figures import round_half_up
from workbook.filing import Filing
from workbook.scheme import Scheme

Values = Mapping[str, Decimal | None]


class Relation(NamedTuple):
    """One identity: `whole` = Σ `parts` (kind "sum"), first ÷ second part ("quotient"), part × `constant` ("share") or `constant`
    itself ("fixed").

    `rules` are the ids of the rules that report it, at the path `at`. A `constant` stands for the whole of a sum where
    that is no cell (the points printed in a heading); of a share it is the fraction of the points that were reached.
    `exact` is for figures that are not rounded before they are added or divided (head counts, points): the tolerance
    is then for the whole, not for each addend.
    """

    rules: tuple[str, ...]
    kind: str
    whole: str
    parts: tuple[str, ...]
    exact: bool = False
    constant: Decimal | None = None
    at: str = ""

    @property
    def place(self) -> str:
        """Return the path at which its rules report it."""
        return self.at or self.whole

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the paths of all cells of the identity."""
        return (self.whole, *self.parts) if self.whole else self.parts

    def holds(self, values: Values, tolerance: Decimal) -> bool | None:
        """Return whether the identity holds for these values; None where it cannot be judged."""
        whole = values.get(self.whole) if self.whole else self.constant
        parts = [values.get(path) for path in self.parts]
        if whole is None:
            return None
        if self.kind == "fixed":
            return whole == self.constant
        if self.kind == "share":
            full = self._share_of(parts[0])
            return None if full is None else score_holds(whole, full, tolerance)
        if self.kind == "sum":
            given = [part for part in parts if part is not None]
            if not given:
                return None
            if self.exact:
                return abs(whole - sum(given, Decimal(0))) <= tolerance
            return sum_holds(whole, given, tolerance)
        top, bottom = parts
        if top is None or not bottom:
            return None
        return quotient_rounding(whole, top, bottom, self.exact) is not None

    def _share_of(self, points: Decimal | None) -> Decimal | None:
        return None if points is None or self.constant is None else round_half_up(points * self.constant, 2)

    def solve(self, path: str, values: Values) -> Decimal | None:
        """Return what the cell would have to be for the identity to hold; None where there is no such value."""
        if self.kind == "fixed":
            return self.constant
        if self.kind == "share":
            if path == self.whole:
                return self._share_of(values.get(self.parts[0]))
            score = values.get(self.whole)
            return round_half_up(score / self.constant, 2) if score is not None and self.constant else None
        if self.kind == "sum":
            others = sum((values.get(part) or Decimal(0) for part in self.parts if part != path), Decimal(0))
            whole = self.constant if self.constant is not None else values.get(self.whole)
            return others if path == self.whole else (whole or Decimal(0)) - others
        rate, top, bottom = (values.get(part) for part in self.cells)
        if path == self.whole:
            return (top / bottom).quantize(Decimal("0.0001")) if top is not None and bottom else None
        if not rate:
            return None
        if path == self.parts[0]:
            return None if bottom is None else (rate * bottom).quantize(Decimal("0.01"))
        return None if top is None else (top / rate).quantize(Decimal("0.01"))


Builder = Callable[[Filing], Iterator[Relation]]


def relations(filing: Filing, scheme: Scheme, derived: Derived | None = None) -> list[Relation]:
    """Return the identities that a filing must satisfy under a scheme; `derived` where the caller has it already."""
    result = derived or derive(filing, scheme)
    known = [entry for build in (_expenses, _funds, _rates) for entry in build(filing)]
    return [*known, *_totals(filing, result), *_weights(filing, scheme), *_scores(filing, result)]


def _weights(filing: Filing, scheme: Scheme) -> Iterator[Relation]:
    rows = {f"indicators[{index}].weight": row for index, row in enumerate(filing.indicators)}
    if not rows:
        return
    total = scheme.number("weights.total")
    yield Relation(("F12",), "fixed", "funds.weight", (), constant=scheme.number("weights.execution"))
    yield Relation(("X01",), "sum", "", ("funds.weight", *rows), exact=True, constant=total, at="total.weight")
    for name, points in filing.class_weights.items():
        own = tuple(path for path, row in rows.items() if row.level1 == name)
        if own:
            yield Relation(("X02",), "sum", "", own, exact=True, constant=points, at=own[0])


def _scores(filing: Filing, derived: Derived) -> Iterator[Relation]:
    expected, weight = derived.at("funds.score"), filing.funds.weight
    if expected is not None and filing.funds.score is not None and weight:
        yield Relation(("F02",), "share", "funds.score", ("funds.weight",), constant=expected / weight)
    for index, (row, result) in enumerate(zip(filing.indicators, derived.indicators, strict=True)):
        if result.score is None or row.score is None or not row.weight:
            continue
        reached = (
            result.score / row.weight if result.degree is None else min(Decimal(1), max(Decimal(0), result.degree))
        )
        cells = (f"indicators[{index}].weight",)
        yield Relation(
            ("I01", "I14", "I15", "I16", "I18"), "share", f"indicators[{index}].score", cells, constant=reached
        )


def _expenses(filing: Filing) -> Iterator[Relation]:
    for column in EXPENSE_COLUMNS:

        def of(*names: str, column: str = column) -> tuple[str, ...]:
            return tuple(f"expenses.{name}.{column}" for name in names)

        three = of("official_vehicles", "overseas_travel", "official_reception")
        yield Relation(("E01",), "sum", f"expenses.three_public.{column}", three)
        vehicles = of("vehicle_purchase", "vehicle_operation")
        yield Relation(("E02",), "sum", f"expenses.official_vehicles.{column}", vehicles)
        printed = of("project_business", "project_maintenance", "project_municipal")
        lines = tuple(f"project_lines[{index}].{column}" for index in range(len(filing.project_lines)))
        if lines and not any(filing.get(path) is not None for path in printed):
            yield Relation(("E03",), "sum", f"expenses.project.{column}", lines)
        elif not lines:
            yield Relation(("E03",), "sum", f"expenses.project.{column}", printed)


def _funds(filing: Filing) -> Iterator[Relation]:
    yield Relation(("F06",), "sum", "income.total", ("funds.annual_budget",))
    yield Relation(("F07",), "sum", "outlay.total", ("funds.annual_budget",))
    income = ("general_public_budget", "government_fund", "state_capital", "special_account", "other")
    yield Relation(("F08",), "sum", "income.total", tuple(f"income.{name}" for name in income))
    yield Relation(("F09",), "sum", "outlay.total", ("outlay.basic", "outlay.project"))


def _totals(filing: Filing, derived: Derived) -> Iterator[Relation]:
    # a rescaled total is no plain sum
    for name, rule in (("weight", "X04"),) if derived.left_out else (("score", "X03"), ("weight", "X04")):
        rows = tuple(f"indicators[{index}].{name}" for index in range(len(filing.indicators)))
        if rows and (name == "weight" or all(filing.get(path) is not None for path in rows)):
            yield Relation((rule,), "sum", f"total.{name}", (f"funds.{name}", *rows), exact=True)


def _rates(filing: Filing) -> Iterator[Relation]:
    yield Relation(("S01",), "quotient", "staff.control_rate", ("staff.actual", "staff.authorized"), exact=True)
    yield Relation(("F01",), "quotient", "funds.execution_rate", ("funds.executed", "funds.annual_budget"))
    for index in range(len(filing.buildings)):
        row = f"buildings[{index}]"
        yield Relation(("B01",), "quotient", f"{row}.area_control_rate", (f"{row}.actual_area", f"{row}.approved_area"))
        pair = (f"{row}.actual_investment", f"{row}.budget_investment")
        yield Relation(("B01",), "quotient", f"{row}.investment_control_rate", pair)
