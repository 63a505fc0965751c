"""A department's report as Word: 附件1 (the prose), 附件2 and 附件3 as tables with merged cells, A4."""

import os
import re
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook.derive import Derived, derive
from workbook.fields import EXPENSE_COLUMNS
from workbook.figures import percent, plain
from workbook.filing import Filing
from workbook.scheme import Scheme
from workbook.writers.department import layout

FANG, HEI, SONG = "仿宋", "黑体", "宋体"
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(filing: Filing, scheme: Scheme, path: Path) -> None:
    """Write 附件1 to 附件3 of one department as .docx; blank derived fields get the computed value."""
    import docx

    document: Any = docx.Document()
    _page(document)
    _prose(document, filing)
    derived = derive(filing, scheme)
    if filing.narrative:
        document.add_page_break()
    _Basics(document, filing, derived).write()
    document.add_page_break()
    _Evaluation(document, filing, derived).write()
    _save(document, path)


def _save(document: Any, path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".jixiao-", suffix=".docx")
    os.close(handle)
    try:
        document.save(name)
        os.chmod(name, 0o644)  # noqa: PTH101 — mkstemp makes it private
        os.replace(name, path)  # noqa: PTH105 — atomic
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _page(document: Any) -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(24)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FANG, Pt(12)
    _east_asian(style.element, FANG)


def _east_asian(element: Any, font: str) -> None:
    from docx.oxml.ns import qn

    element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _line(document: Any, text: str, font: str = FANG, size: int = 12, bold: bool = False, center: bool = False) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    _run(paragraph, text, font, size, bold)
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: float, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(_ILLEGAL.sub("", text))
    run.font.name, run.font.size, run.bold = font, Pt(size), bold
    _east_asian(run._element, font)


def _prose(document: Any, filing: Filing) -> None:
    from docx.shared import Pt

    for number, text in enumerate(filing.narrative):
        if number == 0:
            _line(document, text, SONG, 18, bold=True, center=True)
            continue
        heading = re.match(r"[一二三四五六七八九十]+、", text) and len(text) < 40
        paragraph = _line(document, text, HEI if heading else FANG, 14, bold=False)
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

    def __init__(self, document: Any, filing: Filing, derived: Derived, part: str, widths: Sequence[float]) -> None:
        self.document, self.filing, self.derived = document, filing, derived
        self.data = layout()[part]
        self.years = {"year": filing.year or "", "prior": (filing.year or 0) - 1 if filing.year else ""}
        self.widths = widths
        self.table: Any = None
        self.row = -1

    def words(self, text: str) -> str:
        """Return a printed text with the filing's years in it."""
        return text.format(**self.years)

    def start(self) -> None:
        """Write 附件n and the title, and begin the table."""
        _line(self.document, self.data["mark"], HEI, 14)
        _line(self.document, self.words(self.data["title"]), SONG, 16, bold=True, center=True)
        self.table = self.document.add_table(0, len(self.widths))
        self.table.style = "Table Grid"
        self.table.autofit = False

    def add(self) -> None:
        """Add a row."""
        from docx.shared import Mm

        cells = self.table.add_row()._tr.tc_lst
        for cell, width in zip(cells, self.widths, strict=True):
            cell.width = Mm(width)
        self.row += 1

    def put(
        self,
        first: int,
        last: int,
        text: str | None,
        row: int | None = None,
        bottom: int | None = None,
        center: bool = True,
    ) -> None:
        """Write into a cell or a merged range of columns (0-based) of the present row, or of rows `row` to `bottom`."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        top = self.row if row is None else row
        cell = self.table.cell(top, first)
        if last != first or (bottom or top) != top:
            cell = cell.merge(self.table.cell(bottom or top, last))
        paragraph = cell.paragraphs[0]
        for number, line in enumerate((text or "").split("\n")):
            if number:
                paragraph = cell.add_paragraph()
            _run(paragraph, line, FANG, 10.5)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if center else WD_ALIGN_PARAGRAPH.LEFT

    def value(self, path: str, kind: str = "amount") -> str:
        """Return a field as shown: entered, else the words that stood there, else computed."""
        value = self.filing.get(path)
        if value is None:
            value = self.filing.unread.get(path) or self.derived.at(path)
        return _shown(value, kind)

    def sign(self) -> None:
        """Write the line of 填表人, 填报日期, 联系电话, 单位负责人签字 under the table."""
        signed = self.filing.signature
        words = layout()["signature"]["words"].format(
            preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
        )
        _line(self.document, words, FANG, 10)


class _Basics(_Table):
    """附件2 基础数据表."""

    def __init__(self, document: Any, filing: Filing, derived: Derived) -> None:
        super().__init__(document, filing, derived, "basics", (46, 20, 20, 20, 20, 20, 20))

    def write(self) -> None:
        """Write the whole table."""
        self.start()
        label, *headings = self.data["staff"]
        self._pairs("", headings)
        top = self.row
        self._pairs(
            "", [self.value("staff.authorized"), self.value("staff.actual"), self.value("staff.control_rate", "rate")]
        )
        self.put(0, 0, label, top, self.row)
        label, *headings = self.data["columns"]
        self._pairs(label, headings)
        for name, text in self.data["rows"]:
            self._expense(f"expenses.{name}", text)
            if name == "project_municipal":
                for index, line in enumerate(self.filing.project_lines):
                    self._expense(f"project_lines[{index}]", f"      {line.name}")
        self._buildings()
        self.add()
        self.put(0, 0, self.data["thrift"])
        self.put(1, 6, self.filing.thrift_measures, center=False)
        _line(self.document, self.data["note"], FANG, 10)
        self.sign()

    def _pairs(self, label: str, words: Sequence[str]) -> None:
        self.add()
        if label:
            self.put(0, 0, self.words(label))
        for position, text in enumerate(words):
            self.put(1 + position * 2, 2 + position * 2, self.words(text))

    def _expense(self, path: str, text: str) -> None:
        self.add()
        self.put(0, 0, text, center=False)
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

    def __init__(self, document: Any, filing: Filing, derived: Derived) -> None:
        super().__init__(document, filing, derived, "evaluation", (9, 18, 18, 32, 21, 21, 13, 14, 20))

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
        for left, left_label, right, right_label in self.data["sides"]:
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
        self.add()
        top = self.row
        for column, text in enumerate(headings, start=1):
            self.put(column, column, text)
        for index, row in enumerate(self.filing.indicators):
            self.add()
            path = f"indicators[{index}]"
            values = (
                row.level3,
                row.target,
                row.actual,
                self.value(f"{path}.weight"),
                self.value(f"{path}.score"),
                row.reason,
            )
            for column, text in enumerate(values, start=3):
                self.put(column, column, text, center=column not in (3, 8))
        self._levels(top + 1)
        self.put(0, 0, label, top, self.row)

    def _levels(self, first: int) -> None:
        rows = self.filing.indicators
        for column, name in ((1, "level1"), (2, "level2")):
            start = 0
            for index in range(1, len(rows) + 1):
                ended = index == len(rows) or any(
                    getattr(rows[index], key) != getattr(rows[start], key) for key in ("level1", name)
                )
                if ended:
                    words = getattr(rows[start], name) or ""
                    points = self.filing.class_weights.get(words) if name == "level1" else None
                    text = words if points is None else f"{words}\n（{points.normalize():f}分）"
                    self.put(column, column, text, first + start, first + index - 1)
                    start = index
