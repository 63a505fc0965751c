"""The row language: a sheet of a form as cells, from the lines that its layout draws. Excel, Word and text are drawn from it.

A line is a row of the sheet, its cells parted by "|": 主管部门*2 is a printed label over two columns, {supervisor}*3 the
cell of a field, ^ goes on with the cell above, ⏎ is a line break. Before a label "<" and ">" move it to the left (blanks
behind "<" indent it) or to the right, "!" makes it bold; "+" before a cell puts it into one cell with the one before it where
no figure must stand alone (on paper: 按收入性质分：547.4). A line that begins with "?" is printed only where one of its fields
is filled; one that begins with @expenses, @buildings, @sources or @indicators once a row of that list. In a line of
@expenses {label} is what the list `expenses` of the layout calls a row (without one: the lines of fields.py), and
`project_lines` in that list stands for the rows that the department added. In one of @indicators {level1}, {level2} (and
their _weight) are merged over the rows that share them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from workbook.fields import field_of, printed_lines
from workbook.figures import percent, plain
from workbook.filing import Filing
from workbook.forms.targets import parted

_SPAN = re.compile(r"\*(\d+)$")
_FIELD = re.compile(r"\{([^{}]+)\}")
_LIST = re.compile(r"@(\w+) ")
LEVELS = ("level1", "level2", "level1_weight", "level2_weight")
WORDY = ("thrift_measures", "goals.expected", "goals.actual")  # fields whose words may need several rows of a sheet
_LEFT = (*WORDY, ".reason", ".level3", ".standard")
DASH = "——"


def expenses_of(data: Mapping[str, Any]) -> Sequence[Sequence[str]]:
    """Return the rows of @expenses of a part of a layout, (name, label) each: its own list, or the lines of the usual 附件2."""
    own: Sequence[Sequence[str]] = data.get("expenses") or printed_lines()
    return own


class Mark(NamedTuple):
    """One cell as a line writes it: its words, over how many columns, how it stands, how far it is indented."""

    words: str
    span: int = 1
    align: str = "center"
    bold: bool = False
    joined: bool = False
    indent: int = 0

    @property
    def field(self) -> str:
        """Return the path (or the name of a slot) that the cell holds, "" for a label."""
        found = _FIELD.fullmatch(self.words)
        return found[1] if found else ""

    @property
    def label(self) -> str:
        """Return the printed words, "" for a field or a cell that goes on with the one above."""
        return "" if self.field or self.words == "^" else self.words.replace("⏎", "\n")


class Line(NamedTuple):
    """A line of a layout: the list it is repeated for ("" : printed once), whether only where it is filled, its cells."""

    list: str
    optional: bool
    marks: tuple[Mark, ...]


def line_of(text: str) -> Line:
    """Return a line of a layout taken apart."""
    found = _LIST.match(text)
    rest = text[found.end() :] if found else text.removeprefix("?")
    return Line(found[1] if found else "", text.startswith("?"), tuple(_mark(cell) for cell in rest.split("|")))


def _mark(cell: str) -> Mark:
    words = cell.strip()
    span = _SPAN.search(words)
    words = words[: span.start()].rstrip() if span else words
    joined, words = words.startswith("+"), words.removeprefix("+")
    bold, words = words.startswith("!"), words.removeprefix("!")
    align = {"<": "left", ">": "right"}.get(words[:1], "center")
    bare = words[1:] if align != "center" else words
    indent = len(bare) - len(bare.lstrip())
    return Mark(bare.lstrip(), int(span[1]) if span else 1, align, bold, joined, indent)


@dataclass(slots=True)
class Spot:
    """One cell of a sheet: rows and columns from 0 (both ends belong to it), its words or the field it holds.

    `level` is the column of a class (level1, level2, or its points) and `rows` are the indicators it stands for; `asked` is
    the field as the layout names it ("indicators[].score"), also where the filing has no such row and the cell is `open`, to
    be filled in by hand. `joined` stands on paper in one cell with the one before it; `dash` is a field that the form strikes
    out where it is blank; `indent` counts blanks.
    """

    row: int
    bottom: int
    first: int
    last: int
    text: str = ""
    path: str = ""
    level: str = ""
    rows: list[int] = field(default_factory=list)
    open: bool = False
    asked: str = ""
    align: str = "center"
    bold: bool = False
    joined: bool = False
    dash: bool = False
    indent: int = 0


@dataclass(slots=True)
class Plan:
    """A sheet as cells; `head` is the row above the indicators, `height` how many rows there are.

    `points` says whether the points of a class have a column of their own, `measured` whether 指标性质 and 度量单位 have.
    """

    spots: list[Spot] = field(default_factory=list)
    head: int | None = None
    height: int = 0
    points: bool = False
    measured: bool = False

    def words(self, filing: Filing, spot: Spot) -> str | None:
        """Return the words of a field in words, as this sheet shows them."""
        if spot.path == "unit":
            return filing.owner
        if spot.path.startswith("sources["):
            return spot.text
        if self.measured and spot.path.startswith("indicators[") and spot.path.endswith((".target", ".actual")):
            row = filing.indicators[int(spot.path[len("indicators[") : spot.path.index("]")])]
            return parted(row)[int(spot.path.endswith(".actual"))]
        words: str | None = filing.get(spot.path)
        return words

    def points_of(self, filing: Filing, spot: Spot) -> Decimal | None:
        """Return the points of a class: as printed, else the sum of its rows."""
        rows = [filing.indicators[index] for index in spot.rows]
        if not rows:
            return None
        printed = filing.class_weights.get(rows[0].level1 or "") if spot.level == "level1_weight" else None
        return sum((row.weight or Decimal(0) for row in rows), Decimal(0)) if printed is None else printed

    def shown(self, filing: Filing, spot: Spot, value: Callable[[str], Any]) -> str:
        """Return what stands in a cell on paper; `value` gives what a field of numbers shows, whatever stands there."""
        if spot.level.endswith("_weight"):
            return shown(self.points_of(filing, spot))
        if spot.level:
            points = filing.class_weights.get(spot.text) if spot.level == "level1" and not self.points else None
            return spot.text if points is None else f"{spot.text}\n（{plain(points)}分）"
        if not spot.path:
            return spot.text
        if not field_of(spot.path).is_number:
            return self.words(filing, spot) or ""
        return shown(value(spot.path), field_of(spot.path).kind) or (DASH if spot.dash else "")

    def printed(self) -> Iterator[list[Spot]]:
        """Yield the cells as paper has them: a label together with the figure that is joined to it."""
        waiting: list[Spot] = []
        for spot in self.spots:
            if waiting and not spot.joined:
                yield waiting
                waiting = []
            waiting.append(spot)
        if waiting:
            yield waiting


def shown(value: Any, kind: str = "amount") -> str:
    """Return a value as paper shows it: a rate as percent, any other number with the digits it has."""
    if isinstance(value, Decimal):
        return percent(value) if kind == "rate" else plain(value)
    return "" if value is None else str(value)


def is_left(path: str) -> bool:
    """Return whether the words of a field stand at the left of its cell."""
    return path.endswith(_LEFT)


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row of the indicators: the indicator's number, or None where a second-level class has none.

    `said` is what stands there then: 无, or nothing where the class was left blank.
    """

    index: int | None
    level1: str | None
    level2: str | None
    said: str = ""


RowsFor = Callable[[str, int, int], int]


class _Builder:
    def __init__(self, data: Mapping[str, Any], filing: Filing, rows_for: RowsFor, behind: Mapping[int, str]) -> None:
        self.data, self.filing, self.rows_for, self.behind = data, filing, rows_for, behind
        year = filing.year
        self.years = {"year": year or "", "prior": year - 1 if year else ""}
        drawn = "".join(data["rows"])
        self.plan = Plan(points="{level1_weight}" in drawn, measured="{indicators[].measure}" in drawn)
        self.above: dict[int, Spot] = {}

    def build(self) -> Plan:
        repeat = {
            "expenses": self._expenses,
            "buildings": self._buildings,
            "sources": self._sources,
            "indicators": self._indicators,
        }
        for line in map(line_of, self.data["rows"]):
            if line.list:
                repeat[line.list](line)
            elif not line.optional or any(self.filing.get(mark.field) is not None for mark in line.marks if mark.field):
                self._row(line, {})
        return self.plan

    def _expenses(self, line: Line) -> None:
        rows = [(name, label) for name, label in expenses_of(self.data)]
        names = dict(rows)
        for name, label in rows:
            if name != "project_lines":
                self._row(line, {"expenses[].": f"expenses.{name}.", "label": label})
            elif not self.filing.project_lines:
                self._row(line, {"expenses[].": "", "label": label})
            for index in range(len(self.filing.project_lines)):
                behind = self.behind.get(index, "")
                if name == (behind if behind in names else "project_lines"):
                    held = f"project_lines[{index}]."
                    own = names.get("project_lines", "")
                    self._row(line, {"expenses[].": held, "label": own, "name": f"{held}name"})

    def _buildings(self, line: Line) -> None:
        for index in range(len(self.filing.buildings)):
            self._row(line, {"buildings[].": f"buildings[{index}]."})
        if not self.filing.buildings:
            self._row(line, {"buildings[].": ""})

    def _sources(self, line: Line) -> None:
        names = [source.name for source in self.filing.sources] or self.data.get("sources", ())
        for index, name in enumerate(names):
            words = f"其中：{name}" if index == 0 else name
            held = f"sources[{index}]." if self.filing.sources else ""
            self._row(line, {"sources[].": held, "sources[].name": words})

    def _indicators(self, line: Line) -> None:
        self.plan.head = self.plan.height - 1
        before: Row | None = None
        for entry in printed_rows(self.filing, self.data.get("classes", ())):
            held = "" if entry.index is None else f"indicators[{entry.index}]."
            self._row(line, {"indicators[].": held, "indicators[].level3": entry.said}, entry, before)
            before = entry

    def _row(self, line: Line, slots: Mapping[str, str], entry: Row | None = None, before: Row | None = None) -> None:
        row, column = self.plan.height, 0
        made: list[Spot] = []
        heading = not any(mark.field for mark in line.marks)
        for mark in line.marks:
            spot = self._spot(mark, row, column, slots)
            spot.bold = spot.bold or (heading and bool(spot.text))
            shared = entry is not None and before is not None and spot.level and _same(spot.level, entry, before)
            above = self.above.get(column)
            if (mark.words == "^" or shared) and above is not None:
                above.bottom = row
                spot = above
            else:
                self.plan.spots.append(spot)
                made.append(spot)
            if entry is not None and entry.index is not None and spot.level:
                spot.rows.append(entry.index)
            if entry is not None and spot.level in ("level1", "level2"):
                spot.text = getattr(entry, spot.level) or ""
            for covered in range(spot.first, spot.last + 1):
                self.above[covered] = spot
            column = spot.last + 1
        extra = max((self.rows_for(spot.path, spot.first, spot.last) for spot in made if spot.path), default=1) - 1
        for spot in {id(each): each for each in self.above.values() if each.bottom == row}.values():
            spot.bottom += extra
        self.plan.height += 1 + extra

    def _spot(self, mark: Mark, row: int, first: int, slots: Mapping[str, str]) -> Spot:
        out = Spot(row, row, first, first + mark.span - 1)
        out.align, out.bold, out.joined, out.indent = mark.align, mark.bold, mark.joined, mark.indent
        path = mark.field
        if not path:
            out.text = mark.label.format(**self.years)
        elif path in LEVELS:
            out.level = path
        elif path == "label":
            self._name(out, slots)
        else:
            prefix = next((name for name in slots if name.endswith("[].") and path.startswith(name)), "")
            out.asked, out.text = path, slots.get(path, "") if prefix else ""
            out.path = slots[prefix] and slots[prefix] + path.removeprefix(prefix) if prefix else path
            out.open = not out.path
            out.dash = out.path in self.data.get("not_applicable", ())
        return out

    def _name(self, out: Spot, slots: Mapping[str, str]) -> None:
        """Put a row's printed label, or the name that the department gave its own row, into its cell."""
        label = _mark(f"<{slots['label']}")
        out.align = "left"
        out.text, out.indent, out.open = label.words.format(**self.years), label.indent, not slots["expenses[]."]
        if "name" in slots:
            out.path, out.asked, out.text, out.indent = slots["name"], "project_lines[].name", "", label.indent + 2


def _same(level: str, one: Row, other: Row) -> bool:
    """Return whether two rows share the cell of a class."""
    if not one.level1 or one.level1 != other.level1:
        return False
    return level.startswith("level1") or (bool(one.level2) and one.level2 == other.level2)


def plan(
    data: Mapping[str, Any],
    filing: Filing,
    rows_for: RowsFor = lambda path, first, last: 1,
    behind: Mapping[int, str] | None = None,
) -> Plan:
    """Return the cells of a sheet for a filing.

    `rows_for` says how many rows the words of a field need between two columns, `behind` which of the printed rows the
    department's own ones stand behind (number of its row → the row's name in the layout), as far as that is known.
    """
    return _Builder(data, filing, rows_for, behind or {}).build()


def labels(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what a sheet prints over or beside its fields, as a form declares it: section, label, field.

    A label stands left of its field, or above it where the field is one of a row of them.
    """
    above: dict[int, str] = {}
    for line in map(line_of, data["rows"]):
        if line.list == "expenses":
            yield from (("expenses/rows", label, name) for name, label in expenses_of(data) if name != "project_lines")
        column, left = 0, ""
        for mark in line.marks:
            if mark.field and line.list != "expenses":
                yield from _told(mark.field, left, above.get(column, ""))
            elif mark.label:
                left = mark.label
                above |= dict.fromkeys(range(column, column + mark.span), mark.label)
            elif not mark.field:
                left = ""
            column += mark.span


# what a row of fields under heads belongs to, by the beginning of its path
_UNDER = {
    "staff": "staff",
    "buildings[]": "buildings",
    "funds": "funds/columns",
    "goals": "goals",
    "indicators[]": "indicators",
}


def _told(path: str, left: str, above: str) -> Iterator[tuple[str, str, str]]:
    """Yield how the labels left of and above a field are declared (no label: not at all)."""
    owner, _, name = path.rpartition(".")
    part, _, rest = path.partition(".")
    found: list[tuple[str, str, str]] = []
    if path in LEVELS:
        found = [("indicators", above, path)] if not path.endswith("_weight") else []
    elif path == "unit":
        found = [("unit", left, "labels")]
    elif path == "thrift_measures":
        found = [("thrift", left, "labels")]
    elif part == "total":
        found = [("total", left, "labels")]
    elif part in ("subject", "supervisor") or (part == "staff" and left):
        found = [("heads", left, path)]
    elif part in ("income", "outlay"):
        ends = left.rstrip().endswith(("：", ":"))
        found = [("colon", left, path) if ends else (f"across_{part}", above, rest)]
    elif part == "expenses":
        found = [("across_expenses", above, rest.partition(".")[0])]
    elif owner in _UNDER:
        found = [(_UNDER[owner], above, name)]
        found += [("funds/rows", left, "total")] if owner == "funds" and left else []
    yield from (entry for entry in found if entry[1])


def printed_rows(filing: Filing, classes: Sequence[tuple[str, Sequence[str]]]) -> list[Row]:
    """Return the rows to print: every indicator, every class left blank or answered by 无.

    Of an empty filing these are all classes of the form.
    """
    rows = filing.indicators
    if not rows:
        none = filing.none_classes
        return [Row(None, name, kind, "无" if kind in none else "") for name, kinds in classes for kind in kinds]
    out = [Row(index, row.level1, row.level2) for index, row in enumerate(rows)]
    order = {kind: (name, place) for name, kinds in classes for place, kind in enumerate(kinds)}
    for kind, said in [(kind, "") for kind in filing.blank_classes] + [(kind, "无") for kind in filing.none_classes]:
        level1, place = order.get(kind, (out[-1].level1, len(order)))
        same = [index for index, row in enumerate(out) if row.level1 == level1]
        before = [index for index in same if order.get(out[index].level2 or "", ("", place))[1] <= place]
        out.insert(before[-1] + 1 if before else same[0] if same else len(out), Row(None, level1, kind, said))
    return out
