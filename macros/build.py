"""From the VBA sources to the shipped master: `python -m macros.build`.

The table of verbs gives the module of buttons, the module of the ribbon and the ribbon itself; all modules become
vbaProject.bin; that, the ribbon and the texts go beside the template, from which `workbook.templates.build` makes the
master. The same sources give the same bytes. pyOpenVBA writes the project because what it writes opens in Excel and
in LibreOffice; it needs ASCII sources, for its blank project is of code page 1252.
"""

import json
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import xlsxwriter
from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from pyopenvba.vba import VBAModuleKind, compress, decompress, parse_vba_project, serialize_dir_stream

from macros import texts
from workbook.master import layout, unit_template
from workbook.model.verbs import VERBS, Verb
from workbook.templates import PARTS
from workbook.templates.build import build_master

VBA = Path(__file__).with_name("vba")
TAB = "绩效自评"


def buttons() -> tuple[Verb, ...]:
    """Return the verbs that have a button, in the order of the table."""
    return tuple(verb for verb in VERBS if verb.sub)


def button_module() -> str:
    """Return the module with one Sub a button, made from the table of verbs."""
    head = "' Made by python -m macros.build from workbook/model/verbs.py: one Sub a button."
    subs = [f"Public Sub {verb.sub}()\n    {_call(verb)}\nEnd Sub" for verb in buttons()]
    return "\n".join(['Attribute VB_Name = "Buttons"', head, "Option Explicit", "", "\n\n".join(subs), ""])


def ribbon_module() -> str:
    """Return the module that the ribbon calls: a control's id is the verb's name."""
    cases = "\n".join(f'        Case "{verb.name}": {verb.sub}' for verb in buttons())
    return f"""Attribute VB_Name = "Ribbon"
' Made by python -m macros.build from workbook/model/verbs.py. The control comes as a plain object: no reference is needed.
Option Explicit

Public Sub RibbonPress(control As Object)
    Select Case Mid(control.ID, 2)
{cases}
    End Select
End Sub
"""


def _call(verb: Verb) -> str:
    return f"Local{verb.name.capitalize()}" if verb.in_excel else f'PressVerb "{verb.name}"'


def ribbon(*, bureau: bool = True) -> str:
    """Return the ribbon's XML (customUI14): one tab, the commands in three groups, Excel's own pictures.

    Without `bureau` it is that of a department's own workbook.
    """
    shown = [verb for verb in buttons() if bureau or not verb.bureau]
    names = dict.fromkeys(verb.group for verb in buttons())
    kept = {name: [verb for verb in shown if verb.group == name] for name in names}
    groups = "".join(_group(number, name, verbs) for number, (name, verbs) in enumerate(kept.items(), start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon><tabs>'
        f'<tab id="jixiao" label={quoteattr(TAB)}>{groups}</tab></tabs></ribbon></customUI>\n'
    )


def _group(number: int, name: str, verbs: Iterable[Verb]) -> str:
    inner = "".join(map(_button, verbs))
    return f'<group id="group{number}" label={quoteattr(name)}>{inner}</group>'


def _button(verb: Verb) -> str:
    size = "large" if verb.large else "normal"
    return (
        f'<button id="b{verb.name}" label={quoteattr(verb.caption)} screentip={quoteattr(verb.caption)} '
        f'supertip={quoteattr(verb.help)} imageMso="{verb.image}" size="{size}" onAction="RibbonPress"/>'
    )


def modules() -> dict[str, str]:
    """Return every VBA module by its name; raise ValueError where a source is not ASCII."""
    made = {path.stem: path.read_text(encoding="utf-8") for path in sorted(VBA.glob("*.bas"))}
    made |= {"Buttons": button_module(), "Ribbon": ribbon_module()}
    for name, source in made.items():
        if not source.isascii():
            raise ValueError(f"{name}.bas must be ASCII: VBA turns everything else into question marks")
    return dict(sorted(made.items()))


def project(sheets: int) -> bytes:
    """Return vbaProject.bin with all modules, for a workbook of so many sheets (code names Sheet1…)."""
    with tempfile.TemporaryDirectory() as folder:
        blank, made = Path(folder) / "blank.xlsm", Path(folder) / "made.xlsm"
        with xlsxwriter.Workbook(str(blank)) as book:
            for _ in range(sheets):
                book.add_worksheet()
        with ExcelFile(blank) as file:
            held = file.add_vba_project()
            for name, source in modules().items():
                held.add_module(name, source.replace("\n", "\r\n"), kind=VBAModuleKind.standard)
            file.save(made)
        with zipfile.ZipFile(made) as archive:
            return _source_only(archive.read("xl/vbaProject.bin"))


def _source_only(content: bytes) -> bytes:
    """Return a project without compiled code, so that every Excel compiles its sources: [MS-OVBA] 2.3.4.1, 2.3.4.3.

    The writer of a project gives its cache the version 0xFFFF and nothing more, and each module's source the offset 0.
    """
    file = CFB.from_bytes(content)
    held = parse_vba_project(file)
    for module in held.modules:
        stream = file.get_stream_in_storage("VBA", module.stream_name)[module.text_offset :]
        file.write_stream_in_storage("VBA", module.stream_name, compress(decompress(stream)))
        module.text_offset = 0
    file.write_stream_in_storage("VBA", "dir", compress(serialize_dir_stream(held)))
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", bytes.fromhex("cc61ffff000000"))
    return bytes(file.to_bytes())


def parts() -> dict[str, bytes]:
    """Return what goes beside the template: the project, the ribbon and the texts."""
    sheets = len(layout.SHEETS) + 2  # and the two hidden ones: snapshots, texts
    return {
        "vbaProject.bin": project(sheets),
        "customUI14.xml": ribbon().encode(),
        "unit-vbaProject.bin": project(len(unit_template.SHEETS)),
        "unit-customUI14.xml": ribbon(bureau=False).encode(),
        "texts.json": (json.dumps(texts.rows(), ensure_ascii=False, indent=1) + "\n").encode(),
    }


def write() -> None:
    """Write the generated modules, the parts beside the template, and the master."""
    for name, source in (("Buttons", button_module()), ("Ribbon", ribbon_module())):
        (VBA / f"{name}.bas").write_text(source, encoding="ascii", newline="\n")
    PARTS.mkdir(exist_ok=True)
    for name, content in parts().items():
        (PARTS / name).write_bytes(content)
    build_master()


if __name__ == "__main__":
    write()
    sys.stdout.write("master.xlsm\n")
