"""What a file is, told by its head and what it holds, never by its name: the only place that says so."""

import zipfile
from dataclasses import astuple
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from workbook import patterns as re
from workbook.model.issued import NOTICE, REPORT
from workbook.model.issued import OURS as OWN_SHEETS
from workbook.process import named
from workbook.readers.limits import LIMITS, ReadError
from workbook.readers.parts import CONTENT_TYPES, main_part, opened, refuse_bomb, tags, type_of

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SPREADSHEETS = (".xlsx", ".xlsm")
MASTER = {"部门清单", "校验结果", "绩效指标"}
WORD_PART, EXCEL_PART = "word/document.xml", "xl/workbook.xml"
_TEXT = (".txt", ".csv", ".tsv", ".text")
_HEAD = 4096


class Kind(StrEnum):
    """The kinds of files that can be read; an archive is one of files that are."""

    WORD = "docx"
    EXCEL = "xlsx"
    OLD_WORD = "doc"
    OLD_EXCEL = "xls"
    TEXT = "text"
    ARCHIVE = "zip"
    PDF = "pdf"  # read for its tables only


_AS_EXCEL = "请用 Excel 打开后另存为 .xlsx"
_AS_EITHER = "请用 Excel 或 Word 打开后另存为 .xlsx 或 .docx"
# how a file begins that is known and not read; of text in small letters, blanks before it left out
_KNOWN = {
    b"{\\rtf": "RTF 文件，请用 Word 打开后另存为 .docx",
    b"<html": f"网页改名而来的，{_AS_EXCEL}",
    b"<!doctype": f"网页改名而来的，{_AS_EXCEL}",
    b"<?xml": f"XML 文件，{_AS_EITHER}",
    b"mime-version": f"网页存档，{_AS_EITHER}",
    b"%pdf": "PDF 文件，请交来 Word 或 Excel 原件",
    b"rar!": "RAR 压缩包，读不了；请解压，或改用 .zip 压缩后再导入",
    b"7z\xbc\xaf": "7z 压缩包，读不了；请解压，或改用 .zip 压缩后再导入",
    **{bytes((9, version)): f"Excel 5.0 以前的工作簿，{_AS_EXCEL}" for version in (0, 2, 4)},
}
# what the main part of a package is, by its content type
_PACKAGES = {
    "wordprocessingml": Kind.WORD,
    "ms-word": Kind.WORD,
    "spreadsheetml": Kind.EXCEL,
    "ms-excel": Kind.EXCEL,
}
_OTHERS = {
    "sheet.binary": "二进制工作簿（.xlsb），请用 Excel 另存为 .xlsx 再导入",
    "presentationml": "演示文稿，不是 Word 或 Excel；请交来 Word 或 Excel 原件",
    "ms-powerpoint": "演示文稿，不是 Word 或 Excel；请交来 Word 或 Excel 原件",
}
# an entry of a zip without content types that tells what it is
_MARKS = {
    "mimetype": "OpenDocument 文件，请用 WPS 或 LibreOffice 另存为 .xlsx 或 .docx",
    "OFD.xml": "OFD 版式文件，请交来 Word 或 Excel 原件",
}
# streams at the root of a compound file, in small letters
_LOCKED = "encryptedpackage"
_STREAMS = {"workbook": Kind.OLD_EXCEL, "book": Kind.OLD_EXCEL, "worddocument": Kind.OLD_WORD}
_FIB_FLAGS, _FIB_LOCKED = 10, 0x0100  # [MS-DOC] 2.5.2


def detect(path: Path) -> Kind:
    """Return what a file is; raise ReadError where it cannot be opened, is locked, too large or none of those that are read."""
    try:
        seen = path.stat()
    except FileNotFoundError as error:
        raise ReadError(f"找不到「{path}」，请检查路径") from error
    except (OSError, ValueError) as error:
        raise _shut(path) from error
    if seen.st_size == 0:
        raise ReadError(f"「{path.name}」是空文件，请单位重新报送")
    return _detect(path, seen.st_size, seen.st_mtime_ns, astuple(LIMITS))


@lru_cache(maxsize=64)
def _detect(path: Path, size: int, changed: int, limits: tuple[int, ...]) -> Kind:
    """Look once at a file as it lies there, under the limits in force: collecting and reading it both ask."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise _shut(path) from error
    if head.startswith(b"PK"):
        kind = _zip_kind(path)
        if kind == Kind.ARCHIVE:
            return kind  # it has limits of its own
    if size > LIMITS.file_bytes:
        raise ReadError(
            f"「{path.name}」有 {size // 1_000_000} MB，超过上限 {LIMITS.file_bytes // 1_000_000} MB，没有读"
        )
    if head.startswith(b"PK"):
        return kind
    if head.startswith(OLE):
        return _ole_kind(path)
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what in _KNOWN.items():
        if opening.startswith(mark) or head.startswith(mark):
            raise _known(path.name, what)
    if path.suffix.lower() in _TEXT or not any(byte < 9 for byte in head):
        return Kind.TEXT
    raise ReadError(f"「{path.name}」不是 Word、Excel 或文本文件，请单位用 Word 或 Excel 报送")


def is_pdf(path: Path) -> bool:
    """Return whether a file is a PDF by its first bytes; one that cannot be opened is none."""
    try:
        with path.open("rb") as file:
            return file.read(len(_PDF)) == _PDF
    except (OSError, ValueError):
        return False


_PDF = b"%PDF"


def _shut(path: Path) -> ReadError:
    return ReadError(f"「{path.name}」打不开（可能正在别的程序里打开，或没有权限），请关闭后再试")


def _known(name: str, what: str) -> ReadError:
    return ReadError(f"「{name}」是{' ' if what[0].isascii() else ''}{what}")


def _zip_kind(path: Path) -> Kind:
    try:
        with opened(path) as archive:
            names = set(archive.namelist())
            for mark, what in _MARKS.items():
                if mark in names and CONTENT_TYPES not in names:
                    raise _known(path.name, what)
            if not names & {CONTENT_TYPES, WORD_PART, EXCEL_PART}:
                return Kind.ARCHIVE
            refuse_bomb(archive.infolist(), path.name)
            return _package_kind(archive, path.name)
    except ReadError:
        raise
    except (
        Exception
    ) as error:  # whatever hostile content makes zipfile raise: each way of packing has errors of its own
        raise ReadError(f"「{path.name}」已损坏（文件不完整），请单位重新报送") from error


def _package_kind(archive: zipfile.ZipFile, name: str) -> Kind:
    names = set(archive.namelist())
    usual = WORD_PART if WORD_PART in names else EXCEL_PART
    said = type_of(archive, main_part(archive, usual))
    for words, what in _OTHERS.items():
        if words in said:
            raise _known(name, what)
    kind = next((kind for words, kind in _PACKAGES.items() if words in said), None)
    if kind is None and usual in names:
        kind = Kind.WORD if usual == WORD_PART else Kind.EXCEL
    if kind is None:
        raise ReadError(f"「{name}」是压缩包或别的文件，不是 Word 或 Excel；请解压后再导入")
    return kind


def ending(path: Path, kind: Kind) -> str:
    """Return by what the name of a Word or Excel package is to end, whatever it ends by: Office opens it under no other."""
    usual = WORD_PART if kind == Kind.WORD else EXCEL_PART
    with opened(path) as archive:
        has_macros = "macroenabled" in type_of(archive, main_part(archive, usual)).lower()
    return f"{kind.value[:-1]}m" if has_macros else kind.value


def _ole_kind(path: Path) -> Kind:
    compound = named("workbook.readers.compound")
    try:
        found = compound.Compound(path.read_bytes())
    except compound.CompoundError as error:
        raise ReadError(f"「{path.name}」{error}，没有读，请单位另存一份后重新报送") from error
    kind = next((kind for stream, kind in _STREAMS.items() if stream in found.root), None)
    locked = _LOCKED in found.root
    if kind == Kind.OLD_WORD:
        flags = found.stream("worddocument")[_FIB_FLAGS : _FIB_FLAGS + 2]
        locked |= bool(int.from_bytes(flags, "little") & _FIB_LOCKED)
    if locked:
        raise ReadError(f"「{path.name}」加了密码，请单位去掉密码后重新报送")
    if kind is None:
        raise ReadError(f"「{path.name}」不是 Word 或 Excel 文件，请单位用 Word 或 Excel 报送")
    return kind


# --- our own workbooks ------------------------------------------------------------------------------------------------


def sheet_names(path: Path) -> set[str]:
    """Return the names of a workbook's sheets without reading any of them, none where it cannot be read."""
    try:
        with opened(path) as archive:
            return {entry.get("name", "") for tag, entry in tags(archive, EXCEL_PART) if tag == "sheet"}
    except Exception:  # whatever hostile content makes a library raise: it has none that can be read
        return set()


def is_master(path: Path) -> bool:
    """Return whether a file is a master workbook: it has the master's sheets, whatever its name."""
    return path.suffix.lower() in SPREADSHEETS and path.is_file() and sheet_names(path) >= MASTER


# a department's own workbook; one of before the bureau had rules of its own lacks that sheet
_UNIT_BOOK = {"首页", "附件2", "附件3", *OWN_SHEETS} - {"本地规则"}


def is_unit_book(path: Path) -> bool:
    """Return whether a workbook has the sheets of a department's own one with buttons."""
    names = sheet_names(path)
    return names >= _UNIT_BOOK and not names >= MASTER


# what the bureau's own workbooks are, by sheets that each of them has
OURS = (
    (MASTER, "绩效自评总表"),
    ({"汇总分析", "等级分布", "抽查计划"}, "汇总表"),
    ({"分册索引"}, "总表的分册索引"),
    ({"抽查计划"}, "抽查计划"),
)
_CATEGORY = re.compile(r"<cp:category>([^<]{1,20})</cp:category>")


def ours(path: Path) -> str:
    """Return what a file is where the bureau made it for itself (总表, 汇总表 …), "" for what a department may hand in."""
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return ""
    except (OSError, ValueError):
        return ""  # the reader says what is wrong with it
    names = sheet_names(path)
    return next((words for sheets, words in OURS if names >= sheets), "" if names else _document(path))


def _document(path: Path) -> str:
    """Return what a document of ours says that it is, "" of any other."""
    try:
        with opened(path) as archive, archive.open("docProps/core.xml") as part:
            held = part.read(100_000).decode("utf-8", "replace")
    except Exception:  # whatever hostile content makes a library raise: it says nothing
        return ""
    found = _CATEGORY.search(held)
    return found[1] if found and found[1] in (REPORT, NOTICE) else ""
