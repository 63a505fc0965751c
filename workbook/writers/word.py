"""A department's report as Word: 附件1 (the prose), 附件2 and 附件3 as tables with merged cells, A4."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from workbook.derive import Derived, derive
from workbook.fields import EXPENSE_COLUMNS, field_of
from workbook.figures import percent, plain
from workbook.filing import Filing
from workbook.ooxml import legal
from workbook.scheme import Scheme
from workbook.writers import paper
from workbook.writers.official import layout
from workbook.writers.plan import Line, Plan, Spot, plan, printed_lines, printed_sides, runs

_HEADING = re.compile(r"[一二三四五六七八九十]+、")
BLANK = "____"
POINT = 12700  # EMU


def write(filing: Filing, scheme: Scheme, path: Path) -> None:
    """Write 附件1 to 附件3 of one department as .docx; blank derived fields get the computed value."""
    document = paper.start(margin=20)
    _prose(document, filing)
    if filing.narrative:
        document.add_page_break()
    _annexes(document, filing, derive(filing, scheme))
    paper.save(document, path)


def skeleton(filing: Filing, scheme: Scheme, path: Path) -> None:
    """Write a report for a department that has no prose: nine sections with its figures in their sentences, then 附件2 and 3.

    The sections come from templates/word/skeleton.docx; what only the department knows stands there as 【请填写…】.
    """
    source = resources.files("workbook") / "templates" / "word" / "skeleton.docx"
    template = DocxTemplate(BytesIO(source.read_bytes()))
    derived = derive(filing, scheme)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    template.render(_slots(filing, derived), jinja_env=environment, autoescape=True)
    document = template.docx
    document.add_page_break()
    _annexes(document, filing, derived)
    paper.save(document, path)


def _annexes(document: Any, filing: Filing, derived: Derived) -> None:
    data = layout(filing.form)
    for number, part in enumerate(data["sheets"]):
        if number:
            document.add_page_break()
        _KINDS[data[part]["kind"]](document, filing, derived, part).write()


def _slots(filing: Filing, derived: Derived) -> Mapping[str, Any]:
    """Return the words for the slots of the skeleton; what is not known is a line to write on."""
    entries = {
        path.replace(".", "_").removeprefix("expenses_"): _words(_best(filing, derived, path), path)
        for path in filing.paths()
        if "[" not in path
    }
    fund = filing.income.government_fund
    rows = [_indicator_words(filing, derived, index) for index in range(len(filing.indicators))]
    return entries | {
        "projects": [
            {"name": legal(line.name), "budget": _words(line.budget), "final": _words(line.final)}
            for line in filing.project_lines
        ],
        "indicators": rows,
        "missed": [row for row in rows if row["lost"]],
        "indicator_count": str(len(rows)),
        "government_fund_words": f"政府性基金拨款{plain(fund)}万元。【请填写：支出情况】" if fund else "无。",
        "grade": _words(derived.grade),
    }


def _indicator_words(filing: Filing, derived: Derived, index: int) -> dict[str, str]:
    path, row = f"indicators[{index}]", filing.indicators[index]
    score = _best(filing, derived, f"{path}.score")
    lost = row.weight - score if isinstance(row.weight, Decimal) and isinstance(score, Decimal) else Decimal(0)
    return {
        "name": _words(row.level3),
        "target": _words(row.target),
        "actual": _words(row.actual),
        "weight": _words(row.weight),
        "score": _words(score),
        "lost": plain(lost) if lost > 0 else "",
        "reason": _words(row.reason) if row.reason else "【请填写：原因和改进措施】",
    }


def _best(filing: Filing, derived: Derived, path: str) -> Any:
    """Return a field's value: entered, else the words that stood there, else computed."""
    value = filing.get(path)
    return value if value is not None else filing.unread.get(path) or derived.at(path)


def _words(value: Any, path: str = "") -> str:
    shown = _shown(value, "rate" if path.endswith("_rate") else "amount")
    return legal(shown) or BLANK


def _prose(document: Any, filing: Filing) -> None:
    for number, text in enumerate(filing.narrative):
        if number == 0:
            paper.heading(document, text, "Title", paper.SONG, 18, center=True)
        elif _HEADING.match(text) and len(text) < 40:
            paper.heading(document, text, "Heading 1", paper.HEI, 14)
        else:
            paragraph = paper.line(document, text, paper.FANG, 14)
            paragraph.paragraph_format.first_line_indent = Pt(28)
            paragraph.paragraph_format.line_spacing = 1.5


def _shown(value: Any, kind: str = "amount") -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return percent(value) if kind == "rate" else plain(value)
    return str(value)


class _Table:
    """A bordered table that is filled cell by cell, with merged ranges."""

    widths: Sequence[float] = ()

    def __init__(self, document: Any, filing: Filing, derived: Derived, part: str) -> None:
        self.document, self.filing, self.derived = document, filing, derived
        self.layout = layout(filing.form)
        self.data = self.layout[part]
        self.years = {"year": filing.year or "", "prior": (filing.year or 0) - 1 if filing.year else ""}
        self.size = 10.5
        self.table: Any = None
        self.grid: list[list[Any]] = []

    @property
    def row(self) -> int:
        """Return the number of the present row (0-based)."""
        return len(self.grid) - 1

    def words(self, text: str) -> str:
        """Return a printed text with the filing's years in it."""
        return text.format(**self.years)

    def start(self) -> None:
        """Write 附件n and the title, and begin the table."""
        if mark := self.data.get("mark"):
            paper.line(self.document, mark, paper.HEI, 14)
        title = paper.line(self.document, self.words(self.data["title"]), paper.SONG, 16, bold=True, center=True)
        title.paragraph_format.space_after = 76200  # 6 pt between the title and its table
        self.table = paper.table(self.document, self.widths)

    def add(self, height: float = 6.5) -> Any:
        """Add a row at least so high (mm) and return it."""
        added = paper.row(self.table, self.widths, height)
        self.grid.append(list(added.cells))
        return added

    def put(
        self,
        first: int,
        last: int,
        text: str | None,
        row: int | None = None,
        bottom: int | None = None,
        center: bool = True,
    ) -> Any:
        """Write into a cell or a merged range of columns (0-based) of the present row, or of rows `row` to `bottom`."""
        top = self.row if row is None else row
        cell = self.grid[top][first]
        if last != first or (bottom or top) != top:
            cell = cell.merge(self.grid[bottom or top][last])
        paper.fill(cell, text, self.size, center)
        return cell

    def value(self, path: str, kind: str = "amount") -> str:
        """Return a field as shown: entered, else the words that stood there, else computed."""
        return _shown(_best(self.filing, self.derived, path), kind)

    def sign(self) -> None:
        """Write the line of 填表人, 填报日期, 联系电话, 单位负责人签字 under the table."""
        signed = self.filing.signature
        words = self.layout["signature"]["words"].format(
            preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
        )
        paper.line(self.document, words, paper.FANG, 10.5).paragraph_format.space_before = 76200


class _Basics(_Table):
    """附件2 基础数据表."""

    widths = (52, 19, 20, 19, 20, 20, 20)

    def write(self) -> None:
        """Write the whole table."""
        self.start()
        label, *headings = self.data["staff"]
        self._pairs("", map(self.words, headings))
        top = self.row
        self._pairs(
            "", [self.value("staff.authorized"), self.value("staff.actual"), self.value("staff.control_rate", "rate")]
        )
        self.put(0, 0, label, top, self.row)
        label, *headings = self.data["columns"]
        self._pairs(label, map(self.words, headings))
        for name, text in self.data["rows"]:
            self._expense(f"expenses.{name}", text)
            if name == "project_municipal":
                for index, line in enumerate(self.filing.project_lines):
                    self._expense(f"project_lines[{index}]", f"      {line.name}")
        self._buildings()
        self.add()
        self.put(0, 0, self.data["thrift"])
        self.put(1, 6, self.filing.thrift_measures, center=False)
        paper.line(self.document, self.data["note"], paper.FANG, 10)
        self.sign()

    def _pairs(self, label: str, words: Iterable[str]) -> None:
        self.add()
        if label:
            self.put(0, 0, self.words(label))
        for position, text in enumerate(words):
            self.put(1 + position * 2, 2 + position * 2, text)

    def _expense(self, path: str, text: str) -> None:
        self.add()
        label = self.put(0, 0, text.strip(), center=False)
        label.paragraphs[0].paragraph_format.left_indent = (len(text) - len(text.lstrip())) * POINT * 2
        for position, column in enumerate(EXPENSE_COLUMNS):
            whole = f"{path}.{column}"
            dash = whole in self.data["not_applicable"] and not self.value(whole)
            self.put(1 + position * 2, 2 + position * 2, "——" if dash else self.value(whole))

    def _buildings(self) -> None:
        label, *headings = self.data["building"]
        self.add()
        top = self.row
        for column, text in enumerate(headings, start=1):
            self.put(column, column, text)
        names = ("approved_area", "actual_area", "area_control_rate", "budget_investment", "actual_investment")
        for index in range(max(1, len(self.filing.buildings))):
            self.add()
            for column, name in enumerate((*names, "investment_control_rate"), start=1):
                if self.filing.buildings:
                    kind = "rate" if name.endswith("rate") else "area"
                    self.put(column, column, self.value(f"buildings[{index}].{name}", kind))
        self.put(0, 0, self.words(label), top, self.row)


class _Evaluation(_Table):
    """附件3 自评表."""

    widths = (9, 20, 20, 34, 24, 24, 11, 14, 22)

    def __init__(self, document: Any, filing: Filing, derived: Derived, part: str) -> None:
        super().__init__(document, filing, derived, part)
        self.size = 10

    def write(self) -> None:
        """Write the whole table."""
        self.start()
        self.add()
        self.put(0, 2, self.data["unit"])
        self.put(3, 8, self.filing.unit)
        self._funds()
        self._goals()
        self._indicators()
        self.add()
        self.put(0, 5, self.data["total"])
        self.put(6, 6, self.value("total.weight", "score"))
        self.put(7, 7, self.value("total.score", "score"))
        self.sign()

    def _funds(self) -> None:
        label, *headings = self.data["funds"]
        self.add()
        top = self.row
        self.put(1, 2, "")
        for column, text in enumerate(headings, start=3):
            self.put(column, column, text)
        self.add()
        self.put(1, 2, self.data["total_row"])
        names = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
        for column, name in enumerate(names, start=3):
            self.put(column, column, self.value(f"funds.{name}", "rate" if name == "execution_rate" else "amount"))
        for left, left_label, right, right_label in printed_sides(self.filing, self.data["sides"]):
            self.add()
            self.put(1, 4, f"{left_label}{self.value(left)}", center=False)
            self.put(5, 8, f"{right_label}{self.value(right)}" if right else "", center=False)
        self.put(0, 0, label, top, self.row)

    def _goals(self) -> None:
        label, expected, actual = self.data["goals"]
        self.add()
        top = self.row
        self.put(1, 4, expected)
        self.put(5, 8, actual)
        self.add()
        self.put(1, 4, self.filing.goals.expected, center=False)
        self.put(5, 8, self.filing.goals.actual, center=False)
        self.put(0, 0, label, top, self.row)

    def _indicators(self) -> None:
        label, *headings = self.data["indicators"]
        self.add(height=12)
        top = self.row
        for column, text in enumerate(headings, start=1):
            self.put(column, column, text)
        printed = printed_lines(self.filing, self.data["classes"])
        for entry in printed if self.filing.indicators else ():
            self.add()
            for column, text in enumerate(self._printed(entry), start=3):
                self.put(column, column, text, center=column not in (3, 8))
        if self.filing.indicators:
            self._levels(printed, top + 1)
        self.put(0, 0, label, top, self.row)

    def _printed(self, entry: Line) -> Sequence[str | None]:
        if entry.index is None:
            return (entry.said,)
        row, path = self.filing.indicators[entry.index], f"indicators[{entry.index}]"
        points = (self.value(f"{path}.weight"), self.value(f"{path}.score"))
        return (row.level3, row.target, row.actual, *points, row.reason)

    def _levels(self, printed: Sequence[Line], first: int) -> None:
        for column, name in ((1, "level1"), (2, "level2")):
            for start, end, words in runs(printed, name):
                points = self.filing.class_weights.get(words or "") if name == "level1" else None
                text = words if points is None else f"{words}\n（{points.normalize():f}分）"
                self.put(column, column, text, first + start, first + end)


PAGE = 178.0  # mm between the margins


class _Rows(_Table):
    """A table whose layout draws it row by row."""

    def write(self) -> None:
        """Write the whole table."""
        widths = self.data["widths"]
        self.widths = tuple(width * PAGE / sum(widths) for width in widths)
        self.size = 10
        self.start()
        made = plan(self.data, self.filing)
        for _ in range(made.height):
            self.add()
        for spot in made.spots:
            words = self._words(made, spot)
            center = not spot.path.endswith((".reason", ".level3", ".standard", "goals.expected", "goals.actual"))
            self.put(spot.first, spot.last, words, spot.row, spot.bottom, center)
        if made.head is not None:
            paper.repeat(self.table.rows[made.head])
        if self.data.get("signed", True):
            self.sign()

    def start(self) -> None:
        """Write the title and the line above the table, and begin the table."""
        super().start()
        if above := self.data.get("above"):
            words = above.format(**self.years, filing=self.filing, unit=self.filing.owner)
            line = paper.line(self.document, words, paper.FANG, 12, center=words.startswith("（"))
            self.table._tbl.addprevious(line._p)

    def _words(self, made: Plan, spot: Spot) -> str:
        if spot.level.endswith("_weight"):
            return _shown(made.points_of(self.filing, spot))
        if spot.level:
            points = self.filing.class_weights.get(spot.text) if spot.level == "level1" and not made.points else None
            return spot.text if points is None else f"{spot.text}\n（{plain(points)}分）"
        if not spot.path:
            return self.words(spot.text)
        if field_of(spot.path).is_number:
            return self.value(spot.path, field_of(spot.path).kind)
        return made.words(self.filing, spot) or ""


_KINDS: dict[str, type[_Basics] | type[_Evaluation] | type[_Rows]] = {
    "basics": _Basics,
    "evaluation": _Evaluation,
    "rows": _Rows,
}
