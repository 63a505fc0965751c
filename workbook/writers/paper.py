"""What every Word file of ours shares: A4, fonts with fallbacks, tables of fixed widths, page numbers, an atomic save."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from workbook.ooxml import legal
from workbook.storage.replacing import replacing

FANG, HEI, SONG = "仿宋", "黑体", "宋体"
LATIN = "Times New Roman"  # digits and letters, as official documents print them
# Where the first font is missing Word takes the next of these names: old Windows, WPS, macOS, Linux.
OTHER_NAMES = {
    FANG: "FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC",
    HEI: "SimHei;STHeiti;Noto Sans CJK SC",
    SONG: "SimSun;STSong;Noto Serif CJK SC",
}


def start(margin: float = 22) -> Any:
    """Return a new A4 document with margins left and right in mm, our fonts, and page numbers."""
    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(margin)
    section.top_margin = section.bottom_margin = Mm(20)
    section.footer_distance = Mm(12)
    prepare(document)
    return document


def prepare(document: Any) -> None:
    """Give a document our base style, the fallbacks of our fonts, and page numbers in the footer."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(12)
    east_asian(style.element, FANG)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    _fallbacks(document)
    _page_number(document.sections[0])


def east_asian(element: Any, font: str) -> None:
    """Name the font for Chinese characters of a run or a style: python-docx itself only names the Latin one."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")  # quotes, dashes and ≥ are Chinese characters here
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme font would win over the named one
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def run(paragraph: Any, text: str, font: str = FANG, size: float = 12, bold: bool = False) -> Any:
    """Append words to a paragraph, line breaks kept, and return the run."""
    added = paragraph.add_run(legal(text))
    added.font.name, added.font.size, added.bold = LATIN, Pt(size), bold
    east_asian(added._element, font)
    return added


def line(document: Any, text: str, font: str = FANG, size: float = 12, bold: bool = False, center: bool = False) -> Any:
    """Append a paragraph and return it."""
    paragraph = document.add_paragraph()
    run(paragraph, text, font, size, bold)
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def heading(document: Any, text: str, style: str, font: str, size: float, center: bool = False) -> Any:
    """Append a heading in one of Word's own styles (so that it shows in the outline), in black and in our font."""
    paragraph = line(document, text, font, size, bold=center, center=center)
    paragraph.style = document.styles[style]
    paragraph.runs[0].font.color.rgb = RGBColor(0, 0, 0)
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(12 if center else 0), 1.5
    form.first_line_indent, form.keep_with_next = Pt(0 if center else 28), True
    for border in paragraph.style.element.xpath(".//w:pBdr"):
        border.getparent().remove(border)
    return paragraph


def table(document: Any, widths: Sequence[float]) -> Any:
    """Append an empty bordered table whose columns keep their widths (mm), centred on the page, and return it."""
    made = document.add_table(0, len(widths))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _narrow_margins(made)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    return made


def row(made: Any, widths: Sequence[float], height: float = 6.5) -> Any:
    """Append a row at least so high (mm) that no page break parts, and return it."""
    added = made.add_row()
    added.height = Mm(height)
    whole(added)
    for cell, width in zip(added._tr.tc_lst, widths, strict=True):
        cell.width = Mm(width)
        spacing = cell.p_lst[0].get_or_add_pPr()._add_spacing()  # what a merge covers must not make the row high
        spacing.set(qn("w:line"), "160")
        spacing.set(qn("w:lineRule"), "exact")
    return added


def whole(added: Any) -> None:
    """Let no page break part a row."""
    added._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def repeat(heading: Any) -> None:
    """Print a row again at the top of every page."""
    heading._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def fill(cell: Any, text: str | None, size: float = 10.5, center: bool = True, bold: bool = False) -> None:
    """Write words into a cell, a paragraph a line, in the middle of its height."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, words in enumerate((text or "").split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        run(paragraph, words, FANG, size, bold)
        paragraph.paragraph_format.line_spacing = Pt(size * 1.25)  # exact: fonts differ much in their own height
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if center else WD_ALIGN_PARAGRAPH.LEFT


def save(document: Any, path: Path) -> None:
    """Save a document; raise KeepError where it cannot be written, what stood there is then as it was."""
    with replacing(path) as temporary:
        document.save(str(temporary))


def _narrow_margins(made: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 28), ("left", 57), ("bottom", 28), ("right", 57)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(width))  # in twentieths of a point: 57 is 1 mm
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    look = made._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)


def _fallbacks(document: Any) -> None:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    root = parse_xml(part.blob)
    present = {font.get(f"{{{namespace}}}name") for font in root}
    for name, others in OTHER_NAMES.items():
        if name not in present:
            font = etree.SubElement(root, f"{{{namespace}}}font", {f"{{{namespace}}}name": name})
            etree.SubElement(font, f"{{{namespace}}}altName", {f"{{{namespace}}}val": others})
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _page_number(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    if paragraph._p.xpath(".//w:fldSimple"):
        return
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(paragraph, "— ", SONG, 10.5)
    paragraph._p.append(_field("PAGE"))
    run(paragraph, " —", SONG, 10.5)


def _field(code: str) -> Any:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    inner, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    inner.append(text)
    field.append(inner)
    return field
