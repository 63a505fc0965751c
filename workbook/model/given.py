"""What a department has beside its self-evaluation: figures of its final accounts and its budget, and the approved targets.

Every value remembers where it stood: file, table, row, column, cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple


class Spot(NamedTuple):
    """Where a value stood: the file, the table's title as printed, row and column by their headings, sheet and cell."""

    file: str
    table: str
    row: str = ""
    column: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def source(self) -> str:
        """Return the place without the file: "支出决算表 合计·项目支出"."""
        return f"{self.table} {'·'.join(filter(None, (self.row, self.column)))}".strip()

    @property
    def words(self) -> str:
        """Return the whole place: "「决算公开.xlsx」支出决算表 合计·项目支出（支出决算表!E8）"."""
        cell = "!".join(filter(None, (self.sheet, self.cell)))
        return f"「{self.file}」{self.source}" + (f"（{cell}）" if cell else "")


class Figure(NamedTuple):
    """One figure: its key ("summary.spending_total.final": `accounts/tables`), its value (万元, or heads), place and year.

    `trust` orders figures of one key: what the bureau has approved goes before what was published, that before words.
    """

    key: str
    value: Decimal
    spot: Spot
    year: int | None = None
    trust: int = 0


class Target(NamedTuple):
    """One approved indicator; `subject` is the project of a project's table, None in the department's own."""

    level1: str | None
    level2: str | None
    level3: str
    target: str | None
    weight: Decimal | None
    spot: Spot
    year: int | None = None
    subject: str | None = None


@dataclass(slots=True)
class Given:
    """All that was given along for one department; `goal` is the approved 年度总体目标, `notes` what could not be used, and why.

    `filled` says of the cells that were filled from it where their values stand (a field's path → words).
    """

    figures: list[Figure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    goal: str | None = None
    notes: list[str] = field(default_factory=list)
    unit: str | None = None
    filled: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether anything was given that can be used."""
        return bool(self.figures or self.targets)

    def all(self, key: str, year: int | None) -> Iterator[Figure]:
        """Yield the figures of a key for a year, the most trustworthy first; one that names no year is of any."""
        found = (entry for entry in self.figures if entry.key == key and (year is None or entry.year in (None, year)))
        yield from sorted(found, key=lambda entry: -entry.trust)

    def get(self, key: str, year: int | None) -> Figure | None:
        """Return the most trustworthy figure of a key for a year."""
        return next(self.all(key, year), None)

    def has(self, prefix: str) -> bool:
        """Return whether any figure's key begins so ("targets": whether there are approved targets)."""
        return bool(self.targets) if prefix == "targets" else any(e.key.startswith(prefix) for e in self.figures)

    def joined(self, other: "Given") -> "Given":
        """Return both together; what the other has from a file that is here too stands in place of what was."""
        files = other.files
        return Given(
            [*(entry for entry in self.figures if entry.spot.file not in files), *other.figures],
            [*(entry for entry in self.targets if entry.spot.file not in files), *other.targets],
            other.goal or self.goal,
            [*self.notes, *(note for note in other.notes if note not in self.notes)],
            self.unit or other.unit,
            self.filled | other.filled,
        )

    @property
    def files(self) -> set[str]:
        """Return the names of the files that gave it."""
        return {entry.spot.file for entry in self.figures} | {entry.spot.file for entry in self.targets}

    @property
    def years(self) -> set[int]:
        """Return the years that its tables name."""
        named = [entry.year for entry in self.figures] + [entry.year for entry in self.targets]
        return {year for year in named if year is not None}


def to_json(given: Given) -> dict[str, Any]:
    """Return it as plain data, amounts as text that keeps every digit."""
    return {
        "figures": [[e.key, str(e.value), list(e.spot), e.year, e.trust] for e in given.figures],
        "targets": [
            {**e._asdict(), "weight": None if e.weight is None else str(e.weight), "spot": list(e.spot)}
            for e in given.targets
        ],
        "goal": given.goal,
        "filled": given.filled,
        "notes": given.notes,
        "unit": given.unit,
    }


def from_json(data: dict[str, Any]) -> Given:
    """Return what `to_json` wrote."""
    figures = [Figure(key, Decimal(value), Spot(*spot), *rest) for key, value, spot, *rest in data["figures"]]
    targets = [
        Target(**{**e, "weight": None if e["weight"] is None else Decimal(e["weight"]), "spot": Spot(*e["spot"])})
        for e in data["targets"]
    ]
    return Given(figures, targets, data["goal"], data["notes"], data["unit"], data["filled"])
