"""From the tables of a document to filings, by the labels that a form declares. No fixed address anywhere."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest

from workbook import patterns as re
from workbook.forms import Form, label_keys
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, one_kind, squeeze
from workbook.forms.tables.cells import Columns, scale
from workbook.forms.tables.heads import Head, in_one_row, in_two_rows, is_figure
from workbook.forms.tables.join import joined, settle, with_text
from workbook.forms.tables.lines import NOTE
from workbook.forms.tables.rows import Rows, take_lines
from workbook.model.fields import BY_PATH
from workbook.model.filing import BY_HEADINGS, NOT_FOUND, NOT_THERE, Filing
from workbook.model.original import ABOVE, BELOW, pack

_POINTS_OF_RATE = re.compile(r"\((\d{1,3}(?:\.\d+)?)分(?:[*×xX]执行率)?\)")
_TITLE_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
_OF_FUNDS = re.compile(r"(?:预算|执行|支出)数|执行率$")
_LEAST_REPORT, _LONGEST_LINE = 200, 40  # characters: of paragraphs that make a report, of a line over a table
_OF_GOALS = re.compile(r".{0,12}(?:目标|情况)")  # another head between those of the goals
_SENTENCE = re.compile(r"[。；;，,]")
_GROUPS = {"绩效指标", "年度绩效指标", "指标", "序号"}
_SECTIONS = {
    "funds": ("funds/columns",),
    "tasks": ("tasks", "funds/columns"),
}  # where the heads of a section are looked up
_COLUMNS = tuple(path for path in BY_PATH if path.startswith("indicators[]") and not path.endswith(".level3"))


class Extraction(Rows):
    """One walk over the tables of a document: which section the row stands in, and the filings so far."""

    def run(self) -> list[Filing]:
        """Return the filings of the document; those in which nothing was found are left out."""
        self.sections = {section for name in self.needs for section in _SECTIONS.get(name, (name,))}
        self.is_report = sum(map(len, self.document.paragraphs)) >= _LEAST_REPORT
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
            take_lines(filing, self.lines.get(id(filing), []), self.factor)
        filled = joined(with_text(self.filings, self._unite), self._unite)
        for filing in filled:
            self._note_absent(filing)
            filing.notes += self.document.notes
            settle(filing, self.document)
            # a form may ask for nothing but 主管部门, or for nothing at all beside what its title says
            filing.unit = filing.unit or filing.supervisor or self.titled_units.get(id(filing))
            original = self.kept.original(filing)
            filing.original = pack(original) if original else ""
        return filled

    def _unite(self, filing: Filing, other: Filing) -> None:
        self.kept.unite(filing, other)
        self.seen.setdefault(id(filing), set()).update(self.seen.get(id(other), ()))

    def _note_absent(self, filing: Filing) -> None:
        """Count what the form may have and this file has not among what is not asked for."""
        seen = self.seen.get(id(filing), set())
        lacking = {path for path in self.form.data.get("optional", ()) if path not in seen}
        if "indicators" in seen:  # a column that is not there is no blank one
            lacking |= {path for path in _COLUMNS if path not in seen}
            if self.head_table and not self.form.by_headings and filing.asks("funds") and "funds" not in seen:
                lacking |= self._without_funds(filing)
        if self.head_table and "indicators" in seen:
            lacking |= {path for path in ("goals.expected", "goals.actual") if path not in seen}
        filing.absent = filing.absent | lacking
        if self.form.by_headings and "indicators" in seen:
            filing.notes.append(self._said_of_heads())

    def _without_funds(self, filing: Filing) -> set[str]:
        """Return what a filing has not whose money nobody read, and note whether the file has it at all."""
        if any(_OF_FUNDS.search(label) for label in label_keys(self.document.grids)):
            filing.notes.append(f"{NOT_FOUND}预算数、执行数各栏，有关的没有核对")
        elif "funds" in self.form.data.get("optional", ()):
            filing.notes.append(f"{NOT_THERE}预算数、执行数，预算执行率的得分没有核对")
        else:
            return set()
        return {"funds"}

    def _note_heads(self, name: str, columns: Columns) -> None:
        """Note for what the heads of a section were taken."""
        taken = {id(cell): field for field, cell in columns.items()}
        section = {"funds": "funds", "indicators": "indicators[]", "goals": "goals", "tasks": "tasks[]"}.get(name, name)
        first = min((cell.column for cell in columns.values()), default=0)
        for cell in self.heads:
            field = taken.get(id(cell), "")
            path = f"{section}.{field}" if field else ""
            label = BY_PATH[path].label if path in BY_PATH else ""
            unused = name == "indicators" or (name == "funds" and cell.column > first)
            if label or (unused and key(cell.text) not in _GROUPS):
                self.understood.setdefault("".join(cell.text.split()), label)

    def _said_of_heads(self) -> str:
        read = [f"“{words}”当作{label}" for words, label in self.understood.items() if label]
        left = [f"“{words}”" for words, label in self.understood.items() if not label]
        unused = f"；没有用到{'、'.join(left)}" if left else ""
        return f"{BY_HEADINGS}{'，'.join(read)}{unused}"

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
            elif self.head_table and not self.is_report and len(text) < _LONGEST_LINE and not _SENTENCE.search(text):
                self._take_year(text)
                self.kept.line(self.filing, text, ABOVE)
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
        for row, below in zip_longest(grid.rows, grid.rows[1:], fillvalue=list[Cell]()):
            cells = [cell for cell in row if not cell.continued]
            self.below = [cell for cell in below if not cell.continued]
            self.titled = ""
            if self.in_heads:
                self.in_heads = False
            elif any(cell.text.strip() for cell in cells):
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
            "tasks": self._task,
            "indicators": self._indicator,
            "across_income": self._across,
            "across_outlay": self._across,
            "across_expenses": self._across,
            "sources": self._amount_of_sources,
        }.get(self.section)
        if handler:
            handler(cells)

    def _heading(self, cells: list[Cell]) -> bool:
        both = in_two_rows(cells, self.below, self.broad) if self.grid.aligned else []
        self.heads = [cell for cell in cells if cell.text.strip()]
        words = {word for head in (*in_one_row(cells), *both) for word in (head.over, *head.labels) if word}
        spoken = frozenset[str]().union(*(self.form.sections_of(word, self.sections) for word in words))
        for name, needed in self.needs.items():
            if spoken.isdisjoint(_SECTIONS.get(name, (name,))):
                continue  # most rows hold no head
            found = self._heads_of(name, needed, cells, both)
            if found and name == "goals" and self._goals_beside(found, cells):
                return True
            if found:
                self._begin(name, found)
                if name in ("funds", "buildings", "tasks"):
                    self._take_measure_of(cells)
                return True
        if self._begins_sources(cells):
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

    def _heads_of(self, name: str, needed: Sequence[str], cells: list[Cell], both: list[Head]) -> Columns:
        """Return the columns of a section whose heads a row holds, alone or together with the one below; none where it does not."""
        section = _SECTIONS.get(name, (name,))[0]
        if name in ("funds", "tasks") and any(map(is_figure, cells)):
            return {}
        found = self._columns(in_one_row(cells), section)
        enough = _has(found, needed)
        below = self._columns(in_one_row(self.below), section) if both else {}
        # 分值 and 得分 may stand above, beside the name of a group whose own heads would do
        if both and (enough or not _has(below, needed) or {"weight", "score"} & found.keys() - below.keys()):
            more = self._columns(both, section)
            told = len(more) > len(found) or self._columns(in_one_row(self.below), section)  # values are no heads
            if told and _has(more, needed) and found.keys() <= more.keys():
                self.in_heads = True
                self.heads = [head.cell for head in both]
                return more
        return found if enough else {}

    def _goals_beside(self, goals: Columns, cells: list[Cell]) -> bool:
        """Take the goals where other words stand right of their labels: then these are no heads, and the words are theirs."""
        filled = [cell for cell in cells if cell.text.strip()]
        beside = {name: next((cell for cell in filled if cell.column > goals[name].column), None) for name in goals}
        labels = list(goals.values())
        if any(cell is None or cell in labels or _OF_GOALS.fullmatch(squeeze(cell.text)) for cell in beside.values()):
            return False
        for name, cell in beside.items():
            self._see("goals", f"goals.{name}")
            self._text(f"goals.{name}", cell)
        return True

    def _columns(self, heads: list[Head], section: str) -> Columns:
        out: Columns = {}
        own = [head for head in heads if section == "indicators" and self.form.field(section, head.cell.text)]
        # what a head says itself goes before what it says together with the one above it
        for head in (*own, *(head for head in heads if head not in own)):
            field, cell = self._field(section, head), head.cell
            if section == "funds/columns" and self._names_rows(cell):
                continue
            if section == "tasks" and field is None:
                field = self._field("funds/columns", head)
                field = field if field in ("weight", "execution_rate", "score") else None
            if field == "weight" and section == "indicators":
                # 一级·分值·二级·分值·三级·分值: the points of a level stand right of its name
                levels = [level for level in ("level3", "level2", "level1") if level in out]
                field = "weight" if not levels or levels[0] == "level3" else f"{levels[0]}_weight"
            if field and (field not in out or (section == "goals" and out[field] is heads[0].cell)):
                out[field] = cell  # a group's name left of the heads may be called as one of them
        if section == "indicators":
            _named_by_their_class(out, heads)
        taken = {id(cell) for cell in out.values()}
        for head in heads:
            fields = (field for label in head.labels for field in self.form.perhaps(section, label))
            field = next((field for field in fields if field not in out), None)
            if field and id(head.cell) not in taken:
                out[field] = head.cell
        return out

    def _names_rows(self, head: Cell) -> bool:
        """Return whether a head stands over the labels of rows: 年度预算数 over 总额, 财政资金… is the name of the block."""
        under = next((cell for cell in self.below if cell.column == head.column), None)
        return under is not None and self.form.field("funds/rows", under.text) is not None

    def _begin(self, name: str, columns: Columns) -> None:
        part = "basics" if name in ("staff", "expenses", "buildings") or name.startswith("across") else "evaluation"
        again = name == "indicators" and "total.score" not in self.filing.places and self.form.data.get("repeats")
        repeated = name in self.parts and (name == self.section in ("indicators", "expenses") or bool(again))
        if not repeated:
            self._enter(name)
        self._give_titles()
        row = f"{name}[]" if name in ("indicators", "tasks") else name
        self._see(name, *(f"{row}.{column}" for column in columns))
        new_block = name != self.section
        self.section, self.columns = name, columns
        if not self.grid.is_sheet:
            self.grid.name = self.form.data.get("sheets", {}).get(part, part)
        if name == "expenses":
            self.in_project = False
        if name == "staff":
            for cell in columns.values():
                if year := _TITLE_YEAR.search(squeeze(cell.text)):
                    self.filing.years[squeeze(cell.text)] = int(year[1])
        if name == "indicators" and (not repeated or new_block):
            self.levels, self.filled_classes = {}, {}
        if name in ("funds", "tasks") and "weight" not in columns:
            self._points_of_heads()
        if self.form.by_headings:
            self._note_heads(name, columns)

    def _points_of_heads(self) -> None:
        """Take the points of the execution rate where a head of the money says them: 预算执行率（20分）, 得分（20分×执行率）."""
        for cell in self.heads:
            found = _POINTS_OF_RATE.search(one_kind(cell.text))
            if found:
                self._number("funds.weight", Decimal(found[1]), cell)
                self._see("funds.weight")
                return


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


def _named_by_their_class(columns: Columns, heads: Sequence[Head]) -> None:
    """Take the second level for the name of the indicators where a table has no third: nor a column that may be one."""
    if "level3" in columns or "level2" not in columns:
        return
    known = {id(cell) for cell in columns.values()}
    behind = [head.cell for head in heads if head.cell.column > columns["level2"].column]
    if behind and id(behind[0]) not in known:
        return
    columns["level3"] = columns.pop("level2")
    if "weight" not in columns and "level2_weight" in columns:
        columns["weight"] = columns.pop("level2_weight")


def _has(found: Columns, needed: Sequence[str]) -> bool:
    """Return whether columns hold all that is needed; "content|done" is one of two."""
    return all(any(field in found for field in entry.split("|")) for entry in needed)


# 2024年年初预算数: the budget of 附件2 is the one that the year began with, unless a form has both
_EXPENSE_HEAD = re.compile(
    r"(?:((?:19|20)\d{2})年?度?|(上年|本年|当年|上一年)度?)?(?:年初)?(?:实际)?(决算|预算)(?:支出)?(?:数|金额|额)?(?:\(万?元\))?"
)


def _breadth(grid: Grid) -> int:
    return max((cell.last for row in grid.rows for cell in row), default=0)


def extract(document: Document, form: Form) -> list[Filing]:
    """Return the filings that a document holds in a form, with the place of every value.

    Of an unknown form only what can be checked: rows with their names and two of target, result, points and score.
    """
    filings = Extraction(document, form).run()
    return [filing for filing in filings if not form.by_headings or _can_be_checked(filing)]


def _can_be_checked(filing: Filing) -> bool:
    said = {name for name in ("target", "actual", "weight", "score") for row in filing.indicators if getattr(row, name)}
    return len(said) > 1 and bool(said & {"actual", "score"})
