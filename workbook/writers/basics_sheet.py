"""附件2 基础数据表 as an official sheet."""

from collections.abc import Sequence

from workbook.derive.rates import expense_control_rate
from workbook.fields import EXPENSE_COLUMNS
from workbook.figures import round_half_up
from workbook.findings import Severity
from workbook.ooxml import address
from workbook.writers import formulas
from workbook.writers.official import NOT_APPLICABLE, OfficialSheet
from workbook.writers.styles import HIGHEST, LINE, MARKS, lines


class BasicsSheet(OfficialSheet):
    """附件2: staff, expenses, buildings, 厉行节约保障措施; beside it the control rates and the differences of sums."""

    last = 6

    def write(self) -> None:
        """Write the whole sheet."""
        self.heading()
        unit = self.styles.cell(border=0, locked=False)
        self.put(self.row, 0, self.last, f"{self.data['whose']}{self.filing.unit or ''}", unit)
        self.row += 1
        self._staff()
        self._expenses()
        self._buildings()
        self._thrift()
        self.put(self.row, 0, self.last, self.data["note"], self.styles.cell(border=0, font_size=10))
        self.row += 1
        self.signature()
        self.finish()

    def _pairs(self, words: Sequence[str]) -> None:
        for position, text in enumerate(words):
            first = 1 + position * 2
            self.label(self.row, first, first + 1, text, bold=True)

    def _staff(self) -> None:
        label, *headings = self.data["staff"]
        self.label(self.row, 0, 0, label, self.row + 1, bold=True)
        self._pairs(headings)
        self.row += 1
        self.number("staff.authorized", self.row, 1, 2, "0")
        self.number("staff.actual", self.row, 3, 4, "0")
        formula = formulas.quotient(address(self.row + 1, 4), address(self.row + 1, 2))
        self.computed("staff.control_rate", self.row, 5, 6, formula, "0.00%")
        self.row += 1

    def _expenses(self) -> None:
        label, *headings = self.data["columns"]
        self.label(self.row, 0, 0, label, bold=True)
        self._pairs(headings)
        self.control_heads(self.row, *self.data["controls"])
        self.row += 1
        for name, text in self.data["rows"]:
            self._expense(f"expenses.{name}", text)
            if name == "project_municipal":
                for index, line in enumerate(self.filing.project_lines):
                    self._expense(f"project_lines[{index}]", f"      {line.name}")
                if not self.filing.project_lines:
                    self._spare(self.data["spare"])
        for relation in self.controls(("E01", "E02", "E03")):
            row, first = self.places[relation.whole]
            self.control(row, self.last + 3 + (first - 1) // 2, relation)

    def _spare(self, text: str) -> None:
        self.put(self.row, 0, 0, text, self.styles.cell("填报", align="left"))
        for first in (1, 3, 5):
            self.put(self.row, first, first + 1, None, self.styles.cell("填报", align="center", num_format="0.00"))
        self.row += 1

    def _expense(self, path: str, text: str) -> None:
        own = path.startswith("project_lines")
        self.put(self.row, 0, 0, text, self.styles.cell("填报" if own else "", align="left"))
        if own:
            self.places[f"{path}.name"] = (self.row, 0)
        for position, column in enumerate(EXPENSE_COLUMNS):
            first, whole = 1 + position * 2, f"{path}.{column}"
            blank = self.filing.get(whole) is None and whole not in self.filing.unread
            if blank and whole in self.data["not_applicable"]:
                self.places[whole] = (self.row, first)
                self.put(self.row, first, first + 1, "——", self.styles.cell("填报", align="center"))
            else:
                self.number(whole, self.row, first, first + 1)
        self._control_rate(path)
        self.row += 1

    def _control_rate(self, path: str) -> None:
        """Show 决算数 ÷ 预算数 beside the row, and mark an overspent budget."""
        budget, final = address(self.row + 1, 4), address(self.row + 1, 6)
        if path not in self.data["no_spending"]:
            over = f"=AND(N(${budget})>0,N(${final})>N(${budget}))"
            back, front = MARKS[Severity.WARNING]
            amber = self.styles.plain(bg_color=back, font_color=front, bold=True)
            options = {"type": "formula", "criteria": over, "format": amber}
            self.sheet.conditional_format(self.row, 5, self.row, 6, options)
        expense = self.filing.get(path)
        rate = expense_control_rate(expense.final, expense.budget)
        cached = NOT_APPLICABLE if rate is None else float(round_half_up(rate, 4))
        style = self.styles.cell("审核", num_format="0.00%")
        self.sheet.write_formula(self.row, self.last + 2, formulas.quotient(final, budget), style, cached)

    def _buildings(self) -> None:
        rows = max(1, len(self.filing.buildings))
        label, *headings = self.data["building"]
        self.label(self.row, 0, 0, label, self.row + rows, bold=True)
        for column, text in enumerate(headings, start=1):
            self.label(self.row, column, column, text)
        self.row += 1
        for index in range(rows):
            if index < len(self.filing.buildings):
                self._building(index)
            else:
                for column in range(1, self.last + 1):
                    self.put(self.row, column, column, None, self.styles.cell("填报"))
            self.row += 1

    def _building(self, index: int) -> None:
        line = self.row + 1
        pairs = ((1, "approved_area"), (2, "actual_area"), (4, "budget_investment"), (5, "actual_investment"))
        for column, name in pairs:
            self.number(f"buildings[{index}].{name}", self.row, column, column)
        for column, name in ((3, "area_control_rate"), (6, "investment_control_rate")):
            formula = formulas.quotient(address(line, column), address(line, column - 1))
            self.computed(f"buildings[{index}].{name}", self.row, column, column, formula, "0.00%")

    def _thrift(self) -> None:
        words = self.filing.thrift_measures or ""
        rows = rows_for(lines(words, self.width(1, self.last)))
        bottom = self.row + rows - 1
        self.label(self.row, 0, 0, self.data["thrift"], bottom if rows > 1 else None)
        self.text("thrift_measures", self.row, 1, self.last, bottom=bottom if rows > 1 else None)
        self.row += rows


def rows_for(count: int) -> int:
    """Return how many rows hold so many lines: a row of Excel ends at 409 points."""
    return -(-count // int((HIGHEST - 5) // LINE))
