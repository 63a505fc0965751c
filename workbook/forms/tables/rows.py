"""Rows into fields: what each section of a form makes of a row."""

from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

from workbook import patterns as re
from workbook.forms import scheme_of
from workbook.forms.grid import Cell
from workbook.forms.labels import key, keys, one_kind, squeeze, without_brackets, without_numbering
from workbook.forms.tables.cells import Columns, is_amount, numbering, raw, tidy
from workbook.forms.tables.heads import is_figure
from workbook.forms.tables.lines import NOTE, Lines
from workbook.forms.targets import compose, told_in_standard
from workbook.model.fields import field_of
from workbook.model.filing import Filing
from workbook.model.original import ABOVE, BELOW
from workbook.model.quantity import Unreadable, is_blank, number, says_nothing

_BARE_POINTS = re.compile(r"^([^\W\d]+指标)[:：]?(\d+(?:\.\d+)?)分$")
_CLASS_POINTS = re.compile(r"[(（]\s*([\d.]+)\s*分?\s*[)）]")
_PLACEHOLDER = re.compile(r"[.…·。\-—]*")
_POINTS_AT_END = re.compile(r"[(（]\s*(\d+(?:\.\d+)?)\s*分\s*[)）]\s*$")
_SAME = Decimal("0.05")
# rows of the basic sheet that are no projects: sums, and 项目支出 told again by where its money comes from
_SUMMED = re.compile(
    r"(?:(?:部门|单位|全年|本年|总)?(?:总?支出)?(?:合计|总计|小计|总支出|总额)|(?:部门|单位)?(?:整体|全部)?支出(?:合计|总计|总额)|基本支出)"
    r"(?:全部资金|各项资金|财政拨款|[^\W\d]{0,6}口径)?"
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
_OF_MONEY = re.compile(r"资金|拨款|结转|结余|收入|专户|财政|自筹|补助|其他|其它")
_EXECUTION = re.compile(r"(?:部门|全年|整体|项目)?(?:预算|资金)(?:资金)?执行(?:率|情况|进度)")
_AMOUNTS = ("initial_budget", "annual_budget", "executed")
_SUM = re.compile(r"合计|总计|总额|小计|资金总额|全部资金|资金合计")
_FUNDING = re.compile(
    r"(?:其中:?)?(?:[^\W\d]{0,6}(?:财政|预算)(?:拨款|资金|安排)?|[^\W\d]{0,6}(?:资金|拨款|收入|结转|结余|自筹|补助|专户))(?:\([^()]*\))?"
)
_SUBTOTAL = re.compile(r"(?:本类|本项|分项)?(?:小计|合计|总计)")
_CLASS = re.compile(
    r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))?[^\W\d]{2,10}(?:指标|管理|效能|效益|效率|情况|产出)"
)
_GRADE = re.compile(
    r"(?:自评|评价|评定|评估|综合|绩效|考核|自我评定)*(?:结果|结论)?(?:等级|等次|档次)(?:\([^()]*\))?(?::(.+))?"
)
_GRADE_NAMES = "(优秀?|良好?|中等?|差等?|一般|较差|较好|优良|基本合格|不合格|合格|基本达标|未达标|不达标|达标|[一二三四ABCD][等级])"
_GRADE_NAME = re.compile(f'[“"「『]?{_GRADE_NAMES}[”"」』]?')
_TICKED = re.compile(f"[☑√■✓✔☒]{_GRADE_NAMES}")
_LONG = 60  # characters of a cell over the tables that is running text and no line
_LISTED = ("indicators", "tasks", "funds", "sources")
_SECOND = re.compile(r"数量|质量|时效|经济|社会|生态|可持续|服务对象")
_CLASSES = re.compile(
    r"(?:(?:投入|过程|产出|效益|效果|满意度|成本|管理|决策|绩效|部门管理|投入管理)|"
    r"(?:数量|质量|时效|经济效益|社会效益|生态效益|可持续影响|服务对象满意度|经济成本|社会成本|生态环境成本))指标|履职效能|管理效率"
)
_SHARES = {"fiscal": "财政拨款", "other": "其他资金"}
_OF_THE_SUM = ("weight", "execution_rate", "score")
_AMOUNT_WORDS = re.compile(r"-?\d+(?:\.\d+)?(?:元|万元)?")


class Rows(Lines):
    """How a row is taken: one that says by itself what it is, or one of the section it stands in."""

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
                self._number(path, raw(cell), cell)
        self._see(section)
        self.section = ""

    def _single(self, cells: list[Cell]) -> bool:
        filled = [cell for cell in cells if cell.text.strip()]
        first = filled[0]
        name = key(first.text)
        if len(filled) == 1 and (self._title(first.text) or self._heading_of_sheet(first.text)):
            self.titled = BELOW if NOTE.match(squeeze(first.text)) else ABOVE
            return True
        if self._signature("  ".join(cell.text for cell in filled), self._place(first)):
            self.titled = BELOW
            return True
        if self._grade(filled) or self._heads(cells, filled) or self._unit(cells, filled, name):
            return True
        if len(filled) == 1 and self._says_measure(first):
            return True
        if len(filled) == 1 and not self.section and self._tells(first.text):
            self.kept.said(first, len(self.filing.narrative), 1)
            self.filing.narrative.append(first.text.strip())
            return True
        if name in self.form.table("thrift"):
            self._text("thrift_measures", self._right_of(cells, first))
            self.section = ""
            return True
        if self.section in ("indicators", "") and name in self.form.table("total"):
            self._total(cells, first)
            return True
        return self.section == "funds" and self._colon(cells)

    def _tells(self, text: str) -> bool:
        """Return whether a cell over the tables is running text: 自评说明 in sentences, with the year's money in it."""
        above = bool(self.head_table) and self.grid.is_sheet and not self.parts
        return above and len(text) >= _LONG and "。" in text and bool(re.search(r"\d", text))

    def _grade(self, filled: list[Cell]) -> bool:
        """Read the grade that a table tells (自评等级 | 优), also behind the total; return whether the row tells nothing else."""
        for position, cell in enumerate(filled):
            label = _GRADE.fullmatch(one_kind(cell.text))
            if label is None or "total.grade" in self.filing.places:
                continue
            beside = filled[position + 1] if position + 1 < len(filled) else None
            spot = cell if label[1] else beside
            words = label[1] or (one_kind(beside.text) if beside else "")
            said = _TICKED.search(words) or _GRADE_NAME.fullmatch(words)
            if spot is not None and (said or words in scheme_of(self.form).grades):
                self._see("total.grade")
                self.filing.total.grade = said[1] if said else words
                self.filing.places["total.grade"] = self._place(spot)
                return position == 0
        return False

    def _heads(self, cells: list[Cell], filled: list[Cell]) -> bool:
        """Read the rows above the figures: label and value beside it, several in a row (项目名称, 主管部门, 实施单位)."""
        if not self.head_table:
            return False
        done = False
        for position, cell in enumerate(filled):
            label, _, inline = cell.text.partition("：" if "：" in cell.text else ":")
            path = self.form.field("heads", label) or ("unit" if self.form.field("unit", label) else None)
            if path is None or (self.section in _LISTED and ((position and not done) or field_of(path).is_number)):
                continue  # a row of a list may bear the name of a head: 预算执行率 is an indicator too
            following = filled[position + 1] if position + 1 < len(filled) else None
            beside = following if following is not None and not self._is_head(following.text) else None
            value = inline.strip() or (beside.text.strip() if beside else "")
            if value and field_of(path).is_number and not re.search(r"\d", value):
                continue  # the head of a column, beside another
            before = self.factor
            self._take_measure_of([cell])
            self._take_head(path, value, beside or cell)
            self.factor = before
            done = True
        return done and (self.section in ("", "goals") or len(filled) > 1)

    def _is_head(self, text: str) -> bool:
        label = re.split("[:：]", text)[0]
        return bool(self.form.field("heads", label) or self.form.field("unit", label))

    def _take_head(self, path: str, value: str, cell: Cell) -> None:
        self._see(path)
        if path == "unit":
            self._take_unit(value, cell)
            return
        if path == "subject" and (self.filing.subject is not None or self.parts):
            self._start()
            self._see(path)
        self._see(path.partition(".")[0])
        if field_of(path).is_number:
            self._number(path, value, cell)
        elif path == "subject" or value:
            said = "" if is_blank(value) else tidy(value)
            if path.startswith("goals."):  # a form may have a block a goal
                said = "\n".join(filter(None, (self.filing.get(path), said)))
            self.filing.set(path, said or ("" if path == "subject" else None))
            self.filing.places[path] = self._place(cell)

    def _unit(self, cells: list[Cell], filled: list[Cell], name: str) -> bool:
        head, colon, rest = filled[0].text.partition("：" if "：" in filled[0].text else ":")
        if colon and self.form.field("unit", head):
            self.titled = ABOVE if len(filled) == 1 else ""
            self._take_unit(rest, filled[0])
            return True
        if not self.form.field("unit", name):
            return False
        value = self._right_of(cells, filled[0])
        self._take_unit(value.text.strip() if value else "", value or filled[0])
        return True

    def _colon(self, cells: list[Cell]) -> bool:
        """Read labels with their value behind a colon, on any line of a cell, or in the next cell that is filled."""
        done = False
        for cell in cells:
            spots = self._colon_spots(cell.text)
            bare = len(spots) == 1 and not spots[0][1] and not squeeze(cell.text).endswith(":")
            under = self._annual_amount(cells) if bare else None
            if under is not None:
                self._number(spots[0][0], raw(under), under)
                return True
            for index, (path, value) in enumerate(spots):
                beside = self._value_beside(cells, cell) if not value and index == len(spots) - 1 else None
                if value or beside or len(cells) > 1 or ":" in squeeze(cell.text):
                    self._number(path, value or (raw(beside) if beside else None), beside or cell)
                    done = True
        return done

    def _colon_spots(self, text: str) -> list[tuple[str, str]]:
        """Return the declared labels of a cell with the words behind each; none where the cell begins with no label."""
        out: list[tuple[str, str]] = []
        for piece in re.split(r"[\n;；，]|(?<=[\d元）)])\s+(?=[^\s\d:：])|其中\s*[:：]", text):
            label, _, value = squeeze(piece).partition(":")
            path = next((self.colon_table[one] for one in keys(label) if one in self.colon_table), None)
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
        amounts = [cell for cell in under if cell is not None and is_amount(cell)]
        return self._under(cells, "annual_budget") if len(amounts) > 1 and "annual_budget" in self.columns else None

    def _value_beside(self, cells: list[Cell], cell: Cell) -> Cell | None:
        """Return the first filled cell to the right, unless it is a label itself or stands outside the table."""
        edge = max(heading.last for heading in self.columns.values())
        filled = [other for other in cells if cell.column < other.column <= edge and other.text.strip()]
        if not filled or re.search(r"[:：]", filled[0].text) or key(filled[0].text) in self.colon_table:
            return None
        return filled[0]

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
                self.project_mark = numbering(label)
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
        mark = numbering(label)
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
                self._number(f"{path}.{column}", raw(cell), cell)

    def _building(self, cells: list[Cell]) -> None:
        found = {name: self._under(cells, name) for name in self.columns}
        if all(cell is None or is_blank(cell.text) for cell in found.values()):
            return
        index = len(self.filing.buildings)
        for name, cell in found.items():
            if cell is not None:
                self._number(f"buildings[{index}].{name}", raw(cell), cell)

    def _funds(self, cells: list[Cell]) -> None:
        names = self.form.table("funds/rows")
        if any(key(cell.text) in names for cell in cells) or self._is_bare_total(cells):
            self._fields(cells, "funds")
            if self.filing.sources:  # a sum that stands under what it adds up
                self.section = ""
        elif self.form.data["funds"].get("sources"):
            self._source(cells)

    def _is_bare_total(self, cells: list[Cell]) -> bool:
        """Return whether a row is that of the total though no label says so, in a form that has none there: the first one."""
        if not self.form.data["funds"].get("bare") or self.filing.places.get("funds.executed") != self.summed:
            return False
        names, labels = ("initial_budget", "annual_budget", "executed"), self.form.table("funds/rows")
        below = (cell for row in self.grid.rows for cell in row[:2] if cell.row > cells[0].row)
        if any(key(cell.text) in labels and labels[key(cell.text)] == "total" for cell in below):
            return False
        under = (self._under(cells, name) for name in names if name in self.columns)
        return sum(cell is not None and is_amount(cell) for cell in under) > 1

    def _source(self, cells: list[Cell]) -> None:
        """Read a row under 年度资金总额 that says where the money comes from."""
        label = self._label_cell(cells)
        amounts = [name for name in ("initial_budget", "annual_budget", "executed") if self._under(cells, name)]
        name = re.sub(r"^其中[:：]?", "", squeeze(label.text)) if label else ""
        if not name or not amounts or _PLACEHOLDER.fullmatch(name):
            return
        if sum(bool(cell.text.strip()) for cell in cells) == 1 and not _OF_MONEY.search(name):
            return  # a line of words
        under = [self._under(cells, column) for column in amounts]
        if len(under) > 1 and any(
            cell is not None and cell.text.strip() and cell in under[:at] for at, cell in enumerate(under)
        ):
            return  # words over several columns
        self._see("sources")
        index = len(self.filing.sources)
        self.filing.set(f"sources[{index}].name", name)
        if label is not None:
            self.filing.places[f"sources[{index}].name"] = self._place(label)
        for column in amounts:
            cell = self._under(cells, column)
            if cell is not None:
                self._number(f"sources[{index}].{column}", raw(cell), cell)

    def _begins_sources(self, cells: list[Cell]) -> bool:
        """Begin money turned on its side: where it comes from at the heads of columns, 全年预算数 and 全年执行数 at the rows."""
        if not self.head_table or any(map(is_figure, cells)) or self._amount_named(self.below) is None:
            return False
        whole = [cell for cell in cells if _SUM.fullmatch(key(cell.text))]
        sources = [cell for cell in cells if _FUNDING.fullmatch(key(cell.text))]
        if len(whole) != 1 or not sources or self.filing.sources or "funds.executed" in self.filing.places:
            return False
        self._see("funds", "sources")
        self.parts.add("funds")
        self.section, self.columns = "sources", {"total": whole[0]}
        for index, cell in enumerate(sources):
            self.columns[str(index)] = cell
            self.filing.set(f"sources[{index}].name", squeeze(cell.text))
            self.filing.places[f"sources[{index}].name"] = self._place(cell)
        self._take_measure_of(cells)
        return True

    def _amount_named(self, cells: list[Cell]) -> str | None:
        """Return the amount that the label of a row names, as the head of a column would; None for any other row."""
        names = (self.form.field("funds/columns", cell.text) for cell in cells if cell.text.strip())
        return next(filter(None, names), None)

    def _amount_of_sources(self, cells: list[Cell]) -> None:
        field = self._amount_named(cells)
        if field is None:
            self.section = ""
            return
        for name in self.columns:
            cell = self._under(cells, name)
            path = f"funds.{field}" if name == "total" else f"sources[{name}].{field}"
            if cell is not None and cell.text.strip() and (name == "total" or field in _AMOUNTS):
                self._see(path)
                self._number(path, raw(cell), cell)

    def _task(self, cells: list[Cell]) -> None:
        """Read a row of 年度主要任务, or the row of their sum: that is the money of the whole department."""
        name = self._under(cells, "name")
        labels = self.form.table("tasks")
        edge = self.columns["name"].last
        if any(labels.get(key(cell.text)) == "total" for cell in cells if cell.column <= edge):
            self._sum_of_tasks(cells)
            return
        if name is None or not squeeze(name.text) or _PLACEHOLDER.fullmatch(squeeze(without_numbering(name.text))):
            return
        path = f"tasks[{len(self.filing.tasks)}]"
        self.filing.set(f"{path}.name", tidy(name.text))
        self.filing.places[f"{path}.name"] = self._place(name)
        for column in self.columns:
            cell = self._under(cells, column)
            if cell is None or cell is name or not cell.text.strip():
                continue
            if column in _OF_THE_SUM:  # merged over all rows of tasks it stands in the first
                self._number(f"funds.{column}", raw(cell), cell)
            elif field_of(f"{path}.{column}").is_number:
                self._number(f"{path}.{column}", raw(cell), cell)
            else:
                self._text(f"{path}.{column}", cell)

    def _sum_of_tasks(self, cells: list[Cell]) -> None:
        self._see("funds", "sources")  # no block of its own: that of 预算执行情况 may follow in the same filing
        spots = {"budget": "funds.annual_budget", "executed": "funds.executed"}
        spots |= {name: f"funds.{name}" for name in _OF_THE_SUM}
        shares = [share for share in _SHARES if f"budget_{share}" in self.columns]
        for index, share in enumerate(shares):
            self.filing.set(f"sources[{index}].name", _SHARES[share])
            spots[f"budget_{share}"] = f"sources[{index}].annual_budget"
            spots[f"executed_{share}"] = f"sources[{index}].executed"
        for column, path in spots.items():
            cell = self._under(cells, column)
            if cell is not None and cell.text.strip():
                self._number(path, raw(cell), cell)
        self.summed = self.filing.places.get("funds.executed")
        self.section = ""

    def _goals(self, cells: list[Cell]) -> None:
        found = {name: self._under(cells, name) for name in self.columns}
        filled = {name: cell for name, cell in found.items() if cell is not None and cell.text.strip()}
        begun = any(self.filing.get(f"goals.{name}") is not None for name in self.columns)
        if begun and not {"expected", "actual"} <= filled.keys():
            self.section = ""
            return
        for name, cell in filled.items():
            before = self.filing.get(f"goals.{name}")
            if before is None or begun:
                self._text(f"goals.{name}", cell)
                said = self.filing.get(f"goals.{name}")
                self.filing.set(f"goals.{name}", "\n".join(filter(None, (before, said))) or None)
        if filled and not self.form.data.get("goal_rows"):
            self.section = ""

    def _execution_row(self, cells: list[Cell]) -> bool:
        """Read the row of the execution rate among the indicators, where nothing is said of it as an indicator: points, score, rate."""
        label = next((cell for cell in cells if cell.text.strip()), None)
        name = self._under(cells, "level3")
        if label is None or not _EXECUTION.fullmatch(key(without_brackets(label.text))):
            return False
        alone = name is None or name is label or not name.text.strip() or _EXECUTION.fullmatch(key(name.text))
        if not alone or not self.filing.asks("funds") or "funds.score" in self.filing.places:
            return False
        self._see("funds")
        for column, field in (("weight", "weight"), ("score", "score"), ("actual", "execution_rate")):
            cell = self._under(cells, column) if column in self.columns else None
            path = f"funds.{field}"
            if cell is not None and cell is not label and cell.text.strip() and path not in self.filing.places:
                self._see(path)
                self._number(path, raw(cell), cell)
        return True

    def _indicator(self, cells: list[Cell]) -> None:
        if self._is_class(cells) or (self.form.by_headings and self._execution_row(cells)):
            return
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
                self._number(path, raw(cell), cell)
            else:
                self._text(path, cell)
        row = self.filing.indicators[index]
        if row.target is None and row.initial_target is not None:
            row.target = row.initial_target  # nothing was adjusted
        if row.target is None and "target" not in self.columns and (told := told_in_standard(row)):
            row.target = told
            self.filing.places[f"indicators[{index}].target"] = self.filing.places[f"indicators[{index}].standard"]
        compose(row)
        self._score_of_points_off(index)
        points = _POINTS_AT_END.search(name.text)
        if points and "weight" not in self.columns:
            self.filing.set(f"indicators[{index}].weight", Decimal(points[1]))
            self.filing.places[f"indicators[{index}].weight"] = self._place(name)
            self._see("indicators[].weight", "total.weight")

    def _score_of_points_off(self, index: int) -> None:
        """Work the score out where a form has points and 扣分 alone."""
        row, path = self.filing.indicators[index], f"indicators[{index}]"
        if "score" in self.columns or row.weight is None or row.deducted is None:
            return
        with suppress(Unreadable):
            cut = number(row.deducted, kind="score") or Decimal(0)
            self.filing.set(f"{path}.score", row.weight - cut)
            self.filing.places[f"{path}.score"] = self.filing.places[f"{path}.deducted"]
            self._see("indicators[].score")

    def _note_class(self, name: Cell | None) -> None:
        level1, level2 = self.levels.get("level1"), self.levels.get("level2")
        if level1 and level2:
            said = name is not None and bool(squeeze(name.text))
            self.filled_classes[level1, level2] = self.filled_classes.get((level1, level2), False) or said
            blank = [kind for (_, kind), filled in self.filled_classes.items() if not filled]
            self.filing.blank_classes = blank

    def _holds_no_indicator(self, name: Cell, cells: list[Cell]) -> bool:
        """Return whether a row has no name, repeats the headings, or says 无 (无 with points is kept: the sums count it)."""
        if (
            not squeeze(name.text)
            or key(name.text) in self.form.table("indicators")
            or _SUBTOTAL.fullmatch(key(name.text))
        ):
            return True
        if any(name.column < head.column <= name.last for column, head in self.columns.items() if column != "level3"):
            return True  # words over several columns are a note
        return says_nothing(name.text) and not self._bears_points(cells)

    def _is_class(self, cells: list[Cell]) -> bool:
        """Return whether a row is the name of a class that stands above its rows, in a table without columns for classes."""
        filled = [cell for cell in cells if cell.text.strip()]
        if "level1" in self.columns or "level2" in self.columns or not filled or NOTE.match(squeeze(filled[0].text)):
            return False
        spot = self._under(cells, "level3") if len(filled) > 1 else filled[0]
        words = one_kind(spot.text) if spot else ""
        name = without_numbering(_CLASS_POINTS.sub("", words))
        known = _CLASSES if len(filled) > 1 else _CLASS
        said = (self._under(cells, column) for column in ("target", "actual", "standard") if column in self.columns)
        if (
            spot is None
            or not known.fullmatch(name)
            or any(cell and cell is not spot and cell.text.strip() for cell in said)
        ):
            return False
        level = "level2" if _SECOND.search(name) and self.levels.get("level1") else "level1"
        if level == "level1":
            self.levels["level2"] = None
        self.levels[level] = name
        self.level_places[level] = self._place(spot)
        self._see(f"indicators[].{level}")
        points = _CLASS_POINTS.search(words)
        if points and level == "level1":
            self.filing.class_weights[name] = Decimal(points[1])
        return True

    def _bears_points(self, cells: list[Cell]) -> bool:
        """Return whether a row has a weight or a score that is not 0."""
        for column in ("weight", "score"):
            cell = self._under(cells, column) if column in self.columns else None
            try:
                if cell is not None and number(raw(cell), kind="score"):
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
            words = _BARE_POINTS.sub(r"\1(\2分)", one_kind(cell.text))
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
            return number(raw(cell), kind="score") if cell else None
        except Unreadable:
            return None

    def _total(self, cells: list[Cell], label: Cell) -> None:
        after = [cell for cell in cells if cell.column > label.column]
        numbers = [cell for cell in after if not is_blank(cell.text)]
        columns = [column for column in ("weight", "score") if column in self.columns]
        spots = {column: self._under(cells, column) if self.grid.aligned else None for column in columns}
        if len(columns) == 2 and spots.get("weight") is label and len(numbers) == 2:
            spots = dict(zip(columns, numbers, strict=True))  # the row's own cells, wherever they stand
        if spots.get("weight") is spots.get("score"):
            spots.pop("weight", None)  # one cell under both heads holds the score
        named = self._named_totals([label, *numbers])
        for column in ("weight", "score"):
            cell = named.get(column) if named else spots.get(column)
            if cell is not None and cell is not label:
                if cell.text.strip():
                    self._see(f"total.{column}")
                self._number(f"total.{column}", raw(cell), cell)
            elif not named and not self.grid.aligned and len(after) > ("weight", "score").index(column):
                spot = after[("weight", "score").index(column)]
                self._number(f"total.{column}", raw(spot), spot)
        if numbers or "indicators" in self.parts:
            self.section = ""

    def _named_totals(self, filled: list[Cell]) -> Columns:
        """Return the totals that have labels of their own in their row: 总分 | 总分值 | 100 | 总得分 | 97.96; none where they have not."""
        out: Columns = {}
        for label, cell in pairwise(filled):
            field = self.form.field("indicators", key(label.text).removeprefix("总"))
            if label is not filled[0] and field in ("weight", "score") and is_figure(cell):
                out[field] = cell
        return out


def take_lines(filing: Filing, lines: list[tuple[str, Decimal | None]], factor: Decimal) -> None:
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
