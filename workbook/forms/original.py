"""A form as it was handed in: its lines and tables word for word, each cell with the fields that it holds.

A reader keeps it with the filing (`Recorder`); what is given back is drawn from it (`pages`), with nothing changed but what
was changed in the filing since: a department's own rows, order, names, notes, blank and “无” rows, decimals as printed.
"""

import base64
import json
import re
import zlib
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from workbook.fields import field_of, pattern_of
from workbook.figures import percent, plain
from workbook.filing import ROW_NAMES, Filing, Place, unit_key
from workbook.forms import Form, form
from workbook.forms.grid import Cell, Grid
from workbook.forms.labels import key
from workbook.forms.layout import Plan, Spot, is_left
from workbook.forms.targets import parted
from workbook.quantity import Unreadable, number

ABOVE, BELOW = "above", "below"
_FIGURE = re.compile(r"-?[\d,]*\d(?:\.\d+)?%?")
_ROW = re.compile(r"(\w+)\[(\d+)\]\.")
MARK = re.compile(r"\s*附\s*[件表]\s*[\d一二三四]*\s*[:：]?\s*")
_TITLE = re.compile(r"(?:表|报告|手册)\s*(?:[（(].*[）)])?\s*$")
_PROSE = "narrative:"  # before first paragraph and count, for a cell that holds running text
_LEVEL = (".level1", ".level2")
_SIGNED = {"preparer": "填[表报]人", "date": "填[报表]日期", "phone": "电话", "head": "负责人(?:签字)?"}


# --- what is kept -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Printed:
    """A cell as printed: first column (from 0), how many it spans, its words, whether it goes on with the one above, and
    the paths of the fields in it.
    """

    column: int
    span: int
    text: str
    goes_on: bool = False
    paths: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A line over (`side` above) or under a table, with the paths of the fields in it."""

    text: str
    side: str
    paths: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Prose:
    """A paragraph of the running text: its number in the filing, from 0."""

    index: int


@dataclass(slots=True)
class Table:
    """A table: the sheet's name ("" in Word), the widths of its columns as far as the file says them, and its rows."""

    name: str
    widths: list[float]
    rows: list[list[Printed]]


@dataclass(slots=True)
class Original:
    """All that was printed, in its order, and what was read from it (path → value as text)."""

    blocks: list[Line | Prose | Table]
    read: dict[str, str]


def pack(original: Original) -> str:
    """Return it as one short text of letters and digits."""
    blocks = [_packed(block) for block in original.blocks]
    text = json.dumps([blocks, original.read], ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 6)).decode("ascii")


def unpack(text: str) -> Original | None:
    """Return what `pack` wrote; None where the text is no such thing."""
    try:
        held = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MOST)
        blocks, read = json.loads(held)
        return Original([_unpacked(block) for block in blocks], {str(path): str(value) for path, value in read.items()})
    except (ValueError, TypeError, KeyError, IndexError, zlib.error):
        return None


MOST = 20_000_000  # characters that an original may have: what a hand put there may blow up


def _packed(block: Line | Prose | Table) -> list[Any]:
    if isinstance(block, Line):
        return ["line", block.text, block.side, block.paths]
    if isinstance(block, Prose):
        return ["prose", block.index]
    rows = [[[c.column, c.span, c.text, int(c.goes_on), *c.paths] for c in row] for row in block.rows]
    return ["table", block.name, block.widths, rows]


def _unpacked(data: list[Any]) -> Line | Prose | Table:
    kind, *rest = data
    if kind == "line":
        return Line(str(rest[0]), str(rest[1]), list(rest[2]))
    if kind == "prose":
        return Prose(int(rest[0]))
    rows = [[Printed(c[0], c[1], c[2], bool(c[3]), c[4:]) for c in row] for row in rest[2]]
    return Table(str(rest[0]), list(rest[1]), rows)


# --- keeping it -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Entry:
    """Something printed, in the order of the file: a line, a paragraph of the running text, or a row of a table."""

    order: int
    text: str = ""
    side: str = ""
    grid: Grid | None = None
    row: list[Cell] = field(default_factory=list)


class Recorder:
    """What a walk over a document has passed, by filing; titles wait for the table that they stand over."""

    def __init__(self) -> None:
        self.entries: dict[int, list[_Entry]] = defaultdict(list)
        self.waiting: list[_Entry] = []
        self.cells: dict[int, Cell] = {}
        self.proses: dict[int, str] = {}
        self.count = 0

    def place(self, place: Place, cell: Cell) -> Place:
        """Note in which cell a place lies, and return the place."""
        self.cells[id(place)] = cell
        return place

    def line(self, filing: Filing, text: str, side: str) -> None:
        """Keep a line; one that stands above a table waits for whose table that is."""
        self._keep(filing, _Entry(self.count, text, side), waits=side == ABOVE)

    def prose(self, filing: Filing, text: str) -> None:
        """Keep a paragraph of the running text."""
        self.give(filing)
        self._keep(filing, _Entry(self.count, text))

    def row(self, filing: Filing, grid: Grid, row: list[Cell], side: str = "") -> None:
        """Keep a row of a table; in a sheet one that is a line (`side`) stands above or below the table."""
        text = "  ".join(cell.text for cell in row if cell.text.strip())
        entry = _Entry(self.count, text, side if grid.is_sheet else "", grid, row)
        self._keep(filing, entry, waits=side == ABOVE or bool(self.waiting))

    def _keep(self, filing: Filing, entry: _Entry, waits: bool = False) -> None:
        self.count += 1
        (self.waiting if waits else self.entries[id(filing)]).append(entry)

    def said(self, cell: Cell, first: int, count: int) -> None:
        """Note that a cell holds so many paragraphs of the running text from a number (from 0) on."""
        self.proses[id(cell)] = f"{_PROSE}{first}:{count}"

    def give(self, filing: Filing) -> None:
        """Hand what waits to a filing: its table begins."""
        self.entries[id(filing)] += self.waiting
        self.waiting = []

    def unite(self, filing: Filing, other: Filing) -> None:
        """Hand what was kept of one filing to another."""
        self.entries[id(filing)] += self.entries.pop(id(other), [])

    def original(self, filing: Filing) -> Original | None:
        """Return what was kept of a filing; None where a table's columns are no true positions."""
        entries = sorted(self.entries[id(filing)], key=lambda entry: entry.order)
        if any(entry.grid is not None and not entry.grid.aligned for entry in entries):
            return None
        held = _paths_by_cell(filing, self.cells) | {cell: [path] for cell, path in self.proses.items()}
        numbers: dict[str, deque[int]] = defaultdict(deque)
        for index, text in enumerate(filing.narrative):
            numbers[text].append(index)
        blocks: list[Line | Prose | Table] = []
        before: Grid | None = None
        for entry in entries:
            if entry.side:
                paths = [path for cell in entry.row for path in held.get(id(cell), ())]
                blocks.append(Line(entry.text, entry.side, paths or _signed(filing, entry.text)))
                before = None
            elif entry.grid is None:
                queue = numbers[entry.text]
                if queue:
                    blocks.append(Prose(queue.popleft()))
                before = None
            else:
                if entry.grid is not before:
                    blocks.append(Table(entry.grid.name if entry.grid.is_sheet else "", list(entry.grid.widths), []))
                    before = entry.grid
                table = blocks[-1]
                assert isinstance(table, Table)
                table.rows.append(_printed_row(entry.row, table, held, entry.grid))
        for block in blocks:
            if isinstance(block, Table):
                _trim(block)
        blocks = [block for block in blocks if not isinstance(block, Table) or block.rows]
        return Original(blocks, _read(filing, blocks))


def _paths_by_cell(filing: Filing, cells: Mapping[int, Cell]) -> dict[int, list[str]]:
    out: dict[int, list[str]] = defaultdict(list)
    for path, place in filing.places.items():
        cell = cells.get(id(place))
        if cell is not None and not (path.endswith(_LEVEL) and any(p.endswith(_LEVEL) for p in out[id(cell)])):
            out[id(cell)].append(path)
    return out


def _signed(filing: Filing, text: str) -> list[str]:
    """Return the fields of a line that is none of a table: they were read from these very words."""
    words = text.strip()
    return [path for path, place in filing.places.items() if not place.cell and place.text == words]


def _printed_row(row: Sequence[Cell], table: Table, held: Mapping[int, list[str]], grid: Grid) -> list[Printed]:
    out = [Printed(c.column - 1, c.span, _text_of(c, held), c.continued, held.get(id(c), [])) for c in row]
    if grid.is_sheet and table.rows:  # the cells that a merge covers are left out of a sheet's rows
        covered = {column for cell in out for column in range(cell.column, cell.column + cell.span)}
        for above in table.rows[-1]:
            if not covered & set(range(above.column, above.column + above.span)):
                out.append(Printed(above.column, above.span, "", True))
        out.sort(key=lambda cell: cell.column)
    return out


def _text_of(cell: Cell, held: Mapping[int, list[str]]) -> str:
    """Return the words of a cell; a rate that a sheet holds as a fraction shows as percent there."""
    path = next(iter(held.get(id(cell), ())), "")
    if not isinstance(cell.value, Decimal) or not path or path.startswith(_PROSE) or field_of(path).kind != "rate":
        return cell.text
    return percent(cell.value, 4) if abs(cell.value) <= 2 else cell.text


def _trim(table: Table) -> None:
    """Take off the blank rows and columns at the edges of a table that stands in a sheet."""
    if not table.name:
        return
    while table.rows and not any(cell.text.strip() for cell in table.rows[0]):
        del table.rows[0]
    while table.rows and not any(cell.text.strip() or cell.goes_on for cell in table.rows[-1]):
        del table.rows[-1]
    used = {
        column
        for row in table.rows
        for cell in row
        if cell.text.strip() or cell.paths
        for column in range(cell.column, cell.column + cell.span)
    }
    first, last = min(used, default=0), max(used, default=0)
    for row in table.rows:
        row[:] = [
            replace(cell, column=cell.column - first) for cell in row if first <= cell.column and cell.column <= last
        ]


def _read(filing: Filing, blocks: Iterable[Line | Prose | Table]) -> dict[str, str]:
    out: dict[str, str] = {}
    for block in blocks:
        paths = block.paths if isinstance(block, Line) else ()
        if isinstance(block, Table):
            paths = [path for row in block.rows for cell in row for path in cell.paths]
        out |= {path: _said(filing, path) for path in paths}
    return out


def _said(filing: Filing, path: str) -> str:
    """Return what a filing says in a field, as text: what tells whether it was changed."""
    if path.startswith(_PROSE):
        return "\n".join(_paragraphs(filing, path))
    if path == "unit":
        return unit_key(filing.owner)
    try:
        value = filing.get(path)
    except KeyError:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    words = filing.unread.get(path, "") if value is None else str(value)
    if path.endswith(".level1") and words in filing.class_weights:
        words += f"={plain(filing.class_weights[words])}"
    return words


def _paragraphs(filing: Filing, path: str) -> list[str]:
    first, _, count = path.removeprefix(_PROSE).partition(":")
    return filing.narrative[int(first) : int(first) + int(count)]


# --- giving it back ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Page:
    """A table as it is given back: the lines above and below it, its cells, the widths of its columns (in any measure)."""

    name: str
    above: list[str]
    below: list[str]
    plan: Plan
    widths: list[float]

    @property
    def title(self) -> range:
        """Return which of the lines above are the title: those from 附件n on to the last that ends as titles do."""
        last = next((i for i in reversed(range(len(self.above))) if _TITLE.search(self.above[i])), -1)
        mark = next((i for i in reversed(range(max(0, last))) if MARK.fullmatch(self.above[i])), last - 1)
        return range(mark + 1, last + 1) if last >= 0 else range(0)


def pages(filing: Filing) -> list[Prose | Line | Page]:
    """Return what a filing's own form prints, in its order: paragraphs of the running text, lines among them, and tables.

    [] where the filing has none, or holds by now what has no place in it: then the form's layout draws it. A form of prose has
    no layout: where its table is not known any more it is put together from the running text.
    """
    held = unpack(filing.original) if filing.original else None
    if held is None and (own := form(filing.form)).id == filing.form and own.kind == "prose":
        return [_table_of_prose(filing, own)]
    if held is None or not any(isinstance(block, Table) for block in held.blocks) or not _covers(filing, held):
        return []
    out: list[Prose | Line | Page] = []
    above: list[str] = []
    prosy = any(path.startswith(_PROSE) for path in held.read)  # what stands around the table is its title
    for block in held.blocks:
        if isinstance(block, Table):
            plan = _plan(list(_rows(block, filing, held)))
            out.append(Page(block.name, above, [], plan, _widths(block, plan)))
            above = []
        elif isinstance(block, Line):
            words = _signed_now(_now(block.text, block.paths, filing, held), filing, held)
            last = out[-1] if out else None
            if block.side == BELOW and isinstance(last, Page) and not above:
                last.below.append(words)
            else:
                above.append(words)
        elif prosy or _between(above, filing, block.index):
            above.append(filing.narrative[block.index])
        else:
            out += [Line(words, ABOVE) for words in above]
            above = []
            out += [block] if block.index < len(filing.narrative) else []
    if out and isinstance(out[-1], Page):
        out[-1].below += above  # what stood over no table any more
    else:
        out += [Line(words, BELOW) for words in above]
    told = max((block.index for block in held.blocks if isinstance(block, Prose)), default=-1)
    return out if prosy else _with_new_prose(out, filing, told)


def _table_of_prose(filing: Filing, own: Form) -> Page:
    """Return a table with a label on the left and its paragraphs on the right, from the running text that was read from one."""
    values = [(own.data["cells"][path], _shown_words(filing, path)) for path in own.data["cells"]]
    rows: list[tuple[str, list[str]]] = [
        (labels[0], [_amount_words(value, "", "") if isinstance(value, Decimal) else value])
        for labels, value in values
        if value
    ]
    known = {key(label) for label in (*own.recognised_by, *own.data["prose"]["targets"])}
    above: list[str] = []
    count = len(rows)
    for words in filing.narrative:
        if key(words) in known:
            rows.append((words, []))
        elif len(rows) > count:
            rows[-1][1].append(words)
        else:
            above.append(words)
    printed = [[Printed(0, 1, label), Printed(1, 1, "\n".join(said), paths=[_PROSE])] for label, said in rows]
    return Page("", above, [], _plan(printed), [15.0, ACROSS - 15.0])


def _between(above: Sequence[str], filing: Filing, index: int) -> bool:
    """Return whether a short paragraph stands between a table's title and the table (单位名称：…)."""
    short = index < len(filing.narrative) and len(filing.narrative[index]) <= 60
    return short and any(_TITLE.search(words) for words in above)


def _with_new_prose(out: list[Prose | Line | Page], filing: Filing, last: int) -> list[Prose | Line | Page]:
    """Return what is printed with the paragraphs that were added since the `last` one behind the running text."""
    told = [index for index, entry in enumerate(out) if isinstance(entry, Prose)]
    if not told:
        return out
    return [*out[: told[-1] + 1], *map(Prose, range(last + 1, len(filing.narrative))), *out[told[-1] + 1 :]]


def _covers(filing: Filing, held: Original) -> bool:
    """Return whether every value that was entered has a place in the form as it was handed in, or a row like it has."""
    if any(path.startswith(_PROSE) for path in held.read):
        return True  # its figures stand in the prose
    known = {pattern_of(path) for path in held.read}
    lists = {path.partition("[")[0] for path in held.read if "[" in path}
    for path in filing.paths():
        name = path.partition("[")[0].partition(".")[0]
        computed = field_of(path).derived or path.endswith("weight") or name in ("signature", "year", "unit")
        there = path in held.read if "[" not in path else name in lists and pattern_of(path) in known
        if not computed and not there and not path.endswith(_LEVEL) and filing.get(path) not in (None, ""):
            return False
    return True


def _rows(table: Table, filing: Filing, held: Original) -> Iterator[list[Printed]]:
    """Yield the rows as they are now: those of lists in the filing's order, new ones behind the one before them."""
    moves = {name: _moved(name, filing, held) for name in ROW_NAMES}
    fresh: dict[tuple[str, int], list[int]] = {
        (name, after): added for name, (_, new) in moves.items() for after, added in new.items()
    }
    orphans: list[Printed] = []
    for row in table.rows:
        name, index = _list_row(row)
        kept = moves[name][0].get(index, -1) if name else 0
        if name and kept < 0:
            orphans += [cell for cell in row if not cell.goes_on and cell.text and not _belongs(cell, name)]
            continue
        made = [_renumbered(cell, name, index, kept) for cell in row]
        made = [_inherited(cell, orphans) for cell in made]
        orphans = []
        yield [replace(cell, text=_now(cell.text, cell.paths, filing, held, index, kept)) for cell in made]
        for number_of_row in fresh.pop((name, index), ()) if name else ():
            yield [_blank_row(cell, name, index, number_of_row, filing) for cell in row]


def _list_row(row: Sequence[Printed]) -> tuple[str, int]:
    """Return of which list's row this is ("" : of none), and which."""
    for cell in row:
        for path in cell.paths:
            found = _ROW.match(path)
            if found and not path.endswith(_LEVEL):
                return found[1], int(found[2])
    return "", 0


def _belongs(cell: Printed, name: str) -> bool:
    return any(path.startswith(f"{name}[") and not path.endswith(_LEVEL) for path in cell.paths)


def _inherited(cell: Printed, orphans: Sequence[Printed]) -> Printed:
    """Return a cell that went on with one in a row that is gone as the first of its kind."""
    if not cell.goes_on:
        return cell
    lost = next((orphan for orphan in orphans if orphan.column == cell.column), None)
    return replace(cell, text=lost.text, goes_on=False, paths=[]) if lost else cell


def _renumbered(cell: Printed, name: str, index: int, kept: int) -> Printed:
    if not name or index == kept:
        return cell
    return replace(cell, paths=[path.replace(f"{name}[{index}]", f"{name}[{kept}]") for path in cell.paths])


def _blank_row(cell: Printed, name: str, index: int, added: int, filing: Filing) -> Printed:
    """Return a cell of a new row, in the shape of the row before it."""
    if not _belongs(cell, name):
        return replace(cell, text="", goes_on=bool(cell.text) or cell.goes_on, paths=[])
    paths = [path.replace(f"{name}[{index}]", f"{name}[{added}]") for path in cell.paths]
    return replace(cell, text=_fresh(filing, paths[0]), paths=paths)


def _fresh(filing: Filing, path: str) -> str:
    value = _shown_words(filing, path)
    return _amount_words(value, "", path) if isinstance(value, Decimal) else value or ""


def _moved(name: str, filing: Filing, held: Original) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return where a list's rows stand now (old number → new), and which are new behind which (old number → new ones)."""
    own = ROW_NAMES[name]
    numbers = {int(found[2]) for path in held.read if (found := _ROW.match(path)) and found[1] == name}
    before = [held.read.get(f"{name}[{index}].{own}", "") for index in range(max(numbers, default=-1) + 1)]
    now = [str(getattr(row, own) or "") if own else "" for row in getattr(filing, name)]
    if len(before) == len(now):
        return dict(enumerate(range(len(now)))), {}
    places: dict[int, int] = {}
    fresh: dict[int, list[int]] = {}
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        both = min(i2 - i1, j2 - j1) if kind in ("equal", "replace") else 0
        places |= {i1 + step: j1 + step for step in range(both)}
        if j2 - j1 > both:
            fresh.setdefault(max(0, i1 + both - 1), []).extend(range(j1 + both, j2))
    return places, fresh


def _now(text: str, paths: Sequence[str], filing: Filing, held: Original, index: int = 0, kept: int = 0) -> str:
    """Return words as printed, with nothing changed but the fields in them that say something else by now."""
    for path in paths:
        found = _ROW.match(path)
        was = path.replace(f"[{kept}]", f"[{index}]", 1) if found and index != kept else path
        before, now = held.read.get(was, ""), _said(filing, path)
        if before != now:
            text = _changed(text, path, before, filing)
    return text


def _changed(text: str, path: str, before: str, filing: Filing) -> str:
    """Return words with a field's value in the place of what was read there."""
    if path.startswith(_PROSE):
        return "\n".join(_paragraphs(filing, path))
    value = _shown_words(filing, path)
    if isinstance(value, Decimal) or field_of(path).is_number:
        return _figure_changed(text, path, before, value)
    words = value or ""
    if path.endswith(".level1"):
        points = filing.class_weights.get(words)
        return words if points is None else f"{words}（{plain(points)}分）"
    if before and before in text and path != "unit":
        return text.replace(before, words, 1)
    label = re.match(r"[^:：]{1,30}[:：]", text) if path == "unit" else None
    return f"{label[0]}{words}" if label else words


def _signed_now(text: str, filing: Filing, held: Original) -> str:
    """Return a line with what was signed since behind its labels, which stood there alone."""
    for name, label in _SIGNED.items():
        words = filing.get(f"signature.{name}") if f"signature.{name}" not in held.read else None
        found = re.search(rf"{label}\s*[:：]", text) if words else None
        if found:
            text = f"{text[: found.end()]}{words}{text[found.end() :]}"
    return text


def _shown_words(filing: Filing, path: str) -> Any:
    """Return what a field prints: a number, or words as this form parts them."""
    if path == "unit":
        return filing.owner
    value = filing.get(path)
    if value is None:
        return filing.unread.get(path)
    if path.startswith("indicators[") and path.endswith((".target", ".actual")):
        row = filing.indicators[int(path[len("indicators[") : path.index("]")])]
        return parted(row)[int(path.endswith(".actual"))] if row.nature or row.measure else value
    return value


def _figure_changed(text: str, path: str, before: str, value: Any) -> str:
    words = value if isinstance(value, str) else ""
    for found in _FIGURE.finditer(text):
        if _same(found[0], path, before):
            words = words or (_amount_words(value, found[0], path) if isinstance(value, Decimal) else "")
            return f"{text[: found.start()]}{words}{text[found.end() :]}"
    words = words or (_amount_words(value, "", path) if isinstance(value, Decimal) else "")
    label = re.match(r"\s*(?:其中[:：])?[^:：]*[:：]", text)
    return f"{label[0]}{words}" if label else words


def _same(words: str, path: str, before: str) -> bool:
    try:
        value = number(words, kind=field_of(path).kind)
    except Unreadable:
        return False
    return value is not None and plain(value) == before


def _amount_words(value: Decimal, like: str, path: str) -> str:
    """Return a number as the cell printed the one before it: as percent, and with no fewer decimals."""
    rate = like.endswith("%") or (not like and bool(path) and field_of(path).kind == "rate")
    shown = value * 100 if rate else value
    places = len(like.rstrip("%").partition(".")[2])
    exponent = shown.normalize().as_tuple().exponent
    own = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{shown:.{max(places, min(own, 4))}f}{'%' if rate else ''}"


def _plan(rows: Sequence[Sequence[Printed]]) -> Plan:
    """Return the cells of a table; those that go on with the one above are one cell with it."""
    out = Plan(height=len(rows))
    above: dict[int, Spot] = {}
    for index, row in enumerate(rows):
        heads = {path for cell in row for path in cell.paths if path.startswith(("expenses.", "project_lines["))}
        for cell in row:
            spot = above.get(cell.column)
            if cell.goes_on and spot is not None and spot.last == cell.column + cell.span - 1:
                spot.bottom = index
            else:
                spot = _spot(cell, index, bool(heads))
                out.spots.append(spot)
            above |= dict.fromkeys(range(cell.column, cell.column + cell.span), spot)
        if any(path.endswith("[0].level3") for cell in row for path in cell.paths):
            out.head = index - 1
    return out


def _spot(cell: Printed, row: int, in_expenses: bool) -> Spot:
    path = next((path for path in cell.paths if not path.startswith(_PROSE)), "")
    worded = is_left(path) or any(path.startswith(_PROSE) for path in cell.paths)
    label = in_expenses and cell.column == 0
    inline = bool(re.search(r"[:：]\s*[\d.,]*\s*$", cell.text)) and cell.span > 1
    left = worded or label or inline or len(cell.text) > 60
    return Spot(
        row, row, cell.column, cell.column + cell.span - 1, cell.text, asked=path, align="left" if left else "center"
    )


def _widths(table: Table, plan: Plan) -> list[float]:
    """Return the widths of the columns: as the file says, else so that the rows stay low."""
    count = max((spot.last for spot in plan.spots), default=0) + 1
    told = len(table.widths) == count and all(width > 0 for width in table.widths)
    if told and (count < 3 or max(table.widths) > 1.05 * min(table.widths)):  # converters make all alike
        return list(table.widths)
    return _fitted(plan, count)


ACROSS = 95.0  # characters that a page holds across
_STEP = 2.5


def _fitted(plan: Plan, count: int) -> list[float]:
    """Return widths in characters: what a figure or a short word needs, then step by step where it saves most lines."""
    cells = [(spot, [_length(line) for line in spot.text.split("\n")]) for spot in plan.spots if spot.text.strip()]
    widths = [5.0] * count
    for spot, lengths in cells:
        if spot.first == spot.last and (max(lengths) <= 8 or _FIGURE.fullmatch(spot.text.strip())):
            widths[spot.first] = max(widths[spot.first], max(lengths) + 1.5)
    over = sum(widths) / ACROSS
    if over >= 1:
        return [width / over for width in widths]
    holding = [[entry for entry in cells if entry[0].first <= column <= entry[0].last] for column in range(count)]
    heights = [_lines(spot, lengths, widths) for spot, lengths in cells]
    high = {id(spot): lines for (spot, _), lines in zip(cells, heights, strict=True)}
    while sum(widths) + _STEP <= ACROSS:
        best, saved = -1, 0.0
        for column in range(count):
            widths[column] += _STEP
            gain = sum((high[id(s)] - _lines(s, n, widths)) * min(4, high[id(s)]) for s, n in holding[column])
            widths[column] -= _STEP
            if gain > saved:
                best, saved = column, gain
        if best < 0:
            break
        widths[best] += _STEP
        for spot, lengths in holding[best]:
            high[id(spot)] = _lines(spot, lengths, widths)
    rest = (ACROSS - sum(widths)) / count
    return [width + rest for width in widths]


def _length(line: str) -> int:
    return sum(2 if char > "\u2e80" or char in "“”‘’…—≥≤" else 1 for char in line)


def _lines(spot: Spot, lengths: Sequence[int], widths: Sequence[float]) -> float:
    room = max(2, int(sum(widths[spot.first : spot.last + 1])) - 1)
    return sum(max(1, -(-length // room)) for length in lengths)
