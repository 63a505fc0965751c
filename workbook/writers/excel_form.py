"""A sheet of any form in Excel, drawn from the lines of its layout, with live formulas in the derived cells."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workbook.derive import execution_base_path
from workbook.derive.rates import expense_control_rate
from workbook.forms.layout import DASH, WORDY, Plan, Spot, is_left, plan
from workbook.forms.original.rows import rows_behind
from workbook.forms.tables import RATE_OF
from workbook.model.fields import field_of, pattern_of
from workbook.model.figures import round_half_up
from workbook.model.findings import Severity
from workbook.ooxml import address
from workbook.writers import formulas
from workbook.writers.official import NOT_APPLICABLE, OfficialSheet
from workbook.writers.styles import HIGHEST, LINE, MARKS, height, lines

FORMATS = {"amount": "0.00", "rate": "0.00%", "score": "General", "count": "0", "area": "0.00", "year": "0"}
LIST = 255  # characters that Excel takes for a list to choose from
ROOMY = 3  # lines that a goal has at least, also on a blank form
UPRIGHT, ACROSS = 740.0, 470.0  # points of rows that surely go onto one page
LONG = 12  # lines in a cell of the upright page, from which the page is better laid across


class FormSheet(OfficialSheet):
    """A sheet whose layout draws it line by line."""

    plan: Plan

    def write(self) -> None:
        """Write the whole sheet."""
        self.heading()
        self._above()
        made = self.plan = plan(self.data, self.filing, self._rows_needed, rows_behind(self.filing))
        self.top = self.row
        for spot in made.spots:
            spot.row, spot.bottom = spot.row + self.row, spot.bottom + self.row
        head = None if made.head is None else made.head + self.row
        self._place()
        self._measure()
        self.middle = self._middle()
        for spot in made.spots:
            self._write(spot)
        self.row += made.height
        self._beside()
        if note := self.data.get("note"):
            self.put(self.row, 0, self.last, note, self.styles.cell(border=0, font_size=10))
            self.row += 1
        if "signature" in self.layout and self.data.get("signed", True):
            self.signature()
        self.finish(None if head is None else (head, head))

    def is_wide(self) -> bool:
        """Return whether words of an indicator are too long for the upright page, where the layout has another."""
        if len(self.data.get("widths_landscape", ())) != len(
            self.data["widths"]
        ):  # a base of other columns has its own
            return False
        upright = plan(self.data, self.filing)
        spots = (spot for spot in upright.spots if spot.path.startswith("indicators["))
        return any(self._lines(spot, self.data["widths"]) > LONG for spot in spots if self._is_words(spot))

    def _above(self) -> None:
        for name in ("whose", "above"):
            if name in self.data:
                words = self.data[name].format(**self.years, filing=self.filing, unit=self.filing.owner)
                style = self.styles.cell(border=0, locked=False, align="center" if words.startswith("（") else "left")
                self.put(self.row, 0, self.last, words, style)
                self.row += 1

    def _rows_needed(self, path: str, first: int, last: int) -> int:
        """Return how many rows hold the words of a field: a row of Excel ends at 409 points."""
        if path not in WORDY:
            return 1
        return -(-lines(self.filing.get(path) or "", self.width(first, last)) // int((HIGHEST - 5) // LINE))

    def _place(self) -> None:
        """Note where every field stands before the first formula asks for it."""
        self.held: dict[str, Spot] = {}
        for spot in self.plan.spots:
            if spot.path:
                self.places[spot.path] = (spot.row, spot.first)
                self.held[spot.path] = spot
            for index in spot.rows if spot.level in ("level1", "level2") else ():
                self.places[f"indicators[{index}].{spot.level}"] = (spot.row, spot.first)

    def _is_words(self, spot: Spot) -> bool:
        return bool(spot.path) and not field_of(spot.path).is_number

    def _lines(self, spot: Spot, widths: list[float]) -> int:
        words = self.plan.words(self.filing, spot) if hasattr(self, "plan") else self.filing.get(spot.path)
        return lines(words or "", sum(widths[spot.first : spot.last + 1]))

    def _measure(self) -> None:
        """Count the lines of the rows that hold words, so that it is known how far down the page they reach."""
        for spot in filter(self._is_words, self.plan.spots):
            if spot.bottom == spot.row:
                least = ROOMY if spot.path.startswith("goals.") else 1
                self.lines[spot.row] = max(least, self.lines.get(spot.row, 1), self._lines(spot, self.widths))

    def _middle(self) -> str:
        """Return where words stand in cells over many rows: at the top where a page break could cut the middle."""
        whole = sum(height(self.lines.get(row, 1)) for row in range(self.row + self.plan.height))
        return "vcenter" if whole < (ACROSS if self.landscape else UPRIGHT) else "top"

    # --- cells ------------------------------------------------------------------------------------------------------

    def _write(self, spot: Spot) -> None:
        bottom = spot.bottom if spot.bottom > spot.row else None
        if spot.level:
            self._level(spot, bottom)
        elif not spot.path:
            role = "填报" if spot.open else ""
            align = "left" if spot.open and is_left(spot.asked) else spot.align
            tall = self.plan.head is not None and spot.bottom > self.plan.head + self.top
            style = self.styles.cell(role, align=align, bold=spot.bold, valign=self.middle if tall else "vcenter")
            self.put(spot.row, spot.first, spot.last, " " * spot.indent + spot.text, style, bottom)
        elif not field_of(spot.path).is_number:
            self._words(spot, bottom)
        else:
            self._number(spot)

    def _number(self, spot: Spot) -> None:
        path, kind = spot.path, FORMATS[field_of(spot.path).kind]
        if spot.dash and self.filing.get(path) is None and path not in self.filing.unread:
            self.put(spot.row, spot.first, spot.last, DASH, self.styles.cell("填报", align="center"))
        elif formula := self._formula(path):
            self.computed(path, spot.row, spot.first, spot.last, formula, kind, self._most(path))
        else:
            self.number(path, spot.row, spot.first, spot.last, kind, self._most(path))
        if path.startswith("indicators["):
            self._missing(spot)

    def _most(self, path: str) -> str:
        weight = f"{path.rpartition('.')[0]}.weight"
        return self.spot(weight) if path.endswith(".score") and weight in self.places else ""

    def _words(self, spot: Spot, bottom: int | None) -> None:
        words = self.plan.words(self.filing, spot) or ""
        goal = spot.path.startswith("goals.")
        align = "left" if is_left(spot.path) else spot.align
        look = {"valign": "top" if goal else "vcenter", "align": align}
        self.text(spot.path, spot.row, spot.first, spot.last, " " * spot.indent + words, bottom=bottom, **look)
        if spot.path.endswith((".target", ".actual")):
            self._missing(spot)

    def _missing(self, spot: Spot) -> None:
        """Mark a cell of an indicator that the form asks for as long as it is blank and the indicator has a name."""
        name = f"{spot.path.partition('.')[0]}.level3"
        optional = pattern_of(spot.path) in self.form.data.get("optional", ())
        if not optional and name in self.places:
            self.missing_if(spot.row, spot.first, f'{self.spot(name)}<>""')

    def _level(self, spot: Spot, bottom: int | None) -> None:
        if spot.level.endswith("_weight"):
            words: Decimal | str | None = self.plan.points_of(self.filing, spot)
        else:
            words = self.class_words(spot.text) if spot.level == "level1" and not self.plan.points else spot.text
        style = self.styles.cell("填报", align="center", valign=self.middle if bottom else "vcenter")
        self.put(spot.row, spot.first, spot.last, words, style, bottom)
        if spot.level in ("level1", "level2"):
            classes = self.data.get("classes", ())
            known = [name for name, _ in classes] if spot.level == "level1" else [k for _, own in classes for k in own]
            rule = {"validate": "list", "source": known, "error_type": "information"}
            if known and not self.case.filed and len(",".join(known)) <= LIST:
                self.sheet.data_validation(spot.row, spot.first, spot.row, spot.first, rule)

    # --- formulas ---------------------------------------------------------------------------------------------------

    def _formula(self, path: str) -> str:
        """Return the formula of a derived field from the cells that this sheet has, "" where it lacks one."""
        owner, _, name = path.rpartition(".")
        if name in RATE_OF and owner != "funds":  # over which total 执行率 is taken, the scheme says
            top, bottom = (f"{owner}.{part}" for part in RATE_OF[name])
            both = top in self.places and bottom in self.places
            return formulas.quotient(self.spot(top), self.spot(bottom)) if both else ""
        if path == "funds.execution_rate" and (base := self._base()) and "funds.executed" in self.places:
            return formulas.quotient(self.spot("funds.executed"), base)
        if path == "funds.score":
            return self._execution_score()
        if path.startswith("indicators[") and path.endswith(".score"):
            return self._indicator_score(int(path[len("indicators[") : path.index("]")]))
        if path in ("total.weight", "total.score"):
            return self._total(path.removeprefix("total."))
        return ""

    def _base(self) -> str:
        path = execution_base_path(self.case.scheme)
        return self.spot(path) if path in self.places else ""

    def _execution_score(self) -> str:
        scheme, base = self.case.scheme, self._base()
        if not base or "funds.executed" not in self.places:
            return ""
        default = scheme.number("weights.execution")
        cell = self.spot("funds.weight") if "funds.weight" in self.places else ""
        weight = formulas.or_default(cell, default) if cell else str(default)
        steps = scheme.rows("execution.steps") if scheme.text("execution.method") == "分档" else ()
        return formulas.execution_score(weight, self.spot("funds.executed"), base, steps)

    def _indicator_score(self, index: int) -> str:
        row, result, path = self.filing.indicators[index], self.derived.indicators[index], f"indicators[{index}]"
        needed = [f"{path}.{name}" for name in ("weight", "target", "actual")]
        live = result.score is not None and (row.score is None or self.case.recompute)
        unread = f"{path}.score" in self.filing.unread and not self.case.recompute
        if not live or any(each not in self.places for each in needed) or unread:
            return ""
        target, actual = (self.plan.words(self.filing, self.held[each]) for each in needed[1:])
        cells = replace(row, target=target, actual=actual)
        weight, goal, done = map(self.spot, needed)
        return formulas.indicator_score(weight, goal, done, cells, result)

    def _total(self, name: str) -> str:
        own = [self.spot(path) for path in (f"funds.{name}",) if path in self.places]
        rows = self._ranges(name)
        if not own and not rows:
            return ""
        instead = self.instead(name) if name == "score" or "funds.weight" in self.places else []
        filled: list[str] = []
        if not self.filing.indicators or (name == "score" and not instead):
            blank = [] if self.filing.indicators else self._ranges("weight")
            filled = [
                *blank,
                *self._ranges("score"),
                *([self.spot("funds.score")] if "funds.score" in self.places else []),
            ]
        return formulas.total([*own, *rows], instead, filled)

    def _ranges(self, name: str) -> list[str]:
        """Return the cells of a column of the indicators, rows to be filled in too, as ranges."""
        out: list[list[Spot]] = []
        for spot in (entry for entry in self.plan.spots if entry.asked == f"indicators[].{name}"):
            if out and (out[-1][-1].row, out[-1][-1].first) == (spot.row - 1, spot.first):
                out[-1].append(spot)
            else:
                out.append([spot])
        ends = ([address(spot.row + 1, spot.first + 1) for spot in (run[0], run[-1])] for run in out)
        return [":".join(dict.fromkeys(pair)) for pair in ends]

    # --- beside the sheet -------------------------------------------------------------------------------------------

    def _beside(self) -> None:
        """Write the live controls beside the sheet, outside the print area."""
        spec = None if self.case.filed else self.data.get("beside")
        if spec and "rate" in spec:
            self._rates(spec)
        elif spec:
            self._sums(spec)

    def _rates(self, spec: Mapping[str, Any]) -> None:
        heads = spec["heads"]
        budgets = [spot for spot in self.plan.spots if spot.asked == "expenses[].budget" and spot.path]
        if not budgets:
            return
        self.control_heads(budgets[0].row - 1, spec["rate"], *heads.values())
        for spot in budgets:
            self._control_rate(spot.path.rpartition(".")[0], spot.row)
        for relation in self.controls(tuple(spec["rules"])):
            column = list(heads).index(relation.whole.rpartition(".")[2])
            self.control(self.places[relation.whole][0], self.last + 3 + column, relation)

    def _control_rate(self, path: str, row: int) -> None:
        """Show 决算数 ÷ 预算数 beside the row, and mark an overspent budget."""
        budget, final = self.spot(f"{path}.budget"), self.spot(f"{path}.final")
        if path not in self.data["no_spending"]:
            spot = self.held[f"{path}.final"]
            back, front = MARKS[Severity.WARNING]
            amber = self.styles.plain(bg_color=back, font_color=front, bold=True)
            over = f"=AND(N(${budget})>0,N(${final})>N(${budget}))"
            options = {"type": "formula", "criteria": over, "format": amber}
            self.sheet.conditional_format(row, spot.first, row, spot.last, options)
        expense = self.filing.get(path)
        rate = expense_control_rate(expense.final, expense.budget)
        cached = NOT_APPLICABLE if rate is None else float(round_half_up(rate, 4))
        style = self.styles.cell("审核", num_format="0.00%")
        self.sheet.write_formula(row, self.last + 2, formulas.quotient(final, budget), style, cached)

    def _sums(self, spec: Mapping[str, Any]) -> None:
        names = spec["rules"]
        row = self.places["funds.annual_budget"][0]
        self.control_heads(row - 1, *spec["heads"])
        for relation in self.controls(tuple(names)):
            of_class = relation.rules[0] == "X02"
            spot = self.places[relation.parts[0]][0] if of_class else row
            row += not of_class
            self.sheet.write_string(
                spot, self.last + 2, names[relation.rules[0]], self.styles.cell("审核", align="left")
            )
            self.control(spot, self.last + 3, relation)
