"""From a file to filings. What a file is, is told by its content; every failure is a ReadError in Chinese.

May import the forms, the filing and what they stand on; never rules or writers. A new format: a module with `document(path)`, a kind
in `detect` and a row in `_READERS`. What is hostile is refused here, within `limits`.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from workbook.figures import chinese
from workbook.forms import FormError, forms, matches
from workbook.forms.grid import Grid
from workbook.forms.parts import parts as parts_of
from workbook.issued import OURS
from workbook.process import named
from workbook.readers.detect import Kind, detect
from workbook.readers.explanations import lists_findings, take
from workbook.readers.limits import LIMITS, DoubtError, FellError, Limits, OfficeError, ReadError
from workbook.readers.parts import is_xml, opened
from workbook.readers.returned import attach

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbook.filing import Filing
    from workbook.forms import Form
    from workbook.forms.grid import Document


# what reads a file of a kind, and what takes filings out of forms of a kind: that alone is loaded
_READERS = {Kind.WORD: "word", Kind.EXCEL: "excel", Kind.OLD_EXCEL: "excel", Kind.TEXT: "text"}
_EXTRACTORS = {"prose": "workbook.readers.prose:extract", "tables": "workbook.forms.tables:extract"}


def read(path: Path | str) -> list["Filing"]:
    """Return the filings in a file; raise ReadError with the reason where there is none to be read, FellError where it may
    be another time.

    A file from outside may end the process that reads it: one that is not small and plain is read in a worker (`apart`).
    """
    path = Path(path)
    kind = detect(path)
    if kind == Kind.OLD_WORD:
        with _converted(path, kind, "docx") as target:
            return _read(target, Kind.WORD)
    try:
        return _read(path, kind)
    except OfficeError as error:
        return _calculated(path, kind, error)


def _read(path: Path, kind: Kind, calculate: bool = True) -> list["Filing"]:
    """Read a file here or in a worker; raise OfficeError where LibreOffice is to turn it into another first."""
    if _is_small(path, kind):
        try:
            return read_here(path, kind, here=True, calculate=calculate)
        except DoubtError:
            pass
    filings: list[Filing] = named("workbook.readers.apart:read_apart")(path, kind, calculate)
    return filings


def _calculated(path: Path, kind: Kind, why: OfficeError) -> list["Filing"]:
    """Return the filings of a workbook as LibreOffice writes it anew; of one that is readable as it is, where that fails."""
    try:
        with _converted(path, kind, why.into) as target:
            filings = _read(target, Kind.EXCEL, calculate=False)
    except ReadError:
        if kind == Kind.OLD_EXCEL:
            raise
        return _read(path, kind, calculate=False)
    for filing in filings:
        filing.notes += [str(why)] if str(why) else []
    return filings


def _converted(path: Path, kind: Kind, into: str) -> AbstractContextManager[Path]:
    made: AbstractContextManager[Path] = named("workbook.readers.legacy:converted")(path, kind, into)
    return made


def _is_small(path: Path, kind: Kind) -> bool:
    """Return whether a file can take neither much memory nor much time: old workbooks say too little of themselves."""
    if kind == Kind.TEXT:
        return path.stat().st_size <= LIMITS.here_bytes // 4
    if kind not in (Kind.WORD, Kind.EXCEL):
        return False
    with opened(path) as archive:
        return sum(member.file_size for member in archive.infolist() if is_xml(member.filename)) <= LIMITS.here_bytes


def read_here(path: Path, kind: Kind, here: bool = False, calculate: bool = True) -> list["Filing"]:
    """Return the filings in a file of a kind, read in this process: a worker, or with `here` the user's own.

    Raise ReadError, DoubtError (only `here`) and OfficeError (not for a workbook to be taken as it is, without `calculate`).
    """
    try:
        source = document(path, kind, here, calculate)
        form = _handed_in(source)
        filings = _filings(form, path)
        if form is not source or source.issued:  # our own sheets are no form of the department's
            for filing in filings:
                filing.original = ""
        if source.issued:
            attach(source, filings)
        take(source, filings)
        return filings
    except (ReadError, DoubtError, OfficeError, FormError, MemoryError):
        raise
    except BaseException as error:
        # whatever hostile content makes a library raise, the other files must go in;
        # a panic of Rust code is no Exception; an interrupt must go on its way
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        _refuse(path, error)


def document(path: Path, kind: Kind | None = None, here: bool = False, calculate: bool = False) -> "Document":
    """Return a file taken apart into paragraphs and tables, in this process; raise ReadError."""
    kind = kind or detect(path)
    if kind not in _READERS:
        raise ReadError(f"「{path.name}」是压缩包，不是 Word 或 Excel；请解压后再导入")
    options = (kind, here, calculate) if _READERS[kind] == "excel" else ()
    made: Document = named(f"workbook.readers.{_READERS[kind]}:document")(path, *options)
    return made


def _refuse(path: Path, error: BaseException) -> NoReturn:
    raise ReadError(
        f"「{path.name}」的内容读不出来（可能已损坏：{type(error).__name__}），请单位另存一份后重新报送"
    ) from error


def _handed_in(source: "Document") -> "Document":
    """Return a document without the sheets that our own workbooks have beside the form: they speak of its fields."""

    def is_ours(block: object) -> bool:
        return isinstance(block, Grid) and block.is_sheet and (block.name in OURS or lists_findings(block))

    blocks = [block for block in source.blocks if not is_ours(block)]
    return source if len(blocks) == len(source.blocks) else replace(source, blocks=blocks)


def _filings(source: "Document", path: Path) -> list["Filing"]:
    best = matches(source)
    for start in range(sum(match.fits for match in best)):
        found = parts_of(source, best[start:])
        filings = [filing for part in found for filing in _extractor(part.form.kind)(part.document, part.form)]
        if filings:
            for filing in filings:
                filing.unit = filing.unit or _stem(path)
            return filings
    if filings := _only_prose(source):
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


def _only_prose(source: "Document") -> list["Filing"]:
    """Return the running text of a report in no form that is known; none where the document is no report."""
    form = next((form for form in forms() if form.kind == "prose"), None)
    prose = named("workbook.readers.prose")
    if form is None or not prose.is_report(source):
        return []
    filings: list[Filing] = prose.bare(source, form)
    return filings


def _extractor(kind: str) -> "Callable[[Document, Form], list[Filing]]":
    """Return what takes filings out of forms of a kind; only that is loaded."""
    made: Callable[[Document, Form], list[Filing]] = named(_EXTRACTORS.get(kind, _EXTRACTORS["tables"]))
    return made


def _stem(path: Path) -> str | None:
    return path.stem if chinese(path.stem) else None


__all__ = ["LIMITS", "FellError", "Limits", "ReadError", "document", "read"]
