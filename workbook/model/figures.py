"""Decimal figures: rounding as Excel does it, and how a figure is shown to a clerk; whether words are Chinese."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from workbook import patterns as re

SHORT = 18  # characters of a name or a quotation in a place; the whole stands in the form
QUOTED = 26  # and in a message
_QUOTATION = re.compile(rf"([「“])([^「」“”]{{{QUOTED + 1},}})([」”])")


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Return the value rounded to so many decimals, half away from zero, as Excel's ROUND does.

    What is too large to have any decimals (26 digits and more: no amount, but a cell may hold it) is returned as it is.
    """
    try:
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return value


def chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character. (A pattern with that range costs a millisecond to compile.)"""
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def plain(value: Decimal) -> str:
    """Return a Decimal without exponent and without trailing zeros beyond the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal, places: int = 2) -> str:
    """Return a fraction as percent, rounded half away from zero: 0.98987 → "98.99%"."""
    return f"{plain(round_half_up(value * 100, places))}%"


SHOWN = 4  # decimals: 0.0001 万元 is 1 元, and a figure divided out has 28 of them


def shown(value: Decimal | int) -> str:
    """Return a figure rounded for showing, without trailing zeros; one that was entered keeps what it was entered with."""
    value = Decimal(value)
    exponent = value.as_tuple().exponent
    long = isinstance(exponent, int) and exponent < -SHOWN and value.adjusted() < 20
    return plain(round_half_up(value, SHOWN) if long else value)


def show(value: Decimal | int | str | None, kind: str = "") -> str:
    """Return a value as a clerk reads it: a rate as percent, None as 空白. `kind` is that of the field table."""
    if value is None:
        return "空白"
    if not isinstance(value, Decimal):
        return str(value)
    return percent(value) if kind == "rate" else shown(value)


def json_number(value: Decimal) -> int | float:
    """Return a Decimal as the JSON number of the same value (an int where it is whole)."""
    return int(value) if value == value.to_integral_value() else float(value)


def brief(words: str, most: int = SHORT) -> str:
    """Return words on one line, cut to so many characters."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def listed(names: Sequence[str], most: int) -> str:
    """Return names as a list in a sentence, so many of them: "甲、乙等 30 个"."""
    return "、".join(names[:most]) + (f"等 {len(names)} 个" if len(names) > most else "")


def curbed(message: str) -> str:
    """Return a message with each quotation cut to a length that can be taken in; the place beside it leads to the whole."""
    return _QUOTATION.sub(lambda found: f"{found[1]}{brief(found[2], QUOTED)}{found[3]}", message)
