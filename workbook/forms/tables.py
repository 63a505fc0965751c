"""From the tables of a document to filings, by the labels that a form declares. No fixed address anywhere."""

import re
from collections.abc import Iterable
from decimal import Decimal

from workbook.fields import field_of
from workbook.figures import chinese
from workbook.filing import Filing, Indicator, Place, unit_key
from workbook.forms import Form
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, keys, one_kind, squeeze, without_numbering
from workbook.quantity import Unreadable, does_not_apply, is_blank, number, says_nothing

_CLASS_POINTS = re.compile(r"[(（]\s*([\d.]+)\s*分?\s*[)）]")
_UNIT_OF_MEASURE = re.compile(r"(?<!\s)\s*(?:金额)?单位[:：]\s*(?:万元|元|人).*$")
_TITLE_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
_PLACEHOLDER = re.compile(r"[.…·。\-—]*")
_YEAR_ALONE = re.compile(r"\(?((?:19|20)\d{2})年度?\)?")
_SIGNS = {"≥": "≥", "≧": "≥", "≤": "≤", "≦": "≤", "=": "=", ">": ">", "<": "<", ">=": "≥", "<=": "≤"}
_POINTS_AT_END = re.compile(r"[(（]\s*(\d+(?:\.\d+)?)\s*分\s*[)）]\s*$")
_FACTORS = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10_000)}
_MEASURE_SAID = re.compile(r"单位:(?:人民币)?(元|千元|万元|亿元)(?![^\W\d_])")
_MEASURE_OF_COLUMN = re.compile(r"\((?:单位:)?(元|千元|万元|亿元)\)")

# what a row must name to be the heading of a section; a form may say otherwise in [needs]
_NEEDS: dict[str, list[str]] = {
    "indicators": ["level3", "target"],
    "funds": ["annual_budget", "executed"],
    "staff": ["authorized", "actual"],
    "buildings": ["approved_area", "actual_area"],
    "goals": ["expected", "actual"],
}
_SECTIONS = {"funds": "funds/columns"}
_UNIT_LINE = re.compile(r"\s*(?:填报|编制|申报|预算)?单位(?:名称)?(?:[（(]盖?章[)）])?\s*[:：]")

Columns = dict[str, Cell]


class Extraction:
    """One walk over the tables of a document: which section the row stands in, and the filings so far."""

    def __init__(self, document: Document, form: Form) -> None:
        self.form = form
        self.document = document
        self.filings: list[Filing] = []
        self.parts: set[str] = set()
        self.filing = self._start()
        self.section = ""
        self.columns: Columns = {}
        self.grid = Grid("")
        self.bare_rates: list[tuple[Filing, str, Decimal]] = []
        self.title_years: dict[str, int] = {}
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
        self.head_table = form.table("heads")
        self.expense_table = form.table("expenses/rows")
        self.colon_table = form.table("colon")

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
            _scale(filing, path, raw)
        for filing in self.filings:
            self._note_absent(filing)
            _take_lines(filing, self.lines.get(id(filing), []), self.factor)
        filled = joined(_with_text(self.filings))
        for filing in filled:
            filing.notes += self.document.notes
            settle(filing, self.document)
        return filled

    def _note_absent(self, filing: Filing) -> None:
        """Count what the form may have and this file has not among what is not asked for."""
        seen = self.seen.get(id(filing), set())
        lacking = (path for path in self.form.data.get("optional", ()) if path not in seen)
        filing.absent = filing.absent | frozenset(lacking)

    def _see(self, *paths: str) -> None:
        self.seen.setdefault(id(self.filing), set()).update(paths)

    def _start(self) -> Filing:
        self.parts = set()
        self.filing = Filing(form=self.form.id, absent=self.form.missing)
        self.filings.append(self.filing)
        return self.filing

    def _enter(self, part: str) -> None:
        """Begin a part of the form; where the filing has that part already, another filing begins."""
        if part in self.parts:
            self._start()
        self.parts.add(part)

    def _give_titles(self) -> None:
        """Hand the years of the titles above to the filing whose table begins: that may be another department's."""
        for title, year in self.title_years.items():
            self.filing.years.setdefault(title, year)
        self.title_years = {}

    def _take_text(self, paragraphs: list[str]) -> None:
        for text in paragraphs:
            if not text.strip() or self._unit_line(text) or self._signature(text) or self._title(text):
                continue
            self.filing.narrative.append(text.strip())

    def _heading_of_sheet(self, text: str) -> bool:
        """Take the year from a heading in a cell that names the evaluation without the word 表."""
        found = re.fullmatch(r"((?:19|20)\d{2})年度?.{0,40}(?:绩效自评|绩效评价)(?:情况|手册|报告)?", squeeze(text))
        if found:
            self.title_years[f"{squeeze(text)}（表头）"] = int(found[1])
        return found is not None

    def _unit_line(self, text: str) -> bool:
        """Read the line above a table that names the department, in forms that have one."""
        if not self.head_table or not _UNIT_LINE.match(text) or len(text) > 90:
            return False
        self._signature(text)
        words = re.split(r"\s{2,}|填报日期|填表日期|年\s*月\s*日", re.split("[:：]", text, maxsplit=1)[1].strip())[0]
        self._take_unit(_UNIT_OF_MEASURE.sub("", words).strip(), Cell(text, 1, 1))
        self._take_measure(squeeze(text))
        return True

    def _title(self, text: str) -> bool:
        flat = squeeze(text)
        if re.search(r"(?:基础数据|自评|评价|评分)表", flat) and len(flat) < 70:
            self.factor = Decimal(1)
        self._take_measure(flat)
        if year := _YEAR_ALONE.fullmatch(flat):
            self.title_years[f"{flat}（表头）"] = int(year[1])
            return True
        if re.fullmatch(r"附件?表?[\d一二三四]+:?", flat) or re.match(r"(?:说明|注|备注):", flat):
            return True
        found = re.fullmatch(
            r"(?:附件\d)?(?:(?P<year>(?:19|20)\d{2})年度?)?(.{0,40})(?:基础数据表|自评表|评价表|评分表)(?:\(.*\))?",
            flat,
        )
        if found and len(flat) < 70:
            if self.head_table and "indicators" in self.parts:
                self._start()
            if found["year"]:
                self.title_years[flat] = int(found["year"])
            return True
        return False

    def _signature(self, text: str, place: Place | None = None) -> bool:
        names = {label: field for field, labels in self.form.data.get("signature", {}).items() for label in labels}
        pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        spots = list(re.finditer(rf"({pattern})\s*(?:[（(].{{0,6}}[)）])?\s*[:：]", text)) if pattern else []
        if not spots or (len(spots) < 2 and place is None and spots[0].start() > 4 and not _UNIT_LINE.match(text)):
            return False
        for spot, following in zip(spots, [*spots[1:], None], strict=True):
            words = text[spot.end() : following.start() if following else len(text)].strip()
            path = f"signature.{names[spot[1]]}"
            self._see(path)
            if words and self.filing.get(path) is None:
                self.filing.set(path, words)
                self.filing.places[path] = place or Place("", "", text.strip())
        return True

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
            if any(cell.text.strip() for cell in cells):
                self._row(cells)

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

    # --- headings: which section begins -----------------------------------------------------------------------------

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

    def _across(self, cells: list[Cell]) -> None:
        """Read the first row of figures under heads that stand side by side: the row of the whole department."""
        section = self.section.removeprefix("across_")
        if not any(
            cell is not None and cell.text.strip() for cell in (self._under(cells, name) for name in self.columns)
        ):
            return
        for name in self.columns:
            cell = self._under(cells, name)
            path = f"expenses.{name}.final" if section == "expenses" else f"{section}.{name}"
            if cell is not None:
                self._number(path, _raw(cell), cell)
        self._see(section)
        self.section = ""

    def _take_measure(self, flat: str) -> None:
        """Note the unit of money that a title names: what follows is read into 万元."""
        if len(flat) < 90 and (found := _MEASURE_SAID.search(flat)):
            self.factor = _FACTORS[found[1]]

    def _take_measure_of(self, heads: list[Cell]) -> None:
        """Note the unit of money that the heads of columns name."""
        flat = "".join(squeeze(cell.text) for cell in heads)
        if found := _MEASURE_OF_COLUMN.search(flat) or _MEASURE_SAID.search(flat):
            self.factor = _FACTORS[found[1]]

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

    # --- rows that say by themselves what they are ------------------------------------------------------------------

    def _single(self, cells: list[Cell]) -> bool:
        filled = [cell for cell in cells if cell.text.strip()]
        first = filled[0]
        name = key(first.text)
        if len(filled) == 1 and (
            self._title(first.text)
            or self._heading_of_sheet(first.text)
            or self._signature(first.text, self._place(first))
        ):
            return True
        if len(filled) > 1 and self._signature("  ".join(cell.text for cell in filled), self._place(first)):
            return True
        if self._heads(cells, filled) or self._unit(cells, filled, name):
            return True
        if len(filled) == 1 and self._says_measure(first):
            return True
        if name in map(key, self.form.data.get("thrift", {}).get("labels", ())):
            self._text("thrift_measures", self._right_of(cells, first))
            self.section = ""
            return True
        if self.section in ("indicators", "") and name in map(key, self.form.data["total"]["labels"]):
            self._total(cells, first)
            return True
        return self.section == "funds" and self._colon(cells)

    def _says_measure(self, cell: Cell) -> bool:
        """Return whether a cell only names the unit of money, and note it."""
        flat = squeeze(cell.text)
        self._take_measure(flat)
        return bool(re.fullmatch(r"\(?(?:金额)?单位:(?:人民币)?[千万亿]?元\)?", flat))

    def _heads(self, cells: list[Cell], filled: list[Cell]) -> bool:
        """Read the rows above the figures: label and value beside it, several in a row (项目名称, 主管部门, 实施单位)."""
        if not self.head_table:
            return False
        done = False
        for position, cell in enumerate(filled):
            label, _, inline = cell.text.partition("：" if "：" in cell.text else ":")
            path = self.form.field("heads", label) or ("unit" if self.form.field("unit", label) else None)
            if path is None:
                continue
            following = filled[position + 1] if position + 1 < len(filled) else None
            beside = following if following is not None and not self._is_head(following.text) else None
            value = inline.strip() or (beside.text.strip() if beside else "")
            self._take_head(path, value, beside or cell)
            done = True
        return done and (self.section in ("", "goals") or len(filled) > 1)

    def _is_head(self, text: str) -> bool:
        label = re.split("[:：]", text)[0]
        return bool(self.form.field("heads", label) or self.form.field("unit", label))

    def _take_head(self, path: str, value: str, cell: Cell) -> None:
        self._see(path)
        if path == "unit":
            self._take_unit(_UNIT_OF_MEASURE.sub("", value), cell)
            return
        if path == "subject" and (self.filing.subject is not None or self.parts):
            self._start()
            self._see(path)
        self._see(path.partition(".")[0])
        if field_of(path).is_number:
            self._number(path, value, cell)
        elif path == "subject" or value:
            self.filing.set(path, "" if is_blank(value) else tidy(value))
            self.filing.places[path] = self._place(cell)

    def _unit(self, cells: list[Cell], filled: list[Cell], name: str) -> bool:
        head, colon, rest = filled[0].text.partition("：" if "：" in filled[0].text else ":")
        if colon and self.form.field("unit", head):
            self._take_unit(_UNIT_OF_MEASURE.sub("", rest).strip(), filled[0])
            return True
        if not self.form.field("unit", name):
            return False
        value = self._right_of(cells, filled[0])
        self._take_unit(value.text.strip() if value else "", value or filled[0])
        return True

    def _take_unit(self, words: str, cell: Cell) -> None:
        if not words:
            return
        known = self.filing.unit
        if known is not None and squeeze(known) != squeeze(words):
            self._start()
        self.filing.unit = re.sub(r"\s+", "", words) if chinese(words) else words
        self.filing.places["unit"] = self._place(cell)

    def _colon(self, cells: list[Cell]) -> bool:
        """Read labels with their value behind a colon, on any line of a cell, or in the next cell that is filled."""
        done = False
        for cell in cells:
            spots = self._colon_spots(cell.text)
            bare = len(spots) == 1 and not spots[0][1] and not squeeze(cell.text).endswith(":")
            under = self._annual_amount(cells) if bare else None
            if under is not None:
                self._number(spots[0][0], _raw(under), under)
                return True
            for index, (path, value) in enumerate(spots):
                beside = self._value_beside(cells, cell) if not value and index == len(spots) - 1 else None
                if value or beside or len(cells) > 1 or ":" in squeeze(cell.text):
                    self._number(path, value or (_raw(beside) if beside else None), beside or cell)
                    done = True
        return done

    def _colon_spots(self, text: str) -> list[tuple[str, str]]:
        """Return the declared labels of a cell with the words behind each; none where the cell begins with no label."""
        out: list[tuple[str, str]] = []
        for piece in re.split(r"[\n;；，]|(?<=[\d元）)])\s+(?=[^\s\d:：])|其中\s*[:：]", text):
            label, _, value = squeeze(piece).partition(":")
            path = self.colon_table.get(key(label))
            if path is None and (source := self._money_of(label, value)):
                self.lines.setdefault(id(self.filing), []).append((source, number(value, kind="amount")))
            elif path:
                out.append((path, value))
            elif not out and label:
                return []
        return out

    def _money_of(self, label: str, value: str) -> str:
        """Return which source of money a line means that a place's form has under 按收入性质分 and ours has not; "" for none."""
        if "income.total" not in self.filing.places or "income.other" not in self.colon_table.values():
            return ""
        if not _SOURCE.fullmatch(label) or not _AMOUNT_WORDS.fullmatch(value.replace(",", "")):
            return ""
        if re.search(r"财政拨款", label) and not re.search(r"结转|结余", label):
            return "income.general_public_budget"
        return next((path for words, path in _SOURCES if label.startswith(words)), "income.other")

    def _annual_amount(self, cells: list[Cell]) -> Cell | None:
        """Return the cell under 全年预算数 of a row that gives its amounts under the columns of the total; else None."""
        names = ("initial_budget", "annual_budget", "executed")
        under = [self._under(cells, name) for name in names if name in self.columns]
        amounts = [cell for cell in under if cell is not None and _is_amount(cell)]
        return self._under(cells, "annual_budget") if len(amounts) > 1 and "annual_budget" in self.columns else None

    def _value_beside(self, cells: list[Cell], cell: Cell) -> Cell | None:
        """Return the first filled cell to the right, unless it is a label itself or stands outside the table."""
        edge = max(heading.last for heading in self.columns.values())
        filled = [other for other in cells if cell.column < other.column <= edge and other.text.strip()]
        if not filled or re.search(r"[:：]", filled[0].text) or key(filled[0].text) in self.colon_table:
            return None
        return filled[0]

    # --- sections ---------------------------------------------------------------------------------------------------

    def _staff(self, cells: list[Cell]) -> None:
        self._fields(cells, "staff")
        if any(self.filing.get(f"staff.{name}") is not None for name in ("authorized", "actual")):
            self.section = ""

    def _expense(self, cells: list[Cell]) -> None:
        label = self._label_cell(cells)
        if label is None:
            return
        name = next((self.expense_table[one] for one in keys(label.text) if one in self.expense_table), None)
        if name is None and (municipal := re.fullmatch(r"[省市县区州本]级专项资金", key(label.text))):
            name = self.expense_table.get(municipal[0])
        if name and not self._is_named_like(name, label):
            self.in_project = name.startswith("project")
            if name == "project":
                self.project_mark = _mark(label)
            self._amounts(cells, f"expenses.{name}")
            return
        if _SUMMED.fullmatch(key(label.text)):
            self.in_project = False  # a sum of what stands above begins something else
        if self.in_project and self._is_line(cells, label):
            index = len(self.filing.project_lines)
            self.filing.set(f"project_lines[{index}].name", without_numbering(label.text))
            self.filing.places[f"project_lines[{index}].name"] = self._place(label)
            self._amounts(cells, f"project_lines[{index}]")

    def _is_named_like(self, name: str, label: Cell) -> bool:
        """Return whether a row under 项目支出 is a project that only bears the name of a printed row.

        It is one where that row has been read already, or where it is numbered and 项目支出 itself is not so.
        """
        if not self.in_project or name.startswith("project"):
            return False
        mark = _mark(label)
        seen = any(f"expenses.{name}.{column}" in self.filing.places for column in self.columns)
        return seen or (bool(mark) and mark != self.project_mark)

    def _label_cell(self, cells: list[Cell]) -> Cell | None:
        edge = min(cell.column for cell in self.columns.values())
        before = [cell for cell in cells if cell.column < edge and cell.text.strip()]
        return before[-1] if before else None

    def _is_line(self, cells: list[Cell], label: Cell) -> bool:
        words = squeeze(label.text)
        return not _PLACEHOLDER.fullmatch(squeeze(without_numbering(words))) and not _BY_SOURCE.fullmatch(words)

    def _amounts(self, cells: list[Cell], path: str) -> None:
        for column in self.columns:
            cell = self._under(cells, column)
            if cell is not None:
                self._number(f"{path}.{column}", _raw(cell), cell)

    def _building(self, cells: list[Cell]) -> None:
        found = {name: self._under(cells, name) for name in self.columns}
        if all(cell is None or is_blank(cell.text) for cell in found.values()):
            return
        index = len(self.filing.buildings)
        for name, cell in found.items():
            if cell is not None:
                self._number(f"buildings[{index}].{name}", _raw(cell), cell)

    def _funds(self, cells: list[Cell]) -> None:
        names = set(map(key, self.form.data["funds"]["rows"]["total"]))
        if any(key(cell.text) in names for cell in cells):
            self._fields(cells, "funds")
        elif self.form.data["funds"].get("sources"):
            self._source(cells)

    def _source(self, cells: list[Cell]) -> None:
        """Read a row under 年度资金总额 that says where the money comes from."""
        label = self._label_cell(cells)
        amounts = [name for name in ("initial_budget", "annual_budget", "executed") if self._under(cells, name)]
        name = re.sub(r"^其中[:：]?", "", squeeze(label.text)) if label else ""
        if not name or not amounts or _PLACEHOLDER.fullmatch(name):
            return
        self._see("sources")
        index = len(self.filing.sources)
        self.filing.set(f"sources[{index}].name", name)
        for column in amounts:
            cell = self._under(cells, column)
            if cell is not None:
                self._number(f"sources[{index}].{column}", _raw(cell), cell)

    def _goals(self, cells: list[Cell]) -> None:
        found = {name: self._under(cells, name) for name in self.columns}
        for name, cell in found.items():
            if cell is not None and self.filing.get(f"goals.{name}") is None:
                self._text(f"goals.{name}", cell)
        if any(cell is not None and cell.text.strip() for cell in found.values()):
            self.section = ""

    def _indicator(self, cells: list[Cell]) -> None:
        self._carry_levels(cells)
        name = self._under(cells, "level3")
        self._note_class(name)
        if name is None or self._holds_no_indicator(name, cells):
            self._note_none(name)
            return
        index = len(self.filing.indicators)
        self.filing.set(f"indicators[{index}].level3", tidy(name.text))
        self.filing.places[f"indicators[{index}].level3"] = self._place(name)
        for level in ("level1", "level2"):
            self.filing.set(f"indicators[{index}].{level}", self.levels.get(level))
            if level in self.level_places:
                self.filing.places[f"indicators[{index}].{level}"] = self.level_places[level]
        for column in self.columns:
            cell = self._under(cells, column)
            if cell is None or column.startswith("level"):
                continue
            path = f"indicators[{index}].{column}"
            if field_of(path).is_number:
                self._number(path, _raw(cell), cell)
            else:
                self._text(path, cell)
        compose(self.filing.indicators[index])
        points = _POINTS_AT_END.search(name.text)
        if points and "weight" not in self.columns:
            self.filing.set(f"indicators[{index}].weight", Decimal(points[1]))
            self.filing.places[f"indicators[{index}].weight"] = self._place(name)
            self._see("indicators[].weight", "total.weight")

    def _note_class(self, name: Cell | None) -> None:
        level1, level2 = self.levels.get("level1"), self.levels.get("level2")
        if level1 and level2:
            said = name is not None and bool(squeeze(name.text))
            self.filled_classes[level1, level2] = self.filled_classes.get((level1, level2), False) or said
            blank = [kind for (_, kind), filled in self.filled_classes.items() if not filled]
            self.filing.blank_classes = blank

    def _holds_no_indicator(self, name: Cell, cells: list[Cell]) -> bool:
        """Return whether a row has no name, repeats the headings, or says 无 (无 with points is kept: the sums count it)."""
        if not squeeze(name.text) or key(name.text) in self.form.table("indicators"):
            return True
        return says_nothing(name.text) and not self._bears_points(cells)

    def _bears_points(self, cells: list[Cell]) -> bool:
        """Return whether a row has a weight or a score that is not 0."""
        for column in ("weight", "score"):
            cell = self._under(cells, column) if column in self.columns else None
            try:
                if cell is not None and number(_raw(cell), kind="score"):
                    return True
            except Unreadable:
                continue
        return False

    def _note_none(self, name: Cell | None) -> None:
        kind = self.levels.get("level2") or self.levels.get("level1")
        if name is not None and squeeze(name.text) and says_nothing(name.text) and kind:
            self.filing.none_classes.append(kind)

    def _carry_levels(self, cells: list[Cell]) -> None:
        for level in ("level1", "level2"):
            cell = self._under(cells, level) if level in self.columns else None
            if cell is None or not squeeze(cell.text):
                continue
            words = one_kind(cell.text)
            name = re.sub(r"[(（][^)）]*[)）]", "", words).strip(":：")
            if level == "level1":
                if points := self._class_points(cells, words):
                    self.filing.class_weights[name] = points
                if self.levels.get("level1") != name:
                    self.levels["level2"] = None
            self.levels[level] = name
            self.level_places[level] = self._place(cell)

    def _class_points(self, cells: list[Cell], words: str) -> Decimal | None:
        """Return the points of a class: in brackets behind its name, or in a column of their own."""
        if points := _CLASS_POINTS.search(words):
            return Decimal(points[1])
        cell = self._under(cells, "level1_weight") if "level1_weight" in self.columns else None
        try:
            return number(_raw(cell), kind="score") if cell else None
        except Unreadable:
            return None

    def _total(self, cells: list[Cell], label: Cell) -> None:
        after = [cell for cell in cells if cell.column > label.column]
        numbers = [cell for cell in after if not is_blank(cell.text)]
        for column in ("weight", "score"):
            cell = self._under(cells, column) if column in self.columns and self.grid.aligned else None
            if cell is not None and cell is not label:
                self._number(f"total.{column}", _raw(cell), cell)
            elif not self.grid.aligned and len(after) > ("weight", "score").index(column):
                spot = after[("weight", "score").index(column)]
                self._number(f"total.{column}", _raw(spot), spot)
        if numbers or "indicators" in self.parts:
            self.section = ""

    # --- cells ------------------------------------------------------------------------------------------------------

    def _fields(self, cells: list[Cell], prefix: str) -> None:
        for name in self.columns:
            cell, path = self._under(cells, name), f"{prefix}.{name}"
            if cell is not None and field_of(path).is_number:
                self._number(path, _raw(cell), cell)
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

    def _right_of(self, cells: list[Cell], label: Cell) -> Cell | None:
        after = [cell for cell in cells if cell.column > label.column]
        filled = [cell for cell in after if cell.text.strip()]
        return next(iter(filled or after), None)

    def _place(self, cell: Cell) -> Place:
        return Place(self.grid.name, self.grid.address(cell), cell.text.strip())

    def _number(self, path: str, raw: object, cell: Cell) -> None:
        self.filing.places[path] = self._place(cell)
        if field_of(path).kind == "rate" and isinstance(raw, Decimal) and abs(raw) > 2:
            self.bare_rates.append((self.filing, path, raw))
        try:
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
        words = next(name for name, factor in _FACTORS.items() if factor == self.factor)
        note = f"{self.grid.name or '表'}注明单位是{words}，金额已折算成万元"
        if note not in self.filing.notes:
            self.filing.notes.append(note)

    def _text(self, path: str, cell: Cell | None) -> None:
        if cell is None:
            return
        self.filing.places[path] = self._place(cell)
        says = does_not_apply(cell.text) or not is_blank(cell.text)
        self.filing.set(path, tidy(cell.text) if says else None)


def _take_lines(filing: Filing, lines: list[tuple[str, Decimal | None]], factor: Decimal) -> None:
    """Count the lines under 按收入性质分 that the form does not have, where it is they that are missing from its sum."""
    parts = [*dict(_SOURCES).values(), "income.other"]
    held = sum((filing.get(path) or Decimal(0) for path in dict.fromkeys(parts)), Decimal(0))
    more = [(path, value * factor) for path, value in lines if value]
    total = filing.income.total
    gap = total - held if total is not None else Decimal(0)
    if not more or abs(gap - sum((value for _, value in more), Decimal(0))) > _SAME:
        return
    for path, value in more:
        filing.set(path, (filing.get(path) or Decimal(0)) + value)
        filing.places.setdefault(path, filing.places["income.total"])


_SAME = Decimal("0.05")

# rows of the basic sheet that are no projects: sums, and 项目支出 told again by where its money comes from
_SUMMED = re.compile(
    r"(?:部门|单位|全年|本年|总)?(?:总?支出)?(?:合计|总计|小计|总支出|总额)|(?:部门|单位)?(?:整体|全部)?支出(?:合计|总计|总额)|基本支出"
)
_BY_SOURCE = re.compile(
    r"(?:其中:?)(?:一般公共预算|政府性基金|国有资本经营|财政拨款|上级|其他资金|自有资金|财政专户)[^\W\d]{0,12}"
)

# lines that some places print under 按收入性质分: what begins so is of that source, all else is 其他资金
_SOURCES = (
    ("一般公共预算", "income.general_public_budget"),
    ("政府性基金", "income.government_fund"),
    ("国有资本经营", "income.state_capital"),
    ("财政专户", "income.special_account"),
    ("纳入专户", "income.special_account"),
)
_SOURCE = re.compile(
    r"(?:其中:?)?[^\W\d]{2,}(?:\([^\W\d]+\))?(?:资金|收入|拨款|预算|结转|结余|补助|贷款|债券|自筹|捐赠)?(?:\([^\W\d]+\))?"
)
_AMOUNT_WORDS = re.compile(r"-?\d+(?:\.\d+)?(?:元|万元)?")


def _is_amount(cell: Cell) -> bool:
    try:
        return number(_raw(cell), kind="amount") is not None
    except Unreadable:
        return False


def tidy(text: str) -> str:
    """Return the text as written but for outer white space and empty lines inside."""
    lines = (line.rstrip() for line in text.replace("\r", "\n").split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()


def _breadth(grid: Grid) -> int:
    return max((cell.last for row in grid.rows for cell in row), default=0)


def _mark(label: Cell) -> str:
    """Return how a row is numbered: "1、" and "2、" alike, "（1）" otherwise, "" where it is not."""
    found = re.match(
        r"(\(\d+\)|\d+[、.．)](?!\d)|[①-⑳]|\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、)", squeeze(label.text)
    )
    return re.sub(r"[\d①-⑳一二三四五六七八九十]+", "n", found[1]) if found else ""


def _raw(cell: Cell) -> object:
    return cell.text if cell.value is None else cell.value


def _names_money(cell: Cell) -> bool:
    """Return whether the cell itself says its unit of money: that wins over the heading."""
    return squeeze(cell.text).rstrip("。;").endswith("元")


def compose(row: Indicator) -> None:
    """Put 指标性质, 指标值 and 度量单位 together into the target, and the unit behind a bare actual."""
    sign = _SIGNS.get(squeeze(row.nature or ""), "")
    measure = squeeze(row.measure or "")
    measure = "" if is_blank(measure) or not (chinese(measure) or re.search(r"[%‰㎡A-Za-z]", measure)) else measure
    if row.target:
        bare = re.fullmatch(r"[\d.,]+", squeeze(row.target))
        row.target = f"{sign if re.match(r'[0-9]', squeeze(row.target)) else ''}{row.target}{measure if bare else ''}"
    if row.actual and re.fullmatch(r"[\d.,]+", squeeze(row.actual)):
        row.actual += measure


def parted(row: Indicator) -> tuple[str, str]:
    """Return target and actual as they stand beside columns of their own for 指标性质 and 度量单位."""
    sign, measure = _SIGNS.get(squeeze(row.nature or ""), ""), squeeze(row.measure or "")
    target = (row.target or "").removeprefix(sign)
    bare = [re.fullmatch(r"([\d.,]+)" + re.escape(measure), squeeze(words)) for words in (target, row.actual or "")]
    return (bare[0][1] if bare[0] else target), (bare[1][1] if bare[1] else row.actual or "")


def _expense_columns(cells: Iterable[Cell]) -> dict[str, tuple[Cell, int | None]]:
    spots: list[tuple[Cell, int | None, str]] = []
    for cell in cells:
        flat = squeeze(cell.text)
        found = re.fullmatch(
            r"(?:((?:19|20)\d{2})年?度?|(上年|本年|当年|上一年)度?)?(决算|预算)(?:数|金额)?(?:\(万元\))?", flat
        )
        if found:
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


RATE_OF = {
    "control_rate": ("actual", "authorized"),
    "execution_rate": ("executed", "annual_budget"),
    "area_control_rate": ("actual_area", "approved_area"),
    "investment_control_rate": ("actual_investment", "budget_investment"),
}


def _scale(filing: Filing, path: str, raw: Decimal) -> None:
    """Tell whether a number above 2 in a rate cell is a fraction or percent: by the quotient that it should be."""
    owner, _, name = path.rpartition(".")
    top, bottom = (filing.get(f"{owner}.{part}") for part in RATE_OF[name])
    if top is None or not bottom:
        return
    quotient = top / bottom
    if abs(raw - quotient) < abs(raw / 100 - quotient):
        filing.set(path, raw)


# a unit's name and a goal alone make no filing: the form that holds them is another one
_SUBSTANCE = (
    "staff",
    "expenses",
    "project_lines",
    "buildings",
    "thrift",
    "funds",
    "sources",
    "income",
    "outlay",
    "indicators",
    "total",
)
_BASICS = ("staff", "expenses", "project_lines", "buildings", "thrift_measures")
_EVALUATION = (
    "funds",
    "sources",
    "income",
    "outlay",
    "goals",
    "indicators",
    "total",
    "class_weights",
    "blank_classes",
    "none_classes",
)


def _with_text(filings: list[Filing]) -> list[Filing]:
    """Return the filings that hold something; the text of one that holds nothing (another table began it) goes on to the next."""
    out: list[Filing] = []
    text: list[str] = []
    for filing in filings:
        if _holds(filing, _SUBSTANCE):
            filing.narrative[:0] = text
            out.append(filing)
            text = []
        else:
            text += filing.narrative
    return out


def joined(filings: list[Filing]) -> list[Filing]:
    """Return the filings with the two halves of one department put together, wherever they stood in the file.

    A 附件2 goes with the 附件3 of the same unit; where the 附件2 say no unit, in their order, if there are as many.
    """
    out = list(filings)
    basics = [
        filing
        for filing in out
        if filing.subject is None and _holds(filing, _BASICS) and not _holds(filing, _EVALUATION)
    ]
    evaluations = [
        filing
        for filing in out
        if filing.subject is None and _holds(filing, _EVALUATION) and not _holds(filing, _BASICS)
    ]
    in_order = len(basics) == len(evaluations) and not any(filing.unit for filing in basics)
    for index, basic in enumerate(basics):
        named = [other for other in evaluations if basic.unit and unit_key(other.unit) == unit_key(basic.unit)]
        partner = evaluations[index] if in_order else (named[0] if len(named) == 1 else None)
        if partner is not None:
            _unite(basic, partner)
            out = [filing for filing in out if filing is not partner]
    return out


def _holds(filing: Filing, names: tuple[str, ...]) -> bool:
    return any(path.startswith(names) for path in filing.places)


def _unite(filing: Filing, other: Filing) -> None:
    for name in _EVALUATION:
        setattr(filing, name, getattr(other, name))
    filing.unit = filing.unit or other.unit
    for name in ("preparer", "date", "phone", "head"):
        if getattr(filing.signature, name) is None:
            setattr(filing.signature, name, getattr(other.signature, name))
    filing.places = {**other.places, **filing.places}
    filing.unread = {**other.unread, **filing.unread}
    filing.years = {**filing.years, **other.years}
    filing.narrative += other.narrative


def settle(filing: Filing, document: Document) -> None:
    """Put year and unit in, where titles, column heads or the head of the report name them."""
    titles = [year for heading, year in filing.years.items() if "表" in heading]
    columns = [year for heading, year in filing.years.items() if "表" not in heading]
    head = "".join(squeeze(text) for text in [document.name, *filing.narrative[:12]])[:600]
    tops = "".join(squeeze(cell.text) for grid in document.grids for cell in (grid.rows[0] if grid.rows else ()))
    report = (
        re.search(r"((?:19|20)\d{2})年度?[^，。；:]{0,60}?(?:整体支出|绩效)", head)
        or re.search(r"(?:评价|自评|所属|报告)年度:?((?:19|20)\d{2})年?", head + tops)
        or re.search(r"(?:自评|评价|评分)表\(((?:19|20)\d{2})年度?\)", tops)
    )
    if report:
        filing.years.setdefault("自评报告标题", int(report[1]))
    named = int(report[1]) if report else None
    filing.year = titles[0] if titles else max(columns, default=named)
    if filing.unit is None:
        filing.unit = _unit_of_heading(filing)


def _unit_of_heading(filing: Filing) -> str | None:
    head = [squeeze(text) for text in filing.narrative[:14]]
    joined = "".join(head)
    for place, pattern in enumerate(
        (
            r"(?:(?:部门|单位|部门\(单位\)|预算单位)名称|(?:填报|编制|申报)单位):(.{2,40}?)(?:\(盖章\)|\(公章\)|(?:金额)?单位:|(?:19|20)\d{2}|年月日|$)",
            r"(?:19|20)\d{2}年度?([^，。；:]{2,40}?)(?:部门)?整体支出",
            r"^(?:附件\d*)?([^，。；:\d]{3,40}?)(?:部门)?整体支出绩效",
        )
    ):
        for text in (*head, joined) if place == 0 else (joined,):
            found = re.search(pattern, text)
            if found and "部门" not in found[1][:2]:
                return found[1]
    return None


def extract(document: Document, form: Form) -> list[Filing]:
    """Return the filings that a document holds in a form, with the place of every value."""
    return Extraction(document, form).run()
