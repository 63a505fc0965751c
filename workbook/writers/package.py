"""Filling a workbook that exists without losing anything in it: the XML of the cells is patched, all other parts are copied.

Buttons, ribbon, shapes, charts, comments, validations and the cached values of what did not change stay as they were.
"""

import os
import posixpath
import re
import shutil
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook.edits import Block, Cell, Edits, Formula, Resize
from workbook.figures import plain

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CELL_LIMIT = 32_767
WRAPPED_FROM = 20  # columns wider than this wrap their text


class PackageError(Exception):
    """A workbook that could not be read or written; the message is a Chinese sentence with the remedy."""


@dataclass(slots=True)
class Receipt:
    """What a fill left alone and what it changed: names of the parts of the package."""

    unchanged: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"部件：原样保留 {len(self.unchanged)} 个，改动 {len(self.changed)} 个（{'、'.join(self.changed)}）"


def apply(path: Path, edits: Edits, out: Path | None = None) -> Receipt:
    """Carry out edits on a workbook file, in place or into `out`; the file is replaced only when all is written.

    In place, the last state is kept beside it (`.名称.上一版.xlsm`). Raise PackageError where the file is open in Excel,
    broken, or lacks a sheet or table that the edits name.
    """
    target = out or path
    _refuse_open(target)
    temporary = _temporary(target)
    try:
        with zipfile.ZipFile(path) as source:
            package = Package(source)
            package.carry_out(edits)
            receipt = _write(source, package, temporary)
        # only now is the workbook closed: Windows replaces no file that is open
        if target == path:
            shutil.copy2(path, last_state(path))
        os.replace(temporary, target)  # noqa: PTH105 — the one call that is atomic everywhere
    except zipfile.BadZipFile as error:
        raise PackageError(f"「{path.name}」已损坏，不是完整的 Excel 文件") from error
    finally:
        temporary.unlink(missing_ok=True)
    return receipt


def _refuse_open(path: Path) -> None:
    owners = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    if any(owner.exists() for owner in owners):
        raise PackageError(f"「{path.name}」正在 Excel 或 WPS 里打开，请先保存并关闭，再试一次")


def last_state(path: Path) -> Path:
    """Return where the state before the last change of a workbook is kept."""
    return path.with_name(f".{path.stem}.上一版{path.suffix}")


def _temporary(target: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".jixiao-", suffix=target.suffix)
    os.close(handle)
    os.chmod(name, 0o644)  # noqa: PTH101 — mkstemp makes it private, the folder's readers need it
    return Path(name)


def _write(source: zipfile.ZipFile, package: "Package", temporary: Path) -> Receipt:
    receipt = Receipt()
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            if entry.filename in package.dropped:
                receipt.dropped.append(entry.filename)
            elif entry.filename in package.trees:
                receipt.changed.append(entry.filename)
                copy.writestr(entry, package.serialised(entry.filename))
            else:
                receipt.unchanged.append(entry.filename)
                copy.writestr(entry, source.read(entry.filename))
    return receipt


class Package:
    """The parts of a workbook that are being changed, as parsed XML."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        from lxml import etree

        self.etree = etree
        self.source = source
        self.names = set(source.namelist())
        self.trees: dict[str, Any] = {}
        self.dropped: set[str] = set()
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        self.sheets = self._sheets()
        self._grids: dict[str, SheetPatch] = {}

    def carry_out(self, edits: Edits) -> None:
        """Write all blocks, resize the tables, and have the workbook recalculated when it is opened."""
        for resize in edits.resizes:
            self._resize(resize)
        for block in edits.blocks:
            self.sheet(block.sheet).write(block)
        for patch in self._grids.values():
            patch.finish()
        self._recalculate()

    def sheet(self, name: str) -> "SheetPatch":
        """Return the patch of a sheet; raise PackageError where the workbook has none of that name."""
        if name not in self.sheets:
            raise PackageError(f"工作簿里没有工作表「{name}」，可能被改名或删除，请改回原名")
        if name not in self._grids:
            self._grids[name] = SheetPatch(self.tree(self.sheets[name]))
        return self._grids[name]

    def tree(self, part: str) -> Any:
        """Return a part as XML, to be written back; raise PackageError where it is missing or broken."""
        if part not in self.trees:
            try:
                self.trees[part] = self.etree.fromstring(self.source.read(part), self.parser)
            except (KeyError, self.etree.XMLSyntaxError) as error:
                raise PackageError(f"工作簿的部件 {part} 缺失或已损坏") from error
        return self.trees[part]

    def serialised(self, part: str) -> bytes:
        """Return a changed part as bytes."""
        return bytes(self.etree.tostring(self.trees[part], xml_declaration=True, encoding="UTF-8", standalone=True))

    def relations(self, part: str) -> dict[str, str]:
        """Return the targets of a part's relations by their id, as names of parts."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels"
        if rels not in self.names:
            return {}
        root = self.etree.fromstring(self.source.read(rels), self.parser)
        return {
            str(entry.get("Id")): posixpath.normpath(posixpath.join(f"/{folder}", str(entry.get("Target")))).lstrip("/")
            for entry in root
            if entry.get("TargetMode") != "External"
        }

    def _sheets(self) -> dict[str, str]:
        try:
            book = self.etree.fromstring(self.source.read("xl/workbook.xml"), self.parser)
        except (KeyError, self.etree.XMLSyntaxError) as error:
            raise PackageError("这不是 Excel 工作簿，或已损坏") from error
        targets = self.relations("xl/workbook.xml")
        return {str(sheet.get("name")): targets[str(sheet.get(RID))] for sheet in book.iter(f"{MAIN}sheet")}

    def _resize(self, resize: Resize) -> None:
        for name, part in self.sheets.items():
            for target in self.relations(part).values():
                if "/tables/" not in target:
                    continue
                root = self.etree.fromstring(self.source.read(target), self.parser)
                if root.get("displayName") == resize.table:
                    self._resize_table(name, target, resize.rows)
                    return
        raise PackageError(f"工作簿里没有表「{resize.table}」，可能被转换成普通区域，请从上一版恢复")

    def _resize_table(self, sheet: str, part: str, rows: int) -> None:
        root = self.tree(part)
        top, left, bottom, right = bounds(str(root.get("ref")))
        end = top + max(1, rows)
        root.set("ref", f"{address(top, left)}:{address(end, right)}")
        for autofilter in root.iter(f"{MAIN}autoFilter"):
            autofilter.set("ref", f"{address(top, left)}:{address(end, right)}")
        self.sheet(sheet).blank(top + 1 + rows, max(bottom, end), left, right)

    def _recalculate(self) -> None:
        if "xl/calcChain.xml" in self.names:
            self.dropped.add("xl/calcChain.xml")
            for part, attribute in (("[Content_Types].xml", "PartName"), ("xl/_rels/workbook.xml.rels", "Target")):
                root = self.tree(part)
                for entry in list(root):
                    if str(entry.get(attribute, "")).endswith("calcChain.xml"):
                        root.remove(entry)
        book = self.tree("xl/workbook.xml")
        setting = book.find(f"{MAIN}calcPr")
        if setting is not None:
            setting.set("fullCalcOnLoad", "1")


class SheetPatch:
    """The cells of one sheet that are being changed."""

    def __init__(self, root: Any) -> None:
        from lxml import etree

        self.make = etree.SubElement
        self.element = etree.Element
        self.root = root
        self.data = root.find(f"{MAIN}sheetData")
        self.rows: dict[int, Any] = {}
        for position, row in enumerate(self.data, start=1):
            row.set("r", row.get("r") or str(position))
            self.rows[int(row.get("r"))] = row
        self.cells: dict[int, dict[int, Any]] = {}
        self.column_styles = self._column_styles()
        self.widths = self._widths()
        self.touched: set[int] = set()

    def write(self, block: Block) -> None:
        """Write a block of cells; each keeps its style, a new one takes its column's."""
        for down, values in enumerate(block.values):
            number = block.row + down
            cells = self._row_cells(number)
            for across, value in enumerate(values):
                self._set(cells, number, block.column + across, value)
            self._fit(number, block.column, values)

    def blank(self, top: int, bottom: int, left: int, right: int) -> None:
        """Empty the cells of a rectangle that exist; their styles stay."""
        for number in range(top, bottom + 1):
            if number in self.rows:
                cells = self._row_cells(number)
                for column in range(left, right + 1):
                    if column in cells:
                        self._set(cells, number, column, None)

    def finish(self) -> None:
        """Put rows and cells back in their order and say anew how far the sheet reaches."""
        for number in self.touched:
            row, cells = self.rows[number], self.cells[number]
            row[:] = [cells[column] for column in sorted(cells)]
            if "spans" in row.attrib:
                del row.attrib["spans"]
        self.data[:] = [self.rows[number] for number in sorted(self.rows)]
        dimension = self.root.find(f"{MAIN}dimension")
        if dimension is not None and self.rows:
            last = max((max(cells) for cells in self.cells.values() if cells), default=1)
            top, left, bottom, right = bounds(dimension.get("ref", "A1"))
            bottom, right = max(bottom, *self.rows), max(right, last)
            dimension.set("ref", f"{address(min(top, *self.rows), left)}:{address(bottom, right)}")

    def _row_cells(self, number: int) -> dict[int, Any]:
        if number not in self.cells:
            row = self.rows.get(number)
            if row is None:
                row = self.rows[number] = self.element(f"{MAIN}row", r=str(number))
            self.cells[number] = {column_of(str(cell.get("r"))): cell for cell in row}
        self.touched.add(number)
        return self.cells[number]

    def _set(self, cells: dict[int, Any], number: int, column: int, value: Cell) -> None:
        cell = cells.get(column)
        if cell is None:
            if value is None:
                return
            cell = cells[column] = self.element(f"{MAIN}c", r=address(number, column))
            style = self.column_styles.get(column)
            if style:
                cell.set("s", style)
        for child in list(cell):
            cell.remove(child)
        if "t" in cell.attrib:
            del cell.attrib["t"]
        self._fill(cell, value)

    def _fill(self, cell: Any, value: Cell) -> None:
        if isinstance(value, Formula):
            self.make(cell, f"{MAIN}f").text = value.text
            if isinstance(value.value, str):
                cell.set("t", "str")
            if value.value is not None:
                self.make(cell, f"{MAIN}v").text = text_of(value.value)
        elif isinstance(value, Decimal | int):
            self.make(cell, f"{MAIN}v").text = text_of(value)
        elif value is not None:
            cell.set("t", "inlineStr")
            words = self.make(self.make(cell, f"{MAIN}is"), f"{MAIN}t")
            words.text = text_of(value)
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _fit(self, number: int, first: int, values: tuple[Cell, ...]) -> None:
        """Make a new row as high as its longest wrapped text needs; a height that somebody set stays."""
        row = self.rows[number]
        if row.get("customHeight"):
            return
        lines = 1
        for column, value in enumerate(values, start=first):
            width = self.widths.get(column, 0)
            if isinstance(value, str) and width > WRAPPED_FROM:
                lines = max(lines, lines_of(value, width))
        if lines > 1:
            row.set("ht", str(min(400, 15 * lines + 3)))
            row.set("customHeight", "1")

    def _widths(self) -> dict[int, float]:
        out: dict[int, float] = {}
        for entry in self.root.iter(f"{MAIN}col"):
            for column in range(int(entry.get("min")), min(int(entry.get("max")), 400) + 1):
                out[column] = float(entry.get("width", 0))
        return out

    def _column_styles(self) -> dict[int, str]:
        out: dict[int, str] = {}
        for entry in self.root.iter(f"{MAIN}col"):
            if entry.get("style"):
                for column in range(int(entry.get("min")), min(int(entry.get("max")), 400) + 1):
                    out[column] = entry.get("style")
        return out


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width in characters; a Chinese character takes two."""
    out = 0
    for line in text.split("\n"):
        length = sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)
        out += max(1, -(-length // max(1, int(width) - 1)))
    return out


def text_of(value: str | Decimal | int) -> str:
    """Return a value as XML text: numbers plain, text without characters that XML forbids, cut at Excel's limit."""
    if isinstance(value, Decimal):
        return plain(value)
    return _ILLEGAL.sub("", str(value))[:_CELL_LIMIT]


def address(row: int, column: int) -> str:
    """Return the A1 address of a 1-based row and column."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


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
