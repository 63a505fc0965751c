"""What a workbook's XML says before its values are read: how far its sheets reach, errors, formulas without a value.

python-calamine lays a sheet out as one dense block, so that two cells in opposite corners would take all memory there is, and
it ends the process over a cell beyond the last that Excel has; it also gives an error value and a formula never calculated as
blank. Hence this pass over the parts, in a stream.
"""

import itertools
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from workbook import patterns as re
from workbook.model.filing import UNCALCULATED
from workbook.model.issued import SHEET
from workbook.ooxml import letters
from workbook.process import named
from workbook.readers.detect import EXCEL_PART
from workbook.readers.limits import LIMITS, ReadError
from workbook.readers.parts import is_xml, relations, relations_of, sound, tags

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# addresses as Excel and we write them: the column of a cell, the row of a cell where it is a far one, the row of a row
_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')
_FAR = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{4,})')
_NEAR_ROWS = 999
_ROW = re.compile(rb'<row r="([0-9]+)"')
_UNUSUAL = (re.compile(rb'<(?:c|row)(?:[\t\r\n]| (?!r="[A-Z]{0,3}[0-9]))'), re.compile(rb":(?:c|row)\s"))
# in any other way of writing XML; of an address that is none the figures are missing
_ADDRESS = re.compile(
    rb"""<(?:[a-zA-Z0-9]+:)?(?:c|row)\s(?:[^<>]*?\s)??r\s*=\s*["'](?:([A-Z]{0,3})([0-9]{1,7})["'])?"""
)
_LONGEST_TAG = 1 << 20
# sheets without cells of a form, by the type of their relation
ASIDE = {"chartsheet": "图表", "dialogsheet": "对话框", "xlMacrosheet": "宏表", "xlIntlMacrosheet": "宏表"}
_MACROS = "Macrosheet"


@dataclass(slots=True)
class Sheet:
    """What was seen of a sheet: words for cells that calamine gives as blank, and its last row and column.

    It is plain where every cell says where it stands: then calamine takes it as it was seen here.
    """

    words: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    strings: "array[int]" = field(default_factory=lambda: array("Q"))
    plain: bool = True


@dataclass(slots=True)
class Survey:
    """What was seen of a workbook: its sheets that are read, and those in sight that are not, by name and what they are.

    `macros` are the macro sheets, hidden ones too.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    macros: set[str] = field(default_factory=set)
    plain: bool = True


def survey(archive: zipfile.ZipFile, name: str) -> Survey:
    """Return what each sheet holds; raise ReadError past the limits, BadZipFile where a part is not what it says."""
    sound(archive, name)
    out = Survey()
    parts = _parts(archive, out)
    for title, part in parts.items():
        out.sheets[title] = _sheet(archive, part, f"「{name}」的工作表「{title}」")
    if sum(sheet.rows * sheet.columns for sheet in out.sheets.values()) > LIMITS.cells:
        raise ReadError(f"「{name}」各工作表合计超过 {LIMITS.cells:,} 格，没有读；请删去与自评无关的工作表")
    _check_strings(archive, out.sheets, name)
    # parts under other names have not been looked at
    out.plain = all(map(is_xml, parts.values())) and all(sheet.plain for sheet in out.sheets.values())
    out.plain &= _is_straight(archive)
    return out


def _is_straight(archive: zipfile.ZipFile) -> bool:
    """Return whether there is one way only to tell which part a sheet is: others may tell it otherwise than this survey."""
    links = [held for tag, held in tags(archive, relations_of(EXCEL_PART)) if tag == "Relationship"]
    names = archive.namelist()
    return (
        len({link.get("Id") for link in links}) == len(links)
        and len({name.casefold() for name in names}) == len(names)
        and not any(re.search(r"\.\.|//|\\", link.get("Target", "")) for link in links)
    )


def reaches(archive: zipfile.ZipFile, name: str) -> None:
    """Raise ReadError where a sheet of a master reaches so far that laying it out would take all memory.

    Quicker than `survey`: only the addresses are looked at.
    """
    sound(archive, name)
    for part in _all_parts(archive):
        rows, columns = _reach(archive, part, name)
        if rows * columns > LIMITS.master_cells:
            raise ReadError(
                f"「{name}」有一张工作表一直用到第 {rows:,} 行，超过 {LIMITS.master_cells:,} 格，没有处理；"
                "请删去表格以外的内容（选中多余的行列，右键“删除”）再试"
            )


def _reach(archive: zipfile.ZipFile, part: str, name: str) -> tuple[int, int]:
    """Return the last row and column that a sheet speaks of."""
    rows, columns = {b"1"}, {b"A"}
    with archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(1 << 20):
            whole, mark, rest = (rest + chunk).rpartition(b"<")  # the last tag may go on
            rest = mark + rest
            if len(rest) > _LONGEST_TAG:
                raise _no_address(name)
            their_columns, their_rows = _addresses(whole)
            columns |= their_columns
            rows |= their_rows
    if b"" in rows or (last := max(map(int, rows))) > LAST_ROW:
        raise _no_address(name)
    return last, max(_number(column.decode()) for column in columns)


def _no_address(name: str) -> ReadError:
    return ReadError(f"「{name}」里有 Excel 没有的单元格地址，可能已损坏，没有处理；请用 Excel 另存后再试")


def _addresses(content: bytes) -> tuple[set[bytes], set[bytes]]:
    """Return the columns and rows in a piece of a sheet; of rows below the thousandth those that are rows of their own."""
    if not any(pattern.search(content) for pattern in _UNUSUAL):
        rows = {*_ROW.findall(content), *_FAR.findall(content), b"%d" % _NEAR_ROWS}
        return set(_COLUMN.findall(content)), rows
    found = _ADDRESS.findall(content)
    return {column for column, _ in found}, {row for _, row in found}


def _all_parts(archive: zipfile.ZipFile) -> list[str]:
    """Return the parts of all sheets that have cells."""
    links = relations(archive, EXCEL_PART)
    known = set(archive.namelist())
    return [part for kind, part in links.values() if kind == "worksheet" and part in known]


def _parts(archive: zipfile.ZipFile, out: Survey) -> dict[str, str]:
    """Return the part of each sheet that is read, by its name, and note the others."""
    links = relations(archive, EXCEL_PART)
    known = set(archive.namelist())
    read: dict[str, str] = {}
    for tag, sheet in tags(archive, EXCEL_PART):
        if tag != "sheet":
            continue
        name = sheet.get("name", "")
        kind, part = links.get(sheet.get(_RELATION, ""), ("", ""))
        shows = sheet.get("state", "visible") == "visible"
        if kind.endswith(_MACROS):
            out.macros.add(name)
        if kind in ASIDE and shows:
            out.aside[name] = ASIDE[kind]
        elif kind not in ASIDE and part in known and (shows or name == SHEET):
            read[name] = part
    return read


class _OutsideError(ValueError):
    """A row or cell that Excel does not have; the message is its address."""


class _Cell:
    """A cell as its XML has it: reference, type, the text of its value, whether it holds anything and a formula.

    `line` is the number that its row says to have, 0 where it says none.
    """

    __slots__ = ("filled", "formula", "kind", "line", "place", "value")

    def __init__(self, place: str, kind: str, value: str = "", filled: bool = False, line: int = 0) -> None:
        self.place, self.kind, self.value, self.filled, self.line = place, kind, value, filled, line
        self.formula = False


def _cells(archive: zipfile.ZipFile, part: str, sheet: Sheet) -> Iterator[tuple[int, _Cell]]:
    """Yield the cells of a sheet with how many rows began before; of a broken one, as far as a lenient parser gets."""
    given = 0
    try:
        with archive.open(part) as stream:
            for cell in _cells_by_expat(stream, sheet):
                given += 1
                yield cell
    except expat.ExpatError:
        sheet.plain = False
        yield from itertools.islice(_cells_by_lxml(archive, part), given, None)


def _cells_by_expat(stream: IO[bytes], sheet: Sheet) -> Iterator[tuple[int, _Cell]]:
    cells: list[tuple[int, _Cell]] = []
    texts: list[str] = []
    row, line, cell = 1, 0, _Cell("", "")
    where = ""  # "" outside of cells, then the name of the element inside

    def begins(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cell, where, line
        name = tag.rpartition(" ")[2]
        if name == "c":
            cell, where = _Cell(attributes.get("r", ""), attributes.get("t", ""), line=line), name
            cells.append((row, cell))
        elif where:
            cell.filled, where = True, name
            cell.formula |= name == "f"
        elif name == "row":
            line = _line(attributes.get("r"))
        elif name in ("mergeCell", "dimension"):
            sheet.plain &= all(map(_REFERENCE.fullmatch, attributes.get("ref", "").split(":")))

    def ends(tag: str) -> None:
        nonlocal row, where
        name = tag.rpartition(" ")[2]
        if name == "row":
            row += 1
        elif name == "c":
            where = ""
        elif name == "v" and where:
            cell.value, where = "".join(texts), "c"
            texts.clear()

    def says(words: str) -> None:
        if where == "v":
            texts.append(words)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begins, ends, says
    while chunk := stream.read(1 << 16):
        parser.Parse(chunk, False)
        yield from cells[:-1]  # the last one may go on
        del cells[:-1]
    parser.Parse(b"", True)
    yield from cells


def _cells_by_lxml(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, _Cell]]:
    row = 1
    for element in _elements(archive, part, ("{*}c", "{*}row")):
        if not element.tag.endswith("}c"):
            row += 1
            continue
        above = element.getparent()
        line = _line(above.get("r")) if above is not None and above.tag.endswith("}row") else 0
        cell = _Cell(element.get("r", ""), element.get("t", ""), element.findtext("{*}v") or "", len(element) > 0, line)
        cell.formula = element.find("{*}f") is not None
        yield row, cell


def _line(number: str | None) -> int:
    """Return the number that a row says to have, 0 where it says none; raise _OutsideError."""
    if number is None:
        return 0
    if not (number.isascii() and number.isdigit() and len(number) < 9 and 0 < int(number) <= LAST_ROW):
        raise _OutsideError(f"第 {number[:20]} 行")
    return int(number)


def _place(reference: str) -> tuple[int, int]:
    """Return the row and column of an address; raise _OutsideError where Excel has no such cell."""
    found = _REFERENCE.fullmatch(reference)
    if found:
        row, column = int(found[2]), _number(found[1].upper())
        if 0 < row <= LAST_ROW and column <= LAST_COLUMN:
            return row, column
    raise _OutsideError(reference[:20])


def _elements(archive: zipfile.ZipFile, part: str, tags: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements of some names, and forget each: memory stays small however long the part is."""
    with archive.open(part) as stream:
        walk = named("lxml.etree").iterparse(
            stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, recover=True
        )
        for _, element in walk:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _sheet(archive: zipfile.ZipFile, part: str, title: str) -> Sheet:
    out = Sheet()
    row, column, before = 1, 0, 1
    try:
        for number, cell in _cells(archive, part, out):
            if number != before:
                row, column, before = cell.line or row + number - before, 0, number
            if cell.place:
                row, column = _place(cell.place)
            else:
                row, column, out.plain = cell.line or row, column + 1, False
            if not cell.filled:
                continue
            _note(out, cell, row, column)
            if out.rows * out.columns > LIMITS.cells:
                raise ReadError(
                    f"{title}一直用到 {letters(column)}{row}，超过 {LIMITS.cells:,} 格，没有读；"
                    "请删去表格以外的内容后重新报送"
                )
    except _OutsideError as error:
        raise ReadError(
            f"{title}里有「{error}」，超出 Excel 的范围，文件可能有意做坏，没有读；请单位另存一份后重新报送"
        ) from error
    return out


def _note(sheet: Sheet, cell: _Cell, row: int, column: int) -> None:
    sheet.rows, sheet.columns = max(sheet.rows, row), max(sheet.columns, column)
    if cell.kind == "s" and cell.value.strip().isdigit():
        sheet.strings.append(min(int(cell.value), 2**63))
    elif cell.kind == "e":
        sheet.words[row, column] = (cell.value or "#错误").strip()
    elif not cell.value and cell.formula and cell.kind != "str":
        sheet.words[row, column] = UNCALCULATED


def _number(column: str) -> int:
    out = 0
    for letter in column:
        out = out * 26 + ord(letter) - 64
    return out


def _check_strings(archive: zipfile.ZipFile, sheets: dict[str, Sheet], name: str) -> None:
    """Refuse a workbook in which few long texts are shown so often that they would fill the memory."""
    part = next((entry for entry in archive.infolist() if entry.filename.lower() == "xl/sharedstrings.xml"), None)
    used = sum(len(sheet.strings) for sheet in sheets.values())
    if part is None or used * part.file_size <= LIMITS.characters:
        return
    lengths = [len("".join(entry.itertext())) for entry in _elements(archive, part.filename, ("{*}si",))]
    total = sum(lengths[index] for sheet in sheets.values() for index in sheet.strings if index < len(lengths))
    if total > LIMITS.characters:
        raise ReadError(f"「{name}」的文字合计超过 {LIMITS.characters // 1_000_000} 百万字，没有读")
