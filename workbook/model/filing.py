"""The filing: what one department hands in for one year, as plain data.

Amounts are Decimal in 万元, areas in ㎡, rates fractions (0.9917), weights and scores points. None is a cell that is
blank, `——` or `无`. Text is kept as written but for outer white space.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import fields as members
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

from workbook import patterns as re
from workbook.model.fields import ALL_EXPENSES, EXPENSES, FIELDS, field_of, pattern_of
from workbook.model.figures import json_number
from workbook.model.given import Given

Number = Decimal | None
SUBJECT_MARK = "｜"  # between department and project in the name of a project's filing


# what a reader's notes begin with that are findings of their own
BY_HEADINGS = "表样不认得，按栏目名称读："
NOT_FOUND, NOT_THERE = "没有认出：", "表里没有："
ONLY_PROSE = "表样不认得：只读了报告的文字，表格里的数没有读，只核对正文"  # a note of the reader's, and a finding


@dataclass(slots=True)
class Staff:
    """财政供养人员情况: heads, and 控制率 = 在职 ÷ 编制 as entered (a fraction)."""

    authorized: Number = None
    actual: Number = None
    control_rate: Number = None


@dataclass(slots=True)
class Expense:
    """One line of 经费控制情况, 万元."""

    prior_final: Number = None
    budget: Number = None
    final: Number = None


@dataclass(slots=True)
class ProjectLine(Expense):
    """One row that the department added under 项目支出, 万元."""

    name: str = ""


@dataclass(slots=True)
class Building:
    """One finished building of 楼堂馆所控制情况: ㎡, 万元, and the two rates as entered."""

    approved_area: Number = None
    actual_area: Number = None
    area_control_rate: Number = None
    budget_investment: Number = None
    actual_investment: Number = None
    investment_control_rate: Number = None


@dataclass(slots=True)
class Funds:
    """The row 年度资金总额, 万元; 执行率 as entered (a fraction), 分值 and 得分 in points; 原因 where a form asks for it."""

    initial_budget: Number = None
    annual_budget: Number = None
    executed: Number = None
    weight: Number = None
    execution_rate: Number = None
    score: Number = None
    reason: str | None = None


@dataclass(slots=True)
class Source:
    """One row under 年度资金总额 in a form that splits it by where the money comes from (当年财政拨款, 上年结转…), 万元."""

    initial_budget: Number = None
    annual_budget: Number = None
    executed: Number = None
    name: str = ""


@dataclass(slots=True)
class Task:
    """One row of 年度主要任务, in words and 万元: its budget and what was spent of it, whole and by where the money comes from."""

    name: str = ""
    content: str | None = None
    done: str | None = None
    budget: Number = None
    budget_fiscal: Number = None
    budget_other: Number = None
    executed: Number = None
    executed_fiscal: Number = None
    executed_other: Number = None


@dataclass(slots=True)
class Income:
    """按收入性质分, 万元."""

    total: Number = None
    general_public_budget: Number = None
    government_fund: Number = None
    special_account: Number = None
    other: Number = None
    state_capital: Number = None


@dataclass(slots=True)
class Outlay:
    """按支出性质分, 万元."""

    total: Number = None
    basic: Number = None
    project: Number = None


@dataclass(slots=True)
class Goals:
    """年度总体目标, in words; `reason` and `measures` where a form asks why a goal was missed, and what is done about it."""

    expected: str | None = None
    actual: str | None = None
    reason: str | None = None
    measures: str | None = None


@dataclass(slots=True)
class Indicator:
    """One third-level indicator. `level1` stands without its "(40分)"; target and actual stay in words.

    Where a form parts a target into 指标性质, 指标值 and 度量单位, `target` is the three together ("≥90%") and `actual` has
    its unit; `nature` and `measure` keep the two columns. `standard` is 评价标准 where a form scores by one, `initial_target`
    年初指标值 where an adjusted one stands beside it (`target` is the one in force). `completion` (完成率、完成程度),
    `coefficient` (得分系数) and `deducted` (扣分) are what some forms print beside target, result and score, as written.
    """

    level1: str | None = None
    level2: str | None = None
    level3: str | None = None
    target: str | None = None
    actual: str | None = None
    weight: Number = None
    score: Number = None
    reason: str | None = None
    nature: str | None = None
    measure: str | None = None
    standard: str | None = None
    initial_target: str | None = None
    completion: str | None = None
    coefficient: str | None = None
    deducted: str | None = None


@dataclass(slots=True)
class Total:
    """The row 总分, and the grade where the form asks for one (优, 良, 中, 差, as written)."""

    weight: Number = None
    score: Number = None
    grade: str | None = None


@dataclass(slots=True)
class Signature:
    """The line under the form: 填表人, 填报日期, 联系电话, 单位负责人签字."""

    preparer: str | None = None
    date: str | None = None
    phone: str | None = None
    head: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """出错说明: what the clerk wrote beside a finding, and the mark (`Finding.mark`) that held it to its figures."""

    text: str
    fingerprint: str = ""


class Place(NamedTuple):
    """Where a value stood in the file: sheet (or table) name, cell as "C5" (1-based) or "", and the words there."""

    sheet: str
    cell: str
    text: str = ""


UNCALCULATED = "（公式未计算）"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another department whose report is like a filing's own: its name, whether the whole of it or only what it says of
    problems and measures, which share of the filing's words stands there too, and of how many characters."""

    unit: str
    whole: bool
    share: Decimal
    count: int


@dataclass(slots=True)
class Filing:
    """What one department hands in for one year.

    `class_weights` are the points printed in the first-level headings ("产出指标(40分)" → {"产出指标": 40}).
    `places` says where each value stood (path → Place); `unread` holds the words of values that should be
    numbers and are none (path → text; the field itself is None then). `blank_classes` are the second-level classes that
    the form prints and the department left empty, without even 无; `none_classes` those where it wrote 无. `years` are
    the years that the headings print (a heading's text → year). `explanations` came with the file (a finding's key →
    Explanation). `prior` is last year's filing where it was given, `peers` the reports handed in with it that are like its
    own (None where there were none to compare), `source` the name of the file it came from. `absent`
    are the fields that its form does not ask for (paths without row numbers, or their beginnings). Of a
    workbook that the bureau exported and a department sends back, `issued` is the filing as it was exported (JSON) and
    `issued_reasons` the 出错说明 in it then (a finding's key → words), `claimed` the name of another department that
    stands in it where a name belongs.

    `original` is the form word for word as it was handed in (`workbook.forms.original`), "" where it was not.

    A project's form is a filing of its own: `subject` is the project's name ("" where the form asks and none is given,
    None in a department's filing), `unit` who carries it out, `supervisor` its 主管部门. `notes` say what a reader did to
    the figures (元 into 万元), one sentence each. `given` are the department's other tables (决算、预算、目标表), where they
    were given along.
    """

    unit: str | None = None
    year: int | None = None
    form: str = ""
    subject: str | None = None
    supervisor: str | None = None
    staff: Staff = field(default_factory=Staff)
    expenses: dict[str, Expense] = field(default_factory=lambda: {name: Expense() for name in ALL_EXPENSES})
    project_lines: list[ProjectLine] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    thrift_measures: str | None = None
    funds: Funds = field(default_factory=Funds)
    sources: list[Source] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    income: Income = field(default_factory=Income)
    outlay: Outlay = field(default_factory=Outlay)
    goals: Goals = field(default_factory=Goals)
    indicators: list[Indicator] = field(default_factory=list)
    total: Total = field(default_factory=Total)
    signature: Signature = field(default_factory=Signature)
    narrative: list[str] = field(default_factory=list)
    class_weights: dict[str, Decimal] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    blank_classes: list[str] = field(default_factory=list)
    none_classes: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    explanations: dict[str, Explanation] = field(default_factory=dict)
    prior: "Filing | None" = None
    peers: list[Peer] | None = None
    source: str = ""
    absent: frozenset[str] = frozenset()
    issued: dict[str, Any] = field(default_factory=dict)
    issued_reasons: dict[str, str] = field(default_factory=dict)
    claimed: str = ""
    notes: list[str] = field(default_factory=list)
    given: Given = field(default_factory=Given)
    original: str = ""

    @property
    def name(self) -> str:
        """Return what tells this filing from all others of its year: the department, and the project where it is one's."""
        unit = self.unit or ""
        tail = f"{SUBJECT_MARK}{self.subject}" if self.subject else ""
        return unit if unit.endswith(tail) else unit + tail

    @property
    def owner(self) -> str:
        """Return the department alone, also where `unit` is the name that a master lists a project's filing by."""
        return (self.unit or "").removesuffix(f"{SUBJECT_MARK}{self.subject}") if self.subject else self.unit or ""

    @property
    def by_headings(self) -> bool:
        """Return whether it was in an unknown form and read by its headings: what is known of forms does not hold for it."""
        return any(note.startswith(BY_HEADINGS) for note in self.notes)

    @property
    def partly_read(self) -> bool:
        """Return whether columns may stand in the file that nobody understood."""
        return any(note.startswith((BY_HEADINGS, NOT_FOUND, NOT_THERE)) for note in self.notes)

    def asks(self, path: str) -> bool:
        """Return whether the filing's form asks for a field (with or without row number)."""
        pattern = pattern_of(path)
        return not any(pattern == entry or pattern.startswith((f"{entry}.", f"{entry}[")) for entry in self.absent)

    def get(self, path: str) -> Any:
        """Return the value at a path ("indicators[3].score"); raise KeyError where the path names nothing."""
        value: Any = self
        for step in _steps(path):
            try:
                value = _child(value, step)
            except (AttributeError, IndexError, KeyError) as error:
                raise KeyError(path) from error
        return value

    def set(self, path: str, value: Any) -> None:
        """Put a value at a path; rows that do not exist yet are added; raise KeyError on an unknown path."""
        *parents, last = _steps(path)
        owner: Any = self
        for step in parents:
            if isinstance(step, int):
                owner.extend(_ROW_TYPES[_list_name(path)]() for _ in range(step + 1 - len(owner)))
            try:
                owner = _child(owner, step)
            except (AttributeError, KeyError) as error:
                raise KeyError(path) from error
        if isinstance(owner, dict | list) or isinstance(last, int) or not hasattr(owner, last):
            raise KeyError(path)
        setattr(owner, last, value)

    def paths(self) -> Iterator[str]:
        """Yield the path of every field that this filing can hold, rows numbered, in the order of the table."""
        for entry in FIELDS:
            if "[]" not in entry.path:
                yield entry.path
        for name in _ROW_TYPES:
            row_fields = [entry.path for entry in FIELDS if entry.path.startswith(f"{name}[]")]
            for index in range(len(getattr(self, name))):
                for path in row_fields:
                    yield path.replace("[]", f"[{index}]")

    def label(self, path: str) -> str:
        """Return what a clerk calls the cell: its label, with the row's own name where it stands in a row."""
        steps = _steps(path)
        name = field_of(path).label
        if len(steps) > 1 and isinstance(steps[1], int):
            row = self.get(f"{steps[0]}[{steps[1]}]")
            own = ROW_NAMES.get(str(steps[0]))
            title = " ".join((getattr(row, own) or "").split()) if own else ""
            return f"「{title}」{name}" if title else f"第{steps[1] + 1}行{name}"
        return name


# the lists of a filing, and the member that names a row ("" : none does)
ROW_NAMES = {"indicators": "level3", "project_lines": "name", "buildings": "", "sources": "name", "tasks": "name"}
_ROW_TYPES: dict[str, type] = {
    "project_lines": ProjectLine,
    "buildings": Building,
    "sources": Source,
    "tasks": Task,
    "indicators": Indicator,
}


@cache
def _steps(path: str) -> tuple[str | int, ...]:
    out: list[str | int] = []
    for part in path.split("."):
        name, _, rest = part.partition("[")
        out.append(name)
        if rest:
            out.append(int(rest.rstrip("]")))
    return tuple(out)


def _list_name(path: str) -> str:
    return path.partition("[")[0]


def _child(owner: Any, step: str | int) -> Any:
    if isinstance(owner, dict | list):
        return owner[step]  # type: ignore[index]
    return getattr(owner, str(step))


@lru_cache(maxsize=8192)
def unit_key(unit: str | None) -> str:
    """Return what names a department however its name is written: the one way in which names are compared.

    White space, characters without width, the width of brackets, colons behind it and a place for a seal（盖章）are no part of
    a name.
    """
    words = "".join(char for char in unicodedata.normalize("NFKC", unit or "") if _counts(char))
    return _SEAL.sub("", words).rstrip(":")


_SEAL = re.compile(r"\((?:此处|请|加|单位|部门)*(?:盖|公|印|签)*章\)")


def _counts(char: str) -> bool:
    """Return whether a character is seen: no white space, no control or format character, no variant of the one before."""
    return not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf") and not "\ufe00" <= char <= "\ufe0f"


def squeezed(words: str | None) -> str:
    """Return words without white space."""
    return "".join((words or "").split())


def to_json(filing: Filing) -> dict[str, Any]:
    """Return the filing as the JSON of the contract: numbers as JSON numbers, unread values as their text.

    Fields that only some places' forms have are named only where they are filled.
    """
    out: dict[str, Any] = {"unit": filing.unit, "year": filing.year, "form": filing.form}
    out |= {name: value for name in ("subject", "supervisor") if (value := getattr(filing, name)) is not None}
    for name in (
        "staff",
        "expenses",
        "project_lines",
        "buildings",
        "thrift_measures",
        "funds",
        "sources",
        "tasks",
        "income",
        "outlay",
    ):
        if name not in ("sources", "tasks") or getattr(filing, name):
            out[name] = _plain(getattr(filing, name), name, filing.unread)
    out["expenses"] = {name: row for name, row in out["expenses"].items() if row or name in EXPENSES}
    for name in ("goals", "indicators", "total", "signature"):
        out[name] = _plain(getattr(filing, name), name, filing.unread)
    out["narrative"] = list(filing.narrative)
    return out


def _plain(value: Any, path: str, unread: dict[str, str]) -> Any:
    if value is None:
        return unread.get(path)
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, list):
        return [_plain(item, f"{path}[{index}]", unread) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _plain(item, f"{path}.{key}", unread) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        held = ((member.name, f"{path}.{member.name}", getattr(value, member.name)) for member in members(value))
        return {name: _plain(own, whole, unread) for name, whole, own in held if own is not None or not _local(whole)}
    return value


def _local(path: str) -> bool:
    """Return whether only some places' forms have the field; a row's name always says what the row is."""
    return field_of(path).local and not path.startswith("sources[")


def from_json(data: dict[str, Any]) -> Filing:
    """Return the filing that the JSON of the contract describes; members it leaves out stay blank.

    Raise KeyError on a member that no field bears. Text where a number belongs goes to `unread`.
    """
    filing = Filing(form=data.get("form", ""), narrative=list(data.get("narrative", [])))
    filing.original = str(data.get("original", ""))
    filing.class_weights = {name: Decimal(str(value)) for name, value in data.get("class_weights", {}).items()}
    for name, value in data.items():
        if name not in ("form", "narrative", "class_weights", "original"):
            _fill(filing, name, value)
    return filing


def _fill(filing: Filing, path: str, value: Any) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            _fill(filing, f"{path}.{name}", member)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _fill(filing, f"{path}[{index}]", member)
    elif value is None:
        field_of(path)
    elif path == "year":
        filing.year = int(value)
    elif not field_of(path).is_number:
        filing.set(path, str(value))
    elif isinstance(value, str):
        filing.unread[path] = value
    else:
        filing.set(path, Decimal(str(value)))
