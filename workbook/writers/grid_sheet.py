"""A sheet of any form in Excel, drawn from the rows of its layout, with live formulas in the derived cells."""

from dataclasses import replace

from workbook.derive import execution_base_path
from workbook.fields import field_of
from workbook.ooxml import address
from workbook.writers import formulas
from workbook.writers.basics_sheet import rows_for
from workbook.writers.official import OfficialSheet
from workbook.writers.plan import Plan, Spot, plan
from workbook.writers.styles import lines

FORMATS = {"amount": "0.00", "rate": "0.00%", "score": "0.##", "count": "0", "area": "0.00", "year": "0"}
ROOMY = 3  # lines that a goal has at least, also on a blank form


class GridSheet(OfficialSheet):
    """A sheet whose layout draws it row by row."""

    plan: Plan

    def write(self) -> None:
        """Write the whole sheet."""
        self.held: dict[str, Spot] = {}
        self.last = len(self.widths) - 1
        self.heading()
        if above := self.data.get("above"):
            words = above.format(**self.years, filing=self.filing, unit=self.filing.owner)
            style = self.styles.cell(border=0, locked=False, align="center" if words.startswith("（") else "left")
            self.put(self.row, 0, self.last, words, style)
            self.row += 1
        made = self.plan = plan(self.data, self.filing, self._rows_needed)
        for spot in made.spots:
            spot.row, spot.bottom = spot.row + self.row, spot.bottom + self.row
        self._place(made)
        for spot in made.spots:
            self._write(spot)
        self.row += made.height
        head = None if made.head is None else made.head + self.row - made.height
        if "signature" in self.layout and self.data.get("signed", True):
            self.signature()
        self.finish(None if head is None else (head, head))

    def _rows_needed(self, path: str, first: int, last: int) -> int:
        if not path.startswith("goals."):
            return 1
        return rows_for(lines(self.filing.get(path) or "", self.width(first, last)))

    def _place(self, made: Plan) -> None:
        """Note where every field stands before the first formula asks for it."""
        for spot in made.spots:
            if spot.path:
                self.places[spot.path] = (spot.row, spot.first)
                self.held[spot.path] = spot
            for index in spot.rows if spot.level in ("level1", "level2") else ():
                self.places[f"indicators[{index}].{spot.level}"] = (spot.row, spot.first)

    def _write(self, spot: Spot) -> None:
        bottom = spot.bottom if spot.bottom > spot.row else None
        if spot.level:
            self._level(spot, bottom)
        elif not spot.path:
            style = self.styles.cell(
                "填报" if spot.open else "", align="center", bold=bool(spot.text) and bottom is None
            )
            self.put(spot.row, spot.first, spot.last, self.words(spot.text), style, bottom)
        elif not field_of(spot.path).is_number:
            self._words(spot, bottom)
        elif formula := self._formula(spot.path):
            kind = FORMATS[field_of(spot.path).kind]
            self.computed(spot.path, spot.row, spot.first, spot.last, formula, kind, self._most(spot.path))
        else:
            kind = FORMATS[field_of(spot.path).kind]
            self.number(spot.path, spot.row, spot.first, spot.last, kind, self._most(spot.path))

    def _most(self, path: str) -> str:
        weight = f"{path.rpartition('.')[0]}.weight"
        return self.spot(weight) if path.endswith(".score") and weight in self.places else ""

    def _words(self, spot: Spot, bottom: int | None) -> None:
        words = self.plan.words(self.filing, spot) or ""
        where = "top" if spot.path.startswith("goals.") else "vcenter"
        align = "left" if where == "top" or spot.path.endswith((".reason", ".level3", ".standard")) else "center"
        self.text(spot.path, spot.row, spot.first, spot.last, words, bottom=bottom, valign=where, align=align)
        if where == "top":
            self.lines[spot.row] = max(ROOMY, self.lines.get(spot.row, 1))

    def _level(self, spot: Spot, bottom: int | None) -> None:
        style = self.styles.cell("填报", align="center")
        if not spot.level.endswith("_weight"):
            bracketed = spot.level == "level1" and not self.plan.points
            words = self.class_words(spot.text) if bracketed else spot.text
            self.put(spot.row, spot.first, spot.last, words, style, bottom)
            return
        self.put(spot.row, spot.first, spot.last, self.plan.points_of(self.filing, spot), style, bottom)

    # --- formulas ---------------------------------------------------------------------------------------------------

    def _formula(self, path: str) -> str:
        """Return the formula of a derived field from the cells that this sheet has, "" where it lacks one."""
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
        if not live or any(each not in self.places for each in needed) or f"{path}.score" in self.filing.unread:
            return ""
        target, actual = (self.plan.words(self.filing, self.held[each]) for each in needed[1:])
        cells = replace(row, target=target, actual=actual)
        weight, goal, done = map(self.spot, needed)
        return formulas.indicator_score(weight, goal, done, cells, result)

    def _total(self, name: str) -> str:
        cells = [
            path for path in self.places if path.startswith(("indicators[", "funds.")) and path.endswith(f".{name}")
        ]
        if not cells:
            return ""
        instead = self.instead(name) if name == "score" or "funds.weight" in self.places else []
        ranges = _ranges([self.places[path] for path in cells])
        filled = ranges if not self.filing.indicators or (name == "score" and not instead) else []
        return formulas.total(ranges, instead, filled)


def _ranges(spots: list[tuple[int, int]]) -> list[str]:
    """Return cells as ranges: those that follow each other in a column together."""
    out: list[list[tuple[int, int]]] = []
    for row, column in sorted(spots, key=lambda spot: (spot[1], spot[0])):
        if out and out[-1][-1] == (row - 1, column):
            out[-1].append((row, column))
        else:
            out.append([(row, column)])
    return [":".join(dict.fromkeys(address(r + 1, c + 1) for r, c in (run[0], run[-1]))) for run in out]
