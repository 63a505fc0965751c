"""附件3 自评表 as an official sheet."""

from collections.abc import Sequence

from workbook.derive import execution_base_path
from workbook.ooxml import address
from workbook.writers import formulas
from workbook.writers.basics_sheet import rows_for
from workbook.writers.official import OfficialSheet
from workbook.writers.plan import Line, printed_lines, printed_sides, runs
from workbook.writers.styles import height, lines

UPRIGHT, ACROSS = 740.0, 470.0  # points of rows that surely go onto one page
LONG = 12  # lines in a cell of the upright page, from which the page is better laid across


class EvaluationSheet(OfficialSheet):
    """附件3: unit, funds, goals, indicators, 总分; beside it the live controls of the sums."""

    last = 8

    def is_wide(self) -> bool:
        """Return whether an indicator's words are too long for the upright page."""
        widths = self.data["widths"]
        cells = ((3, "level3"), (4, "target"), (5, "actual"), (8, "reason"))
        return any(
            lines(getattr(row, name) or "", widths[column]) > LONG
            for row in self.filing.indicators
            for column, name in cells
        )

    def write(self) -> None:
        """Write the whole sheet."""
        self.heading()
        self.label(self.row, 0, 2, self.data["unit"])
        self.text("unit", self.row, 3, self.last)
        self.row += 1
        self._funds()
        self._goals()
        head = self._indicators()
        self._total()
        self._controls()
        self.signature()
        self.finish(head_rows=(head, head))

    # --- funds ------------------------------------------------------------------------------------------------------

    def _funds(self) -> None:
        label, *headings = self.data["funds"]
        sides = printed_sides(self.filing, self.data["sides"])
        self.label(self.row, 0, 0, label, self.row + 1 + len(sides))
        self.put(self.row, 1, 2, "", self.styles.cell())
        for column, text in enumerate(headings, start=3):
            self.label(self.row, column, column, text, bold=True)
        self.row += 1
        self.funds_row = self.row
        self.label(self.row, 1, 2, self.data["total_row"])
        for column, name in enumerate(("initial_budget", "annual_budget", "executed"), start=3):
            self.number(f"funds.{name}", self.row, column, column)
        self.number("funds.weight", self.row, 6, 6, "0.##")
        self._execution(self.row + 1)
        self.row += 1
        for left, left_label, right, right_label in sides:
            self._side(left, left_label, 1, 2, 3, 3)
            self._side(right, right_label, 4, 6, 7, self.last)
            self.row += 1

    def _execution(self, line: int) -> None:
        scheme = self.case.scheme
        base, executed = self.spot(execution_base_path(scheme)), address(line, 6)
        self.computed("funds.execution_rate", self.row, 7, 7, formulas.quotient(executed, base), "0.00%")
        steps = scheme.rows("execution.steps") if scheme.text("execution.method") == "分档" else ()
        weight = formulas.or_default(address(line, 7), scheme.number("weights.execution"))
        formula = formulas.execution_score(weight, executed, base, steps)
        self.computed("funds.score", self.row, 8, 8, formula, "0.00", most=address(line, 7))

    def _side(self, path: str, label: str, first: int, last: int, value_first: int, value_last: int) -> None:
        if not path:
            self.put(self.row, first, value_last, "", self.styles.cell())
            return
        self.label(self.row, first, last, label, align="right")
        self.number(path, self.row, value_first, value_last)

    def _goals(self) -> None:
        label, expected, actual = self.data["goals"]
        goals = self.filing.goals
        counts = [lines(goals.expected or "", self.width(1, 3)), lines(goals.actual or "", self.width(4, self.last))]
        rows = rows_for(max(3, *counts))
        self.label(self.row, 0, 0, label, self.row + rows)
        self.label(self.row, 1, 3, expected, bold=True)
        self.label(self.row, 4, self.last, actual, bold=True)
        self.row += 1
        bottom = self.row + rows - 1 if rows > 1 else None
        self.text("goals.expected", self.row, 1, 3, valign="top", bottom=bottom)
        self.text("goals.actual", self.row, 4, self.last, valign="top", bottom=bottom)
        self.lines[self.row] = max(3, self.lines.get(self.row, 1))
        self.row += rows

    # --- indicators -------------------------------------------------------------------------------------------------

    def _indicators(self) -> int:
        label, *headings = self.data["indicators"]
        head = self.row
        printed = printed_lines(self.filing, self.data["classes"])
        self.label(head, 0, 0, label, head + len(printed), valign=self._middle())
        for column, text in enumerate(headings, start=1):
            self.label(head, column, column, text, bold=True)
        self.row += 1
        self.first = self.row
        for column, name in ((1, "level1"), (2, "level2")):
            for start, end, words in runs(printed, name):
                self._level(printed[start : end + 1], column, self.row + start, self.row + end, words)
        for entry in printed:
            if entry.index is None:
                self._blank(entry.said)
            else:
                self._indicator(entry.index)
            self.row += 1
        return head

    def _middle(self) -> str:
        """Return where words stand in cells over many rows: at the top where a page break could cut the middle."""
        above = sum(height(self.lines.get(row, 1)) for row in range(self.row))
        cells = ((3, "level3"), (4, "target"), (5, "actual"), (8, "reason"))
        counts = (
            max(lines(getattr(row, name) or "", self.widths[column]) for column, name in cells)
            for row in self.filing.indicators
        )
        page = ACROSS if self.landscape else UPRIGHT
        return "vcenter" if above + sum(map(height, counts)) < page else "top"

    def _level(self, printed: Sequence[Line], column: int, first: int, last: int, words: str | None) -> None:
        text = self.class_words(words) if column == 1 else words
        for entry in printed:
            if entry.index is not None:
                self.places[f"indicators[{entry.index}].level{column}"] = (first, column)
        style = self.styles.cell("填报", align="center", valign=self._middle() if last > first else "vcenter")
        self.put(first, column, column, text, style, last if last > first else None)
        names = [name for name, _ in self.data["classes"]]
        kinds = [kind for _, own in self.data["classes"] for kind in own]
        rule = {"validate": "list", "source": names if column == 1 else kinds, "error_type": "information"}
        self.sheet.data_validation(first, column, first, column, rule)

    def _blank(self, said: str) -> None:
        for column in range(3, self.last + 1):
            align = "left" if column in (3, self.last) else "center"
            self.put(self.row, column, column, said if column == 3 else None, self.styles.cell("填报", align=align))

    def _indicator(self, index: int) -> None:
        row, result, path = self.filing.indicators[index], self.derived.indicators[index], f"indicators[{index}]"
        self.text(f"{path}.level3", self.row, 3, 3)
        self.text(f"{path}.target", self.row, 4, 4, align="center")
        self.text(f"{path}.actual", self.row, 5, 5, align="center")
        self.number(f"{path}.weight", self.row, 6, 6, "0.##")
        target, actual, weight = (address(self.row + 1, column) for column in (5, 6, 7))
        live = result.score is not None and (row.score is None or self.case.recompute)
        if live and (self.case.recompute or f"{path}.score" not in self.filing.unread):
            formula = formulas.indicator_score(weight, target, actual, row, result)
            self.computed(f"{path}.score", self.row, 7, 7, formula, "0.##")
        else:
            self.number(f"{path}.score", self.row, 7, 7, "0.##", most=weight)
        self.text(f"{path}.reason", self.row, 8, 8)
        for column in (4, 5, 6, 7):
            self.missing_if(self.row, column, f'{address(self.row + 1, 4)}<>""')

    def _total(self) -> None:
        self.label(self.row, 0, 5, self.data["total"], bold=True)
        for name, column in (("weight", 6), ("score", 7)):
            path = f"total.{name}"
            rows = f"{address(self.first + 1, column + 1)}:{address(self.row, column + 1)}"
            funds = address(self.funds_row + 1, column + 1 + (name == "score"))
            formula = formulas.total([funds, rows], self.instead(name), self._filled(name))
            self.computed(path, self.row, column, column, formula, "0.##")
        self.put(self.row, 8, 8, None, self.styles.cell())
        self.row += 1

    def _filled(self, name: str) -> list[str]:
        """Return the ranges that hold no number as long as the form is blank, or as nothing in it is scored."""
        if self.filing.indicators and (name == "weight" or self.instead(name)):
            return []
        rows = f"{address(self.first + 1, 8 if self.filing.indicators else 7)}:{address(self.row, 8)}"
        return [rows, self.spot("funds.score")]

    def _controls(self) -> None:
        names = self.data["controls"]
        self.control_heads(self.funds_row - 1, *self.data["control_heads"])
        row = self.funds_row
        for relation in self.controls(tuple(names)):
            title = names[relation.rules[0]]
            spot = row
            if relation.rules[0] == "X02":
                spot, title = self.places[relation.parts[0]][0], f"{title}"
            else:
                row += 1
            self.sheet.write_string(spot, self.last + 2, title, self.styles.cell("审核", align="left"))
            self.control(spot, self.last + 3, relation)
