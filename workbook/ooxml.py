"""What the files of Excel and Word have in common: the addresses of cells, and text as their XML holds it. Nothing else says these."""

from workbook import patterns as re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_OWN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def legal(text: str) -> str:
    """Return a text without the characters that XML does not hold."""
    return _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """Return a text so that Excel takes no part of it for a character of its own: it reads "_x0041_" as "A"."""
    return _OWN_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def markup(text: str) -> str:
    """Return a text as it stands in a sheet's XML: legal, escaped, with &, < and > spelt out."""
    if text.isalnum():
        return text
    return escaped(legal(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def letters(column: int) -> str:
    """Return the letters of a 1-based column: 28 → "AB"."""
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def address(row: int, column: int) -> str:
    """Return the A1 address of a 1-based row and column."""
    return f"{letters(column)}{row}"


def column_of(cell: str) -> int:
    """Return the 1-based column of an A1 address."""
    out = 0
    for char in cell:
        if char.isalpha():
            out = out * 26 + ord(char.upper()) - 64
    return out


def bounds(reference: str) -> tuple[int, int, int, int]:
    """Return top, left, bottom, right (1-based) of "B2:F9" or "B2"."""
    first, _, last = reference.replace("$", "").partition(":")
    last = last or first
    row = [int("".join(filter(str.isdigit, part)) or 1) for part in (first, last)]
    return row[0], column_of(first), row[1], column_of(last)
