"""A sheet of a form as cells, from the lines of its layout (`language`): Excel, Word and text are drawn from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbook.forms.language import LEVELS, Line, Mark, expenses_of, line_of, mark_of
from workbook.forms.targets import MEASURED, parted
from workbook.model.fields import field_of
from workbook.model.figures import percent, plain
from workbook.model.filing import Filing

WORDY = ("thrift_measures", "goals.expected", "goals.actual")  # fields whose words may need several rows of a sheet
_LEFT = (*WORDY, ".reason", ".measures", ".level3", ".standard", ".content", ".done")
DASH = "——"


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
        if self.measured and spot.path.startswith("indicators[") and spot.path.endswith(MEASURED):
            row = filing.indicators[int(spot.path[len("indicators[") : spot.path.index("]")])]
            return parted(row, spot.path.rpartition(".")[2])
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
            "tasks": self._tasks,
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

    def _tasks(self, line: Line) -> None:
        for index in range(len(self.filing.tasks)):
            self._row(line, {"tasks[].": f"tasks[{index}]."})
        if not self.filing.tasks:
            self._row(line, {"tasks[].": ""})

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
            out.path = slots[prefix] and slots[prefix] + path.removeprefix(prefix) if prefix else self._there(path)
            out.open = not out.path
            out.dash = out.path in self.data.get("not_applicable", ())
        return out

    def _there(self, path: str) -> str:
        """Return a path, "" where it names a row by its number ("sources[1].executed") that the filing does not have."""
        name, _, rest = path.partition("[")
        return path if not rest or int(rest.partition("]")[0]) < len(getattr(self.filing, name)) else ""

    def _name(self, out: Spot, slots: Mapping[str, str]) -> None:
        """Put a row's printed label, or the name that the department gave its own row, into its cell."""
        label = mark_of(f"<{slots['label']}")
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
