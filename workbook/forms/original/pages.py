"""What a filing's own form prints, to be drawn in Word and Excel."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from workbook import patterns as re
from workbook.forms import Form, form
from workbook.forms.labels import key
from workbook.forms.layout import Plan, Spot, is_left
from workbook.forms.original.rows import rows_now
from workbook.forms.original.widths import ACROSS, widths
from workbook.forms.original.words import amount_words, now, shown_words, signed_now
from workbook.model.fields import field_of, pattern_of
from workbook.model.filing import Filing
from workbook.model.original import (
    ABOVE,
    BELOW,
    LEVEL,
    MARK,
    PROSE,
    TITLE,
    Line,
    Original,
    Printed,
    Prose,
    Table,
    unpack,
)


@dataclass(slots=True)
class Page:
    """A table as it is given back: the lines above and below it, its cells, the widths of its columns (in any measure)."""

    name: str
    above: list[str]
    below: list[str]
    plan: Plan
    widths: list[float]

    @property
    def title(self) -> range:
        """Return which of the lines above are the title: those from 附件n on to the last that ends as titles do."""
        last = next((i for i in reversed(range(len(self.above))) if TITLE.search(self.above[i])), -1)
        mark = next((i for i in reversed(range(max(0, last))) if MARK.fullmatch(self.above[i])), last - 1)
        return range(mark + 1, last + 1) if last >= 0 else range(0)


def pages(filing: Filing) -> list[Prose | Line | Page]:
    """Return what a filing's own form prints, in its order: paragraphs of the running text, lines among them, and tables.

    [] where the filing has none, or holds by now what has no place in it: then the form's layout draws it. A form of prose has
    no layout: where its table is not known any more it is put together from the running text.
    """
    held = unpack(filing.original) if filing.original else None
    if held is None and (own := form(filing.form)).id == filing.form and own.kind == "prose":
        return [_table_of_prose(filing, own)]
    if held is None or not any(isinstance(block, Table) for block in held.blocks) or not _covers(filing, held):
        return []
    out: list[Prose | Line | Page] = []
    above: list[str] = []
    prosy = any(path.startswith(PROSE) for path in held.read)  # what stands around the table is its title
    for block in held.blocks:
        if isinstance(block, Table):
            plan = _plan(list(rows_now(block, filing, held)))
            out.append(Page(block.name, above, [], plan, widths(block, plan)))
            above = []
        elif isinstance(block, Line):
            words = signed_now(now(block.text, block.paths, filing, held), filing, held)
            last = out[-1] if out else None
            if block.side == BELOW and isinstance(last, Page) and not above:
                last.below.append(words)
            else:
                above.append(words)
        elif (prosy and not out and _is_short(filing, block.index)) or _between(above, filing, block.index):
            above.append(filing.narrative[block.index])
        else:
            out += [Line(words, ABOVE) for words in above]
            above = []
            out += [block] if block.index < len(filing.narrative) else []
    if out and isinstance(out[-1], Page):
        out[-1].below += above  # what stood over no table any more
    else:
        out += [Line(words, BELOW) for words in above]
    told = max((block.index for block in held.blocks if isinstance(block, Prose)), default=-1)
    return out if prosy else _with_new_prose(out, filing, told)


def _table_of_prose(filing: Filing, own: Form) -> Page:
    """Return a table with a label on the left and its paragraphs on the right, from the running text that was read from one."""
    values = [(own.data["cells"][path], shown_words(filing, path)) for path in own.data["cells"]]
    rows: list[tuple[str, list[str]]] = [
        (labels[0], [amount_words(value, "", "") if isinstance(value, Decimal) else value])
        for labels, value in values
        if value
    ]
    known = {key(label) for label in (*own.recognised_by, *own.data["prose"]["targets"])}
    above: list[str] = []
    count = len(rows)
    for words in filing.narrative:
        if key(words) in known:
            rows.append((words, []))
        elif len(rows) > count:
            rows[-1][1].append(words)
        else:
            above.append(words)
    if len(rows) == count:  # the text names none of its sections
        rows += [(label, []) for label in own.recognised_by if label not in dict(rows)]
    printed = [[Printed(0, 1, label), Printed(1, 1, "\n".join(said), paths=[PROSE])] for label, said in rows]
    return Page("", above, [], _plan(printed), [15.0, ACROSS - 15.0])


def _between(above: Sequence[str], filing: Filing, index: int) -> bool:
    """Return whether a short paragraph stands between a table's title and the table (单位名称：…)."""
    return _is_short(filing, index) and any(TITLE.search(words) for words in above)


def _is_short(filing: Filing, index: int) -> bool:
    return index < len(filing.narrative) and len(filing.narrative[index]) <= 60


def _with_new_prose(out: list[Prose | Line | Page], filing: Filing, last: int) -> list[Prose | Line | Page]:
    """Return what is printed with the paragraphs that were added since the `last` one behind the running text."""
    told = [index for index, entry in enumerate(out) if isinstance(entry, Prose)]
    if not told:
        return out
    return [*out[: told[-1] + 1], *map(Prose, range(last + 1, len(filing.narrative))), *out[told[-1] + 1 :]]


def _covers(filing: Filing, held: Original) -> bool:
    """Return whether every value that was entered has a place in the form as it was handed in, or a row like it has."""
    if any(path.startswith(PROSE) for path in held.read):
        return True  # its figures stand in the prose
    known = {pattern_of(path) for path in held.read}
    lists = {path.partition("[")[0] for path in held.read if "[" in path}
    for path in filing.paths():
        name = path.partition("[")[0].partition(".")[0]
        computed = field_of(path).derived or path.endswith("weight") or name in ("signature", "year", "unit")
        there = path in held.read if "[" not in path else name in lists and pattern_of(path) in known
        if not computed and not there and not path.endswith(LEVEL) and filing.get(path) not in (None, ""):
            return False
    return True


def _plan(rows: Sequence[Sequence[Printed]]) -> Plan:
    """Return the cells of a table; those that go on with the one above are one cell with it."""
    out = Plan(height=len(rows))
    above: dict[int, Spot] = {}
    for index, row in enumerate(rows):
        heads = {path for cell in row for path in cell.paths if path.startswith(("expenses.", "project_lines["))}
        for cell in row:
            spot = above.get(cell.column)
            if cell.goes_on and spot is not None and spot.last == cell.column + cell.span - 1:
                spot.bottom = index
            else:
                spot = _spot(cell, index, bool(heads))
                out.spots.append(spot)
            above |= dict.fromkeys(range(cell.column, cell.column + cell.span), spot)
        if any(path.endswith("[0].level3") for cell in row for path in cell.paths):
            out.head = index - 1
    return out


def _spot(cell: Printed, row: int, in_expenses: bool) -> Spot:
    path = next((path for path in cell.paths if not path.startswith(PROSE)), "")
    worded = is_left(path) or any(path.startswith(PROSE) for path in cell.paths)
    label = in_expenses and cell.column == 0
    inline = bool(re.search(r"[:：]\s*[\d.,]*\s*$", cell.text)) and cell.span > 1
    left = worded or label or inline or len(cell.text) > 60
    return Spot(
        row, row, cell.column, cell.column + cell.span - 1, cell.text, asked=path, align="left" if left else "center"
    )
