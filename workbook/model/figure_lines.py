"""What a check says of one figure of the prose: plain data, and the words that people see of it.

Screen, pipe, JSON and the page of a notice show the same; how a line is made of the ledger stands in `rules/prose_ledger`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from workbook.model.figures import json_number
from workbook.model.findings import Finding, Severity

RIGHT, OPEN = "相符", "未核对"
SIGNS = {severity.caption: severity.mark for severity in Severity} | {RIGHT: "✓", OPEN: "·"}
FACETS = {
    "对象": "subject",
    "项目": "project",
    "性质": "kind",
    "口径": "scope",
    "期间": "period",
    "单位数": "per",
    "比率": "rate",
}
UNKNOWN, NOT_ASKED = "不明", "—"
HEADINGS = ("段", "原文", "是什么", "由什么得出", "对照不符", "结论")
COLUMNS = ("单位", "段", "原文", "数", *FACETS, "由什么得出", "对照不符", "结论", "证据", "说明")
_STATES = {severity.caption: severity.value for severity in Severity} | {RIGHT: "right", OPEN: "open"}
_MANY = 20  # bits, about a million to one: beyond, nobody tells them apart


class Known(NamedTuple):
    """One facet: its name, what is known of it ("" unknown), the words that say it.

    An unknown one may bear the words that came before and give no more than a hint; `asked` is false where a figure of
    this kind has no such facet.
    """

    name: str
    value: str
    words: str = ""
    asked: bool = True

    @property
    def said(self) -> str:
        """Return value and words, "不明" where it is unknown, "—" where it is not asked."""
        if not self.asked:
            return NOT_ASKED
        return f"{self.value or UNKNOWN}（{self.words}）" if self.words else self.value or UNKNOWN


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of the prose.

    `paragraph` is 1-based, `start` and `end` are characters in it; `quote` are words and figure as written, `figure` the
    figure alone, `value` in the base unit (万元, a fraction, 人), `unit` as written. `explained` are the relations that
    hold, `failed` those that do not, in signs. `state` is 相符, 未核对 or the caption of a severity, `reason` says in words
    why; `evidence` in bits how much speaks against it, None where nothing was held against it.
    """

    paragraph: int
    start: int
    end: int
    quote: str
    figure: str
    value: Decimal
    unit: str
    facets: tuple[Known, ...]
    explained: tuple[str, ...]
    failed: tuple[str, ...]
    state: str
    reason: str
    evidence: float | None = None
    finding: Finding | None = None

    @property
    def mark(self) -> str:
        """Return the state with its sign, and the rule where there is one."""
        return f"{SIGNS[self.state]} {self.state}" + (f" {self.finding.rule}" if self.finding else "")

    @property
    def weight(self) -> str:
        """Return the evidence in words, "" where there is none."""
        if self.evidence is None:
            return ""
        odds = float(f"{2 ** min(self.evidence, _MANY):.1g}")
        return f"凑巧如此的可能{'不到' if self.evidence > _MANY else '约'} 1/{odds:,.0f}"

    @property
    def known(self) -> Iterator[str]:
        """Yield what is known of it, a facet a line, with the words that say it; last what is not known."""
        for facet in self.facets:
            if facet.value:
                yield f"{facet.name}：{facet.said}"
        unknown = [facet for facet in self.facets if facet.asked and not facet.value]
        if unknown:
            hints = (f"{facet.name}（{facet.words}）" if facet.words else facet.name for facet in unknown)
            yield f"{UNKNOWN}：{'、'.join(hints)}"

    @property
    def verdict(self) -> str:
        """Return state, reason and evidence, a line each."""
        return "\n".join(filter(None, (self.mark, self.reason, self.weight)))

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row of a table that people read, by HEADINGS; the lines of a cell are parted by newlines."""
        middle = "\n".join(self.known), "\n".join(self.explained), "\n".join(self.failed)
        return str(self.paragraph), self.quote, *middle, self.verdict

    def columns(self, unit: str) -> tuple[str, ...]:
        """Return the row of a table that programs read, by COLUMNS."""
        said = (facet.said for facet in self.facets)
        relations = "；".join(self.explained), "；".join(self.failed)
        return (
            unit,
            str(self.paragraph),
            self.quote,
            self.figure,
            *said,
            *relations,
            self.mark,
            self.weight,
            self.reason,
        )


def tally(states: Iterable[str]) -> str:
    """Return how many figures of the prose are in which state, the gravest first."""
    counted = Counter(states)
    return "　".join(f"{sign} {state} {counted[state]}" for state, sign in SIGNS.items() if counted[state])


def to_json(line: FigureLine) -> dict[str, Any]:
    """Return the record of a figure in the JSON of a check."""
    return {
        "paragraph": line.paragraph,
        "start": line.start,
        "end": line.end,
        "quote": line.quote,
        "figure": line.figure,
        "value": json_number(line.value),
        "unit": line.unit,
        "facets": {
            FACETS[facet.name]: {"value": facet.value, "words": facet.words} if facet.value else None
            for facet in line.facets
        },
        "explained": list(line.explained),
        "failed": list(line.failed),
        "state": _STATES[line.state],
        "reason": line.reason,
        "evidence": None if line.evidence is None else round(line.evidence, 1),
        "rule": line.finding.rule if line.finding else None,
    }
