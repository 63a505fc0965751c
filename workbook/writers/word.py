"""A department's report as Word: 附件1 (the prose), 附件2 and 附件3 as tables with merged cells, A4."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from workbook import patterns as re
from workbook.derive import Derived, derive
from workbook.forms.layout import Plan, Spot, is_left, plan, shown
from workbook.forms.original.pages import Page, pages
from workbook.forms.original.rows import rows_behind
from workbook.model.figures import plain
from workbook.model.filing import Filing
from workbook.model.original import MARK, Line, Prose
from workbook.model.scheme import Scheme
from workbook.ooxml import legal
from workbook.writers import paper
from workbook.writers.official import layout
from workbook.writers.package import lines_of

_HEADING = re.compile(r"[一二三四五六七八九十]+、")
BLANK = "____"
POINT = 12700  # EMU
PAGE = 178.0  # mm between the margins
NARROW = 8.0  # mm: the narrowest column that holds a character and its margins
LEAST = 5.2  # mm that a row takes, blank or not
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)


def write(filing: Filing, scheme: Scheme, path: Path) -> None:
    """Write the report of one department as .docx: its form as it was handed in where that is known.

    Else 附件1 (the prose) and the tables of the form's layout; blank derived fields get the computed value there.
    """
    document = paper.start(margin=20)
    handed_in = pages(filing)
    if handed_in:
        _as_handed_in(document, filing, handed_in)
    else:
        for number, text in enumerate(filing.narrative):
            _paragraph(document, text, first=number == 0)
        if filing.narrative:
            document.add_page_break()
        _annexes(document, filing, derive(filing, scheme))
    paper.save(document, path)


def _as_handed_in(document: Any, filing: Filing, entries: Sequence[Prose | Line | Page]) -> None:
    before, head = False, True  # whether anything stands above; whether the lines are still those of the title
    for entry in entries:
        if isinstance(entry, Page):
            if before and entry.above:
                document.add_page_break()
            _page(document, entry)
        elif isinstance(entry, Line):
            _line(document, entry.text)
        else:
            words = filing.narrative[entry.index]
            if head and MARK.fullmatch(words):
                _line(document, words)
                continue
            head = head and len(words) <= 40 and not _HEADING.match(words) and not re.search("[。；：]", words)
            _paragraph(document, words, first=head)
        before = True


def _line(document: Any, words: str) -> Any:
    mark = MARK.fullmatch(words)
    return paper.line(document, words, paper.HEI if mark else paper.FANG, 14 if mark else 10.5)


def _page(document: Any, page: Page) -> None:
    """Write a table as it was handed in, with the lines above and below it."""
    title = page.title
    for index, words in enumerate(page.above):
        if index in title:
            line = paper.line(document, words.strip(), paper.SONG, 16, bold=True, center=True)
            line.paragraph_format.space_after = 76200
        else:
            _line(document, words)
    widths = _fitting(page)
    size = _size(page, widths)
    table = paper.table(document, widths)
    rows = [list(paper.row(table, widths, 5.0).cells) for _ in range(page.plan.height)]
    for spot in page.plan.spots:
        cell = rows[spot.row][spot.first]
        if (spot.bottom, spot.last) != (spot.row, spot.first):
            cell = cell.merge(rows[spot.bottom][spot.last])
        paper.fill(cell, spot.text, size, center=spot.align == "center")
    if page.plan.head is not None:
        paper.repeat(table.rows[page.plan.head])
    for words in page.below:
        paper.line(document, words.rstrip(), paper.FANG, 10).paragraph_format.space_before = 38100
    _long_rows_may_break(table, page, widths, size)


def _fitting(page: Page) -> tuple[float, ...]:
    """Return the widths of the columns in mm: as handed in, none too narrow for a character."""
    whole = sum(page.widths)
    widths = [max(NARROW, width * PAGE / whole) for width in page.widths]
    return tuple(width * PAGE / sum(widths) for width in widths)


def _rows_high(page: Page, widths: Sequence[float], size: float) -> float:
    """Return how high a table is in mm at a size of type."""
    letter = size * 0.3528 / 2  # mm: half a Chinese character
    heights = [LEAST] * page.plan.height
    for spot in page.plan.spots:
        room = sum(widths[spot.first : spot.last + 1]) - 2
        high = lines_of(spot.text, max(2.0, room / letter)) * size * 1.25 * 0.3528 + 1
        lacking = high - sum(heights[spot.row : spot.bottom + 1])
        if lacking > 0:
            heights[spot.bottom] += lacking
    return sum(heights)


def _size(page: Page, widths: Sequence[float]) -> float:
    """Return the largest size of type at which a table goes onto one page; the usual one where none does."""
    room = 250.0 - 8 * len(page.above) - 6 * len(page.below)
    return next((size for size in SIZES if _rows_high(page, widths, size) <= room), SIZES[1])


def _long_rows_may_break(table: Any, page: Page, widths: Sequence[float], size: float) -> None:
    """Let a page break part the rows of a table whose cells are longer than a page."""
    if _rows_high(page, widths, size) / max(1, page.plan.height) > 60:
        for kept in table._tbl.xpath(".//w:cantSplit"):
            kept.getparent().remove(kept)


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
        _Table(document, filing, derived, part).write()


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
    words = shown(value, "rate" if path.endswith("_rate") else "amount")
    return legal(words) or BLANK


def _paragraph(document: Any, text: str, first: bool) -> None:
    if first:
        paper.heading(document, text, "Title", paper.SONG, 18, center=True)
    elif _HEADING.match(text) and len(text) < 40:
        paper.heading(document, text, "Heading 1", paper.HEI, 14)
    else:
        paragraph = paper.line(document, text, paper.FANG, 14)
        paragraph.paragraph_format.first_line_indent = Pt(28)
        paragraph.paragraph_format.line_spacing = 1.5


class _Table:
    """A sheet of a form as a bordered table, drawn line by line from its layout."""

    def __init__(self, document: Any, filing: Filing, derived: Derived, part: str) -> None:
        self.document, self.filing, self.derived = document, filing, derived
        self.layout = layout(filing.form)
        self.data = self.layout[part]
        self.years = {"year": filing.year or "", "prior": (filing.year or 0) - 1 if filing.year else ""}
        self.size = self.data.get("size", 10)
        widths = self.data["widths"]
        self.widths = tuple(width * PAGE / sum(widths) for width in widths)

    def write(self) -> None:
        """Write the whole table, the lines above it and below it."""
        self._heading()
        table = paper.table(self.document, self.widths)
        made = plan(self.data, self.filing, behind=rows_behind(self.filing))
        rows = [list(paper.row(table, self.widths, 6.5).cells) for _ in range(made.height)]
        for spots in made.printed():
            self._put(rows, made, spots)
        if made.head is not None:
            paper.repeat(table.rows[made.head])
        if note := self.data.get("note"):
            paper.line(self.document, note, paper.FANG, 10).paragraph_format.space_before = 38100
        if self.data.get("signed", True):
            self._sign()

    def _heading(self) -> None:
        """Write 附件n, the title and the line above the table."""
        if mark := self.data.get("mark"):
            paper.line(self.document, mark, paper.HEI, 14)
        words = self.data["title"].format(**self.years)
        title = paper.line(self.document, words, paper.SONG, 16, bold=True, center=True)
        title.paragraph_format.space_after = 76200  # 6 pt between the title and its table
        if above := self.data.get("above"):
            words = above.format(**self.years, filing=self.filing, unit=self.filing.owner)
            paper.line(self.document, words, paper.FANG, 12, center=words.startswith("（"))

    def _put(self, rows: list[list[Any]], made: Plan, spots: Sequence[Spot]) -> None:
        """Write one cell: a field or a label, or a label with the figure behind it."""
        first, last = spots[0], spots[-1]
        cell = rows[first.row][first.first]
        if (first.bottom, last.last) != (first.row, first.first):
            cell = cell.merge(rows[first.bottom][last.last])
        left = len(spots) > 1 or first.align == "left" or is_left(first.asked)
        words = "".join(made.shown(self.filing, spot, self._value) for spot in spots)
        paper.fill(cell, words, self.size, center=not left)
        if first.indent:
            cell.paragraphs[0].paragraph_format.left_indent = first.indent * POINT * 2

    def _value(self, path: str) -> Any:
        return _best(self.filing, self.derived, path)

    def _sign(self) -> None:
        """Write the line of 填表人, 填报日期, 联系电话, 单位负责人签字 under the table."""
        signed = self.filing.signature
        words = self.layout["signature"]["words"].format(
            preparer=signed.preparer or "", date=signed.date or "", phone=signed.phone or "", head=signed.head or ""
        )
        paper.line(self.document, words, paper.FANG, 10.5).paragraph_format.space_before = 76200
