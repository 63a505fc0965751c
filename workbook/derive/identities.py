"""The identities between the cells of a filing, each stated once: what must equal what, and what each cell would have to be.

Of them are made the rule that reports a breach, the likeliest culprit, and the live control beside an exported sheet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from workbook.derive import Derived, derive, execution_base_path
from workbook.derive.rates import execution_rate
from workbook.derive.rounding import quotient_rounding, score_holds, sum_holds
from workbook.derive.scores import execution_score, is_nothing
from workbook.model.fields import EXPENSE_COLUMNS, EXPENSE_LINES, field_of, parts_of
from workbook.model.figures import round_half_up
from workbook.model.filing import Filing, ProjectLine
from workbook.model.scheme import Scheme

Values = Mapping[str, Decimal | None]
Paths = tuple[str, ...]
SUMMED = tuple(line for line in EXPENSE_LINES if line.sum_rule)


class Identity(NamedTuple):
    """One identity: `whole` = Σ `parts` (kind "sum"), first ÷ second part ("quotient"), part × `constant` ("share": without a part
    the constant itself, rounded as a score), or `constant` ("fixed").

    `rules` are the ids of the rules that report it, at the path `at`. A `constant` stands for the whole of a sum where
    that is no cell (the points printed in a heading); of a share it is the fraction of the points that were reached.
    `tolerance` is for each addend, and where `exact` (figures that are not rounded before they are added or divided: head
    counts, points) for the whole. Of a sum that may be made in several `ways` (其中 rows that repeat others, rows of
    无) one must hold. `blank` is what a blank cell stands for.
    """

    rules: tuple[str, ...]
    kind: str
    whole: str
    parts: Paths
    tolerance: Decimal = Decimal(0)
    exact: bool = False
    constant: Decimal | None = None
    at: str = ""
    ways: tuple[Paths, ...] = ()
    blank: Mapping[str, Decimal] = {}

    @property
    def place(self) -> str:
        """Return the path at which its rules report it."""
        return self.at or self.whole

    @property
    def cells(self) -> Paths:
        """Return the paths of all cells of the identity."""
        return (self.whole, *self.parts) if self.whole else self.parts

    @property
    def slack(self) -> Decimal:
        """Return by how much a sum may be off its whole."""
        return self.tolerance if self.exact else self.tolerance * max(1, len(self.parts))

    def values(self, filing: Filing) -> Values:
        """Return what stands in its cells."""
        return {path: filing.get(path) for path in self.cells}

    def addends(self, values: Values) -> dict[str, Decimal]:
        """Return the parts of a sum that count, by their paths: of several ways the one that comes nearest to the whole."""
        given = {path: value for path in self.parts if (value := self._counting(path, values)) is not None}
        whole = self._whole(values)
        if not self.ways or whole is None:
            return given
        ways = ({path: given[path] for path in way if path in given} for way in (self.parts, *self.ways))
        return min((way for way in ways if way), key=lambda way: abs(whole - _sum(way)), default={})

    def expected(self, values: Values) -> Decimal | None:
        """Return what the whole would have to be, not rounded (a score: as scores are); None where the parts do not tell."""
        if self.kind == "fixed":
            return self.constant
        if self.kind == "share":
            return self._share(values)
        if self.kind == "sum":
            addends = self.addends(values)
            return _sum(addends) if addends else None
        top, bottom = (values.get(path) for path in self.parts)
        return top / bottom if top is not None and bottom else None

    def holds(self, values: Values) -> bool | None:
        """Return whether the identity holds for these values; None where it cannot be judged."""
        whole, expected = self._whole(values), self.expected(values)
        if whole is None or expected is None:
            return None
        if self.kind == "fixed":
            return whole == expected
        if self.kind == "share":
            return score_holds(whole, expected, self.tolerance)
        if self.kind == "quotient":
            top, bottom = (values[path] or Decimal(0) for path in self.parts)
            return quotient_rounding(whole, top, bottom, self.exact) is not None
        if self.exact:
            return abs(whole - expected) <= self.tolerance
        return sum_holds(whole, self.addends(values).values(), self.tolerance)

    def solve(self, path: str, values: Values) -> Decimal | None:
        """Return what the cell would have to be for the identity to hold; None where there is no such value."""
        if self.ways:
            return None
        if self.kind == "quotient":
            return self._solve_quotient(path, values)
        if path == self.whole:
            return self.expected(values) or (Decimal(0) if self.kind == "sum" else None)
        if self.kind == "share":
            score = values.get(self.whole)
            return round_half_up(score / self.constant, 2) if score is not None and self.constant else None
        others = (self._counting(part, values) or Decimal(0) for part in self.parts if part != path)
        return (self._whole(values) or Decimal(0)) - sum(others, Decimal(0))

    def _solve_quotient(self, path: str, values: Values) -> Decimal | None:
        rate, top, bottom = (values.get(part) for part in self.cells)
        if path == self.whole:
            return (top / bottom).quantize(Decimal("0.0001")) if top is not None and bottom else None
        if not rate:
            return None
        if path == self.parts[0]:
            return None if bottom is None else (rate * bottom).quantize(Decimal("0.01"))
        return None if top is None else (top / rate).quantize(Decimal("0.01"))

    def _counting(self, path: str, values: Values) -> Decimal | None:
        value = values.get(path)
        return self.blank.get(path) if value is None else value

    def _whole(self, values: Values) -> Decimal | None:
        return values.get(self.whole) if self.whole else self.constant

    def _share(self, values: Values) -> Decimal | None:
        points = values.get(self.parts[0]) if self.parts else Decimal(1)
        return None if points is None or self.constant is None else round_half_up(points * self.constant, 2)


def _sum(addends: Mapping[str, Decimal]) -> Decimal:
    return sum(addends.values(), Decimal(0))


Builder = Callable[[Filing, Scheme, Derived], Iterator[Identity]]


def identities(filing: Filing, scheme: Scheme, derived: Derived | None = None) -> list[Identity]:
    """Return the identities that a filing must satisfy under a scheme; `derived` where the caller has it already."""
    result = derived or derive(filing, scheme)
    return [entry for build in dict.fromkeys(BUILDERS.values()) for entry in build(filing, scheme, result)]


def broken(rule: str, filing: Filing, scheme: Scheme, derived: Derived | None = None) -> Iterator[Identity]:
    """Yield the identities that a rule reports, as far as they do not hold."""
    for entry in BUILDERS[rule](filing, scheme, derived or _Unknown):
        if rule in entry.rules and entry.holds(entry.values(filing)) is False:
            yield entry


_Unknown = Derived()  # for identities that are made of the filing and the scheme alone


def _weights(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    rows = {f"indicators[{index}].weight": row for index, row in enumerate(filing.indicators)}
    usual = scheme.number("weights.execution")
    yield Identity(("F12",), "fixed", "funds.weight", (), constant=usual)
    if not rows:
        return
    blank = {"funds.weight": usual}
    whole, parts = scheme.number("weights.total"), ("funds.weight", *rows)
    ways = _ways(filing, "weight", parts)
    place = "total.weight"
    if not _points_elsewhere(filing, whole):
        yield Identity(("X01",), "sum", "", parts, exact=True, constant=whole, at=place, ways=ways, blank=blank)
    if not _points_elsewhere(filing, filing.total.weight):
        yield Identity(("X04",), "sum", "total.weight", parts, exact=True, ways=ways, blank=blank)
    for name, points in filing.class_weights.items():
        own = tuple(path for path, row in rows.items() if row.level1 == name)
        if own:
            ways = _ways(filing, "weight", own)
            yield Identity(("X02",), "sum", "", own, exact=True, constant=points, at=own[0], ways=ways)


_ROUND = Decimal(5)


def _points_elsewhere(filing: Filing, whole: Decimal | None) -> bool:
    """Return whether points may stand in columns that nobody understood: the rest is short of the whole by a round number."""
    if whole is None or not filing.partly_read or filing.funds.weight is not None:
        return False
    gap = whole - sum((row.weight or Decimal(0) for row in filing.indicators), Decimal(0))
    return gap > 0 and gap % _ROUND == 0


def _ways(filing: Filing, name: str, parts: Paths) -> tuple[Paths, ...]:
    """Return the other way to make a sum of 分值 or 得分: without the rows that say 无, which may count in it or not."""
    rows = enumerate(filing.indicators)
    nothing = {f"indicators[{index}].{name}" for index, row in rows if is_nothing(row) and getattr(row, name)}
    kept = tuple(path for path in parts if path not in nothing)
    return () if kept == parts else (kept,)


def _execution(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    base = execution_base_path(scheme)
    yield Identity(("F01",), "quotient", "funds.execution_rate", ("funds.executed", base))
    weight, usual = filing.funds.weight, scheme.number("weights.execution")
    rate = execution_rate(filing.funds.executed, filing.get(base))
    score = execution_score(usual if weight is None else weight, rate, scheme)
    if score is not None:
        parts, share = (("funds.weight",), score / weight) if weight else ((), score)
        tolerance = scheme.number("score.tolerance")
        yield Identity(("F02",), "share", "funds.score", parts, tolerance, constant=share)


def _scores(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    tolerance = scheme.number("score.tolerance")
    for index, (row, result) in enumerate(zip(filing.indicators, derived.indicators, strict=True)):
        if result.score is None or row.score is None or not row.weight:
            continue
        reached = (
            result.score / row.weight if result.degree is None else min(Decimal(1), max(Decimal(0), result.degree))
        )
        cells = (f"indicators[{index}].weight",)
        rules = ("I01", "I14", "I15", "I16", "I18")
        yield Identity(rules, "share", f"indicators[{index}].score", cells, tolerance, constant=reached)


def _total(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    scores = {f"indicators[{index}].score": row for index, row in enumerate(filing.indicators)}
    blank = {path for path, row in scores.items() if row.score is None and row.weight}
    if not scores or blank or derived.left_out:  # a rescaled total is no plain sum
        return
    if _points_elsewhere(filing, filing.total.weight or scheme.number("weights.total")):
        return
    own = derived.at("funds.score")
    stands = {} if own is None else {"funds.score": own}
    tolerance = scheme.number("score.tolerance")
    parts = ("funds.score", *scores)
    ways = _ways(filing, "score", parts)
    yield Identity(("X03",), "sum", "total.score", parts, tolerance, exact=True, ways=ways, blank=stands)


def _expenses(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    tolerance = scheme.number("sum.tolerance")
    for column in EXPENSE_COLUMNS:
        for whole in SUMMED:
            parts = tuple(path for line in parts_of(whole.name) for path in _told(filing, line.name, column))
            ways: tuple[Paths, ...] = ()
            if whole.name == "project":
                parts, ways = _projects(filing, column, parts)
            yield Identity((whole.sum_rule,), "sum", f"expenses.{whole.name}.{column}", parts, tolerance, ways=ways)


def _told(filing: Filing, name: str, column: str) -> Iterator[str]:
    """Yield the cell of a line, or those of its parts where a department's table has them in its place (公车运行维护 alone)."""
    path = f"expenses.{name}.{column}"
    below = [f"expenses.{line.name}.{column}" for line in parts_of(name)]
    absent = all(filing.get(f"expenses.{name}.{other}") is None for other in EXPENSE_COLUMNS)
    given = absent and any(filing.get(part) is not None for part in below)
    yield from below if given else (path,)


def _projects(filing: Filing, column: str, printed: Paths) -> tuple[Paths, tuple[Paths, ...]]:
    """Return what 项目支出 is made of, and the ways to make it: a department's own rows may stand beside the printed ones or say
    once more what is in them.
    """
    lines = tuple(f"project_lines[{index}].{column}" for index in own_projects(filing))
    given = [part for part in (printed, lines) if any(filing.get(path) is not None for path in part)]
    if len(given) == 2:
        return (*printed, *lines), (printed, lines)
    return given[0] if given else lines or printed, ()


def own_projects(filing: Filing) -> list[int]:
    """Return the rows under 项目支出 that are projects: without those that are sums of the rows below them (救助专项 over its six)."""
    rows = filing.project_lines
    return [index for index in range(len(rows)) if not _sums_below(rows, index)]


def _sums_below(rows: Sequence[ProjectLine], at: int) -> bool:
    """Return whether a row is the sum of some right below it, in two columns at least and in all but one."""
    own = [getattr(rows[at], column) or Decimal(0) for column in EXPENSE_COLUMNS]
    sums = [Decimal(0)] * len(own)
    filled = sum(value != 0 for value in own)
    for row in rows[at + 1 :]:
        sums = [total + (getattr(row, column) or 0) for total, column in zip(sums, EXPENSE_COLUMNS, strict=True)]
        held = sum(value != 0 and abs(value - total) <= _CENT for value, total in zip(own, sums, strict=True))
        if held > 1 and held >= filled - 1:
            return True
    return False


_CENT = Decimal("0.011")  # two figures of two decimals that are the same


def _funds(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    tolerance = scheme.number("sum.tolerance")
    yield Identity(("F06",), "sum", "income.total", ("funds.annual_budget",), tolerance)
    yield Identity(("F07",), "sum", "outlay.total", ("funds.annual_budget",), tolerance)
    names = ("general_public_budget", "government_fund", "state_capital", "special_account", "other")
    income = (f"income.{name}" for name in names)
    # a line that only some counties print stands there where it is filled
    parts = tuple(path for path in income if not field_of(path).local or filing.get(path) is not None)
    yield Identity(("F08",), "sum", "income.total", parts, tolerance)
    yield Identity(("F09",), "sum", "outlay.total", ("outlay.basic", "outlay.project"), tolerance)


def _rates(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Identity]:
    yield Identity(("S01",), "quotient", "staff.control_rate", ("staff.actual", "staff.authorized"), exact=True)
    for index in range(len(filing.buildings)):
        row = f"buildings[{index}]"
        yield Identity(("B01",), "quotient", f"{row}.area_control_rate", (f"{row}.actual_area", f"{row}.approved_area"))
        pair = (f"{row}.actual_investment", f"{row}.budget_investment")
        yield Identity(("B01",), "quotient", f"{row}.investment_control_rate", pair)


BUILDERS: dict[str, Builder] = {
    **dict.fromkeys((line.sum_rule for line in SUMMED), _expenses),
    **dict.fromkeys(("F06", "F07", "F08", "F09"), _funds),
    **dict.fromkeys(("S01", "B01"), _rates),
    **dict.fromkeys(("F01", "F02"), _execution),
    "X03": _total,
    **dict.fromkeys(("F12", "X01", "X02", "X04"), _weights),
    **dict.fromkeys(("I01", "I14", "I15", "I16", "I18"), _scores),
}
