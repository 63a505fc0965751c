"""The verb new: an empty master, or the workbook of one department."""

from __future__ import annotations

import sys
from pathlib import Path

from workbook.checking.outcome import ActionError, Outcome
from workbook.exports.xlsm import write_own
from workbook.master.read import template
from workbook.master.write import edits_for_new
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme, load
from workbook.readers.detect import SPREADSHEETS
from workbook.writers.package import apply


def new(path: Path, *, year: int, region: str = "", scheme: Scheme | None = None, unit: str = "") -> Outcome:
    """Make an empty master with a scheme's parameters, or the workbook of one department (`unit`); never over a file."""
    if path.suffix.lower() not in SPREADSHEETS:
        raise ActionError(f"总表的文件名应以 .xlsm 结尾，现为「{path.name}」")
    if path.exists():
        raise ActionError(f"「{path}」已经存在，没有覆盖；请换一个文件名")
    path.parent.mkdir(parents=True, exist_ok=True)
    if unit:
        write_own(Filing(unit=unit, year=year, form="l1"), scheme or load(), path)
        return Outcome(f"已新建「{unit}」的自评工作簿 {path}", written=[path])
    made = edits_for_new(year=year, region=region, python=python_for_buttons(), scheme=scheme)
    receipt = apply(template(), made, path)
    return Outcome(f"已新建总表 {path}", written=[path], receipt=receipt)


def python_for_buttons() -> str:
    """Return the Python that a master made here starts when a button is pressed: this one, on Windows without a console."""
    own = Path(sys.executable)
    silent = own.with_name("pythonw.exe")
    return str(silent if silent.is_file() else own)
