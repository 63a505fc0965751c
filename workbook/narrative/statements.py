"""What prose holds, as plain data: places, figures, targets."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from workbook import patterns as re

_SCALE = re.compile(r"^(?:[百千]万|万|亿|百|千(?![瓦克米升卡]))")


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the running text: the paragraph (1-based) and the characters from `start` up to `end` (0-based)."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit.

    `number` as written, `unit` as written without its vague words ("万元", "户", "%", "" where none); `value` in the base
    unit: money in 万元, percent as a fraction, 万人次 as 人次. `label` are the words in front that say what it is,
    `after` the delimiter before the label. `vague` is 余, 约, 左右 … or "", `comparator` ≥ ≤ > < or "". `quote` runs from
    label to unit. `depth` is how many brackets stand open. `shared` says that the unit stands at a later figure.
    """

    span: Span
    quote: str
    number: Decimal
    unit: str
    value: Decimal
    label: str
    after: str = ""
    vague: str = ""
    comparator: str = ""
    depth: int = 0
    sentence: int = 0
    shared: bool = False
    spelled: bool = False

    @property
    def is_money(self) -> bool:
        """Return whether the figure is an amount of money."""
        return _is_money(self.unit)

    @property
    def is_rate(self) -> bool:
        """Return whether the figure is a percentage."""
        return self.unit in ("%", "‰")

    @property
    def base(self) -> str:
        """Return the unit of `value`, by which two figures are told to be of one kind."""
        return _base(self.unit)


@lru_cache(maxsize=1024)  # asked of every figure many times, and there are few units
def _is_money(unit: str) -> bool:
    return (unit.endswith("元") and unit[-2:-1] not in tuple("美港欧日")) or unit in ("万", "亿")


@lru_cache(maxsize=1024)
def _base(unit: str) -> str:
    return "万元" if _is_money(unit) else "%" if unit in ("%", "‰") else _SCALE.sub("", unit)


@dataclass(frozen=True, slots=True)
class Goal:
    """A target with what was done and the degree of completion, where they are given."""

    name: str
    target: Figure
    actual: Figure | None = None
    degree: Figure | None = None
