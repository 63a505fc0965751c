"""What a file is, told by its head and what it holds; files as Excel, Word, WPS and others write them, whatever their names."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import python_calamine

from tests.compounds import compound, workbook
from tests.test_hostile import members, zipped
from workbook.checking import annotation
from workbook.demo import DEPARTMENTS, compose
from workbook.model.scheme import load
from workbook.readers import ReadError, collect, read
from workbook.readers.detect import Kind, detect, is_master
from workbook.writers import department, word

UNIT = DEPARTMENTS[0].unit
MAIN = "application/vnd.openxmlformats-officedocument"
WORD_TYPE = f"{MAIN}.wordprocessingml.document.main+xml"
EXCEL_TYPE = f"{MAIN}.spreadsheetml.sheet.main+xml"
TYPES = {
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "dotx": f"{MAIN}.wordprocessingml.template.main+xml",
    "dotm": "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "xltx": f"{MAIN}.spreadsheetml.template.main+xml",
    "xltm": "application/vnd.ms-excel.template.macroEnabled.main+xml",
    "xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
}

NOT_READ = {"xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.main"}
STRICT = b'<document xmlns="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, bytes]:
    folder, filing = tmp_path_factory.mktemp("good"), compose(DEPARTMENTS[0])
    department.write(filing, load(), folder / "a.xlsx")
    word.write(filing, load(), folder / "a.docx")
    out = {kind: (folder / f"a.{kind}").read_bytes() for kind in ("xlsx", "docx")}
    return {**out, "stream": as_records(out["xlsx"])}


def as_records(content: bytes) -> bytes:
    """Return the sheets of a workbook as an old one's stream; what a merge covers stands empty there."""
    sheets: dict[str, dict[tuple[int, int], str | float]] = {}
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for name in book.sheet_names[:2]:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheets[name] = {
                (row, column): value
                for row, values in enumerate(rows)
                for column, value in enumerate(values)
                if value != ""
            }
    return workbook(sheets)


def retyped(content: bytes, kind: str) -> bytes:
    held = members(content)
    for usual in (WORD_TYPE, EXCEL_TYPE):
        held["[Content_Types].xml"] = held["[Content_Types].xml"].replace(
            usual.encode(), {**TYPES, **NOT_READ}[kind].encode()
        )
    return zipped(held)


THEME = zipped({"[Content_Types].xml": b"<Types/>", "theme/theme/theme1.xml": b"<theme/>"})
READ: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    **{f"a.{kind}": lambda g, kind=kind: retyped(g["docx" if kind[0] == "d" else "xlsx"], kind) for kind in TYPES},
    "旧.xls": lambda g: compound({"Workbook": g["stream"]}),
    "旧.et": lambda g: compound({"Workbook": g["stream"], "ETExtData": b"x"}),
    "大写.xls": lambda g: compound({"WORKBOOK": g["stream"]}),
    "末尾有主题.xls": lambda g: compound({"Workbook": g["stream"]}) + THEME,
    "嵌着Word.xls": lambda g: compound({"Workbook": g["stream"], "MBD00A1/WordDocument": b"\xec\xa5"}),
    "嵌着Word而名字叫.doc": lambda g: compound({"Workbook": g["stream"], "MBD00A1/WordDocument": b"\xec\xa5"}),
    "没有类型表.docx": lambda g: zipped({n: c for n, c in members(g["docx"]).items() if n != "[Content_Types].xml"}),
    "里面有GBK名.xlsx": lambda g: mislabelled(zipped({**members(g["xlsx"]), "xl/media/AAAAAA.png": b"x"})),
}


def mislabelled(content: bytes, flagged: bool = True) -> bytes:
    """Return an archive in which AAAAAA is a name in GBK, said to be UTF-8 or nothing."""
    out = bytearray(content.replace(b"AAAAAA", "图书馆".encode("gbk")))
    if flagged:
        struct.pack_into("<H", out, out.rindex(b"PK\x01\x02") + 8, 0x800)
    return bytes(out)


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_as_what_it_is(tmp_path, good, name):
    path = tmp_path / name
    path.write_bytes(READ[name](good))
    assert [filing.unit for filing in read(path)] == [UNIT]


REFUSED: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "加密.xls": (lambda g: compound({"Workbook": workbook({"表": {}}, locked=True)}), "加了密码"),
    "加密.doc": (lambda g: compound({"WordDocument": bytes(10) + b"\0\1"}), "加了密码"),
    "加密.xlsx": (lambda g: compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "加了密码"),
    "幻灯片.xls": (lambda g: compound({"PowerPoint Document": b"x"}), "不是 Word 或 Excel"),
    "表.ods": (lambda g: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}), "OpenDocument"),
    "文.ofd": (lambda g: zipped({"OFD.xml": b"<x/>", "Doc_0/Document.xml": b"<x/>"}), "OFD"),
    "二进制.xlsx": (lambda g: retyped(g["xlsx"], "xlsb"), "xlsb"),
    "很旧.xls": (lambda g: b"\x09\x04\x06\0\0\0\x10\0", "Excel 5.0 以前"),
    "包.rar": (lambda g: b"Rar!\x1a\x07\0", "RAR 压缩包"),
    "包.7z": (lambda g: b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    "严格.docx": (lambda g: zipped({**members(g["docx"]), "word/document.xml": STRICT}), "Strict"),
    "没有正文.docx": (lambda g: zipped({**members(g["docx"]), "word/document.xml": b"<x/>"}), "没有正文"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_called_by_its_name(tmp_path, good, name):
    make, words = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(make(good))
    with pytest.raises(ReadError, match=words) as caught:
        read(path)
    assert name in str(caught.value)


@pytest.mark.parametrize("flagged", [False, True])
def test_names_in_gbk_inside_an_archive_are_told_right(tmp_path, good, flagged):
    path, spill = tmp_path / "来件.zip", tmp_path / "spill"
    spill.mkdir()
    path.write_bytes(mislabelled(zipped({"AAAAAA.xlsx": good["xlsx"]}), flagged))
    found, unread = collect.gather([path], spill)
    assert [entry.name for entry in found] == ["来件.zip/图书馆.xlsx"]
    assert not unread
    assert read(found[0].path)[0].unit == UNIT


def test_files_whose_names_are_gbk_are_read_and_called_by_their_names(tmp_path, good):
    spill, raw = tmp_path / "spill", str(tmp_path).encode()
    spill.mkdir()
    for name, kind in (("图书馆.xlsx", "xlsx"), ("文化馆.docx", "docx")):
        try:
            Path((raw + b"/in-" + name.encode("gbk")).decode("utf-8", "surrogateescape")).write_bytes(good[kind])
        except OSError:
            pytest.skip("names must be UTF-8 here")
    found, unread = collect.gather([entry for entry in tmp_path.iterdir() if entry.is_file()], spill)
    assert sorted(entry.name for entry in found) == ["in-图书馆.xlsx", "in-文化馆.docx"]
    assert not unread
    assert {read(entry.path)[0].unit for entry in found} == {UNIT}


def test_a_file_is_opened_once_however_often_it_is_asked_for(tmp_path, good, monkeypatch):
    path, opened = tmp_path / "a.xlsx", []
    path.write_bytes(good["xlsx"])
    real = zipfile.ZipFile.__init__
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda self, *a, **k: (opened.append(1), real(self, *a, **k))[1])
    for _ in range(3):
        assert detect(path) == Kind.EXCEL
    assert len(opened) == 1
    path.write_bytes(good["docx"])
    assert detect(path) == Kind.WORD


def test_comments_go_into_a_plain_word_file_only(tmp_path, good):
    for name, content in (("a.docx", good["docx"]), ("a.docm", retyped(good["docx"], "docm"))):
        (tmp_path / name).write_bytes(content)
    annotation.refuse([tmp_path / "a.docx"], tmp_path / "b.docx")
    with pytest.raises(ReadError, match="只用于一份 Word"):
        annotation.refuse([tmp_path / "a.docm"], tmp_path / "b.docx")


def test_no_broken_file_is_a_master(tmp_path, good):
    for name, content in (("a.xlsx", b"PK"), ("b.xlsx", b""), ("c.xlsx", good["xlsx"]), ("d.xlsm", good["docx"])):
        (tmp_path / name).write_bytes(content)
        assert not is_master(tmp_path / name)
    assert not is_master(tmp_path / "nowhere.xlsm")
