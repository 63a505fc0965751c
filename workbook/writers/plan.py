"""A sheet of a form as cells, from the rows that its layout draws: what Excel, Word and the picture of a form share.

A row of a layout is a line of text, its cells parted by "|": 主管部门*2 is a printed label over two columns, {supervisor}*3
the cell of a field, ^ goes on with the cell above. A row that begins with @sources or @indicators is printed once a row
of that list; in it {level1}, {level2} (and their _weight) are merged over the rows that share them. ⏎ is a line break.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbook.fields import field_of
from workbook.filing import Filing
from workbook.forms.tables import parted

_SPAN = re.compile(r"\*(\d+)$")
_FIELD = re.compile(r"\{([^{}]+)\}")
LEVELS = ("level1", "level2", "level1_weight", "level2_weight")


@dataclass(slots=True)
class Spot:
    """One printed cell: rows and columns from 0 (both ends belong to it), its words or the field it holds.

    `level` is the column of a class (level1, level2, or its points) and `rows` are the indicators it stands for;
    `open` is a cell to be filled in by hand, in a row that the filing does not have.
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


@dataclass(frozen=True, slots=True)
class Line:
    """One printed row of the indicators: the indicator's number, or None where a second-level class has none.

    `said` is what stands there then: 无, or nothing where the class was left blank.
    """

    index: int | None
    level1: str | None
    level2: str | None
    said: str = ""


Rows = Callable[[str, int, int], int]


class _Builder:
    def __init__(self, data: Mapping[str, Any], filing: Filing, rows_for: Rows) -> None:
        self.data, self.filing, self.rows_for = data, filing, rows_for
        drawn = "".join(data["rows"])
        self.plan = Plan(points="{level1_weight}" in drawn, measured="{indicators[].measure}" in drawn)
        self.above: dict[int, Spot] = {}

    def build(self) -> Plan:
        for line in self.data["rows"]:
            name, _, rest = line.partition(" ")
            if name == "@sources":
                self._sources(rest)
            elif name == "@indicators":
                self._indicators(rest)
            else:
                self._row(line, {})
        return self.plan

    def _sources(self, line: str) -> None:
        names = [source.name for source in self.filing.sources] or self.data.get("sources", ())
        for index, name in enumerate(names):
            words = f"其中：{name}" if index == 0 else name
            held = f"sources[{index}]." if self.filing.sources else ""
            self._row(line, {"sources[].": held, "name": words})

    def _indicators(self, line: str) -> None:
        self.plan.head = self.plan.height - 1
        classes = self.data.get("classes", ())
        before: Line | None = None
        for entry in printed_lines(self.filing, classes):
            held = "" if entry.index is None else f"indicators[{entry.index}]."
            self._row(line, {"indicators[].": held, "said": entry.said}, entry, before)
            before = entry

    def _row(self, line: str, slots: Mapping[str, str], entry: Line | None = None, before: Line | None = None) -> None:
        row, column = self.plan.height, 0
        made: list[Spot] = []
        for cell in line.split("|"):
            words, span = _parted(cell)
            spot = self._spot(words, row, column, column + span - 1, slots)
            shared = entry is not None and before is not None and spot.level and _same(spot.level, entry, before)
            above = self.above.get(column)
            if (words == "^" or shared) and above is not None:
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

    def _spot(self, words: str, row: int, first: int, last: int, slots: Mapping[str, str]) -> Spot:
        found = _FIELD.fullmatch(words)
        if not found:
            return Spot(row, row, first, last, "" if words == "^" else words.replace("⏎", "\n"))
        path = found[1]
        if path in LEVELS:
            return Spot(row, row, first, last, level=path)
        for prefix, held in slots.items():
            if prefix.endswith("[].") and path.startswith(prefix):
                name = {"sources[].name": slots.get("name"), "indicators[].level3": slots.get("said")}.get(path) or ""
                whole = held + path.removeprefix(prefix) if held else ""
                return Spot(row, row, first, last, name, whole, open=not held)
        return Spot(row, row, first, last, path=path)


def _parted(cell: str) -> tuple[str, int]:
    words = cell.strip()
    found = _SPAN.search(words)
    return (words[: found.start()].rstrip(), int(found[1])) if found else (words, 1)


def _same(level: str, one: Line, other: Line) -> bool:
    """Return whether two rows share the cell of a class."""
    if not one.level1 or one.level1 != other.level1:
        return False
    return level.startswith("level1") or (bool(one.level2) and one.level2 == other.level2)


def plan(data: Mapping[str, Any], filing: Filing, rows_for: Rows = lambda path, first, last: 1) -> Plan:
    """Return the cells of a sheet for a filing; `rows_for` says how many rows the words of a field need between two columns."""
    return _Builder(data, filing, rows_for).build()


def printed_sides(filing: Filing, sides: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the lines of 按收入性质分 and 按支出性质分 to print: what only some places' forms have, only where it is filled."""
    return [side for side in sides if not field_of(side[0] or side[2]).local or filing.get(side[0]) is not None]


def printed_lines(filing: Filing, classes: Sequence[tuple[str, Sequence[str]]]) -> list[Line]:
    """Return the rows to print: every indicator, every class left blank or answered by 无.

    Of an empty filing these are all classes of the form.
    """
    rows = filing.indicators
    if not rows:
        none = filing.none_classes
        return [Line(None, name, kind, "无" if kind in none else "") for name, kinds in classes for kind in kinds]
    out = [Line(index, row.level1, row.level2) for index, row in enumerate(rows)]
    parent = {kind: name for name, kinds in classes for kind in kinds}
    for kind, said in [(kind, "") for kind in filing.blank_classes] + [(kind, "无") for kind in filing.none_classes]:
        level1 = parent.get(kind, out[-1].level1)
        last = max((place for place, line in enumerate(out) if line.level1 == level1), default=len(out) - 1)
        out.insert(last + 1, Line(None, level1, kind, said))
    return out


def runs(printed: Sequence[Line], name: str) -> list[tuple[int, int, str | None]]:
    """Return the runs of rows that share a first-level (or, within one, a second-level) class: first, last, words."""
    out: list[tuple[int, int, str | None]] = []
    for place, line in enumerate(printed):
        words = getattr(line, name)
        same_class = bool(out) and printed[out[-1][0]].level1 == line.level1
        if out and words is not None and out[-1][2] == words and same_class:
            out[-1] = (out[-1][0], place, words)
        else:
            out.append((place, place, words))
    return out
