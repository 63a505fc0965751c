"""A bureau's own template: which field of the form stands in which cell, and a department's figures put into them.

The fields are found by the reader itself: it reads the template as if a department had handed it in, first as it is, then
with a mark in every cell that may be one for filling in, and where a mark comes out is where the field stands. So a template
may have any layout of the labels that the reader knows. Filling patches the cells and copies every other part as it is.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook import patterns as re
from workbook.derive import Derived
from workbook.forms import Form, matches
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, squeeze
from workbook.forms.tables import extract
from workbook.model.edits import Block, Edits, Formula
from workbook.model.edits import Cell as Value
from workbook.model.fields import FIELDS, PARTS, field_of
from workbook.model.figures import percent
from workbook.model.filing import Filing
from workbook.ooxml import address, bounds
from workbook.writers.package import MAIN, Package, PackageError, Receipt, apply

FIRST_MARK = 7_100_000_000_000
_MARK = re.compile(r"71\d{11}")
_PLACEHOLDER = re.compile(r"[\s.…·。\-—_]*")
_COLON = re.compile(r"[:：](?=\s*(?:\S{2,12}[:：]|$))")
_PERCENT_FORMATS = {9, 10}
ROWS = ("project_lines", "buildings", "indicators")
_PART_OF = {name: part for part, names in PARTS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell for filling in: sheet, 1-based row and column.

    Where the value goes behind a colon within the cell's own words, `words` are these and `offset` where it goes (else -1).
    `formula` is the formula that stands there, `percent` whether the cell shows a fraction as percent.
    """

    sheet: str
    row: int
    column: int
    words: str = ""
    offset: int = -1
    formula: str = ""
    percent: bool = False

    @property
    def cell(self) -> str:
        """Return the address as the sheet names it: "C5"."""
        return address(self.row, self.column)


@dataclass(slots=True)
class Template:
    """A template as found out: the form, where each field stands, and the rows for lists, each a table of members.

    `grids` are its sheets as they are, `classes` the classes printed beside each row of indicators (level1, level2; ""
    where they are to be filled in).
    """

    path: Path
    form: Form
    spots: dict[str, Spot] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Spot]]] = field(default_factory=dict)
    classes: list[tuple[str, str]] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    @property
    def parts(self) -> list[str]:
        """Return which parts of the form the template has: 附件2, 附件3."""
        heads = {
            _PART_OF.get(path.partition(".")[0]) for path in (*self.spots, *(n for n, r in self.rows.items() if r))
        }
        return [part for part in PARTS if part in heads]

    @property
    def missing(self) -> list[str]:
        """Return the fields (as in the table of fields) of the template's parts that stand nowhere in it."""
        out = [] if "unit" in self.spots else ["unit"]
        for entry in FIELDS:
            head = entry.path.partition(".")[0]
            name = head.removesuffix("[]")
            asked = _PART_OF.get(name) in self.parts and not entry.local  # not every place's form has the local ones
            if asked and not self._has(entry.path, name, head.endswith("[]")):
                out.append(entry.path)
        return out

    def _has(self, path: str, name: str, listed: bool) -> bool:
        if not listed:
            return path in self.spots
        member, rows = path.partition(".")[2], self.rows.get(name, [])
        place = {"level1": 0, "level2": 1}.get(member) if name == "indicators" else None
        printed = place is not None and bool(self.classes) and all(classes[place] for classes in self.classes)
        return printed or any(member in row for row in rows)


class TemplateError(PackageError):
    """A template that cannot be used, or not for this department; the message is a Chinese sentence with the remedy."""


# --- finding out ------------------------------------------------------------------------------------------------------


def survey(path: Path) -> Template:
    """Return where the fields stand in a template; raise TemplateError where it is no form that is known."""
    try:
        with zipfile.ZipFile(path) as source:
            package = Package(source)
            strings, percents = _shared_strings(package), _percent_styles(package)
            sheets = [_Sheet(package, name, strings, percents) for name in package.sheets]
    except zipfile.BadZipFile as error:
        raise TemplateError(f"「{path.name}」不是 .xlsx 或 .xlsm，请用 Excel 另存为 .xlsx 再试") from error
    except FileNotFoundError as error:
        raise TemplateError(f"找不到模板「{path}」，请检查路径") from error
    grids = [sheet.grid for sheet in sheets if sheet.grid.rows]
    best = next((match for match in matches(Document(path.stem, list(grids))) if match.fits), None)
    if best is None:
        raise TemplateError(f"「{path.name}」里没有找到附件2、附件3 的栏目名称，不能用作模板")
    return _Finder(path, best.form, sheets).run()


class _Sheet:
    """One sheet of a template as a grid, with the formulas and formats of its cells."""

    def __init__(self, package: Package, name: str, strings: Sequence[str], percents: set[int]) -> None:
        self.grid = Grid(name, is_sheet=True)
        self.formulas: dict[tuple[int, int], str] = {}
        self.styles: dict[tuple[int, int], int] = {}
        self.percents = percents
        patch = package.sheet(name)
        spans, covered = _merged(patch.root)
        for number in sorted(patch.rows):
            self.grid.rows.append(
                [
                    self._cell(cell, number, column, spans.get((number, column), 1), strings)
                    for column, cell in sorted(patch.numbered(number).items())
                    if (number, column) not in covered
                ]
            )

    def _cell(self, cell: Any, row: int, column: int, span: int, strings: Sequence[str]) -> Cell:
        formula = cell.find(f"{MAIN}f")
        if formula is not None:
            self.formulas[row, column] = formula.text or ""
            return Cell("", row, column, span)  # what it computes of a blank form is nothing
        self.styles[row, column] = int(cell.get("s") or 0)
        words = "".join(cell.itertext(f"{MAIN}t", f"{MAIN}v"))
        if cell.get("t") == "s":
            words = strings[int(words)] if words.isdigit() and int(words) < len(strings) else ""
        return Cell(words, row, column, span)


def _merged(root: Any) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    """Return the columns that merged cells span, and the cells that they cover."""
    spans: dict[tuple[int, int], int] = {}
    covered: set[tuple[int, int]] = set()
    for entry in root.iter(f"{MAIN}mergeCell"):
        top, left, bottom, right = bounds(str(entry.get("ref")))
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            continue
        spans[top, left] = right - left + 1
        covered |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        covered.discard((top, left))
    return spans, covered


def _shared_strings(package: Package) -> list[str]:
    root = package.other("xl/sharedStrings.xml")
    if root is None:
        return []
    return ["".join(entry.itertext(f"{MAIN}t")) for entry in root.iterchildren(f"{MAIN}si")]


def _percent_styles(package: Package) -> set[int]:
    """Return the numbers of the cell formats that show a fraction as percent."""
    root = package.other("xl/styles.xml")
    if root is None:
        return set()
    own = {int(entry.get("numFmtId")) for entry in root.iter(f"{MAIN}numFmt") if "%" in str(entry.get("formatCode"))}
    formats = root.find(f"{MAIN}cellXfs")
    kinds = [int(entry.get("numFmtId") or 0) for entry in formats] if formats is not None else []
    return {index for index, kind in enumerate(kinds) if kind in own | _PERCENT_FORMATS}


class _Finder:
    """The search for the fields of one template."""

    def __init__(self, path: Path, form: Form, sheets: Sequence[_Sheet]) -> None:
        self.out = Template(path, form, grids=[sheet.grid for sheet in sheets])
        self.form, self.sheets = form, sheets
        self.marks: dict[str, Spot] = {}
        self.by_name = {sheet.grid.name: sheet for sheet in sheets}

    def run(self) -> Template:
        """Return what was found: cells that the reader takes as they are, then those where a mark comes out."""
        plain = self._read([sheet.grid for sheet in self.sheets])
        for path, place in plain.places.items():
            row, column, _, _ = bounds(place.cell or "A1")
            if not _PLACEHOLDER.fullmatch(place.text) and plain.get(path) is None:
                continue  # the words of a label
            if "[" not in path and place.cell:
                self._keep(path, self._spot(place.sheet, row, column))
        self._take(self._read([self._marked(sheet.grid) for sheet in self.sheets]))
        if self._unfound():
            self._take(self._read([self._behind_colons(sheet.grid) for sheet in self.sheets]))
        return self.out

    def _unfound(self) -> bool:
        """Return whether a field that may stand behind a colon within a cell has not been found."""
        inline = ("unit", "income", "outlay", "signature")
        paths = [entry.path for entry in FIELDS if entry.path.partition(".")[0] in inline and not entry.local]
        return not all(path in self.out.spots for path in paths)

    def _read(self, grids: list[Grid]) -> Filing:
        found = extract(Document(self.out.path.stem, [grid for grid in grids if grid.rows]), self.form)
        return found[0] if found else Filing()

    def _keep(self, path: str, spot: Spot) -> None:
        if path in self.out.spots or spot in self.out.spots.values():
            return
        self.out.spots[path] = spot

    def _spot(self, name: str, row: int, column: int) -> Spot:
        sheet = self.by_name[name]
        style = sheet.styles.get((row, column), 0)
        formula = sheet.formulas.get((row, column), "")
        return Spot(name, row, column, formula=formula, percent=style in sheet.percents)

    # --- marks --------------------------------------------------------------------------------------------------------

    def _marked(self, grid: Grid) -> Grid:
        """Return a sheet with a mark in each blank cell of the rows whose cells the reader does not take by themselves."""
        out = Grid(grid.name, is_sheet=True)
        listing = False
        for row in grid.rows:
            heads = {self.form.field("indicators", cell.text) for cell in row if not _blank(cell)}
            if {"level3", "target"} <= heads:
                listing = True
                out.rows.append(row)
                continue
            filled = [cell for cell in row if cell.text.strip()]
            totals = self.form.table("total")
            listing = listing and not (filled and any(key(cell.text) in totals for cell in filled))
            open_row = listing or self._is_open(filled)
            out.rows.append([self._mark(grid, cell) if open_row and _blank(cell) else cell for cell in row])
        return out

    def _is_open(self, filled: Sequence[Cell]) -> bool:
        """Return whether a row is blank, or has labels that take their value behind a colon or in the next cell."""
        if all(_blank(cell) for cell in filled):
            return True
        return any(squeeze(cell.text).endswith(":") or self.form.field("unit", cell.text) for cell in filled)

    def _mark(self, grid: Grid, cell: Cell) -> Cell:
        mark = str(FIRST_MARK + len(self.marks))
        self.marks[mark] = self._spot(grid.name, cell.row, cell.column)
        return replace(cell, text=mark, value=Decimal(mark))

    def _behind_colons(self, grid: Grid) -> Grid:
        """Return a sheet with a mark behind each colon that no value follows in its cell."""
        taken = {(spot.sheet, spot.row) for path, spot in self.out.spots.items()}
        out = Grid(grid.name, is_sheet=True)
        for row in grid.rows:
            out.rows.append(
                [cell if (grid.name, cell.row) in taken and len(row) > 1 else self._colons(grid, cell) for cell in row]
            )
        return out

    def _colons(self, grid: Grid, cell: Cell) -> Cell:
        words, shift = cell.text, 0
        for found in _COLON.finditer(cell.text):
            mark = str(FIRST_MARK + len(self.marks))
            spot = self._spot(grid.name, cell.row, cell.column)
            self.marks[mark] = replace(spot, words=cell.text, offset=found.end())
            words = f"{words[: found.end() + shift]}{mark}{words[found.end() + shift :]}"
            shift += len(mark)
        return replace(cell, text=words) if shift else cell

    def _take(self, filing: Filing) -> None:
        """Keep the spots whose marks the reader took for fields."""
        for path in filing.paths():
            spot = self._of_mark(filing, path)
            if spot is None:
                continue
            if "[" not in path:
                self._keep(path, spot)
                continue
            name, number = path.partition("[")[0], int(path.partition("[")[2].partition("]")[0])
            rows = self.out.rows.setdefault(name, [])
            while len(rows) <= number:
                rows.append({})
            rows[number].setdefault(path.partition("].")[2], spot)
        if filing.indicators and not self.out.classes:
            self.out.classes = [(_printed(row.level1), _printed(row.level2)) for row in filing.indicators]

    def _of_mark(self, filing: Filing, path: str) -> Spot | None:
        place, value = filing.places.get(path), filing.get(path)
        if place is None or value is None:
            return None
        texts = (place.text, str(value)) if not isinstance(value, Decimal) else (place.text, f"{value:f}")
        for words in (texts[1], texts[0]):
            found = _MARK.search(words)
            if found and found[0] in self.marks:
                return self.marks[found[0]]
        return None


def _blank(cell: Cell) -> bool:
    return bool(_PLACEHOLDER.fullmatch(cell.text))


def _printed(words: str | None) -> str:
    return "" if words is None or _MARK.search(words) else words


# --- filling ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Filled:
    """What a fill did: the receipt, and what was left as it is because a formula of the template stands there."""

    receipt: Receipt
    kept_formulas: list[str] = field(default_factory=list)


def fill(template: Template, filing: Filing, derived: Derived, target: Path) -> Filled:
    """Fill a copy of the template with a department's figures; raise TemplateError where something has no place in it."""
    filler = _Filler(template, filing, derived)
    edits = filler.edits()
    receipt = apply(template.path, edits, target)
    return Filled(receipt, filler.kept)


def cells_for(template: Template, filing: Filing, derived: Derived) -> Edits:
    """Return the cells that a department's figures fill, for whoever writes them otherwise than `fill` (the benchmarks hold ours
    against openpyxl by them); raise TemplateError where something has no place.
    """
    return _Filler(template, filing, derived).edits()


class _Filler:
    """The cells that one department fills in a template."""

    def __init__(self, template: Template, filing: Filing, derived: Derived) -> None:
        self.template, self.filing, self.derived = template, filing, derived
        self.cells: dict[tuple[str, int, int], Value] = {}
        self.inline: dict[tuple[str, int, int], tuple[str, list[tuple[int, str]]]] = {}
        self.kept: list[str] = []
        self.rows: dict[str, list[dict[str, Spot] | None]] = {}

    def edits(self) -> Edits:
        """Return the cells to write; raise TemplateError where a value has none."""
        targets = dict(self._targets())
        lacking = self._lacking()
        for path in self.filing.paths():
            value = self._value(path)
            spot = targets.get(path)
            if spot is not None:
                self._put(spot, path, value)
            elif value is not None and self._must_stand(path):
                lacking.append(self.filing.label(path))
        if lacking:
            more = "……" if len(lacking) > 10 else ""
            raise TemplateError(
                f"模板「{self.template.path.name}」放不下「{self.filing.unit}」的：{'、'.join(lacking[:10])}{more}；"
                "请在模板里补上这些栏目或行，再导出"
            )
        for (sheet, row, column), (words, values) in self.inline.items():
            for offset, text in sorted(values, reverse=True):
                words = f"{words[:offset]}{text}{words[offset:]}"
            self.cells[sheet, row, column] = words
        return Edits([Block(sheet, row, column, ((value,),)) for (sheet, row, column), value in self.cells.items()])

    def _must_stand(self, path: str) -> bool:
        """Return whether a value of the filing may not be left out: its part of the form is there, and no row is wanting."""
        name, _, rest = path.partition("[")
        if name == "indicators" and path.endswith(("level1", "level2")):
            return False  # printed beside the row
        if rest and self._rows(name)[int(rest.partition("]")[0])] is None:
            return False  # said for the whole row
        return _PART_OF.get(name.partition(".")[0]) in self.template.parts

    def _lacking(self) -> list[str]:
        """Return which rows are wanting, in words."""
        out: dict[str, int] = {}
        for name in ROWS:
            for index, row in enumerate(self._rows(name)):
                if row is None and _PART_OF[name] in self.template.parts:
                    kind = self.filing.indicators[index].level2 if name == "indicators" else None
                    words = (
                        kind or {"indicators": "绩效指标", "project_lines": "项目明细", "buildings": "楼堂馆所"}[name]
                    )
                    out[words] = out.get(words, 0) + 1
        return [f"{words} {count} 行" for words, count in out.items()]

    def _targets(self) -> Iterator[tuple[str, Spot]]:
        """Yield every field of this filing that has a cell in the template."""
        yield from self.template.spots.items()
        for name in ROWS:
            for index, row in enumerate(self._rows(name)):
                for member, spot in (row or {}).items():
                    yield f"{name}[{index}].{member}", spot

    def _rows(self, name: str) -> list[dict[str, Spot] | None]:
        """Return the template's row for each row of the filing, None where there is none left."""
        if name not in self.rows:
            self.rows[name] = self._rows_of(name)
        return self.rows[name]

    def _rows_of(self, name: str) -> list[dict[str, Spot] | None]:
        rows = self.template.rows.get(name, [])
        if name != "indicators":
            return [*rows, *[None] * len(getattr(self.filing, name))][: len(getattr(self.filing, name))]
        free = list(range(len(rows)))
        out: list[dict[str, Spot] | None] = []
        for indicator in self.filing.indicators:
            wanted = (squeeze(indicator.level1 or ""), squeeze(indicator.level2 or ""))
            place = next((index for index in free if self._fits(index, wanted)), None)
            out.append(None if place is None else rows[place])
            if place is not None:
                free.remove(place)
        return out

    def _fits(self, index: int, wanted: tuple[str, str]) -> bool:
        printed = self.template.classes[index] if index < len(self.template.classes) else ("", "")
        return all(not words or squeeze(words) == own for words, own in zip(printed, wanted, strict=True))

    def _value(self, path: str) -> Any:
        """Return what is written: what was entered, the words that stood there, else what is computed."""
        value = self.filing.get(path)
        if value is None:
            value = self.filing.unread.get(path)
        return self.derived.at(path) if value is None and field_of(path).derived else value

    def _put(self, spot: Spot, path: str, value: Any) -> None:
        place = (spot.sheet, spot.row, spot.column)
        if spot.offset >= 0:
            if value is not None:
                _, values = self.inline.setdefault(place, (spot.words, []))
                values.append((spot.offset, self._words(path, value)))
            return
        if spot.formula:
            computed = self.derived.at(path) if field_of(path).derived else None
            shown = computed if computed is not None else value if isinstance(value, Decimal) else None
            if value is not None and computed is not None and value != computed:
                entered, formula = self._words(path, value), self._words(path, computed)
                self.kept.append(
                    f"{spot.sheet}!{spot.cell} {self.filing.label(path)}填报 {entered}，模板的公式得 {formula}"
                )
            self.cells[place] = Formula(spot.formula, shown)
            return
        rate = field_of(path).kind == "rate" and isinstance(value, Decimal)
        self.cells[place] = percent(value, 4) if rate and not spot.percent else value

    def _words(self, path: str, value: Any) -> str:
        if not isinstance(value, Decimal):
            return str(value)
        return percent(value, 4) if field_of(path).kind == "rate" else f"{value:f}"


def report(template: Template) -> Iterator[tuple[str, str, str]]:
    """Yield a row for each field of the template's parts: what the form calls it, the cell ("" where none), the label there."""
    yield _line(template, "unit", template.spots.get("unit"))
    for entry in FIELDS:
        if entry.local and entry.path not in template.spots:
            continue
        name, _, member = entry.path.partition(".")
        if _PART_OF.get(name.removesuffix("[]"), "" if name == "signature" else None) not in ("", *template.parts):
            continue
        if name == "indicators[]" and member in ("level1", "level2") and f"{name}.{member}" not in template.missing:
            place = ("level1", "level2").index(member)
            if all(classes[place] for classes in template.classes):
                yield (
                    field_of(entry.path).label,
                    "模板已印好",
                    "、".join(dict.fromkeys(c[place] for c in template.classes)),
                )
                continue
        if not name.endswith("[]"):
            yield _line(template, entry.path, template.spots.get(entry.path))
            continue
        rows = [row[member] for row in template.rows.get(name[:-2], []) if member in row]
        label, cell, words = _line(template, entry.path, rows[0] if rows else None)
        more = f"（共 {len(rows)} 行）" if rows else ""
        yield label, f"{cell}{more}", words


def _line(template: Template, path: str, spot: Spot | None) -> tuple[str, str, str]:
    if spot is None:
        return field_of(path).label, "", ""
    return field_of(path).label, f"{spot.sheet}!{spot.cell}", _label(template, spot)


def _label(template: Template, spot: Spot) -> str:
    """Return the printed words beside and above a cell, or those in it."""
    if spot.offset >= 0:
        return squeeze(spot.words)[:20]
    grid = next(grid for grid in template.grids if grid.name == spot.sheet)
    cells = [cell for row in grid.rows for cell in row if cell.row <= spot.row and not _blank(cell)]
    beside = [cell for cell in cells if cell.row == spot.row and cell.column < spot.column]
    above = [cell for cell in cells if cell.row < spot.row and cell.column <= spot.column <= cell.last]
    return "／".join(squeeze(found[-1].text)[:20] for found in (beside, above) if found)
