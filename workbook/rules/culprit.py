"""The likeliest wrong cell: the single change that makes most of the failing identities hold, and what slip it would be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from workbook.derive import Derived, derive
from workbook.derive.relations import Relation, Values, relations
from workbook.fields import field_of
from workbook.figures import plain, show
from workbook.filing import Filing
from workbook.findings import Finding
from workbook.scheme import Scheme

LEAST_GAIN = 2
# the surer a slip is when a figure shows it, the earlier it stands
EVIDENT = ("元与万元混用", "小数点错位", "相邻数字颠倒", "漏填", "少写一位数字", "多写一位数字", "一个数字写错")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the path, the value there, the value that would do, and the identities it mends.

    `row` says in words which row is to be added, where not one cell is wrong but a row is missing from the sums.
    """

    path: str
    before: Decimal | None
    after: Decimal | None
    mends: tuple[Relation, ...]
    breaks: int
    slip: str
    row: str = ""

    @property
    def gain(self) -> int:
        """Return how many more identities hold after the change than before."""
        return len(self.mends) - self.breaks


def attribute(
    filing: Filing, findings: Sequence[Finding], scheme: Scheme, derived: Derived | None = None
) -> list[Finding]:
    """Return the findings with the likeliest culprit named in those that one single change would clear.

    A change counts when it mends at least two identities, or one by an evident slip (digits transposed, decimal
    point …), and breaks none. The finding at the culprit's own cell leads; the others are grouped under it.
    """
    out = list(findings)
    for change in _changes(filing, scheme, derived or derive(filing, scheme)):
        mended = {(rule, entry.place) for entry in change.mends for rule in entry.rules}
        hits = [n for n, found in enumerate(out) if (found.rule, found.location.path) in mended]
        words = _words(filing, change)
        leader = next((n for n in hits if out[n].location.path == change.path), hits[0] if hits else None)
        for number in hits:
            group = "" if number == leader or leader is None else out[leader].key
            out[number] = replace(out[number], culprit=words, group=group)
    return out


def _words(filing: Filing, change: Change) -> str:
    if change.row:
        return f"若{change.row}，则{len(change.mends)} 条同时成立（漏填一行）"
    kind = field_of(change.path).kind
    slip = f"（{change.slip}）" if change.slip else ""
    held = f"{len(change.mends)} 条同时成立" if len(change.mends) > 1 else "即可成立"
    return f"若『{filing.label(change.path)}』由 {show(change.before, kind)} 改为 {show(change.after, kind)}，则{held}{slip}"


def _changes(filing: Filing, scheme: Scheme, derived: Derived) -> list[Change]:
    """Return the best changes, each mending identities that no better one mends."""
    tolerance = scheme.number("sum.tolerance")
    known = relations(filing, scheme, derived)
    values: Values = {path: filing.get(path) for entry in known for path in entry.cells}
    failing = [entry for entry in known if entry.holds(values, tolerance) is False]
    if not failing:
        return []
    used = {path for path, value in values.items() if value is None and _row_is_used(filing, path)}
    candidates = [
        change
        for entry in failing
        for path in entry.cells
        if (change := _change(entry, path, values, known, failing, used, tolerance)) is not None
    ]
    rank = {slip: place for place, slip in enumerate(EVIDENT)}
    candidates.sort(key=lambda change: (-change.gain, rank.get(change.slip, len(EVIDENT)), len(change.path)))
    chosen = list(_rows_left_out(filing, known, values, tolerance))
    done = {(entry.rules[0], entry.place) for change in chosen for entry in change.mends}
    for change in candidates:
        mends = {(entry.rules[0], entry.place) for entry in change.mends}
        sure = change.gain >= LEAST_GAIN or (change.gain == 1 and change.slip in EVIDENT)
        if sure and not mends & done:
            chosen.append(change)
            done |= mends
    return chosen


def _rows_left_out(filing: Filing, known: list[Relation], values: Values, tolerance: Decimal) -> Iterator[Change]:
    """Yield the rows whose absence explains all the sums that lack something: of an indicator class, of the projects."""
    gaps = {(entry.rules[0], entry.place): (entry, _gap(entry, values)) for entry in known if entry.kind == "sum"}
    short = {key: (entry, gap) for key, (entry, gap) in gaps.items() if gap > tolerance}
    projects = [(entry, gap) for (rule, _), (entry, gap) in gaps.items() if rule == "E03" and values.get(entry.whole)]
    if len(projects) > 1 and all(entry.holds(values, tolerance) is False and gap > 0 for entry, gap in projects):
        amounts = "、".join(f"{filing.label(entry.whole)} {plain(gap)}" for entry, gap in projects)
        mends = tuple(entry for entry, _ in projects)
        yield Change(mends[0].whole, None, None, mends, 0, "", f"『项目支出』下补上漏填的一行（{amounts}）")
    classes = [(entry, gap) for (rule, _), (entry, gap) in short.items() if rule == "X02"]
    whole, score = short.get(("X01", "total.weight")), short.get(("X03", "total.score"))
    if len(classes) == 1 and whole and score and whole[1] == classes[0][1] and score[1] <= whole[1]:
        entry, gap = classes[0]
        mends = tuple(held for held, lack in short.values() if lack in (gap, score[1]) and held.rules[0][0] == "X")
        name = filing.get(entry.place.rpartition(".")[0]).level1
        row = f"『{name}』下补上漏填的一行（分值 {plain(gap)}、得分 {plain(score[1])}）"
        yield Change(entry.place, None, None, mends, 0, "", row)


def _gap(entry: Relation, values: Values) -> Decimal:
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


def _change(
    failed: Relation,
    path: str,
    values: Values,
    known: list[Relation],
    failing: list[Relation],
    used: set[str],
    tolerance: Decimal,
) -> Change | None:
    after, before = failed.solve(path, values), values.get(path)
    if after is None or after == before or after < 0:
        return None
    tried = {**values, path: after}
    touched = [entry for entry in known if path in entry.cells]
    mends = tuple(entry for entry in touched if entry in failing and entry.holds(tried, tolerance))
    breaks = sum(entry not in failing and entry.holds(tried, tolerance) is False for entry in touched)
    if not mends or breaks:
        return None
    slip = slip_of(before, after)
    return Change(path, before, after, mends, breaks, slip if before is not None or path in used else "")


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
