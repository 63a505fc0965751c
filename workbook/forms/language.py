"""The row language: a sheet of a form as cells, from the lines that its layout draws. Excel, Word and text are drawn from it.

A line is a row of the sheet, its cells parted by "|": 主管部门*2 is a printed label over two columns, {supervisor}*3 the
cell of a field, ^ goes on with the cell above, ⏎ is a line break. Before a label "<" and ">" move it to the left (blanks
behind "<" indent it) or to the right, "!" makes it bold; "+" before a cell puts it into one cell with the one before it where
no figure must stand alone (on paper: 按收入性质分：547.4). A line that begins with "?" is printed only where one of its fields
is filled; one that begins with @expenses, @buildings, @sources, @tasks or @indicators once a row of that list. In a line of
@expenses {label} is what the list `expenses` of the layout calls a row (without one: the lines of fields.py), and
`project_lines` in that list stands for the rows that the department added. In one of @indicators {level1}, {level2} (and
their _weight) are merged over the rows that share them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from workbook import patterns as re
from workbook.model.fields import printed_lines

_SPAN = re.compile(r"\*(\d+)$")
_FIELD = re.compile(r"\{([^{}]+)\}")
_LIST = re.compile(r"@(\w+) ")
LEVELS = ("level1", "level2", "level1_weight", "level2_weight")


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
    return Line(found[1] if found else "", text.startswith("?"), tuple(mark_of(cell) for cell in rest.split("|")))


def mark_of(cell: str) -> Mark:
    """Return one cell of a line taken apart."""
    words = cell.strip()
    span = _SPAN.search(words)
    words = words[: span.start()].rstrip() if span else words
    joined, words = words.startswith("+"), words.removeprefix("+")
    bold, words = words.startswith("!"), words.removeprefix("!")
    align = {"<": "left", ">": "right"}.get(words[:1], "center")
    bare = words[1:] if align != "center" else words
    indent = len(bare) - len(bare.lstrip())
    return Mark(bare.lstrip(), int(span[1]) if span else 1, align, bold, joined, indent)


def labels(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what a sheet prints over or beside its fields, as a form declares it: section, label, field.

    A label stands left of its field, or above it where the field is one of a row of them; heads of two rows are told with
    both.
    """
    above: dict[int, Mark] = {}
    over: dict[int, str] = {}
    for line in map(line_of, data["rows"]):
        if line.list == "expenses":
            yield from (("expenses/rows", label, name) for name, label in expenses_of(data) if name != "project_lines")
        column, left = 0, ""
        goes_on = any(mark.words == "^" for mark in line.marks)
        for mark in line.marks:
            head = above.get(column)
            if mark.field and line.list != "expenses":
                yield from _told(mark.field, left, head.label if head else "", over.get(column, ""))
            elif mark.label:
                left = mark.label
                parted = goes_on and head is not None and head.span > mark.span
                covered = range(column, column + mark.span)
                over |= dict.fromkeys(covered, head.label if parted and head else "")
                above |= dict.fromkeys(covered, mark)
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
    "tasks[]": "tasks",
}


def _told(path: str, left: str, above: str, over: str) -> Iterator[tuple[str, str, str]]:
    """Yield how the labels left of and above a field are declared (no label: not at all); `over` is the head of a head."""
    owner, _, name = path.rpartition(".")
    part, _, rest = path.partition(".")
    found: list[tuple[str, str, str]] = []
    if path in LEVELS:
        found = [("indicators", above, path)] if not path.endswith("_weight") else []
    elif path == "unit":
        found = [("unit", left, "labels")]
    elif path == "thrift_measures":
        found = [("thrift", left, "labels")]
    elif owner == "tasks[]" and over:
        whole, _, share = name.partition("_")
        found = [("tasks", over, whole), ("tasks/parts", above, share or "whole")]
    elif owner == "funds" and over:
        found = [("tasks", left, "total")]
    elif owner == "goals" and left:
        found = [("heads", left, path)]
    elif part == "total":  # a grade is known by what stands in its cell (rows._grade)
        found = [("total", left, "labels")] if name != "grade" else []
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
