"""What a printed number stands for, which slips of the hand turn one number into another, and how surprising that is.

Evidence is counted in bits. A number of five significant digits is one of 90,000; that a given slip of it meets a given
value by accident is one chance in 90,000 ÷ (slips of that kind). Two figures of two digits that meet say nothing.
"""

from collections.abc import Iterator
from decimal import Decimal
from math import ceil, floor, log2
from typing import NamedTuple

from workbook.narrative.statements import Figure

CENT = Decimal("0.01")
SWAPPED, CROSSED, DIGIT, POINT, UNIT, LOST, EXTRA = (
    "相邻数字颠倒",
    "两个数字对调",
    "一个数字写错",
    "小数点错位",
    "元与万元混用",
    "少写一位数字",
    "多写一位数字",
)
USUAL = (SWAPPED, CROSSED, DIGIT, POINT)  # the commonest slips of the hand that keep the unit
TURNED = "增减方向写反"
BASE, TOP = "分母用错", "分子用错"
UPSIDE_DOWN = "分子分母颠倒"
LAST_YEAR = "误用上年数"


class Print(NamedTuple):
    """A number as printed: its value in the base unit (万元, a fraction, 人) and one unit of its last digit there.

    `number` is the number as written, `scale` what one of it is in the base unit.
    """

    value: Decimal
    unit: Decimal
    number: Decimal
    scale: Decimal
    vague: bool = False
    money: bool = True

    def fits(self, value: Decimal, slack: Decimal = Decimal(0)) -> bool:
        """Return whether the print can stand for a value known to `slack`: rounded, cut off, or about it where vague."""
        if self.vague:
            return abs(value - self.value) <= abs(self.value) / 10
        gap = value - self.value
        return -self.unit / 2 - slack <= gap < self.unit + slack

    @property
    def digits(self) -> int:
        """Return how many significant digits are printed."""
        return significant(self.number)

    @property
    def written(self) -> int:
        """Return how many digits are printed, zeros at the end too."""
        return max(1, len(str(abs(self.number)).replace(".", "").lstrip("0")))


def of_figure(figure: Figure) -> Print:
    """Return the print of a figure of the prose."""
    scale = figure.value / figure.number if figure.number else Decimal(1)
    exponent = figure.number.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) * scale
    if not figure.number and figure.is_money:
        unit = CENT  # nought is nought, however few digits it is written with
    return Print(figure.value, abs(unit), figure.number, scale, bool(figure.vague), figure.is_money)


def of_cell(value: Decimal, kind: str = "amount") -> Print:
    """Return the print of a cell: its decimals, an amount at least to the cent."""
    exponent = value.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    if kind == "amount":
        unit = min(unit, CENT)
    return Print(value, unit, value, Decimal(1))


def values(print_: Print, right: Decimal | None = None) -> float:
    """Return, in bits, how many numbers there are of as many digits as tell one apart: zeros at the end tell nothing.

    `right` is what may have been meant (as written): the longer of the two counts.
    """
    told = print_.digits if right is None else max(print_.digits, significant(right))
    return log2(9 * 10 ** (min(told, print_.written) - 1))


def significant(number: Decimal) -> int:
    """Return how many digits of a number there are without the zeros at its end."""
    return len(number.normalize().as_tuple().digits) if number else 1


class Slip(NamedTuple):
    """A slip of the hand: its name, the number that was meant, and in bits how surprising it would be as an accident."""

    name: str
    meant: Decimal
    bits: float


def slip(print_: Print, right: Decimal, slack: Decimal = Decimal(0)) -> Slip | None:
    """Return the slip by which a print stands where a value (base unit, known to `slack`) was meant; None: by none.

    The bits count how many numbers the kind of slip can reach, and how wide the value is known.
    """
    if not print_.scale or right <= 0 or print_.value <= 0:
        return None
    number, length = abs(print_.number), print_.written
    exact, room = right / print_.scale, slack / print_.scale
    exponent = number.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    reached = _reached(_digits(number, unit), floor((exact - room) / unit - 1), ceil((exact + room) / unit + 1))
    for name, reach, enough in (
        (UNIT, 1.0, print_.money),
        (POINT, 2.0, length > 1),
        (SWAPPED, log2(max(1, length - 1)), True),
        (CROSSED, log2(max(1, length * (length - 1) / 2)), length > 3),
        (DIGIT, log2(9 * length), length > 1),
        (LOST, log2(10 * (length + 1)), length > 2),
        (EXTRA, log2(length), length > 2),
    ):
        if not enough or name not in reached:
            continue
        best = min(_meant(name, number, unit, exact), key=lambda one: abs(one - exact), default=None)
        if best is None or best == number:
            continue
        step = unit * best / number if name in (UNIT, POINT) else unit
        if abs(best - exact) <= room + step / 2:
            return Slip(name, best, values(print_, best) - reach - log2(1 + 2 * float(room / step)))
    return None


_POWERS = {UNIT: (4, -4, 8, -8), POINT: (1, -1, 2, -2)}


def _meant(name: str, number: Decimal, unit: Decimal, exact: Decimal) -> Iterator[Decimal]:
    """Return the numbers that a slip may have been meant for, those nearest to a value where it can reach any."""
    if name in _POWERS:
        return (number.scaleb(power) for power in _POWERS[name])
    if name in (SWAPPED, CROSSED, EXTRA):
        return {SWAPPED: _swapped, CROSSED: _crossed, EXTRA: _extra}[name](number, unit)
    return (_digit if name == DIGIT else _lost)(number, unit, exact)


def _reached(text: str, low: int, high: int) -> set[str]:
    """Return the slips by which digits may become a number from `low` to `high`, in units of the last digit.

    In whole numbers, and so ten times as fast as to try them all: most pairs of figures are parted by no slip.
    """
    number, digits = int(text), [int(char) for char in text]
    places = [10**power for power in range(len(digits) - 1, -1, -1)]
    out = set()
    for name, powers in ((UNIT, (10**4, 10**8)), (POINT, (10, 100))):
        if any(low - by <= number * by <= high + by or low * by <= number <= high * by for by in powers):
            out.add(name)
    moved = [
        (b - a, number + (digits[b] - digits[a]) * (places[a] - places[b]))
        for a in range(len(digits))
        for b in range(a + 1, len(digits))
    ]
    out |= {SWAPPED if far == 1 else CROSSED for far, value in moved if low <= value <= high}
    for digit, place in zip(digits, places, strict=True):
        rest = number - digit * place
        nearest = min(9, max(0, -((rest - low) // place)))
        if low <= rest + nearest * place <= high:
            out.add(DIGIT)
        if low <= number // (10 * place) * place + number % place <= high:
            out.add(EXTRA)
    if high >= places[0] * 10 and low < places[0] * 100:
        out.add(LOST)
    return out


def slips(print_: Print) -> Iterator[Slip]:
    """Yield the commonest slips of a print: two digits swapped, one digit wrong, the point, the unit.

    The bits are those of meeting one given value by accident.
    """
    number, length = abs(print_.number), print_.written
    exponent = number.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    for right in _swapped(number, unit):
        yield Slip(SWAPPED, right, values(print_, right) - log2(max(1, length - 1)))
    if length > 1:
        for power in (1, -1):
            yield Slip(POINT, number.scaleb(power), values(print_) - 2)
        text = _digits(number, unit)
        for n, char in enumerate(text):
            place = unit.scaleb(len(text) - 1 - n)
            for digit in range(1 if n == 0 else 0, 10):
                if digit != int(char):
                    right = number + (digit - int(char)) * place
                    yield Slip(DIGIT, right, values(print_, right) - log2(9 * length))
    if print_.money:
        for power in (4, -4):
            yield Slip(UNIT, number.scaleb(power), values(print_) - 1)


def _digits(number: Decimal, unit: Decimal) -> str:
    return str(int(number / unit))


def _swapped(number: Decimal, unit: Decimal) -> Iterator[Decimal]:
    text = _digits(number, unit)
    for n in range(len(text) - 1):
        if text[n] != text[n + 1] and (n or text[1] != "0"):
            yield Decimal(text[:n] + text[n + 1] + text[n] + text[n + 2 :]) * unit


def _crossed(number: Decimal, unit: Decimal) -> Iterator[Decimal]:
    """Yield the numbers that come of two digits exchanged which do not stand side by side."""
    text = _digits(number, unit)
    for a in range(len(text)):
        for b in range(a + 2, len(text)):
            if text[a] != text[b] and (a or text[b] != "0"):
                yield Decimal(text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]) * unit


def _digit(number: Decimal, unit: Decimal, exact: Decimal) -> Iterator[Decimal]:
    """Yield, for each digit, the number that comes nearest to a value when it alone is changed."""
    text = _digits(number, unit)
    for n, char in enumerate(text):
        if n == 0 and len(text) > 1 and exact < number - (int(char) - 1) * unit.scaleb(len(text) - 1):
            continue
        place = unit.scaleb(len(text) - 1 - n)
        rest = number - int(char) * place
        wanted = int(min(Decimal(9), max(Decimal(0), ((exact - rest) / place).to_integral_value())))
        if wanted != int(char):
            yield rest + wanted * place


def _lost(number: Decimal, unit: Decimal, exact: Decimal) -> Iterator[Decimal]:
    """Yield the numbers of one digit more, where the value has that many."""
    text, wanted = _digits(number, unit), str(int((exact / unit).to_integral_value()))
    if len(wanted) == len(text) + 1 and any(wanted[:n] + wanted[n + 1 :] == text for n in range(len(wanted))):
        yield Decimal(wanted) * unit


def _extra(number: Decimal, unit: Decimal) -> Iterator[Decimal]:
    text = _digits(number, unit)
    for n in range(len(text)):
        yield Decimal(text[:n] + text[n + 1 :]) * unit
