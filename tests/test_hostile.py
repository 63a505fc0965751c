"""Files that mean harm or are broken, as a clerk meets them: in a folder that is imported, beside a good one.

Each is refused for its stated reason or read as what it says, the good one goes in, and nothing is written elsewhere.
"""

import io
import os
import random
import re
import struct
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.compounds import compound, workbook
from tests.test_keep import run
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.demo.text import as_text
from workbook.forms import forms
from workbook.master.intake import edits_for_import
from workbook.master.read import read_master, template
from workbook.model.fields import field_of
from workbook.model.scheme import load
from workbook.readers import ReadError, read
from workbook.readers.detect import is_master
from workbook.readers.limits import LIMITS
from workbook.storage.temporary import PREFIX
from workbook.writers import department, word
from workbook.writers.package import PackageError, apply
from workbook.writers.template import survey

GOOD = DEPARTMENTS[0].unit


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, bytes]:
    """The same filing of another department as workbook, Word and text."""
    folder = tmp_path_factory.mktemp("good")
    filing = compose(DEPARTMENTS[1])
    department.write(filing, load(), folder / "a.xlsx")
    word.write(filing, load(), folder / "a.docx")
    (folder / "a.txt").write_text(as_text(filing), encoding="utf-8")
    return {path.suffix[1:]: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    held = members(content)
    held[part] = change(held[part])
    return zipped(held)


def sheet(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return changed(content, "xl/worksheets/sheet1.xml", change)


def bytes_of(rows: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")


def lying(content: bytes, part: str, size: int) -> bytes:
    """Return the archive with another unpacked size for a part, in both places where it stands."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = archive.getinfo(part)
    out = bytearray(content)
    struct.pack_into("<I", out, member.header_offset + 22, size)
    entry = content.index(b"PK\x01\x02")
    while content[entry + 46 : entry + 46 + len(part)] != part.encode():
        entry = content.index(b"PK\x01\x02", entry + 4)
    struct.pack_into("<I", out, entry + 24, size)
    return bytes(out)


def declared(inner: bytes) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        head, _, rest = xml.partition(b"?>")
        return head + b"?>" + inner + rest

    return change


LAUGHS = b'<!DOCTYPE z [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
UTF16 = "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE z [<!ENTITY a 'b'>]><z>&a;</z>".encode("utf-16")


def encrypted(content: bytes) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("geheim", out)
    return out.getvalue()


def nest(content: bytes, depth: int) -> bytes:
    for level in range(depth):
        content = zipped({f"{level}.zip": content})
    return content


def million_rows(content: bytes) -> bytes:
    dice = random.Random(1)
    rows = b"".join(
        b"<row><c><v>%d</v></c><c><v>1</v></c><c><v>2</v></c></row>" % dice.randrange(10**9) for _ in range(10**6)
    )
    return sheet(content, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def encrypted_member(content: bytes) -> bytes:
    out = bytearray(content)
    position = 0
    while (position := content.find(b"PK\x01\x02", position)) >= 0:
        out[position + 8] |= 1
        position += 4
    return bytes(out)


def biting_its_tail(good: dict[str, bytes]) -> bytes:
    """Return an old workbook whose table of sectors leads back to itself: one that follows it fills all memory."""
    size, workbook = 512, "Workbook".encode("utf-16-le")
    header = bytearray(size)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", header, 24, 0x3B, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 2, 3, 1, *[0xFFFFFFFF] * 124)
    directory = workbook.ljust(64, b"\0") + struct.pack("<H", len(workbook) + 2) + bytes(62)
    return bytes(header) + table + directory.ljust(size, b"\0") + bytes(2 * size)


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
DDE = b'<row r="900"><c r="A900" t="str"><f>cmd|\'/c calc\'!A0</f><v>x</v></c></row>'


def spoilt(content: bytes, part: str) -> bytes:
    """Return an archive in which the packed bytes of a part are none that can be unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = archive.getinfo(part)
    start = member.header_offset + 30 + len(part)
    return content[:start] + b"\xff" * member.compress_size + content[start + member.compress_size :]


COMMENTED = b"<!--" + b"x" * (2 << 20) + b"-->" + LAUGHS
SPARSE = {"表一": {(0, 0): 1.0, (65535, 255): 2.0}, "表二": {(65535, 255): 2.0}}
PARTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MACROS = "http://schemas.microsoft.com/office/2006/relationships"
EMPTY = b'<%s xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def cell_at(address: bytes, row: bytes = b"900") -> Callable[[bytes], bytes]:
    return bytes_of(b'<row r="%s"><c r="%s"><v>1</v></c></row>' % (row, address))


def with_sheet(content: bytes, kind: str, place: str = PARTS, state: str = "visible") -> bytes:
    """Return a workbook with one more sheet that is none of cells: a chart, a dialog, macros."""
    held, folder = members(content), f"{kind.lower().removeprefix('xl')}s"
    held[f"xl/{folder}/extra.xml"] = EMPTY % kind.lower().removeprefix("xl").encode()
    link = f'<Relationship Id="rId99" Type="{place}/{kind}" Target="{folder}/extra.xml"/></Relationships>'
    named = f'<sheet name="多的" sheetId="99" state="{state}" r:id="rId99"/></sheets>'
    for part, end, added in (
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", link),
        ("xl/workbook.xml", b"</sheets>", named),
    ):
        held[part] = held[part].replace(end, added.encode())
    return zipped(held)


def deep(xml: bytes) -> bytes:
    return xml.replace(b"<w:body>", b"<w:body>" + b"<w:sdt><w:sdtContent>" * 5000)


SHEETS = (("图表", "chartsheet", PARTS), ("对话框", "dialogsheet", PARTS), ("宏表", "xlMacrosheet", MACROS))

# name of the file, what it is made of, the reason it is refused for (None: it is read)
CASES: list[tuple[str, Callable[[dict[str, bytes]], bytes], str | None]] = [
    ("比例炸弹.xlsx", lambda g: sheet(g["xlsx"], bytes_of(b" " * 60_000_000)), "压缩炸弹"),
    ("总量炸弹.xlsx", lambda g: zipped({**members(g["xlsx"]), **{f"xl/{n}.bin": bytes(90_000_000) for n in range(5)}}), "炸弹"),
    ("大部件.docx", lambda g: changed(g["docx"], "word/document.xml", lambda xml: os.urandom(9000).hex().encode() * 7000), "过大|炸弹"),
    ("套娃.zip", lambda g: nest(g["xlsx"], 5), "太多层"),
    ("很多部件.xlsx", lambda g: zipped({**members(g["xlsx"]), **{f"xl/{n}": b"" for n in range(6000)}}), "个部件"),
    ("谎报小.xlsx", lambda g: lying(g["xlsx"], "xl/worksheets/sheet1.xml", 100), "损坏"),
    ("谎报大.xlsx", lambda g: lying(g["xlsx"], "xl/worksheets/sheet1.xml", 10**6), None),
    ("谎报小.docx", lambda g: lying(g["docx"], "word/document.xml", 100), "损坏"),
    ("外部实体.docx", lambda g: changed(g["docx"], "word/document.xml", declared(OUTSIDE)), "外部声明"),
    ("实体爆炸.docx", lambda g: changed(g["docx"], "word/document.xml", declared(LAUGHS)), "外部声明"),
    ("外部实体.xlsx", lambda g: sheet(g["xlsx"], declared(OUTSIDE)), "外部声明"),
    ("实体爆炸.xlsx", lambda g: changed(g["xlsx"], "xl/sharedStrings.xml", declared(LAUGHS)), "外部声明"),
    ("实体爆炸2.xlsx", lambda g: changed(g["xlsx"], "xl/_rels/workbook.xml.rels", declared(LAUGHS)), "外部声明"),
    ("换编码的实体.docx", lambda g: changed(g["docx"], "docProps/core.xml", lambda _: UTF16), "外部声明"),
    ("远处一格.xlsx", lambda g: sheet(g["xlsx"], bytes_of(FAR)), "XFD1048576"),
    ("百万行.xlsx", lambda g: million_rows(g["xlsx"]), "格，没有读|炸弹"),
    ("动态数据交换.xlsx", lambda g: sheet(g["xlsx"], bytes_of(DDE)), None),
    ("带宏.xlsm", lambda g: zipped({**members(g["xlsx"]), "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0evil"}), None),
    ("外部链接.xlsx", lambda g: zipped({**members(g["xlsx"]), "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), None),
    ("断掉.xlsx", lambda g: g["xlsx"][: len(g["xlsx"]) // 2], "损坏"),
    ("断掉.docx", lambda g: g["docx"][:-30], "损坏"),
    ("加密.xlsx", lambda g: encrypted(g["xlsx"]), "密码"),
    ("加密.docx", lambda g: encrypted(g["docx"]), "密码"),
    ("部件加密.xlsx", lambda g: encrypted_member(g["xlsx"]), "密码"),
    ("其实是表格.docx", lambda g: g["xlsx"], None),
    ("其实是文档.xls", lambda g: g["docx"], None),
    ("其实是文本.xlsx", lambda g: g["txt"], None),
    ("图片.xlsx", lambda g: b"\x89PNG\r\n\x1a\n" + bytes(300), "不是 Word"),
    ("网页.xls", lambda g: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    ("空字节.txt", lambda g: g["txt"].replace(b"\n", b"\0\n"), None),
    ("反向.txt", lambda g: g["txt"].replace("单位名称".encode(), "\u202e单位名称\u200f".encode()), None),
    ("半个字符.txt", lambda g: g["txt"].decode().encode("utf-16")[:-1] + b"\xd8", None),
    ("半个代理.docx", lambda g: changed(g["docx"], "word/document.xml", lambda xml: xml.replace(b"<w:t>", b"<w:t>&#xD800;", 1)), "损坏|读不出"),
    ("空的.docx", lambda g: b"", "空文件"),
    ("没有内容.xlsx", lambda g: zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}), "损坏|读不出|不是认得"),
    ("乱码.doc", lambda g: bytes.fromhex("d0cf11e0a1b11ae1") + os.urandom(3000), "不是 Word|转换失败|LibreOffice|损坏"),
    ("没有尽头.xls", biting_its_tail, "没有尽头"),
    ("坏的类型表.xlsx", lambda g: spoilt(g["xlsx"], "[Content_Types].xml"), "损坏"),
    ("坏的类型表2.xlsx", lambda g: spoilt(zipped(members(g["xlsx"]), zipfile.ZIP_LZMA), "[Content_Types].xml"), "损坏"),
    ("坏的表.xlsx", lambda g: spoilt(g["xlsx"], "xl/worksheets/sheet1.xml"), "损坏|读不出"),
    ("坏的压缩包.zip", lambda g: spoilt(zipped({"a.xlsx": g["xlsx"]}, zipfile.ZIP_LZMA), "a.xlsx"), "损坏"),
    ("很多字母.xlsx", lambda g: sheet(g["xlsx"], cell_at(b"zzzz1048576")), "zzzz1048576.*超出 Excel"),
    ("八位行号.xlsx", lambda g: sheet(g["xlsx"], cell_at(b"A12345678")), "A12345678.*超出 Excel"),
    ("十位行号.xlsx", lambda g: sheet(g["xlsx"], cell_at(b"A4294967295")), "A4294967295.*超出 Excel"),
    ("行在外面.xlsx", lambda g: sheet(g["xlsx"], cell_at(b"A9", b"4294967290")), "第 4294967290 行.*超出 Excel"),
    ("列在外面.xlsx", lambda g: sheet(g["xlsx"], cell_at(b"ZZZ9")), "ZZZ9.*超出 Excel"),
    ("不说行号.xlsx", lambda g: sheet(g["xlsx"], bytes_of(b'<row r="99999999"><c><v>1</v></c></row>')), "超出 Excel"),
    ("注释后的声明.xlsx", lambda g: changed(g["xlsx"], "xl/sharedStrings.xml", declared(COMMENTED)), "外部声明"),
    ("注释后的声明.docx", lambda g: changed(g["docx"], "word/document.xml", declared(COMMENTED)), "外部声明"),
    ("两角.xls", lambda g: compound({"Workbook": workbook(SPARSE)}), "IV65536.*没有读"),
    ("很深.docx", lambda g: changed(g["docx"], "word/document.xml", deep), "损坏|读不出"),
    *((f"有{what}.xlsx", lambda g, kind=kind, place=place: with_sheet(g["xlsx"], kind, place), None) for what, kind, place in SHEETS),
    ("藏着宏表.xlsx", lambda g: with_sheet(g["xlsx"], "xlMacrosheet", MACROS, "veryHidden"), None),
    ("表不在表里.xlsx", lambda g: with_sheet(sheet(g["xlsx"], bytes_of(b"")), "worksheet"), None),
    ("RTF.doc", lambda g: b"{\\rtf1 x}", "RTF"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make", "reason"), CASES, ids=[case[0] for case in CASES])
def test_a_hostile_file_in_a_folder_harms_nothing_else(tmp_path, good, capsys, name, make, reason):
    folder, master = tmp_path / "来件", tmp_path / "总表.xlsm"
    folder.mkdir()
    (folder / name).write_bytes(make(good))
    department.write(compose(DEPARTMENTS[0]), load(), folder / "好的.xlsx")
    actions.new(master, year=YEAR)
    status, _, err = run(capsys, "import", master, folder)
    units = {filing.unit for filing in read_master(master).filings}
    assert GOOD in units
    if reason is None:
        assert (status, len(units)) == (0, 2), err
    else:
        assert status == 2
        line = next(line for line in err.splitlines() if name in line)
        assert _matches(reason, line), err
    assert "内部出错" not in err
    assert_only(tmp_path, {"来件", "总表.xlsm", "历史版本"})
    assert macros_of(master) == macros_of(template())


def _matches(reason: str, line: str) -> bool:
    return re.search(reason, line) is not None


def assert_only(folder: Path, names: set[str]) -> None:
    """Nothing but these lies in a folder, and no temporary file is left anywhere below it."""
    assert {path.name for path in folder.iterdir()} <= names
    assert not list(folder.rglob(f"{PREFIX}*"))


def macros_of(path: Path) -> bytes:
    return members(path.read_bytes())["xl/vbaProject.bin"]


@pytest.mark.parametrize(("what", "kind", "place"), SHEETS)
def test_a_sheet_without_cells_is_left_aside_and_named(tmp_path, good, what, kind, place):
    path = tmp_path / "a.xlsx"
    path.write_bytes(with_sheet(good["xlsx"], kind, place))
    (filing,) = read(path)
    assert filing.notes == [f"工作表「多的」是{what}，没有单元格可读，未读"]
    path.write_bytes(with_sheet(good["xlsx"], kind, place, "hidden"))
    assert read(path)[0].notes == []


@pytest.mark.parametrize(("what", "kind", "place"), SHEETS)
def test_a_template_may_hold_sheets_without_cells(tmp_path, good, what, kind, place):
    path = tmp_path / "模板.xlsx"
    path.write_bytes(with_sheet(good["xlsx"], kind, place))
    made = survey(path)
    (tmp_path / "没有多的.xlsx").write_bytes(good["xlsx"])
    usual = survey(tmp_path / "没有多的.xlsx")
    assert [grid.name for grid in made.grids] == [grid.name for grid in usual.grids]
    assert made.spots.keys() == usual.spots.keys()


# in time that grows with the text, not with its square: each took seconds to minutes, or would have
LONG = {
    "格子": "\n\ta\n" * 20_000,
    "整句": "\ta\n" + ("这是一个很长的句子" * 6 + "。\n\n") * 15_000 + "\tb\n",
    "空格": "\ta\n附件" + " " * 300_000 + "x\n",
    "一格多行": "\ta\n" + "b\n" * 40_000,
    "数字": "9" * 200_000,
    "其中": "其中：项目支出12.3万元。\n" * 4_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_takes_no_long_time(tmp_path, good, name):
    path = tmp_path / "a.txt"
    path.write_bytes(good["txt"] + b"\n" + LONG[name].encode())
    start = time.process_time()
    for filing in read(path):
        actions.check_filing(filing, None, path)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("name", ["file_bytes", "unpacked_bytes", "part_bytes", "cells", "paragraphs", "members"])
def test_every_limit_is_what_the_setting_says(tmp_path, good, monkeypatch, name):
    kind = "docx" if name == "paragraphs" else "xlsx"
    path = tmp_path / f"a.{kind}"
    path.write_bytes(good[kind])
    read(path)
    monkeypatch.setattr(LIMITS, name, 5)
    with pytest.raises(ReadError, match=r"没有读|过大"):
        read(path)


# --- text that wants to be more ---------------------------------------------------------------------------------------

TEXTS = [
    "{22}",
    "{year.__class__}{0!r}{",
    "=1+1",
    "=cmd|'/c calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    '=HYPERLINK("http://evil.example","点我")',
    '"&1&"',
    "{{ 7*7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "<script>alert(1)</script>",
    "]]><x/>&lt;&amp;",
    "_x0041_",
    "\u202e反过来\u2066",
    "{ INCLUDETEXT c:\\secret }",
]
HREF = '=HYPERLINK("http://evil.example","点我")'


def hold(master: Path, filings: list) -> None:
    """Make a master that holds filings as they are, however they came in."""
    actions.new(master, year=YEAR, region=HREF)
    apply(master, edits_for_import(read_master(master), filings))


def test_text_stays_text_in_everything_written(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.unit, filing.goals.expected, filing.thrift_measures = f"{HREF}局", "=cmd|'/c calc'!A0", "=1+1"
    filing.narrative = [*TEXTS, *filing.narrative]
    filing.indicators = [
        replace(filing.indicators[0], level3=text, reason=text, target=text, actual=None) for text in TEXTS
    ]
    filing.project_lines = [replace(filing.project_lines[0], name=text) for text in TEXTS]
    master = tmp_path / "总表.xlsm"
    hold(master, [filing])
    actions.fill(master)
    actions.rollup(master, [tmp_path / "汇总.xlsx", tmp_path / "汇总.docx"])
    written = actions.export(master, tmp_path / "导出", formats=("xlsx", "docx", "notice", "html", "skeleton")).written
    back = read_master(master).filings[0]
    assert [row.level3 for row in back.indicators] == [text.strip() for text in TEXTS]
    assert [line.name for line in back.project_lines] == [text.strip() for text in TEXTS]
    for path in (master, tmp_path / "汇总.xlsx", tmp_path / "汇总.docx", *written):
        if path.suffix in (".xlsx", ".xlsm"):
            for formula in formulas(path):
                assert "calc" not in re.sub(r'"(?:[^"]|"")*"', '""', formula)  # in quotes it is the text of a link
                assert "evil" not in formula or formula.startswith("HYPERLINK(\"#'"), formula
        elif path.suffix == ".docx":
            xml = members(path.read_bytes())["word/document.xml"].decode()
            assert "instrText" not in xml
            assert "49" not in [found.text for one in docx.Document(str(path)).paragraphs for found in one.runs]
        else:
            assert "<script>alert" not in path.read_text(encoding="utf-8")
    cells = (
        cell
        for path in written
        if path.suffix == ".docx"
        for table in docx.Document(str(path)).tables
        for cell in table._cells
    )
    found = "\n".join(cell.text for cell in cells)
    for text in TEXTS:
        assert text.strip() in found, text


FORMAT = "{22}{year.__class__}{0!r}{"


@pytest.mark.parametrize("form", [entry.id for entry in forms()])
def test_no_text_of_a_filing_is_a_format_string(tmp_path, form):
    filing = compose(DEPARTMENTS[0])
    filing.form = form
    for path in filing.paths():
        if field_of(path).is_number:
            filing.set(path, None)
            filing.unread[path] = FORMAT
    for row in filing.indicators:
        row.level1 = row.level2 = row.level3 = row.target = row.actual = row.reason = FORMAT
    filing.unit, filing.narrative = FORMAT, [FORMAT] * 3
    filing.class_weights[FORMAT] = filing.class_weights[next(iter(filing.class_weights))]
    filing.blank_classes, filing.none_classes = [FORMAT], [FORMAT]
    filing.project_lines = [replace(line, name=FORMAT) for line in filing.project_lines]
    signed = filing.signature
    signed.preparer = signed.date = signed.phone = signed.head = FORMAT
    as_text(filing)
    checked = actions.check_filing(filing, None, tmp_path / "a.docx")
    for kind in ("xlsx", "docx", "notice", "html", "skeleton"):
        assert actions.export_one(checked, tmp_path, (kind,), "甲")


def formulas(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [
        str(cell.value)[1:]
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


NAMES = [
    "../../逃出去",
    "/etc/passwd",
    "C:\\Windows\\system32\\局",
    "CON",
    "nul.txt",
    "局" * 300,
    'a/b:c*d?"<>|',
    "名字里有\n换行",
    "..",
    ".",
    "结尾有点.",
    "\u202e反向局",
    "~$局",
    ".隐藏局",
    "-rf",
    "$(touch x)`y`",
    "\U0001f600局",
    "é".replace("é", "e\u0301") + "局",
]


def named(units: list[str]) -> list:
    return [replace(compose(DEPARTMENTS[0]), unit=unit) for unit in units]


def test_names_of_departments_stay_inside_the_folder(tmp_path):
    folder, master = tmp_path / "里" / "导出", tmp_path / "里" / "总表.xlsm"
    hold(master, named(NAMES))
    outcome = actions.export(master, folder, formats=("xlsx", "html"))
    single = actions.export(master, folder, single=True)
    assert len(set(outcome.written)) >= len(NAMES)
    for path in (*outcome.written, *single.written):
        assert path.is_file()
        assert path.resolve().parent == folder.resolve()
        assert len(path.name.encode()) <= 255
        assert not path.name.startswith((".", "~", "-"))
    assert {path.name for path in tmp_path.iterdir()} == {"里"}


def test_names_that_differ_in_a_space_or_in_case_do_not_overwrite_each_other(tmp_path):
    units = ["甲 局", "ABC局", "abc局", "甲/局", "甲:局", "甲_局"]
    master = tmp_path / "总表.xlsm"
    hold(master, named(units))
    written = actions.export(master, tmp_path / "导出").written
    assert len({path.name.casefold() for path in written}) == len(units)
    single = actions.export(master, tmp_path / "导出", single=True).written[0]
    assert len(openpyxl.load_workbook(single).sheetnames) >= 2 * len(units)


def test_two_spellings_of_one_department_are_one(tmp_path):
    folder = tmp_path / "来件"
    folder.mkdir()
    for number, unit in enumerate(("云麓县 档案馆", "云麓县档案馆")):
        filing = compose(DEPARTMENTS[0])
        filing.unit = unit
        department.write(filing, load(), folder / f"{number}.xlsx")
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=YEAR)
    actions.import_(master, [folder])
    assert len(read_master(master).filings) == 1


# --- a master that is broken or means harm ----------------------------------------------------------------------------

BOOKS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("截断", lambda book: book[: len(book) // 2]),
    ("空", lambda book: b""),
    ("远处一格", lambda book: sheet(book, bytes_of(FAR))),
    ("实体", lambda book: changed(book, "xl/workbook.xml", declared(LAUGHS))),
    ("表格坏了", lambda book: sheet(book, lambda xml: xml[: len(xml) // 2])),
    ("很多字母", lambda book: sheet(book, cell_at(b"zzzz1048576"))),
    ("八位行号", lambda book: sheet(book, cell_at(b"A12345678"))),
    ("行在外面", lambda book: sheet(book, bytes_of(b'<row r="4294967290"><c><v>1</v></c></row>'))),
    ("换个写法", lambda book: sheet(book, bytes_of(b"<row\nr='9'><c\ts='1' r = 'zzzz1048576'><v>1</v></c></row>"))),
    ("远在别处", lambda book: sheet(book, bytes_of(b"<row><c s='1' r='XFD1048576'><v>1</v></c></row>"))),
    ("行里说远", lambda book: sheet(book, cell_at(b"XFD1048576", b"9"))),
    ("没有表体", lambda book: sheet(book, lambda xml: xml.replace(b"sheetData", b"sheetDada"))),
    ("谎报", lambda book: lying(book, "xl/worksheets/sheet1.xml", 100)),
    ("加密", encrypted),
    ("炸弹", lambda book: sheet(book, bytes_of(b" " * 130_000_000))),
    ("少一张表", lambda book: zipped({name: part for name, part in members(book).items() if "sheet3" not in name})),
    ("没有表的声明", lambda book: zipped({name: part for name, part in members(book).items() if "/tables/" not in name})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make"), BOOKS, ids=[case[0] for case in BOOKS])
@pytest.mark.parametrize("verb", ["import", "fill", "check", "export", "rollup", "clear"])
def test_a_broken_master_is_refused_and_left(tmp_path, capsys, name, make, verb):
    master, folder = tmp_path / "总表.xlsm", tmp_path / "来件"
    folder.mkdir()
    department.write(compose(DEPARTMENTS[0]), load(), folder / "好的.xlsx")
    actions.new(master, year=YEAR)
    master.write_bytes(before := make(master.read_bytes()))
    arguments = {"import": [folder], "export": ["--to", tmp_path / "导出"]}.get(verb, [])
    status, _, err = run(capsys, verb, master, *arguments)
    assert "内部出错" not in err
    if status == 2:
        assert "总表" in err
        assert master.read_bytes() == before
    else:  # what does not hinder the verb need not stop it
        assert verb in ("clear", "export", "fill", "check", "rollup") or name == "没有表体"
        assert is_master(master)
    assert_only(tmp_path, {"来件", "总表.xlsm", "历史版本", "导出"})


def test_a_far_cell_in_the_master_names_the_remedy(tmp_path):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=YEAR)
    master.write_bytes(sheet(master.read_bytes(), bytes_of(FAR)))
    with pytest.raises(PackageError, match="右键“删除”"):
        read_master(master)
