"""The table of sentences (tests/cases): what must be read out of each, what was read, and how the two agree."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import yaml

from workbook.narrative import read
from workbook.narrative.names import core
from workbook.narrative.statements import Figure, Narrative
from workbook.quantity import parse

FOLDER = Path(__file__).parent / "cases"


@dataclass
class Tally:
    """How many statements were expected, read, and both; and the sentences where they differ."""

    expected: int = 0
    read: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0

    def add(self, other: "Tally") -> None:
        self.expected += other.expected
        self.read += other.read
        self.right += other.right
        self.wrong += other.wrong


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _unit(figure: Figure) -> str:
    return f"{_plain(figure.value)}{figure.base}"


def _shown(figure: Figure) -> str:
    """Return a figure as the cases write it: money in 万元, a rate in percent, counts with their unit."""
    return f"{_plain(figure.value * 100)}%" if figure.is_rate else _unit(figure)


def _bare(figure: Figure) -> str:
    return f"{_plain(figure.value * 100)}%" if figure.is_rate else _plain(figure.value)


def _amounts(told: Narrative) -> Iterator[str]:
    for entry in told.amounts:
        year, period = (f" @{mark}" if mark else "" for mark in (entry.year or "", entry.period))
        scope = f" §{entry.scope}" if entry.scope else ""
        kind = entry.kind or "—"
        yield f"{core(entry.subject) if entry.project else entry.subject} {kind} {_plain(entry.value)}{year}{period}{scope}"


def _totals(told: Narrative) -> Iterator[str]:
    for entry in told.totals:
        yield f"{_bare(entry.head)} = {' + '.join(_bare(part) for part in entry.parts)}"


def _ratios(told: Narrative) -> Iterator[str]:
    for entry in told.ratios:
        if entry.numerator is not None and entry.denominators:
            yield f"{_bare(entry.numerator)}/{_bare(entry.denominators[0])} = {_bare(entry.rate)}"


def _changes(told: Narrative) -> Iterator[str]:
    for entry in told.changes:
        rate = f"{_plain(entry.rate.value * 100)}{'pp' if entry.points else '%'}"
        yield f"{_plain(entry.before)} → {_plain(entry.after)} {'+' if entry.rising else '-'}{rate}"


def _goals(told: Narrative) -> Iterator[str]:
    for entry in told.goals:
        yield "/".join(_shown(figure) if figure else "-" for figure in (entry.target, entry.actual, entry.degree))


def _heads(told: Narrative) -> Iterator[str]:
    yield from (f"{entry.kind} {_plain(entry.figure.value)}" for entry in told.headcounts if not entry.part)


def _figures(told: Narrative) -> Iterator[str]:
    yield from (("约" if entry.vague else "") + _unit(entry) for entry in told.figures)


READERS: dict[str, Callable[[Narrative], Iterator[str]]] = {
    "amounts": _amounts,
    "totals": _totals,
    "ratios": _ratios,
    "changes": _changes,
    "goals": _goals,
    "heads": _heads,
    "figures": _figures,
}
# what is said of year, period and scope counts only in the tables about them
STRICT = ("periods", "scopes")


def cases() -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield phenomenon, text, kind of statement and what must be read, for every sentence."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            for kind in READERS.keys() & entry.keys():
                words = re.split(r"\s+" if kind == "figures" else "；", str(entry[kind] or ""))
                yield path.stem, entry["text"], kind, [word.strip() for word in words if word.strip()]


def _comparable(word: str, kind: str, phenomenon: str) -> str:
    if kind == "amounts":
        if phenomenon != "scopes":
            word = re.sub(r" §\S+", "", word)
        if phenomenon != "periods":
            word = re.sub(r" @\S+", "", word)
        subject, kind, number, *marks = word.split()
        return " ".join([core(subject), kind, number, *sorted(marks)])
    if kind == "goals":
        quantities = [parse(part) if part != "-" else None for part in word.split("/")]
        return "/".join(
            "-" if q is None else f"{_plain(q.value)}{'' if q.is_rate else q.base_unit}" for q in quantities
        )
    return word


def judge(phenomenon: str, text: str, kind: str, expected: list[str]) -> Tally:
    """Return how what is read out of a text agrees with what must be."""
    told = read([line for line in text.split("\n") if line.strip()])
    wanted = Counter(_comparable(word, kind, phenomenon) for word in expected)
    got = Counter(_comparable(word, kind, phenomenon) for word in READERS[kind](told))
    both = (wanted & got).total()
    out = Tally(wanted.total(), got.total(), both)
    if wanted != got:
        missing, extra = (sorted((a - b).elements()) for a, b in ((wanted, got), (got, wanted)))
        out.wrong.append(f"「{text.strip()}」 {kind} 漏：{missing} 多：{extra}")
    return out


def measured() -> dict[str, Tally]:
    """Return the tally of each phenomenon."""
    out: dict[str, Tally] = {}
    for phenomenon, text, kind, expected in cases():
        out.setdefault(phenomenon, Tally()).add(judge(phenomenon, text, kind, expected))
    return out
