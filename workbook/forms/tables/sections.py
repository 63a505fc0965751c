"""From the tables of a document to filings, by the labels that a form declares. No fixed address anywhere."""

import re
from collections.abc import Iterable
from decimal import Decimal

from workbook.forms import Form
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, squeeze
from workbook.forms.tables.cells import Columns, scale
from workbook.forms.tables.join import joined, settle, with_text
from workbook.forms.tables.lines import NOTE
from workbook.forms.tables.rows import Rows, take_lines
from workbook.model.filing import Filing
from workbook.model.original import ABOVE, BELOW, pack

_TITLE_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
_SECTIONS = {"funds": "funds/columns"}


class Extraction(Rows):
    """One walk over the tables of a document: which section the row stands in, and the filings so far."""

    def run(self) -> list[Filing]:
        """Return the filings of the document; those in which nothing was found are left out."""
        running: list[str] = []
        for block in self.document.blocks:
            if isinstance(block, str):
                running.append(block)
                continue
            self._take_text(running)
            running = []
            self._walk(block)
        self._take_text(running)
        self._give_titles()
        for filing, path, raw in self.bare_rates:
            scale(filing, path, raw)
        for filing in self.filings:
            self._note_absent(filing)
            take_lines(filing, self.lines.get(id(filing), []), self.factor)
        filled = joined(with_text(self.filings, self.kept.unite), self.kept.unite)
        for filing in filled:
            filing.notes += self.document.notes
            settle(filing, self.document)
            original = self.kept.original(filing)
            filing.original = pack(original) if original else ""
        return filled

    def _note_absent(self, filing: Filing) -> None:
        """Count what the form may have and this file has not among what is not asked for."""
        seen = self.seen.get(id(filing), set())
        lacking = (path for path in self.form.data.get("optional", ()) if path not in seen)
        filing.absent = filing.absent | frozenset(lacking)

    def _take_text(self, paragraphs: list[str]) -> None:
        for text in paragraphs:
            if not text.strip():
                continue
            if self._unit_line(text):
                self.kept.line(self.filing, text, ABOVE)
            elif self._signature(text):
                self.kept.line(self.filing, text, BELOW)
            elif self._title(text):
                self.kept.line(self.filing, text, BELOW if NOTE.match(squeeze(text)) else ABOVE)
            else:
                self.filing.narrative.append(text.strip())
                self.kept.prose(self.filing, text.strip())

    def _walk(self, grid: Grid) -> None:
        self.grid = grid
        if grid.is_sheet:
            self.factor = Decimal(1)
        if not grid.is_sheet or not grid.name:
            grid.name = ""
        if not self._goes_on(grid):
            self.section, self.columns, self.levels = "", {}, {}
        self.broad = _breadth(grid)
        for row in grid.rows:
            cells = [cell for cell in row if not cell.continued]
            self.titled = ""
            if any(cell.text.strip() for cell in cells):
                self._row(cells)
            self.kept.row(self.filing, grid, row, self.titled)

    def _goes_on(self, grid: Grid) -> bool:
        """Return whether a table is the rest of the one before it, which a page has parted: as broad, and no end yet."""
        if grid.is_sheet or self.section not in ("indicators", "expenses") or _breadth(grid) != self.broad:
            return False
        if self.section == "indicators":
            return True
        first = next((self._label_cell(row) for row in grid.rows if any(cell.text.strip() for cell in row)), None)
        return first is not None and key(first.text) in self.expense_table

    def _row(self, cells: list[Cell]) -> None:
        if self._heading(cells) or self._single(cells):
            return
        handler = {
            "staff": self._staff,
            "expenses": self._expense,
            "buildings": self._building,
            "funds": self._funds,
            "goals": self._goals,
            "indicators": self._indicator,
            "across_income": self._across,
            "across_outlay": self._across,
            "across_expenses": self._across,
        }.get(self.section)
        if handler:
            handler(cells)

    def _heading(self, cells: list[Cell]) -> bool:
        for name, needed in self.needs.items():
            found = self._columns(cells, _SECTIONS.get(name, name))
            if all(field in found for field in needed):
                self._begin(name, found)
                if name in ("funds", "buildings"):
                    self._take_measure_of(cells)
                return True
        years = _expense_columns(cells) if self.expense_table else {}
        if {"budget", "final"} <= set(years):
            self._begin("expenses", {name: cell for name, (cell, _) in years.items()})
            for cell, year in years.values():
                if year:
                    self.filing.years[squeeze(cell.text)] = year
            self._take_measure_of(cells)
            return True
        return False

    def _columns(self, cells: list[Cell], section: str) -> Columns:
        out: Columns = {}
        for cell in cells:
            field = self.form.field(section, cell.text)
            if field == "weight" and section == "indicators":
                # 一级·分值·二级·分值·三级·分值: the points of a level stand right of its name
                levels = [level for level in ("level3", "level2", "level1") if level in out]
                field = "weight" if not levels or levels[0] == "level3" else f"{levels[0]}_weight"
            if field and field not in out:
                out[field] = cell
        return out

    def _begin(self, name: str, columns: Columns) -> None:
        part = "basics" if name in ("staff", "expenses", "buildings") or name.startswith("across") else "evaluation"
        repeated = name in self.parts and (
            (name == "indicators" and self.section == "indicators")
            or (name == "expenses" and self.section == "expenses")
        )
        if not repeated:
            self._enter(name)
        self._give_titles()
        self._see(name, *(f"{name}[].{column}" if name == "indicators" else f"{name}.{column}" for column in columns))
        self.section, self.columns = name, columns
        if not self.grid.is_sheet:
            self.grid.name = self.form.data.get("sheets", {}).get(part, part)
        if name == "expenses":
            self.in_project = False
        if name == "staff":
            for cell in columns.values():
                if year := _TITLE_YEAR.search(squeeze(cell.text)):
                    self.filing.years[squeeze(cell.text)] = int(year[1])
        if name == "indicators" and not repeated:
            self.levels, self.filled_classes = {}, {}


def _expense_columns(cells: Iterable[Cell]) -> dict[str, tuple[Cell, int | None]]:
    spots: list[tuple[Cell, int | None, str]] = []
    for cell in cells:
        flat = squeeze(cell.text)
        if found := _EXPENSE_HEAD.fullmatch(flat):
            spots.append((cell, int(found[1]) if found[1] else None, (found[2] or "") + found[3]))
    years = [year for _, year, _ in spots if year]
    latest = max(years, default=None)
    out: dict[str, tuple[Cell, int | None]] = {}
    for cell, year, words in spots:
        if words.endswith("预算"):
            out["budget"] = (cell, year)
        elif words.startswith("上") or (year and latest and year < latest):
            out["prior_final"] = (cell, year)
        else:
            out["final"] = (cell, year)
    return out


# 2024年年初预算数: the budget of 附件2 is the one that the year began with, unless a form has both
_EXPENSE_HEAD = re.compile(
    r"(?:((?:19|20)\d{2})年?度?|(上年|本年|当年|上一年)度?)?(?:年初)?(?:实际)?(决算|预算)(?:支出)?(?:数|金额|额)?(?:\(万?元\))?"
)


def _breadth(grid: Grid) -> int:
    return max((cell.last for row in grid.rows for cell in row), default=0)


def extract(document: Document, form: Form) -> list[Filing]:
    """Return the filings that a document holds in a form, with the place of every value."""
    return Extraction(document, form).run()
