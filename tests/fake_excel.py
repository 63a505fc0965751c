"""An open workbook without Excel, seen through xlwings' own Windows code: it refuses what Excel refuses.

`Com` follows the rule of pywin32's dynamic wrapper (win32com/client/build.py, `_propMapGetCheck_`): a property whose
arguments are all optional (Resize, Offset, Characters, Value) is read without any, so that calling it calls what it gave,
an index into a range; with arguments it is called GetResize, GetOffset, GetCharacters. A property with an argument that
must be given (Range) is a method. Collections are called with a number or a name; Workbooks know no full path.
"""

import contextlib
import ctypes
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from macros.live import ALLOWED, Rectangle

MOST, LONGEST_IN_ARRAY, LONGEST_FORMULA = 32_767, 8_203, 8_192
AUTOMATIC = -4105
HWND = 4711


class ComError(Exception):
    """What pywin32 raises where Excel answers with 0x800A03EC (pywintypes.com_error)."""

    def __init__(self, words: str, hresult: int = -2146827284) -> None:
        super().__init__(hresult, words, None, None)
        self.hresult = hresult


class Com:
    """An automation object: `get_X`/`put_X` properties, `opt_X` those with optional arguments, `call_X` methods."""

    @property
    def _oleobj_(self) -> "Com":
        return self

    def GetIDsOfNames(self, _: int, name: str) -> int:
        raise ComError(f"unknown name {name}", -2147352570)

    def __getattr__(self, name: str) -> Any:
        kinds = type(self)
        if hasattr(kinds, f"get_{name}"):
            return getattr(self, f"get_{name}")()
        if hasattr(kinds, f"opt_{name}"):
            return getattr(self, f"opt_{name}")()
        if name.startswith("Get") and hasattr(kinds, f"opt_{name[3:]}"):
            return getattr(self, f"opt_{name[3:]}")
        if hasattr(kinds, f"call_{name}"):
            return getattr(self, f"call_{name}")
        raise AttributeError(f"{kinds.__name__}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name[0].isupper():
            put = getattr(type(self), f"put_{name}", None)
            if put is None:
                raise ComError(f"cannot set {type(self).__name__}.{name}")
            put(self, value)
        else:
            object.__setattr__(self, name, value)

    def __call__(self, *arguments: Any) -> Any:
        default = getattr(type(self), "default", None)
        if default is None:
            raise TypeError("This dispatch object does not define a default method")
        return default(self, *arguments)


@dataclass
class FakeExcel:
    """Cells of each sheet by row and column, the tables (sheet, heading row, data rows, columns), protected sheets."""

    cells: dict[str, dict[tuple[int, int], Any]]
    tables: dict[str, list[Any]]
    protected: set[str]
    name: str = "总表.xlsm"
    entered: list[Rectangle] = field(default_factory=list)
    looks: dict[tuple[str, int, int], list[Any]] = field(default_factory=dict)
    reads: int = 0
    fail_after: int | None = None
    state: dict[str, Any] = field(
        default_factory=lambda: {
            "StatusBar": False,
            "ScreenUpdating": True,
            "EnableEvents": True,
            "Calculation": AUTOMATIC,
            "Interactive": False,  # the macro holds keyboard and mouse while it waits
        }
    )
    options: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def book(self) -> Any:
        """Return the workbook as `xlwings.Book.caller()` finds it from what the bridge passes."""
        return self.called("--wb=" + self.name, "--from_xl=1", f"--hwnd={HWND}")

    def called(self, *arguments: str) -> Any:
        """Return what `xlwings.Book.caller()` finds with these arguments on the command line."""
        xlwings, windows, _ = _xlwings()
        application = windows.COMRetryObjectWrapper(Application(self))
        system = SimpleNamespace(argv=["buttons.py", *arguments], platform="win32")
        with (
            mock.patch.object(windows, "get_xl_app_from_hwnd", return_value=application),
            mock.patch.object(xlwings.main, "sys", system),
            mock.patch.object(xlwings, "_xlwindows", windows, create=True),
        ):
            book = xlwings.Book.caller()
            book.impl.xl  # noqa: B018 — found now, while it can be
            return book

    def sheet(self, name: str) -> dict[tuple[int, int], Any]:
        """Return the cells of a sheet; raise ComError where there is none."""
        if name not in self.cells:
            raise ComError(f"no sheet {name}")
        return self.cells[name]


class Application(Com):
    def __init__(self, excel: FakeExcel) -> None:
        self.excel = excel

    def get_Application(self) -> "Application":
        return self

    def get_Workbooks(self) -> "Collection":
        return Collection([Workbook(self.excel)])

    def get_Hwnd(self) -> int:
        return HWND


def _setting(name: str) -> None:
    setattr(Application, f"get_{name}", lambda self: self.excel.state[name])
    setattr(Application, f"put_{name}", lambda self, value: self.excel.state.__setitem__(name, value))


for _name in ("StatusBar", "ScreenUpdating", "EnableEvents", "Calculation", "Interactive"):
    _setting(_name)


class Collection(Com):
    """Called with a number or a name (no matter which case); anything else is 0x8002000B, bad index."""

    def __init__(self, members: list[Any]) -> None:
        self.members = members

    def default(self, key: Any) -> Any:
        if isinstance(key, int):
            return self.members[key - 1]
        found = [member for member in self.members if member.Name.lower() == key.lower()]
        if not found:
            raise ComError(f"bad index {key}", -2147352565)
        return found[0]

    def call_Item(self, key: Any) -> Any:
        return self.default(key)

    def get_Count(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.members)


class Workbook(Com):
    def __init__(self, excel: FakeExcel) -> None:
        self.excel = excel

    def get_Name(self) -> str:
        return self.excel.name

    def get_FullName(self) -> str:
        return f"C:\\数据\\{self.excel.name}"

    def get_Application(self) -> Application:
        return Application(self.excel)

    def get_Worksheets(self) -> Collection:
        return Collection([Worksheet(self.excel, name) for name in self.excel.cells])


class Worksheet(Com):
    def __init__(self, excel: FakeExcel, title: str) -> None:
        self.excel, self.title = excel, title

    def get_Name(self) -> str:
        return self.title

    def get_Parent(self) -> Workbook:
        return Workbook(self.excel)

    def get_Cells(self) -> "Range":
        return Range(self, 1, 1, 1_048_576, 16_384)

    def call_Range(self, first: Any, last: Any = None) -> "Range":
        one, two = first._oleobj_, (last or first)._oleobj_
        top, left = min(one.row, two.row), min(one.column, two.column)
        bottom, right = max(one.row + one.rows, two.row + two.rows), max(one.column + one.wide, two.column + two.wide)
        return Range(self, top, left, bottom - top, right - left)

    def get_ListObjects(self) -> Collection:
        return Collection([Table(self, name) for name, held in self.excel.tables.items() if held[0] == self.title])

    def get_ProtectContents(self) -> bool:
        return self.title in self.excel.protected

    def get_ProtectDrawingObjects(self) -> bool:
        return self.title in self.excel.protected

    def get_ProtectScenarios(self) -> bool:
        return self.title in self.excel.protected

    def get_Protection(self) -> Com:
        protection = Com()
        for name in ALLOWED:
            protection.__dict__[name] = name == "AllowSorting"
        return protection

    def call_Unprotect(self, password: str = "") -> None:
        if password != "":
            raise ComError("wrong password")
        self.excel.protected.discard(self.title)

    def call_Protect(self, *options: Any) -> None:
        self.excel.protected.add(self.title)
        self.excel.options[self.title] = options

    def get_FilterMode(self) -> bool:
        return False


class Range(Com):
    def __init__(self, sheet: Worksheet, row: int, column: int, rows: int, wide: int) -> None:
        self.sheet, self.row, self.column, self.rows, self.wide = sheet, row, column, rows, wide

    def default(self, down: int, across: int) -> "Range":
        return Range(self.sheet, self.row + down - 1, self.column + across - 1, 1, 1)

    def opt_Resize(self, rows: int | None = None, wide: int | None = None) -> "Range":
        return Range(self.sheet, self.row, self.column, rows or self.rows, wide or self.wide)

    def opt_Offset(self, down: int = 0, across: int = 0) -> "Range":
        return Range(self.sheet, self.row + down, self.column + across, self.rows, self.wide)

    def opt_Characters(self, first: int = 1, length: int | None = None) -> "Characters":
        return Characters(self, first, length)

    def get_Row(self) -> int:
        return self.row

    def get_Column(self) -> int:
        return self.column

    def get_Worksheet(self) -> Worksheet:
        return self.sheet

    def get_Rows(self) -> Collection:
        return Collection([None] * self.rows)

    def get_Columns(self) -> Collection:
        return Collection([None] * self.wide)

    def get_Count(self) -> int:
        return self.rows * self.wide

    def places(self) -> Iterator[tuple[int, int]]:
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.wide):
                yield row, column

    def held(self) -> dict[tuple[int, int], Any]:
        return self.sheet.excel.sheet(self.sheet.title)

    def get_Formula(self) -> Any:
        held, width = self.held(), self.wide
        self.sheet.excel.reads += 1
        flat = [_as_entered(held.get(place)) for place in self.places()]
        if len(flat) == 1:
            return flat[0]
        return tuple(tuple(flat[start : start + width]) for start in range(0, len(flat), width))

    def writable(self) -> None:
        if self.sheet.get_ProtectContents():
            raise ComError("the sheet is protected")

    def put_Formula(self, value: Any) -> None:
        excel = self.sheet.excel
        self.writable()
        if excel.fail_after is not None and len(excel.entered) >= excel.fail_after:
            raise ComError("call was rejected by callee")
        alone = self.rows == self.wide == 1
        entries = ((value,),) if alone else value
        if len(entries) != self.rows or any(len(row) != self.wide for row in entries):
            raise ComError("rows of different length")
        held = self.held()
        for place, entry in zip(self.places(), (entry for row in entries for entry in row), strict=True):
            held[place] = _taken(entry, alone)
            excel.looks.pop((self.sheet.title, *place), None)
        excel.entered.append(Rectangle(self.sheet.title, self.row, self.column, tuple(map(tuple, entries))))

    def call_ClearContents(self) -> None:
        self.writable()
        held = self.held()
        for place in self.places():
            held.pop(place, None)


class Characters(Com):
    def __init__(self, cell: Range, first: int, length: int | None) -> None:
        self.cell, self.first, self.length = cell, first, length

    def get_Font(self) -> "Font":
        text = self.cell.held()[self.cell.row, self.cell.column]
        if self.first < 1 or self.first + (self.length or 0) - 1 > len(text.encode("utf-16-le")) // 2:
            raise ComError("beyond the text")
        looks = self.cell.sheet.excel.looks
        piece = (self.first, self.length)
        found = looks.setdefault((self.cell.sheet.title, self.cell.row, self.cell.column), [])
        if piece not in [place for place, _ in found]:
            found.append((piece, {}))
        return Font(next(look for place, look in found if place == piece))


class Font(Com):
    def __init__(self, look: dict[str, Any]) -> None:
        self.look = look

    def put_Color(self, value: int) -> None:
        self.look["Color"] = value

    def put_Bold(self, value: bool) -> None:
        self.look["Bold"] = value

    def put_Underline(self, value: int) -> None:
        self.look["Underline"] = value


class Table(Com):
    def __init__(self, sheet: Worksheet, title: str) -> None:
        self.sheet, self.title = sheet, title

    def place(self) -> list[Any]:
        return self.sheet.excel.tables[self.title]

    def get_Name(self) -> str:
        return self.title

    def get_Parent(self) -> Worksheet:
        return self.sheet

    def get_Range(self) -> Range:
        _, top, rows, wide = self.place()
        return Range(self.sheet, top, 1, rows + 1, wide)

    def get_ListRows(self) -> Collection:
        return Collection([None] * self.place()[2])

    def get_ListColumns(self) -> Collection:
        return Collection([None] * self.place()[3])

    def get_AutoFilter(self) -> None:
        return None

    def call_Resize(self, area: Any) -> None:
        area = area._oleobj_
        _, top, _, wide = self.place()
        if self.sheet.get_ProtectContents():
            raise ComError("the sheet is protected")
        if (area.row, area.column, area.wide) != (top, 1, wide) or area.rows < 2:
            raise ComError("headings must stay where they are, with a row below them")
        self.place()[2] = area.rows - 1


def _as_entered(value: Any) -> Any:
    # Formula gives constants as text: 3.5 as "3.5", a blank cell as ""
    if value is None:
        return ""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _taken(entry: Any, alone: bool) -> Any:
    """Return what Excel makes of an entry; raise ComError where it takes none."""
    if isinstance(entry, Decimal) or not isinstance(entry, str | float | int | None):
        raise ComError(f"no variant for {type(entry).__name__}")
    if not isinstance(entry, str):
        return entry
    if not entry:
        return None  # an empty formula blanks the cell
    if len(entry) > (MOST if alone else LONGEST_IN_ARRAY):
        raise ComError("text too long")
    if entry.startswith("'"):
        return entry[1:]
    if entry.startswith("="):
        if len(entry) > LONGEST_FORMULA or entry.count("(") != entry.count(")"):
            raise ComError("no formula")
        return entry
    if entry[:1] in "+-@" or entry[:1].isdigit() or entry.upper() in ("TRUE", "FALSE"):
        raise AssertionError(f"Excel would take {entry!r} for something else")
    return entry


def opened(path: Path) -> FakeExcel:
    """Return a fake with the contents of a workbook file, formulas as they were entered."""
    import openpyxl

    book = openpyxl.load_workbook(path, keep_vba=True)
    cells: dict[str, dict[tuple[int, int], Any]] = {}
    tables: dict[str, list[Any]] = {}
    for page in book.worksheets:
        cells[page.title] = {
            (cell.row, cell.column): cell.value for row in page.iter_rows() for cell in row if cell.value is not None
        }
        for table in page.tables.values():
            left, top, right, bottom = openpyxl.utils.range_boundaries(table.ref)
            tables[table.name] = [page.title, top, bottom - top, right - left + 1]
    return FakeExcel(cells, tables, {page.title for page in book.worksheets if page.protection.sheet})


@cache
def udfs() -> ModuleType:
    """Return xlwings' module of worksheet functions, which it has on Windows only."""
    xlwings, windows, functions = _xlwings()
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))  # conversions go by it
    return functions


@cache
def _xlwings() -> tuple[ModuleType, ModuleType, ModuleType]:
    """Return xlwings, its module for Windows and that of functions, with stand-ins for pywin32 beneath."""
    import xlwings

    def stub(name: str, **members: Any) -> ModuleType:
        module = ModuleType(name)
        module.__dict__.update(members)
        return module

    def found(*_: Any) -> int:
        return HWND

    client = stub(
        "win32com.client", CDispatch=Com, DispatchBaseClass=Com, Dispatch=lambda it: it, DispatchEx=lambda it: it
    )
    stubs = {
        "pywintypes": stub("pywintypes", com_error=ComError, error=ComError, TimeType=type("TimeType", (), {})),
        "pythoncom": stub(
            "pythoncom", ole_error=ComError, com_error=ComError, CoInitialize=lambda: None, __file__=None
        ),
        "win32api": stub("win32api"),
        "win32con": stub("win32con"),
        "win32com": stub("win32com", client=client),
        "win32com.client": client,
        "win32gui": stub("win32gui", FindWindowEx=found),
        "win32process": stub("win32process", GetWindowThreadProcessId=lambda _: (0, 1)),
        "win32timezone": stub("win32timezone"),
        "xlwings._win32patch": stub("xlwings._win32patch", CoClassBaseClass=Com),
    }
    with contextlib.ExitStack() as after:
        after.enter_context(mock.patch.dict(sys.modules, stubs))
        for name in ("PyDLL", "oledll", "windll"):
            after.enter_context(mock.patch.object(ctypes, name, mock.MagicMock(), create=True))
        windows = importlib.import_module("xlwings._xlwindows")
        functions = importlib.import_module("xlwings.udfs")
    return xlwings, windows, functions
