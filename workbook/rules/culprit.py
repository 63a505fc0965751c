"""The likeliest wrong cell: the single change that makes most of the failing identities hold, and what slip it would be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from math import log
from typing import NamedTuple

from workbook import patterns as re
from workbook.derive import Derived, derive
from workbook.derive.identities import Identity, Values, identities
from workbook.model.fields import field_of
from workbook.model.figures import plain, show, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Finding, Severity
from workbook.model.scheme import Scheme

LEAST_GAIN = 2
# the surer a slip is when a figure shows it, the earlier it stands
EVIDENT = ("元与万元混用", "小数点错位", "相邻数字颠倒", "漏填", "少写一位数字", "多写一位数字", "一个数字写错")


class Change(NamedTuple):
    """One change: the path, the value there, the value that would do, the identities it mends and those it breaks.

    `prose` counts the statements of the report that would agree with it. `row` says in words which row is to be added,
    where not one cell is wrong but a row is missing from the sums.
    """

    path: str
    before: Decimal | None
    after: Decimal | None
    mends: tuple[Identity, ...]
    breaks: int
    slip: str
    row: str = ""
    prose: int = 0

    @property
    def gain(self) -> int:
        """Return how many more identities and statements hold after the change than before."""
        return len(self.mends) + self.prose - self.breaks

    @property
    def is_sure(self) -> bool:
        """Return whether the change is worth naming: it mends two, or one by an evident slip (prose alone: two)."""
        evident = self.slip in EVIDENT and bool(self.mends)
        return self.gain >= LEAST_GAIN or (self.gain == 1 and evident)


def attribute(
    filing: Filing, findings: Sequence[Finding], scheme: Scheme, derived: Derived | None = None
) -> list[Finding]:
    """Return the findings with the likeliest culprit named in those that one single change would clear.

    A change counts when it mends at least two identities, or one by an evident slip (digits transposed, decimal
    point …), and breaks none. The finding at the culprit's own cell leads; the others are grouped under it.
    """
    out = list(findings)
    told = _told(findings)
    for change in _changes(filing, scheme, derived or derive(filing, scheme), told):
        mended = {(rule, entry.place) for entry in change.mends for rule in entry.rules}
        said = {number for number, value in told.get(change.path, ()) if value == change.after}
        hits = [n for n, found in enumerate(out) if (found.rule, found.location.path) in mended or n in said]
        words = _words(filing, change)
        leader = _leader(out, hits, change)
        for number in hits:
            out[number] = replace(out[number], message=_AS_IT_STANDS.sub("", out[number].message))
            if number == leader or leader is None:
                out[number] = replace(out[number], culprit=words)
            else:
                same = f"↳ 与『{out[leader].location.shown}』是同一处：{words}"
                out[number] = replace(out[number], culprit=same, group=out[leader].key)
    return [_slip_in_prose(filing, found) for found in out]


def _leader(findings: Sequence[Finding], hits: Sequence[int], change: Change) -> int | None:
    """Return which of the findings that a change clears leads: that at its cell, else a sum before what a row makes of it."""
    sums = {rule for entry in change.mends if entry.kind == "sum" for rule in entry.rules}
    at_the_cell = (n for n in hits if findings[n].location.path == change.path)
    return next(at_the_cell, min(hits, key=lambda n: findings[n].rule not in sums, default=None))


# where a cell is blamed the prose stands as it is: what would mend the prose is not said besides
_AS_IT_STANDS = re.compile(r"；若改为 [^；，]* 即相符，疑为[^；，]*")
Told = Mapping[str, Sequence[tuple[int, Decimal]]]


def _told(findings: Sequence[Finding]) -> Told:
    """Return what the prose says of cells where it says otherwise: path → (number of the finding, value)."""
    out: dict[str, list[tuple[int, Decimal]]] = {}
    for number, found in enumerate(findings):
        value = _figure(found.actual) if found.category is Category.PROSE and found.location.path else None
        if value is not None:
            out.setdefault(found.location.path, []).append((number, value))
    return out


def _figure(shown: str) -> Decimal | None:
    try:
        return Decimal(shown[:-1]) / 100 if shown.endswith("%") else Decimal(shown)
    except InvalidOperation:
        return None


def _slip_in_prose(filing: Filing, found: Finding) -> Finding:
    """Return a finding with the slip named that would be in the prose, where no cell is blamed and the slip is evident."""
    if found.culprit or found.category is not Category.PROSE or not found.location.path:
        return found
    written, right = _figure(found.actual), _figure(found.expected)
    told = found.severity is not Severity.INFO and right == filing.get(found.location.path)
    slip = slip_of(written, right) if told and written and right else ""
    if slip not in EVIDENT:
        return found
    words = f"正文第{found.location.paragraph}段的 {found.actual} 若改为 {found.expected}，即与表一致（{slip}）"
    return replace(found, culprit=words)


def _words(filing: Filing, change: Change) -> str:
    if change.row:
        return f"若{change.row}，则 {len(change.mends)} 条同时成立（漏填一行）"
    kind = field_of(change.path).kind
    slip = f"（{change.slip}）" if change.slip else ""
    count = len(change.mends) + change.prose
    prose = f"（含正文 {change.prose} 处）" if change.prose else ""
    held = f"则 {count} 条同时成立{prose}" if count > 1 else "就对得上"
    return (
        f"若『{filing.label(change.path)}』由 {show(change.before, kind)} 改为 {show(change.after, kind)}，{held}{slip}"
    )


def _changes(filing: Filing, scheme: Scheme, derived: Derived, told: Told) -> list[Change]:
    """Return the best changes, each mending identities that no better one mends."""
    tolerance = scheme.number("sum.tolerance")
    known = identities(filing, scheme, derived)
    values: Values = {path: filing.get(path) for entry in known for path in entry.cells}
    failing = [entry for entry in known if entry.holds(values) is False]
    if not failing and not told:
        return []
    values = {**{path: filing.get(path) for path in told}, **values}
    used = {path for path, value in values.items() if value is None and _row_is_used(filing, path)}
    trial = _Trial(values, known, failing, used, told)
    wanted = [(path, entry.solve(path, values)) for entry in failing for path in entry.cells]
    wanted += [(path, value) for path, said in told.items() for _, value in said]
    candidates = [change for path, after in wanted if (change := trial.change(path, after)) is not None]
    rank = {slip: place for place, slip in enumerate(EVIDENT)}

    def order(change: Change) -> tuple[int, int, int, int]:
        strays = _strays(filing, change.path, change.before, change.after)
        return -change.gain, strays, rank.get(change.slip, len(EVIDENT)), len(change.path)

    candidates.sort(key=order)
    chosen = list(_rows_left_out(filing, known, values, tolerance))
    done = {(entry.rules[0], entry.place) for change in chosen for entry in change.mends}
    for change in candidates:
        mends = {(entry.rules[0], entry.place) for entry in change.mends} or {("", change.path)}
        if change.is_sure and not mends & done:
            chosen.append(change)
            done |= mends
    return chosen


# cells that speak of nearly the same as others: a right figure lies near them, a slip far off
AKIN = {
    "outlay.project": ("expenses.project.budget", "expenses.project.final"),
    "outlay.basic": ("expenses.basic_budget_adjustment.budget", "expenses.basic_budget_adjustment.final"),
    "staff.actual": ("staff.authorized",),
    "staff.authorized": ("staff.actual",),
}
COLUMNS = (
    ("prior_final", "budget", "final"),
    ("approved_area", "actual_area"),
    ("budget_investment", "actual_investment"),
)
CLEARLY = 0.05


def _strays(filing: Filing, path: str, before: Decimal | None, after: Decimal | None) -> int:
    """Return whether a change takes a cell nearer to its kin (-1), away from it (1), or cannot be told (0)."""
    owner, _, name = path.rpartition(".")
    row = next((columns for columns in COLUMNS if name in columns), ())
    kin = AKIN.get(path, tuple(f"{owner}.{other}" for other in row if other != name))
    known = [value for other in kin if (value := filing.get(other))]
    if not known or not before or not after:
        return 0
    was, would = (sum(abs(log(value / other)) for other in known) for value in (before, after))
    return (would > was + CLEARLY) - (would < was - CLEARLY)


def _rows_left_out(filing: Filing, known: list[Identity], values: Values, tolerance: Decimal) -> Iterator[Change]:
    """Yield the rows whose absence explains all the sums that lack something: of an indicator class, of the projects."""
    gaps = {
        (entry.rules[0], entry.place): (entry, _gap(entry, values))
        for entry in known
        if entry.kind == "sum" and not entry.ways
    }
    short = {key: (entry, gap) for key, (entry, gap) in gaps.items() if gap > tolerance}
    projects = [(entry, gap) for (rule, _), (entry, gap) in gaps.items() if rule == "E03" and values.get(entry.whole)]
    if len(projects) > 1 and all(entry.holds(values) is False and gap > 0 for entry, gap in projects):
        amounts = "、".join(f"{filing.label(entry.whole)} {shown(gap)}" for entry, gap in projects)
        mends = tuple(entry for entry, _ in projects)
        yield Change(mends[0].whole, None, None, mends, 0, "", f"『项目支出』下补上漏填的一行（{amounts}）")
    classes = [(entry, gap) for (rule, _), (entry, gap) in short.items() if rule == "X02"]
    whole, score = short.get(("X01", "total.weight")), short.get(("X03", "total.score"))
    if len(classes) == 1 and whole and score and whole[1] == classes[0][1] and score[1] <= whole[1]:
        entry, gap = classes[0]
        mends = tuple(held for held, lack in short.values() if lack in (gap, score[1]) and held.rules[0][0] == "X")
        name = filing.get(entry.place.rpartition(".")[0]).level1
        row = f"『{name}』下补上漏填的一行（分值 {shown(gap)}、得分 {shown(score[1])}）"
        yield Change(entry.place, None, None, mends, 0, "", row)


def _gap(entry: Identity, values: Values) -> Decimal:
    """Return what a sum lacks to its whole; 0 where either is not given."""
    whole = entry.constant if entry.constant is not None else values.get(entry.whole)
    given = [part for path in entry.parts if (part := values.get(path)) is not None]
    return Decimal(0) if whole is None or not given else whole - sum(given, Decimal(0))


def _row_is_used(filing: Filing, path: str) -> bool:
    """Return whether the row of a blank cell holds other figures, so that the blank looks forgotten."""
    owner, _, name = path.rpartition(".")
    if owner == "outlay":
        return True  # basic and project outlay are never both absent from a filled form
    if not owner.startswith(("expenses.", "project_lines[", "indicators[")):
        return False
    row = filing.get(owner)
    names = ("weight", "score") if owner.startswith("indicators") else ("prior_final", "budget", "final")
    return any(getattr(row, other) for other in names if other != name)


class _Trial(NamedTuple):
    """What a change is tried against: all values, the identities, those that fail, the used rows, what the prose says."""

    values: Values
    known: list[Identity]
    failing: list[Identity]
    used: set[str]
    told: Told

    def change(self, path: str, after: Decimal | None) -> Change | None:
        """Return what putting a value into a cell would mend and break; None where it breaks anything or mends nothing."""
        before = self.values.get(path)
        if not isinstance(before, Decimal | None) or after is None or after == before or after < 0:
            return None
        tried = {**self.values, path: after}
        touched = [entry for entry in self.known if path in entry.cells]
        mends = tuple(entry for entry in touched if entry in self.failing and entry.holds(tried))
        broken = (entry for entry in touched if entry not in self.failing)
        breaks = sum(entry.holds(tried) is False for entry in broken)
        prose = sum(value == after for _, value in self.told.get(path, ()))
        if breaks or not (mends or prose):
            return None
        slip = slip_of(before, after)
        return Change(
            path, before, after, mends, breaks, slip if before is not None or path in self.used else "", "", prose
        )


def slip_of(before: Decimal | None, after: Decimal) -> str:
    """Return what kind of slip turns `after` (right) into `before` (written); "" where none is evident."""
    if before is None or before == 0:
        return "漏填" if before is None else ""
    if after == 0:
        return ""
    for power, words in ((4, "元与万元混用"), (1, "小数点错位"), (2, "小数点错位"), (3, "小数点错位")):
        if before == after.scaleb(power) or after == before.scaleb(power):
            return words
    written, right = (plain(value).replace(".", "") for value in (before, after))
    if len(written) == len(right):
        places = [n for n in range(len(right)) if written[n] != right[n]]
        if len(places) == 2 and places[1] == places[0] + 1 and written[places[0]] == right[places[1]]:
            return "相邻数字颠倒" if written[places[1]] == right[places[0]] else ""
        return "一个数字写错" if len(places) == 1 else ""
    short, long = sorted((written, right), key=len)
    if len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long))):
        return "少写一位数字" if written == short else "多写一位数字"
    return ""
