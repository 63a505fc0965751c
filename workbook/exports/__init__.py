"""The formats a department's filing is exported in: a row of the table and a module of the same name each.

May import the writers and what checks a filing; the verbs and the work over many files import it. A new format: a row of
FORMATS, and a module here with `write(entry, to, name) -> Path` that writes one file into the folder `to` (with
`filed`, where it has a 报送版); a module is loaded when its format is asked for.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from workbook.checking.outcome import ActionError, Checked
from workbook.model.issued import FILED


class Format(NamedTuple):
    """One format: what the help says of it, whether it is of use only where something was found, whether it has a 报送版."""

    help: str
    of_findings: bool = False
    filed: bool = False


FORMATS: dict[str, Format] = {
    "xlsx": Format("工作簿", filed=True),
    "xlsm": Format("带按钮，给单位自己填"),
    "docx": Format("Word", filed=True),
    "pdf": Format("PDF", filed=True),
    "notice": Format("整改通知", of_findings=True),
    "html": Format("整改通知的网页", of_findings=True),
    "skeleton": Format("报告初稿"),
}


def in_edition(formats: Sequence[str], edition: str) -> tuple[str, ...]:
    """Return the formats as those of an edition (报送版.xlsx); raise ActionError for one that it does not have."""
    if edition != FILED:
        return tuple(formats)
    for name in formats:
        if not FORMATS[name].filed:
            has = "、".join(name for name, entry in FORMATS.items() if entry.filed)
            raise ActionError(f"{FILED}是用来打印、签字的，没有「{name}」；请用 --as {has}")
    return tuple(f"{FILED}.{name}" for name in formats)


def export_one(entry: Checked, to: Path, formats: Sequence[str], name: str) -> list[Path]:
    """Write one department into a folder in all formats wanted, under a name without ending; return the files written.

    A format of findings is left out where no error or warning stands open; raise KeyError on a format that is none.
    """
    written = []
    for wanted in formats:
        edition, _, kind = wanted.rpartition(".")
        if FORMATS[kind].of_findings and not any(entry.report.counts[:2]):
            continue
        write = import_module(f"workbook.exports.{kind}").write
        written.append(write(entry, to, f"{name}-{edition}", filed=True) if edition else write(entry, to, name))
    return written
