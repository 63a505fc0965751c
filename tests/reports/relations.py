"""Which figures of a text stand in a relation: by arithmetic alone, without the words and without the program that is tried.

A figure stands in a relation where its value stands elsewhere in the prose or in a table, where it is the sum or the
difference of two figures of its paragraph, a running sum or a part of one, a figure and a cell, a quotient or a change of
two, a product of two. Figures of few digits meet many others by accident: they count only beside their neighbours.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

AMOUNT, RATE, PEOPLE, COUNT = "金额", "比率", "人数", "数量"
_PEOPLE = "人(?!次|天|均|大)|名"
_COUNTED = (
    "人次|次|户|件|家|辆|台|套|个(?!百分点|月|工作日)|公里|千米|平方公里|平方米|立方米|米|亩|公顷|吨"
    "|处|座|口|所|场|期|份|篇|条|张|项|批|例|床|株|盏|支|部|册"
)
FIGURE = re.compile(
    rf"(?<![\d.,〔第—-])(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>(?:亿|万)?元|[%％]|个百分点|万?(?:{_PEOPLE}|{_COUNTED}))"
)
_CELL = re.compile(r"(?<![\d.,〔第])(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>[%％]?)")
_SCALES = {"亿元": 1e4, "万元": 1.0, "元": 1e-4, "%": 0.01, "％": 0.01, "个百分点": 0.01}
_SURE, _FEW = 4, 3  # digits from which a rate, another figure is told from an accident within its paragraph


class Number(NamedTuple):
    """A number and half a unit of its last digit, both in 万元, as a fraction, or as counted; how many digits it has."""

    kind: str
    value: float
    slack: float
    digits: int

    def fits(self, value: float, slack: float = 0.0) -> bool:
        """Return whether a value known to `slack` prints as this number: rounded or cut off."""
        return -self.slack - slack - 1e-9 <= value - self.value <= 2 * self.slack + slack + 1e-9


@dataclass(frozen=True)
class Figure:
    """A figure of the prose: its paragraph and sentence, where its number and its unit stand in the paragraph."""

    paragraph: int
    sentence: int
    start: int
    end: int
    number: str
    unit: str
    read: Number

    @property
    def kind(self) -> str:
        return self.read.kind


def number(words: str, unit: str) -> Number:
    """Return what a number with its unit stands for."""
    plain = words.replace(",", "")
    kind = (
        AMOUNT
        if unit.endswith("元")
        else RATE
        if unit in _SCALES
        else PEOPLE
        if re.fullmatch(f"万?(?:{_PEOPLE})", unit)
        else COUNT
    )
    scale = _SCALES.get(unit, 1e4 if unit.startswith("万") else 1.0)
    unit_of_last = 10.0 ** -len(plain.partition(".")[2])
    return Number(kind, float(plain) * scale, unit_of_last * scale / 2, len(plain.replace(".", "").strip("0")) or 1)


def figures(paragraphs: Sequence[str]) -> list[Figure]:
    """Return the figures of paragraphs (0-based)."""
    return [
        Figure(
            n,
            len(re.findall("[。；;]", text[: m.start()])),
            *m.span("number"),
            m["number"],
            m["unit"],
            number(m["number"], m["unit"]),
        )
        for n, text in enumerate(paragraphs)
        for m in FIGURE.finditer(text)
    ]


def cells(texts: Sequence[str]) -> list[Number]:
    """Return the numbers of table cells: a rate where % stands behind, else of no kind (money in 万元)."""
    found = (m for text in texts for m in _CELL.finditer(text))
    return [number(m["number"], m["unit"])._replace(kind=RATE if m["unit"] else "") for m in found]


class Relations:
    """The relations among the figures of a report and the numbers of its tables."""

    def __init__(self, own: Sequence[Figure], tables: Sequence[Number]) -> None:
        self.own, self.tables = own, tables
        self.by_paragraph: dict[int, list[Figure]] = {}
        for figure in own:
            self.by_paragraph.setdefault(figure.paragraph, []).append(figure)

    def of(self, figure: Figure) -> str:
        """Return which relation a figure stands in, the first of 表, 同数, 和差, 累加, 表差, 商, 积; "" none."""
        own = self.by_paragraph[figure.paragraph]
        at = own.index(figure)
        near = [one for one in own if one is not figure]
        if figure.read.digits < (_SURE if figure.kind == RATE else _FEW):
            near = own[max(0, at - 3) : at] + own[at + 1 : at + (2 if figure.kind == RATE else 3)]
        tried = (
            ("表", self._cell),
            ("同数", self._same),
            ("和差", self._sum),
            ("累加", self._run),
            ("表差", self._less),
            ("商", self._quotient),
            ("积", self._product),
        )
        return next((name for name, holds in tried if holds(figure, near)), "")

    def _cell(self, figure: Figure, near: Sequence[Figure]) -> bool:
        if figure.read.digits < (_FEW if figure.kind != PEOPLE else 2):
            return False
        kinds = (RATE,) if figure.kind == RATE else ("",)
        return any(cell.kind in kinds and _alike(figure.read, cell) for cell in self.tables)

    def _same(self, figure: Figure, near: Sequence[Figure]) -> bool:
        among = self.own if figure.read.digits >= _FEW else near
        return any(one is not figure and one.kind == figure.kind and _alike(figure.read, one.read) for one in among)

    def _sum(self, figure: Figure, near: Sequence[Figure]) -> bool:
        return any(
            figure.read.fits(value, a.slack + b.slack)
            for a, b in combinations(_of(figure.kind, near), 2)
            for value in (a.value + b.value, abs(a.value - b.value))
        )

    def _run(self, figure: Figure, near: Sequence[Figure]) -> bool:
        """A row of figures that adds up to the one before or behind it; it is that one, or in the row."""
        own = [one for one in self.by_paragraph[figure.paragraph] if one.kind == figure.kind]
        at = own.index(figure)
        if figure.kind == RATE:
            return False
        for head in range(len(own)):
            for row in (own[:head][::-1], own[head + 1 :]):
                if head != at and figure not in row:
                    continue
                total = slack = 0.0
                for n, one in enumerate(row, 1):
                    total, slack = total + one.read.value, slack + one.read.slack
                    held = head == at or figure in row[:n]
                    if n > 1 and held and own[head].read.fits(total, slack):
                        return True
        return False

    def _less(self, figure: Figure, near: Sequence[Figure]) -> bool:
        if figure.kind != AMOUNT or figure.read.digits < _FEW:
            return False
        amounts = [cell for cell in self.tables if not cell.kind and cell.digits >= _FEW]
        return any(
            figure.read.fits(value, a.slack)
            for a in _of(AMOUNT, near)
            for b in amounts
            for value in (a.value + b.value, abs(a.value - b.value))
        )

    def _quotient(self, figure: Figure, near: Sequence[Figure]) -> bool:
        if figure.kind != RATE:
            return False
        if any(one.value < 1 and figure.read.fits(1 - one.value) for one in _of(RATE, near)):
            return True
        for kind in (AMOUNT, PEOPLE, COUNT):
            among = _of(kind, near)
            for a in among:
                for b in among:
                    if a is not b and b.value and any(map(figure.read.fits, _shares(a.value, b.value))):
                        return True
        return False

    def _product(self, figure: Figure, near: Sequence[Figure]) -> bool:
        """A price times a count, an amount by a count, or a rate of an amount: known well enough to say something."""
        if figure.kind == RATE:
            return False
        return any(
            slack <= max(figure.read.value / 1000, figure.read.slack) and figure.read.fits(value, slack)
            for a in near
            for b in near
            if a is not b
            for value, slack in _made(figure.kind, a.read, b.read)
        )


def _of(kind: str, near: Sequence[Figure]) -> list[Number]:
    return [one.read for one in near if one.kind == kind]


def _alike(one: Number, other: Number) -> bool:
    coarse, fine = (one, other) if one.slack >= other.slack else (other, one)
    return coarse.fits(fine.value)


def _shares(a: float, b: float) -> tuple[float, ...]:
    return a / b, abs(a - b) / b, a / (a + b)


def _made(kind: str, a: Number, b: Number) -> Iterator[tuple[float, float]]:
    """Yield what two numbers make of a kind, with how far it is known."""
    if a.kind == kind and b.kind != AMOUNT and b.value:
        far = a.slack / a.value + b.slack / b.value if a.value else 0.0
        if b.kind == RATE and b.digits >= _FEW:
            yield a.value * b.value, a.value * b.value * far
            yield a.value / b.value, a.value / b.value * far
            yield a.value / (1 + b.value), a.value * far
        elif b.kind != RATE and kind == AMOUNT:
            yield a.value * b.value, a.slack * b.value
            yield a.value / b.value, a.slack / b.value
    elif kind != AMOUNT and a.kind == b.kind == AMOUNT and b.value:
        yield a.value / b.value, a.value / b.value * (b.slack / b.value)
