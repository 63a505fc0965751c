"""From a file to filings. What a file is, is told by its content; every failure is a ReadError in Chinese."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from workbook.figures import chinese
from workbook.readers.compound import has_loop
from workbook.readers.explanations import take
from workbook.readers.limits import LIMITS, Limits, ReadError
from workbook.readers.returned import attach

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable

    from workbook.filing import Filing
    from workbook.forms import Form
    from workbook.forms.grid import Document

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_TEXT = (".txt", ".csv", ".tsv", ".text")
_RENAMED = {
    b"{\\rtf": "RTF 文件，请用 Word 打开后另存为 .docx",
    b"<html": "网页改名而来的，请用 Excel 打开后另存为 .xlsx",
    b"<!doctype": "网页改名而来的，请用 Excel 打开后另存为 .xlsx",
    b"<?xml": "XML 文件，请用 Excel 或 Word 打开后另存为 .xlsx 或 .docx",
    b"mime-version": "网页存档，请用 Excel 或 Word 打开后另存为 .xlsx 或 .docx",
    b"%pdf": "PDF 文件，请交来 Word 或 Excel 原件",
}


def read(path: Path | str, extra_forms: tuple[Path, ...] = ()) -> list["Filing"]:
    """Return the filings in a file; raise ReadError with the reason where there is none to be read."""
    from workbook.forms import FormError

    path = Path(path)
    source = document(path)
    try:
        filings = _filings(_handed_in(source), path, extra_forms)
        take(source, filings)
        if source.issued:
            attach(source, filings)
        return filings
    except (ReadError, FormError):
        raise
    except Exception as error:  # whatever hostile content makes a library raise, the other files must go in
        _refuse(path, error)


def document(path: Path | str) -> "Document":
    """Return a file taken apart into paragraphs and tables; raise ReadError."""
    path = Path(path)
    kind = _kind(path)
    try:
        return _document(kind, path)
    except ReadError:
        raise
    except BaseException as error:
        # a panic of Rust code is no Exception; an interrupt must go on its way
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        _refuse(path, error)


def _refuse(path: Path, error: BaseException) -> NoReturn:
    raise ReadError(
        f"「{path.name}」的内容读不出来（可能已损坏：{type(error).__name__}），请单位另存一份后重新报送"
    ) from error


def _document(kind: str, path: Path) -> "Document":
    if kind == "docx":
        from workbook.readers.word import document as of_word

        return of_word(path)
    if kind in ("xlsx", "xls"):
        from workbook.readers.excel import document as of_excel

        return of_excel(path)
    if kind == "doc":
        from workbook.readers.legacy import document as of_legacy

        return of_legacy(path)
    from workbook.readers.text import document as of_text

    return of_text(path)


def _handed_in(source: "Document") -> "Document":
    """Return a document without the sheets that our own workbooks have beside the form: they speak of its fields."""
    from dataclasses import replace

    from workbook.forms.grid import Grid
    from workbook.issued import OURS
    from workbook.readers.explanations import lists_findings

    def is_ours(block: object) -> bool:
        return isinstance(block, Grid) and block.is_sheet and (block.name in OURS or lists_findings(block))

    blocks = [block for block in source.blocks if not is_ours(block)]
    return source if len(blocks) == len(source.blocks) else replace(source, blocks=blocks)


def _filings(source: "Document", path: Path, extra: tuple[Path, ...]) -> list["Filing"]:
    from workbook.forms import matches
    from workbook.forms.parts import parts

    best = matches(source, extra)
    for start in range(sum(match.fits for match in best)):
        found = parts(source, best[start:])
        filings = [filing for part in found for filing in _extractor(part.form.kind)(part.document, part.form)]
        if filings:
            for filing in filings:
                filing.unit = filing.unit or _stem(path)
            return filings
    nearest = max(best, key=lambda match: match.share)
    words = f"找到{'、'.join(nearest.found)}，" if nearest.found else "应有的字一个也没有找到，"
    raise ReadError(
        f"「{path.name}」不是认得的表样；最接近「{nearest.form.title}」：{words}"
        f"缺{'、'.join(nearest.missing) or '可读的数'}。请确认交来的是自评表（附件2、附件3 或项目自评表）；"
        "本地另有表样的，照 workbook/forms/README.md 加一个文件夹"
    )


def _extractor(kind: str) -> "Callable[[Document, Form], list[Filing]]":
    """Return what takes filings out of forms of a kind; only that is loaded."""
    if kind == "prose":
        from workbook.readers.prose import extract as of_prose

        return of_prose
    from workbook.forms.tables import extract as of_tables

    return of_tables


def _stem(path: Path) -> str | None:
    return path.stem if chinese(path.stem) else None


def _kind(path: Path) -> str:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError as error:
        raise ReadError(f"找不到「{path}」，请检查路径") from error
    except (OSError, ValueError) as error:
        raise ReadError(f"「{path.name}」打不开（可能正在别的程序里打开，或没有权限），请关闭后再试") from error
    if size == 0:
        raise ReadError(f"「{path.name}」是空文件，请单位重新报送")
    if size > LIMITS.file_bytes:
        raise ReadError(
            f"「{path.name}」有 {size // 1_000_000} MB，超过上限 {LIMITS.file_bytes // 1_000_000} MB，没有读"
        )
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(OLE):
        return _ole_kind(path)
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what in _RENAMED.items():
        if opening.startswith(mark):
            raise ReadError(f"「{path.name}」是{what}")
    if path.suffix.lower() in _TEXT or _looks_like_text(head):
        return "text"
    raise ReadError(f"「{path.name}」不是 Word、Excel 或文本文件，请单位用 Word 或 Excel 报送")


def _zip_kind(path: Path) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_archive(members, path)
            names = {member.filename for member in members}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise ReadError(f"「{path.name}」已损坏（文件不完整），请单位重新报送") from error
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "xl/workbook.bin" in names:
        raise ReadError(f"「{path.name}」是二进制工作簿（.xlsb），请用 Excel 另存为 .xlsx 再导入")
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise ReadError(f"「{path.name}」是压缩包或别的文件，不是 Word 或 Excel；请解压后再导入")


def _check_archive(members: "list[zipfile.ZipInfo]", path: Path) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > LIMITS.unpacked_bytes or (unpacked > 20_000_000 and unpacked / packed > LIMITS.ratio):
        raise ReadError(f"「{path.name}」解开后过大（{unpacked // 1_000_000} MB），疑似压缩炸弹，没有读")
    if len({member.filename for member in members}) < len(members):
        raise ReadError(f"「{path.name}」里有重名的部件，内容不可信，没有读；请单位重新另存后报送")
    if any(member.file_size > LIMITS.part_bytes for member in members if member.filename.endswith(".xml")):
        raise ReadError(f"「{path.name}」解开后过大，没有读；请删去多余的行列后重新报送")
    if any(member.flag_bits & 1 for member in members):
        raise ReadError(f"「{path.name}」加了密码，请单位去掉密码后重新报送")


def _ole_kind(path: Path) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ReadError(f"「{path.name}」加了密码，请单位去掉密码后重新报送")
    if "WordDocument".encode("utf-16-le") in content:
        return "doc"
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        if has_loop(content):
            raise ReadError(f"「{path.name}」已损坏（内部的链没有尽头），没有读，请单位另存一份后重新报送")
        return "xls"
    raise ReadError(f"「{path.name}」不是 Word 或 Excel 文件，请单位用 Word 或 Excel 报送")


def _looks_like_text(head: bytes) -> bool:
    return b"\0" not in head and sum(byte < 9 for byte in head) == 0


__all__ = ["LIMITS", "Limits", "ReadError", "document", "read"]
