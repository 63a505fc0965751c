"""A department's 附件2 and 附件3 in the official layout, ready to print, with live formulas in the derived cells."""

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbook.derive import Derived, derive
from workbook.fields import EXPENSE_COLUMNS
from workbook.filing import Filing
from workbook.findings import Finding, Severity, verdict
from workbook.scheme import Scheme
from workbook.writers import formulas
from workbook.writers.package import address, lines_of, text_of

SONG, HEI, FANG = "宋体", "黑体", "仿宋"
INPUT, COMPUTED, FINDING = "#FFF9E5", "#EAF3E6", "#FDEFEA"
LINE = 15.0
MARKS = {
    Severity.ERROR: ("#F8CBAD", "#9C0006"),
    Severity.WARNING: ("#FFE699", "#7F6000"),
    Severity.INFO: ("#BDD7EE", "#1F4E78"),
}
_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


@cache
def layout(form: str = "l1") -> dict[str, Any]:
    """Return the official layout of a form."""
    text = (resources.files("workbook") / "forms" / form / "layout.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def write(filing: Filing, scheme: Scheme, path: Path, findings: Sequence[Finding] = ()) -> None:
    """Write one department's workbook: 附件2, 附件3 and, where there are findings, 问题."""
    _write_book(path, [(filing, "附件2", "附件3", list(findings), "问题")], scheme)


def write_single(
    filings: Sequence[Filing], scheme: Scheme, path: Path, findings: Mapping[str, Sequence[Finding]] | None = None
) -> None:
    """Write all departments into one workbook: two sheets a department, and one 问题 for all."""
    taken: set[str] = set()
    parts = []
    for filing in filings:
        names = [sheet_name(filing.unit or "未命名", suffix, taken) for suffix in (" 附件2", " 附件3")]
        parts.append((filing, names[0], names[1], list((findings or {}).get(filing.unit or "", ())), ""))
    _write_book(path, parts, scheme)


def sheet_name(unit: str, suffix: str, taken: set[str]) -> str:
    """Return a sheet name of at most 31 characters that Excel takes and that is not taken yet."""
    cleaned = _SHEET_NAME.sub("_", unit).strip() or "未命名"
    for attempt in range(1, 10_000):
        tail = suffix if attempt == 1 else f"_{attempt}{suffix}"
        name = cleaned[: 31 - len(tail)] + tail
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
    raise ValueError("同名单位太多")


def _write_book(path: Path, parts: Sequence[tuple[Filing, str, str, list[Finding], str]], scheme: Scheme) -> None:
    import xlsxwriter

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".jixiao-", suffix=".xlsx")
    os.close(handle)
    try:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(name, options)
        book.set_properties({"title": "部门整体支出绩效自评", "comments": f"scheme {scheme.id} {scheme.hash}"})
        for filing, basics, evaluation, findings, problems in parts:
            derived = derive(filing, scheme)
            _Basics(book, basics, filing, derived).write()
            _Evaluation(book, evaluation, filing, derived, scheme).write()
            if findings and problems:
                _problems(book, problems, findings)
        book.close()
        os.chmod(name, 0o644)  # noqa: PTH101 — mkstemp makes it private
        os.replace(name, path)  # noqa: PTH105 — atomic
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class _Sheet:
    """What both official sheets share: formats, merged cells, input and computed cells, print set-up."""

    def __init__(self, book: Any, name: str, filing: Filing, derived: Derived, part: str) -> None:
        self.book, self.filing, self.derived = book, filing, derived
        self.sheet = book.add_worksheet(name)
        self.data = layout()[part]
        self.years = {"year": filing.year or "", "prior": (filing.year or 0) - 1 if filing.year else ""}
        self.row = 0
        self.heights: dict[int, int] = {}
        for column, width in enumerate(self.data["widths"]):
            self.sheet.set_column(column, column, width)

    def words(self, text: str) -> str:
        """Return a printed text with the filing's years in it."""
        return text.format(**self.years)

    def style(self, role: str = "", **more: Any) -> Any:
        """Return a format: 填报 (unlocked), 计算 (locked), or a printed label."""
        base: dict[str, Any] = {"font_name": FANG, "font_size": 11, "valign": "vcenter", "border": 1, "text_wrap": True}
        roles: dict[str, dict[str, Any]] = {
            "填报": {"bg_color": INPUT, "locked": False},
            "计算": {"bg_color": COMPUTED},
        }
        return _format(self.book, **{**base, **roles.get(role, {}), **more})

    def put(self, row: int, first: int, last: int, value: Any, style: Any, last_row: int | None = None) -> None:
        """Write a value into a cell or a merged range (0-based); text stays text."""
        bottom = row if last_row is None else last_row
        if first != last or bottom != row:
            self.sheet.merge_range(row, first, bottom, last, "", style)
        if value is None or value == "":
            self.sheet.write_blank(row, first, None, style)
        elif isinstance(value, Decimal):
            self.sheet.write_number(row, first, float(value), style)
        else:
            self.sheet.write_string(row, first, text_of(value), style)
            if bottom == row:
                width = sum(self.data["widths"][first : last + 1])
                self.heights[row] = max(self.heights.get(row, 1), lines_of(str(value), width * 0.92))

    def number(self, path: str, row: int, first: int, last: int, kind: str = "0.00") -> None:
        """Write an input number, or the words that could not be read as one."""
        value = self.filing.get(path)
        words = self.filing.unread.get(path)
        style = self.style("填报", num_format=_kept(value, kind), align="center")
        self.put(row, first, last, words if value is None and words else value, style)
        if kind != "@":
            rule = {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_type": "warning",
                "error_message": "这里应填不小于零的数字",
            }
            self.sheet.data_validation(row, first, row, first, rule)

    def computed(
        self, path: str, row: int, first: int, last: int, formula: str, value: Decimal | None, kind: str
    ) -> None:
        """Write a derived cell: live where it is blank or agrees with its formula, else as the department entered it."""
        entered, words = self.filing.get(path), self.filing.unread.get(path)
        if words or (entered is not None and entered != value):
            self.number(path, row, first, last, kind)
            if entered is not None:
                shown = "不适用" if value is None else f"{value:f}"
                self.sheet.write_comment(row, first, f"按公式应为 {shown}", {"author": "绩效自评"})
            return
        style = self.style("计算", num_format=kind, align="center")
        if first != last:
            self.sheet.merge_range(row, first, row, last, "", style)
        self.sheet.write_formula(row, first, formula, style, "不适用" if value is None else float(value))

    def heading(self, last: int) -> None:
        """Write 附件n, the title and whose it is."""
        plain: dict[str, Any] = {"border": 0, "text_wrap": False}
        self.sheet.write_string(0, 0, self.data["mark"], self.style(**plain, font_name=HEI, font_size=14))
        title = self.style(**{**plain, "text_wrap": True}, font_name=SONG, font_size=16, bold=True, align="center")
        self.put(1, 0, last, self.words(self.data["title"]), title)
        self.heights[1] = 2
        self.row = 2

    def finish(self, last: int, landscape: bool, head_rows: tuple[int, int] | None = None) -> None:
        """Set heights, print area, page and protection."""
        for row, lines in self.heights.items():
            self.sheet.set_row(row, min(400.0, max(20.0, LINE * lines + 6)))
        self.sheet.set_paper(9)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        self.sheet.center_horizontally()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.print_area(0, 0, self.row, last)
        if head_rows:
            self.sheet.repeat_rows(*head_rows)
        self.sheet.set_footer("&C第 &P 页，共 &N 页")
        allowed = {
            "format_cells": True,
            "format_columns": True,
            "format_rows": True,
            "insert_rows": True,
            "delete_rows": True,
        }
        self.sheet.protect("", allowed)

    def signature(self, last: int) -> None:
        """Write the line of 填表人, 填报日期, 联系电话, 单位负责人签字."""
        signed = self.filing.signature
        line = layout()["signature"]["words"].format(
            preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
        )
        self.put(self.row, 0, last, line, self.style("填报", border=0, bg_color="#FFFFFF"))
        self.row += 1


def _kept(value: Any, kind: str) -> str:
    """Return a number format that hides no decimals of a value."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    decimals = -exponent if isinstance(exponent, int) else 0
    if "%" in kind:
        return "0.00%" if decimals <= 4 else f"0.{'0' * min(10, decimals - 2)}%"
    return kind if decimals <= 2 else f"0.{'0' * min(10, decimals)}"


def _format(book: Any, **properties: Any) -> Any:
    made = book.__dict__.setdefault("_jixiao_formats", {})
    key = tuple(sorted(properties.items()))
    if key not in made:
        made[key] = book.add_format(properties)
    return made[key]


class _Basics(_Sheet):
    """附件2 基础数据表."""

    LAST = 6

    def __init__(self, book: Any, name: str, filing: Filing, derived: Derived) -> None:
        super().__init__(book, name, filing, derived, "basics")
        self.rows: dict[str, int] = {}

    def write(self) -> None:
        """Write the whole sheet."""
        self.heading(self.LAST)
        unit = self.style(border=0, text_wrap=False)
        self.put(self.row, 0, self.LAST, f"单位名称：{self.filing.unit or ''}", unit)
        self.row += 1
        self._staff()
        self._expenses()
        self._buildings()
        self.put(self.row, 0, 0, self.data["thrift"], self.style(align="center"))
        self.put(self.row, 1, self.LAST, self.filing.thrift_measures, self.style("填报"))
        self.row += 1
        self.put(self.row, 0, self.LAST, self.data["note"], self.style(border=0, font_size=10))
        self.row += 1
        self.signature(self.LAST)
        self.row -= 1
        self.finish(self.LAST, landscape=False)

    def _pairs(self, words: Sequence[str]) -> None:
        for position, text in enumerate(words):
            first = 1 + position * 2
            self.put(self.row, first, first + 1, self.words(text), self.style(align="center", bold=True))

    def _staff(self) -> None:
        label, *headings = self.data["staff"]
        self.put(self.row, 0, 0, label, self.style(align="center", bold=True), self.row + 1)
        self._pairs(headings)
        self.row += 1
        self.number("staff.authorized", self.row, 1, 2, "0")
        self.number("staff.actual", self.row, 3, 4, "0")
        formula = formulas.quotient(address(self.row + 1, 4), address(self.row + 1, 2))
        self.computed("staff.control_rate", self.row, 5, 6, formula, self.derived.at("staff.control_rate"), "0.00%")
        self.row += 1

    def _expenses(self) -> None:
        label, *headings = self.data["columns"]
        self.put(self.row, 0, 0, label, self.style(align="center", bold=True))
        self._pairs(headings)
        self.sheet.set_column(self.LAST + 1, self.LAST + 1, 2)
        self.sheet.set_column(self.LAST + 2, self.LAST + 3, 13)
        note = self.style(font_size=9, bold=True, align="center", bg_color=FINDING)
        self.sheet.write_string(self.row, self.LAST + 2, "控制率（核对，不打印）", note)
        self.sheet.write_string(self.row, self.LAST + 3, "决算与分项之差", note)
        self.row += 1
        for name, text in self.data["rows"]:
            self._expense(f"expenses.{name}", text)
            self.rows[name] = self.row
            if name == "project_municipal":
                for index, line in enumerate(self.filing.project_lines):
                    self._expense(f"project_lines[{index}]", f"      {line.name}")
        self._differences()

    def _expense(self, path: str, text: str) -> None:
        left = self.style("填报" if path.startswith("project_lines") else "", align="left")
        self.put(self.row, 0, 0, text, left)
        for position, column in enumerate(EXPENSE_COLUMNS):
            first = 1 + position * 2
            whole = f"{path}.{column}"
            if (
                whole in self.data["not_applicable"]
                and self.filing.get(whole) is None
                and whole not in self.filing.unread
            ):
                self.put(self.row, first, first + 1, "——", self.style("填报", align="center"))
            else:
                self.number(whole, self.row, first, first + 1)
        budget, final = address(self.row + 1, 4), address(self.row + 1, 6)
        over = {"type": "formula", "criteria": f"=AND(N(${budget})>0,N(${final})>N(${budget}))"}
        red = _format(self.book, bg_color=MARKS[Severity.WARNING][0], font_color=MARKS[Severity.WARNING][1], bold=True)
        self.sheet.conditional_format(self.row, 5, self.row, 6, {**over, "format": red})
        rate = self.style("计算", num_format="0.00%", font_size=9, align="center")
        expense = self.filing.get(path)
        cached: Any = "不适用"
        if expense.final is not None and expense.budget:
            cached = float((expense.final / expense.budget).quantize(Decimal("0.0001"), "ROUND_HALF_UP"))
        self.sheet.write_formula(self.row, self.LAST + 2, formulas.quotient(final, budget), rate, cached)
        self.row += 1

    def _differences(self) -> None:
        """Show beside the sheet by how much the wholes differ from their parts (决算数)."""
        style = self.style("计算", num_format="0.00;[Red]-0.00;0.00", font_size=9, align="center")
        for whole, parts in (
            ("three_public", ("official_vehicles", "overseas_travel", "official_reception")),
            ("official_vehicles", ("vehicle_purchase", "vehicle_operation")),
        ):
            row = self.rows[whole]
            given = [self.filing.expenses[name].final or Decimal(0) for name in parts]
            value = self.filing.expenses[whole].final
            cells = [address(self.rows[name], 6) for name in parts]
            cached = "" if value is None else float(value - sum(given, Decimal(0)))
            formula = formulas.difference(address(row, 6), cells)
            self.sheet.write_formula(row - 1, self.LAST + 3, formula, style, cached)

    def _buildings(self) -> None:
        rows = max(1, len(self.filing.buildings))
        label, *headings = self.data["building"]
        bold = self.style(align="center", bold=True)
        self.put(self.row, 0, 0, self.words(label), bold, self.row + rows)
        for column, text in enumerate(headings, start=1):
            self.put(self.row, column, column, text, self.style(align="center"))
        self.heights[self.row] = 2
        self.row += 1
        for index in range(rows):
            if index < len(self.filing.buildings):
                self._building(index)
            else:
                for column in range(1, self.LAST + 1):
                    self.put(self.row, column, column, None, self.style("填报"))
            self.row += 1

    def _building(self, index: int) -> None:
        line = self.row + 1
        for column, name in (
            (1, "approved_area"),
            (2, "actual_area"),
            (4, "budget_investment"),
            (5, "actual_investment"),
        ):
            self.number(f"buildings[{index}].{name}", self.row, column, column)
        for column, name in ((3, "area_control_rate"), (6, "investment_control_rate")):
            path = f"buildings[{index}].{name}"
            formula = formulas.quotient(address(line, column), address(line, column - 1))
            self.computed(path, self.row, column, column, formula, self.derived.at(path), "0.00%")


class _Evaluation(_Sheet):
    """附件3 自评表."""

    LAST = 8

    def __init__(self, book: Any, name: str, filing: Filing, derived: Derived, scheme: Scheme) -> None:
        super().__init__(book, name, filing, derived, "evaluation")
        self.scheme = scheme
        self.funds_row = 0

    def write(self) -> None:
        """Write the whole sheet."""
        self.heading(self.LAST)
        self.put(self.row, 0, 2, self.data["unit"], self.style(align="center"))
        self.put(self.row, 3, self.LAST, self.filing.unit, self.style("填报"))
        self.row += 1
        self._funds()
        self._goals()
        head = self._indicators()
        self._total()
        self.signature(self.LAST)
        self.row -= 1
        self.finish(self.LAST, landscape=True, head_rows=(head, head))

    def _funds(self) -> None:
        label, *headings = self.data["funds"]
        sides = self.data["sides"]
        self.put(self.row, 0, 0, label, self.style(align="center"), self.row + 1 + len(sides))
        self.put(self.row, 1, 2, "", self.style())
        for column, text in enumerate(headings, start=3):
            self.put(self.row, column, column, text, self.style(align="center", bold=True))
        self.row += 1
        self.put(self.row, 1, 2, self.data["total_row"], self.style(align="center"))
        for column, name in enumerate(("initial_budget", "annual_budget", "executed"), start=3):
            self.number(f"funds.{name}", self.row, column, column)
        self.number("funds.weight", self.row, 6, 6, "0.##")
        self._execution(self.row + 1)
        self.funds_row = self.row + 1
        self.row += 1
        for left, left_label, right, right_label in sides:
            self._side(left, left_label, 1, 2, 3, 3)
            self._side(right, right_label, 4, 6, 7, self.LAST)
            self.row += 1

    def _execution(self, line: int) -> None:
        initial = self.scheme.text("execution.denominator") == "年初预算数"
        base, executed, weight = address(line, 4 if initial else 5), address(line, 6), address(line, 7)
        rate, score = self.derived.at("funds.execution_rate"), self.derived.at("funds.score")
        self.computed("funds.execution_rate", self.row, 7, 7, formulas.quotient(executed, base), rate, "0.00%")
        if self.scheme.text("execution.method") == "按比例" and self.filing.funds.weight is not None:
            self.computed(
                "funds.score", self.row, 8, 8, formulas.execution_score(weight, executed, base), score, "0.00"
            )
        else:
            self.number("funds.score", self.row, 8, 8)

    def _side(self, path: str, label: str, first: int, last: int, value_first: int, value_last: int) -> None:
        if not path:
            self.put(self.row, first, value_last, "", self.style())
            return
        self.put(self.row, first, last, label, self.style(align="right"))
        self.number(path, self.row, value_first, value_last)

    def _goals(self) -> None:
        label, expected, actual = self.data["goals"]
        self.put(self.row, 0, 0, label, self.style(align="center"), self.row + 1)
        self.put(self.row, 1, 3, expected, self.style(align="center", bold=True))
        self.put(self.row, 4, self.LAST, actual, self.style(align="center", bold=True))
        self.row += 1
        self.put(self.row, 1, 3, self.filing.goals.expected, self.style("填报", valign="top"))
        self.put(self.row, 4, self.LAST, self.filing.goals.actual, self.style("填报", valign="top"))
        self.heights[self.row] = max(4, self.heights.get(self.row, 1))
        self.row += 1

    def _indicators(self) -> int:
        label, *headings = self.data["indicators"]
        head = self.row
        rows = self.filing.indicators
        self.put(head, 0, 0, label, self.style(align="center"), head + max(1, len(rows)))
        for column, text in enumerate(headings, start=1):
            self.put(head, column, column, text, self.style(align="center", bold=True))
        self.row += 1
        if not rows:
            for column in range(1, self.LAST + 1):
                self.put(self.row, column, column, None, self.style("填报"))
            self.row += 1
            return head
        for column, name in ((1, "level1"), (2, "level2")):
            for start, end, words in _groups(rows, name):
                text = self._class_words(words) if name == "level1" else words
                style = self.style("填报", align="center")
                self.put(self.row + start, column, column, text, style, self.row + end if end > start else None)
        for index in range(len(rows)):
            self._indicator(index)
            self.row += 1
        return head

    def _class_words(self, name: str | None) -> str | None:
        points = self.filing.class_weights.get(name or "")
        return name if points is None else f"{name}\n（{points.normalize():f}分）"

    def _indicator(self, index: int) -> None:
        row, result = self.filing.indicators[index], self.derived.indicators[index]
        path = f"indicators[{index}]"
        self.put(self.row, 3, 3, row.level3, self.style("填报"))
        self.put(self.row, 4, 4, row.target, self.style("填报", align="center"))
        self.put(self.row, 5, 5, row.actual, self.style("填报", align="center"))
        self.number(f"{path}.weight", self.row, 6, 6, "0.##")
        weight = address(self.row + 1, 7)
        if row.score is None and result.score is not None and f"{path}.score" not in self.filing.unread:
            degree = result.degree if result.degree is not None else Decimal(1)
            formula = formulas.share_of_weight(weight, degree.quantize(Decimal("1e-12")))
            self.computed(f"{path}.score", self.row, 7, 7, formula, result.score, "0.##")
        else:
            self.number(f"{path}.score", self.row, 7, 7, "0.##")
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": f"={weight}",
                "error_type": "warning",
                "error_message": "得分应在 0 与分值之间",
            }
            self.sheet.data_validation(self.row, 7, self.row, 7, rule)
        self.put(self.row, 8, 8, row.reason, self.style("填报"))
        missing = _format(self.book, bg_color=MARKS[Severity.ERROR][0])
        criteria = {
            "type": "formula",
            "criteria": f'=AND({weight}<>"",${address(self.row + 1, 6)}="")',
            "format": missing,
        }
        self.sheet.conditional_format(self.row, 5, self.row, 5, criteria)

    def _total(self) -> None:
        first, last = self.row - max(1, len(self.filing.indicators)) + 1, self.row
        self.put(self.row, 0, 5, self.data["total"], self.style(align="center", bold=True))
        for path, column, extra in (("total.weight", 7, 7), ("total.score", 8, 9)):
            cells = [address(self.funds_row, extra), f"{address(first, column)}:{address(last, column)}"]
            value = self.derived.at(path)
            if value is None:
                self.number(path, self.row, column - 1, column - 1)
            else:
                self.computed(path, self.row, column - 1, column - 1, formulas.total(cells), value, "0.##")
        self.put(self.row, 8, 8, None, self.style())
        self.row += 1


def _groups(rows: Sequence[Any], name: str) -> list[tuple[int, int, str | None]]:
    """Return runs of equal first-level (or, within them, second-level) names: first, last, name."""
    out: list[tuple[int, int, str | None]] = []
    for index, row in enumerate(rows):
        words = getattr(row, name)
        same_class = bool(out) and rows[out[-1][0]].level1 == row.level1
        if out and words is not None and out[-1][2] == words and same_class:
            out[-1] = (out[-1][0], index, words)
        else:
            out.append((index, index, words))
    return out


def _problems(book: Any, name: str, findings: Sequence[Finding]) -> None:
    sheet = book.add_worksheet(name)
    errors = sum(1 for entry in findings if entry.severity is Severity.ERROR)
    warnings = sum(1 for entry in findings if entry.severity is Severity.WARNING and entry.status != "已说明")
    sheet.write_string(0, 0, verdict(errors, warnings), _format(book, font_name=HEI, font_size=14, bold=True))
    headings = ("规则编号", "级别", "位置", "填报值", "应为值", "差额", "说明", "依据", "建议", "出错说明")
    widths = (9, 9, 22, 12, 12, 11, 50, 30, 34, 26)
    head = _format(book, font_name=SONG, bold=True, border=1, bg_color="#2F5773", font_color="#FFFFFF", align="center")
    for column, (text, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, text, head)
    cell = {"font_name": FANG, "border": 1, "text_wrap": True, "valign": "vcenter"}
    for row, entry in enumerate(findings, start=3):
        back, front = MARKS[entry.severity]
        values = (
            entry.rule,
            f"{entry.severity.mark}{entry.severity.caption}",
            entry.location.label or f"正文第{entry.location.paragraph}段",
            entry.actual,
            entry.expected,
            entry.difference,
            entry.message,
            entry.source,
            entry.suggestion,
            entry.explanation,
        )
        lines = max(lines_of(text, width) for text, width in zip(values, widths, strict=True))
        sheet.set_row(row, max(20.0, LINE * lines + 4))
        for column, text in enumerate(values):
            style = {**cell, "bg_color": back, "font_color": front} if column == 1 else cell
            if column == len(values) - 1:
                style = {**cell, "locked": False, "bg_color": INPUT}
            sheet.write_string(row, column, text_of(text), _format(book, **style))
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, 2 + len(findings), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
