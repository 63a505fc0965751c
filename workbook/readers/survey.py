"""What a workbook's XML says before its values are read: how far its sheets reach, errors, formulas without a value.

python-calamine lays a sheet out as one dense block, so that two cells in opposite corners would take all memory there is; it
also gives an error value and a formula never calculated as blank. Hence this pass over the parts, in a stream.
"""

import itertools
import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from workbook.filing import UNCALCULATED
from workbook.forms.grid import letters
from workbook.issued import SHEET
from workbook.readers.limits import LIMITS, ReadError

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ROW = re.compile(rb'<row [^>]{0,40}?\br="(\d{1,7})"')
_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d')
# in UTF-8 and in either UTF-16
_DECLARES = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")


@dataclass(slots=True)
class Sheet:
    """What was seen of a sheet: words for cells that calamine gives as blank, and its last row and column."""

    words: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    strings: "array[int]" = field(default_factory=lambda: array("Q"))


def survey(archive: zipfile.ZipFile, name: str) -> dict[str, Sheet]:
    """Return what each sheet holds; raise ReadError past the limits, BadZipFile where a part is not what it says."""
    sound(archive, name)
    out: dict[str, Sheet] = {}
    for title, part in _parts(archive).items():
        out[title] = _sheet(archive, part, f"「{name}」的工作表「{title}」")
    if sum(sheet.rows * sheet.columns for sheet in out.values()) > LIMITS.cells:
        raise ReadError(f"「{name}」各工作表合计超过 {LIMITS.cells:,} 格，没有读；请删去与自评无关的工作表")
    _check_strings(archive, out, name)
    return out


def sound(archive: zipfile.ZipFile, name: str) -> None:
    """Unpack every XML part once and throw it away: sizes and checksums that lie, and declarations of types, show here.

    Raise ReadError past the limits and where a part declares entities (no Office program does), BadZipFile where it lies.
    """
    members = archive.infolist()
    if len(members) > LIMITS.members:
        raise ReadError(f"「{name}」里有 {len(members):,} 个部件，超过 {LIMITS.members:,} 个，没有读；请另存后重新报送")
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels", ".vml")):
            _unpack(archive, member, name)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    if member.file_size > LIMITS.part_bytes:
        raise ReadError(
            f"「{name}」解开后过大（{member.file_size // 1_000_000} MB），没有读；请删去多余的行列后重新报送"
        )
    with archive.open(member) as stream:
        head = stream.read(1 << 20)
        if _DECLARES.search(head):
            raise ReadError(f"「{name}」里有外部声明（DOCTYPE），不是正常的 Word 或 Excel 文件，没有读")
        while stream.read(1 << 20):
            pass


def reaches(archive: zipfile.ZipFile, name: str) -> None:
    """Raise ReadError where a sheet of a master reaches so far that laying it out would take all memory.

    Quicker than `survey`: only the addresses are looked at.
    """
    sound(archive, name)
    for member in archive.infolist():
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
            rows, columns = 1, {b"A"}
            with archive.open(member) as stream:
                rest = b""
                while chunk := stream.read(1 << 20):
                    content = rest + chunk
                    rows = max([rows, *map(int, _ROW.findall(content))])
                    columns.update(_COLUMN.findall(content))
                    rest = content[-64:]
            if rows * max(_number(column.decode()) for column in columns) > LIMITS.master_cells:
                raise ReadError(
                    f"「{name}」有一张工作表一直用到第 {rows:,} 行，超过 {LIMITS.master_cells:,} 格，没有处理；"
                    "请删去表格以外的内容（选中多余的行列，右键“删除”）再试"
                )


def names_of_sheets(archive: zipfile.ZipFile) -> set[str]:
    """Return the names of a workbook's sheets without reading any of them; raise KeyError, ValueError or BadZipFile."""
    return {entry.get("name", "") for tag, entry in _tags(archive, "xl/workbook.xml") if tag == "sheet"}


def property_of(archive: zipfile.ZipFile, name: str) -> str:
    """Return a property that a workbook's maker gave it (a word or two), "" where it has none of that name."""
    from xml.parsers import expat

    part = "docProps/custom.xml"
    if part not in archive.namelist():
        return ""
    found: list[str] = []
    within = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal within
        within = attributes.get("name") == name if tag.endswith("property") else within

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = lambda words: found.append(words) if within else None
    content = archive.read(part)
    if _DECLARES.search(content):
        return ""
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return ""
    return "".join(found).strip()


def _tags(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of a small part by their local names, with their attributes.

    By expat, not lxml, which takes longer to load than a report to read.
    """
    from xml.parsers import expat

    member = archive.getinfo(part)
    content = archive.read(member) if member.file_size <= LIMITS.part_bytes // 10 else b"<!DOCTYPE"
    if _DECLARES.search(content):
        raise ValueError(f"{part} is none")
    out: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: out.append((tag.rpartition(" ")[2], attributes))
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"{part} is none") from error
    return out


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the XML part of each sheet that is read, by the sheet's name."""
    links = _tags(archive, "xl/_rels/workbook.xml.rels")
    targets = {link.get("Id"): link.get("Target", "") for tag, link in links if tag == "Relationship"}
    known, out = set(archive.namelist()), {}
    for tag, sheet in _tags(archive, "xl/workbook.xml"):
        if tag != "sheet":
            continue
        target = targets.get(sheet.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        shows = sheet.get("state", "visible") == "visible" or sheet.get("name") == SHEET
        if part in known and shows:
            out[sheet.get("name", "")] = part
    return out


class _Cell:
    """A cell as its XML has it: reference, type, the text of its value, whether it holds anything and a formula."""

    __slots__ = ("filled", "formula", "kind", "place", "value")

    def __init__(self, place: str, kind: str, value: str = "", filled: bool = False, formula: bool = False) -> None:
        self.place, self.kind, self.value, self.filled, self.formula = place, kind, value, filled, formula


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, _Cell]]:
    """Yield the cells of a sheet with the number of their row; of a broken one, as far as a lenient parser gets."""
    from xml.parsers import expat

    given = 0
    try:
        with archive.open(part) as stream:
            for cell in _cells_by_expat(stream):
                given += 1
                yield cell
    except expat.ExpatError:
        yield from itertools.islice(_cells_by_lxml(archive, part), given, None)


def _cells_by_expat(stream: IO[bytes]) -> Iterator[tuple[int, _Cell]]:
    from xml.parsers import expat

    cells: list[tuple[int, _Cell]] = []
    texts: list[str] = []
    row, cell = 1, _Cell("", "")
    where = ""  # "" outside of cells, then the name of the element inside

    def begins(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cell, where
        name = tag.rpartition(" ")[2]
        if name == "c":
            cell, where = _Cell(attributes.get("r", ""), attributes.get("t", "")), name
            cells.append((row, cell))
        elif where:
            cell.filled, where = True, name
            cell.formula |= name == "f"

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
        cell = _Cell(element.get("r", ""), element.get("t", ""), element.findtext("{*}v") or "", len(element) > 0)
        cell.formula = element.find("{*}f") is not None
        yield row, cell


def _elements(archive: zipfile.ZipFile, part: str, tags: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements of some names, and forget each: memory stays small however long the part is."""
    from lxml import etree

    with archive.open(part) as stream:
        walk = etree.iterparse(stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, recover=True)
        for _, element in walk:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _sheet(archive: zipfile.ZipFile, part: str, title: str) -> Sheet:
    out = Sheet()
    row, column, before = 1, 0, 1
    for number, cell in _cells(archive, part):
        if number != before:
            row, column, before = row + number - before, 0, number
        place = _REFERENCE.fullmatch(cell.place)
        row, column = (int(place[2]), _number(place[1])) if place else (row, column + 1)
        if not cell.filled:
            continue
        _note(out, cell, row, column)
        if out.rows * out.columns > LIMITS.cells:
            raise ReadError(
                f"{title}一直用到 {letters(column)}{row}，超过 {LIMITS.cells:,} 格，没有读；请删去表格以外的内容后重新报送"
            )
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
