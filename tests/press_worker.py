"""The hand that presses: drives LibreOffice over UNO, one JSON order a line in, one JSON answer a line out.

Runs under any Python that can import `uno` (the system's, not the tests'), so it imports nothing of ours.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

ALWAYS_EXECUTE = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN


def connect(pipe: str) -> Any:
    """Return the desktop of the LibreOffice that listens on a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.1)
    raise TimeoutError("LibreOffice does not answer")


class Hand:
    """One open workbook at a time, and what can be done to it."""

    def __init__(self, desktop: Any) -> None:
        self.desktop = desktop
        self.book: Any = None

    def open(self, path: str, read_only: bool = False, hidden: bool = False) -> None:
        """Load a workbook with its macros allowed."""
        values = {"MacroExecutionMode": ALWAYS_EXECUTE, "ReadOnly": read_only, "Hidden": hidden}
        properties = tuple(_property(name, value) for name, value in values.items())
        self.book = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, properties)

    def press(self, sub: str) -> float:
        """Run a Sub ("Module.Sub") and return the seconds it took; what it did stands in the cells alone."""
        url = f"vnd.sun.star.script:VBAProject.{sub}?language=Basic&location=document"
        script = self.book.getScriptProvider().getScript(url)
        start = time.perf_counter()
        script.invoke((), (), ())
        return time.perf_counter() - start

    def values(self, sheet: str, cells: str) -> list[list[Any]]:
        """Return the values of a range, row by row."""
        return [list(row) for row in self._range(sheet, cells).getDataArray()]

    def used(self, sheet: str) -> list[list[Any]]:
        """Return the values of all that is used on a sheet, from A1 on."""
        page = self.book.Sheets.getByName(sheet)
        cursor = page.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        return [list(row) for row in page.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()]

    def formulas(self, sheet: str, cells: str) -> list[list[str]]:
        """Return the formulas of a range, row by row."""
        return [list(row) for row in self._range(sheet, cells).getFormulaArray()]

    def write(self, sheet: str, cell: str, value: Any) -> None:
        """Put a value into a cell, as the clerk would by hand (the sheet is unprotected for the moment)."""
        page = self.book.Sheets.getByName(sheet)
        protected = page.isProtected()
        if protected:
            page.unprotect("")
        target = page.getCellRangeByName(cell)
        if isinstance(value, str):
            target.String = value
        else:
            target.Value = value
        if protected:
            page.protect("")

    def hidden(self, sheet: str, first: int, last: int) -> list[bool]:
        """Return of each row (1-based) whether it is hidden."""
        rows = self.book.Sheets.getByName(sheet).getRows()
        return [not rows.getByIndex(row - 1).IsVisible for row in range(first, last + 1)]

    def rename(self, sheet: str, to: str) -> None:
        """Give a sheet another name."""
        self.book.Sheets.getByName(sheet).Name = to

    def looks(self, sheet: str, cell: str) -> list[list[Any]]:
        """Return the pieces of a text with their colour, weight and kind of underline."""
        out = []
        paragraphs = self._range(sheet, cell).createEnumeration()
        while paragraphs.hasMoreElements():
            portions = paragraphs.nextElement().createEnumeration()
            while portions.hasMoreElements():
                piece = portions.nextElement()
                out.append([piece.String, piece.CharColor, piece.CharWeight, piece.CharUnderline])
        return out

    def select(self, sheet: str, cell: str) -> None:
        """Go to a cell."""
        controller = self.book.CurrentController
        controller.setActiveSheet(self.book.Sheets.getByName(sheet))
        controller.select(self._range(sheet, cell))

    def maximise(self) -> None:
        """Let the window fill the screen."""
        window = self.book.CurrentController.Frame.ContainerWindow
        window.setPosSize(0, 0, 1360, 880, 15)
        window.IsMaximized = True
        time.sleep(1)

    def button(self, sheet: str, caption: str) -> list[int]:
        """Return where on the screen the middle of a button stands (it must be in view)."""
        page = self.book.Sheets.getByName(sheet)
        controls = [shape.Control for shape in page.DrawPage if hasattr(shape, "Control")]
        model = next(control for control in controls if getattr(control, "Label", "") == caption)
        place = self.book.CurrentController.getControl(model).AccessibleContext
        corner, size = place.getLocationOnScreen(), place.getSize()
        return [corner.X + size.Width // 2, corner.Y + size.Height // 2]

    def where(self) -> list[str]:
        """Return the sheet in front and the selected range on it."""
        selection = self.book.CurrentSelection
        address = selection.AbsoluteName if hasattr(selection, "AbsoluteName") else ""
        return [self.book.CurrentController.ActiveSheet.Name, address]

    def sheets(self) -> list[list[Any]]:
        """Return name, visibility and protection of every sheet."""
        return [[page.Name, page.IsVisible, page.isProtected()] for page in self.book.Sheets]

    def tables(self) -> dict[str, list[int]]:
        """Return the rows (0-based, first and last) of every named database range."""
        ranges = self.book.DatabaseRanges
        areas = {name: ranges.getByName(name).DataArea for name in ranges.ElementNames}
        return {name: [area.StartRow, area.EndRow] for name, area in areas.items()}

    def store(self, path: str) -> None:
        """Write a copy of the workbook as Excel's."""
        self.book.storeToURL(Path(path).as_uri(), (_property("FilterName", "Calc MS Excel 2007 XML"),))

    def copied(self, path: str) -> float:
        """Save a copy and calculate everything, and return the seconds that took: what a press cannot do without."""
        start = time.perf_counter()
        self.book.storeToURL(Path(path).as_uri(), (_property("FilterName", "Calc MS Excel 2007 VBA XML"),))
        self.book.calculateAll()
        return time.perf_counter() - start

    def close(self) -> None:
        """Close the workbook without saving."""
        if self.book is not None:
            self.book.setModified(False)
            self.book.close(True)
            self.book = None

    def quit(self) -> None:
        """End LibreOffice."""
        self.close()
        self.desktop.terminate()

    def _range(self, sheet: str, cells: str) -> Any:
        return self.book.Sheets.getByName(sheet).getCellRangeByName(cells)


def _property(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def main(pipe: str) -> None:
    """Answer orders ({"do": name, …}) until the input ends."""
    hand = Hand(connect(pipe))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"result": getattr(hand, order.pop("do"))(**order)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
