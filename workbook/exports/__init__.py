"""The formats a department's filing is exported in: a row of the table and a module of the same name each.

May import the writers and what checks a filing; the verbs and the work over many files import it. A new format: a row of
FORMATS, and a module here with `write(entry, to, name) -> Path` that writes one file into the folder `to`; a module is loaded
when its format is asked for.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from workbook.outcome import Checked


class Format(NamedTuple):
    """One format: what the help says of it, and whether it is of use only where something was found."""

    help: str
    of_findings: bool = False


FORMATS: dict[str, Format] = {
    "xlsx": Format("工作簿"),
    "xlsm": Format("带按钮，给单位自己填"),
    "docx": Format("Word"),
    "pdf": Format("PDF"),
    "notice": Format("整改通知", of_findings=True),
    "html": Format("整改通知的网页", of_findings=True),
    "skeleton": Format("报告初稿"),
}


def export_one(entry: Checked, to: Path, formats: Sequence[str], name: str) -> list[Path]:
    """Write one department into a folder in all formats wanted, under a name without ending; return the files written.

    A format of findings is left out where nothing was found; raise KeyError on a format that is none.
    """
    wanted = [kind for kind in formats if entry.report.findings or not FORMATS[kind].of_findings]
    return [import_module(f"workbook.exports.{kind}").write(entry, to, name) for kind in wanted]
