"""The words of a cell as they are now: as printed, with nothing changed but the fields that say something else."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from workbook import patterns as re
from workbook.forms.targets import MEASURED, parted
from workbook.model.fields import field_of
from workbook.model.figures import plain
from workbook.model.filing import Filing
from workbook.model.original import PROSE, Original, paragraphs, said
from workbook.model.quantity import Unreadable, number

FIGURE = re.compile(r"-?[\d,]*\d(?:\.\d+)?%?")
ROW = re.compile(r"(\w+)\[(\d+)\]\.")
MEASURES = (Decimal(1), Decimal(10_000), Decimal(10), Decimal("0.0001"))  # 万元 in 万元, 元, 千元, 亿元
_SIGNED = {"preparer": "填[表报]人", "date": "填[报表]日期", "phone": "电话", "head": "负责人(?:签字)?"}


def now(text: str, paths: Sequence[str], filing: Filing, held: Original, index: int = 0, kept: int = 0) -> str:
    """Return words as printed, with nothing changed but the fields in them that say something else by now."""
    for path in paths:
        found = ROW.match(path)
        was = path.replace(f"[{kept}]", f"[{index}]", 1) if found and index != kept else path
        before = held.read.get(was, "")
        if before != said(filing, path):
            text = _changed(text, path, before, filing)
    return text


def _changed(text: str, path: str, before: str, filing: Filing) -> str:
    """Return words with a field's value in the place of what was read there."""
    if path.startswith(PROSE):
        return "\n".join(paragraphs(filing, path))
    value = shown_words(filing, path)
    if isinstance(value, Decimal) or field_of(path).is_number:
        return _figure_changed(text, path, before, value)
    words = value or ""
    if path.endswith(".level1"):
        points = filing.class_weights.get(words)
        return words if points is None else f"{words}（{plain(points)}分）"
    if before and before in text and path != "unit":
        return text.replace(before, words, 1)
    label = re.match(r"[^:：]{1,30}[:：]", text) if path == "unit" else None
    return f"{label[0]}{words}" if label else words


def signed_now(text: str, filing: Filing, held: Original) -> str:
    """Return a line with what was signed since behind its labels, which stood there alone."""
    for name, label in _SIGNED.items():
        words = filing.get(f"signature.{name}") if f"signature.{name}" not in held.read else None
        found = re.search(rf"{label}\s*[:：]", text) if words else None
        if found:
            text = f"{text[: found.end()]}{words}{text[found.end() :]}"
    return text


def shown_words(filing: Filing, path: str) -> Any:
    """Return what a field prints: a number, or words as this form parts them."""
    if path == "unit":
        return filing.owner
    value = filing.get(path)
    if value is None:
        return filing.unread.get(path)
    if path.startswith("indicators[") and path.endswith(MEASURED):
        row = filing.indicators[int(path[len("indicators[") : path.index("]")])]
        return parted(row, path.rpartition(".")[2]) if row.nature or row.measure else value
    return value


def _figure_changed(text: str, path: str, before: str, value: Any) -> str:
    """Return words with a number in the place of the one before it, in the measure that it was printed in (元, 万元)."""
    for found in FIGURE.finditer(text):
        measure = _measure(found[0], path, before)
        if measure:
            words = amount_words(value * measure, found[0], path) if isinstance(value, Decimal) else value or ""
            return f"{text[: found.start()]}{words}{text[found.end() :]}"
    words = amount_words(value, "", path) if isinstance(value, Decimal) else value or ""
    label = re.match(r"\s*(?:其中[:：])?[^:：]*[:：]", text)
    return f"{label[0]}{words}" if label else words


def _measure(words: str, path: str, before: str) -> Decimal | None:
    """Return by what the value before was multiplied to be printed so; None where this is another figure."""
    try:
        printed, value = number(words, kind=field_of(path).kind), Decimal(before)
    except (Unreadable, ArithmeticError):
        return None
    if printed is None:
        return None
    return next((times for times in MEASURES if value * times == printed), None)


def amount_words(value: Decimal, like: str, path: str) -> str:
    """Return a number as the cell printed the one before it: as percent, and with no fewer decimals."""
    rate = like.endswith("%") or (not like and bool(path) and field_of(path).kind == "rate")
    shown = value * 100 if rate else value
    places = len(like.rstrip("%").partition(".")[2])
    exponent = shown.normalize().as_tuple().exponent
    own = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{shown:.{max(places, min(own, 4))}f}{'%' if rate else ''}"
