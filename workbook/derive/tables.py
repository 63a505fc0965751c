"""The tables of a filing as they were printed: every figure with its row and head, also of rows and tables that no form knows.

What holds among the figures of a table is told by the table itself: a sum that holds in its other columns, a quotient that
holds in its other rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import permutations
from math import log2
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.fields import field_of
from workbook.model.filing import Filing, squeezed
from workbook.model.original import PROSE, Original, Printed, Table, unpack

ROWS = 3  # rows or columns in which a relation must hold before it is held against another
_NUMBER = re.compile(r"(-?\d[\d,，]*(?:\.\d+)?)(%|％)?")
_LINE = re.compile(r"([^\d:：][^:：]{1,30})[:：]\s*(-?\d[\d,]*(?:\.\d+)?)\s*(万元|元)?")
_TOTAL = re.compile(r"(?:[^\W\d]{0,6}(?:合计|总计|小计|总额)|合计|总计)(?:\(.*\))?")
_NUMBERED = re.compile(r"^(?:其中[:：]?|[(（]?[\d一二三四五六七八九十]{1,3}[)）、.．](?!\d)|[①-⑳]|[-—])+")
_HEAD = 24  # characters that a head has at most
_MOST = 12  # columns of figures that are held against one another
_PARTS_MOST = 60  # rows that a sum may have


class Cell(NamedTuple):
    """A figure as printed: row and column (from 0) in its table, words, value (a rate as a fraction), one of its last digit.

    `path` is the field that it was read into, "" where the form has none; `label` the name of its row, `head` of its column.
    """

    row: int
    column: int
    text: str
    value: Decimal
    unit: Decimal
    rate: bool
    path: str
    label: str
    head: str

    @property
    def name(self) -> str:
        """Return what a clerk calls it: its row and its column."""
        return f"「{self.label}」{self.head}"

    def fits(self, value: Decimal, slack: Decimal = Decimal(0)) -> bool:
        """Return whether it can stand for a value known to `slack`: rounded or cut off."""
        gap = value - self.value
        return -self.unit / 2 - slack <= gap < self.unit + slack


@dataclass(slots=True)
class Part:
    """Rows of a table under one row of heads: the cells by row, and by row and column.

    `blocks` are the points of the indicators that stand right above a row, by that row.
    """

    rows: dict[int, list[Cell]] = field(default_factory=dict)
    blocks: dict[int, list[list[Cell]]] = field(default_factory=dict)
    by_place: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def add(self, row: int, cells: list[Cell]) -> None:
        """Put a row's figures in."""
        self.rows[row] = cells
        self.by_place |= {(row, cell.column): cell for cell in cells}

    def at(self, row: int, column: int) -> Cell | None:
        """Return the figure in a row and column."""
        return self.by_place.get((row, column))

    @property
    def columns(self) -> list[int]:
        """Return the columns that hold figures, from left to right."""
        return sorted({cell.column for own in self.rows.values() for cell in own})

    def label(self, row: int) -> str:
        """Return the name of a row."""
        return self.rows[row][0].label


class Breach(NamedTuple):
    """A relation that holds elsewhere in the table and fails here: the cells and their signs (Σ sign × cell = 0), or the three cells
    of a product (first ＝ second × third) or a quotient (first ＝ second ÷ third). `held` says how often it holds.
    """

    kind: str
    cells: tuple[Cell, ...]
    signs: tuple[int, ...]
    held: int

    def expected(self, index: int) -> tuple[Decimal, Decimal] | None:
        """Return what a cell would have to be, and how far that is uncertain; None where the others do not tell."""
        return _expected(self.kind, self.cells, self.signs, index)


def parts(filing: Filing) -> list[Part]:
    """Return the tables of a filing as they were handed in, parted where heads begin anew; [] where they were not kept."""
    return list(_parted(filing.original)) if filing.original else []


def lines(filing: Filing) -> list[list[Cell]]:
    """Return the figures that stand behind a label in their own cell (财政拨款：120.5), by the column that they stand in."""
    held = _held(filing.original) if filing.original else None
    out: list[list[Cell]] = []
    for block in held.blocks if held else ():
        if isinstance(block, Table):
            out += _lines(block)
    return out


@lru_cache(maxsize=2)  # the rules ask for the tables of one filing several times
def _held(original: str) -> Original | None:
    return unpack(original)


@lru_cache(maxsize=2)
def _parted(original: str) -> tuple[Part, ...]:
    held = _held(original)
    if held is None:
        return ()
    return tuple(part for block in held.blocks if isinstance(block, Table) for part in _parts(block, held) if part.rows)


def _parts(table: Table, held: Original) -> Iterator[Part]:
    heads: dict[int, str] = {}
    part, above = Part(), False
    block: list[list[Cell]] = []
    for index, row in enumerate(table.rows):
        filled = [cell for cell in row if cell.text.strip() and not cell.goes_on]
        figures = [cell for cell in filled if _value(cell) is not None]
        if not figures and len(filled) > 1:
            heads, above = _headed(heads if above else {}, filled), True
            if part.rows:
                yield part
                part = Part()
            block = []
            continue
        above = False
        if not figures:
            continue
        label = _label(filled, figures[0].column)
        if any(path.startswith("indicators[") for cell in row for path in cell.paths):
            block.append([_cell(index, cell, label, heads) for cell in figures if any(map(_is_points, cell.paths))])
            continue
        cells = [_cell(index, cell, label, heads) for cell in figures if cell.column or label != squeezed(cell.text)]
        if label and cells:
            part.add(index, cells)
            part.blocks[index] = block
        block = []
    if part.rows:
        yield part


def _is_points(path: str) -> bool:
    return path.startswith("indicators[") and path.endswith((".weight", ".score", ".deducted"))


def _headed(heads: dict[int, str], filled: Sequence[Printed]) -> dict[int, str]:
    out = dict(heads)
    for cell in filled:
        words = squeezed(cell.text) if len(cell.text) <= _HEAD else ""
        out |= {column: out.get(column, "") + words for column in range(cell.column, cell.column + cell.span)}
    return out


def _label(filled: Sequence[Printed], before: int) -> str:
    """Return the name of a row: the words next to its first figure."""
    words = [squeezed(cell.text) for cell in filled if cell.column < before and _value(cell) is None]
    return _NUMBERED.sub("", words[-1]) if words else ""


def _cell(row: int, cell: Printed, label: str, heads: dict[int, str]) -> Cell:
    value, unit, rate = _value(cell) or (Decimal(0), Decimal(1), False)
    path = next((path for path in cell.paths if not path.startswith(PROSE)), "")
    return Cell(row, cell.column, cell.text.strip(), value, unit, rate, path, label, heads.get(cell.column, ""))


def _value(cell: Printed) -> tuple[Decimal, Decimal, bool] | None:
    found = _NUMBER.fullmatch(squeezed(cell.text))
    return _number(found[1], bool(found[2])) if found and len(cell.text) < 30 else None


def _number(words: str, rate: bool = False) -> tuple[Decimal, Decimal, bool]:
    value = Decimal(words.replace(",", "").replace("，", ""))
    exponent = value.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return (value / 100, unit / 100, True) if rate else (value, unit, False)


def _lines(table: Table) -> Iterator[list[Cell]]:
    groups: dict[int, list[Cell]] = {}
    for index, row in enumerate(table.rows):
        found = [
            (cell, match)
            for cell in row
            if not cell.goes_on
            for match in map(_LINE.fullmatch, _told(cell.text))
            if match
        ]
        if not found:
            yield from groups.values()
            groups = {}
        for cell, match in found:
            value, unit, _ = _number(match[2])
            path = next(iter(cell.paths), "")
            label = squeezed(match[1])
            groups.setdefault(cell.column, []).append(
                Cell(index, cell.column, cell.text.strip(), value, unit, False, path, label, "")
            )
    yield from groups.values()


def _told(text: str) -> list[str]:
    """Return the lines of a cell, without their numbers and 其中."""
    return [_NUMBERED.sub("", line.strip()) for line in text.split("\n")] if len(text) < 200 else []


# --- what holds -------------------------------------------------------------------------------------------------------


def breaches(filing: Filing) -> Iterator[Breach]:
    """Yield what fails once in a table while it holds in its other rows or columns."""
    for part in parts(filing):
        yield from _subtotals(part)
        yield from _sums(part)
        yield from _across(part)
        yield from _named_rates(part)


def _subtotals(part: Part) -> Iterator[Breach]:
    """Yield the subtotals of a block of indicators that are not the sum of its scores, where they are that of its points."""
    for row, block in part.blocks.items():
        if len(block) < 2 or not _TOTAL.fullmatch(part.label(row)):
            continue
        failing, held = [], False
        for whole in part.rows[row]:
            cells = (whole, *(cell for own in block for cell in own if cell.column == whole.column))
            if whole.path or len(cells) <= len(block):
                continue
            breach = Breach("和", cells, (1, *(-1 for _ in block)), 1)
            expected = breach.expected(0)
            if expected is None or not whole.fits(*expected):
                failing.append(breach)
            else:
                held = held or cells[1].path.endswith(".weight")
        if held:
            yield from failing


def _sums(part: Part) -> Iterator[Breach]:
    """Yield the sums over rows that hold in other columns and fail in one: a total below or above its parts."""
    order = list(part.rows)
    for at, row in enumerate(order):
        best: tuple[float, int, int, _Tally] | None = None
        total = bool(_TOTAL.fullmatch(part.label(row)))
        runs = list(_runs(part, order, at, total))
        if any(_Tally(part, row).is_sum_of(run[:_PARTS_MOST]) for run in runs):
            continue  # with another row it holds in every column: what is short without that row is no slip
        for way, run in enumerate(runs):
            tally = _Tally(part, row)
            for count, other in enumerate(run[:_PARTS_MOST], 1):
                if not tally.add(other):
                    break
                told = tally.told()
                if count > 1 and told and (best is None or (told, count) > best[:2]):
                    best = (told, count, way, tally.copy())
        if best is not None and best[0] >= (SURE_TOTAL if total else SURE_SUM):
            yield from best[3].failing()


SURE_TOTAL, SURE_SUM = (
    6.0,
    13.0,
)  # bits from which it is no accident that a row named 合计, or any other, is the sum of rows


def _runs(part: Part, order: list[int], at: int, total: bool) -> Iterator[list[int]]:
    """Yield the rows that a row may be the sum of, those next to it first: below it, above it, above it without other totals."""
    above, below = order[:at][::-1], order[at + 1 :]
    yield below
    if total:
        yield above
        single = [row for row in above if not _TOTAL.fullmatch(part.label(row))]
        if len(single) < len(above):
            yield single


class _Tally:
    """A row held against the sum of rows that are added one by one, in every column."""

    def __init__(self, part: Part, row: int) -> None:
        self.part, self.row, self.rows = part, row, [row]
        self.sums = {cell.column: Decimal(0) for cell in part.rows[row] if not cell.rate and cell.value}
        self.slack = dict.fromkeys(self.sums, Decimal(0))

    def copy(self) -> "_Tally":
        """Return it as it stands."""
        out = _Tally(self.part, self.row)
        out.rows, out.sums, out.slack = list(self.rows), dict(self.sums), dict(self.slack)
        return out

    def add(self, row: int) -> bool:
        """Add a row; return False where a column of the sum has a rate there."""
        for cell in self.part.rows[row]:
            if cell.column in self.sums:
                if cell.rate:
                    return False
                self.sums[cell.column] += cell.value
                self.slack[cell.column] += cell.unit / 2 if cell.unit < 1 else 0
        self.rows.append(row)
        return True

    def is_sum_of(self, rows: Sequence[int]) -> bool:
        """Return whether, row by row added, it comes to be the sum of the first two or more in all columns."""
        for count, row in enumerate(rows, 1):
            if not self.add(row):
                return False
            if count > 1 and self.sums and all(self._holds(column) for column in self.sums):
                return True
        return False

    def _holds(self, column: int) -> bool:
        whole = self.part.at(self.row, column)
        return whole is not None and whole.fits(self.sums[column], self.slack[column])

    def told(self) -> float:
        """Return in bits how surely it is the sum, by the columns in which it holds; 0 where it fails in as many, or in none."""
        held = {column for column in self.sums if self._holds(column)}
        if not held or not 0 < len(self.sums) - len(held) <= len(held):
            return 0.0
        values = {cell.value for cell in self.part.rows[self.row] if cell.column in held}
        return sum(_bits(value) for value in values)

    def failing(self) -> Iterator[Breach]:
        """Yield the columns in which it fails, where each row has a figure there."""
        held = sum(self._holds(column) for column in self.sums)
        known = all(_is_known(self.part.rows[row]) for row in self.rows) and _stated(self.part.rows[self.row])
        for column in self.sums:
            cells = [cell for row in self.rows if (cell := self.part.at(row, column)) is not None]
            if not known and not self._holds(column) and len(cells) == len(self.rows):
                yield Breach("和", tuple(cells), (1, *(-1 for _ in cells[1:])), held)


def _bits(value: Decimal) -> float:
    """Return in bits how many numbers there are of as many digits, zeros at the end not counted."""
    return log2(9 * 10 ** (len(value.normalize().as_tuple().digits) - 1))


def _is_known(row: Sequence[Cell]) -> bool:
    return all(cell.path for cell in row)


def _stated(row: Sequence[Cell]) -> bool:
    """Return whether a row is one whose sum the form's identities state."""
    return any(cell.path.startswith(_STATED) for cell in row)


_STATED = ("expenses.three_public.", "expenses.official_vehicles.", "expenses.project.", "funds.")


def _across(part: Part) -> Iterator[Breach]:
    """Yield the relations of three columns that hold in at least three rows and fail in one."""
    columns = part.columns[:_MOST]
    if len(part.rows) <= ROWS or len(columns) < 3:
        return
    whole: list[set[int]] = []
    found: list[tuple[set[int], Breach]] = []
    for trio in permutations(columns, 3):
        for kind in ("差", "积", "商") if trio[1] < trio[2] else ("差", "商"):
            rows = [
                (a, b, c)
                for row in part.rows
                if (a := part.at(row, trio[0])) and (b := part.at(row, trio[1])) and (c := part.at(row, trio[2]))
            ]
            held, breach = _one_fails(kind, [own for own in rows if _fit_for(kind, own)])
            if breach is not None:
                found.append((set(trio), breach))
            elif held:
                whole.append(set(trio))
    for columns_of, breach in found:
        # 合同金额＝单价×数量 throughout: that it is 单价×到货数量 in most rows is no claim
        if not any(len(columns_of & other) >= 2 for other in whole):
            yield breach


_RATE_HEAD = re.compile(r"(?:执行率|执行进度|支出进度)(?:[(（][^()（）]*[)）])?$")
_BUDGET_HEAD = re.compile(r"预算数|预算金额|预算资金|调整后预算|年初预算|全年预算")
_SPENT_HEAD = re.compile(r"执行数|执行金额|支出数|决算数|支出金额")


def _named_rates(part: Part) -> Iterator[Breach]:
    """Yield the execution rates of rows that no field holds which are no quotient of an outlay and a budget of their row.

    Their heads state the relation, so that no other row need hold it; of several budgets and outlays any two may be meant.
    """
    for own in part.rows.values():
        budgets = [cell for cell in own if _BUDGET_HEAD.search(cell.head) and cell.value and not cell.rate]
        spent = [cell for cell in own if _SPENT_HEAD.search(cell.head) and "率" not in cell.head and not cell.rate]
        for cell in own:
            if cell.path or not _RATE_HEAD.search(cell.head) or not budgets or not spent:
                continue
            rates = _as_rates(cell)
            pairs = [(one, other) for one in reversed(spent) for other in reversed(budgets) if one is not other]
            quotients = [(rate, *pair) for rate in rates for pair in pairs]
            if all((told := _expected("商", trio, (), 0)) and not trio[0].fits(*told) for trio in quotients):
                yield Breach("商", (rates[0], *pairs[0]), (), 0)


def _as_rates(cell: Cell) -> list[Cell]:
    """Return what a figure under 执行率 may be as a rate, the likelier first: 96.42% by its sign, a bare one of percent or a fraction."""
    if cell.rate:
        return [cell]
    percents = cell._replace(value=cell.value / 100, unit=cell.unit / 100, rate=True)
    fraction = cell._replace(rate=True)
    return [percents, fraction] if cell.value > 2 else [fraction, percents]


def _fit_for(kind: str, trio: tuple[Cell, Cell, Cell]) -> bool:
    first, second, third = trio
    if kind == "商":
        return first.rate and not second.rate and not third.rate and bool(third.value)
    return not (first.rate or second.rate or third.rate)


def _one_fails(kind: str, trios: Sequence[tuple[Cell, Cell, Cell]]) -> tuple[bool, Breach | None]:
    """Return whether a relation holds in all rows, and the one row in which it does not hold where that is one alone."""
    signs = (1, -1, 1) if kind == "差" else ()
    failing, told = [], set()
    for trio in trios:
        expected = _expected(kind, trio, signs, 0)
        if expected is None or not trio[0].fits(*expected):
            failing.append(trio)
            if len(failing) > 1:
                return False, None
        elif all(cell.value for cell in trio) and len({cell.value for cell in trio}) == 3:
            told.add(trio[0].value)
    if len(told) < ROWS:
        return False, None
    return not failing, Breach(kind, failing[0], signs, len(told)) if failing else None


def _expected(kind: str, cells: Sequence[Cell], signs: Sequence[int], index: int) -> tuple[Decimal, Decimal] | None:
    if kind in ("和", "差"):
        value = slack = Decimal(0)
        for n, (cell, sign) in enumerate(zip(cells, signs, strict=True)):
            if n != index:
                value -= sign * cell.value
                slack += cell.unit / 2 if cell.unit < 1 else 0
        return value * signs[index], slack
    first, second, third = cells
    if kind == "积":
        if index == 0:
            slack = _half(second) * abs(third.value) + _half(third) * abs(second.value)
            return second.value * third.value, slack
        by = third if index == 1 else second
        return (first.value / by.value, _half(first) / abs(by.value)) if by.value else None
    if index == 0:
        if not third.value:
            return None
        return second.value / third.value, (_half(second) + _half(third)) / abs(third.value)
    if index == 1:
        return first.value * third.value, first.unit / 2 * abs(third.value)
    return (second.value / first.value, first.unit / 2 * abs(second.value / first.value**2)) if first.value else None


def _half(cell: Cell) -> Decimal:
    return cell.unit / 2 if cell.unit < 1 else Decimal(0)


def is_amount(cell: Cell) -> bool:
    """Return whether a figure is an amount of money as far as the form knows it."""
    return not cell.path or field_of(cell.path).kind == "amount"


def unread_amounts(filing: Filing) -> Iterator[tuple[Cell, Decimal]]:
    """Yield the amounts of the tables that no field of the form holds, and what one of each is in 万元, where the tables tell."""
    scale = _scale(filing)
    if scale is None:
        return
    for part in parts(filing):
        money = [cell for own in part.rows.values() for cell in own if cell.path and is_amount(cell)]
        for own in part.rows.values():
            for cell in own:
                named = bool(_MONEY.search(cell.head)) or bool(money)
                if not cell.path and not cell.rate and named and not _NOT_NOW.search(cell.head + cell.label):
                    yield cell, scale
    for group in lines(filing):
        for cell in group:
            if not cell.path and (cell.unit < 1 or cell.value >= 10):
                yield cell, scale


_MONEY = re.compile(r"万元|资金|金额|预算|决算|支出|收入|拨款|结转|结余|执行数")
_NOT_NOW = re.compile(r"上年|上一年|去年|分值|得分|权重|人数|数量|个数|编制|人\)|面积|率|单价|序号")


def _scale(filing: Filing) -> Decimal | None:
    """Return what one of the tables' unit is in 万元, told by the cells that were read; None where they do not agree."""
    found = set()
    for part in parts(filing):
        for cell in (cell for own in part.rows.values() for cell in own if cell.path and is_amount(cell)):
            value = filing.get(cell.path)
            if isinstance(value, Decimal) and cell.value:
                found.add(value / cell.value)
    return found.pop() if len(found) == 1 else Decimal(1) if not found else None
