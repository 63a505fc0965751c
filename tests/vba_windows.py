"""The macros run by pyOpenVBA's interpreter as on Windows: its model of Excel, and stand-ins for what Windows lends.

The branch for Windows is the one that LibreOffice never takes. Files are real, under a folder of the test that the
macros call C:\\…; WScript.Shell starts the Python that it is told to, as a real process; VBA's own statements on files
are refused, as they are where a name lies beyond the code page.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import Application, ExcelApplication, Range
from pyopenvba.apps.excel._tables import ListObject
from pyopenvba.interpreter import _intrinsics
from pyopenvba.interpreter._objects import MemberSpec, VBAObject, member, method, setter
from pyopenvba.interpreter._values import EMPTY, MISSING, VBAInt, error, to_text

from workbook.master import layout


def _long(value: int) -> object:
    return VBAInt(value, "Long")


class WindowsExcel(Application):
    """What pyOpenVBA's Application lacks of Excel on Windows."""

    vba_type_name = "Application"

    @member
    def OperatingSystem(self) -> object:
        return "Windows (64-bit) NT 10.00"

    @member
    def Hwnd(self) -> object:
        return _long(4711)

    @method
    def FileDialog(self, Kind: object = MISSING) -> object:
        return Dialog(self.world)

    @member
    def Interactive(self) -> object:
        return self.interactive

    @setter("Interactive")
    def _interactive(self, value: object) -> None:
        self.interactive = bool(value)
        self.world.story.append(f"Interactive {self.interactive}")

    @member
    def EnableCancelKey(self) -> object:
        return _long(self.cancel_key)

    @setter("EnableCancelKey")
    def _cancel_key(self, value: object) -> None:
        self.cancel_key = int(value)


class Unfiltered(VBAObject):
    """The filter of a table that hides nothing."""

    vba_type_name = "AutoFilter"

    @member
    def FilterMode(self) -> object:
        return False


# pyOpenVBA's tables have no filters of their own
ListObject._vba_members["autofilter"] = MemberSpec("AutoFilter", "property", getter=lambda self: Unfiltered())


class Piece(VBAObject):
    """Characters of a text, and their font: what they look like is not asked after."""

    vba_type_name = "Characters"

    @member
    def Font(self) -> object:
        return self

    @setter("Color")
    def _color(self, value: object) -> None:
        assert 0 <= int(value) <= 0xFFFFFF

    @setter("Bold")
    def _bold(self, value: object) -> None:
        assert isinstance(value, bool)

    @setter("Underline")
    def _underline(self, value: object) -> None:
        assert int(value) in (2, -4119)


Range._vba_members["characters"] = MemberSpec(
    "Characters", "property", getter=lambda self, Start, Length: Piece(), parameters=("Start", "Length")
)


# whether a row is hidden pyOpenVBA measures by fonts that it does not have
Range._vba_members["hidden"] = MemberSpec("Hidden", "property", getter=lambda self: False)


class Lent(VBAObject):
    """An object that Windows lends."""

    vba_library = ""

    def __init__(self, world: "World") -> None:
        self.world = world


class Dialog(Lent):
    """Excel's own dialog, in which the clerk picks what the world has for it; nothing: cancelled."""

    vba_type_name = "FileDialog"

    @setter("Title")
    def _title(self, value: object) -> None:
        self.world.story.append(to_text(value))

    @setter("AllowMultiSelect")
    def _many(self, value: object) -> None:
        assert value is False

    @setter("InitialFileName")
    def _initial(self, value: object) -> None:
        pass

    @method
    def Show(self) -> object:
        return _long(-1 if self.world.picked else 0)

    @method
    def SelectedItems(self, Index: object = MISSING) -> object:
        return self.world.picked


class Shell(Lent):
    vba_type_name = "WshShell"

    @member
    def CurrentDirectory(self) -> object:
        return "C:\\"

    @setter("CurrentDirectory")
    def _directory(self, value: object) -> None:
        pass

    @method
    def ExpandEnvironmentStrings(self, Text: object = MISSING) -> object:
        name = to_text(Text)
        return self.world.variables.get(name.strip("%"), name)

    @method
    def Exec(self, Command: object = MISSING) -> object:
        self.world.commands.append(to_text(Command))
        if not to_text(Command).startswith('"'):
            raise error(-2147024894, "not found")
        return Process(self.world, to_text(Command))


class Process(Lent):
    vba_type_name = "WshExec"

    def __init__(self, world: "World", command: str) -> None:
        super().__init__(world)
        arguments = command.split('" ', 1)[1]
        job = self.world.real(arguments.split('"')[1])
        verb = arguments.split(" macros.buttons ")[1].split(" ")[0]
        line = [*world.python, verb, str(job), "--waits"]
        # nobody reads them while it runs, as in the macro
        self.run = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        world.started.append(self.run)
        world.meanwhile()

    @member
    def Status(self) -> object:
        return _long(0 if self.run.poll() is None else 1)

    @member
    def StdErr(self) -> object:
        return self

    @method
    def ReadAll(self) -> object:
        return self.run.stderr.read().decode("utf-8", "replace") if self.run.stderr else ""

    @method
    def Terminate(self) -> object:
        self.run.kill()
        self.run.wait()
        return EMPTY


class Files(Lent):
    vba_type_name = "FileSystemObject"

    @method
    def FileExists(self, Path: object = MISSING) -> object:
        return self.world.real(Path).is_file()

    @method
    def CreateFolder(self, Path: object = MISSING) -> object:
        try:
            self.world.real(Path).mkdir()
        except OSError as problem:
            raise error(76 if isinstance(problem, FileNotFoundError) else 58) from problem
        return EMPTY

    @method
    def MoveFile(self, Source: object = MISSING, Target: object = MISSING) -> object:
        self.world.real(Source).rename(self.world.real(Target))
        return EMPTY

    @method
    def DeleteFile(self, Path: object = MISSING, Force: object = MISSING) -> object:
        try:
            self.world.real(Path).unlink()
        except FileNotFoundError as problem:
            raise error(53) from problem
        return EMPTY

    @method
    def DeleteFolder(self, Path: object = MISSING) -> object:
        shutil.rmtree(self.world.real(Path))
        return EMPTY

    @method
    def GetFolder(self, Path: object = MISSING) -> object:
        return Folder(self.world, self.world.real(Path))

    @method
    def CreateTextFile(self, Path: object = MISSING, Over: object = MISSING, Wide: object = MISSING) -> object:
        return Stream(self.world, self.world.real(Path), "")

    @method
    def OpenTextFile(
        self,
        Path: object = MISSING,
        Mode: object = MISSING,
        Create: object = MISSING,
        Wide: object = MISSING,
    ) -> object:
        return Stream(self.world, None, self.world.real(Path).read_bytes().decode("utf-16-le"))


class Folder(Lent):
    vba_type_name = "Folder"

    def __init__(self, world: "World", path: Path) -> None:
        super().__init__(world)
        self.path = path

    @member
    def Files(self) -> object:
        return Counted(self.world, len([path for path in self.path.iterdir() if path.is_file()]))

    @member
    def SubFolders(self) -> object:
        return Counted(self.world, len([path for path in self.path.iterdir() if path.is_dir()]))


class Counted(Lent):
    vba_type_name = "Files"

    def __init__(self, world: "World", count: int) -> None:
        super().__init__(world)
        self.count = count

    @member
    def Count(self) -> object:
        return _long(self.count)


class Stream(Lent):
    vba_type_name = "TextStream"

    def __init__(self, world: "World", path: Path | None, text: str) -> None:
        super().__init__(world)
        self.path, self.text = path, text

    @member
    def AtEndOfStream(self) -> object:
        return not self.text

    @method
    def ReadAll(self) -> object:
        return self.text

    @method
    def Write(self, Text: object = MISSING) -> object:
        self.text += to_text(Text)
        return EMPTY

    @method
    def Close(self) -> object:
        if self.path is not None:
            self.path.write_bytes(self.text.encode("ascii"))
        return EMPTY


def without_formulas(path: Path, name: str) -> None:
    """Take the formulas of a sheet away: the interpreter is slow over two thousand of them."""
    part = f"xl/worksheets/sheet{layout.SHEETS.index(name) + 1}.xml"
    raw = path.with_suffix(".raw")
    path.rename(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            content = source.read(entry)
            out.writestr(entry, re.sub(b"<f>[^<]*</f>", b"", content) if entry.filename == part else content)
    raw.unlink()


class World:
    """A workbook open in Excel on Windows: press its buttons, look at what was started and said."""

    def __init__(self, path: Path, folder: Path, python: list[str] | None = None) -> None:
        self.folder = folder
        self.python = python or [sys.executable, "-m", "macros.buttons"]
        self.variables = {"TEMP": "C:\\临时", "LOCALAPPDATA": "C:\\本地", "SystemRoot": "C:\\Windows"}
        self.commands: list[str] = []
        self.started: list[subprocess.Popen[bytes]] = []
        self.story: list[str] = []
        self.picked = ""
        self.meanwhile: Callable[[], object] = lambda: None  # what happens to the open workbook once Python has started
        self.events: Callable[[], object] = lambda: time.sleep(0.01)  # what happens whenever the macro lets others work
        (folder / "临时").mkdir(exist_ok=True)
        installed = folder / "本地" / "jixiao" / "env" / "Scripts" / "pythonw.exe"
        installed.parent.mkdir(parents=True, exist_ok=True)
        installed.touch()
        without_formulas(path, layout.VIEW)
        self.app = ExcelApplication.open(path)
        excel: Any = self.app.application
        excel.__class__ = WindowsExcel
        excel.world, excel.interactive, excel.cancel_key = self, True, 1
        lends: dict[str, Callable[[], object]] = {
            "wscript.shell": lambda: Shell(self),
            "scripting.filesystemobject": lambda: Files(self),
        }
        self.app.interpreter.host.create = lambda name: lends[name.lower()]()  # type: ignore[method-assign]
        workbook = excel.vba_get("ThisWorkbook")

        class Saved(type(workbook)):  # type: ignore[misc]
            vba_type_name = "Workbook"

            @method
            def SaveCopyAs(_, Filename: object = MISSING) -> object:
                shutil.copy(path, self.real(Filename))
                return EMPTY

            @member
            def ReadOnly(_) -> object:
                return False

            @member
            def FullName(_) -> object:
                return "C:\\数据\\总表.xlsm"

        workbook.__class__ = Saved
        # what Environ makes of Chinese on a machine of another code page
        _intrinsics.INTRINSICS["environ"] = lambda _, given, __: "???" if to_text(given[0]) in self.variables else ""
        _intrinsics.INTRINSICS["doevents"] = lambda *_: self.events() or EMPTY

    def real(self, path: object) -> Path:
        """Return where a path of this Windows lies."""
        return self.folder / to_text(path).removeprefix("C:\\").replace("\\", os.sep)

    def jobs(self) -> list[Path]:
        """Return what is left in the temporary folder."""
        return list((self.folder / "临时").iterdir())

    def press(self, sub: str) -> None:
        """Press a button."""
        self.app.run(sub)

    def state(self) -> dict[str, object]:
        """Return what a press must leave as it was: Excel's settings, and the sheets that are protected."""
        excel: Any = self.app.application
        names = ("Calculation", "EnableEvents", "ScreenUpdating", "StatusBar", "Interactive", "EnableCancelKey")
        held = {name: excel.vba_get(name) for name in names}
        sheets = [sheet.sheet for sheet in self.app.sheets()]
        return {**held, "protected": [sheet.name for sheet in sheets if sheet.vba_get("ProtectContents")]}

    def said(self) -> list[str]:
        """Return the words of the boxes that came up."""
        return [words for _, words, _, _ in self.app.dialogs]

    def stop(self) -> None:
        """End what was started."""
        for process in self.started:
            process.kill()
            process.wait()
