"""Filling a workbook that exists without losing anything in it: the XML of the cells is patched, all other parts are copied.

Buttons, ribbon, shapes, charts, comments, validations and the cached values of what did not change stay as they were.
"""

import posixpath
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook import patterns as re
from workbook.model.edits import Block, Cell, Edits, Formula, Resize, Rich
from workbook.model.figures import plain
from workbook.ooxml import address, bounds, column_of, escaped, legal
from workbook.process import named
from workbook.storage.replacing import KeepError, Note, Stamp, replacing

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL_LIMIT = 32_767
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_UNPACKED_LIMIT = 1_000_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(r"""("[^"]*"|'[^']*')|(?<![A-Za-z0-9_.])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![A-Za-z0-9_.(!])""")
# what comes before calcPr in workbook.xml, by the schema's order
_BEFORE_CALCULATION = ("externalReferences", "definedNames", "functionGroups", "sheets")
# how the pieces of a rich text look by their role: never by colour alone
RUN_LOOKS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "错误": (("b", {}), ("color", {"rgb": "FF9C0006"}), ("u", {"val": "double"})),
    "预警": (("b", {}), ("color", {"rgb": "FF9C5700"}), ("u", {})),
    "提示": (("i", {}), ("color", {"rgb": "FF1F4E78"}), ("u", {})),
    "相符": (("color", {"rgb": "FF2E7D32"}), ("u", {})),
    "未核对": (("color", {"rgb": "FF7F7F7F"}),),
}
# a piece with a look of its own takes nothing from its cell, so the master's font is said again
RUN_FONT = (("sz", {"val": "10"}), ("rFont", {"val": "微软雅黑"}))
RUN_ORDER = ("b", "i", "u", "sz", "color", "rFont")
QUICK = 3  # of nine: hardly larger than zip's usual six and much quicker; the clerk waits for it
WRAPPED_FROM = 20  # columns wider than this wrap their text


# what zipfile, zlib and the walk over parts make of a workbook that is not what it says
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
)


class PackageError(KeepError):
    """A workbook that could not be read or written; the message is a Chinese sentence with the remedy."""


@dataclass(slots=True)
class Receipt:
    """What a fill left alone and what it changed: names of the parts of the package."""

    unchanged: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"部件：原样保留 {len(self.unchanged)} 个，改动 {len(self.changed)} 个（{'、'.join(self.changed)}）"


def apply(
    path: Path,
    edits: Edits,
    out: Path | None = None,
    *,
    keep: bool = True,
    verb: str = "",
    expected: Stamp | None = None,
) -> Receipt:
    """Carry out edits on a workbook file, in place or into `out`; the file is replaced only when all is written.

    In place, the last state is kept in 历史版本 unless `keep` is False; with the `verb` named, the log says what was changed.
    `expected` is the stamp that the file must still have. Raise KeepError where the file is open in Excel or cannot be
    written, PackageError where it is broken, protected by a password, or lacks a sheet or table that the edits name.
    """
    target = out or path
    if not path.is_file():
        raise PackageError(f"找不到「{path}」，请检查路径")
    note = Note(verb, edits.message, edits.changes) if verb else None
    try:
        # the source is closed before the file takes its name: Windows replaces no file that is open
        with (
            replacing(target, note, limit=None if keep else 0, expected=expected) as temporary,
            zipfile.ZipFile(path) as source,
        ):
            package = Package(source)
            package.carry_out(edits)
            return _write(source, package, temporary)
    except PackageError as error:
        raise error if path.name in str(error) else PackageError(f"「{path.name}」：{error}") from error
    except _BROKEN as error:
        raise PackageError(_why_no_package(path)) from error


def _why_no_package(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(8) == _OLE:
            return f"「{path.name}」有打开密码，或是旧的 .xls 格式，请去掉密码、另存为 .xlsx 或 .xlsm 再试"
    return f"「{path.name}」已损坏，不是完整的 Excel 文件"


def _write(source: zipfile.ZipFile, package: "Package", temporary: Path) -> Receipt:
    receipt = Receipt()
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename in package.dropped:
                receipt.dropped.append(entry.filename)
            elif entry.filename in package.trees:
                receipt.changed.append(entry.filename)
                target.writestr(copy(entry), package.serialised(entry.filename), compresslevel=QUICK)
            else:
                receipt.unchanged.append(entry.filename)
                target.writestr(copy(entry), source.read(entry.filename), compresslevel=QUICK)
    return receipt


class Package:
    """The parts of a workbook that are being changed, as parsed XML."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        self.etree = etree = named("lxml.etree")
        self.source = source
        self.names = set(source.namelist())
        if sum(entry.file_size for entry in source.infolist()) > _UNPACKED_LIMIT:
            raise PackageError("工作簿解开后大得不正常，没有处理")
        self.trees: dict[str, Any] = {}
        self.dropped: set[str] = set()
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        self.book = self._main_part()
        self.sheets = self._sheets()
        self._tables: dict[str, tuple[str, str]] | None = None
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
            self.trees[part] = self._parsed(part)
        return self.trees[part]

    def _parsed(self, part: str) -> Any:
        try:
            root: Any = self.etree.fromstring(self.source.read(part), self.parser)
        except (KeyError, self.etree.XMLSyntaxError) as error:
            raise PackageError(f"这不是 Excel 工作簿，或已损坏：部件 {part} 缺失或不完整") from error
        except RuntimeError as error:  # what zipfile raises for an encrypted part
            raise PackageError("工作簿有密码，请去掉密码再试") from error
        if root.getroottree().docinfo.doctype:
            raise PackageError(f"工作簿的部件 {part} 带有外部声明，不是正常的 Excel 文件，没有处理")
        return root

    def other(self, part: str) -> Any | None:
        """Return a part as XML that is only read, None where the workbook has none of that name."""
        return self._parsed(part) if part in self.names else None

    def serialised(self, part: str) -> bytes:
        """Return a changed part as bytes."""
        return bytes(self.etree.tostring(self.trees[part], xml_declaration=True, encoding="UTF-8", standalone=True))

    def relations(self, part: str, kind: str = "") -> dict[str, str]:
        """Return the targets of a part's relations by their id, as names of parts; only those of a kind, where one is named."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.names:
            return {}
        root = self._parsed(rels)
        return {
            str(entry.get("Id")): posixpath.normpath(posixpath.join(f"/{folder}", str(entry.get("Target")))).lstrip("/")
            for entry in root
            if entry.get("TargetMode") != "External" and (not kind or str(entry.get("Type")).endswith(f"/{kind}"))
        }

    def table(self, name: str) -> tuple[str, str]:
        """Return the sheet of an Excel table and the part that declares it; raise PackageError where there is none."""
        if self._tables is None:
            self._tables = {
                str(self._parsed(target).get("displayName")): (sheet, target)
                for sheet, part in self.sheets.items()
                for target in self.relations(part).values()
                if "/tables/" in target
            }
        if name not in self._tables:
            raise PackageError(f"工作簿里没有表「{name}」，可能被转换成普通区域，请用 jixiao undo 退回上一版")
        return self._tables[name]

    def _sheets(self) -> dict[str, str]:
        book = self.tree(self.book)  # every change of cells changes it: it says that the workbook is to be calculated
        targets = self.relations(self.book, "worksheet")  # sheets of a chart, a dialog or macros have no cells to write
        return {
            str(sheet.get("name")): targets[str(sheet.get(RID))]
            for sheet in book.iter(f"{MAIN}sheet")
            if sheet.get(RID) in targets
        }

    def _main_part(self) -> str:
        roots = [part for part in self.relations("").values() if posixpath.basename(part).startswith("workbook")]
        return roots[0] if roots else "xl/workbook.xml"

    def _resize(self, resize: Resize) -> None:
        sheet, part = self.table(resize.table)
        root = self.tree(part)
        top, left, bottom, right = bounds(str(root.get("ref")))
        right += len(resize.added)
        self._add_columns(root, resize.added)
        rows = resize.rows
        if int(root.get("totalsRowCount") or 0):
            raise PackageError(f"表「{root.get('displayName')}」带有汇总行，请先在“表格工具”里去掉汇总行再试")
        if root.get("headerRowCount") == "0":
            top -= 1
        end = top + max(1, rows)
        if end > _LAST_ROW:
            raise PackageError(f"表「{root.get('displayName')}」放不下 {rows} 行")
        top_of_table = top + (root.get("headerRowCount") == "0")
        for entry in (root, *root.iter(f"{MAIN}autoFilter")):
            entry.set("ref", f"{address(top_of_table, left)}:{address(end, right)}")
        patch = self.sheet(sheet)
        patch.model_rows.append((top + 1, end, left, right))
        patch.blank(top + 1 + rows, max(bottom, end), left, right)

    def _add_columns(self, root: Any, names: Sequence[str]) -> None:
        columns = root.find(f"{MAIN}tableColumns")
        for name in names:
            number = str(max(int(column.get("id")) for column in columns) + 1)
            self.etree.SubElement(columns, f"{MAIN}tableColumn", id=number, name=text_of(name))
        columns.set("count", str(len(columns)))

    def _recalculate(self) -> None:
        if "xl/calcChain.xml" in self.names:
            self.dropped.add("xl/calcChain.xml")
            rels = posixpath.join(posixpath.dirname(self.book), "_rels", f"{posixpath.basename(self.book)}.rels")
            for part, attribute in (("[Content_Types].xml", "PartName"), (rels, "Target")):
                root = self.tree(part)
                for entry in list(root):
                    if str(entry.get(attribute, "")).endswith("calcChain.xml"):
                        root.remove(entry)
        book = self.tree(self.book)
        setting = book.find(f"{MAIN}calcPr")
        if setting is None:
            setting = self.etree.Element(f"{MAIN}calcPr")
            next(found for name in _BEFORE_CALCULATION if (found := book.find(f"{MAIN}{name}")) is not None).addnext(
                setting
            )
        setting.set("fullCalcOnLoad", "1")


class SheetPatch:
    """The cells of one sheet that are being changed."""

    def __init__(self, root: Any) -> None:
        etree = named("lxml.etree")
        self.make = etree.SubElement
        self.element = etree.Element
        self.root = root
        self.data = root.find(f"{MAIN}sheetData")
        if self.data is None:
            raise PackageError("工作簿里有一张工作表没有表体，可能已损坏，请用 Excel 另存后再试")
        self.rows: dict[int, Any] = {}
        number = 0
        for row in self.data:
            number = int(row.get("r") or number + 1)
            row.set("r", str(number))
            self.rows[number] = row
        self.model_rows: list[tuple[int, int, int, int]] = []
        self.cells: dict[int, dict[int, Any]] = {}
        self.column_styles = self._column_styles()
        self.widths = self._widths()
        self.touched: set[int] = set()
        self.refit: set[int] = set()

    def write(self, block: Block) -> None:
        """Write a block of cells; each keeps its style, a new one takes its column's."""
        for down, values in enumerate(block.values):
            number = block.row + down
            cells = self._row_cells(number)
            for across, value in enumerate(values):
                self._set(cells, number, block.column + across, value)
                if self.widths.get(block.column + across, 0) > WRAPPED_FROM:
                    self.refit.add(number)

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
            extensions = row.findall(f"{MAIN}extLst")
            row[:] = [cells[column] for column in sorted(cells)] + extensions
            if "spans" in row.attrib:
                del row.attrib["spans"]
        for number in self.refit:
            self._fit(number)
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
                row = self.rows[number] = self.element(f"{MAIN}row", {"r": str(number), **self._model_height(number)})
            self.cells[number] = self._numbered(number, row)
        self.touched.add(number)
        return self.cells[number]

    def numbered(self, number: int) -> dict[int, Any]:
        """Return the cells of a row by their columns."""
        return self._numbered(number, self.rows[number])

    def _numbered(self, number: int, row: Any) -> dict[int, Any]:
        """Return a row's cells by column; some writers leave their addresses out, which then count on."""
        out: dict[int, Any] = {}
        column = 0
        for cell in row.iterchildren(f"{MAIN}c"):
            column = column_of(cell.get("r")) if cell.get("r") else column + 1
            cell.set("r", address(number, column))
            out[column] = cell
        return out

    def _set(self, cells: dict[int, Any], number: int, column: int, value: Cell) -> None:
        cell = cells.get(column)
        if cell is None:
            if value is None:
                return
            if number > _LAST_ROW or column > _LAST_COLUMN:
                raise PackageError(f"第 {number} 行第 {column} 列超出了工作表的范围")
            cell = cells[column] = self.element(f"{MAIN}c", r=address(number, column))
            style = self.rows[number].get("s") or self.column_styles.get(column) or self._model_style(number, column)
            if style:
                cell.set("s", style)
        formula = cell.find(f"{MAIN}f")
        if formula is not None and formula.get("t") == "shared" and formula.get("ref"):
            self._hand_on(formula, number, column)
        for child in list(cell):
            cell.remove(child)
        for name in ("t", "cm", "vm"):
            cell.attrib.pop(name, "")
        self._fill(cell, value)

    def _model_style(self, number: int, column: int) -> str | None:
        """Return the style that a table's first data row has in a column, for the rows that it gains."""
        for top, bottom, left, right in self.model_rows:
            if top < number <= bottom and left <= column <= right and top in self.rows:
                model = self._numbered(top, self.rows[top]).get(column)
                return None if model is None else model.get("s")
        return None

    def _model_height(self, number: int) -> dict[str, str]:
        """Return the height that somebody set for a table's first data row, for the rows that it gains."""
        for top, bottom, _, _ in self.model_rows:
            if top < number <= bottom and top in self.rows and self.rows[top].get("customHeight"):
                return {"ht": self.rows[top].get("ht"), "customHeight": "1"}
        return {}

    def _hand_on(self, head: Any, number: int, column: int) -> None:
        """Give every cell that shares the formula of a cell about to be overwritten its own copy."""
        for formula in self.data.iter(f"{MAIN}f"):
            if formula.get("t") == "shared" and formula.get("si") == head.get("si") and formula is not head:
                down, across, _, _ = bounds(formula.getparent().get("r"))
                formula.text = shifted(head.text or "", down - number, across - column)
                for name in ("t", "si", "ref"):
                    formula.attrib.pop(name, "")

    def _fill(self, cell: Any, value: Cell) -> None:
        if isinstance(value, Formula):
            self.make(cell, f"{MAIN}f").text = value.text
            if isinstance(value.value, str):
                cell.set("t", "str")
            if value.value is not None:
                self.make(cell, f"{MAIN}v").text = escaped(text_of(value.value))
        elif isinstance(value, Decimal | int):
            self.make(cell, f"{MAIN}v").text = text_of(value)
        elif isinstance(value, Rich) and any(role for _, role in value.runs):
            cell.set("t", "inlineStr")
            self._fill_runs(self.make(cell, f"{MAIN}is"), value)
        elif value is not None:
            cell.set("t", "inlineStr")
            words = self.make(self.make(cell, f"{MAIN}is"), f"{MAIN}t")
            words.text = escaped(text_of(value))
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _fill_runs(self, words: Any, value: Rich) -> None:
        """Write the pieces of a text, each in the look of its role."""
        for piece, role in value.runs:
            run = self.make(words, f"{MAIN}r")
            if role in RUN_LOOKS:
                look = self.make(run, f"{MAIN}rPr")
                # in Excel's own order
                for name, attributes in sorted(
                    (*RUN_LOOKS[role], *RUN_FONT), key=lambda pair: RUN_ORDER.index(pair[0])
                ):
                    self.make(look, f"{MAIN}{name}", attributes)
            text = self.make(run, f"{MAIN}t")
            text.text = text_of(piece)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _fit(self, number: int) -> None:
        """Make a row as high as its longest wrapped text needs; a height that somebody set stays."""
        row = self.rows[number]
        if row.get("customHeight"):
            return
        lines, unknown = 1, False
        for column, cell in self.cells[number].items():
            width = self.widths.get(column, 0)
            if width > WRAPPED_FROM:
                unknown = unknown or cell.get("t") == "s"
                lines = max(lines, lines_of(_words(cell), width))
        height = min(400, 15 * lines + 3) if lines > 1 else 0
        if unknown:  # a text in the shared strings was fitted before
            height = max(height, round(float(row.get("ht") or 0)))
        # no customHeight: that would make our height the clerk's own, never to be fitted again
        if height:
            row.set("ht", str(height))
        else:
            row.attrib.pop("ht", "")

    def _widths(self) -> dict[int, float]:
        out: dict[int, float] = {}
        for entry in self.root.iter(f"{MAIN}col"):
            for column in range(int(entry.get("min")), min(int(entry.get("max")), 400) + 1):
                out[column] = 0 if entry.get("hidden") == "1" else float(entry.get("width", 0))
        return out

    def _column_styles(self) -> dict[int, str]:
        out: dict[int, str] = {}
        for entry in self.root.iter(f"{MAIN}col"):
            if entry.get("style"):
                for column in range(int(entry.get("min")), min(int(entry.get("max")), 400) + 1):
                    out[column] = entry.get("style")
        return out


def _words(cell: Any) -> str:
    """Return the words of a cell as far as it holds them itself: its text, or what its formula shows."""
    return "".join(cell.itertext(f"{MAIN}v" if cell.get("t") == "str" else f"{MAIN}t"))


def shifted(formula: str, down: int, across: int) -> str:
    """Return a formula as it reads so many rows and columns further: relative references move, words and `$` stay."""

    def move(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        column = column_of(match[3]) + (0 if match[2] else across)
        row = int(match[5]) + (0 if match[4] else down)
        if not (0 < column <= _LAST_COLUMN and 0 < row <= _LAST_ROW):
            return "#REF!"
        letters = address(1, column)[:-1]
        return f"{match[2]}{letters}{match[4]}{row}"

    return _REFERENCE.sub(move, formula)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width in characters; a Chinese character takes two."""
    out = 0
    for line in text.split("\n"):
        length = sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)
        out += max(1, -(-length // max(1, int(width) - 1)))
    return out


def text_of(value: str | Decimal | int) -> str:
    """Return a value as it can stand in a cell: numbers plain, text without characters that XML forbids, cut at Excel's limit."""
    if isinstance(value, Decimal):
        return plain(value)
    return legal(str(value))[:_CELL_LIMIT]


def chunks(text: str) -> list[str]:
    """Return a long text in pieces that a cell holds (32,767 characters, of which some count as two)."""
    return [text[start : start + 16_000] for start in range(0, len(text), 16_000)]
