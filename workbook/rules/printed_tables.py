"""Rules on the tables as they were printed: rows of a department's own, and tables that no form has."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from workbook.derive.tables import Breach, Cell, breaches
from workbook.model.figures import percent, plain
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.narrative.printed import Print, Slip, slip
from workbook.rules.registry import Hit, rule

EVIDENT = 5.0  # bits from which a slip is no accident where a relation holds in the rest of the table


class _Suspect(NamedTuple):
    """The cell of a breach that is likeliest wrong: the slip that would mend it (None: none does), what it should be."""

    cell: Cell
    breach: Breach
    slip: Slip | None
    right: Decimal


@rule(
    "X15",
    "表中各行或各栏之间对不上",
    Severity.ERROR,
    Category.WITHIN,
    "算术关系：合计＝各行之和，结余＝预算－支出，执行率＝支出÷预算，金额＝单价×数量；同一张表的其他行、其他栏都成立",
    "表中{where}是 {written}，{formula}{basis}{mend}",
    "请对照原件核对这一行、这一栏",
)
def printed_tables_agree(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """单位自列的行、报告里自编的表：在别的栏（行）都成立的合计、差、积、商，在这一栏（行）也成立；执行率等于执行数除以预算数。"""
    found = [_suspect(one) for one in breaches(filing)]
    for one in _chosen(found):
        yield _hit(one)


def _suspect(breach: Breach) -> _Suspect:
    """Return the cell of a breach that a slip mends best, else the one that is made of the others."""
    mended = []
    for index, cell in enumerate(breach.cells):
        if cell.path.startswith("indicators["):
            continue  # the scores of a block have rules of their own: a subtotal is at fault
        expected = breach.expected(index)
        made = slip(_print(cell), *expected) if expected else None
        if made is not None and expected is not None:
            mended.append(_Suspect(cell, breach, made, made.meant * _scale(cell)))
    best = max(mended, key=lambda one: one.slip.bits if one.slip else 0.0, default=None)
    if best is not None and best.slip is not None and best.slip.bits >= EVIDENT:
        return best
    expected = breach.expected(0)
    return _Suspect(breach.cells[0], breach, None, expected[0] if expected else Decimal(0))


def _chosen(found: Sequence[_Suspect]) -> Iterator[_Suspect]:
    """Yield one of each cause: the surest first; a relation that holds once another's cell is put right needs no other."""
    wrong: list[Cell] = []
    for one in sorted(found, key=lambda entry: (-(entry.slip.bits if entry.slip else 0.0), -entry.cell.column)):
        if not any(cell in wrong for cell in one.breach.cells):
            wrong.append(one.cell)
            yield one


def _hit(one: _Suspect) -> Hit:
    breach = one.breach
    path = one.cell.path or next((cell.path for cell in breach.cells if cell.path), "")
    slots = {
        "where": one.cell.name,
        "written": one.cell.text,
        "formula": _formula(breach),
        "basis": f"；这个关系在同一张表的其他{'栏' if breach.kind == '和' else '行'}成立" if breach.held else "",
        "mend": f"；若改为 {_told(one.right, one.cell)} 即相符，疑为{one.slip.name}" if one.slip else "",
    }
    severity = Severity.ERROR if one.slip else Severity.WARNING
    known = one.cell.path != ""
    return Hit(
        path,
        one.cell.value if known else None,
        one.right if known else None,
        slots,
        tuple(cell.path for cell in breach.cells if cell.path and cell.path != path),
        kind="rate" if one.cell.rate else "amount",
        severity=severity,
        label="" if known else one.cell.name,
    )


def _formula(breach: Breach) -> str:
    """Return the relation in signs, with the figures as they are printed."""
    first, *others = breach.cells
    expected = breach.expected(0)
    right = _told(expected[0], first) if expected else ""
    if breach.kind in ("积", "商"):
        sign = "×" if breach.kind == "积" else "÷"
        return f"{others[0].text}{sign}{others[1].text}＝{right}"
    signs = [-sign * breach.signs[0] for sign in breach.signs[1:]]
    words = "".join(f"{'＋' if sign > 0 else '－'}{cell.text}" for sign, cell in zip(signs, others, strict=True))
    shown = words.removeprefix("＋")
    return f"{'「' + first.label + '」' if breach.kind == '和' else first.head or first.label}应为 {shown}＝{right}"


def _told(value: Decimal, like: Cell) -> str:
    if like.rate:
        exponent = (like.unit * 100).as_tuple().exponent
        return percent(value, -exponent if isinstance(exponent, int) else 2)
    return plain(value.quantize(like.unit) if like.unit < 1 else value)


def _scale(cell: Cell) -> Decimal:
    return Decimal("0.01") if cell.rate else Decimal(1)


def _print(cell: Cell) -> Print:
    scale = _scale(cell)
    return Print(cell.value, cell.unit, cell.value / scale, scale, money=not cell.rate)
