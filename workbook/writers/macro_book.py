"""What XlsxWriter leaves out of a workbook with buttons: the ribbon, the roles as named styles, the macro content type."""

import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from workbook import patterns as re
from workbook.writers.package import MAIN
from workbook.writers.styles import ROLE_COLOURS

_RIBBON = "customUI/customUI14.xml"
_RELATION = (
    '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    f'Target="{_RIBBON}"/></Relationships>'
)
_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BARE = re.compile(rb"(<c r=\"[A-Z]+\d+\"(?: s=\"\d+\")?)>(<f>[^<]*)</f><v></v>")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def finish(raw: Path, target: Path, ribbon: bytes) -> None:
    """Write the parts with fixed times, as a macro-enabled workbook, with the roles as named styles and the ribbon."""
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        held = {name: source.read(name) for name in source.namelist()}
        held["[Content_Types].xml"] = held["[Content_Types].xml"].replace(_PLAIN, _MACRO)
        held["xl/styles.xml"] = named_styles(held["xl/styles.xml"])
        for name in held:
            if name.startswith("xl/worksheets/sheet"):
                held[name] = _not_worked_out(held[name])
        if ribbon:
            held["_rels/.rels"] = held["_rels/.rels"].replace(b"</Relationships>", _RELATION.encode())
            held[_RIBBON] = ribbon
        for name, content in held.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            out.writestr(entry, content)


def _not_worked_out(sheet: bytes) -> bytes:
    """Return a sheet whose formulas without a value have none at all: an empty one would pass for worked out.

    They are said to give a text, as ours do: what reads workbooks from outside asks for figures that were never worked out.
    """
    return _BARE.sub(rb'\1 t="str">\2</f>', sheet)


def named_styles(styles: bytes) -> bytes:
    """Return the styles part with a named style for each role (填报, 计算, 引用, 审核), on every format of its colour.

    XlsxWriter writes no named styles; with them a clerk finds the roles under 开始 › 单元格样式.
    """
    root = etree.fromstring(styles)
    fills = [entry.find(f".//{MAIN}fgColor") for entry in _part(root, "fills")]
    colours = ["" if entry is None else str(entry.get("rgb"))[2:] for entry in fills]
    bases, names, formats = (_part(root, name) for name in ("cellStyleXfs", "cellStyles", "cellXfs"))
    for role, colour in ROLE_COLOURS.items():
        if colour[1:] not in colours:
            continue
        fill, number = str(colours.index(colour[1:])), str(len(bases))
        members = {"numFmtId": "0", "fontId": "0", "fillId": fill, "borderId": "0", "applyFill": "1"}
        etree.SubElement(bases, f"{MAIN}xf", members)
        etree.SubElement(names, f"{MAIN}cellStyle", {"name": role, "xfId": number})
        for entry in formats:
            if entry.get("fillId") == fill:
                entry.set("xfId", number)
    for part in (bases, names):
        part.set("count", str(len(part)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _part(root: Any, name: str) -> Any:
    return root.find(f"{MAIN}{name}")
