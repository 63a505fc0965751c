"""One cell into one field: where it stands, what unit of money holds, and what the walk over the tables has in hand."""

from decimal import Decimal

from workbook import patterns as re
from workbook.forms import Form
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import squeeze
from workbook.forms.original.recorder import Recorder
from workbook.forms.tables.heads import Head
from workbook.model.fields import field_of
from workbook.model.filing import Filing, Place
from workbook.model.quantity import MONEY, Unreadable, does_not_apply, is_blank, number

_MEASURE_SAID = re.compile(r"单位:(?:人民币)?(元|千元|万元|亿元)(?![^\W\d_])")
_MEASURE_OF_COLUMN = re.compile(r"\((?:单位:)?(元|千元|万元|亿元)\)")
# what a row must name to be the heading of a section; a form may say otherwise in [needs]
_NEEDS: dict[str, list[str]] = {
    "indicators": ["level3", "target|standard|actual", "target|score|weight"],
    "tasks": ["name", "content|done|budget"],
    "funds": ["annual_budget", "executed"],
    "staff": ["authorized", "actual"],
    "buildings": ["approved_area", "actual_area"],
    "goals": ["expected", "actual"],
}
_PERCENT = re.compile(r"\s*[%％]\s*$")
Columns = dict[str, Cell]
RATE_OF = {
    "control_rate": ("actual", "authorized"),
    "execution_rate": ("executed", "annual_budget"),
    "area_control_rate": ("actual_area", "approved_area"),
    "investment_control_rate": ("actual_investment", "budget_investment"),
}


class Cells:
    """What is in hand while tables are read: the filings so far, the section and its columns, and how a cell is taken."""

    def __init__(self, document: Document, form: Form) -> None:
        self.form = form
        self.document = document
        self.filings: list[Filing] = []
        self.parts: set[str] = set()
        self.filing = self._start()
        self.section = ""
        self.columns: Columns = {}
        self.grid = Grid("")
        self.kept = Recorder()
        self.titled = ""
        self.bare_rates: list[tuple[Filing, str, Decimal]] = []
        self.title_years: dict[str, int] = {}
        self.title_unit = ""
        self.titled_units: dict[int, str] = {}  # whose table it is by its title alone
        self.levels: dict[str, str | None] = {}
        self.level_places: dict[str, Place] = {}
        self.filled_classes: dict[tuple[str, str], bool] = {}
        self.in_project = False
        self.seen: dict[int, set[str]] = {}
        self.factor = Decimal(1)
        self.broad = 0
        self.project_mark = ""
        self.lines: dict[int, list[tuple[str, Decimal | None]]] = {}  # sources of money that the form does not have
        self.needs: dict[str, list[str]] = {**_NEEDS, **form.data.get("needs", {})}
        self.understood: dict[str, str] = {}  # heads of columns → the fields that they were taken for, "" for none
        self.summed: Place | None = None  # where the sum of the tasks tells what was executed: no block of money does
        self.below: list[Cell] = []  # the cells of the next row
        self.is_report = True
        self.heads: list[Cell] = []  # the heads of the section that was begun last
        self.in_heads = False  # whether that row belongs to the heads before it
        self.head_table = form.table("heads")
        self.expense_table = form.table("expenses/rows")
        self.colon_table = form.table("colon")

    def _see(self, *paths: str) -> None:
        self.seen.setdefault(id(self.filing), set()).update(paths)

    def _start(self) -> Filing:
        self.parts, self.summed = set(), None
        self.filing = Filing(form=self.form.id, absent=self.form.missing)
        self.filings.append(self.filing)
        return self.filing

    def _enter(self, part: str) -> None:
        """Begin a part of the form; where the filing has that part already, another filing begins."""
        if part in self.parts:
            self._start()
        self.parts.add(part)

    def _fields(self, cells: list[Cell], prefix: str) -> None:
        for name in self.columns:
            cell, path = self._under(cells, name), f"{prefix}.{name}"
            if cell is not None and field_of(path).is_number:
                self._number(path, raw(cell), cell)
            elif cell is not None:
                self._text(path, cell)

    def _under(self, cells: list[Cell], name: str) -> Cell | None:
        heading = self.columns.get(name)
        if heading is None:
            return None
        exact = [cell for cell in cells if cell.column == heading.column]
        if exact:
            return exact[0]
        if not self.grid.aligned:
            return None
        over = [cell for cell in cells if cell.column <= heading.column <= cell.last]
        over = over or [cell for cell in cells if heading.column <= cell.column <= heading.last]
        return over[0] if over else None

    def _field(self, section: str, head: Head) -> str | None:
        """Return the field that the head of a column names, by its words or by those of the head above it as well."""
        whole = self.form.field(section, head.over) if head.over else None
        share = self.form.field(f"{section}/parts", head.cell.text) if whole else None
        if whole and share:
            return whole if share == "whole" else f"{whole}_{share}"
        return next((found for label in head.labels if (found := self.form.field(section, label))), None)

    def _right_of(self, cells: list[Cell], label: Cell) -> Cell | None:
        after = [cell for cell in cells if cell.column > label.column]
        filled = [cell for cell in after if cell.text.strip()]
        return next(iter(filled or after), None)

    def _place(self, cell: Cell) -> Place:
        return self.kept.place(Place(self.grid.name, self.grid.address(cell), cell.text.strip()), cell)

    def _number(self, path: str, raw: object, cell: Cell) -> None:
        self.filing.places[path] = self._place(cell)
        if field_of(path).kind == "rate" and isinstance(raw, Decimal) and abs(raw) > 2:
            self.bare_rates.append((self.filing, path, raw))
        try:
            if field_of(path).kind == "score" and isinstance(raw, str):
                raw = _PERCENT.sub("", raw)  # 权重 of 10% are ten points
            value = number(raw, kind=field_of(path).kind)
            if field_of(path).kind == "amount" and self.factor != 1 and value is not None and not _names_money(cell):
                value *= self.factor
                self._note_factor()
            self.filing.set(path, value)
            self.filing.unread.pop(path, None)
        except Unreadable as error:
            self.filing.set(path, None)
            self.filing.unread[path] = error.text

    def _note_factor(self) -> None:
        words = next(name for name, factor in MONEY.items() if factor == self.factor)
        note = f"{self.grid.name or '表'}注明单位是{words}，金额已折算成万元"
        if note not in self.filing.notes:
            self.filing.notes.append(note)

    def _text(self, path: str, cell: Cell | None) -> None:
        if cell is None:
            return
        self.filing.places[path] = self._place(cell)
        says = does_not_apply(cell.text) or not is_blank(cell.text)
        self.filing.set(path, tidy(cell.text) if says else None)

    def _take_measure(self, flat: str) -> None:
        """Note the unit of money that a title names: what follows is read into 万元."""
        if len(flat) < 90 and (found := _MEASURE_SAID.search(flat)):
            self.factor = MONEY[found[1]]

    def _take_measure_of(self, heads: list[Cell]) -> None:
        """Note the unit of money that the heads of columns name."""
        flat = "".join(squeeze(cell.text) for cell in heads)
        if found := _MEASURE_OF_COLUMN.search(flat) or _MEASURE_SAID.search(flat):
            self.factor = MONEY[found[1]]


def scale(filing: Filing, path: str, raw: Decimal) -> None:
    """Tell whether a number above 2 in a rate cell is a fraction or percent: by the quotient that it should be."""
    owner, _, name = path.rpartition(".")
    top, bottom = (filing.get(f"{owner}.{part}") for part in RATE_OF[name])
    if top is None or not bottom:
        return
    quotient = top / bottom
    if abs(raw - quotient) < abs(raw / 100 - quotient):
        filing.set(path, raw)


def raw(cell: Cell) -> object:
    """Return what a cell holds: its value, or its words where it has none."""
    return cell.text if cell.value is None else cell.value


def _names_money(cell: Cell) -> bool:
    """Return whether the cell itself says its unit of money: that wins over the heading."""
    return squeeze(cell.text).rstrip("。;").endswith("元")


def tidy(text: str) -> str:
    """Return the text as written but for outer white space and empty lines inside."""
    lines = (line.rstrip() for line in text.replace("\r", "\n").split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()


def is_amount(cell: Cell) -> bool:
    """Return whether a cell holds an amount of money, in figures or in words."""
    try:
        return number(raw(cell), kind="amount") is not None
    except Unreadable:
        return False


def numbering(label: Cell) -> str:
    """Return how a row is numbered: "1、" and "2、" alike, "（1）" otherwise, "" where it is not."""
    found = re.match(
        r"(\(\d+\)|\d+[、.．)](?!\d)|[①-⑳]|\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、)", squeeze(label.text)
    )
    return re.sub(r"[\d①-⑳一二三四五六七八九十]+", "n", found[1]) if found else ""
