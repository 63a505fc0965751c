"""What prose says, as plain data: each statement with its place, its words and its figures."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

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
        return (self.unit.endswith("元") and self.unit[-2:-1] not in tuple("美港欧日")) or self.unit in ("万", "亿")

    @property
    def is_rate(self) -> bool:
        """Return whether the figure is a percentage."""
        return self.unit in ("%", "‰")

    @property
    def base(self) -> str:
        """Return the unit of `value`, by which two figures are told to be of one kind."""
        if self.is_money:
            return "万元"
        if self.is_rate:
            return "%"
        return _SCALE.sub("", self.unit)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money with its meaning.

    `subject` is a name of the budget (项目支出, 公用经费 …), 总 for the whole department, or the name of a project
    (`project` is true then); `kind` is 年初预算, 全年预算, 预算, 收入, 支出, 调增, 调减, 调整 (sign not told), 上年结转,
    结余结转 or "".
    `explicit` says that the kind stands at the figure; otherwise it comes from the context. `year` is the year named
    (None: none), `period` "1-10月", "截至11月" … where it is not the whole year, `scope` 财政拨款, 政府性基金 … or "".
    `block` numbers the list item (or paragraph) it stands in, `part` whether it stands after 其中.
    """

    figure: Figure
    subject: str
    kind: str
    year: int | None = None
    period: str = ""
    scope: str = ""
    project: bool = False
    explicit: bool = True
    part: bool = False
    block: int = 0

    @property
    def span(self) -> Span:
        """Return where it stands."""
        return self.figure.span

    @property
    def quote(self) -> str:
        """Return its words."""
        return self.figure.quote

    @property
    def value(self) -> Decimal:
        """Return the amount in 万元, by the unit as written."""
        return self.figure.value


@dataclass(frozen=True, slots=True)
class Total:
    """A total and what is named as its parts. `complete` says that the text itself calls the parts all there are."""

    head: Figure
    parts: tuple[Figure, ...]
    complete: bool = False
    candidates: tuple[Figure, ...] = ()

    @property
    def sum(self) -> Decimal:
        """Return the sum of the parts in the base unit."""
        return sum((part.value for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate in words: `rate` the percentage, `numerator` what it is of, and what it may be divided by, nearest first."""

    name: str
    rate: Figure
    numerator: Figure | None = None
    denominators: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """从 A 到 B，增长 C%: both values in their base unit, and the change printed (`points`: in percentage points)."""

    rate: Figure
    before: Decimal
    after: Decimal
    rising: bool
    points: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """A target with what was done and the degree of completion, where they are given."""

    name: str
    target: Figure
    actual: Figure | None = None
    degree: Figure | None = None


@dataclass(frozen=True, slots=True)
class Headcount:
    """A number of people: `kind` is 编制, 在职, 实有, 离休, 退休, 离退休 or 聘用."""

    figure: Figure
    kind: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """自评得分 in words, points."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the text names it: `group` numbers the list it stands in."""

    name: str
    span: Span
    group: int


@dataclass(slots=True)
class Narrative:
    """All that was read out of a report's running text."""

    figures: list[Figure] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    headcounts: list[Headcount] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    years: list[tuple[int, Span]] = field(default_factory=list)
