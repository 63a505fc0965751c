"""What both official sheets share: merged cells, input and computed cells, notes, print set-up, protection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbook.derive import Derived
from workbook.derive.identities import BUILDERS, Identity
from workbook.forms import FIRST, form
from workbook.model.figures import plain, show
from workbook.model.filing import Filing
from workbook.model.findings import Finding, Severity
from workbook.model.scheme import Scheme
from workbook.ooxml import address
from workbook.writers import formulas
from workbook.writers.package import text_of
from workbook.writers.styles import HEI, MARKS, SONG, Styles, lines, number_format, row_heights

NOT_APPLICABLE = "不适用"


def layout(id: str) -> dict[str, Any]:
    """Return the official layout of a form: its own, over that of its base; of a form without any, the first form's."""
    known = form(id).layout
    return known if known.get("sheets") else form(FIRST).layout


@dataclass(frozen=True, slots=True)
class Case:
    """One department's part in an export: the filing, what is computed of it, the scheme, what a check found.

    `recompute` puts a formula into every derived cell, whatever the department entered there. `filed` is what is printed
    and signed: without colours, marks and controls.
    """

    filing: Filing
    derived: Derived
    scheme: Scheme
    findings: Sequence[Finding] = ()
    recompute: bool = False
    filed: bool = False


class OfficialSheet:
    """One official sheet while it is written; rows and columns are counted from 0."""

    def __init__(self, styles: Styles, name: str, case: Case, data: Mapping[str, Any]) -> None:
        self.styles, self.name, self.case = styles, name, case
        self.filing, self.derived = case.filing, case.derived
        self.sheet = styles.book.add_worksheet(name)
        self.form = form(case.filing.form)
        self.layout = layout(case.filing.form)
        self.data = data
        self.years = {"year": case.filing.year or "", "prior": case.filing.year - 1 if case.filing.year else ""}
        self.landscape = self.is_wide()
        self.widths: list[float] = self.data["widths_landscape" if self.landscape else "widths"]
        self.last = len(self.widths) - 1
        self.row = 0
        self.high = 0.0  # points of all rows, once they are set
        self.lines: dict[int, int] = {}
        self.tall: list[tuple[int, int, int]] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.notes: dict[tuple[int, int], list[str]] = {}
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)

    def write(self) -> None:
        """Write the whole sheet."""
        raise NotImplementedError

    def is_wide(self) -> bool:
        """Return whether the sheet is printed across."""
        return False

    def words(self, text: str) -> str:
        """Return a printed text with the filing's years in it."""
        return text.format(**self.years)

    def width(self, first: int, last: int) -> float:
        """Return the width of columns taken together, in characters."""
        return sum(self.widths[first : last + 1])

    # --- cells ------------------------------------------------------------------------------------------------------

    def put(self, row: int, first: int, last: int, value: Any, style: Any, bottom: int | None = None) -> None:
        """Write a value into a cell or a merged range; text stays text."""
        end = row if bottom is None else bottom
        if first != last or end != row:
            self.sheet.merge_range(row, first, end, last, "", style)
        if value is None or value == "":
            self.sheet.write_blank(row, first, None, style)
        elif isinstance(value, Decimal):
            self.sheet.write_number(row, first, float(value), style)
        else:
            self.sheet.write_string(row, first, text_of(value), style)
            self.tall.append((row, end, lines(str(value), self.width(first, last), style.font_size)))

    def text(self, path: str, row: int, first: int, last: int, value: str | None = None, **more: Any) -> None:
        """Write an input in words; `bottom` in `more` merges rows."""
        bottom = more.pop("bottom", None)
        self.places.setdefault(path, (row, first))
        words = self.filing.get(path) if value is None else value
        self.put(row, first, last, words, self.styles.cell("填报", **more), bottom)

    def number(self, path: str, row: int, first: int, last: int, kind: str = "0.00", most: str = "") -> None:
        """Write an input number, or the words that could not be read as one; `most` is the cell it may not exceed."""
        value, words = self.filing.get(path), self.filing.unread.get(path)
        self.places.setdefault(path, (row, first))
        fit = {"text_wrap": True} if words else {"text_wrap": False, "shrink": True}
        style = self.styles.cell("填报", num_format=number_format(value, kind), align="center", **fit)
        self.put(row, first, last, words if value is None else value, style)
        limits = (
            {"criteria": "between", "minimum": 0, "maximum": f"={most}"} if most else {"criteria": ">=", "value": 0}
        )
        message = "得分应在 0 与分值之间" if most else "这里应填不小于零的数字"
        rule = {"validate": "decimal", "error_type": "warning", "error_title": "请核对", "error_message": message}
        if not self.case.filed:
            self.sheet.data_validation(row, first, row, first, rule | limits)

    def computed(self, path: str, row: int, first: int, last: int, formula: str, kind: str, most: str = "") -> None:
        """Write a derived cell: live where it is blank or agrees with its formula, else as the department entered it."""
        entered, words, value = self.filing.get(path), self.filing.unread.get(path), self.derived.at(path)
        if not self.case.recompute and (words or (entered is not None and entered != value)):
            self.number(path, row, first, last, kind, most)
            self.note(row, first, f"按公式应为 {_shown(value, kind)}")
            return
        self.places.setdefault(path, (row, first))
        style = self.styles.cell("计算", num_format=kind, align="center", text_wrap=False, shrink=True)
        if first != last:
            self.sheet.merge_range(row, first, row, last, "", style)
        self.sheet.write_formula(row, first, formula, style, NOT_APPLICABLE if value is None else float(value))
        if entered is not None and entered != value:
            self.note(row, first, f"单位填报为 {_shown(entered, kind)}")

    def control(self, row: int, column: int, relation: Identity) -> None:
        """Write a live control beside the sheet, outside the print area: by how much a whole differs from its parts."""
        spots = [address(r + 1, c + 1) for r, c in (self.places[path] for path in relation.parts)]
        known = relation.constant is not None
        whole = plain(relation.constant) if relation.constant is not None else self.spot(relation.whole)
        given = [self.filing.get(path) for path in relation.parts]
        value = relation.constant if known else self.filing.get(relation.whole)
        cached: Any = ""
        if value is not None and any(part is not None for part in given):
            cached = float(value - sum((part or Decimal(0) for part in given), Decimal(0)))
        style = self.styles.cell("审核", num_format="0.00")
        self.sheet.write_formula(row, column, formulas.difference(whole, spots, known), style, cached)
        tolerance = plain(relation.slack)
        cell = address(row + 1, column + 1)
        self._red_if(row, column, f"=AND(COUNT({cell})=1,ABS(N({cell}))>{tolerance}+0.0001)")

    def controls(self, ids: Sequence[str]) -> list[Identity]:
        """Return the sums of these rules whose cells all stand in this sheet."""
        builders = dict.fromkeys(BUILDERS[id] for id in ids)
        known = [entry for build in builders for entry in build(self.filing, self.case.scheme, self.derived)]
        sums = [e for e in known if e.kind == "sum" and e.parts and not e.ways and set(e.rules) & set(ids)]
        return [entry for entry in sums if all(path in self.places for path in entry.cells if path)]

    def spot(self, path: str) -> str:
        """Return the cell that holds a field."""
        row, column = self.places[path]
        return address(row + 1, column + 1)

    def control_heads(self, row: int, *titles: str) -> None:
        """Set up the columns beside the sheet."""
        self.sheet.set_column(self.last + 1, self.last + 1, 2)
        for column, title in enumerate(titles, start=self.last + 2):
            self.sheet.set_column(column, column, 28 if column == self.last + 2 else 20)
            self.sheet.write_string(row, column, title, self.styles.cell("审核", bold=True))

    def _red_if(self, row: int, column: int, criteria: str) -> None:
        red = self.styles.plain(bg_color=MARKS[Severity.ERROR][0], font_color=MARKS[Severity.ERROR][1], bold=True)
        self.sheet.conditional_format(
            row, column, row, column, {"type": "formula", "criteria": criteria, "format": red}
        )

    def missing_if(self, row: int, column: int, criteria: str) -> None:
        """Turn a cell red as long as it is blank and the criteria (an expression) hold."""
        if self.case.filed:
            return
        back = self.styles.plain(bg_color=MARKS[Severity.ERROR][0])
        blank = f'=AND({address(row + 1, column + 1)}="",{criteria})'
        self.sheet.conditional_format(row, column, row, column, {"type": "formula", "criteria": blank, "format": back})

    def note(self, row: int, column: int, words: str) -> None:
        """Add words to the comment of a cell."""
        self.notes.setdefault((row, column), []).append(words)

    def class_words(self, name: str | None) -> str | None:
        """Return a class with its points: as the department printed them, on a blank form as the scheme gives them."""
        points = self.filing.class_weights.get(name or "")
        if points is None and not self.filing.class_weights:
            given = {row[0]: row[1] for row in self.case.scheme.rows("weights.classes")}.get(name or "")
            own = self.derived.class_weights.get(name or "")
            points = given if not self.filing.indicators or own == given else None
        return name if points is None or not name else f"{name}\n（{plain(points)}分）"

    def instead(self, name: str) -> list[tuple[str, Decimal]]:
        """Return the cells that hold no number though a computed value counts, with that value."""
        if name == "weight":
            given = self.filing.funds.weight
            return (
                [] if given is not None else [(self.spot("funds.weight"), self.case.scheme.number("weights.execution"))]
            )
        scores = [path for path in self.filing.unread if path.endswith(".score") and not path.startswith("total")]
        found = [(path, self.derived.at(path)) for path in scores if not self.case.recompute]
        return [(self.spot(path), value) for path, value in found if value is not None]

    # --- the frame --------------------------------------------------------------------------------------------------

    def heading(self) -> None:
        """Write 附件n and the title."""
        mark = self.styles.cell(border=0, text_wrap=False, font_name=HEI, font_size=14)
        self.sheet.write_string(0, 0, self.data.get("mark", ""), mark)
        title = self.styles.cell(border=0, font_name=SONG, font_size=16, bold=True, align="center")
        self.put(1, 0, self.last, self.words(self.data["title"]), title)
        self.lines[1] = 2
        self.row = 2

    def signature(self) -> None:
        """Write the line of 填表人, 填报日期, 联系电话, 单位负责人签字."""
        signed = self.filing.signature
        line = self.layout["signature"]["words"].format(
            preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
        )
        self.put(self.row, 0, self.last, line, self.styles.cell(border=0, locked=False))
        self.lines[self.row] = max(2, self.lines.get(self.row, 1))
        self.row += 1

    def finish(self, head_rows: tuple[int, int] | None = None) -> None:
        """Set heights, notes, print area, page and protection; `row` stands below the last row."""
        self._heights()
        self._notes()
        self.sheet.set_paper(9)
        if self.landscape:
            self.sheet.set_landscape()
        self.sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        self.sheet.center_horizontally()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.print_area(0, 0, self.row - 1, self.last)
        if head_rows:
            self.sheet.repeat_rows(*head_rows)
        self.sheet.set_footer("&C第 &P 页，共 &N 页")
        allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows")
        self.sheet.protect("", dict.fromkeys(allowed, True))

    def _heights(self) -> None:
        heights = row_heights(self.row, self.lines, self.tall)
        for row, points in enumerate(heights):
            self.sheet.set_row(row, points)
        self.high = sum(heights)

    def _notes(self) -> None:
        if self.case.filed:
            return
        for finding in self.case.findings:
            if finding.location.path in self.places:
                self.note(
                    *self.places[finding.location.path], f"{finding.severity.mark}{finding.rule} {finding.message}"
                )
        for path, words in self.filing.given.filled.items():
            if path in self.places:
                self.note(*self.places[path], words)
        for (row, column), parts in self.notes.items():
            words = "\n".join(dict.fromkeys(parts))
            options = {"author": "绩效自评", "width": 260, "height": 18 * lines(words, 34) + 12, "font_size": 9}
            self.sheet.write_comment(row, column, text_of(words), options)


def _shown(value: Decimal | None, kind: str) -> str:
    if value is None:
        return NOT_APPLICABLE
    return show(value, "rate" if "%" in kind else "")
