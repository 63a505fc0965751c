"""Cell formulas of the derived fields: each stands here once; a test recalculates them and holds them against `derive`.

Only functions that any Excel since 2007, WPS and LibreOffice have. A blank or zero divisor, or words where a number
belongs, give 不适用, as `derive` gives None.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from workbook import patterns as re
from workbook.derive.scores import IndicatorScore
from workbook.model.figures import plain
from workbook.model.filing import Indicator
from workbook.model.quantity import parse

_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TWELVE = Decimal("1e-12")


def quotient(top: str, bottom: str) -> str:
    """Return the formula of a rate over two cells: a fraction at four decimals."""
    return f'=IF(COUNT({top},{bottom})<2,"不适用",IF({bottom}=0,"不适用",ROUND({top}/{bottom},4)))'


def or_default(cell: str, default: Decimal) -> str:
    """Return the expression for a cell's number, the scheme's own where the cell holds none."""
    return f"IF(COUNT({cell})=0,{plain(default)},{cell})"


def execution_score(weight: str, executed: str, base: str, steps: Sequence[Sequence[Decimal]] = ()) -> str:
    """Return the formula of 执行率得分, two decimals: 分值 × 执行率 between 0 and 分值, or by steps (at least, share).

    `weight` is an expression, `executed` and `base` are cells; the rate is not rounded before.
    """
    rate = f"{executed}/{base}"
    share = f"MAX(0,MIN(1,{rate}))"
    if steps:
        share = "0"
        for least, part in sorted(steps, key=lambda row: row[0]):
            share = f"IF({rate}>={plain(least)},{plain(part)},{share})"
    score = f"ROUND({weight}*{share},2)"
    # a chain of IFs that stops at the highest step reached: the lowest step is asked last
    return f'=IF(COUNT({executed},{base})<2,"不适用",IF({base}=0,"不适用",{score}))'


def indicator_score(weight: str, target: str, actual: str, row: Indicator, result: IndicatorScore) -> str:
    """Return the formula of an indicator's 得分 (cells of 分值, 年度指标值, 实际完成值), two decimals.

    The figures are taken out of the words of the two cells, so that it follows when a figure is corrected; where the
    words are of no such kind (a range, Chinese numerals, no number), the degree of completion stands in it.
    """
    ratio = _ratio(target, actual, row, result)
    if ratio is None:
        degree = Decimal(1) if result.degree is None else min(Decimal(1), max(Decimal(0), result.degree))
        return f"=ROUND({weight}*{plain(degree.quantize(_TWELVE))},2)"
    return f'=IFERROR(ROUND({weight}*MAX(0,MIN(1,{ratio})),2),"不适用")'


def _ratio(target: str, actual: str, row: Indicator, result: IndicatorScore) -> str | None:
    goal, done = _figure(target, row.target), _figure(actual, row.actual)
    if goal is None or done is None or not result.degree or not goal[1] or not done[1]:
        return None
    # what units make of the two figures (万 against 个) is in the degree already
    if result.direction == "越高越好":
        return f"{done[0]}/{goal[0]}{_times(result.degree * goal[1] / done[1])}"
    if result.direction == "越低越好":
        return f"IF({done[0]}<=0,1,{goal[0]}/{done[0]}{_times(result.degree * done[1] / goal[1])})"
    return None


def _figure(cell: str, words: str | None) -> tuple[str, Decimal] | None:
    """Return the expression that takes the one figure out of a cell's words, and that figure."""
    words = words or ""
    found = list(_FIGURE.finditer(words))
    quantity = parse(words)
    if len(found) != 1 or quantity is None or any(ord(char) > 0xFFFF for char in words):
        return None
    figure = Decimal(found[0][0])
    if figure != quantity.number:
        return None
    before, after = found[0].start(), len(words) - found[0].end()
    if not before and not after:
        return f"VALUE({cell})", figure
    return f"VALUE(MID({cell},{before + 1},LEN({cell})-{before + after}))", figure


def _times(factor: Decimal) -> str:
    rounded = factor.quantize(_TWELVE)
    return "" if rounded == 1 else f"*{plain(rounded)}"


def total(parts: Iterable[str], instead: Iterable[tuple[str, Decimal]] = (), filled: Sequence[str] = ()) -> str:
    """Return the formula of a sum over cells and ranges.

    `instead` are cells that hold words, with the computed value that counts as long as they hold no number; as long as
    there is no number in `filled` (a form not filled in yet) the sum is 不适用.
    """
    cells = ",".join(parts)
    extra = "".join(f"+IF(COUNT({cell})=0,{plain(value)},0)" for cell, value in instead)
    whole = f"SUM({cells}){extra}"
    return f'=IF(COUNT({",".join(filled)})=0,"不适用",{whole})' if filled else f"={whole}"


def difference(whole: str, parts: Sequence[str], fixed: bool = False) -> str:
    """Return the formula of whole − Σ parts, two decimals; nothing where the whole or every part is blank.

    `whole` is a cell, or a number where it is `fixed`.
    """
    cells = ",".join(parts)
    blank = f"COUNT({cells})=0" if fixed else f"OR(COUNT({whole})=0,COUNT({cells})=0)"
    return f'=IF({blank},"",ROUND({whole}-SUM({cells}),2))'
